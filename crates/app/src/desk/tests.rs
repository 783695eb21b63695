#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::needless_pass_by_value, reason = "json! is written in place")]

use std::{fs, path::PathBuf, sync::mpsc as std_mpsc};

use base64::Engine as _;
use serde_json::{Value, json};
use shoal_core::{Engine, InfoHash};
use shoal_metainfo::Metainfo;
use shoal_testkit::{FakeEngine, SimOptions, wait};
use tempfile::TempDir;

use super::*;
use crate::{Caller, Options, Started};

/// A .torrent of one file of 9 bytes that is called `name`.
fn torrent(name: &str) -> Vec<u8> {
    torrent_of(name, 9, 16_384)
}

fn torrent_of(name: &str, length: u64, piece_length: u64) -> Vec<u8> {
    let hashes = 20 * usize::try_from(length.div_ceil(piece_length)).unwrap();
    let info = format!(
        "d6:lengthi{length}e4:name{}:{name}12:piece lengthi{piece_length}e6:pieces{hashes}:{}e",
        name.len(),
        "h".repeat(hashes)
    );
    format!("d4:info{info}e").into_bytes()
}

fn hash(name: &str) -> InfoHash {
    Metainfo::parse(&torrent(name)).unwrap().info_hash
}

/// Shoal with an engine that pretends, without a window.
struct Stage {
    app: App,
    engine: FakeEngine,
    news: mpsc::Receiver<Happening>,
    dir: TempDir,
}

impl Stage {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("files")).unwrap();
        Self::start(dir).await
    }

    async fn start(dir: TempDir) -> Self {
        let (tell, told) = std_mpsc::channel();
        let make = move |_, sink| {
            let options = SimOptions {
                down_bps: 1,
                ..SimOptions::default()
            };
            let engine = FakeEngine::running(sink, options);
            tell.send(engine.clone()).unwrap();
            Ok(Arc::new(engine) as Arc<dyn Engine>)
        };
        let options = Options {
            data_dir: Some(dir.path().join("data")),
            set: vec![format!(
                "downloads.folder={}",
                dir.path().join("files").display()
            )],
            ..Options::default()
        };
        let Started::Running(app) = App::start_with(options, Box::new(make)).await.unwrap() else {
            panic!("the folder is in use");
        };
        Self {
            news: app.happenings(),
            engine: told.recv().unwrap(),
            app,
            dir,
        }
    }

    async fn again(self) -> Self {
        self.app.shutdown().await;
        let Self { app, dir, .. } = self;
        drop(app);
        Self::start(dir).await
    }

    async fn ok(&self, name: &str, request: Value) -> Value {
        let answer = self.app.call(Caller::Desktop, name, request).await;
        answer.unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    fn files(&self) -> PathBuf {
        self.dir.path().join("files")
    }

    async fn add(&self, name: &str, start: bool, more: Value) {
        self.add_file(&torrent(name), start, more).await;
    }

    async fn add_file(&self, torrent: &[u8], start: bool, more: Value) {
        let base64 = base64::engine::general_purpose::STANDARD.encode(torrent);
        let source = json!({"kind": "bytes", "name": "x.torrent", "base64": base64});
        let preview = self.ok("inspect", json!({ "source": source })).await;
        let mut request = json!({
            "preview_id": preview["id"], "save_path": self.files(), "wanted": null,
            "start": start, "labels": [], "choose_files": false,
        });
        let map = request.as_object_mut().unwrap();
        map.extend(more.as_object().unwrap().clone());
        self.ok("add", request).await;
    }

    async fn until(&self, fits: impl FnMut(&Arc<Desk>) -> bool) -> Arc<Desk> {
        let mut desk = self.app.desk();
        let found = tokio::time::timeout(wait::GENEROUS, desk.wait_for(fits)).await;
        let Ok(found) = found else {
            panic!("waited in vain: {:?}", self.app.desk().borrow());
        };
        found.unwrap().clone()
    }

    async fn next(&mut self) -> Happening {
        let next = tokio::time::timeout(wait::GENEROUS, self.news.recv());
        next.await.unwrap().unwrap()
    }

    fn nothing_more(&mut self) {
        let more = self.news.try_recv();
        assert!(more.is_err(), "{more:?}");
    }
}

#[tokio::test]
async fn all_torrents_are_counted_though_nobody_looks() {
    let stage = Stage::new().await;
    let settings = stage.app.desk().borrow().settings.clone();
    assert!(settings.contains_key("desktop.tray"), "{settings:?}");
    for name in ["a", "b", "c"] {
        stage.add(name, true, json!({})).await;
    }
    stage.add("d", false, json!({})).await;
    let desk = stage
        .until(|d| d.downloading == 3 && d.down_bps > 0 && d.ready)
        .await;
    assert_eq!((desk.listed, desk.stopped, desk.at_rest), (4, 1, 1));
    assert_eq!(desk.wanted_bytes, 27);
    stage.app.stop_all().await.unwrap();
    let desk = stage.until(|d| d.at_rest == 4).await;
    let nothing = Desk {
        listed: 4,
        at_rest: 4,
        stopped: 4,
        ready: true,
        settings: desk.settings.clone(),
        ..Desk::default()
    };
    assert_eq!(*desk, nothing);
    stage.app.start_all().await.unwrap();
    stage.until(|d| d.downloading == 4 && d.stopped == 0).await;
    let request = json!({"hashes": [hash("a").to_string()], "data": "keep"});
    stage.ok("remove", request).await;
    stage.until(|d| d.listed == 3 && d.wanted_bytes == 27).await;
    stage.ok("undo", json!({})).await;
    stage.until(|d| d.listed == 4).await;
    stage.app.shutdown().await;
}

#[tokio::test]
async fn a_setting_is_there_at_once() {
    let stage = Stage::new().await;
    let is = |desk: &Desk, on| desk.settings["desktop.tray"] == SettingValueView::Bool(on);
    assert!(is(&stage.app.desk().borrow(), true));
    let request = json!({"values": {"desktop.tray": false}});
    stage.ok("set_settings", request).await;
    stage.until(|desk| is(desk, false)).await;
    let stage = stage.again().await;
    assert!(is(&stage.app.desk().borrow(), false));
    stage.app.shutdown().await;
}

#[tokio::test]
async fn a_download_that_is_whole_is_told_once_and_data_that_was_there_is_no_news() {
    let mut stage = Stage::new().await;
    stage.add("film", true, json!({})).await;
    stage.until(|d| d.down_bps > 0).await;
    // As if the engine had written it.
    fs::write(stage.files().join("film"), "123456789").unwrap();
    stage.engine.set_down_bps(hash("film"), 1_000);
    let told = stage.next().await;
    assert!(
        matches!(&told, Happening::Finished { hash: h, name } if *h == hash("film").to_string() && name == "film"),
        "{told:?}"
    );
    stage.until(|d| d.seeding == 1).await;
    stage.nothing_more();
    let request = json!({"hashes": [hash("film").to_string()], "data": "keep"});
    stage.ok("remove", request).await;
    let over = Happening::Over {
        hash: hash("film").to_string(),
    };
    assert_eq!(stage.next().await, over);
    stage.ok("undo", json!({})).await;
    let mut stage = stage.again().await;
    stage
        .until(|d| d.ready && d.checking == 0 && d.waiting == 0)
        .await;
    stage.nothing_more();
    stage.app.shutdown().await;
}

#[tokio::test]
async fn what_needs_somebody_is_told_when_it_begins_and_not_again_at_the_next_start() {
    let mut stage = Stage::new().await;
    let missing = json!({"save_path": stage.dir.path().join("no/such")});
    stage.add("a", true, missing).await;
    let told = stage.next().await;
    let Happening::Attention { name, sentence, .. } = &told else {
        panic!("{told:?}");
    };
    assert_eq!((&**name, &*sentence.code), ("a", "folder_missing"));
    let mut stage = stage.again().await;
    stage.until(|d| d.ready && d.attention == 1).await;
    stage.nothing_more();
    fs::create_dir_all(stage.dir.path().join("no/such")).unwrap();
    stage
        .ok("stop", json!({"hashes": [hash("a").to_string()]}))
        .await;
    stage
        .ok("start", json!({"hashes": [hash("a").to_string()]}))
        .await;
    stage
        .until(|d| d.downloading == 1 && d.attention == 0)
        .await;
    let broken = shoal_core::EngineFault::Internal;
    until(|| stage.engine.break_torrent(hash("a"), broken)).await;
    let told = stage.next().await;
    assert!(
        matches!(&told, Happening::Failed { sentence, .. } if sentence.code == "internal"),
        "{told:?}"
    );
    stage.app.shutdown().await;
}

async fn until(mut done: impl FnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !done() {
        assert!(begun.elapsed() < wait::GENEROUS);
        tokio::time::sleep(wait::POLL).await;
    }
}

#[tokio::test]
async fn what_a_watch_folder_brings_is_told_though_no_window_is_there() {
    let mut stage = Stage::new().await;
    let folder = stage.dir.path().join("in");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("a.torrent"), torrent("a")).unwrap();
    let rules = json!({
        "path": folder, "enabled": true, "save_to": null, "labels": [], "start": false,
        "top": false, "subfolders": "off", "after": {"kind": "rename"}, "bad_folder": null,
        "include": [], "exclude": [], "how": "auto",
    });
    let put = json!({"id": null, "rules": rules});
    stage.ok("watch_put", put).await;
    let told = stage.next().await;
    assert!(
        matches!(&told, Happening::Watched(news) if news.added == 1 && news.name == "a"),
        "{told:?}"
    );
    stage.app.shutdown().await;
}

#[tokio::test]
async fn a_check_that_is_paused_counts_as_one_that_waits() {
    let stage = Stage::new().await;
    // Holes are read quickly, but not so many.
    let bytes = torrent_of("large", 64 << 30, 16 << 20);
    let file = fs::File::create(stage.files().join("large")).unwrap();
    file.set_len(64 << 30).unwrap();
    stage
        .add_file(&bytes, true, json!({"existing": "use"}))
        .await;
    stage.until(|d| d.checking == 1).await;
    let hash = Metainfo::parse(&bytes).unwrap().info_hash.to_string();
    let hold = |held: bool| json!({"hashes": [hash], "hold": held});
    stage.ok("hold_check", hold(true)).await;
    stage.until(|d| d.checking == 0 && d.waiting == 1).await;
    stage.ok("hold_check", hold(false)).await;
    stage.until(|d| d.checking == 1).await;
    stage.app.shutdown().await;
}
