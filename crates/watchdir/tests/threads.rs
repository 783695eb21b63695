//! The watcher with its threads and real time: only what waiting for a word of it can show.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, RwLock,
        mpsc::{Receiver, Sender, channel},
    },
    time::{Duration, Instant},
};

use shoal_watchdir::{
    After, AfterDone, FolderSpec, FolderState, Found, Known, Options, Pending, Sink, Stamp, Ticket,
    UnreachableWhy, Verdict, Waiting, Watchdir,
};

/// Longer than any of these waits on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug)]
enum Said {
    Found(Found),
    After(AfterDone),
    State(u32, FolderState),
}

/// Gone once it is stopped.
type Shared = Arc<RwLock<Option<Watchdir>>>;

struct Owner {
    said: Mutex<Sender<Said>>,
    /// Other watched folders.
    skipped: Vec<PathBuf>,
    /// Answered from within, if it is known.
    watchdir: Shared,
    at_once: Option<After>,
}

impl Owner {
    fn say(&self, said: Said) {
        // Nobody listens at the end.
        let _ = self.said.lock().unwrap().send(said);
    }
}

impl Sink for Owner {
    fn dealt_with(&self, _: u32, file: &Path, _: &Stamp) -> Known {
        assert!(file != Path::new("panic.torrent"), "as the test wants it");
        Known::No
    }

    fn skip(&self, _: u32, path: &Path) -> bool {
        self.skipped.iter().any(|skipped| skipped == path)
    }

    fn found(&self, files: Vec<Found>) {
        for found in files {
            if let (Some(action), Some(watchdir)) = (&self.at_once, &*self.watchdir.read().unwrap())
            {
                watchdir.answer(found.ticket, Verdict::Done(action.clone()));
            }
            self.say(Said::Found(found));
        }
    }

    fn after(&self, done: AfterDone) {
        self.say(Said::After(done));
    }

    fn state(&self, folder: u32, state: FolderState, _: u32) {
        self.say(Said::State(folder, state));
    }

    fn too_many(&self, _: u32, _: usize) {}

    fn gone(&self, _: u32, _: &Path) {}
}

struct Stage {
    dir: tempfile::TempDir,
    watchdir: Shared,
    heard: Receiver<Said>,
}

impl Stage {
    fn new(skipped: &[&str], at_once: Option<After>) -> Self {
        Self::with_room(skipped, at_once, 32)
    }

    fn with_room(skipped: &[&str], at_once: Option<After>, in_flight: usize) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (said, heard) = channel();
        let watchdir = Shared::default();
        let owner = Owner {
            said: Mutex::new(said),
            skipped: skipped.iter().map(|path| dir.path().join(path)).collect(),
            watchdir: Arc::clone(&watchdir),
            at_once,
        };
        let options = Options {
            look: Duration::from_millis(20),
            poll: Duration::from_millis(50),
            back: Duration::from_millis(50),
            in_flight,
            ..Options::default()
        };
        let started = Watchdir::start(options, Arc::new(owner)).unwrap();
        *watchdir.write().unwrap() = Some(started);
        Self {
            dir,
            watchdir,
            heard,
        }
    }

    fn with<T>(&self, act: impl FnOnce(&Watchdir) -> T) -> T {
        act(self.watchdir.read().unwrap().as_ref().unwrap())
    }

    fn spec(&self, id: u32, path: &str, always_poll: bool) -> FolderSpec {
        FolderSpec {
            id,
            path: self.dir.path().join(path),
            subfolders: true,
            include: Vec::new(),
            exclude: Vec::new(),
            always_poll,
        }
    }

    fn write(&self, file: &str) {
        let path = self.dir.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "e").unwrap();
    }

    /// The next thing said that is wanted.
    fn hear<T>(&self, want: impl Fn(Said) -> Option<T>) -> T {
        loop {
            if let Some(wanted) = want(self.heard.recv_timeout(PATIENCE).unwrap()) {
                return wanted;
            }
        }
    }

    fn found(&self) -> (u32, PathBuf, Ticket) {
        self.hear(|said| match said {
            Said::Found(found) => Some((found.folder, found.file, found.ticket)),
            _ => None,
        })
    }

    fn stop(self) -> Duration {
        let watchdir = self.watchdir.write().unwrap().take().unwrap();
        let began = Instant::now();
        watchdir.stop();
        began.elapsed()
    }
}

#[test]
fn a_file_belongs_to_the_innermost_of_several_folders() {
    for always_poll in [false, true] {
        let stage = Stage::new(&["out", "out/in"], None);
        stage.write("out/a.torrent");
        stage.write("out/in/b.torrent");
        let outer = stage.spec(1, "out", always_poll);
        let inner = stage.spec(2, "out/in", always_poll);
        stage.with(|w| w.set_folders(vec![outer, inner.clone()]));
        let both: BTreeSet<_> = (0..2).map(|_| stage.found()).map(|f| (f.0, f.1)).collect();
        let expected = [(1, "a.torrent".into()), (2, "b.torrent".into())];
        assert_eq!(both, BTreeSet::from(expected));
        // Without the outer one the inner one goes on.
        stage.with(|w| w.set_folders(vec![inner]));
        stage.write("out/in/deep/c.torrent");
        let (folder, file, ticket) = stage.found();
        assert_eq!((folder, file), (2, "deep/c.torrent".into()));
        assert_eq!(ticket.folder(), 2);
        stage.with(|w| w.answer(ticket, Verdict::Done(After::Rename)));
        let done = stage.hear(|said| match said {
            Said::After(done) => Some(done),
            _ => None,
        });
        assert_eq!((done.ticket, done.again), (Some(ticket), false));
        assert!(
            stage
                .dir
                .path()
                .join("out/in/deep/c.torrent.added")
                .is_file()
        );
    }
}

#[test]
fn answers_may_come_from_within_and_another_try_is_pending() {
    let stage = Stage::new(&[], Some(After::Delete));
    for number in 0..100 {
        stage.write(&format!("in/{number}.torrent"));
    }
    let spec = stage.spec(1, "in", false);
    stage.with(|w| w.set_folders(vec![spec]));
    let files: BTreeSet<PathBuf> = (0..100).map(|_| stage.found().1).collect();
    assert_eq!(files.len(), 100);
    let mut deleted = 0;
    while fs::read_dir(stage.dir.path().join("in")).unwrap().count() > 0 {
        stage.hear(|said| matches!(said, Said::After(_)).then_some(()));
        deleted += 1;
    }
    assert!(deleted <= 100);
}

#[test]
fn what_waits_for_another_try_is_told() {
    let stage = Stage::new(&[], None);
    stage.write("in/a.torrent");
    let spec = stage.spec(1, "in", false);
    stage.with(|w| w.set_folders(vec![spec]));
    let (_, _, ticket) = stage.found();
    let turn = |pending: &[Pending]| pending[0].waiting == Waiting::Turn;
    while !turn(&stage.with(Watchdir::pending)) {
        std::thread::yield_now();
    }
    stage.with(|w| w.answer(ticket, Verdict::Retry));
    let (_, _, second) = stage.found();
    assert_ne!(second, ticket);
    // Nobody knows it any more.
    stage.with(|w| w.answer(ticket, Verdict::Done(After::Delete)));
    stage.with(|w| w.answer(second, Verdict::Retry));
    let left = loop {
        match stage.with(Watchdir::pending)[0].waiting {
            Waiting::Again { attempts: 2, left } => break left,
            _ => std::thread::yield_now(),
        }
    };
    assert!(left <= Duration::from_secs(1));
    // And when it is dealt with, by hand again.
    stage.with(|w| w.look_now(1));
    let (_, _, third) = stage.found();
    stage.with(|w| w.answer(third, Verdict::Leave));
    stage.with(|w| w.retry(1, "a.torrent".into()));
    assert_eq!(stage.found().1, Path::new("a.torrent"));
}

#[test]
fn a_folder_that_goes_is_unreachable_and_comes_back() {
    let stage = Stage::new(&[], None);
    let path = stage.dir.path().join("in");
    fs::create_dir(&path).unwrap();
    let spec = stage.spec(1, "in", false);
    stage.with(|w| w.set_folders(vec![spec]));
    let hear = |wanted: FolderState| {
        stage.hear(|said| match said {
            Said::State(1, now) => (now == wanted).then_some(()),
            _ => None,
        });
    };
    hear(FolderState::Watching);
    fs::remove_dir(&path).unwrap();
    hear(FolderState::Unreachable {
        error: UnreachableWhy::Missing,
    });
    fs::create_dir(&path).unwrap();
    hear(FolderState::Watching);
    stage.with(|w| w.set_times(Duration::from_millis(10), Duration::from_millis(20)));
    stage.write("in/a.torrent");
    assert_eq!(stage.found().1, Path::new("a.torrent"));
}

#[test]
fn a_folder_that_is_let_go_of_leaves_its_room_to_others() {
    let stage = Stage::with_room(&[], None, 1);
    stage.write("one/a.torrent");
    stage.write("two/b.torrent");
    let (one, two) = (stage.spec(1, "one", false), stage.spec(2, "two", true));
    stage.with(|w| w.set_folders(vec![one]));
    assert_eq!(stage.found().0, 1);
    // Never answered.
    stage.with(|w| w.set_folders(vec![two]));
    assert_eq!(stage.found().0, 2);
}

#[test]
fn a_folder_whose_thread_fails_is_said_and_others_go_on() {
    let stage = Stage::with_room(&[], None, 2);
    stage.write("one/a.torrent");
    stage.write("one/panic.torrent");
    stage.write("two/b.torrent");
    stage.write("two/c.torrent");
    let (one, two) = (stage.spec(1, "one", false), stage.spec(2, "two", false));
    stage.with(|w| w.set_folders(vec![one.clone()]));
    stage.hear(|said| match said {
        Said::State(1, FolderState::Unreachable { .. }) => Some(()),
        _ => None,
    });
    stage.with(|w| w.set_folders(vec![one.clone(), two]));
    assert_eq!((stage.found().0, stage.found().0), (2, 2));
    // Once what made it fail is gone, its rules need but be given anew.
    fs::remove_file(stage.dir.path().join("one/panic.torrent")).unwrap();
    stage.with(|w| w.set_folders(Vec::new()));
    stage.with(|w| w.set_folders(vec![one]));
    assert_eq!(stage.found().1, Path::new("a.torrent"));
    assert!(stage.stop() < Duration::from_secs(1));
}

#[test]
fn it_ends_within_a_second_while_it_is_busy() {
    let stage = Stage::new(&[], Some(After::Rename));
    let mut specs = Vec::new();
    for folder in 0..4 {
        for number in 0..500 {
            stage.write(&format!("{folder}/{number}.torrent"));
        }
        specs.push(stage.spec(folder, &folder.to_string(), folder % 2 == 0));
    }
    stage.with(|w| w.set_folders(specs));
    let (_, file, _) = stage.found();
    assert!(file.extension().is_some());
    let took = stage.stop();
    assert!(took < Duration::from_secs(1), "{took:?}");
}
