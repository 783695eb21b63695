//! Labels of many, logs, hosts of trackers and the arrangement of the window, as a caller sees them.

use super::*;

#[tokio::test]
async fn labels_of_many_and_what_the_log_tells_of_it() {
    let bench = Bench::new().await;
    bench.put("t/a", 40_000);
    bench.put("u/a", 50_000);
    let hashes = [
        bench.add("t", json!({"labels": ["films"]})).await,
        bench.add("u", json!({})).await,
    ];
    let change = json!({"hashes": hashes, "add": ["  New \u{202e}one"], "remove": ["FILMS"]});
    bench.ok("change_labels", change).await;
    let rename = json!({"name": "New one", "to": "Old"});
    bench.ok("rename_label", rename).await;
    let snapshot = bench.ok("snapshot", json!({})).await;
    for row in snapshot["torrents"].as_array().unwrap() {
        assert_eq!(row["labels"], json!(["Old"]));
    }
    assert_eq!(snapshot["undo"]["undo"]["kind"], "label_renamed");
    assert_eq!(snapshot["undo"]["undo"]["count"], 2);
    let log = bench
        .ok("log", json!({"hash": hashes[0], "before": null}))
        .await;
    let log = log.as_array().unwrap();
    assert_eq!(log[0]["sentence"]["code"], "log_labels");
    assert_eq!(log[0]["sentence"]["params"], json!({"labels": "New one"}));
    assert_eq!(
        (&log[0]["tone"], &log[0]["id"]),
        (&json!("neutral"), &json!(2))
    );
    assert_eq!(log[1]["sentence"]["code"], "log_added_file");
    let older = json!({"hash": hashes[0], "before": 2});
    assert_eq!(bench.ok("log", older).await, json!([log[1]]));
    let nobody = json!({"hash": "f".repeat(40), "before": null});
    assert_eq!(bench.code("log", nobody).await, "no_such_torrent");
    let code = async |name: &str, request: Value| bench.code(name, request).await;
    let put = |name: &str, colour: u8| json!({"name": name, "colour": colour});
    assert_eq!(code("put_label", put("OLD", 1)).await, "label_taken");
    assert_eq!(code("put_label", put(" ", 1)).await, "label_empty");
    assert_eq!(
        code("put_label", put(&"x".repeat(65), 1)).await,
        "label_too_long"
    );
    assert_eq!(code("put_label", put("x", 6)).await, "bad_label");
    let gone = json!({"name": "gone", "to": "x"});
    assert_eq!(code("rename_label", gone).await, "no_such_label");
    let many: Vec<String> = (0..33).map(|n| format!("label {n}")).collect();
    let set = json!({"hashes": [hashes[0]], "labels": many});
    assert_eq!(code("set_labels", set).await, "labels_too_many");
    let all: Vec<String> = (0..257).map(|n| format!("label {n}")).collect();
    let set = json!({"hashes": [hashes[0]], "add": [], "remove": all});
    assert_eq!(code("change_labels", set).await, "too_many_labels");
    bench.app.shutdown().await;
}

#[tokio::test]
async fn hosts_of_trackers_are_in_the_row_also_merged_ones() {
    let bench = Bench::new().await;
    let hash = "ab".repeat(20);
    let add = async |trackers: &[&str]| {
        let text = format!("magnet:?xt=urn:btih:{hash}&tr={}", trackers.join("&tr="));
        let source = json!({"kind": "text", "text": text});
        let preview = bench.ok("inspect", json!({ "source": source })).await;
        let request = json!({
            "preview_id": preview["id"], "save_path": null, "wanted": null,
            "start": false, "labels": [], "choose_files": false,
        });
        bench.ok("add", request).await;
        let snapshot = bench.ok("snapshot", json!({})).await;
        snapshot["torrents"][0]["trackers"].clone()
    };
    let first = [
        "udp://One.example:6969/announce",
        "https://two.example/a",
        "http://one.example/b",
    ];
    assert_eq!(add(&first).await, json!(["one.example", "two.example"]));
    let many: Vec<String> = (0..20).map(|n| format!("http://t{n}.example/a")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let hosts = add(&many).await;
    assert_eq!(hosts.as_array().unwrap().len(), 8);
    assert_eq!(
        (&hosts[0], &hosts[2]),
        (&json!("one.example"), &json!("t0.example"))
    );
    bench.app.shutdown().await;
}

#[tokio::test]
async fn the_arrangement_of_the_window_is_in_the_snapshot() {
    let bench = Bench::new().await;
    let set = |key: &str, value: Value| json!({"key": key, "value": value});
    bench.ok("set_pref", set("list.sort", json!("{}"))).await;
    bench.ok("set_pref", set("views", json!("[]"))).await;
    bench.ok("set_pref", set("views", Value::Null)).await;
    let snapshot = bench.ok("snapshot", json!({})).await;
    assert_eq!(snapshot["prefs"], json!({"list.sort": "{}"}));
    assert_eq!(snapshot["undo"]["undo"], Value::Null);
    assert_eq!(
        bench.code("set_pref", set("No", json!("1"))).await,
        "pref_bad_key"
    );
    let big = "x".repeat(16 * 1_024 + 1);
    assert_eq!(
        bench.code("set_pref", set("x", json!(big))).await,
        "pref_too_big"
    );
    for n in 1..64 {
        let key = format!("key.{n}");
        bench.ok("set_pref", set(&key, json!("1"))).await;
    }
    assert_eq!(
        bench.code("set_pref", set("more", json!("1"))).await,
        "too_many_prefs"
    );
    bench.app.shutdown().await;
}
