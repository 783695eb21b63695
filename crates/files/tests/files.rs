//! Opening, making, growing, reading, writing, renaming and cleaning, one by one.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::{collections::BTreeSet, fs, io::IoSlice, os::unix::fs::MetadataExt, path::PathBuf};

use common::{bytes, folders, put, quick_dir, shimmed, tree};
use rustix::io::Errno;
use shoal_files::{
    Disk, FileError, FileErrorKind, Preallocation, Stamp,
    shim::{Failure, Op},
};

#[test]
fn a_new_file_gets_its_folders_and_is_made_once() {
    let dir = quick_dir();
    let (root, disk) = (dir.path(), Disk::real());
    let path = root.join("a/b/c");
    assert_eq!(disk.look(root, &path).unwrap(), None);
    let file = disk.create_new(root, &path).unwrap();
    disk.write_all_at(&file, 3, b"abc").unwrap();
    assert_eq!(disk.look(root, &path).unwrap(), Some(6));
    assert_eq!(
        disk.create_new(root, &path).unwrap_err().kind,
        FileErrorKind::InTheWay
    );
    let below = disk.create_new(root, &path.join("d")).unwrap_err();
    assert_eq!(below.kind, FileErrorKind::InTheWay);
    let mut all = [9; 6];
    let reading = disk.for_reading(root, &path).unwrap();
    disk.read_exact_at(&reading, 0, &mut all).unwrap();
    assert_eq!(&all, b"\0\0\0abc");
    let end = disk.read_exact_at(&reading, 4, &mut all).unwrap_err();
    assert_eq!(FileErrorKind::of(&end), FileErrorKind::NotFound);
    disk.write_all_at(&reading, 0, b"x").unwrap_err();
    let owned = disk.owned_for_writing(root, &path).unwrap();
    disk.write_all_at(&owned, 0, b"x").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"x\0\0abc");
    let gone = disk.owned_for_writing(root, &root.join("no")).unwrap_err();
    assert_eq!(gone.kind, FileErrorKind::NotFound);
}

#[test]
fn a_short_write_is_gone_on_with_and_a_failed_one_is_told() {
    for (first, second) in [(0, 5), (5, 0), (3, 4), (1, 1)] {
        for nth in 0..3 {
            let dir = quick_dir();
            let (disk, shim) = shimmed(false);
            let path = dir.path().join("a");
            let file = disk.create_new(dir.path(), &path).unwrap();
            shim.fail(Op::Write, nth, Failure::Short);
            let all = bytes(first + second, 1);
            let both = [IoSlice::new(&all[..first]), IoSlice::new(&all[first..])];
            disk.write_vectored_at(&file, 2, both).unwrap();
            assert_eq!(fs::read(&path).unwrap()[2..], all);
            shim.heal();
            shim.fail(Op::Write, 0, Failure::Full);
            let full = disk.write_all_at(&file, 0, b"x").unwrap_err();
            assert_eq!(FileErrorKind::of(&full), FileErrorKind::Full);
        }
    }
}

#[test]
fn growing_never_makes_a_file_shorter() {
    let dir = quick_dir();
    let disk = Disk::real();
    let path = dir.path().join("a");
    let file = disk.create_new(dir.path(), &path).unwrap();
    disk.write_all_at(&file, 0, &bytes(100, 1)).unwrap();
    for mode in [
        Preallocation::None,
        Preallocation::Sparse,
        Preallocation::Full,
    ] {
        for len in [0, 50, 100] {
            disk.preallocate(&file, &path, len, mode).unwrap();
            assert_eq!(fs::read(&path).unwrap(), bytes(100, 1));
        }
    }
    disk.preallocate(&file, &path, 1 << 20, Preallocation::None)
        .unwrap();
    assert_eq!(fs::metadata(&path).unwrap().len(), 100);
    disk.preallocate(&file, &path, 1 << 20, Preallocation::Sparse)
        .unwrap();
    let sparse = fs::metadata(&path).unwrap();
    assert!(sparse.len() == 1 << 20 && sparse.blocks() * 512 < 1 << 20);
    disk.preallocate(&file, &path, 1 << 20, Preallocation::Full)
        .unwrap();
    let full = fs::metadata(&path).unwrap();
    assert!(full.len() == 1 << 20 && full.blocks() * 512 >= 1 << 20);
    assert_eq!(fs::read(&path).unwrap()[..100], bytes(100, 1));
}

#[test]
fn renaming_takes_no_place_of_another() {
    let dir = quick_dir();
    let (root, disk) = (dir.path(), Disk::real());
    put(&root.join("a"), b"a");
    put(&root.join("b"), b"b");
    let (a, b) = (root.join("a"), root.join("b"));
    let taken = disk.rename_no_replace(root, &a, root, &b).unwrap_err();
    assert_eq!((taken.kind, &taken.path), (FileErrorKind::InTheWay, &b));
    assert_eq!(tree(root).len(), 2);
    disk.rename_no_replace(root, &a, root, &root.join("x/y/a"))
        .unwrap();
    assert_eq!(fs::read(root.join("x/y/a")).unwrap(), b"a");
    let gone = disk
        .rename_no_replace(root, &a, root, &root.join("z"))
        .unwrap_err();
    assert_eq!(gone.kind, FileErrorKind::NotFound);
}

#[test]
fn only_folders_that_held_ones_own_files_go_and_only_if_empty() {
    let dir = quick_dir();
    let (root, disk) = (dir.path(), Disk::real());
    for folder in ["T/a/b", "T/users", "T/c/full"] {
        fs::create_dir_all(root.join(folder)).unwrap();
    }
    put(&root.join("T/c/full/x"), b"x");
    let gone: BTreeSet<PathBuf> = ["T/a/b/1", "T/c/full/2", "T/3", "T/never/4", "else/5"]
        .map(|p| root.join(p))
        .into();
    disk.remove_empty_folders(root, &root.join("T"), &gone)
        .unwrap();
    let left = ["T", "T/c", "T/c/full", "T/users"].map(PathBuf::from);
    assert_eq!(folders(root), left.into());
    fs::remove_dir(root.join("T/users")).unwrap();
    fs::remove_file(root.join("T/c/full/x")).unwrap();
    disk.remove_empty_folders(root, root, &gone).unwrap();
    assert!(folders(root).is_empty() && root.exists());
}

#[test]
fn only_files_that_look_as_they_are_known_are_deleted() {
    let dir = quick_dir();
    let (root, disk) = (dir.path(), Disk::real());
    let known = |name: &str| {
        let path = root.join(name);
        put(&path, b"mine");
        let stamp = Stamp::of_path(&path).unwrap().unwrap();
        (path, stamp)
    };
    let files = ["top/a", "top/b", "top/in/c", "top/d"].map(known);
    put(&root.join("top/theirs"), b"theirs");
    put(&root.join("outside"), b"theirs");
    fs::write(&files[1].0, b"changed since").unwrap();
    fs::remove_file(&files[3].0).unwrap();
    std::os::unix::fs::symlink(root.join("outside"), &files[3].0).unwrap();
    let gone = disk.delete(root, &files).unwrap();
    assert_eq!(
        gone,
        BTreeSet::from([files[0].0.clone(), files[2].0.clone()])
    );
    assert!(!files[0].0.exists() && !files[2].0.exists());
    assert_eq!(fs::read(&files[1].0).unwrap(), b"changed since");
    assert!(files[3].0.is_symlink() && root.join("outside").exists());
    assert!(root.join("top/theirs").exists() && root.join("top/in").is_dir());
    // Again, as after a kill.
    assert!(disk.delete(root, &files).unwrap().is_empty());
    // Nothing is deleted through a link that took the place of a folder.
    let inside = known("away/e");
    fs::rename(root.join("away"), root.join("moved")).unwrap();
    std::os::unix::fs::symlink(root.join("moved"), root.join("away")).unwrap();
    assert!(disk.delete(root, &[inside]).is_err());
    assert!(root.join("moved/e").exists());
}

#[test]
fn few_files_are_brought_to_the_disk_one_by_one_and_many_together() {
    let dir = quick_dir();
    let paths: Vec<PathBuf> = (0..150).map(|i| dir.path().join(i.to_string())).collect();
    for path in &paths {
        put(path, b"x");
    }
    fs::remove_file(&paths[0]).unwrap();
    for (count, syncs) in [(4, 3), (150, 1)] {
        let (disk, shim) = shimmed(false);
        let some = || paths[..count].iter().map(PathBuf::as_path);
        disk.sync_files(dir.path(), some()).unwrap();
        for nth in 0..=syncs {
            shim.heal();
            shim.fail(Op::Sync, nth, Failure::Io);
            let failed = disk.sync_files(dir.path(), some()).is_err();
            assert_eq!(failed, nth < syncs, "{count} files, sync {nth}");
        }
    }
}

#[test]
fn a_folder_holds_only_ones_own_or_it_does_not() {
    let dir = quick_dir();
    let disk = Disk::real();
    let top = dir.path().join("T");
    put(&top.join("a/b"), b"b");
    let own: BTreeSet<PathBuf> = [top.join("a/b"), top.join("gone")].into();
    assert!(disk.holds_only(&top, &own).unwrap());
    put(&top.join("a/c"), b"c");
    assert!(!disk.holds_only(&top, &own).unwrap());
    fs::remove_file(top.join("a/c")).unwrap();
    std::os::unix::fs::symlink(top.join("a/b"), top.join("gone")).unwrap();
    assert!(!disk.holds_only(&top, &own).unwrap());
}

#[test]
fn a_stamp_tells_of_a_change_and_follows_no_link() {
    let dir = quick_dir();
    let path = dir.path().join("a");
    assert_eq!(Stamp::of_path(&path).unwrap(), None);
    put(&path, b"abc");
    let stamp = Stamp::of_path(&path).unwrap().unwrap();
    assert_eq!(stamp.size_bytes, 3);
    assert!(stamp.modified_ns > 0 && stamp.file_id > 0);
    assert_eq!(
        Stamp::of_file(&fs::File::open(&path).unwrap()).unwrap(),
        stamp
    );
    put(&path, b"abcd");
    assert_ne!(Stamp::of_path(&path).unwrap().unwrap(), stamp);
    std::os::unix::fs::symlink(&path, dir.path().join("l")).unwrap();
    let link = Stamp::of_path(&dir.path().join("l")).unwrap().unwrap();
    assert_ne!(link.file_id, stamp.file_id);
}

#[test]
fn every_failure_of_the_disk_has_its_kind_and_a_sentence() {
    let dir = quick_dir();
    let path = dir.path().join("a");
    put(&path, b"a");
    for (failure, kind) in [
        (Failure::Full, FileErrorKind::Full),
        (Failure::Io, FileErrorKind::Io),
        (Failure::Denied, FileErrorKind::PermissionDenied),
        (Failure::ReadOnly, FileErrorKind::ReadOnly),
        (Failure::TooManyOpen, FileErrorKind::TooManyOpen),
    ] {
        let (disk, shim) = shimmed(false);
        shim.fail_from(Op::Open, 0, failure);
        for _ in 0..2 {
            let error = disk.for_reading(dir.path(), &path).unwrap_err();
            assert_eq!(error.kind, kind);
        }
        shim.heal();
        disk.for_reading(dir.path(), &path).unwrap();
    }
    let number = |n: Errno| FileErrorKind::of(&n.into());
    assert_eq!(number(Errno::FBIG), FileErrorKind::TooBig);
    assert_eq!(number(Errno::DQUOT), FileErrorKind::Full);
    assert_eq!(number(Errno::LOOP), FileErrorKind::InTheWay);
    assert_eq!(number(Errno::NFILE), FileErrorKind::TooManyOpen);
    assert_eq!(number(Errno::ROFS), FileErrorKind::ReadOnly);
    let error = FileError::new(FileErrorKind::InTheWay, "open", "/x/y");
    assert_eq!(
        error.to_string(),
        "could not open /x/y: something else is there"
    );
}
