//! Drives that go, come back, fill up or cannot be written to. With real file systems, where this
//! user may mount.

use super::*;

const ROOM: &str = "size=4m";

/// A bench whose torrent is saved to a drive of its own.
fn on_drive(options: &str) -> Option<(Bench, Mount)> {
    let b = bench();
    let mount = Mount::new(&b.to, options)?;
    Some((b, mount))
}

#[test]
fn a_drive_that_is_not_there_is_waited_for() {
    let Some((mut b, mount)) = on_drive(ROOM) else {
        return;
    };
    b.whole();
    assert_eq!(b.resume().volume.unwrap().mount, b.to);
    drop(mount);
    // The mount point is an empty folder of the drive below.
    assert_eq!(b.prepare(), Err(Fault::FolderMissing(b.to.clone())));
    assert_eq!(fs::read_dir(&b.to).unwrap().count(), 0);
    assert!(
        b.trash_own().is_err(),
        "nothing there is not nothing to remove"
    );
    let fault = Fault::FolderMissing(b.to.clone());
    assert!(!passed(&b, &fault));
}

fn passed(b: &Bench, fault: &Fault) -> bool {
    let resume = || Some(b.resume());
    room::has_passed(&Volumes::default(), &b.record, fault, resume)
}

#[test]
fn another_drive_at_the_same_place_is_not_written_to() {
    let Some((mut b, mount)) = on_drive(ROOM) else {
        return;
    };
    b.whole();
    drop(mount);
    let _other = Mount::new(&b.to, ROOM).unwrap();
    b.shared_anew();
    assert_eq!(b.prepare(), Err(Fault::VolumeChanged(b.to.clone())));
    assert!(!passed(&b, &Fault::VolumeChanged(b.to.clone())));
    assert_eq!(fs::read_dir(&b.to).unwrap().count(), 0);
}

#[test]
fn the_same_files_on_a_drive_of_another_name_are_accepted() {
    let mut b = bench();
    b.whole();
    let mut data = b.resume();
    let mark = data.volume.as_mut().unwrap();
    mark.id = "another".to_owned();
    b.shared
        .store
        .save_resume_blocking(b.record.hash, data)
        .unwrap();
    assert!(b.prepare().unwrap().have.is_full());
    assert_ne!(b.resume().volume.unwrap().id, "another");
}

#[test]
fn what_has_no_room_waits_and_says_how_much_it_needs() {
    let Some((b, mount)) = on_drive("size=1m") else {
        return;
    };
    let filler = b.to.join("filler");
    fs::write(&filler, vec![1; 900_000]).unwrap();
    let full = Fault::DiskFull {
        needed_bytes: 200_000,
        volume: b.to.clone(),
    };
    assert_eq!(b.prepare(), Err(full.clone()));
    assert!(!passed(&b, &full));
    fs::remove_file(filler).unwrap();
    b.shared_anew();
    assert!(passed(&b, &full));
    b.prepare().unwrap();
    drop(mount);
}

#[test]
fn what_is_there_already_needs_no_room() {
    let Some((mut b, _mount)) = on_drive("size=1m") else {
        return;
    };
    b.whole();
    let free = 1 << 20;
    let left = rustix::fs::statvfs(&b.to).unwrap();
    let left = (left.f_bavail * left.f_frsize).min(free);
    fs::write(
        b.to.join("filler"),
        vec![1; usize::try_from(left).unwrap() - 8_192],
    )
    .unwrap();
    b.shared_anew();
    assert!(b.prepare().unwrap().have.is_full());
    // Not when it is to be fetched again either: its room is taken.
    let mut changed = b.content("a");
    changed[0] ^= 1;
    fs::write(b.own().join("a"), changed).unwrap();
    b.record.completed_at = None;
    let outcome = b.prepare();
    assert!(outcome.is_err() || !outcome.unwrap().have.get(0));
}

#[test]
fn read_only_media_seed_what_is_whole_and_wait_with_the_rest() {
    let Some((mut b, mount)) = on_drive(ROOM) else {
        return;
    };
    b.whole();
    mount.remount("ro");
    b.shared_anew();
    assert!(b.prepare().unwrap().have.is_full());
    mount.remount("rw");
    fs::remove_file(b.own().join("b")).unwrap();
    let full = || PrepareJob {
        full_check: true,
        adopt: true,
        ..b.job()
    };
    mount.remount("ro");
    b.shared_anew();
    let fault = Fault::ReadOnly(b.to.clone());
    assert_eq!(b.prepare_as(full(), None).0, Err(fault.clone()));
    assert!(!passed(&b, &fault));
    mount.remount("rw");
    b.shared_anew();
    assert!(passed(&b, &fault));
    b.prepare_as(full(), None).0.unwrap();
}

#[test]
fn a_stopped_torrent_is_checked_where_it_could_not_run() {
    let Some((mut b, mount)) = on_drive(ROOM) else {
        return;
    };
    b.put("a", &b.content("a"));
    mount.remount("ro");
    b.record.intent = Intent::Stop;
    let job = PrepareJob {
        full_check: true,
        adopt: true,
        ..b.job()
    };
    assert!(b.prepare_as(job, None).0.unwrap().have.get(0));
}

#[test]
fn a_new_torrent_with_files_where_it_belongs_stays_there() {
    let mut b = bench();
    let unfinished = b.to.join("unfinished");
    fs::create_dir(&unfinished).unwrap();
    b.record.unfinished_path = Some(unfinished.clone());
    assert_eq!(
        b.prepare().unwrap().unfinished_path,
        Some(unfinished.clone())
    );
    b.put_all();
    let prepared = b.prepare().unwrap();
    assert!(prepared.unfinished_path.is_none() && prepared.have.is_full());
    b.record.have_bytes = 1;
    assert_eq!(b.prepare(), Err(Fault::FilesChanged), "begun elsewhere");
}

#[test]
fn a_file_is_looked_for_under_its_suffix_first() {
    let mut b = bench();
    b.record.part_suffix = true;
    b.put("a.part", &b.content("a"));
    b.put("b", &b.content("b"));
    b.put("empty", b"");
    let prepared = b.prepare().unwrap();
    assert!(prepared.have.is_full());
    let targets = {
        let files = paths::locate(&b.record, &b.meta);
        let meta = b.meta.clone();
        targets(&b.record, &Found { meta, files }, &prepared)
    };
    let temp = |i: usize| targets[i].temp_path.clone();
    assert_eq!(temp(0), Some(b.own().join("a.part")));
    assert_eq!((temp(1), temp(2)), (None, None));
    assert_eq!(targets[0].path, Some(b.own().join("a")));
    assert_eq!(targets[0].stamp, Some(prepared.stamps[0]));
}
