//! Originals that go to the trash, and those that cannot be dealt with for a while.

use super::*;

/// Moves what the system says is trash: with a home of its own, in a process of its own.
#[cfg(target_os = "linux")]
#[test]
fn what_goes_to_the_trash_can_be_put_back_and_added_again() {
    const NAME: &str =
        "watch::tests::originals::what_goes_to_the_trash_can_be_put_back_and_added_again";
    if std::env::var_os(TRASH).is_some() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(trash_and_back());
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let run = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", NAME, "--nocapture"])
        .env(TRASH, "1")
        .env("HOME", home.path())
        .env("XDG_DATA_HOME", home.path().join("xdg"))
        .env("TMPDIR", home.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    let cried = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{said}\n{cried}");
    assert!(said.contains("1 passed"), "it ran: {said}");
    let trash = home.path().join("xdg/Trash/files");
    let files: Vec<_> = fs::read_dir(trash).unwrap().collect();
    assert_eq!(files.len(), 1, "{files:?}");
}

#[cfg(target_os = "linux")]
async fn trash_and_back() {
    let trash = PathBuf::from(std::env::var_os("XDG_DATA_HOME").unwrap()).join("Trash");
    let stage = Stage::new().await;
    let id = stage.watch("in", json!({"after": {"kind": "trash"}})).await;
    stage.put("in/a.torrent", torrent("a"));
    let entry = stage.came("a.torrent", "watch_added", "trashed").await;
    assert_eq!(entry["can_reveal"], false);
    assert_eq!(stage.names_in("in"), Vec::<String>::new());
    stage.remove("a").await;
    let request = json!({"ids": [entry["id"]]});
    let refusal = stage.call("watch_add_again", request.clone()).await;
    assert_eq!(refusal.unwrap_err().code, "watch_again_trashed");
    // As a file manager puts it back.
    fs::rename(trash.join("files/a.torrent"), stage.path("in/a.torrent")).unwrap();
    fs::remove_file(trash.join("info/a.torrent.trashinfo")).unwrap();
    stage.ok("watch_look", json!({ "id": id })).await;
    stage
        .entry("a.torrent", "back", |one| one["can_add_again"] == true)
        .await;
    assert_eq!(stage.names().await, Vec::<String>::new(), "not by itself");
    stage.ok("watch_add_again", request).await;
    stage
        .entry("a.torrent", "trashed again", |one| {
            one["id"] != entry["id"] && one["original"]["state"] == "trashed"
        })
        .await;
    assert_eq!(stage.names().await, ["a"]);
    stage.app.shutdown().await;
}

#[tokio::test]
async fn without_a_trash_the_original_stays_and_the_torrent_too() {
    let stage = Stage::new().await;
    stage.watch("in", json!({"after": {"kind": "trash"}})).await;
    stage.put("in/a.torrent", torrent("a"));
    let entry = stage.came("a.torrent", "watch_added", "failed").await;
    let why = &entry["original"]["sentence"]["code"];
    assert_eq!(*why, "watch_after_no_trash");
    assert_eq!(stage.names_in("in"), ["a.torrent"]);
    assert_eq!(stage.names().await, ["a"]);
    stage.app.shutdown().await;
}

#[tokio::test]
async fn a_move_goes_on_by_itself_once_its_folder_is_there() {
    let stage = Stage::new().await;
    let to = json!({"kind": "move", "folder": stage.path("done")});
    stage.watch("in", json!({ "after": to })).await;
    stage.put("in/a.torrent", torrent("a"));
    let entry = stage.came("a.torrent", "watch_added", "failed").await;
    let why = &entry["original"]["sentence"]["code"];
    assert_eq!(*why, "watch_after_missing");
    assert!(!stage.path("done").exists(), "a folder is never made");
    fs::create_dir(stage.path("done")).unwrap();
    let moved = stage.came("a.torrent", "watch_added", "moved").await;
    assert_eq!(moved["id"], entry["id"], "it is one entry all the time");
    assert_eq!(stage.names_in("done"), ["a.torrent"]);
    assert_eq!(stage.names().await, ["a"]);
    stage.app.shutdown().await;
}

#[tokio::test]
async fn what_cannot_be_told_of_all_is_polled_and_said_once() {
    let stage = Stage::new().await;
    for i in 0..50 {
        fs::create_dir(stage.path(&format!("in/{i}"))).unwrap();
    }
    let id = stage.watch("in", json!({"subfolders": "on"})).await;
    let stage = said_once(stage, id, "watch_limit").await;
    let now = stage.folder(id).await["state"].clone();
    assert_eq!(
        (&now["state"], &now["why"]),
        (&json!("polling"), &json!("limit"))
    );
    stage.put("in/49/a.torrent", torrent("a"));
    stage.came("49/a.torrent", "watch_added", "renamed").await;
    stage.app.shutdown().await;
}

#[tokio::test]
async fn that_a_folder_holds_too_much_is_said_once() {
    let stage = Stage::new().await;
    for i in 0..4_001 {
        fs::File::create(stage.path(&format!("in/{i}"))).unwrap();
    }
    let id = stage.watch("in", json!({})).await;
    let stage = said_once(stage, id, "watch_too_many").await;
    stage.app.shutdown().await;
}

/// Waits until the history says it, looks again, starts again, and finds it said once.
async fn said_once(mut stage: Stage, id: u64, code: &str) -> Stage {
    let told = async |stage: &Stage| {
        let page = stage.page(None).await;
        let all = page["entries"].as_array().unwrap().clone();
        let said = |one: &&Value| one["sentence"]["code"] == code;
        all.iter().filter(said).count()
    };
    until(code, async || (told(&stage).await > 0).then_some(())).await;
    for _ in 0..2 {
        stage.ok("watch_look", json!({ "id": id })).await;
        until("a look", async || {
            (stage.folder(id).await["state"]["state"] != "starting").then_some(())
        })
        .await;
        stage = stage.again().await;
    }
    until("a look", async || {
        (stage.folder(id).await["state"]["state"] != "starting").then_some(())
    })
    .await;
    assert_eq!(told(&stage).await, 1);
    stage
}
