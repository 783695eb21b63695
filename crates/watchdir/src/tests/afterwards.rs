//! What becomes of originals.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    stage::{Stage, names_in},
    stories,
};
use crate::{After, AfterError, Known, Options};

stories! {
    an_original_is_renamed_and_never_over_another,
    an_original_is_moved_and_never_over_another,
    an_original_is_moved_to_another_volume,
    a_copy_that_was_made_before_is_not_made_again,
    an_original_goes_to_the_trash,
    an_original_is_deleted,
    an_original_that_is_kept_is_left_alone,
    an_original_that_went_is_told_of,
    an_original_that_changed_is_not_touched,
    what_does_not_work_is_tried_five_times,
    what_is_owed_from_before_is_done_and_nothing_is_handed_over,
    what_becomes_known_later_is_asked_for,
    a_folder_that_goes_meanwhile_keeps_what_is_owed,
    a_move_into_its_own_folder_leaves_it,
    what_cannot_be_got_at_is_not_tried_without_end,
}

fn act(stage: &mut Stage, action: &After) -> Result<Option<PathBuf>, AfterError> {
    *stage.owner.action.lock() = Some(action.clone());
    stage.notice();
    let done = stage.owner.dones.lock().pop().unwrap();
    assert_eq!(done.action, *action);
    assert_eq!(stage.pending(), 0);
    done.outcome
}

fn an_original_is_renamed_and_never_over_another(mut stage: Stage) {
    stage.start();
    stage.write("a.torrent.added", "before");
    stage.write("a.torrent (2).added", "before too");
    stage.write("a.torrent", "a e");
    let place = act(&mut stage, &After::Rename).unwrap().unwrap();
    assert_eq!(place, stage.at("a.torrent (3).added"));
    assert_eq!(fs::read_to_string(place).unwrap(), "a e");
    assert_eq!(
        fs::read_to_string(stage.at("a.torrent.added")).unwrap(),
        "before"
    );
    stage.pass_ms(600_000);
    assert_eq!(stage.handed().len(), 1);
}

fn an_original_is_moved_and_never_over_another(mut stage: Stage) {
    let done = stage.beside.join("done");
    fs::create_dir(&done).unwrap();
    // With the very same bytes: it has a name of its own all the same.
    fs::write(done.join("a.torrent"), "a e").unwrap();
    stage.spec.subfolders = true;
    stage.write("sub/a.torrent", "a e");
    stage.start();
    let place = act(&mut stage, &After::Move(done.clone())).unwrap();
    assert_eq!(place, Some(done.join("a (2).torrent")));
    assert_eq!(names_in(&done), ["a (2).torrent", "a.torrent"]);
    assert_eq!(names_in(&stage.at("sub")), Vec::<String>::new());
}

/// A folder on another volume than the temporary one, if there is one.
fn elsewhere(stage: &Stage) -> Option<tempfile::TempDir> {
    let other = tempfile::tempdir_in("/dev/shm").ok()?;
    let (from, to) = (stage.at("probe"), other.path().join("probe"));
    fs::write(&from, "").unwrap();
    let crosses = fs::rename(&from, &to).is_err();
    let _ = fs::remove_file(&from);
    let _ = fs::remove_file(&to);
    crosses.then_some(other)
}

fn an_original_is_moved_to_another_volume(mut stage: Stage) {
    let Some(other) = elsewhere(&stage) else {
        return;
    };
    let done = other.path().to_owned();
    fs::write(done.join("a.torrent"), "another").unwrap();
    stage.write("a.torrent", "a e");
    stage.write("b.torrent", "b e");
    let time = fs::metadata(stage.at("b.torrent"))
        .unwrap()
        .modified()
        .unwrap();
    stage.start();
    act(&mut stage, &After::Move(done.clone())).unwrap();
    assert_eq!(stage.names(), Vec::<String>::new());
    assert_eq!(names_in(&done), ["a (2).torrent", "a.torrent", "b.torrent"]);
    let read = |name: &str| fs::read_to_string(done.join(name)).unwrap();
    assert_eq!(read("a.torrent"), "another");
    assert_eq!(read("a (2).torrent") + &read("b.torrent"), "a eb e");
    let copied = fs::metadata(done.join("b.torrent")).unwrap();
    assert_eq!(copied.modified().unwrap(), time);
}

fn a_copy_that_was_made_before_is_not_made_again(mut stage: Stage) {
    let Some(other) = elsewhere(&stage) else {
        return;
    };
    let done = other.path().to_owned();
    // A run ended after the copy had its name, and another one in the middle of it.
    fs::write(done.join("a.torrent"), "another").unwrap();
    fs::write(done.join("a (2).torrent"), "a e").unwrap();
    stage.write("a.torrent", "a e");
    stage.write("b.torrent", "b e");
    let stamp = shoal_files::Stamp::of_path(&stage.at("b.torrent"))
        .unwrap()
        .unwrap();
    let half = format!(".{:x}-{:x}.shoal-part", stamp.file_id, stamp.modified_ns);
    fs::write(done.join(half), "b").unwrap();
    stage.start();
    act(&mut stage, &After::Move(done.clone())).unwrap();
    assert_eq!(stage.names(), Vec::<String>::new());
    assert_eq!(names_in(&done), ["a (2).torrent", "a.torrent", "b.torrent"]);
}

/// As the system's, but beside the watched folder.
fn own_trash(path: &Path) -> Result<(), String> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err("no file".to_owned());
    };
    let bin = folder.with_file_name("bin").join(name);
    fs::rename(path, bin).map_err(|e| e.to_string())
}

fn an_original_goes_to_the_trash(mut stage: Stage) {
    stage.options.trash = own_trash;
    stage.options.after_tries = 1;
    stage.write("a.torrent", "a e");
    stage.start();
    // There is none: it stays.
    let refused = act(&mut stage, &After::Trash).unwrap_err();
    assert!(matches!(refused, AfterError::NoTrash(_)), "{refused:?}");
    assert_eq!(stage.names(), ["a.torrent"]);
    let bin = stage.beside.join("bin");
    fs::create_dir(&bin).unwrap();
    stage.write("b.torrent", "b e");
    assert_eq!(act(&mut stage, &After::Trash), Ok(None));
    assert_eq!(names_in(&bin), ["b.torrent"]);
}

fn an_original_is_deleted(mut stage: Stage) {
    stage.write("a.torrent", "a e");
    stage.write("b.txt", "b e");
    stage.start();
    assert_eq!(act(&mut stage, &After::Delete), Ok(None));
    assert_eq!(stage.names(), ["b.txt"]);
}

fn an_original_that_is_kept_is_left_alone(mut stage: Stage) {
    stage.write("a.torrent", "a e");
    stage.start();
    stage.pass_ms(60_000);
    assert_eq!(stage.handed().len(), 1);
    assert!(stage.owner.dones.lock().is_empty());
    // Over restarts, too.
    stage.kill();
    stage.start();
    stage.pass_ms(60_000);
    stage.assert_handed(&[]);
    assert_eq!(stage.names(), ["a.torrent"]);
}

fn an_original_that_went_is_told_of(mut stage: Stage) {
    stage.write("a.torrent", "a e");
    stage.start();
    *stage.owner.silent.lock() = true;
    stage.notice();
    fs::remove_file(stage.at("a.torrent")).unwrap();
    *stage.owner.silent.lock() = false;
    assert_eq!(act(&mut stage, &After::Rename), Err(AfterError::Gone));
    assert!(!stage.owner.dones.lock().iter().any(|done| done.again));
}

fn an_original_that_changed_is_not_touched(mut stage: Stage) {
    stage.options.trash = own_trash;
    for folder in ["done", "bin"] {
        fs::create_dir(stage.beside.join(folder)).unwrap();
    }
    let to_done = After::Move(stage.beside.join("done"));
    stage.start();
    for action in [After::Delete, After::Rename, After::Trash, to_done] {
        stage.write("a.torrent", "a e");
        *stage.owner.silent.lock() = true;
        stage.notice();
        stage.write("a.torrent", "half");
        *stage.owner.action.lock() = Some(action.clone());
        *stage.owner.silent.lock() = false;
        stage.notice();
        let done = stage.owner.dones.lock().pop().unwrap();
        assert_eq!(done.outcome, Err(AfterError::Changed), "{action:?}");
        assert!(stage.at("a.torrent").is_file());
        let handed = stage.handed();
        assert_eq!(handed[0].1, "a e");
        assert!(handed[1..].iter().all(|(_, text)| text == "half"));
        // As a file of its own.
        stage.append("a.torrent", " e");
        let place = act(&mut stage, &action).unwrap();
        assert!(!stage.at("a.torrent").exists());
        assert!(place.is_none_or(|place| fs::read_to_string(place).unwrap() == "half e"));
        stage.handed();
    }
}

fn what_does_not_work_is_tried_five_times(mut stage: Stage) {
    let done = stage.beside.join("done");
    *stage.owner.action.lock() = Some(After::Move(done.clone()));
    stage.write("a.torrent", "a e");
    stage.start();
    stage.pass_ms(59_000);
    assert_eq!(stage.owner.dones.lock().len(), 1);
    stage.pass_ms(3_600_000);
    {
        let dones = stage.owner.dones.lock();
        let again: Vec<bool> = dones.iter().map(|done| done.again).collect();
        assert_eq!(again, [true, true, true, true, false]);
        assert!(
            dones
                .iter()
                .all(|done| done.outcome == Err(AfterError::NoFolder))
        );
    }
    assert!(!done.exists());
    // The torrent is not handed over again, and the next run tries again.
    assert_eq!(stage.handed().len(), 1);
    fs::create_dir(&done).unwrap();
    stage.kill();
    stage.start();
    stage.pass_ms(1_000);
    stage.assert_handed(&[]);
    assert_eq!(names_in(&done), ["a.torrent"]);
    let last = stage.owner.dones.lock().pop().unwrap();
    assert_eq!((last.ticket, last.again), (None, false));
}

fn what_is_owed_from_before_is_done_and_nothing_is_handed_over(mut stage: Stage) {
    stage.write("a.torrent", "a e");
    stage.write("b.torrent", "b e");
    let stamp = |file: &str| {
        shoal_files::Stamp::of_path(&stage.at(file))
            .unwrap()
            .unwrap()
    };
    let (of_a, of_b) = (stamp("a.torrent").into(), stamp("b.torrent").into());
    let mut known = stage.owner.known.lock();
    known.insert(("a.torrent".into(), of_a), Known::After(After::Rename));
    known.insert(("b.torrent".into(), of_b), Known::After(After::Keep));
    drop(known);
    stage.start();
    stage.notice();
    stage.assert_handed(&[]);
    assert_eq!(stage.names(), ["a.torrent.added", "b.torrent"]);
    let done = stage.owner.dones.lock().pop().unwrap();
    assert_eq!(done.outcome, Ok(Some(stage.at("a.torrent.added"))));
}

fn a_folder_that_goes_meanwhile_keeps_what_is_owed(mut stage: Stage) {
    stage.options.in_flight = 1;
    *stage.owner.action.lock() = Some(After::Rename);
    stage.write("a.torrent", "a e");
    stage.start();
    *stage.owner.silent.lock() = true;
    stage.notice();
    let away = stage.beside.join("away");
    fs::rename(&stage.root, &away).unwrap();
    *stage.owner.silent.lock() = false;
    stage.notice();
    // Nothing is said of the original: nobody knows.
    assert!(stage.owner.dones.lock().is_empty());
    fs::rename(&away, &stage.root).unwrap();
    stage.pass_ms(31_000);
    assert_eq!(stage.names(), ["a.torrent.added"]);
    assert_eq!(stage.handed().len(), 1);
    assert_eq!(stage.owner.dones.lock().len(), 1);
    // Its room was given back.
    stage.write("b.torrent", "b e");
    stage.notice();
    stage.assert_handed(&[("b.torrent", "b e")]);
}

fn a_move_into_its_own_folder_leaves_it(mut stage: Stage) {
    stage.write("a.torrent", "a e");
    stage.start();
    let here = After::Move(stage.root.clone());
    assert_eq!(act(&mut stage, &here), Ok(Some(stage.at("a.torrent"))));
    stage.pass_ms(600_000);
    assert_eq!(stage.handed().len(), 1);
    assert_eq!(stage.names(), ["a.torrent"]);
}

#[cfg(not(unix))]
fn what_cannot_be_got_at_is_not_tried_without_end(_: Stage) {}

#[cfg(unix)]
fn what_cannot_be_got_at_is_not_tried_without_end(mut stage: Stage) {
    stage.spec.subfolders = true;
    stage.options.poll = std::time::Duration::from_secs(3_600);
    *stage.owner.action.lock() = Some(After::Rename);
    stage.write("sub/a.torrent", "a e");
    stage.start();
    *stage.owner.silent.lock() = true;
    stage.notice();
    // The same file, but behind a link: nobody follows that.
    let away = stage.beside.join("away");
    fs::rename(stage.at("sub"), &away).unwrap();
    std::os::unix::fs::symlink(&away, stage.at("sub")).unwrap();
    *stage.owner.silent.lock() = false;
    let at = stage.now;
    for _ in 0..20 {
        stage.step();
        stage.now += stage.options.look;
    }
    assert!(
        stage.owner.dones.lock().len() <= 1,
        "{:?}",
        stage.owner.dones
    );
    stage.now = at;
    stage.pass_ms(60_000);
    assert_eq!(names_in(&away), ["a.torrent"]);
    assert_eq!(stage.pending(), 0);
}

#[test]
fn the_trash_is_the_systems() {
    let systems: fn(&Path) -> Result<(), String> = crate::original::trash;
    assert!(std::ptr::fn_addr_eq(Options::default().trash, systems));
    // What is not there gets nowhere.
    let dir = tempfile::tempdir().unwrap();
    assert!(systems(&dir.path().join("nothing")).is_err());
}

fn what_becomes_known_later_is_asked_for(mut stage: Stage) {
    stage.write("a.torrent", "a e");
    stage.start();
    stage.notice();
    let key = stage.owner.known.lock().keys().next().cloned().unwrap();
    let owed = Known::After(After::Rename);
    stage.owner.known.lock().insert(key, owed);
    stage.pass_ms(60_000);
    assert!(stage.at("a.torrent").exists(), "nobody said so");
    stage.mailbox().ask_again("a.torrent".into());
    stage.mailbox().ask_again("never-there.torrent".into());
    stage.pass_ms(400);
    assert!(stage.at("a.torrent.added").exists());
    assert_eq!(stage.handed().len(), 1, "it is not handed over for that");
    assert_eq!(*stage.owner.gone.lock(), Vec::<String>::new());
}
