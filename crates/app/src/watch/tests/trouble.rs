//! Bad files, folders that are away, a store without room, and ends at the worst moment.

use super::*;

#[tokio::test]
async fn a_bad_file_is_told_of_once_left_alone_and_taken_when_it_has_changed() {
    let stage = Stage::new().await;
    let id = stage.watch("in", json!({})).await;
    stage.put("in/a.torrent", "<html>");
    let entry = stage.came("a.torrent", "watch_bad_torrent", "left").await;
    assert_eq!(entry["sentence"]["params"]["code"], "html_page");
    assert_eq!(
        (&entry["tone"], &entry["can_retry"]),
        (&json!("bad"), &json!(true))
    );
    assert_eq!(stage.folder(id).await["problems"], 1);
    assert_eq!(stage.page(None).await["problems"], 1);
    stage.ok("watch_retry", json!({"ids": [entry["id"]]})).await;
    let retried = stage
        .entry("a.torrent", "told again", |one| one["id"] != entry["id"])
        .await;
    assert_eq!(retried["sentence"], entry["sentence"]);
    stage.put("in/a.torrent", torrent("a"));
    stage.came("a.torrent", "watch_added", "renamed").await;
    assert_eq!(stage.folder(id).await["problems"], 0);
    let told = stage.entries().await;
    assert_eq!(told.len(), 3, "each time once: {told:#?}");
    assert_eq!(
        told[1]["can_retry"], false,
        "it is not the newest of its file"
    );
    stage.app.shutdown().await;
}

#[tokio::test]
async fn a_bad_file_is_moved_where_the_rules_say_and_no_link_is_followed() {
    let stage = Stage::new().await;
    std::fs::create_dir(stage.path("bad")).unwrap();
    let id = stage
        .watch("in", json!({"bad_folder": stage.path("bad")}))
        .await;
    stage.put("in/a.torrent", "no");
    stage.came("a.torrent", "watch_bad_torrent", "moved").await;
    assert_eq!(stage.names_in("bad"), ["a.torrent"]);
    until("no problem", async || {
        (stage.folder(id).await["problems"] == 0).then_some(())
    })
    .await;
    stage.put("elsewhere.torrent", torrent("elsewhere"));
    #[cfg(unix)]
    {
        let link = stage.path("in/link.torrent");
        std::os::unix::fs::symlink(stage.path("elsewhere.torrent"), link).unwrap();
        stage
            .entry("link.torrent", "a link", |one| {
                one["sentence"]["code"] == "watch_bad_link"
            })
            .await;
    }
    assert_eq!(stage.names().await, Vec::<String>::new());
    stage.app.shutdown().await;
}

#[tokio::test]
async fn other_rules_give_a_bad_file_another_try() {
    let stage = Stage::new().await;
    let id = stage.watch("in", json!({})).await;
    stage.put("in/a.torrent", "no");
    let entry = stage.came("a.torrent", "watch_bad_torrent", "left").await;
    let rules = stage.rules("in", json!({"start": true}));
    stage
        .ok("watch_put", json!({"id": id, "rules": rules}))
        .await;
    stage
        .entry("a.torrent", "told again", |one| one["id"] != entry["id"])
        .await;
    stage.app.shutdown().await;
}

#[tokio::test]
async fn a_folder_that_is_away_is_said_once_and_taken_up_when_it_is_back() {
    let stage = Stage::new().await;
    let id = stage.watch("away", json!({})).await;
    let comes_to = async |stage: &Stage, wanted: &str| {
        until(wanted, async || {
            let folder = stage.folder(id).await;
            (folder["state"]["state"] == wanted).then_some(folder)
        })
        .await
    };
    let folder = comes_to(&stage, "unreachable").await;
    assert_eq!(folder["state"]["sentence"]["code"], "watch_away_missing");
    let told = async |stage: &Stage| {
        let page = stage.page(None).await;
        let all = page["entries"].as_array().unwrap().clone();
        all.into_iter()
            .map(|one| one["sentence"]["code"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    until("the news", async || {
        (told(&stage).await == ["watch_gone"]).then_some(())
    })
    .await;
    // As the history tells it.
    let since = stage.page(None).await["entries"][0]["at"].clone();
    until("since when", async || {
        (stage.folder(id).await["state"]["since"] == since).then_some(())
    })
    .await;
    let stage = stage.again().await;
    let after = comes_to(&stage, "unreachable").await;
    assert_eq!(after["state"]["since"], since);
    stage.put("away/a.torrent", torrent("a"));
    stage.came("a.torrent", "watch_added", "renamed").await;
    assert_eq!(
        told(&stage).await,
        ["watch_added", "watch_back", "watch_gone"]
    );
    stage.app.shutdown().await;
}

#[tokio::test]
async fn who_quits_while_a_thousand_files_wait_loses_none_and_gets_none_twice() {
    let stage = Stage::new().await;
    for i in 0..1_000 {
        stage.put(&format!("in/{i:04}.torrent"), torrent(&format!("t{i}")));
    }
    let id = stage.watch("in", json!({})).await;
    until("the first", async || {
        (stage.folder(id).await["added_today"] != 0).then_some(())
    })
    .await;
    let begun = Instant::now();
    let stage = stage.again().await;
    let took = begun.elapsed();
    assert!(
        took < Duration::from_secs(20),
        "quit and start took {took:?}"
    );
    until("all of them", async || {
        let names = stage.names_in("in");
        let done = names.iter().all(|name| is_added(name));
        (done && stage.names().await.len() == 1_000).then_some(())
    })
    .await;
    let (mut before, mut count) = (None, 0);
    loop {
        let page = stage.page(before).await;
        let entries = page["entries"].as_array().unwrap().clone();
        count += entries.len();
        assert!(
            entries
                .iter()
                .all(|one| one["sentence"]["code"] == "watch_added")
        );
        if page["more"] == false {
            break;
        }
        before = entries.last().unwrap()["id"].as_u64();
    }
    assert_eq!(count, 1_000);
    stage.app.shutdown().await;
}
