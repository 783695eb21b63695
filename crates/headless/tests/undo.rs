//! Everything that can be taken back is taken back after kill -9 as well, step by step, and done again.
#![allow(clippy::unwrap_used, reason = "tests")]
#![cfg(unix)]

mod common;

use std::path::Path;

use common::{Home, Shoal};
use serde_json::{Value, json};
use shoal_testkit::{Host, TorrentSpec};

/// What a person sees of what was changed.
fn state(shoal: &Shoal) -> Value {
    let snapshot = shoal.call("snapshot", &json!({}));
    let rows = snapshot["torrents"].as_array().unwrap();
    let row = |r: &Value| {
        let fields = ["name", "labels", "save_path", "wanted_bytes"];
        let fields = fields.map(|f| (f.to_owned(), r[f].clone()));
        (
            r["hash"].as_str().unwrap().to_owned(),
            Value::Object(fields.into_iter().collect()),
        )
    };
    json!({
        "torrents": rows.iter().map(row).collect::<serde_json::Map<_, _>>(),
        "labels": snapshot["labels"],
        "binary": snapshot["settings"]["appearance.binary_units"],
        "theme": snapshot["settings"]["appearance.theme"],
        "prefs": snapshot["prefs"],
    })
}

/// A stopped torrent of files that lie somewhere else.
fn add(shoal: &Shoal, home: &Home, name: &str) -> String {
    let content = home.data().with_file_name("content").join(name);
    std::fs::create_dir_all(&content).unwrap();
    for (file, bytes) in [("a.bin", 70_000), ("b.bin", 20_000)] {
        std::fs::write(content.join(file), vec![name.as_bytes()[0]; bytes]).unwrap();
    }
    let torrent = content.with_extension("torrent");
    std::fs::write(&torrent, TorrentSpec::new().build(&content).bytes).unwrap();
    shoal.add_file(&torrent, &json!({"start": false, "labels": ["films"]}))
}

fn killed(shoal: Shoal, host: &Host, home: &Home) -> Shoal {
    shoal.kill();
    Shoal::start(host, home)
}

/// Commands, the kind of step that each is, and what is asked for.
fn steps(a: &str, b: &str, other: &Path) -> Vec<(&'static str, &'static str, Value)> {
    let both = json!([a, b]);
    vec![
        (
            "change_labels",
            "labelled",
            json!({"hashes": both, "add": ["new"], "remove": ["films"]}),
        ),
        (
            "put_label",
            "label_put",
            json!({"name": "new", "colour": 5}),
        ),
        (
            "rename_label",
            "label_renamed",
            json!({"name": "new", "to": "renamed"}),
        ),
        (
            "select_files",
            "selected",
            json!({"hash": a, "wanted": [1]}),
        ),
        ("rename", "renamed", json!({"hash": b, "name": "bees"})),
        (
            "move_data",
            "moved",
            json!({"hashes": both, "folder": other}),
        ),
        (
            "set_settings",
            "settings",
            json!({"values": {
                "appearance.binary_units": true, "appearance.theme": "dark",
            }}),
        ),
        ("drop_label", "label_dropped", json!({"name": "renamed"})),
        ("remove", "removed", json!({"hashes": [b], "data": "keep"})),
    ]
}

/// The codes in the log of a torrent, oldest first.
fn codes(shoal: &Shoal, a: &str) -> Vec<String> {
    let mut log: Vec<Value> = vec![];
    loop {
        let before = log.last().map(|entry| entry["id"].clone());
        let page = shoal.call("log", &json!({"hash": a, "before": before}));
        let Some(page) = page.as_array().filter(|page| !page.is_empty()) else {
            break;
        };
        log.extend(page.iter().cloned());
    }
    let code = |entry: &Value| entry["sentence"]["code"].as_str().unwrap().to_owned();
    log.iter().rev().map(code).collect()
}

#[test]
fn every_step_is_taken_back_after_a_kill_and_done_again() {
    let site = shoal_testkit::Site::new();
    let host = site.host("shoal");
    let home = Home::new();
    let mut shoal = Shoal::start(&host, &home);
    let (a, b) = (add(&shoal, &home, "apples"), add(&shoal, &home, "birds"));
    let other = home.downloads().join("other");
    std::fs::create_dir(&other).unwrap();
    shoal.call(
        "set_pref",
        &json!({"key": "list.sort", "value": "{\"by\":\"name\"}"}),
    );
    let steps = steps(&a, &b, &other);
    let mut states = vec![state(&shoal)];
    for (command, kind, request) in &steps {
        shoal.call(command, request);
        shoal = killed(shoal, &host, &home);
        let now = state(&shoal);
        assert_ne!(Some(&now), states.last(), "{command} did nothing");
        states.push(now);
        let undo = shoal.call("snapshot", &json!({}))["undo"]["undo"].clone();
        assert_eq!(undo["kind"], *kind);
    }
    for (n, (command, ..)) in steps.iter().enumerate().rev() {
        shoal.call("undo", &json!({}));
        shoal = killed(shoal, &host, &home);
        assert_eq!(state(&shoal), states[n], "{command} taken back");
    }
    let nothing = shoal.try_call("undo", &json!({})).unwrap_err();
    assert_eq!(nothing["code"], "nothing_to_undo");
    for (n, (command, ..)) in steps.iter().enumerate() {
        shoal.call("redo", &json!({}));
        assert_eq!(state(&shoal), states[n + 1], "{command} done again");
    }
    let codes = codes(&shoal, &a);
    let once = [
        "log_labels",
        "log_files_chosen",
        "log_moved",
        "log_no_labels",
    ];
    let back = ["log_labels", "log_moved", "log_files_chosen", "log_labels"];
    let all = [&["log_added_file"], &once[..], &back[..], &once[..]].concat();
    assert_eq!(codes, all);
    shoal.quit();
}
