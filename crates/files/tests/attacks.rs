//! Links, pipes and devices in the way; a link put in the place of a folder between two steps.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    sync::atomic::AtomicBool,
};

use common::{Site, bytes, put, quick_dir, real, run, tree};
use rustix::fs::{CWD, FileType, Mode, mknodat};
use shoal_files::{Disk, FileErrorKind, MoveProgress};

fn pipe(path: &Path) {
    mknodat(CWD, path, FileType::Fifo, Mode::from(0o666), 0).unwrap();
}

#[test]
fn what_is_no_plain_file_is_neither_opened_nor_waited_for() {
    let dir = quick_dir();
    let root = dir.path();
    put(&root.join("secret"), b"x");
    pipe(&root.join("pipe"));
    symlink(root.join("secret"), root.join("link")).unwrap();
    symlink(root.join("nowhere"), root.join("dangling")).unwrap();
    symlink("/dev/null", root.join("device")).unwrap();
    fs::create_dir(root.join("folder")).unwrap();
    let disk = Disk::real();
    for name in ["pipe", "link", "dangling", "device", "folder"] {
        let path = root.join(name);
        let kinds = [
            disk.for_reading(root, &path).unwrap_err().kind,
            disk.owned_for_writing(root, &path).unwrap_err().kind,
            disk.create_new(root, &path).unwrap_err().kind,
            disk.look(root, &path).unwrap_err().kind,
            disk.rename_no_replace(root, &path, root, &root.join("new"))
                .unwrap_err()
                .kind,
            disk.rename_no_replace(root, &root.join("secret"), root, &path)
                .unwrap_err()
                .kind,
        ];
        assert_eq!(kinds, [FileErrorKind::InTheWay; 6], "{name}");
    }
    assert!(!root.join("nowhere").exists() && !root.join("new").exists());
    assert_eq!(fs::read(root.join("secret")).unwrap(), b"x");
}

#[test]
fn no_folder_below_the_root_is_entered_through_a_link_but_the_root_may_be_one() {
    let (dir, outside) = (quick_dir(), quick_dir());
    put(&outside.path().join("a"), b"x");
    let root = dir.path().join("root");
    symlink(outside.path(), &root).unwrap();
    let disk = Disk::real();
    assert_eq!(disk.look(&root, &root.join("a")).unwrap(), Some(1));
    symlink(outside.path(), dir.path().join("in")).unwrap();
    let path = dir.path().join("in/a");
    let new = dir.path().join("in/new/b");
    let kinds = [
        disk.for_reading(dir.path(), &path).unwrap_err().kind,
        disk.create_new(dir.path(), &new).unwrap_err().kind,
        disk.look(dir.path(), &path).unwrap_err().kind,
    ];
    assert_eq!(kinds, [FileErrorKind::InTheWay; 3]);
    assert_eq!(tree(outside.path()).len(), 1);
}

#[test]
fn paths_that_lead_out_of_the_root_are_refused() {
    let dir = quick_dir();
    let disk = Disk::real();
    for path in ["a/../../b", "..", ""] {
        disk.create_new(dir.path(), &dir.path().join(path))
            .unwrap_err();
    }
    disk.create_new(dir.path(), Path::new("/tmp/shoal-elsewhere"))
        .unwrap_err();
    disk.create_new(Path::new("a"), Path::new("a/b"))
        .unwrap_err();
    assert!(tree(dir.path()).is_empty());
}

#[test]
fn the_root_is_never_made() {
    let dir = quick_dir();
    let root = dir.path().join("gone");
    let disk = Disk::real();
    let path = root.join("a");
    assert_eq!(
        disk.create_new(&root, &path).unwrap_err().kind,
        FileErrorKind::NotFound
    );
    assert_eq!(
        disk.look(&root, &path).unwrap_err().kind,
        FileErrorKind::NotFound
    );
    put(&root, b"a file");
    assert_eq!(
        disk.require_root(&root).unwrap_err().kind,
        FileErrorKind::NotFound
    );
    assert_eq!(fs::read(&root).unwrap(), b"a file");
}

/// At every report of progress the folder is replaced by a link to somewhere else.
#[test]
fn a_folder_replaced_by_a_link_in_the_middle_leads_nowhere() {
    for copies in [false, true] {
        for at in 0..8 {
            let site = Site::new(&[("T/x/a", bytes(3 << 20, 1)), ("T/x/b", bytes(9, 2))]);
            let outside = quick_dir();
            put(&outside.path().join("a"), b"not theirs");
            let folder = site.to.join("T/x");
            let mut count = 0;
            let mut hear = |_: MoveProgress| {
                if count == at && folder.is_dir() {
                    fs::rename(&folder, site.to.join("T/aside")).unwrap();
                    symlink(outside.path(), &folder).unwrap();
                }
                count += 1;
            };
            let cancel = AtomicBool::new(false);
            let _ = real(copies).relocate(&site.job, &cancel, &mut hear);
            let untouched = [(PathBuf::from("a"), b"not theirs".to_vec())];
            assert_eq!(tree(outside.path()), untouched.into(), "at {at}");
            let (from, to) = (tree(&site.from), tree(&site.to));
            for name in ["a", "b"] {
                let whole = &site.own[&Path::new("T/x").join(name)];
                let there = from.get(&Path::new("T/x").join(name));
                let aside = to.get(&Path::new("T/aside").join(name));
                let inside = to.get(&Path::new("T/x").join(name));
                let found = [there, aside, inside].contains(&Some(whole));
                assert!(found, "{name} was lost at {at}");
            }
        }
    }
}

#[test]
fn a_move_past_links_and_pipes_touches_nothing() {
    for copies in [false, true] {
        for side in 0..4 {
            let site = Site::new(&[("T/x/a", bytes(9, 1)), ("T/y", bytes(9, 2))]);
            let outside = quick_dir();
            put(&outside.path().join("a"), b"not theirs");
            match side {
                0 => symlink(outside.path().join("a"), site.to.join("T/y")).unwrap(),
                1 => symlink(outside.path(), site.to.join("T/x")).unwrap(),
                2 => pipe(&site.to.join("T/y")),
                _ => {
                    fs::remove_file(site.from.join("T/y")).unwrap();
                    symlink(outside.path().join("a"), site.from.join("T/y")).unwrap();
                }
            }
            let before = (tree(&site.from), tree(&site.to));
            let error = run(&real(copies), &site.job).unwrap_err();
            assert_eq!(error.kind, FileErrorKind::InTheWay);
            assert_eq!((tree(&site.from), tree(&site.to)), before);
            assert_eq!(fs::read(outside.path().join("a")).unwrap(), b"not theirs");
        }
    }
}
