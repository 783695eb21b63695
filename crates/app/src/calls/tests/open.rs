//! Which path a torrent and the number of a file become.

use std::path::{Path, PathBuf};

use super::*;

/// A torrent of what lies in `files/name`, all of it there and verified.
async fn made(bench: &Bench, name: &str) -> String {
    let request = json!({"path": bench.files().join(name), "seed": true});
    let job = bench.ok("create_start", request).await["job"].clone();
    loop {
        let status = bench.ok("create_status", json!({ "job": job })).await;
        match status["state"].as_str().unwrap() {
            "running" => tokio::task::yield_now().await,
            _ => return status["result"]["hash"].as_str().unwrap().to_owned(),
        }
    }
}

async fn opened(bench: &Bench, hash: &str, file: Option<u32>) -> Result<PathBuf, ApiError> {
    bench.app.to_open(hash, file, false).await
}

async fn code(bench: &Bench, hash: &str, file: Option<u32>) -> String {
    opened(bench, hash, file).await.unwrap_err().code
}

/// Whether opening and showing the file both find nothing, even for somebody who is sure.
async fn is_missing(bench: &Bench, hash: &str, file: Option<u32>) -> bool {
    let open = bench.app.to_open(hash, file, true).await.unwrap_err();
    let reveal = bench.app.to_reveal(hash, file).await.unwrap_err();
    open.code == "file_missing" && reveal == open
}

#[tokio::test]
async fn a_whole_file_and_its_folder_are_opened_where_they_lie() {
    let bench = Bench::new().await;
    bench.put("t/a.txt", 40_000);
    bench.put("t/sub/b.txt", 40_000);
    bench.put("film.mkv", 40_000);
    let hash = made(&bench, "t").await;
    let at = |path: &str| Ok(bench.files().join(path));
    assert_eq!(opened(&bench, &hash, None).await, at("t"));
    assert_eq!(opened(&bench, &hash, Some(0)).await, at("t/a.txt"));
    assert_eq!(opened(&bench, &hash, Some(1)).await, at("t/sub/b.txt"));
    assert_eq!(bench.app.to_reveal(&hash, Some(1)).await, at("t/sub/b.txt"));
    assert_eq!(code(&bench, &hash, Some(2)).await, "no_such_file");
    assert_eq!(code(&bench, "nonsense", None).await, "no_such_torrent");

    let single = made(&bench, "film.mkv").await;
    assert_eq!(opened(&bench, &single, None).await, at("film.mkv"));
    assert_eq!(bench.app.to_reveal(&single, None).await, at("film.mkv"));
    bench.app.shutdown().await;
}

#[tokio::test]
async fn a_file_that_got_another_name_is_opened_under_it() {
    let bench = Bench::new().await;
    bench.put("t/a.txt", 40_000);
    bench.put("t/sub/b.txt", 40_000);
    let hash = made(&bench, "t").await;
    let request = json!({"hash": hash, "path": ["sub", "b.txt"], "name": "c.txt"});
    bench.ok("rename_path", request).await;
    let renamed = bench.files().join("t/sub/c.txt");
    loop {
        match opened(&bench, &hash, Some(1)).await {
            // Being moved, it lies under either name.
            Ok(path) if path == renamed => break,
            _ => tokio::task::yield_now().await,
        }
    }
    bench.app.shutdown().await;
}

#[tokio::test]
async fn what_could_run_is_opened_only_by_somebody_who_is_sure() {
    let bench = Bench::new().await;
    for name in ["a.exe", "b.mp4.scr", "c.txt", "d.docm"] {
        bench.put(&format!("t/{name}"), 20_000);
    }
    bench.put("Tool.app/readme.txt", 20_000);
    let hash = made(&bench, "t").await;
    for (file, name, risk) in [
        (0, "a.exe", "executable"),
        (1, "b.mp4.scr", "disguised"),
        (3, "d.docm", "executable"),
    ] {
        let refused = opened(&bench, &hash, Some(file)).await.unwrap_err();
        let expected = ApiError::new("open_risky")
            .with("name", name)
            .with("risk", risk);
        assert_eq!(refused, expected);
        let path = bench.files().join("t").join(name);
        assert_eq!(
            bench.app.to_open(&hash, Some(file), true).await,
            Ok(path.clone())
        );
        assert_eq!(bench.app.to_reveal(&hash, Some(file)).await, Ok(path));
    }
    assert!(opened(&bench, &hash, Some(2)).await.is_ok());
    assert!(
        opened(&bench, &hash, None).await.is_ok(),
        "a folder runs nothing"
    );
    let bundle = made(&bench, "Tool.app").await;
    assert_eq!(code(&bench, &bundle, None).await, "open_risky");

    // Another name on disk makes nothing harmless, and can make harm.
    for (from, to, file) in [("a.exe", "a.txt", 0), ("c.txt", "c.sh", 2)] {
        let request = json!({"hash": hash, "path": [from], "name": to});
        bench.ok("rename_path", request).await;
        let renamed = Ok(bench.files().join("t").join(to));
        while bench.app.to_reveal(&hash, Some(file)).await != renamed {
            tokio::task::yield_now().await;
        }
        assert_eq!(code(&bench, &hash, Some(file)).await, "open_risky", "{to}");
    }
    bench.app.shutdown().await;
}

#[tokio::test]
async fn what_is_not_whole_or_not_there_is_said() {
    let bench = Bench::new().await;
    bench.put("t/a.txt", 40_000);
    bench.put("t/b.exe", 40_000);
    let hash = bench.add("t", json!({})).await;
    let refused = opened(&bench, &hash, Some(0)).await.unwrap_err();
    assert_eq!(refused, ApiError::new("not_whole").with("name", "a.txt"));
    assert_eq!(
        code(&bench, &hash, Some(1)).await,
        "open_risky",
        "the graver first"
    );
    let path = bench.files().join("t/a.txt");
    assert_eq!(
        bench.app.to_open(&hash, Some(0), true).await,
        Ok(path.clone())
    );
    fs::remove_file(&path).unwrap();
    assert!(is_missing(&bench, &hash, Some(0)).await);
    let said = opened(&bench, &hash, Some(0)).await.unwrap_err();
    assert_eq!(said.params["path"], path.display().to_string());
    fs::remove_dir_all(bench.files().join("t")).unwrap();
    assert!(is_missing(&bench, &hash, None).await);

    let magnet = json!({"kind": "text", "text": format!("magnet:?xt=urn:btih:{}", "a".repeat(40))});
    let preview = bench.ok("inspect", json!({ "source": magnet })).await;
    let request = json!({
        "preview_id": preview["id"], "save_path": bench.files(), "wanted": null,
        "start": false, "labels": [], "choose_files": false,
    });
    let hash = bench.ok("add", request).await["hash"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(code(&bench, &hash, None).await, "no_metadata");
    bench.app.shutdown().await;
}

#[tokio::test]
async fn a_file_that_carries_the_suffix_is_found() {
    let bench = Bench::new().await;
    bench.put("t/a.txt", 40_000);
    bench.put("t/b.txt", 40_000);
    let values = json!({"downloads.part_suffix": true});
    bench.ok("set_settings", json!({ "values": values })).await;
    let hash = bench.add("t", json!({})).await;
    let part = bench.files().join("t/a.txt.part");
    fs::rename(bench.files().join("t/a.txt"), &part).unwrap();
    assert_eq!(bench.app.to_reveal(&hash, Some(0)).await, Ok(part));
    let bare = bench.files().join("t/b.txt");
    assert_eq!(bench.app.to_reveal(&hash, Some(1)).await, Ok(bare));
    bench.app.shutdown().await;
}

#[cfg(unix)]
#[tokio::test]
async fn no_link_leads_out_of_a_torrent() {
    let bench = Bench::new().await;
    bench.put("t/a.txt", 40_000);
    bench.put("t/sub/b.txt", 40_000);
    bench.put("secret/b.txt", 40_000);
    bench.put("film.mkv", 40_000);
    let (hash, single) = (made(&bench, "t").await, made(&bench, "film.mkv").await);
    let replace = |path: &str, with: &Path| {
        let path = bench.files().join(path);
        let kept = path.with_extension("kept");
        fs::rename(&path, &kept).unwrap();
        std::os::unix::fs::symlink(with, &path).unwrap();
        kept
    };
    let secret = bench.files().join("secret/b.txt");
    replace("t/a.txt", &secret);
    assert!(
        is_missing(&bench, &hash, Some(0)).await,
        "a file that is a link"
    );
    let kept = replace("t/sub", &bench.files().join("secret"));
    assert!(
        is_missing(&bench, &hash, Some(1)).await,
        "a folder that is a link"
    );
    replace("film.mkv", &secret);
    assert!(
        is_missing(&bench, &single, None).await,
        "the whole is a link"
    );
    fs::remove_file(bench.files().join("t/sub")).unwrap();
    fs::rename(kept, bench.files().join("t/sub")).unwrap();
    let top = replace("t", &bench.files().join("secret"));
    assert!(is_missing(&bench, &hash, None).await);
    assert!(is_missing(&bench, &hash, Some(1)).await);
    // Where the torrent is saved to is the user's own choice.
    fs::remove_file(bench.files().join("t")).unwrap();
    fs::rename(top, bench.files().join("t")).unwrap();
    assert!(bench.app.to_reveal(&hash, Some(1)).await.is_ok());
    bench.app.shutdown().await;
}
