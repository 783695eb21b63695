//! Nothing is added twice, and nothing that the person removed comes back by itself.

use super::*;

const KEEP: &str = "keep";

fn keep() -> Value {
    json!({"after": {"kind": KEEP}})
}

#[tokio::test]
async fn what_was_dealt_with_is_not_taken_again_after_a_restart() {
    let stage = Stage::new().await;
    let id = stage.watch("in", keep()).await;
    stage.put("in/a.torrent", torrent("a"));
    stage.put("in/bad.torrent", "no");
    stage.came("a.torrent", "watch_added", "left").await;
    stage.came("bad.torrent", "watch_bad_torrent", "left").await;
    let before = stage.entries().await.len();
    let stage = stage.again().await;
    let folder = stage.folder(id).await;
    stage.calm(id).await;
    assert_eq!(stage.entries().await.len(), before + 1);
    until("the bad file", async || {
        (stage.folder(id).await["problems"] == 1).then_some(())
    })
    .await;
    let count = stage.folder(id).await["added_today"].as_u64().unwrap();
    assert_eq!(count, 2, "what was added before counts: {folder}");
    stage.app.shutdown().await;
}

#[tokio::test]
async fn a_torrent_that_is_there_gets_trackers_and_counts_as_done() {
    let stage = Stage::new().await;
    stage.watch("in", json!({})).await;
    stage.put("in/a.torrent", torrent("a"));
    stage.came("a.torrent", "watch_added", "renamed").await;
    stage.put("in/copy.torrent", torrent("a"));
    let entry = stage.came("copy.torrent", "watch_already", "renamed").await;
    assert_eq!(entry["sentence"]["params"]["trackers"], "0");
    let link = format!("magnet:?xt=urn:btih:{}&tr=http://t.example/a", hash("a"));
    stage.put("in/link.magnet", link);
    let entry = stage.came("link.magnet", "watch_already", "renamed").await;
    assert_eq!(entry["sentence"]["params"]["trackers"], "1");
    assert_eq!(stage.names().await, ["a"]);
    stage.app.shutdown().await;
}

#[tokio::test]
async fn what_was_removed_stays_away_until_it_is_asked_for() {
    let stage = Stage::new().await;
    let id = stage.watch("in", keep()).await;
    stage.put("in/a.torrent", torrent("a"));
    stage.put("in/old.torrent", torrent("a"));
    old(&stage.path("in/old.torrent"), Duration::from_secs(3_600));
    let first = stage.entry("a.torrent", "an entry", |_| true).await;
    stage.entry("old.torrent", "an entry", |_| true).await;
    assert_eq!(first["removed"], false);
    stage.remove("a").await;
    let entry = stage
        .entry("a.torrent", "removed", |one| one["removed"] == true)
        .await;
    assert_eq!(entry["can_add_again"], true);
    let stage = stage.again().await;
    stage.put("in/copy.torrent", torrent("a"));
    old(&stage.path("in/copy.torrent"), Duration::from_secs(60));
    let copy = stage.came("copy.torrent", "watch_removed", "left").await;
    assert_eq!(
        (&copy["removed"], &copy["tone"]),
        (&json!(true), &json!("warn"))
    );
    stage.calm(id).await;
    assert!(!stage.names().await.contains(&"a".to_owned()));
    stage
        .ok("watch_add_again", json!({"ids": [copy["id"]]}))
        .await;
    let again = stage.came("copy.torrent", "watch_added", "left").await;
    assert_eq!(
        (&again["removed"], &again["can_add_again"]),
        (&json!(false), &json!(false))
    );
    assert!(stage.names().await.contains(&"a".to_owned()));
    stage.app.shutdown().await;
}

#[tokio::test]
async fn a_file_that_came_after_its_torrent_was_removed_is_wanted() {
    let stage = Stage::new().await;
    stage.watch("in", json!({})).await;
    stage.put("in/a.torrent", torrent("a"));
    stage.came("a.torrent", "watch_added", "renamed").await;
    stage.remove("a").await;
    stage.put("in/anew.torrent", torrent("a"));
    let later = std::time::SystemTime::now() + Duration::from_secs(2);
    let file = fs::File::options()
        .append(true)
        .open(stage.path("in/anew.torrent"));
    file.unwrap().set_modified(later).unwrap();
    stage.came("anew.torrent", "watch_added", "renamed").await;
    stage.app.shutdown().await;
}

#[tokio::test]
async fn rules_can_be_taken_back() {
    let stage = Stage::new().await;
    let id = stage.watch("in", json!({"enabled": false})).await;
    stage.put("in/a.torrent", torrent("a"));
    let rules = stage.rules("in", json!({}));
    stage
        .ok("watch_put", json!({"id": id, "rules": rules}))
        .await;
    stage.came("a.torrent", "watch_added", "renamed").await;
    stage.ok("undo", json!({})).await;
    assert_eq!(stage.folder(id).await["state"]["state"], "off");
    stage.ok("undo", json!({})).await;
    assert_eq!(stage.snapshot().await["watch"], json!([]));
    stage.ok("redo", json!({})).await;
    stage.ok("redo", json!({})).await;
    assert_eq!(stage.folder(id).await["added_today"], 1);
    stage.put("in/b.torrent", torrent("b"));
    stage.came("b.torrent", "watch_added", "renamed").await;
    assert_eq!(
        stage.names().await,
        ["a", "b"],
        "torrents stay whatever is taken back"
    );
    stage.app.shutdown().await;
}
