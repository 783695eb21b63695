//! The person asks for a file of the history again: it is read where it lies now, whatever the rules did
//! with it.

use super::*;

/// Adds `a` by these rules, removes it, and gives the entry of its file.
async fn removed(stage: &Stage, rules: Value, original: &str) -> Value {
    stage.watch("in", rules).await;
    stage.put("in/a.torrent", torrent("a"));
    stage.came("a.torrent", "watch_added", original).await;
    stage.remove("a").await;
    stage
        .entry("a.torrent", "removed", |one| one["removed"] == true)
        .await
}

async fn again(stage: &Stage, entry: &Value) -> Result<Value, ApiError> {
    let request = json!({"ids": [entry["id"]]});
    stage.call("watch_add_again", request).await
}

/// The code of the refusal.
async fn refused(stage: &Stage, entry: &Value) -> String {
    let before = stage.entries().await.len();
    let refusal = again(stage, entry).await.unwrap_err();
    assert_eq!(stage.entries().await.len(), before, "nothing is told");
    refusal.code
}

#[tokio::test]
async fn a_renamed_original_is_read_where_it_is_and_not_renamed_again() {
    let stage = Stage::new().await;
    let entry = removed(&stage, json!({"labels": ["mine"]}), "renamed").await;
    assert_eq!(entry["can_add_again"], true);
    let stage = stage.again().await;
    again(&stage, &entry).await.unwrap();
    assert_eq!(stage.names().await, ["a"]);
    assert_eq!(stage.row("a").await["labels"], json!(["mine"]));
    let added = &stage.entries().await[0];
    assert_eq!(added["sentence"]["code"], "watch_added");
    assert_eq!(added["original"]["name"], "a.torrent.added");
    assert_eq!(
        (&added["removed"], &added["can_add_again"]),
        (&json!(false), &json!(false))
    );
    let id = entry["folder"].as_u64().unwrap();
    stage.calm(id).await;
    let names = stage.names_in("in");
    assert!(names.contains(&"a.torrent.added".to_owned()), "{names:?}");
    assert_eq!(names.iter().filter(|n| n.starts_with("a.")).count(), 1);
    let shown = added["id"].as_u64().unwrap();
    let shown = stage.app.to_reveal_watched(shown).await.unwrap();
    assert_eq!(shown, stage.path("in/a.torrent.added"));
    stage.remove("a").await;
    let added = stage.entry("a.torrent", "removed", |one| one["removed"] == true);
    again(&stage, &added.await).await.unwrap();
    assert!(
        stage.names().await.contains(&"a".to_owned()),
        "as often as it is wanted"
    );
    stage.app.shutdown().await;
}

#[tokio::test]
async fn a_moved_original_is_read_where_it_is_and_keeps_the_labels_of_its_folder() {
    let stage = Stage::new().await;
    fs::create_dir(stage.path("done")).unwrap();
    let to = json!({"kind": "move", "folder": stage.path("done")});
    stage
        .watch("in", json!({"after": to, "subfolders": "labels"}))
        .await;
    stage.put("in/films/a.torrent", torrent("a"));
    stage.came("films/a.torrent", "watch_added", "moved").await;
    stage.remove("a").await;
    let entry = stage
        .entry("films/a.torrent", "removed", |one| {
            one["can_add_again"] == true
        })
        .await;
    again(&stage, &entry).await.unwrap();
    assert_eq!(stage.row("a").await["labels"], json!(["films"]));
    assert_eq!(stage.entries().await[0]["original"]["state"], "moved");
    assert_eq!(stage.names_in("done"), ["a.torrent"]);
    stage.app.shutdown().await;
}

#[tokio::test]
async fn what_was_left_in_its_place_is_dealt_with_once_it_is_added_again() {
    let stage = Stage::new().await;
    let first = removed(&stage, json!({}), "renamed").await;
    stage.put("in/copy.torrent", torrent("a"));
    old(&stage.path("in/copy.torrent"), Duration::from_secs(60));
    let copy = stage.came("copy.torrent", "watch_removed", "left").await;
    again(&stage, &copy).await.unwrap();
    stage.came("copy.torrent", "watch_added", "renamed").await;
    assert_eq!(
        stage.names_in("in"),
        ["a.torrent.added", "copy.torrent.added"]
    );
    assert_eq!(refused(&stage, &first).await, "watch_again_listed");
    assert_eq!(stage.names().await, ["a"]);
    stage.app.shutdown().await;
}

#[tokio::test]
async fn what_is_gone_is_said_to_be_gone() {
    for (after, original, code) in [
        ("delete", "deleted", "watch_again_gone"),
        ("rename", "renamed", "watch_again_gone"),
    ] {
        let stage = Stage::new().await;
        let entry = removed(&stage, json!({"after": {"kind": after}}), original).await;
        assert_eq!(entry["can_add_again"], after == "rename", "{after}");
        if after == "rename" {
            fs::rename(stage.path("in/a.torrent.added"), stage.path("elsewhere")).unwrap();
        }
        assert_eq!(refused(&stage, &entry).await, code);
        assert_eq!(stage.names().await, Vec::<String>::new());
        stage.app.shutdown().await;
    }
}

#[tokio::test]
async fn who_puts_the_file_back_in_its_place_can_add_it_again() {
    let stage = Stage::new().await;
    let entry = removed(&stage, json!({}), "renamed").await;
    let id = entry["folder"].as_u64().unwrap();
    fs::rename(stage.path("in/a.torrent.added"), stage.path("in/a.torrent")).unwrap();
    stage.calm(id).await;
    assert!(
        !stage.names().await.contains(&"a".to_owned()),
        "not by itself"
    );
    again(&stage, &entry).await.unwrap();
    stage.came("a.torrent", "watch_added", "renamed").await;
    until("the original", async || {
        (!stage.path("in/a.torrent").exists()).then_some(())
    })
    .await;
    assert!(stage.names().await.contains(&"a".to_owned()));
    stage.app.shutdown().await;
}

#[tokio::test]
async fn another_file_in_its_place_is_not_added_for_it() {
    let stage = Stage::new().await;
    let entry = removed(&stage, json!({}), "renamed").await;
    stage.put("in/a.torrent.added", torrent("b"));
    assert_eq!(refused(&stage, &entry).await, "watch_again_replaced");
    stage.put("in/a.torrent.added", "no torrent at all");
    assert_eq!(refused(&stage, &entry).await, "watch_again_replaced");
    #[cfg(unix)]
    {
        stage.put("elsewhere.torrent", torrent("a"));
        fs::remove_file(stage.path("in/a.torrent.added")).unwrap();
        let link = stage.path("in/a.torrent.added");
        std::os::unix::fs::symlink(stage.path("elsewhere.torrent"), link).unwrap();
        assert_eq!(refused(&stage, &entry).await, "watch_again_replaced");
    }
    let big = fs::File::create(stage.path("in/big")).unwrap();
    big.set_len(21 * 1024 * 1024).unwrap();
    fs::rename(stage.path("in/big"), stage.path("in/a.torrent.added")).unwrap();
    assert_eq!(refused(&stage, &entry).await, "watch_again_replaced");
    assert_eq!(stage.names().await, Vec::<String>::new());
    stage.app.shutdown().await;
}

#[tokio::test]
async fn of_links_those_that_were_removed_come_back_and_none_that_was_not_there() {
    let stage = Stage::new().await;
    stage.watch("in", json!({})).await;
    let links = ['a', 'b', 'c', 'd'].map(magnet);
    stage.put("in/more.magnet", links[..3].join("\n"));
    stage
        .came("more.magnet", "watch_added_many", "renamed")
        .await;
    let hashes = ["a".repeat(40), "b".repeat(40)];
    let request = json!({"hashes": hashes, "data": "keep"});
    stage.ok("remove", request).await;
    let entry = stage
        .entry("more.magnet", "removed", |one| one["can_add_again"] == true)
        .await;
    stage.put("in/more.magnet.added", links.join("\n"));
    again(&stage, &entry).await.unwrap();
    let added = &stage.entries().await[0];
    assert_eq!(added["sentence"]["code"], "watch_mixed");
    let params = &added["sentence"]["params"];
    assert_eq!(
        (&params["added"], &params["already"]),
        (&json!("2"), &json!("1"))
    );
    let mut rows: Vec<_> = stage.names().await;
    rows.sort();
    assert_eq!(rows, ['a', 'b', 'c'].map(|c| c.to_string().repeat(40)));
    stage.app.shutdown().await;
}

#[tokio::test]
async fn a_newer_file_of_the_same_name_is_not_taken_for_it() {
    let stage = Stage::new().await;
    let entry = removed(&stage, json!({}), "renamed").await;
    let id = entry["folder"].as_u64().unwrap();
    let rules = stage.rules("in", json!({"after": {"kind": "keep"}}));
    stage
        .ok("watch_put", json!({"id": id, "rules": rules}))
        .await;
    stage.put("in/a.torrent", torrent("b"));
    let newer = stage
        .entry("a.torrent", "the newer", |one| one["id"] != entry["id"])
        .await;
    stage.remove("b").await;
    again(&stage, &entry).await.unwrap();
    assert_eq!(stage.names().await, ["a"]);
    let added = &stage.entries().await[0];
    assert_eq!(
        (&added["file"], &added["original"]["state"]),
        (&json!("a.torrent.added"), &json!("left"))
    );
    let stage = stage.again().await;
    stage.calm(id).await;
    let entries = stage.entries().await;
    let own: Vec<_> = entries
        .iter()
        .filter(|one| one["file"] == "a.torrent")
        .collect();
    assert_eq!(
        (own.len(), &own[0]["id"]),
        (2, &newer["id"]),
        "it is still dealt with"
    );
    assert!(!stage.names().await.contains(&"b".to_owned()));
    stage.app.shutdown().await;
}

#[tokio::test]
async fn a_bad_file_that_was_moved_is_tried_again_where_it_lies() {
    let stage = Stage::new().await;
    fs::create_dir(stage.path("bad")).unwrap();
    stage
        .watch("in", json!({"bad_folder": stage.path("bad")}))
        .await;
    stage.put("in/a.torrent", "no");
    let entry = stage.came("a.torrent", "watch_bad_torrent", "moved").await;
    assert_eq!(entry["can_retry"], true);
    let request = json!({"ids": [entry["id"]]});
    stage.ok("watch_retry", request.clone()).await;
    let told = stage.entries().await;
    assert_eq!(told.len(), 2);
    assert_eq!(
        (&told[0]["sentence"], &told[0]["original"]),
        (&entry["sentence"], &entry["original"])
    );
    stage.put("bad/a.torrent", torrent("a"));
    stage
        .ok("watch_retry", json!({"ids": [told[0]["id"]]}))
        .await;
    stage.came("a.torrent", "watch_added", "moved").await;
    assert_eq!(stage.names().await, ["a"]);
    fs::remove_file(stage.path("bad/a.torrent")).unwrap();
    let refusal = stage.call("watch_retry", request).await.unwrap_err();
    assert_eq!(refusal.code, "watch_again_gone");
    stage.app.shutdown().await;
}

#[tokio::test]
async fn a_folder_that_is_paused_or_dropped_says_so_or_adds() {
    let stage = Stage::new().await;
    let entry = removed(&stage, json!({}), "renamed").await;
    let id = entry["folder"].as_u64().unwrap();
    stage.put("in/bad.torrent", "no");
    let bad = stage.came("bad.torrent", "watch_bad_torrent", "left").await;
    let rules = stage.rules("in", json!({"enabled": false}));
    stage
        .ok("watch_put", json!({"id": id, "rules": rules}))
        .await;
    let request = json!({"ids": [bad["id"]]});
    let refusal = stage.call("watch_retry", request).await.unwrap_err();
    assert_eq!(refusal.code, "watch_again_paused");
    again(&stage, &entry).await.unwrap();
    assert_eq!(stage.names().await, ["a"]);
    stage.remove("a").await;
    stage.ok("watch_drop", json!({ "id": id })).await;
    assert_eq!(refused(&stage, &entry).await, "no_such_watch");
    stage.app.shutdown().await;
}

#[tokio::test]
async fn of_many_those_that_can_be_are_added_and_the_others_are_counted() {
    let stage = Stage::new().await;
    stage.watch("in", json!({})).await;
    let names: Vec<String> = (0..40).map(|i| format!("t{i:02}")).collect();
    for name in &names {
        stage.put(&format!("in/{name}.torrent"), torrent(name));
    }
    until("all of them", async || {
        let done = stage.names_in("in").iter().all(|name| is_added(name));
        (done && stage.names().await.len() == 40).then_some(())
    })
    .await;
    stage.came("t39.torrent", "watch_added", "renamed").await;
    let hashes: Vec<_> = names.iter().map(|name| hash(name).to_string()).collect();
    stage
        .ok("remove", json!({"hashes": hashes, "data": "keep"}))
        .await;
    for name in &names[..3] {
        fs::remove_file(stage.path(&format!("in/{name}.torrent.added"))).unwrap();
    }
    let ids: Vec<_> = stage
        .entries()
        .await
        .iter()
        .map(|one| one["id"].clone())
        .collect();
    let refusal = stage
        .call("watch_add_again", json!({ "ids": ids }))
        .await
        .unwrap_err();
    assert_eq!(
        (&*refusal.code, &*refusal.params["n"]),
        ("watch_again_some", "3")
    );
    assert_eq!(stage.names().await, names[3..]);
    stage.app.shutdown().await;
}
