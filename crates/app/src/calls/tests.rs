#![allow(clippy::unwrap_used, reason = "tests")]

mod arrange;
mod details;
mod find;
mod open;
mod past;
mod rules;
mod settings_file;

use std::{fs, path::PathBuf};

use base64::Engine as _;
use serde_json::{Value, json};
use shoal_api::ApiError;
use shoal_testkit::{FakeEngine, TorrentSpec};
use tempfile::TempDir;

use crate::{App, Caller, Options, Started};

/// Shoal with an engine that does nothing, and a folder for files.
struct Bench {
    app: App,
    dir: TempDir,
}

impl Bench {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("files")).unwrap();
        Self::start(dir).await
    }

    /// Starts Shoal once more, after it was shut down.
    async fn again(self) -> Self {
        let Self { app, dir } = self;
        drop(app);
        Self::start(dir).await
    }

    async fn start(dir: TempDir) -> Self {
        let downloads = dir.path().join("files");
        let options = Options {
            data_dir: Some(downloads.join("data")),
            set: vec![format!("downloads.folder={}", downloads.display())],
            ..Options::default()
        };
        let make = |_, sink| {
            Ok(std::sync::Arc::new(FakeEngine::new(sink))
                as std::sync::Arc<dyn shoal_core::Engine>)
        };
        let Started::Running(app) = App::start_with(options, Box::new(make)).await.unwrap() else {
            panic!("the folder is in use");
        };
        Self { app, dir }
    }

    fn files(&self) -> PathBuf {
        self.dir.path().join("files")
    }

    fn put(&self, path: &str, bytes: usize) {
        let path = self.files().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, vec![7; bytes]).unwrap();
    }

    async fn call(&self, name: &str, request: Value) -> Result<Value, ApiError> {
        self.app.call(Caller::Desktop, name, request).await
    }

    async fn ok(&self, name: &str, request: Value) -> Value {
        let answer = self.call(name, request).await;
        answer.unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    async fn code(&self, name: &str, request: Value) -> String {
        match self.call(name, request).await {
            Err(error) => error.code,
            Ok(answer) => panic!("{name} is not to work: {answer}"),
        }
    }

    /// The preview of a torrent of `files/name`.
    async fn preview(&self, name: &str) -> Value {
        let torrent = TorrentSpec::new().build(&self.files().join(name));
        let base64 = base64::engine::general_purpose::STANDARD.encode(&torrent.bytes);
        let source = json!({"kind": "bytes", "name": "x.torrent", "base64": base64});
        self.ok("inspect", json!({ "source": source })).await
    }

    /// Adds the torrent of `files/name`, stopped, saved in `files`.
    async fn add(&self, name: &str, more: Value) -> String {
        let preview = self.preview(name).await;
        let mut request = json!({
            "preview_id": preview["id"], "save_path": self.files(), "wanted": null,
            "start": false, "labels": [], "choose_files": false,
        });
        let map = request.as_object_mut().unwrap();
        map.extend(more.as_object().unwrap().clone());
        let reply = self.ok("add", request).await;
        reply["hash"].as_str().unwrap().to_owned()
    }
}

fn shown(path: &std::path::Path) -> Value {
    json!(path.to_string_lossy())
}

#[tokio::test]
async fn a_look_before_the_add_tells_what_is_there() {
    let bench = Bench::new().await;
    for (path, bytes) in [("t/a", 40_000), ("t/b", 50_000), ("t/c", 60_000)] {
        bench.put(path, bytes);
    }
    let preview = bench.preview("t").await;
    let look = async |folder: &std::path::Path, wanted: Value| {
        let request = json!({"preview_id": preview["id"], "folder": folder, "wanted": wanted});
        bench.ok("look_at_target", request).await
    };
    let elsewhere = look(&bench.dir.path().join("new"), Value::Null).await;
    assert_eq!(elsewhere["files_there"], 0);
    assert_eq!(elsewhere["needed_bytes"], 150_000);
    assert_eq!(elsewhere["enough_room"], true);
    let all = look(&bench.files(), Value::Null).await;
    assert_eq!(
        (&all["files_there"], &all["same_size"]),
        (&json!(3), &json!(3))
    );
    assert_eq!(all["needed_bytes"], 0);
    let sizes = |look: &Value| {
        (
            look["first_size_bytes"].as_u64(),
            look["first_torrent_bytes"].as_u64(),
        )
    };
    assert_eq!(sizes(&elsewhere), (None, None));
    assert_eq!(sizes(&all), (Some(40_000), Some(40_000)));
    bench.put("t/b", 49_999);
    let one_differs = look(&bench.files(), Value::Null).await;
    assert_eq!(one_differs["different"], 1);
    assert_eq!(one_differs["first"], shown(&bench.files().join("t/b")));
    assert_eq!(one_differs["needed_bytes"], 50_000);
    assert_eq!(sizes(&one_differs), (Some(49_999), Some(50_000)));
    let without_it = look(&bench.files(), json!([0, 2])).await;
    assert_eq!(without_it["different"], 0);
    fs::remove_dir_all(bench.files().join("t")).unwrap();
    bench.put("t", 5);
    let in_the_way = look(&bench.files(), Value::Null).await;
    assert_eq!(in_the_way["first"], shown(&bench.files().join("t")));
    assert_eq!(sizes(&in_the_way), (Some(5), None));
    let gone = json!({"preview_id": "999", "folder": ""});
    assert_eq!(bench.code("look_at_target", gone).await, "preview_gone");
    bench.app.shutdown().await;
}

#[tokio::test]
async fn data_moves_only_where_it_can_and_may() {
    let bench = Bench::new().await;
    bench.put("t/a", 40_000);
    let hash = bench.add("t", json!({})).await;
    bench.ok("rename", json!({"hash": hash, "name": "t"})).await;
    let move_to = async |folder: &str| {
        let request = json!({"hashes": [hash], "folder": folder});
        bench.code("move_data", request).await
    };
    let at = |path: &str| bench.dir.path().join(path).to_string_lossy().into_owned();
    assert_eq!(move_to("relative").await, "folder_unusable");
    assert_eq!(move_to(&at("no/such")).await, "folder_unusable");
    assert_eq!(move_to(&at("files/../x")).await, "folder_unusable");
    assert_eq!(move_to(&at("files/t/a")).await, "folder_unusable");
    assert_eq!(move_to(&at("files/t")).await, "folder_inside_torrent");
    assert_eq!(move_to(&at("files/t/new")).await, "folder_inside_torrent");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(bench.files().join("t"), bench.dir.path().join("link")).unwrap();
        assert_eq!(move_to(&at("link/new")).await, "folder_inside_torrent");
    }
    bench.app.shutdown().await;
}

#[tokio::test]
async fn priorities_and_order_come_back_with_the_files() {
    let bench = Bench::new().await;
    for path in ["t/a", "t/b", "t/c"] {
        bench.put(path, 40_000);
    }
    let more = json!({"priorities": {"1": "high", "2": "skip"}, "sequential": true});
    let hash = bench.add("t", more).await;
    let files = async || {
        let rows = bench.ok("files", json!({ "hash": hash })).await;
        let rows = rows.as_array().unwrap().clone();
        rows.iter()
            .map(|r| r["priority"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(files().await, ["normal", "high", "skip"]);
    let overview = bench.ok("overview", json!({ "hash": hash })).await;
    assert_eq!(
        (&overview["sequential"], &overview["first_last"]),
        (&json!(true), &json!(false))
    );
    let set =
        |files: Value, priority: &str| json!({"hash": hash, "files": files, "priority": priority});
    bench.ok("set_priorities", set(json!([0, 2]), "low")).await;
    assert_eq!(files().await, ["low", "high", "low"], "taken in again");
    bench.ok("undo", json!({})).await;
    assert_eq!(
        files().await,
        ["normal", "high", "skip"],
        "one step took it all back"
    );
    bench.ok("redo", json!({})).await;
    assert_eq!(files().await, ["low", "high", "low"]);
    bench.ok("set_priorities", set(json!([1]), "skip")).await;
    bench.ok("set_priorities", set(json!([0]), "normal")).await;
    assert_eq!(files().await, ["normal", "skip", "low"]);
    assert_eq!(
        bench
            .code("set_priorities", set(json!([0, 1, 2]), "skip"))
            .await,
        "bad_selection"
    );
    assert_eq!(
        bench.code("set_priorities", set(json!([3]), "low")).await,
        "bad_selection"
    );
    assert_eq!(
        bench.code("set_priorities", set(json!([]), "low")).await,
        "bad_selection"
    );
    let order = json!({"hashes": [hash], "sequential": false, "first_last": true});
    bench.ok("set_order", order).await;
    let overview = bench.ok("overview", json!({ "hash": hash })).await;
    assert_eq!(
        (&overview["sequential"], &overview["first_last"]),
        (&json!(false), &json!(true))
    );
    bench.app.shutdown().await;
}

#[tokio::test]
async fn a_row_names_the_folder_its_data_lies_in_only_when_it_is_another_one() {
    let bench = Bench::new().await;
    bench.put("t/a", 40_000);
    let unfinished = bench.dir.path().join("unfinished");
    fs::create_dir(&unfinished).unwrap();
    let values = json!({"downloads.unfinished_folder": unfinished});
    bench.ok("set_settings", json!({ "values": values })).await;
    let hash = bench.add("t", json!({})).await;
    let row = async || bench.ok("snapshot", json!({})).await["torrents"][0].clone();
    assert_eq!(row().await["lies_in"], shown(&unfinished));
    let request = json!({"hashes": [hash], "folder": unfinished});
    bench.ok("move_data", request).await;
    let row = row().await;
    assert_eq!(row["save_path"], shown(&unfinished));
    assert_eq!(row["lies_in"], Value::Null);
    let folders = row["save_path"].as_str().unwrap().len() + row["name"].as_str().unwrap().len();
    assert!(
        row.to_string().len() - folders < 640,
        "of 10,000 rows each byte counts: {row}"
    );
    bench.app.shutdown().await;
}

#[tokio::test]
async fn a_name_that_is_taken_or_not_safe_is_refused() {
    let bench = Bench::new().await;
    bench.put("t/a", 40_000);
    bench.put("t/b", 40_000);
    bench.put("taken/x", 1);
    bench.put("t/stray", 1);
    let preview_is_of_two = async || {
        fs::remove_file(bench.files().join("t/stray")).unwrap();
        let hash = bench.add("t", json!({})).await;
        bench.put("t/stray", 1);
        hash
    };
    let hash = preview_is_of_two().await;
    let path = |path: Value, name: &str| json!({"hash": hash, "path": path, "name": name});
    assert_eq!(
        bench
            .code("rename", json!({"hash": hash, "name": " "}))
            .await,
        "name_empty"
    );
    assert_eq!(
        bench
            .code("rename", json!({"hash": hash, "name": "taken"}))
            .await,
        "name_taken"
    );
    for (name, code) in [
        ("", "name_empty"),
        ("a/b", "name_unsafe"),
        ("B", "name_taken"),
        ("stray", "name_taken"),
    ] {
        assert_eq!(
            bench.code("rename_path", path(json!(["a"]), name)).await,
            code,
            "{name}"
        );
    }
    assert_eq!(
        bench.code("rename_path", path(json!(["x"]), "y")).await,
        "no_such_file"
    );
    assert_eq!(
        bench.code("rename_path", path(json!([]), "y")).await,
        "no_such_file"
    );
    bench.app.shutdown().await;
}

#[tokio::test]
async fn nothing_found_changes_nothing() {
    let bench = Bench::new().await;
    bench.put("t/a", 40_000);
    let hash = bench.add("t", json!({})).await;
    fs::create_dir(bench.dir.path().join("empty")).unwrap();
    let locate = |folder: &str| json!({"hash": hash, "folder": bench.dir.path().join(folder)});
    let found = bench.ok("locate", locate("empty")).await;
    assert_eq!(
        (&found["found_files"], &found["total_files"]),
        (&json!(0), &json!(1))
    );
    assert_eq!(
        bench.code("locate", locate("nowhere")).await,
        "folder_not_there"
    );
    let overview = bench.ok("overview", json!({ "hash": hash })).await;
    assert_eq!(overview["save_path"], shown(&bench.files()));
    bench.app.shutdown().await;
}

#[tokio::test]
async fn a_torrent_is_made_seeded_and_saved() {
    let bench = Bench::new().await;
    for path in ["t/a", "t/sub/b", "t/.hidden"] {
        bench.put(path, 40_000);
    }
    let mut request = json!({"path": bench.files().join("t"), "seed": true, "ignore": ["b"]});
    let look = bench.ok("create_look", request.clone()).await;
    assert_eq!(
        (&look["file_count"], &look["left_out_count"]),
        (&json!(2), &json!(1))
    );
    request["hybrid"] = json!(true);
    let job = bench.ok("create_start", request).await["job"].clone();
    let done = loop {
        let status = bench.ok("create_status", json!({ "job": job })).await;
        if status["state"] != "running" {
            break status;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(
        (&done["state"], &done["error"]),
        (&json!("done"), &Value::Null),
        "{done:#}"
    );
    assert_eq!(
        done["result"]["file_count"], 2,
        "what is hidden is in it for the window"
    );
    assert_eq!(done["result"]["hash_v2"].as_str().map(str::len), Some(64));
    let hash = &done["result"]["hash"];
    let overview = bench.ok("overview", json!({ "hash": hash })).await;
    assert_eq!(overview["content_path"], shown(&bench.files().join("t")));
    let pieces = bench.ok("pieces", json!({ "hash": hash })).await;
    assert_eq!(pieces["have_count"], pieces["count"], "known to be whole");
    let saved = bench.ok("create_save", json!({ "job": job })).await;
    let source = json!({"kind": "bytes", "name": "x", "base64": saved["base64"]});
    let preview = bench.ok("inspect", json!({ "source": source })).await;
    assert_eq!(
        (&preview["hash"], &preview["already_added"]),
        (hash, &json!(true))
    );
    assert_eq!(
        bench.code("create_cancel", json!({"job": "99"})).await,
        "job_gone"
    );
    bench.app.shutdown().await;
}

#[tokio::test]
async fn a_browser_makes_no_torrent_of_what_is_hidden() {
    let bench = Bench::new().await;
    bench.put(".ssh/id", 10);
    bench.put("t/a", 10);
    let start = async |path: PathBuf| {
        let request = json!({ "path": path });
        let answer = bench.app.call(Caller::Http, "create_start", request).await;
        answer.map_or_else(|e| e.code, |_| "begun".to_owned())
    };
    assert_eq!(start(bench.files().join("t")).await, "begun");
    let look = json!({ "path": bench.files().join(".ssh") });
    let look = bench.app.call(Caller::Http, "create_look", look).await;
    assert_eq!(look.unwrap_err().code, "not_here");
    assert_eq!(start(bench.files().join(".ssh/id")).await, "not_here");
    assert_eq!(start(bench.files().join("nothing")).await, "path_missing");
    assert_eq!(start("relative".into()).await, "path_missing");
    assert_eq!(start(bench.app.data_dir()).await, "not_here");
    assert_eq!(start(bench.app.data_dir().join("lock")).await, "not_here");
    let around = start(bench.files()).await;
    assert_eq!(around, "not_here", "the data folder is in it");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(bench.files().join(".ssh"), bench.files().join("link")).unwrap();
        assert_eq!(start(bench.files().join("link/id")).await, "not_here");
    }
    bench.app.shutdown().await;
}
