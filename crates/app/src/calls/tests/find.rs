//! Torrents by the names of their files, and their .torrent files.

use super::*;

/// The names of the torrents that have `text` in a file, each with that file.
async fn found(bench: &Bench, text: &str) -> Vec<(String, String)> {
    let found = bench.ok("find_files", json!({ "text": text })).await;
    assert_eq!(found["more"], false);
    let rows = bench.ok("snapshot", json!({})).await["torrents"].clone();
    let name = |hash: &Value| {
        let rows = rows.as_array().unwrap();
        let row = rows.iter().find(|row| row["hash"] == *hash).unwrap();
        row["name"].as_str().unwrap().to_owned()
    };
    let all = found["hashes"].as_array().unwrap().iter();
    let mut all: Vec<_> = all
        .map(|one| (name(&one["hash"]), one["file"].as_str().unwrap().to_owned()))
        .collect();
    all.sort();
    all
}

fn one(torrent: &str, file: &str) -> Vec<(String, String)> {
    vec![(torrent.to_owned(), file.to_owned())]
}

#[tokio::test]
async fn torrents_are_found_by_what_is_in_them() {
    let bench = Bench::new().await;
    for path in [
        "t/Cover.JPG",
        "t/sub/Größe ÄÖÜ.txt",
        "t/straße.bin",
        "film.mkv",
    ] {
        bench.put(path, 1_000);
    }
    let hash = bench.add("t", json!({})).await;
    bench.add("film.mkv", json!({})).await;
    assert_eq!(found(&bench, "cover").await, one("t", "Cover.JPG"));
    assert_eq!(found(&bench, "JPG  cov").await, one("t", "Cover.JPG"));
    assert_eq!(
        found(&bench, "größe äöü SUB").await,
        one("t", "sub/Größe ÄÖÜ.txt")
    );
    assert_eq!(found(&bench, "STRASSE").await, one("t", "straße.bin"));
    assert_eq!(found(&bench, "film").await, one("film.mkv", "film.mkv"));
    assert_eq!(found(&bench, "cover größe").await, [], "in two files");
    assert_eq!(found(&bench, " ").await, []);
    assert_eq!(found(&bench, "%").await, [], "no pattern");
    let long = json!({"text": "x".repeat(201)});
    assert_eq!(bench.code("find_files", long).await, "text_too_long");
    assert_eq!(found(&bench, &"ä".repeat(200)).await, []);

    // By the name that it has now.
    let request = json!({"hash": hash, "path": ["Cover.JPG"], "name": "front.png"});
    bench.ok("rename_path", request).await;
    while found(&bench, "front").await != one("t", "front.png") {
        tokio::task::yield_now().await;
    }
    assert_eq!(found(&bench, "cover").await, []);
    // What is removed is not found, and is again when it comes back.
    let remove = json!({"hashes": [hash], "data": "keep"});
    bench.ok("remove", remove).await;
    assert_eq!(found(&bench, "front").await, []);
    bench.ok("undo", json!({})).await;
    assert_eq!(found(&bench, "front").await, one("t", "front.png"));
    bench.app.shutdown().await;
    let again = bench.again().await;
    assert_eq!(found(&again, "front").await, one("t", "front.png"));
    again.app.shutdown().await;
}

fn decoded(file: &Value) -> Vec<u8> {
    let base64 = file["base64"].as_str().unwrap();
    base64::engine::general_purpose::STANDARD
        .decode(base64)
        .unwrap()
}

#[tokio::test]
async fn a_torrent_file_keeps_what_shoal_does_not_use_of_it() {
    let bench = Bench::new().await;
    bench.put("t/a", 40_000);
    let info = TorrentSpec::new().build(&bench.files().join("t")).info;
    // One tracker without tiers, a web seed, a key that nobody knows.
    let foreign = [
        b"d8:announce31:http://tracker.example/announce4:info".as_slice(),
        &info,
        b"9:no-such-ki7e8:url-list20:http://web.example/fe",
    ]
    .concat();
    let base64 = base64::engine::general_purpose::STANDARD.encode(&foreign);
    let source = json!({"kind": "bytes", "name": "foreign.torrent", "base64": base64});
    let preview = bench.ok("inspect", json!({ "source": source })).await;
    let request = json!({
        "preview_id": preview["id"], "save_path": bench.files(), "wanted": null,
        "start": false, "labels": [], "choose_files": false,
    });
    let hash = bench.ok("add", request).await["hash"].clone();
    let file = bench.ok("torrent_file", json!({ "hash": hash })).await;
    assert_eq!(decoded(&file), foreign);
    bench.app.shutdown().await;
    let again = bench.again().await;
    let file = again.ok("torrent_file", json!({ "hash": hash })).await;
    assert_eq!(decoded(&file), foreign);
    let rows = again.ok("snapshot", json!({})).await;
    assert_eq!(rows["torrents"][0]["trackers"], json!(["tracker.example"]));
    again.app.shutdown().await;
}

#[tokio::test]
async fn the_torrent_file_is_given_back_as_it_was_added() {
    let bench = Bench::new().await;
    bench.put("t/a", 40_000);
    let torrent = TorrentSpec::new().build(&bench.files().join("t"));
    let hash = bench.add("t", json!({})).await;
    let file = bench.ok("torrent_file", json!({ "hash": hash })).await;
    assert_eq!(file["name"], "t.torrent");
    assert_eq!(decoded(&file), torrent.bytes);
    let magnet = json!({"kind": "text", "text": format!("magnet:?xt=urn:btih:{}", "a".repeat(40))});
    let preview = bench.ok("inspect", json!({ "source": magnet })).await;
    let request = json!({
        "preview_id": preview["id"], "save_path": bench.files(), "wanted": null,
        "start": false, "labels": [], "choose_files": false,
    });
    let hash = bench.ok("add", request).await["hash"].clone();
    assert_eq!(
        bench.code("torrent_file", json!({ "hash": hash })).await,
        "no_metadata"
    );
    bench.app.shutdown().await;
}
