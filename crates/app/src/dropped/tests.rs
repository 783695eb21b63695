#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::print_stdout, reason = "how long it took")]

use std::{fs, path::PathBuf, process::Command, sync::Arc, time::Instant};

use serde_json::json;
use shoal_api::{DropKind, DropLook};
use shoal_core::Engine;
use shoal_testkit::{FakeEngine, TorrentSpec};
use tempfile::TempDir;

use super::*;
use crate::{Caller, Options, Started};

struct Bench {
    app: App,
    dir: TempDir,
}

impl Bench {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let options = Options {
            data_dir: Some(dir.path().join("data")),
            set: vec![format!("downloads.folder={}", dir.path().display())],
            ..Options::default()
        };
        let make = |_, sink| Ok(Arc::new(FakeEngine::new(sink)) as Arc<dyn Engine>);
        let Started::Running(app) = App::start_with(options, Box::new(make)).await.unwrap() else {
            panic!("the folder is in use");
        };
        Self { app, dir }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn file(&self, name: &str, bytes: &[u8]) -> Dropped {
        fs::write(self.at(name), bytes).unwrap();
        Dropped::Path(self.at(name))
    }

    /// A torrent of 5,000 bytes, which differs by its name.
    fn torrent(&self, name: &str) -> Dropped {
        fs::write(self.at("content"), [7; 5_000]).unwrap();
        let torrent = TorrentSpec::new().name(name).build(&self.at("content"));
        self.file(&format!("{name}.torrent"), &torrent.bytes)
    }

    /// The last look, and what comes of the drop after it.
    async fn drop(&self, things: Vec<Dropped>) -> (DropLook, Landed) {
        let mut looking = self.app.look_at_drop(Drag::of(things), Instant::now());
        let mut last = None;
        while let Some(look) = looking.next().await {
            last = Some(look);
        }
        (last.unwrap(), looking.land().await)
    }
}

fn kinds(look: &DropLook) -> Vec<DropKind> {
    look.rows.iter().map(|row| row.kind).collect()
}

fn codes(landed: &Landed) -> Vec<&str> {
    landed.errors.iter().map(|e| e.code.as_str()).collect()
}

const MAGNET: &str = "magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567&dn=a%26b";

#[tokio::test]
async fn torrents_and_links_are_told_while_they_hover_and_can_be_added_once_dropped() {
    let bench = Bench::new().await;
    let url = "https://example.org/x/some.torrent".to_owned();
    let things = vec![
        bench.torrent("one"),
        bench.torrent("two"),
        Dropped::Path(bench.at("one.torrent")),
        Dropped::Link(MAGNET.to_owned()),
        Dropped::Url(url.clone()),
    ];
    let (look, landed) = bench.drop(things).await;
    let expected = [
        DropKind::Torrent,
        DropKind::Torrent,
        DropKind::Link,
        DropKind::Url,
    ];
    assert_eq!(kinds(&look), expected, "the same torrent twice is one row");
    let names: Vec<_> = look.rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["one", "two", "a&b", "some.torrent"]);
    assert_eq!((look.total_bytes, look.pending, look.more), (10_000, 0, 0));
    assert_eq!(look.rows[0].file_count, Some(1));
    assert!(look.free_bytes.is_some() && look.volume.is_some());

    assert_eq!(landed.previews.len(), 3);
    assert_eq!(landed.urls, [url]);
    assert_eq!((landed.errors.len(), landed.create), (0, None));
    let request = json!({
        "preview_id": landed.previews[1].id, "save_path": null, "wanted": null,
        "start": false, "labels": [], "choose_files": false,
    });
    bench
        .app
        .call(Caller::Desktop, "add", request)
        .await
        .unwrap();

    let (look, landed) = bench
        .drop(vec![Dropped::Path(bench.at("two.torrent"))])
        .await;
    assert!(look.rows[0].already && landed.previews[0].already_added);
    assert_eq!(look.total_bytes, 0, "nothing more is needed for it");
}

#[tokio::test]
async fn a_folder_or_a_file_alone_is_made_into_a_torrent_and_among_others_refused() {
    let bench = Bench::new().await;
    fs::create_dir(bench.at("folder")).unwrap();
    let folder = Dropped::Path(bench.at("folder"));
    let file = bench.file("film.mkv", &[7; 300]);

    let (look, landed) = bench.drop(vec![folder.clone()]).await;
    assert_eq!(kinds(&look), [DropKind::Create]);
    assert_eq!(landed.create.as_deref(), bench.at("folder").to_str());
    let (look, landed) = bench.drop(vec![file.clone()]).await;
    assert_eq!(look.rows[0].total_bytes, Some(300));
    assert_eq!(landed.create.as_deref(), bench.at("film.mkv").to_str());

    let broken = bench.file("broken.TORRENT", b"d4:infode");
    let gone = Dropped::Path(bench.at("gone.torrent"));
    let things = vec![folder, file, broken, gone, bench.torrent("one")];
    let (look, landed) = bench.drop(things).await;
    let refused = kinds(&look);
    assert_eq!(refused[..4], [DropKind::Refused; 4]);
    assert_eq!(refused[4..], [DropKind::Torrent]);
    let said: Vec<_> = look.rows[..4]
        .iter()
        .map(|row| row.error.as_ref().unwrap())
        .map(|error| (error.code.clone(), error.params["name"].clone()))
        .collect();
    assert_eq!(said[0], ("drop_folder_beside".into(), "folder".into()));
    assert_eq!(said[1], ("drop_not_a_torrent".into(), "film.mkv".into()));
    assert_eq!(said[2].1, "broken.TORRENT");
    assert_eq!(said[3], ("file_unreadable".into(), "gone.torrent".into()));
    assert_eq!(codes(&landed).len(), 4);
    assert_eq!((landed.previews.len(), landed.create), (1, None));
}

#[tokio::test]
async fn what_is_not_looked_at_any_more_leaves_nothing_behind() {
    let bench = Bench::new().await;
    let kept = bench.drop(vec![bench.torrent("kept")]).await.1;
    for name in 0..40 {
        let things = vec![bench.torrent(&name.to_string())];
        let looking = bench.app.look_at_drop(Drag::of(things), Instant::now());
        drop(looking);
    }
    let next = bench.drop(vec![bench.torrent("next")]).await.1;
    let number = |landed: &Landed| landed.previews[0].id.parse::<u32>().unwrap();
    assert_eq!(
        number(&next),
        number(&kept) + 1,
        "a hover takes no place on the shelf"
    );
}

#[tokio::test]
async fn of_a_crowd_as_many_are_taken_as_are_looked_at_and_refusals_are_seen() {
    let bench = Bench::new().await;
    let link = |n: usize| Dropped::Link(format!("{n:040x}"));
    let things: Vec<_> = (0..THINGS_MAX + 5).map(link).collect();
    let (look, landed) = bench.drop(things).await;
    assert_eq!((look.rows.len(), look.more), (64, 1_941));
    assert_eq!(landed.previews.len(), THINGS_MAX);
    assert_eq!(codes(&landed), ["too_many"]);

    let mut things: Vec<_> = (0..100).map(link).collect();
    things.push(Dropped::Link("nothing".to_owned()));
    let (look, _) = bench.drop(things).await;
    assert_eq!((look.rows.len(), look.more), (64, 37));
    assert_eq!(look.rows[63].error.as_ref().unwrap().code, "not_a_link");
}

#[test]
fn those_without_a_row_are_counted_by_what_becomes_of_them() {
    let links = (0..100).map(|n| Dropped::Link(format!("{n:040x}")));
    let words = (0..70).map(|n| Dropped::Link(format!("nothing {n}")));
    let shared = Shared::new(links.chain(words).collect());
    while shared.read_next() {}
    let counts = || {
        let look = shared.look(3);
        (
            look.rows.len(),
            look.more,
            look.more_here,
            look.more_refused,
        )
    };
    assert_eq!(counts(), (64, 71, 0, 38));
    let hashes = (0..100).map(|n| format!("{n:040x}").parse().unwrap());
    shared.change(|found| found.listed = Some(hashes.collect()));
    assert_eq!(counts(), (64, 3, 36, 70), "the rows go to the first ones");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_files_are_told_of_before_all_are_read() {
    let bench = Bench::new().await;
    let all: Vec<_> = (0..THINGS_MAX)
        .map(|n| bench.torrent(&n.to_string()))
        .collect();
    for count in [100, THINGS_MAX] {
        let begun = Instant::now();
        let drag = Drag::of(all[..count].to_vec());
        let mut looking = bench.app.look_at_drop(drag, begun);
        let look = looking.next().await.unwrap();
        let took = begun.elapsed();
        println!("{count} files: {took:?}, {} pending", look.pending);
        let told = look.rows.len() + usize::try_from(look.more + look.pending).unwrap();
        assert_eq!(told, count);
        let mut last = look;
        while let Some(look) = looking.next().await {
            assert!(look.pending <= last.pending);
            last = look;
        }
        println!("{count} files: all after {:?}", begun.elapsed());
        assert_eq!((last.pending, last.total_bytes), (0, 5_000 * count as u64));
        assert_eq!(looking.land().await.previews.len(), count);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_pipe_is_not_waited_for() {
    let bench = Bench::new().await;
    let pipe = bench.at("pipe.torrent");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let (look, landed) = bench
        .drop(vec![Dropped::Path(pipe), bench.torrent("one")])
        .await;
    assert_eq!(kinds(&look), [DropKind::Refused, DropKind::Torrent]);
    assert_eq!(codes(&landed), ["file_unreadable"]);
}

#[test]
fn a_drive_that_does_not_answer_costs_its_own_rows_only() {
    let shared = Shared::new(vec![
        Dropped::Link(MAGNET.to_owned()),
        Dropped::Path(PathBuf::from("/mnt/far/away.torrent")),
    ]);
    // One thread took the second thing and has not come back.
    shared.change(|found| found.listed = Some(std::collections::HashSet::new()));
    assert!(shared.read_next());
    let look = shared.look(0);
    assert_eq!((kinds(&look), look.pending), (vec![DropKind::Link], 1));
    let things = shared.take();
    assert!(matches!(things[0], Thing::Torrent(_)));
    let Thing::Refused { name, error } = &things[1] else {
        panic!("it was not read");
    };
    assert_eq!(
        (name.as_str(), error.code.as_str()),
        ("away.torrent", "file_unreadable")
    );
}
