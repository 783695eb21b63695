//! Settings as a file, also one from somebody else.

use std::path::Path;

use shoal_api::LabelDefaults;

use super::*;

async fn import(bench: &Bench, file: &Value, apply: bool) -> Value {
    let request = json!({"text": file.to_string(), "apply": apply});
    bench.ok("import_settings", request).await
}

fn file(settings: &Value) -> Value {
    json!({"shoal_settings": 1, "settings": settings})
}

async fn refusals(bench: &Bench, file: &Value) -> Vec<(String, String)> {
    let report = import(bench, file, true).await;
    let all = report["refused"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    all.map(|r| (text(&r["key"]), text(&r["code"]))).collect()
}

#[tokio::test]
async fn settings_labels_and_arrangements_come_back_from_a_file() {
    let bench = Bench::new().await;
    let values = json!({"appearance.theme": "dark", "network.peer_limit": 77});
    bench.ok("set_settings", json!({ "values": values })).await;
    bench
        .ok("put_label", json!({"name": "Films", "colour": 3}))
        .await;
    let pref = json!({"key": "list.sort", "value": "{\"by\":\"name\"}"});
    bench.ok("set_pref", pref).await;
    bench
        .ok("set_pref", json!({"key": "details.tab", "value": "peers"}))
        .await;
    let exported = bench.ok("export_settings", json!({})).await;
    let name = exported["name"].as_str().unwrap();
    let day = name
        .strip_prefix("shoal-settings-")
        .and_then(|n| n.strip_suffix(".json"));
    assert_eq!(day.map(str::len), Some("2026-11-21".len()), "{name}");
    let mut saved: Value = serde_json::from_str(exported["text"].as_str().unwrap()).unwrap();
    assert_eq!(saved["settings"]["network.peer_limit"], 77);
    assert_eq!(
        saved["prefs"]["list.sort"]["by"], "name",
        "to be read by people"
    );
    assert_eq!(saved["settings"].get("network.utp"), None, "as by default");
    // Chosen at random by each of the two, some time soon.
    let settings = saved["settings"].as_object_mut().unwrap();
    settings.remove("network.port");
    assert_eq!(
        import(&bench, &saved, true).await,
        json!(
            {"changes": [], "refused": [], "labels": [], "folders": [], "prefs": 0}
        )
    );

    let other = Bench::new().await;
    let looked = import(&other, &saved, false).await;
    let refused = looked["refused"].as_array().unwrap();
    assert_eq!(refused.len(), 0, "{refused:?}");
    assert_eq!(looked["labels"], json!(["Films"]));
    assert_eq!(looked["prefs"], 2);
    let changes = looked["changes"].as_array().unwrap();
    assert!(changes.contains(&json!({"key": "appearance.theme", "from": "system", "to": "dark"})));
    let before = other.ok("snapshot", json!({})).await;
    assert_eq!(before["prefs"], json!({}), "only looked");
    assert_eq!(import(&other, &saved, true).await, looked);
    let after = other.ok("snapshot", json!({})).await;
    assert_eq!(after["settings"]["network.peer_limit"], 77);
    assert_eq!(
        after["labels"],
        bench.ok("snapshot", json!({})).await["labels"]
    );
    assert_eq!(saved["labels"], json!([{"name": "Films", "colour": 3}]));
    assert_eq!(after["prefs"]["list.sort"], "{\"by\":\"name\"}");
    assert_eq!(after["prefs"]["details.tab"], "peers");
    other.ok("undo", json!({})).await;
    let undone = other.ok("snapshot", json!({})).await;
    assert_eq!(
        undone["settings"], before["settings"],
        "all of them in one step"
    );
    other.app.shutdown().await;
    bench.app.shutdown().await;
}

#[tokio::test]
async fn what_cannot_be_used_is_left_out_and_said() {
    let bench = Bench::new().await;
    let nowhere = bench.dir.path().join("of/another/machine");
    let hostile = file(&json!({
        "network.allow_loopback": true,
        "no.such": 1,
        "network.port": 70_000,
        "network.peer_limit": [1],
        "appearance.theme": "mauve",
        "downloads.folder": nowhere,
        "downloads.unfinished_folder": "..\\C:",
        "downloads.part_suffix": true,
    }));
    let expected = [
        ("appearance.theme", "setting_not_a_choice"),
        ("downloads.folder", "folder_unusable"),
        ("downloads.unfinished_folder", "setting_not_a_folder"),
        ("network.allow_loopback", "setting_unknown"),
        ("network.peer_limit", "setting_wrong_type"),
        ("network.port", "setting_out_of_range"),
        ("no.such", "setting_unknown"),
    ];
    let expected = expected.map(|(key, code)| (key.to_owned(), code.to_owned()));
    // In which order a file is read depends on what else is built with the program.
    let mut refused = refusals(&bench, &hostile).await;
    refused.sort();
    assert_eq!(refused, expected);
    let after = bench.ok("snapshot", json!({})).await;
    assert_eq!(
        after["settings"]["downloads.part_suffix"], true,
        "the rest is used"
    );
    assert_eq!(after["settings"]["network.allow_loopback"], false);
    assert!(!nowhere.exists(), "nothing was made");

    let labels = json!([{"name": "", "colour": 1}, {"name": "A", "colour": 99}, 5, {"name": "B"}]);
    let prefs = json!({"Bad Key": 1, "big": "x".repeat(20_000), "fine": {"a": 1}});
    let rest = json!({"shoal_settings": 1, "labels": labels, "prefs": prefs});
    let codes = refusals(&bench, &rest).await;
    let codes: Vec<&str> = codes.iter().map(|(_, code)| code.as_str()).collect();
    let expected = [
        "label_empty",
        "bad_label",
        "bad_label",
        "bad_label",
        "pref_bad_key",
        "pref_too_big",
    ];
    assert_eq!(codes, expected);
    let many: Vec<_> = (0..400)
        .map(|n| json!({"name": format!("l{n}"), "colour": 0}))
        .collect();
    let report = import(&bench, &json!({"shoal_settings": 1, "labels": many}), true).await;
    assert_eq!(report["labels"].as_array().unwrap().len(), 256);
    assert_eq!(report["refused"][0]["code"], "too_many_labels");
    assert_eq!(report["refused"].as_array().unwrap().len(), 1);
    bench.app.shutdown().await;
}

#[tokio::test]
async fn folders_of_labels_are_looked_at_like_any_that_somebody_types() {
    let bench = Bench::new().await;
    let here = bench.dir.path().to_owned();
    let good = here.join("films");
    let nowhere = here.join("of/another/machine");
    let bring = |name: &str, save_path: &str, move_to: Option<&str>| {
        let mut defaults = json!(LabelDefaults::default());
        defaults["save_path"] = json!(save_path);
        defaults["done"]["move_to"] = json!(move_to);
        json!({"name": name, "colour": 2, "defaults": defaults})
    };
    let path = |path: &Path| path.to_str().unwrap().to_owned();
    let labels = json!([
        bring("good", &path(&good), Some(&path(&here))),
        bring("elsewhere", &path(&nowhere), Some(&path(&here))),
        bring("moved", &path(&good), Some(&path(&nowhere))),
        bring("relative", "films/../..", None),
        bring("up", &path(&here.join("x/../../etc")), None),
        bring("to up", &path(&good), Some("/../etc")),
        bring("nul", "/films\0", None),
        bring("long", &format!("/{}", "x".repeat(5_000)), None),
    ]);
    let file = json!({"shoal_settings": 1, "labels": labels});
    let said = import(&bench, &file, false).await["folders"].clone();
    let brought = |folder: &Path| json!({"label": "good", "folder": path(folder)});
    assert_eq!(said[0], brought(&good));
    assert_eq!(said[1], brought(&here));
    let mut refused = refusals(&bench, &file).await;
    refused.sort();
    let expected = [
        ("elsewhere", "folder_unusable"),
        ("long", "bad_folder"),
        ("moved", "folder_unusable"),
        ("nul", "bad_folder"),
        ("relative", "bad_folder"),
        ("to up", "bad_folder"),
        ("up", "bad_folder"),
    ];
    let expected = expected.map(|(key, code)| (key.to_owned(), code.to_owned()));
    assert_eq!(refused, expected);
    let after = bench.ok("snapshot", json!({})).await;
    let all = after["labels"].as_array().unwrap();
    let brought = all.iter().map(|l| {
        let defaults = &l["defaults"];
        (
            &l["name"],
            &defaults["save_path"],
            &defaults["done"]["move_to"],
        )
    });
    let (good, here) = (json!(path(&good)), json!(path(&here)));
    let (none, names) = (
        Value::Null,
        ["elsewhere", "good", "moved"].map(|n| json!(n)),
    );
    let expected = [
        (&names[0], &none, &here),
        (&names[1], &good, &here),
        (&names[2], &good, &none),
    ];
    assert_eq!(brought.collect::<Vec<_>>(), expected);
    assert!(!nowhere.exists(), "nothing was made");
    bench.app.shutdown().await;
}

#[tokio::test]
async fn a_file_that_is_not_ours_is_refused_whole() {
    let bench = Bench::new().await;
    let code = async |text: &str| {
        let request = json!({"text": text, "apply": true});
        bench.code("import_settings", request).await
    };
    for text in [
        "",
        "no",
        "[]",
        "{}",
        "{\"shoal_settings\":0}",
        "{\"shoal_settings\":\"1\"}",
    ] {
        assert_eq!(code(text).await, "import_not_shoal", "{text}");
    }
    assert_eq!(code("{\"shoal_settings\":2}").await, "import_too_new");
    assert_eq!(code(&" ".repeat((1 << 20) + 1)).await, "import_too_big");
    assert_eq!(code(&"[".repeat(1 << 20)).await, "import_not_shoal");
    let odd = json!({"shoal_settings": 1, "settings": 5, "labels": {}, "prefs": []});
    assert_eq!(refusals(&bench, &odd).await, []);
    bench.app.shutdown().await;
}
