//! A stand-in for the actor that refuses, or vanishes, at a chosen step: as a full disk and a kill do.

use std::{sync::mpsc as std_mpsc, thread};

use parking_lot::Mutex;
use shoal_core::{
    Command, CommandId, Effect, Msg, Refusal, Reply, Restored, Settings, State, WatchRules,
};
use shoal_store::Store;
use tokio::sync::mpsc;

use super::*;
use crate::{
    actor::{self, Input},
    hub::Hub,
    watch::{Folders, Setup},
};

/// What is done with a command.
#[derive(Clone, Copy, PartialEq)]
enum Do {
    Run,
    /// The store has no room for it.
    Refuse,
    /// It is stored, and nobody hears of it any more.
    RunUnheard,
    /// It is lost.
    Lose,
}

/// Watch folders with a state and a store, and no engine.
struct Stand {
    dir: TempDir,
    store: Arc<Store>,
    folders: Folders,
    /// Keeps the inbox open.
    inbox: mpsc::Sender<Input>,
    heard: std_mpsc::Receiver<()>,
}

impl Stand {
    /// The folder `in` is watched; `decide` is asked about each command, `heard` tells of those that were
    /// not simply run.
    fn new(dir: TempDir, decide: impl FnMut(&Command) -> Do + Send + 'static) -> Self {
        let (store, loaded) = Store::open(&dir.path().join("data"), actor::now()).unwrap();
        let store = Arc::new(store);
        let settings = Settings {
            watch_look_ms: 100,
            downloads_folder: dir.path().join("downloads"),
            ..Settings::default()
        };
        let restored = Restored {
            torrents: loaded.torrents,
            labels: loaded.labels,
            settings,
            prefs: loaded.prefs.into_iter().collect(),
            journal: loaded.undo,
            watch: loaded.watch,
            wall: None,
        };
        let (mut state, _) = State::restore(restored, actor::now());
        let mut rules = WatchRules::of(dir.path().join("in"));
        rules.start = false;
        let put = Command::PutWatch(None, Box::new(rules));
        run(&mut state, &store, put);
        let setup = Setup::of(&state, Path::new("/"));
        let (inbox, inputs) = mpsc::channel(8);
        let (tell, heard) = std_mpsc::channel();
        let own = store.clone();
        thread::spawn(move || serve(state, &own, inputs, decide, &tell));
        let hub = Arc::<Hub>::default();
        let folders = Folders::start(inbox.downgrade(), store.clone(), hub).unwrap();
        folders.set(setup);
        folders.begin();
        Self {
            dir,
            store,
            folders,
            inbox,
            heard,
        }
    }

    fn heard(&self) {
        self.heard.recv_timeout(wait::GENEROUS).unwrap();
    }

    /// Nothing of this run is left but what is on disk.
    fn end(self) -> TempDir {
        self.folders.stop();
        drop(self.inbox);
        self.store.close(wait::GENEROUS).unwrap();
        self.dir
    }
}

fn run(state: &mut State, store: &Store, command: Command) -> Option<Reply> {
    let mut effects = state.handle(Msg::Command(CommandId(1), command), actor::now());
    let mut reply = None;
    while !effects.is_empty() {
        let mut more = vec![];
        for effect in effects {
            match effect {
                Effect::Store(ops) => {
                    store.commit_blocking(ops).unwrap();
                    more = state.handle(Msg::Stored, actor::now());
                }
                Effect::StoreSoon(ops) => store.commit_soon(ops),
                Effect::Reply(_, said) => reply = Some(said),
                _ => {}
            }
        }
        effects = more;
    }
    reply
}

fn serve(
    mut state: State,
    store: &Store,
    mut inputs: mpsc::Receiver<Input>,
    mut decide: impl FnMut(&Command) -> Do,
    tell: &std_mpsc::Sender<()>,
) {
    while let Some(input) = inputs.blocking_recv() {
        let Input::Command(command, answer) = input else {
            continue;
        };
        let what = decide(&command);
        let reply = match what {
            Do::Run | Do::RunUnheard => run(&mut state, store, command),
            Do::Refuse => Some(Reply::Refused(Refusal::StoreFailed("full".to_owned()))),
            Do::Lose => None,
        };
        if let Some(reply) = reply.filter(|_| what != Do::RunUnheard) {
            let _ = answer.send(reply);
        }
        if what != Do::Run {
            let _ = tell.send(());
        }
    }
}

fn dir_with(files: &[&str]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for name in ["in", "downloads"] {
        fs::create_dir(dir.path().join(name)).unwrap();
    }
    for name in files {
        let file = dir.path().join("in").join(format!("{name}.torrent"));
        fs::write(file, torrent(name)).unwrap();
    }
    dir
}

/// What a kill leaves after the file `a` was stored and before anything was heard of that.
fn killed_at_the_commit() -> TempDir {
    let mut killed = false;
    let stand = Stand::new(dir_with(&["a"]), move |command| match command {
        // Until it ends for good it tries again: a kill leaves no time for that.
        _ if killed => Do::Lose,
        Command::AddWatched(_) => {
            killed = true;
            Do::RunUnheard
        }
        _ => Do::Run,
    });
    stand.heard();
    stand.end()
}

async fn added_once(dir: TempDir) {
    let stage = Stage::start(dir).await;
    let entry = stage.came("a.torrent", "watch_added", "renamed").await;
    assert_eq!(entry["original"]["name"], "a.torrent.added");
    assert_eq!(stage.names_in("in"), ["a.torrent.added"]);
    assert_eq!(stage.names().await, ["a"]);
    assert_eq!(stage.entries().await.len(), 1);
    stage.app.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_the_commit_and_the_rename_it_is_only_renamed_at_the_next_start() {
    let dir = killed_at_the_commit();
    assert!(dir.path().join("in/a.torrent").exists());
    added_once(dir).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_the_rename_and_its_entry_the_entry_is_made_true_at_the_next_start() {
    let stand = Stand::new(dir_with(&["a"]), |command| match command {
        Command::WatchAfter(_) => Do::Lose,
        _ => Do::Run,
    });
    stand.heard();
    let dir = stand.end();
    assert!(dir.path().join("in/a.torrent.added").exists());
    added_once(dir).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drive_that_is_not_there_at_the_next_start_is_not_taken_for_what_was_to_be_done() {
    let dir = killed_at_the_commit();
    // The folder at which the drive was is there, and empty.
    let (place, drive) = (dir.path().join("in/a.torrent"), dir.path().join("drive"));
    fs::rename(&place, &drive).unwrap();
    let stage = Stage::start(dir).await;
    until("the folder", async || {
        (stage.folder(1).await["state"]["state"] == "watching").then_some(())
    })
    .await;
    for _ in 0..20 {
        stage.came("a.torrent", "watch_added", "pending").await;
    }
    fs::rename(&drive, &place).unwrap();
    stage.came("a.torrent", "watch_added", "renamed").await;
    assert_eq!(stage.names_in("in"), ["a.torrent.added"]);
    stage.app.shutdown().await;
}

#[test]
fn a_store_without_room_costs_time_and_no_file_and_no_original() {
    let dir = dir_with(&["a"]);
    let original = dir.path().join("in/a.torrent");
    let untouched = Arc::new(Mutex::new(vec![]));
    let (noted, mut refused) = (untouched.clone(), 0);
    let stand = Stand::new(dir, move |command| match command {
        // More often than a file that is bad would be tried.
        Command::AddWatched(_) if refused < 4 => {
            refused += 1;
            noted.lock().push(original.exists());
            Do::Refuse
        }
        _ => Do::Run,
    });
    for _ in 0..4 {
        stand.heard();
    }
    let renamed = stand.dir.path().join("in/a.torrent.added");
    wait::until(wait::GENEROUS, "the file", || {
        renamed.exists().then_some(())
    });
    assert_eq!(*untouched.lock(), [true; 4]);
    stand.end();
}

#[test]
fn many_files_share_commits_and_a_commit_is_bounded() {
    let names: Vec<String> = (0..200).map(|i| format!("t{i}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let sizes = Arc::new(Mutex::new(vec![]));
    let noted = sizes.clone();
    let stand = Stand::new(dir_with(&names), move |command| {
        if let Command::AddWatched(files) = command {
            noted.lock().push(files.len());
        }
        Do::Run
    });
    wait::until(wait::GENEROUS, "all files", || {
        (sizes.lock().iter().sum::<usize>() >= 200).then_some(())
    });
    let sizes = sizes.lock().clone();
    assert_eq!(sizes.iter().sum::<usize>(), 200, "none twice: {sizes:?}");
    assert!(sizes.iter().all(|n| *n <= 32), "{sizes:?}");
    assert!(sizes.len() < 100, "a commit serves many: {sizes:?}");
    stand.end();
}
