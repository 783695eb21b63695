//! What comes into a folder is added by its rules, told of, and then its original is dealt with.

use shoal_api::Event;

use super::*;

#[tokio::test]
async fn a_file_is_added_by_the_rules_told_of_and_renamed() {
    let stage = Stage::new().await;
    let more = json!({"save_to": stage.path("films"), "labels": ["new"], "top": true});
    let id = stage.watch("in", more).await;
    let mut events = stage.app.subscribe();
    stage.put("in/a.torrent", torrent("a"));
    let entry = stage.came("a.torrent", "watch_added", "renamed").await;
    assert_eq!(entry["sentence"]["params"]["name"], "a");
    assert_eq!(entry["original"]["name"], "a.torrent.added");
    assert_eq!(entry["hashes"], json!([hash("a").to_string()]));
    assert_eq!(
        (&entry["tone"], &entry["removed"]),
        (&json!("good"), &json!(false))
    );
    assert_eq!(stage.names_in("in"), ["a.torrent.added"]);
    let row = stage.row("a").await;
    assert_eq!(row["save_path"], json!(stage.path("films")));
    assert_eq!(
        (&row["labels"], &row["intent"]),
        (&json!(["new"]), &json!("stop"))
    );
    let folder = stage.folder(id).await;
    assert_eq!(
        (&folder["added_today"], &folder["problems"]),
        (&json!(1), &json!(0))
    );
    assert!(folder["last_added_at"].is_i64(), "{folder}");
    let news = loop {
        let next = tokio::time::timeout(wait::GENEROUS, events.next());
        if let Event::Watched { news } = next.await.unwrap().unwrap() {
            break news;
        }
    };
    assert_eq!(
        (news.folder, news.added, news.bad),
        (u32::try_from(id).unwrap(), 1, 0)
    );
    assert_eq!(
        (news.name, news.hash),
        ("a".to_owned(), Some(hash("a").to_string()))
    );
    let shown = stage
        .app
        .to_reveal_watched(entry["id"].as_u64().unwrap())
        .await;
    assert_eq!(shown.unwrap(), stage.path("in/a.torrent.added"));
    stage.app.shutdown().await;
}

#[tokio::test]
async fn readers_are_told_what_a_folder_does() {
    let stage = Stage::new().await;
    let mut events = stage.app.subscribe();
    let id = stage.watch("in", json!({})).await;
    let mut seen = vec![];
    loop {
        let next = tokio::time::timeout(wait::GENEROUS, events.next());
        if let Event::Delta(delta) = next.await.unwrap().unwrap()
            && let Some(watch) = delta.watch
        {
            let one = watch
                .into_iter()
                .find(|one| u64::from(one.id) == id)
                .unwrap();
            seen.push(one.added_today);
            if seen.len() == 1 {
                stage.put("in/a.torrent", torrent("a"));
            }
            if one.added_today == 1 {
                break;
            }
        }
    }
    assert_eq!(seen[0], 0);
    stage.app.shutdown().await;
}

#[tokio::test]
async fn originals_are_kept_moved_or_deleted_as_the_rules_say() {
    let stage = Stage::new().await;
    for name in ["done", "one", "two", "three"] {
        std::fs::create_dir(stage.path(name)).unwrap();
    }
    let to = json!({"kind": "move", "folder": stage.path("done")});
    stage.watch("one", json!({"after": {"kind": "keep"}})).await;
    stage.watch("two", json!({ "after": to })).await;
    stage
        .watch("three", json!({"after": {"kind": "delete"}}))
        .await;
    stage.put("done/2.torrent", "another");
    for (folder, name) in [("one", "1"), ("two", "2"), ("three", "3")] {
        stage.put(&format!("{folder}/{name}.torrent"), torrent(name));
    }
    stage.came("1.torrent", "watch_added", "left").await;
    let moved = stage.came("2.torrent", "watch_added", "moved").await;
    assert_eq!(moved["original"]["folder"], json!(stage.path("done")));
    stage.came("3.torrent", "watch_added", "deleted").await;
    assert_eq!(stage.names_in("one"), ["1.torrent"]);
    assert_eq!(stage.names_in("two"), Vec::<String>::new());
    assert_eq!(stage.names_in("three"), Vec::<String>::new());
    assert_eq!(stage.names_in("done").len(), 2, "nothing is overwritten");
    assert_eq!(stage.names().await, ["1", "2", "3"]);
    stage.app.shutdown().await;
}

#[tokio::test]
async fn every_good_link_of_a_file_is_added_and_the_others_are_counted() {
    let stage = Stage::new().await;
    stage.watch("in", json!({})).await;
    let text = format!(
        "# two\r\n{}\r\n\r\n  {}  \nno link\n{}\n{}\n",
        magnet('a'),
        "b".repeat(40),
        magnet('a'),
        "mailto:me"
    );
    stage.put("in/more.magnet", text);
    let entry = stage
        .came("more.magnet", "watch_bad_lines", "renamed")
        .await;
    assert_eq!(entry["sentence"]["params"], json!({"n": "2", "bad": "2"}));
    assert_eq!(entry["hashes"].as_array().unwrap().len(), 2);
    let wide = |text: &str| -> Vec<u8> {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    };
    stage.put(
        "in/wide.magnet",
        wide(&format!("{}\r\n{}", magnet('c'), magnet('d'))),
    );
    stage
        .came("wide.magnet", "watch_added_many", "renamed")
        .await;
    stage.put("in/none.magnet", "no link\n");
    stage.came("none.magnet", "watch_bad_magnet", "left").await;
    stage.put("in/all.magnet", "# nothing\n\n");
    stage.came("all.magnet", "watch_bad_empty", "left").await;
    stage.app.shutdown().await;
}

#[tokio::test]
async fn a_list_of_links_that_ends_in_the_middle_of_a_line_is_given_time() {
    let stage = Stage::new().await;
    // The pauses of tests are so short that only the look at it tells.
    let id = stage.watch("in", json!({})).await;
    let whole = format!("{}\n", magnet('a'));
    for (text, ended) in [
        (whole.as_bytes(), true),
        (b"magnet:?xt=urn:btih:aaaa", false),
        (b"a\r\n", true),
        (b"\xff\xfea\0\n\0", true),
        (b"\xfe\xff\0a\0\n", true),
        (b"\xff\xfea\0", false),
        (b"", true),
    ] {
        assert_eq!(crate::watch::read::is_ended(text), ended, "{text:?}");
    }
    stage.put("in/cut.magnet", magnet('b'));
    stage.came("cut.magnet", "watch_added", "renamed").await;
    assert_eq!(stage.folder(id).await["added_today"], 1);
    stage.app.shutdown().await;
}

#[tokio::test]
async fn subfolders_become_labels_and_what_holds_downloads_is_left_alone() {
    let stage = Stage::new().await;
    let more = json!({
        "subfolders": "labels", "labels": ["mine"], "save_to": stage.path("in/saved"),
    });
    stage.watch("in", more).await;
    stage.put("in/saved/not.torrent", torrent("not"));
    stage.put("in/films/new/a.torrent", torrent("a"));
    stage.put("in/b.torrent", torrent("b"));
    stage
        .came("films/new/a.torrent", "watch_added", "renamed")
        .await;
    stage.came("b.torrent", "watch_added", "renamed").await;
    assert_eq!(stage.row("a").await["labels"], json!(["mine", "films/new"]));
    assert_eq!(stage.row("b").await["labels"], json!(["mine"]));
    assert_eq!(stage.names().await, ["a", "b"]);
    assert_eq!(stage.names_in("in/saved"), ["not.torrent"]);
    stage.app.shutdown().await;
}

#[tokio::test]
async fn a_file_belongs_to_the_innermost_folder_also_when_that_is_off() {
    let stage = Stage::new().await;
    for name in ["in/inner", "in/off"] {
        std::fs::create_dir(stage.path(name)).unwrap();
    }
    stage.watch("in/inner", json!({"labels": ["inner"]})).await;
    stage.watch("in/off", json!({"enabled": false})).await;
    stage
        .watch("in", json!({"labels": ["outer"], "subfolders": "on"}))
        .await;
    stage.put("in/inner/a.torrent", torrent("a"));
    stage.put("in/off/b.torrent", torrent("b"));
    stage.put("in/c.torrent", torrent("c"));
    stage.came("a.torrent", "watch_added", "renamed").await;
    stage.came("c.torrent", "watch_added", "renamed").await;
    assert_eq!(stage.row("a").await["labels"], json!(["inner"]));
    assert_eq!(stage.names().await, ["a", "c"]);
    assert_eq!(stage.names_in("in/off"), ["b.torrent"]);
    stage.app.shutdown().await;
}

#[tokio::test]
async fn a_thousand_files_are_added_each_once() {
    let stage = Stage::new().await;
    for i in 0..1_000 {
        stage.put(&format!("in/{i:04}.torrent"), torrent(&format!("t{i}")));
    }
    let id = stage.watch("in", json!({})).await;
    until("all of them", async || {
        (stage.folder(id).await["added_today"] == 1_000).then_some(())
    })
    .await;
    assert_eq!(stage.names().await.len(), 1_000);
    until("the last original", async || {
        let names = stage.names_in("in");
        names.iter().all(|name| is_added(name)).then_some(())
    })
    .await;
    stage.app.shutdown().await;
}
