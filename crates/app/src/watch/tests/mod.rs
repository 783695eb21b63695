#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::needless_pass_by_value, reason = "json! is written in place")]

mod adding;
mod again;
mod asked;
mod dry;
mod ends;
mod originals;
mod rules;
mod trouble;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use shoal_api::ApiError;
use shoal_core::InfoHash;
use shoal_metainfo::Metainfo;
use shoal_testkit::{FakeEngine, wait};
use tempfile::TempDir;

use crate::{App, Caller, Options, Started};

/// Set where there is a trash for tests alone.
pub(super) const TRASH: &str = "SHOAL_TEST_TRASH";

/// A .torrent of one file that is called `name`.
fn torrent(name: &str) -> Vec<u8> {
    let info = format!(
        "d6:lengthi9e4:name{}:{name}12:piece lengthi16384e6:pieces20:{}e",
        name.len(),
        "h".repeat(20)
    );
    format!("d4:info{info}e").into_bytes()
}

fn hash(name: &str) -> InfoHash {
    Metainfo::parse(&torrent(name)).unwrap().info_hash
}

fn is_added(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|end| end == "added")
}

fn magnet(digit: char) -> String {
    format!("magnet:?xt=urn:btih:{}", digit.to_string().repeat(40))
}

/// Looks until `look` gives something.
async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + wait::GENEROUS;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        tokio::time::sleep(wait::POLL).await;
    }
}

/// Shoal with an engine that does nothing, and a folder `in` for files.
struct Stage {
    app: App,
    dir: TempDir,
}

impl Stage {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for name in ["in", "downloads"] {
            fs::create_dir(dir.path().join(name)).unwrap();
        }
        Self::start(dir).await
    }

    async fn start(dir: TempDir) -> Self {
        let options = Options {
            data_dir: Some(dir.path().join("data")),
            set: vec![
                format!(
                    "downloads.folder={}",
                    dir.path().join("downloads").display()
                ),
                "watch.look_ms=100".to_owned(),
                "watch.poll_s=1".to_owned(),
            ],
            ..Options::default()
        };
        let make = |_, sink| Ok(Arc::new(FakeEngine::new(sink)) as Arc<dyn shoal_core::Engine>);
        let Started::Running(app) = App::start_with(options, Box::new(make)).await.unwrap() else {
            panic!("the folder is in use");
        };
        let stage = Self { app, dir };
        // Folders are watched from the first look at the list on.
        stage.snapshot().await;
        stage
    }

    async fn again(self) -> Self {
        self.app.shutdown().await;
        let Self { app, dir } = self;
        drop(app);
        Self::start(dir).await
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn names_in(&self, folder: &str) -> Vec<String> {
        let listed = fs::read_dir(self.path(folder)).unwrap();
        let mut names: Vec<_> = listed
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    async fn call(&self, name: &str, request: Value) -> Result<Value, ApiError> {
        self.app.call(Caller::Desktop, name, request).await
    }

    async fn ok(&self, name: &str, request: Value) -> Value {
        let answer = self.call(name, request).await;
        answer.unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    async fn snapshot(&self) -> Value {
        self.ok("snapshot", json!({})).await
    }

    /// Rules for the folder `name`, torrents stopped, with `more` in them.
    fn rules(&self, name: &str, more: Value) -> Value {
        let mut rules = json!({
            "path": self.path(name), "enabled": true, "save_to": null, "labels": [],
            "start": false, "top": false, "subfolders": "off", "after": {"kind": "rename"},
            "bad_folder": null, "include": [], "exclude": [], "how": "auto",
        });
        let map = rules.as_object_mut().unwrap();
        map.extend(more.as_object().unwrap().clone());
        rules
    }

    async fn watch(&self, name: &str, more: Value) -> u64 {
        let rules = self.rules(name, more);
        let put = self
            .ok("watch_put", json!({"id": null, "rules": rules}))
            .await;
        put["id"].as_u64().unwrap()
    }

    async fn names(&self) -> Vec<String> {
        let snapshot = self.snapshot().await;
        let rows = snapshot["torrents"].as_array().unwrap();
        let mut names: Vec<_> = rows
            .iter()
            .map(|row| row["name"].as_str().unwrap().to_owned())
            .collect();
        names.sort();
        names
    }

    async fn row(&self, name: &str) -> Value {
        let snapshot = self.snapshot().await;
        let rows = snapshot["torrents"].as_array().unwrap();
        let row = rows.iter().find(|row| row["name"] == name);
        row.unwrap_or_else(|| panic!("no {name}")).clone()
    }

    async fn folder(&self, id: u64) -> Value {
        let snapshot = self.snapshot().await;
        let all = snapshot["watch"].as_array().unwrap();
        all.iter().find(|one| one["id"] == id).unwrap().clone()
    }

    /// Entries of files, newest first.
    async fn entries(&self) -> Vec<Value> {
        let all = self.page(None).await["entries"].as_array().unwrap().clone();
        all.into_iter().filter(|one| one["file"] != "").collect()
    }

    async fn page(&self, before: Option<u64>) -> Value {
        let request = json!({"before": before, "folder": null, "problems": false});
        self.ok("watch_history", request).await
    }

    /// Waits until the newest entry of `file` fits.
    async fn entry(&self, file: &str, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let waited = format!("{file}: {what}");
        until(&waited, async || {
            let entries = self.entries().await;
            let found = entries.into_iter().find(|one| one["file"] == file);
            found.filter(|one| fits(one))
        })
        .await
    }

    /// Waits until the newest entry of `file` has this code and its original this state.
    async fn came(&self, file: &str, code: &str, original: &str) -> Value {
        self.entry(file, &format!("{code}, {original}"), |one| {
            one["sentence"]["code"] == code && one["original"]["state"] == original
        })
        .await
    }

    async fn remove(&self, name: &str) {
        let hash = hash(name).to_string();
        let request = json!({"hashes": [hash], "data": "keep"});
        self.ok("remove", request).await;
    }

    /// Waits until nothing in a folder waits any more and a look has found nothing new.
    async fn calm(&self, id: u64) {
        self.ok("watch_look", json!({ "id": id })).await;
        // What a look finds is put into `calm.torrent` behind it: files are taken in their order.
        let name = format!("zz-calm-{}.torrent", self.entries().await.len());
        let folder = self.folder(id).await["rules"]["path"]
            .as_str()
            .unwrap()
            .to_owned();
        fs::write(Path::new(&folder).join(&name), torrent(&name)).unwrap();
        self.entry(&name, "anything", |_| true).await;
    }
}

fn old(path: &Path, age: Duration) {
    let file = fs::File::options().append(true).open(path).unwrap();
    let then = std::time::SystemTime::now() - age;
    file.set_modified(then).unwrap();
}
