//! The queue of checks and the watch over whole torrents.

use std::time::{Duration, Instant};

use super::{
    super::watch::{Watch, Whole},
    *,
};

const PATIENCE: Duration = Duration::from_secs(20);

fn hash(n: u8) -> InfoHash {
    InfoHash([n; 20])
}

/// A check that says when it begins and waits, while paused too, until it may end.
fn push(checks: &Checks, n: u8, began: &mpsc::Sender<u8>) -> mpsc::Sender<()> {
    let (end, may_end) = mpsc::channel::<()>();
    let began = began.clone();
    let job = move || {
        began.send(n).unwrap();
        let _ = may_end.recv_timeout(PATIENCE);
    };
    checks.push(hash(n), Arc::new(Control::new()), Box::new(job));
    end
}

#[test]
fn checks_run_one_at_a_time_and_a_held_one_lets_the_next_go_on() {
    let checks = Checks::default();
    let (tell, begun) = mpsc::channel();
    let next = || begun.recv_timeout(PATIENCE).unwrap();
    let first = push(&checks, 1, &tell);
    let second = push(&checks, 2, &tell);
    let third = push(&checks, 3, &tell);
    assert_eq!(next(), 1);
    assert!(begun.try_recv().is_err(), "one at a time");
    checks.hold(hash(2), true);
    checks.hold(hash(1), true);
    assert_eq!(next(), 3, "the first stands still, the second is held");
    checks.hold(hash(1), false);
    checks.hold(hash(2), false);
    assert!(begun.try_recv().is_err());
    drop(third);
    // The one that had begun goes on first.
    drop(first);
    assert_eq!(next(), 2);
    drop(second);
    checks.finish();
}

#[test]
fn as_many_checks_read_at_once_as_somebody_has_chosen() {
    let checks = Checks::default();
    let (tell, begun) = mpsc::channel();
    let next = || begun.recv_timeout(PATIENCE).unwrap();
    let mut ends: Vec<_> = (1..=4).map(|n| Some(push(&checks, n, &tell))).collect();
    assert_eq!(next(), 1);
    assert!(begun.try_recv().is_err());
    checks.at_once(3);
    let mut two = [next(), next()];
    two.sort_unstable();
    assert_eq!(two, [2, 3]);
    assert!(begun.try_recv().is_err());
    // Fewer from now on: those that read go on, and the next one waits for all of them but one.
    checks.at_once(0);
    ends[0] = None;
    ends[1] = None;
    assert!(begun.recv_timeout(Duration::from_millis(50)).is_err());
    ends[2] = None;
    assert_eq!(next(), 4);
    ends[3] = None;
    checks.finish();
}

#[test]
fn a_check_that_was_given_up_does_not_begin() {
    let checks = Checks::default();
    let (tell, begun) = mpsc::channel();
    let first = push(&checks, 1, &tell);
    assert_eq!(begun.recv_timeout(PATIENCE).unwrap(), 1);
    let _second = push(&checks, 2, &tell);
    let third = push(&checks, 3, &tell);
    checks.cancel(hash(2));
    drop(first);
    assert_eq!(begun.recv_timeout(PATIENCE).unwrap(), 3);
    drop(third);
    checks.finish();
}

fn watched(files: Vec<(PathBuf, FileStamp)>) -> (Watch, Tell, mpsc::Receiver<Report>) {
    let folder = files[0].0.parent().unwrap().to_owned();
    let volume = Volumes::default().of(&folder).as_ref().map(room::mark);
    watched_on(volume, files)
}

fn watched_on(
    volume: Option<VolumeMark>,
    files: Vec<(PathBuf, FileStamp)>,
) -> (Watch, Tell, mpsc::Receiver<Report>) {
    let (tell, told) = mpsc::channel();
    let tell: Tell = Arc::new(move |report| drop(tell.send(report)));
    let watch = Watch::default();
    let folder = files[0].0.parent().unwrap().to_owned();
    let whole = Whole {
        folder,
        volume,
        files,
    };
    watch.put(hash(1), whole);
    (watch, tell, told)
}

#[test]
fn a_file_that_changes_behind_a_whole_torrent_is_told_once() {
    let dir = tempfile::tempdir().unwrap();
    let path = |n: usize| dir.path().join(n.to_string());
    let make = |n: usize| {
        fs::write(path(n), b"as it was").unwrap();
        (path(n), paths::stamp(&path(n)))
    };
    // More than are looked at in a row.
    let files: Vec<_> = (0..450).map(make).collect();
    let (watch, tell, told) = watched(files);
    let later = |rounds: u32| Instant::now() + Duration::from_secs(60) * rounds;
    for _ in 0..5 {
        watch.look(&tell, later(1));
    }
    assert!(told.try_recv().is_err());
    fs::write(path(449), b"as it is").unwrap();
    fs::remove_file(path(3)).unwrap();
    for _ in 0..5 {
        watch.look(&tell, later(2));
    }
    let Msg::FilesChanged { hash: of } = told.try_recv().unwrap().msg else {
        panic!("something else was told");
    };
    assert_eq!(of, hash(1));
    assert!(told.try_recv().is_err());
}

#[test]
fn what_shoal_itself_lets_go_of_is_not_told() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a");
    fs::write(&path, b"as it was").unwrap();
    let (watch, tell, told) = watched(vec![(path.clone(), paths::stamp(&path))]);
    fs::remove_file(&path).unwrap();
    watch.remove(hash(1));
    watch.look(&tell, Instant::now() + Duration::from_secs(60));
    assert!(told.try_recv().is_err());
}

#[test]
fn all_files_deleted_are_told_and_a_drive_that_goes_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let here = Volumes::default().of(dir.path()).as_ref().map(room::mark);
    let elsewhere = here.clone().map(|mark| VolumeMark {
        mount: mark.mount.join("stick"),
        ..mark
    });
    // The folder goes too, as when all of it is thrown away.
    for (volume, told_of, folder) in [
        (here.clone(), true, "a"),
        (here, true, "gone/b"),
        (elsewhere, false, "c"),
        (None, false, "d"),
    ] {
        let folder = dir.path().join(folder);
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("file");
        fs::write(&path, b"as it was").unwrap();
        let (watch, tell, told) = watched_on(volume, vec![(path.clone(), paths::stamp(&path))]);
        fs::remove_file(&path).unwrap();
        if folder.ends_with("gone/b") {
            fs::remove_dir_all(folder.parent().unwrap()).unwrap();
        }
        watch.look(&tell, Instant::now() + Duration::from_secs(60));
        assert_eq!(told.try_recv().is_ok(), told_of, "{}", folder.display());
    }
}
