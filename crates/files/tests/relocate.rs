//! Moving files, killed at every step, full, cancelled, taken back.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, UNIX_EPOCH},
};

use common::{Site, bytes, folders, put, real, run, shimmed, tree};
use shoal_files::{Disk, FileErrorKind, Move, MoveFile, MoveProgress};

fn small() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("T/a", bytes(70_000, 1)),
        ("T/sub/b", bytes(5, 2)),
        ("T/sub/deep/c", vec![]),
        ("T/twin", bytes(70_000, 1)),
    ]
}

fn every_stop_point(copies: bool, make: impl Fn() -> Site) {
    let mut stop = 0;
    loop {
        let site = make();
        let (disk, shim) = shimmed(copies);
        shim.stop_at(stop);
        let when = format!("stopped at step {stop}");
        let first = run(&disk, &site.job);
        site.assert_nothing_lost(&when);
        if first.is_ok() {
            assert!(stop > 20, "only {stop} steps");
            site.assert_moved(&when);
            assert_eq!(shim.steps(), stop);
            return;
        }
        run(&real(copies), &site.job).unwrap();
        site.assert_moved(&when);
        run(&real(copies), &site.job).unwrap();
        site.assert_moved("again");
        assert_eq!(folders(&site.from), ["T".into(), "T/sub".into()].into());

        let site = make();
        let (disk, shim) = shimmed(copies);
        shim.stop_at(stop);
        run(&disk, &site.job).unwrap_err();
        run(&real(copies), &site.back()).unwrap();
        site.assert_back(&format!("taken back, {when}"));
        assert_eq!(folders(&site.to), ["T".into()].into(), "{when}");
        stop += 1;
    }
}

#[test]
fn a_move_by_renaming_may_be_killed_at_every_step() {
    every_stop_point(false, || Site::new(&small()));
}

#[test]
fn a_move_by_copying_may_be_killed_at_every_step() {
    every_stop_point(true, || Site::new(&small()));
}

/// A folder on another volume than the usual one; none where there is none.
fn elsewhere() -> Option<tempfile::TempDir> {
    let disk = Disk::real();
    let here = disk.volume_of(&std::env::temp_dir()).unwrap();
    let shared = Path::new("/dev/shm");
    let there = disk.volume_of(shared).ok()?;
    (there.id != here.id && !there.read_only).then(|| tempfile::tempdir_in(shared).unwrap())
}

#[test]
#[expect(clippy::print_stderr, reason = "says that it did not run")]
fn a_move_between_real_volumes_may_be_killed_at_every_step() {
    if elsewhere().is_none() {
        eprintln!("not run: there is no second volume");
        return;
    }
    let few = [("T/a", bytes(70_000, 1)), ("T/sub/deep/c", vec![])];
    let usual = || tempfile::tempdir().unwrap();
    every_stop_point(false, || Site::over(usual(), elsewhere().unwrap(), &few));
    every_stop_point(false, || Site::over(elsewhere().unwrap(), usual(), &few));
}

#[test]
fn a_way_back_that_is_killed_at_every_step_can_go_either_way() {
    for copies in [false, true] {
        for stop in 0.. {
            let site = Site::new(&small());
            run(&real(copies), &site.job).unwrap();
            let (disk, shim) = shimmed(copies);
            shim.stop_at(stop);
            let done = run(&disk, &site.back()).is_ok();
            let when = format!("back, stopped at step {stop}");
            site.assert_nothing_lost(&when);
            if done {
                site.assert_back(&when);
                break;
            }
            run(&real(copies), &site.job).unwrap();
            site.assert_moved(&when);
        }
    }
}

#[test]
fn a_copy_keeps_holes_and_the_time_of_change() {
    let site = Site::new(&[("T/holes", vec![])]);
    let path = site.from.join("T/holes");
    let file = fs::File::options().write(true).open(&path).unwrap();
    file.set_len(64 << 20).unwrap();
    std::os::unix::fs::FileExt::write_all_at(&file, b"middle", 33 << 20).unwrap();
    let time = UNIX_EPOCH + Duration::new(1_234_567_890, 123_000_000);
    file.set_modified(time).unwrap();
    drop(file);
    let mut job = site.job.clone();
    job.files[0].length_bytes = 64 << 20;
    run(&real(true), &job).unwrap();
    let meta = fs::metadata(site.to.join("T/holes")).unwrap();
    assert_eq!(meta.len(), 64 << 20);
    assert_eq!(meta.modified().unwrap(), time);
    let taken = std::os::unix::fs::MetadataExt::blocks(&meta) * 512;
    assert!(taken <= 4 << 20, "{taken} bytes for six");
    let copied = fs::read(site.to.join("T/holes")).unwrap();
    assert_eq!(&copied[33 << 20..(33 << 20) + 6], b"middle");
}

#[test]
fn another_file_in_the_way_stops_the_move_before_anything_is_touched() {
    for copies in [false, true] {
        let site = Site::new(&small());
        let mut other = site.own[Path::new("T/twin")].clone();
        other[69_999] ^= 1;
        put(&site.to.join("T/twin"), &other);
        let before = (tree(&site.from), tree(&site.to));
        let error = run(&real(copies), &site.job).unwrap_err();
        assert_eq!(error.kind, FileErrorKind::InTheWay);
        assert_eq!(error.path, site.to.join("T/twin"));
        assert_eq!((tree(&site.from), tree(&site.to)), before);
    }
}

#[test]
fn the_same_bytes_at_both_places_end_at_the_target() {
    let site = Site::new(&small());
    put(&site.to.join("T/a"), &site.own[Path::new("T/a")]);
    run(&Disk::real(), &site.job).unwrap();
    site.assert_moved("with a copy there");

    let site = Site::new(&small());
    fs::hard_link(site.from.join("T/a"), site.to.join("T/a")).unwrap();
    run(&Disk::real(), &site.job).unwrap();
    site.assert_moved("with a second name there");
}

#[test]
fn one_entry_that_two_paths_lead_to_is_never_removed() {
    let site = Site::new(&small());
    let alias = tempfile::tempdir().unwrap();
    let root = alias.path().join("alias");
    std::os::unix::fs::symlink(&site.from, &root).unwrap();
    let mut job = site.job.clone();
    for file in &mut job.files {
        file.to = root.join(file.from.strip_prefix(&site.from).unwrap());
    }
    job.to_root = root;
    for copies in [false, true] {
        run(&real(copies), &job).unwrap();
        site.assert_back("moved onto itself");
    }
}

#[test]
fn only_the_case_of_a_name_or_a_place_within_the_folder_may_change() {
    for copies in [false, true] {
        let site = Site::new(&small());
        let mut job = site.job.clone();
        job.to_root = site.from.clone();
        job.files = vec![
            MoveFile {
                from: site.from.join("T/a"),
                to: site.from.join("T/A"),
                length_bytes: 70_000,
            },
            MoveFile {
                from: site.from.join("T/sub/b"),
                to: site.from.join("T/sub/T/sub/b"),
                length_bytes: 5,
            },
        ];
        run(&real(copies), &job).unwrap();
        let now = tree(&site.from);
        assert_eq!(now[Path::new("T/A")], site.own[Path::new("T/a")]);
        assert_eq!(now[Path::new("T/sub/T/sub/b")], bytes(5, 2));
        assert!(!now.contains_key(Path::new("T/a")));
    }
}

#[test]
fn lists_that_contradict_themselves_are_refused() {
    let site = Site::new(&small());
    let before = (tree(&site.from), tree(&site.to));
    let file = |from: &str, to: &str| MoveFile {
        from: site.from.join(from),
        to: site.from.join(to),
        length_bytes: 70_000,
    };
    let lists = [
        vec![file("T/a", "T/twin"), file("T/twin", "T/z")],
        vec![file("T/twin", "T/z"), file("T/a", "T/twin")],
        vec![file("T/a", "T/z"), file("T/twin", "T/z")],
        vec![file("T/a", "T/y"), file("T/a", "T/z")],
        vec![file("T/a", "T/twin"), file("T/twin", "T/twin")],
        vec![file("T/a", "T/z"), file("T/.z.c0ffee.moving", "T/y")],
        vec![file("T/a", "../z")],
    ];
    for files in lists {
        let mut job = site.job.clone();
        job.to_root = site.from.clone();
        job.files = files;
        run(&Disk::real(), &job).unwrap_err();
        assert_eq!((tree(&site.from), tree(&site.to)), before);
    }
    for tag in ["", "a/b", "a.b", &"x".repeat(65)] {
        let job = Move {
            tag: tag.to_owned(),
            ..site.job.clone()
        };
        run(&Disk::real(), &job).unwrap_err();
    }
    assert_eq!((tree(&site.from), tree(&site.to)), before);
}

#[test]
fn a_cancel_in_the_middle_of_a_big_file_is_heard_at_the_next_chunk_and_leaves_no_copy() {
    let site = Site::new(&[("T/big", bytes(24 << 20, 3))]);
    let cancel = AtomicBool::new(false);
    let mut last = 0;
    let mut hear = |p: MoveProgress| {
        last = p.done_bytes;
        assert_eq!((p.total_bytes, p.file_index), (24 << 20, 0));
        cancel.store(p.done_bytes > 0, Ordering::Relaxed);
    };
    let error = real(true).relocate(&site.job, &cancel, &mut hear);
    assert_eq!(error.unwrap_err().kind, FileErrorKind::Cancelled);
    assert_eq!(last, 1 << 20, "cancelled after the first chunk");
    site.assert_back("cancelled");
}

#[test]
fn a_source_that_somebody_changes_meanwhile_stays() {
    let site = Site::new(&[("T/big", bytes(4 << 20, 3))]);
    let path = site.from.join("T/big");
    let changed = bytes((4 << 20) + 1, 4);
    let mut hear = |p: MoveProgress| {
        if p.done_bytes == 2 << 20 {
            fs::write(&path, &changed).unwrap();
        }
    };
    let error = real(true).relocate(&site.job, &AtomicBool::new(false), &mut hear);
    error.unwrap_err();
    assert_eq!(fs::read(&path).unwrap(), changed);
    assert_eq!(tree(&site.to), site.foreign.1);
}

#[test]
fn what_somebody_changes_after_it_was_looked_at_stays() {
    for (both, at_target) in [(true, false), (true, true), (false, false)] {
        let site = Site::new(&[("T/a", bytes(100, 3))]);
        let (from, to) = (site.from.join("T/a"), site.to.join("T/a"));
        if both {
            put(&to, &bytes(100, 3));
        }
        let changed = if at_target { &to } else { &from };
        let mut hear = |_: MoveProgress| put(changed, &bytes(101, 4));
        let moved = real(true).relocate(&site.job, &AtomicBool::new(false), &mut hear);
        assert_eq!(moved.unwrap_err().kind, FileErrorKind::Changed);
        assert_eq!(fs::read(changed).unwrap(), bytes(101, 4));
        assert!(from.exists());
    }
}

#[test]
fn names_of_255_bytes_are_moved_and_copied() {
    let long = format!("T/{}", "é".repeat(127) + "x");
    for copies in [false, true] {
        let site = Site::new(&[(&long, bytes(100, 1))]);
        run(&real(copies), &site.job).unwrap();
        site.assert_moved("long names");
    }
}

#[test]
fn progress_ends_at_the_total() {
    let site = Site::new(&small());
    let mut seen = Vec::new();
    let moved = real(true).relocate(&site.job, &AtomicBool::new(false), &mut |p| seen.push(p));
    moved.unwrap();
    assert!(seen.is_sorted_by_key(|p| p.done_bytes), "{seen:?}");
    let last = seen.last().unwrap();
    assert_eq!((last.done_bytes, last.total_bytes), (140_005, 140_005));
}
