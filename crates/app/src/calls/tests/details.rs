//! What is told of one torrent.

use super::*;

/// What decides the speed of a torrent: codes, whether all is well, values.
async fn why(bench: &Bench, hash: &str) -> Vec<(String, bool, Value)> {
    let overview = bench.ok("overview", json!({ "hash": hash })).await;
    let line = |line: &Value| {
        let code = line["code"].as_str().unwrap().to_owned();
        (code, line["ok"].as_bool().unwrap(), line["params"].clone())
    };
    overview["why"]
        .as_array()
        .unwrap()
        .iter()
        .map(line)
        .collect()
}

/// Waits until something of it runs.
async fn runs(bench: &Bench, hash: &str) -> Vec<(String, bool, Value)> {
    loop {
        let lines = why(bench, hash).await;
        if !lines.is_empty() {
            return lines;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn what_decides_a_speed_is_told_of_what_fetches_and_of_nothing_else() {
    let bench = Bench::new().await;
    bench.put("open/a", 40_000);
    bench.put("closed/a", 40_000);
    let empty = bench.dir.path().join("empty");
    fs::create_dir(&empty).unwrap();
    let fetch = json!({"save_path": empty, "start": true});

    let hash = bench.add("open", fetch).await;
    let lines = runs(&bench, &hash).await;
    let codes: Vec<&str> = lines.iter().map(|(code, ..)| &**code).collect();
    assert_eq!(codes, ["why_peers", "why_limits"]);
    assert_eq!(lines[1], ("why_limits".to_owned(), true, json!({})));
    let (_, ok, values) = &lines[0];
    let count = |name: &str| values[name].as_str().unwrap().parse::<u32>().unwrap();
    assert!(count("sending") <= count("connected"));
    assert_eq!(*ok, count("sending") > 0);
    bench.ok("stop", json!({ "hashes": [hash] })).await;
    while !why(&bench, &hash).await.is_empty() {
        tokio::task::yield_now().await;
    }

    let torrent = TorrentSpec::new().private();
    let torrent = torrent.build(&bench.files().join("closed"));
    let path = torrent.write(bench.dir.path());
    let source = json!({"kind": "path", "path": path});
    let preview = bench.ok("inspect", json!({ "source": source })).await;
    let request = json!({
        "preview_id": preview["id"], "save_path": empty, "wanted": null,
        "start": true, "labels": [], "choose_files": false,
    });
    let hash = bench.ok("add", request).await["hash"].clone();
    let lines = runs(&bench, hash.as_str().unwrap()).await;
    let codes: Vec<&str> = lines.iter().map(|(code, ..)| &**code).collect();
    assert_eq!(codes, ["why_peers", "why_private", "why_limits"]);
    bench.app.shutdown().await;
}
