//! Moves of a torrent's files: what goes, what stays, and a move that is killed anywhere.

use std::{
    io::Write as _,
    sync::atomic::AtomicBool,
    time::{Duration, UNIX_EPOCH},
};

use shoal_core::Place;
use shoal_files::{Disk as Files, shim::Shim};

use super::{super::moves, *};

fn relocate(b: &Bench, from: &Place, to: &Place) -> Result<(), Fault> {
    let job = MoveJob {
        record: b.record.clone(),
        op: OpId(3),
        from: from.clone(),
        to: to.clone(),
        may_make_folder: false,
    };
    moves::run(&b.shared, &job, &AtomicBool::new(false))
}

fn elsewhere(b: &Bench) -> Place {
    let mut to = b.record.place();
    to.folder = b.to.join("elsewhere");
    to
}

/// Gives the bench another disk.
fn with(b: &mut Bench, files: Files) {
    let old = &b.shared;
    b.shared = Arc::new(Shared {
        store: old.store.clone(),
        scratch: old.scratch.clone(),
        tell: old.tell.clone(),
        turns: old.turns.clone(),
        volumes: Volumes::default(),
        files,
        watch: Watch::default(),
    });
}

fn moved_to(b: &mut Bench, to: &Place) {
    b.record.save_path.clone_from(&to.folder);
    b.record.disk_name.clone_from(&to.disk_name);
    b.record.renames = to.renames.clone();
}

#[test]
fn own_files_go_others_stay_and_nothing_is_read_again() {
    let mut b = bench();
    b.whole();
    b.put("notes.txt", b"the user's");
    let (from, to) = (b.record.place(), elsewhere(&b));
    relocate(&b, &from, &to).unwrap();
    assert_eq!(fs::read(b.own().join("notes.txt")).unwrap(), b"the user's");
    assert!(!b.own().join("a").exists());
    moved_to(&mut b, &to);
    let (outcome, read) = b.prepare_as(b.job(), None);
    assert!(outcome.unwrap().have.is_full());
    assert_eq!(read, 0);
    // And back, to where the user's file still is.
    relocate(&b, &to, &from).unwrap();
    assert!(!to.folder.join("album").exists());
    for name in ["a", "b", "empty"] {
        assert_eq!(fs::read(b.own().join(name)).unwrap(), b.content(name));
    }
}

#[test]
fn names_of_files_and_of_the_folder_are_changed_like_that_too() {
    let mut b = bench();
    b.whole();
    let from = b.record.place();
    let mut to = from.clone();
    to.disk_name = "Album, the".to_owned();
    to.renames = Arc::new([(0, "first/A side".to_owned())].into());
    relocate(&b, &from, &to).unwrap();
    moved_to(&mut b, &to);
    let (outcome, read) = b.prepare_as(b.job(), None);
    assert!(outcome.unwrap().have.is_full() && read == 0);
    let renamed = b.to.join("Album, the/first/A side");
    assert_eq!(fs::read(renamed).unwrap(), b.content("a"));
    assert!(!b.own().exists());
}

#[test]
fn nothing_at_the_target_is_replaced() {
    let mut b = bench();
    b.whole();
    let (from, to) = (b.record.place(), elsewhere(&b));
    let taken = to.folder.join("album/b");
    fs::create_dir_all(taken.parent().unwrap()).unwrap();
    fs::write(&taken, b"the user's").unwrap();
    let outcome = relocate(&b, &from, &to);
    assert_eq!(outcome, Err(Fault::FileInTheWay(taken.clone())));
    // Taken back, everything is where it was.
    relocate(&b, &to, &from).unwrap();
    let (outcome, read) = b.prepare_as(b.job(), None);
    assert!(outcome.unwrap().have.is_full() && read == 0);
    assert_eq!(fs::read(taken).unwrap(), b"the user's");
}

#[test]
fn a_file_that_is_not_the_torrents_does_not_go_along() {
    let mut b = bench();
    let mut only = Bitfield::new(3);
    only.set(0, true);
    b.record.selection = Selection::Only(only);
    b.put("a", &b.content("a"));
    b.put("b", b"the user's own b");
    let adopt = PrepareJob {
        adopt: true,
        ..b.job()
    };
    b.prepare_as(adopt, None).0.unwrap();
    let (from, to) = (b.record.place(), elsewhere(&b));
    relocate(&b, &from, &to).unwrap();
    assert!(to.folder.join("album/a").exists());
    assert_eq!(fs::read(b.own().join("b")).unwrap(), b"the user's own b");
    assert!(!to.folder.join("album/b").exists());
}

#[test]
fn what_was_changed_before_the_move_is_not_believed_after_it() {
    let mut b = bench();
    b.whole();
    let mut changed = b.content("a");
    changed[5] ^= 1;
    b.put("a", &changed);
    let (from, to) = (b.record.place(), elsewhere(&b));
    relocate(&b, &from, &to).unwrap();
    moved_to(&mut b, &to);
    assert_eq!(b.prepare(), Err(Fault::FilesChanged));
}

/// Kills a move at each of its steps; `finish` is what the next start does.
fn killed_everywhere(always_copy: bool, finish: impl Fn(&Bench, &Place, &Place) -> Place) {
    let disk = |shim: Shim| {
        let disk = Files::with_shim(Arc::new(shim));
        if always_copy {
            disk.always_copy()
        } else {
            disk
        }
    };
    let mut step = 0;
    loop {
        step += 1;
        let mut b = bench();
        b.whole();
        let (from, to) = (b.record.place(), elsewhere(&b));
        let shim = Shim::new();
        shim.stop_at(step);
        with(&mut b, disk(shim));
        let stopped = relocate(&b, &from, &to).is_err();
        with(&mut b, disk(Shim::default()));
        let at = finish(&b, &from, &to);
        moved_to(&mut b, &at);
        let (outcome, read) = b.prepare_as(b.job(), None);
        let prepared = outcome.unwrap_or_else(|fault| panic!("step {step}: {fault:?}"));
        assert!(prepared.have.is_full() && read == 0, "step {step}");
        for name in ["a", "b", "empty"] {
            let found = fs::read(at.folder.join("album").join(name));
            assert_eq!(found.unwrap(), b.content(name), "step {step}");
        }
        let other = if at == to { &from } else { &to };
        let left = fs::read_dir(other.folder.join("album"));
        let left = left.map(|all| all.map(|e| e.unwrap().path()).collect::<Vec<_>>());
        assert!(left.is_err(), "step {step}, stopped: {stopped}: {left:?}");
        if !stopped {
            assert!(step > 3);
            break;
        }
    }
}

#[test]
fn a_rename_that_is_killed_anywhere_is_finished() {
    killed_everywhere(false, |b, from, to| {
        relocate(b, from, to).unwrap();
        to.clone()
    });
}

#[test]
fn a_copy_that_is_killed_anywhere_is_finished() {
    killed_everywhere(true, |b, from, to| {
        relocate(b, from, to).unwrap();
        to.clone()
    });
}

#[test]
fn a_copy_that_is_killed_anywhere_is_taken_back() {
    killed_everywhere(true, |b, from, to| {
        relocate(b, to, from).unwrap();
        from.clone()
    });
}

#[test]
fn across_drives_it_is_copied_and_a_full_one_is_told_before() {
    let mut b = bench();
    b.whole();
    let (from, to) = (b.record.place(), elsewhere(&b));
    let Some(_mount) = Mount::new(&to.folder, "size=1m") else {
        return;
    };
    let filler = to.folder.join("filler");
    fs::write(&filler, vec![1; 900_000]).unwrap();
    let full = Fault::DiskFull {
        needed_bytes: 200_000,
        volume: to.folder.clone(),
    };
    assert_eq!(relocate(&b, &from, &to), Err(full));
    assert!(b.own().join("a").exists() && !to.folder.join("album").exists());
    fs::remove_file(filler).unwrap();
    b.shared_anew();
    relocate(&b, &from, &to).unwrap();
    moved_to(&mut b, &to);
    let (outcome, read) = b.prepare_as(b.job(), None);
    assert!(outcome.unwrap().have.is_full() && read == 0);
    assert!(!b.own().exists());
}

#[test]
fn what_is_not_there_is_not_called_moved() {
    let mut b = bench();
    let Some(mount) = Mount::new(&b.to.join("drive"), "size=4m") else {
        return;
    };
    b.record.save_path = b.to.join("drive");
    b.to.push("drive");
    b.whole();
    let (from, mut to) = (b.record.place(), b.record.place());
    to.folder = b.to.parent().unwrap().join("elsewhere");
    drop(mount);
    let missing = Fault::FolderMissing(from.folder.clone());
    assert_eq!(relocate(&b, &from, &to), Err(missing));
}

#[test]
fn a_move_to_a_folder_that_never_was_is_taken_back() {
    let mut b = bench();
    b.whole();
    let (from, mut to) = (b.record.place(), b.record.place());
    to.folder = b.to.join("no/such");
    let outcome = relocate(&b, &from, &to);
    assert_eq!(outcome, Err(Fault::FolderMissing(to.folder.clone())));
    relocate(&b, &to, &from).unwrap();
    let (outcome, read) = b.prepare_as(b.job(), None);
    assert!(outcome.unwrap().have.is_full() && read == 0);
}

#[test]
fn what_takes_no_room_is_moved_on_a_full_drive() {
    let mut b = bench();
    let Some(_mount) = Mount::new(&b.to.join("drive"), "size=1m") else {
        return;
    };
    b.to.push("drive");
    b.record.save_path.clone_from(&b.to);
    b.whole();
    let mut filler = fs::File::create(b.to.join("filler")).unwrap();
    while filler.write_all(&[1; 4_096]).is_ok() {}
    // A folder needs a little.
    filler
        .set_len(filler.metadata().unwrap().len() - 8_192)
        .unwrap();
    b.shared_anew();
    let from = b.record.place();
    let mut to = from.clone();
    to.disk_name = "Album, the".to_owned();
    relocate(&b, &from, &to).unwrap();
    moved_to(&mut b, &to);
    let (outcome, read) = b.prepare_as(b.job(), None);
    assert!(outcome.unwrap().have.is_full() && read == 0);
}

/// Puts the files of the torrent where a file system keeps times to two seconds only.
fn copy_coarsely(b: &Bench, to: &Place, names: &[&str]) {
    for name in names {
        let (from, to) = (b.own().join(name), to.folder.join("album").join(name));
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        let modified = fs::metadata(&from).unwrap().modified().unwrap();
        let since = modified.duration_since(UNIX_EPOCH).unwrap();
        let even = UNIX_EPOCH + Duration::from_secs(since.as_secs() / 2 * 2);
        fs::copy(&from, &to).unwrap();
        let file = fs::File::options().write(true).open(&to).unwrap();
        file.set_modified(even).unwrap();
        fs::remove_file(from).unwrap();
    }
}

#[test]
fn a_file_system_that_cuts_times_off_keeps_what_is_known() {
    let mut b = bench();
    b.whole();
    let (from, to) = (b.record.place(), elsewhere(&b));
    copy_coarsely(&b, &to, &["a", "b", "empty"]);
    // As after a kill: all of it is there already.
    relocate(&b, &from, &to).unwrap();
    moved_to(&mut b, &to);
    b.record.completed_at = Some(Timestamp(5));
    let (outcome, read) = b.prepare_as(b.job(), None);
    assert!(outcome.unwrap().have.is_full());
    assert_eq!(read, 0);
}

#[test]
fn parts_of_files_come_back_too() {
    for clean in [true, false] {
        let b = bench();
        let mut have = Bitfield::new(b.meta.piece_count);
        have.set(0, true);
        let mut owned = Bitfield::new(3);
        for (at, name) in [(0, "a"), (1, "b")] {
            b.put(name, &b.content(name));
            owned.set(at, true);
        }
        let record = b.record.clone();
        assert!(keep(
            &b.shared,
            &Kept {
                record,
                have,
                owned
            },
            &b.meta
        ));
        if !clean {
            b.mark_dirty();
        }
        let (from, to) = (b.record.place(), elsewhere(&b));
        // A move to another drive that was left off after the first file.
        copy_coarsely(&b, &to, &["a"]);
        relocate(&b, &to, &from).unwrap();
        for name in ["a", "b"] {
            let found = fs::read(b.own().join(name));
            assert_eq!(found.unwrap(), b.content(name), "clean: {clean}");
        }
        assert!(!to.folder.join("album").exists(), "clean: {clean}");
    }
}

#[test]
fn where_nothing_is_left_to_bring_home_the_way_back_has_arrived() {
    let mut b = bench();
    b.whole();
    fs::remove_dir_all(b.own()).unwrap();
    let (from, to) = (b.record.place(), elsewhere(&b));
    assert_eq!(relocate(&b, &from, &to), Err(Fault::FilesChanged));
    relocate(&b, &to, &from).unwrap();
    assert_eq!(b.prepare(), Err(Fault::FilesChanged));
}
