//! Real volumes that are full or read-only. Needs the right to mount; says so when it has not.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use common::{Site, bytes, quick_dir, run, tree};
use shoal_files::{Disk, FileErrorKind, Preallocation};
use tempfile::TempDir;

/// A small volume that is unmounted at the end.
struct Mounted(TempDir);

impl Mounted {
    #[expect(clippy::print_stderr, reason = "says that it did not run")]
    fn new(options: &str) -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", options, "shoal-test"]);
        let done = mount.arg(dir.path()).output();
        if done.is_ok_and(|done| done.status.success()) {
            return Some(Self(dir));
        }
        eprintln!("not run: this user may not mount");
        None
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn remount(&self, options: &str) {
        let options = format!("remount,{options}");
        let mut mount = Command::new("mount");
        mount.args(["-o", &options]).arg(self.path());
        assert!(mount.status().unwrap().success());
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.path()).status();
    }
}

fn onto(volume: &Mounted, files: &[(&str, Vec<u8>)]) -> Site {
    Site::over(
        quick_dir(),
        tempfile::tempdir_in(volume.path()).unwrap(),
        files,
    )
}

#[test]
fn a_volume_that_cannot_take_it_all_is_found_out_before_anything_moves() {
    let Some(volume) = Mounted::new("size=1m") else {
        return;
    };
    let site = onto(
        &volume,
        &[("T/a", bytes(600_000, 1)), ("T/b", bytes(600_000, 2))],
    );
    let error = run(&Disk::real(), &site.job).unwrap_err();
    assert_eq!(error.kind, FileErrorKind::Full);
    site.assert_back("refused");
}

#[test]
fn a_volume_that_fills_up_meanwhile_loses_nothing() {
    let Some(volume) = Mounted::new("size=4m") else {
        return;
    };
    let site = onto(&volume, &[("T/a", bytes(3 << 20, 1))]);
    let filler = volume.path().join("filler");
    let cancel = std::sync::atomic::AtomicBool::new(false);
    let mut hear = |p: shoal_files::MoveProgress| {
        if p.done_bytes == 1 << 20 {
            fs::write(&filler, bytes(2 << 20, 3)).unwrap();
        }
    };
    let error = Disk::real().relocate(&site.job, &cancel, &mut hear);
    assert_eq!(error.unwrap_err().kind, FileErrorKind::Full);
    site.assert_back("full");
    fs::remove_file(&filler).unwrap();
    run(&Disk::real(), &site.job).unwrap();
    site.assert_moved("with room again");
}

#[test]
fn space_that_is_not_there_is_not_taken_and_the_file_keeps_its_length() {
    let Some(volume) = Mounted::new("size=1m") else {
        return;
    };
    let disk = Disk::real();
    let path = volume.path().join("a");
    let file = disk.create_new(volume.path(), &path).unwrap();
    disk.write_all_at(&file, 0, &bytes(5000, 1)).unwrap();
    let error = disk.preallocate(&file, &path, 8 << 20, Preallocation::Full);
    assert_eq!(error.unwrap_err().kind, FileErrorKind::Full);
    assert_eq!(fs::read(&path).unwrap(), bytes(5000, 1));
    disk.write_all_at(&file, 5000, &bytes(500_000, 2)).unwrap();
    let free = disk.volume_of(&path).unwrap().free_bytes;
    assert!(free < 1 << 20, "{free}");
}

#[test]
fn a_read_only_volume_is_told_and_left_as_it_is() {
    let Some(volume) = Mounted::new("size=4m") else {
        return;
    };
    let site = onto(&volume, &[("T/a", bytes(100, 1))]);
    volume.remount("ro");
    let disk = Disk::real();
    assert!(disk.volume_of(&site.to).unwrap().read_only);
    assert_eq!(
        run(&disk, &site.job).unwrap_err().kind,
        FileErrorKind::ReadOnly
    );
    let new = disk.create_new(&site.to, &site.to.join("T/new"));
    assert_eq!(new.unwrap_err().kind, FileErrorKind::ReadOnly);
    site.assert_back("read-only");
    volume.remount("rw");
    run(&disk, &site.job).unwrap();
    volume.remount("ro");
    // The copies are made and compared, and the sources cannot go: both stay, and it is said.
    assert_eq!(
        run(&disk, &site.back()).unwrap_err().kind,
        FileErrorKind::ReadOnly
    );
    site.assert_nothing_lost("read-only source");
    volume.remount("rw");
    run(&disk, &site.back()).unwrap();
    site.assert_back("writable again");
}

#[test]
fn a_volume_that_is_gone_leaves_another_one_in_its_place() {
    let Some(volume) = Mounted::new("size=1m") else {
        return;
    };
    let disk = Disk::real();
    let with = disk
        .volume_of(&volume.path().join("not/there/yet"))
        .unwrap();
    assert_eq!(with.mount, volume.path());
    assert_eq!(with.size_bytes, 1 << 20);
    assert!(!with.network && !with.read_only);
    assert_eq!(disk.volume_of(volume.path()).unwrap().id, with.id);
    let folder = volume.path().to_owned();
    assert!(
        Command::new("umount")
            .arg(&folder)
            .status()
            .unwrap()
            .success()
    );
    let without = disk.volume_of(&folder).unwrap();
    assert_ne!(without.id, with.id);
    assert_ne!(without.mount, folder);
    let root: PathBuf = "/".into();
    assert_eq!(tree(&folder).len(), 0);
    assert!(without.mount.starts_with(root));
    let other = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=1m", "shoal-test"])
        .arg(&folder)
        .status();
    assert!(other.unwrap().success());
    // Another volume of the same kind and size in the same place.
    assert_ne!(disk.volume_of(&folder).unwrap().id, with.id);
}
