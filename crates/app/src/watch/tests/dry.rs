//! A dry run says what then happens.

use super::*;

/// What a sentence of the dry run means for the entry that comes of it; none: there is none.
fn expected(would: &Value) -> Option<&'static str> {
    match would["code"].as_str().unwrap() {
        "watch_would_add" => Some("watch_added"),
        "watch_would_add_many" => Some("watch_added_many"),
        "watch_would_merge" => Some("watch_already"),
        "watch_would_not_removed" => Some("watch_removed"),
        "watch_would_not_excluded" | "watch_would_not_again" => None,
        "watch_bad_torrent" => Some("watch_bad_torrent"),
        "watch_bad_empty" => Some("watch_bad_empty"),
        "watch_bad_magnet" => Some("watch_bad_magnet"),
        "watch_bad_link" => Some("watch_bad_link"),
        other => panic!("{other}"),
    }
}

async fn dry(stage: &Stage, id: Option<u64>, more: Value) -> Value {
    let rules = stage.rules("in", more);
    let request = json!({"id": id, "rules": rules});
    stage.ok("watch_dry_run", request).await
}

/// A file of each kind that there is, but those that were removed.
fn put_all_kinds(stage: &Stage) {
    stage.put("in/new.torrent", torrent("new"));
    stage.put("in/known.torrent", torrent("known"));
    stage.put("in/sub/deep.torrent", torrent("deep"));
    stage.put("in/bad.torrent", "no");
    stage.put("in/empty.torrent", "");
    stage.put("in/no-sample.torrent", torrent("sample"));
    stage.put("in/wait.torrent.part", torrent("part"));
    stage.put("in/.hidden.torrent", torrent("hidden"));
    stage.put(
        "in/two.magnet",
        format!("{}\n{}\n", magnet('a'), magnet('b')),
    );
    stage.put("in/none.magnet", "nothing\n");
    stage.put("in/blank.magnet", "\n# x\n");
    #[cfg(unix)]
    std::os::unix::fs::symlink(stage.path("in/new.torrent"), stage.path("in/link.torrent"))
        .unwrap();
}

#[tokio::test]
async fn what_a_dry_run_says_of_each_file_is_what_happens_then() {
    let stage = Stage::new().await;
    stage.put("other/known.torrent", torrent("known"));
    stage.put("other/gone.torrent", torrent("gone"));
    stage.watch("other", json!({})).await;
    stage.came("known.torrent", "watch_added", "renamed").await;
    stage.came("gone.torrent", "watch_added", "renamed").await;
    stage.put("in/gone.torrent", torrent("gone"));
    stage.put(
        "in/gone.magnet",
        magnet('0').replace(&"0".repeat(40), &hash("gone").to_string()),
    );
    for name in ["in/gone.torrent", "in/gone.magnet"] {
        old(&stage.path(name), Duration::from_secs(60));
    }
    stage.remove("gone").await;
    put_all_kinds(&stage);
    let more = json!({"exclude": ["*sample*"], "subfolders": "labels", "after": {"kind": "keep"}});
    let said = dry(&stage, None, more.clone()).await;
    let files = said["files"].as_array().unwrap();
    assert_eq!(files.len(), if cfg!(unix) { 12 } else { 11 }, "{said:#}");
    assert_eq!(
        (&said["would_add"], &said["more"]),
        (&json!(4), &json!(false))
    );
    let deep = files
        .iter()
        .find(|one| one["file"] == "sub/deep.torrent")
        .unwrap();
    let params = &deep["sentence"]["params"];
    assert_eq!(
        (&params["labels"], &params["save_to"]),
        (&json!("sub"), &json!(stage.path("downloads")))
    );
    assert_eq!(stage.names().await, ["known"], "nothing was touched");

    let id = stage.watch("in", more.clone()).await;
    stage.calm(id).await;
    for file in files {
        let name = file["file"].as_str().unwrap();
        if let Some(code) = expected(&file["sentence"]) {
            let came = stage.entry(name, code, |_| true).await;
            assert_eq!(came["sentence"]["code"], code, "{name}");
        } else {
            let entries = stage.entries().await;
            assert!(entries.iter().all(|one| one["file"] != name), "{name}");
        }
    }
    let again = dry(&stage, Some(id), more).await;
    for file in again["files"].as_array().unwrap() {
        let code = file["sentence"]["code"].as_str().unwrap();
        let fits = ["watch_would_not_again", "watch_would_not_excluded"].contains(&code);
        assert!(fits, "{file}");
    }
    assert_eq!(again["would_add"], 0);
    stage.app.shutdown().await;
}

#[tokio::test]
async fn a_torrent_under_two_names_would_be_added_once() {
    let stage = Stage::new().await;
    stage.put("in/a.torrent", torrent("a"));
    stage.put("in/b.torrent", torrent("a"));
    let said = dry(&stage, None, json!({})).await;
    let codes: Vec<_> = said["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| &f["sentence"]["code"])
        .collect();
    assert_eq!(codes, ["watch_would_add", "watch_would_merge"]);
    assert_eq!(said["would_add"], 1);
    stage.app.shutdown().await;
}

#[tokio::test]
async fn a_dry_run_of_a_folder_that_is_away_says_so() {
    let stage = Stage::new().await;
    let rules = stage.rules("away", json!({}));
    let refused = stage
        .call("watch_dry_run", json!({"id": null, "rules": rules}))
        .await;
    assert_eq!(refused.unwrap_err().code, "file_missing");
    stage.app.shutdown().await;
}
