//! The queue, limits and goals, and what labels bring, as a caller sees them.

use super::*;

fn value(value: u32) -> Value {
    json!({"type": "value", "value": value})
}

#[tokio::test]
async fn rules_of_torrents_tell_whose_they_are() {
    let bench = Bench::new().await;
    bench.put("t/a", 40_000);
    bench.put("u/a", 50_000);
    let defaults = json!({
        "rules": {"up": value(50_000), "ratio_percent": {"type": "none"}},
        "save_path": bench.files(),
        "matches": [{"name": "*.mkv"}],
    });
    let label = json!({"name": "films/hd", "colour": 2, "defaults": defaults});
    bench.ok("put_label", label).await;
    let hashes = [
        bench.add("t", json!({"labels": ["films/hd"]})).await,
        bench.add("u", json!({})).await,
    ];
    let values = json!({"goals.ratio_percent": 150, "goals.then": "low"});
    bench.ok("set_settings", json!({ "values": values })).await;
    let set = json!({"hashes": hashes, "down": value(20_000), "then": "trash"});
    bench.ok("set_rules", set).await;

    let rules = bench.ok("rules", json!({"hashes": [hashes[0]]})).await;
    assert_eq!(rules["own"]["down"], value(20_000));
    assert_eq!(rules["own"]["up"], json!({"type": "inherit"}));
    let up = json!({"value": 50_000, "from": {"type": "label", "name": "films/hd"}});
    assert_eq!(rules["effective"]["up"], up);
    let own = json!({"value": 20_000, "from": {"type": "own"}});
    assert_eq!(rules["effective"]["down"], own);
    let none = json!({"value": null, "from": {"type": "settings"}});
    assert_eq!(rules["inherited"]["down"], none);
    let ratio = json!({"value": null, "from": {"type": "label", "name": "films/hd"}});
    assert_eq!(rules["effective"]["ratio_percent"], ratio);
    let then = json!({"value": "trash", "from": {"type": "own"}});
    assert_eq!(rules["effective"]["then"], then);
    let then = json!({"value": "low", "from": {"type": "settings"}});
    assert_eq!(rules["inherited"]["then"], then);

    // Of both only what is the same.
    let rules = bench.ok("rules", json!({ "hashes": hashes })).await;
    assert_eq!(rules["own"]["down"], value(20_000));
    assert_eq!(rules["effective"]["up"], Value::Null);
    assert_eq!(rules["effective"]["down"], own);
    assert_eq!(rules["effective"]["ratio_percent"], Value::Null);
    let nobody = bench.ok("rules", json!({"hashes": []})).await;
    assert_eq!(nobody["own"]["down"], Value::Null);

    let snapshot = bench.ok("snapshot", json!({})).await;
    assert_eq!(snapshot["undo"]["undo"]["kind"], "rules_set");
    let rows = snapshot["torrents"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["limited"] == true));
    bench.ok("undo", json!({})).await;
    let rules = bench.ok("rules", json!({ "hashes": hashes })).await;
    assert_eq!(rules["own"]["down"], json!({"type": "inherit"}));
    let low = json!({"hashes": hashes, "up": value(1)});
    assert_eq!(bench.code("set_rules", low).await, "rule_out_of_range");
    bench.app.shutdown().await;
}

#[tokio::test]
async fn a_label_keeps_what_it_brings_when_only_its_colour_changes() {
    let bench = Bench::new().await;
    let defaults = json!({"start": false, "done": {"program": ["/bin/true", "%N"]}});
    let put = json!({"name": "a", "colour": 1, "defaults": defaults});
    bench.ok("put_label", put).await;
    bench
        .ok("put_label", json!({"name": "a", "colour": 4}))
        .await;
    let label = async || bench.ok("snapshot", json!({})).await["labels"][0].clone();
    let there = label().await;
    assert_eq!(there["colour"], 4);
    assert_eq!(there["defaults"]["start"], false);
    assert_eq!(
        there["defaults"]["done"]["program"],
        json!(["/bin/true", "%N"])
    );
    // Everything else of it may be changed from a browser, but not what runs.
    let by_http = async |defaults: Value| {
        let put = json!({"name": "a", "colour": 4, "defaults": defaults});
        let asked = bench.app.call(Caller::Http, "put_label", put).await;
        asked.err().map(|error| error.code)
    };
    let same = json!({"start": true, "done": {"program": ["/bin/true", "%N"]}});
    assert_eq!(by_http(same).await, None);
    assert_eq!(label().await["defaults"]["start"], true);
    for program in [json!(["/bin/sh"]), Value::Null, json!([])] {
        let other = json!({"done": {"program": program}});
        assert_eq!(by_http(other).await.as_deref(), Some("not_here"));
    }
    let values = json!({"values": {"done.program": "/bin/sh", "queue.downloads": 3}});
    let asked = bench.app.call(Caller::Http, "set_settings", values).await;
    assert_eq!(asked.err().map(|e| e.code).as_deref(), Some("not_here"));
    let settings = bench.ok("snapshot", json!({})).await["settings"].clone();
    assert_eq!(settings["queue.downloads"], 5, "all or nothing");
    bench.app.shutdown().await;
}

#[tokio::test]
async fn what_labels_bring_is_in_a_settings_file_and_what_runs_is_not() {
    let bench = Bench::new().await;
    let defaults = json!({
        "save_path": bench.files(),
        "rules": {"seed_minutes": value(60), "then": "remove"},
        "done": {"program": ["/bin/true"], "label": "done"},
        "matches": [{"tracker": "t.example", "min_bytes": 5}],
    });
    let put = json!({"name": "a", "colour": 1, "defaults": defaults});
    bench.ok("put_label", put).await;
    let values = json!({"values": {"done.program": "/bin/true"}});
    bench.ok("set_settings", values).await;
    let exported = bench.ok("export_settings", json!({})).await;
    let text = exported["text"].as_str().unwrap();
    assert!(!text.contains("/bin/true"), "{text}");

    let other = Bench::new().await;
    let own = json!({"done": {"program": ["/bin/own"]}});
    let put = json!({"name": "a", "colour": 1, "defaults": own});
    other.ok("put_label", put).await;
    let import = json!({"text": text, "apply": true});
    let report = other.ok("import_settings", import).await;
    assert_eq!(report["refused"], json!([]));
    assert_eq!(report["labels"], json!(["a"]));
    let snapshot = other.ok("snapshot", json!({})).await;
    let brings = &snapshot["labels"][0]["defaults"];
    assert_eq!(brings["rules"]["seed_minutes"], value(60));
    assert_eq!(brings["matches"][0]["tracker"], "t.example");
    assert_eq!(brings["done"]["label"], "done");
    assert_eq!(brings["done"]["program"], json!(["/bin/own"]), "as it was");
    let hostile = json!({
        "shoal_settings": 1,
        "settings": {"done.program": "/bin/sh"},
        "labels": [{"name": "b", "colour": 1, "defaults": {"done": {"program": ["/bin/sh"]}}}],
    });
    let import = json!({"text": hostile.to_string(), "apply": true});
    let report = other.ok("import_settings", import).await;
    assert_eq!(report["refused"][0]["key"], "done.program");
    let snapshot = other.ok("snapshot", json!({})).await;
    assert_eq!(
        snapshot["labels"][1]["defaults"]["done"]["program"],
        Value::Null
    );
    assert_eq!(snapshot["settings"]["done.program"], "");
    other.app.shutdown().await;
    bench.app.shutdown().await;
}

#[tokio::test]
async fn torrents_move_in_the_queue_and_back() {
    let bench = Bench::new().await;
    let mut hashes = vec![];
    for name in ["a", "b", "c"] {
        bench.put(&format!("{name}/f"), 1_000);
        hashes.push(bench.add(name, json!({})).await);
    }
    let order = async || {
        let snapshot = bench.ok("snapshot", json!({})).await;
        let rows = snapshot["torrents"].as_array().unwrap();
        let rank = |row: &Value| row["rank"].as_i64().unwrap();
        let mut rows: Vec<&Value> = rows.iter().collect();
        rows.sort_by_key(|row| rank(row));
        let name = |row: &&Value| row["name"].as_str().unwrap().to_owned();
        rows.iter().map(name).collect::<Vec<String>>()
    };
    assert_eq!(order().await, ["a", "b", "c"]);
    let to = |to: Value| json!({"hashes": [hashes[2]], "to": to});
    bench.ok("queue_move", to(json!({"type": "top"}))).await;
    assert_eq!(order().await, ["c", "a", "b"]);
    let before = json!({"type": "before", "hash": hashes[1]});
    bench.ok("queue_move", to(before)).await;
    assert_eq!(order().await, ["a", "c", "b"]);
    bench.ok("undo", json!({})).await;
    bench.ok("undo", json!({})).await;
    assert_eq!(order().await, ["a", "b", "c"]);
    let nobody = json!({"type": "before", "hash": "f".repeat(40)});
    assert_eq!(
        bench.code("queue_move", to(nobody)).await,
        "no_such_torrent"
    );
    bench.app.shutdown().await;
}

#[tokio::test]
async fn the_slow_limits_are_switched_by_hand_and_said() {
    let bench = Bench::new().await;
    let values = json!({"speed.down_kbps": 2_000});
    bench.ok("set_settings", json!({ "values": values })).await;
    let speed = async || bench.ok("snapshot", json!({})).await["totals"]["speed"].clone();
    let usual = json!(
        {"slow": false, "why": null, "until": null, "down_bps": 2_000_000, "up_bps": null}
    );
    assert_eq!(speed().await, usual);
    bench.ok("speed_slow", json!({"on": null})).await;
    let slow = json!(
        {"slow": true, "why": "switch", "until": null, "down_bps": 500_000, "up_bps": 100_000}
    );
    assert_eq!(speed().await, slow);
    bench.ok("speed_slow", json!({"on": false})).await;
    assert_eq!(speed().await, usual);
    let around = shoal_core::Around {
        metered: true,
        ..shoal_core::Around::default()
    };
    bench.app.around(around).await;
    assert_eq!(speed().await["why"], "metered");
    assert_eq!(speed().await["slow"], true);
    // Also who does not look at the list knows.
    assert!(bench.app.desk().borrow().slowed);
    bench.app.shutdown().await;
}

#[tokio::test]
async fn a_preview_says_which_labels_it_gets_and_an_add_does_as_they_say() {
    let bench = Bench::new().await;
    let films = bench.dir.path().join("films");
    fs::create_dir(&films).unwrap();
    let label =
        |name: &str, defaults: Value| json!({"name": name, "colour": 1, "defaults": defaults});
    let brings = json!({"save_path": films, "start": false, "matches": [{"name": "film*"}]});
    bench.ok("put_label", label("films", brings)).await;
    bench
        .ok("put_label", label("other", json!({"start": true})))
        .await;
    let mut previews = vec![];
    for name in ["film one", "film two", "film three"] {
        let link = json!({"kind": "text", "text": format!("magnet:?xt=urn:btih:{:040x}&dn={}", previews.len() + 1, name.replace(' ', "+"))});
        previews.push(bench.ok("inspect", json!({ "source": link })).await);
    }
    assert_eq!(previews[0]["labels"], json!(["films"]));
    let add = |preview: &Value, mut more: Value| {
        let plain = json!({
            "preview_id": preview["id"], "save_path": null, "wanted": null, "start": null,
            "labels": [], "choose_files": false,
        });
        for (key, value) in plain.as_object().unwrap() {
            more.as_object_mut()
                .unwrap()
                .entry(key)
                .or_insert(value.clone());
        }
        more
    };
    bench.ok("add", add(&previews[0], json!({}))).await;
    // Somebody took the label off, and chose another.
    let chosen = json!({"labels": ["other"], "only_labels": true});
    bench.ok("add", add(&previews[1], chosen)).await;
    // What was typed is worth more than what a label says.
    let typed = json!({"save_path": bench.files(), "start": true});
    bench.ok("add", add(&previews[2], typed)).await;
    let snapshot = bench.ok("snapshot", json!({})).await;
    let row = |name: &str| {
        let rows = snapshot["torrents"].as_array().unwrap();
        rows.iter()
            .find(|row| row["name"] == name)
            .unwrap_or_else(|| panic!("{name} in {rows:#?}"))
    };
    let seen = |name: &str| {
        let row = row(name);
        (
            row["labels"].clone(),
            row["save_path"].clone(),
            row["intent"].clone(),
        )
    };
    let (labels, folder, intent) = seen("film one");
    assert_eq!(
        (labels, folder, intent),
        (json!(["films"]), shown(&films), json!("stop"))
    );
    let (labels, folder, intent) = seen("film two");
    assert_eq!(
        (labels, folder, intent),
        (json!(["other"]), shown(&bench.files()), json!("run"))
    );
    let (labels, folder, intent) = seen("film three");
    assert_eq!(
        (labels, folder, intent),
        (json!(["films"]), shown(&bench.files()), json!("run"))
    );
    // Nothing is given to one that is in the list.
    let link = json!({"kind": "text", "text": format!("magnet:?xt=urn:btih:{:040x}&dn=film", 1)});
    let again = bench.ok("inspect", json!({ "source": link })).await;
    assert_eq!(again["labels"], json!([]));
    bench.app.shutdown().await;
}
