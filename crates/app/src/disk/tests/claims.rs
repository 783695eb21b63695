//! Whose a file is: what lies there, what a run made, what a user put there.

use super::*;

#[test]
fn what_lies_there_before_the_first_start_is_not_the_torrents_own() {
    let b = bench();
    // Looked at, but never started: as a check of a stopped torrent does.
    assert_eq!(b.prepare().unwrap().owned.count_ones(), 0);
    b.put("a", b"the user's own words");
    in_the_way(&b.prepare(), &b.own().join("a"));
    // And so it does not go to the trash with the torrent.
    assert!(b.trash_own().unwrap().is_empty());
}

#[test]
fn what_a_killed_run_made_is_the_torrents_own() {
    let b = bench();
    b.prepare().unwrap();
    b.mark_dirty();
    b.put("a", b"half a piece");
    let prepared = b.prepare().unwrap();
    assert!(prepared.owned.get(0) && !prepared.owned.get(1));
}

#[test]
fn a_longer_file_after_a_kill_is_not_of_the_torrents_making() {
    let b = bench();
    b.prepare().unwrap();
    b.mark_dirty();
    b.put("a", &vec![7; 100_001]);
    in_the_way(&b.prepare(), &b.own().join("a"));
    assert!(b.trash_own().unwrap().is_empty());
}

#[test]
fn a_file_wanted_later_is_the_torrents_own_after_a_kill() {
    let mut b = bench();
    let mut only = Bitfield::new(3);
    only.set(0, true);
    b.record.selection = Selection::Only(only);
    b.put("a", &fs::read(b.data.join("a")).unwrap());
    // Finished and flushed, then more is wanted, then killed.
    let adopted = PrepareJob {
        adopt: true,
        ..b.job()
    };
    let have = b.prepare_as(adopted, None).0.unwrap().have;
    let mut owned = Bitfield::new(3);
    owned.set(0, true);
    let record = b.record.clone();
    keep(
        &b.shared,
        &Kept {
            record,
            have,
            owned,
        },
        &b.meta,
    );
    b.mark_dirty();
    b.record.selection = Selection::All;
    b.put("b", b"begun");
    let prepared = b.prepare().unwrap();
    assert!(prepared.owned.get(0) && prepared.owned.get(1));
}

#[test]
fn a_users_file_is_left_alone_where_the_torrent_has_an_empty_one() {
    let b = bench();
    b.put("empty", b"a user's words");
    let prepared = b.prepare().unwrap();
    assert_eq!(prepared.owned.count_ones(), 0);
    b.put("empty", b"");
    let prepared = b.prepare().unwrap();
    assert!(prepared.owned.get(2), "nothing is lost with an empty one");
}

#[test]
fn a_drive_that_went_while_shoal_was_killed_is_no_new_torrent() {
    let mut b = bench();
    b.prepare().unwrap();
    b.mark_dirty();
    b.record.have_bytes = 50_000;
    // Its folder is there, as the place of a drive that is not connected is.
    assert_eq!(b.prepare(), Err(Fault::FilesChanged));
}

#[test]
fn what_is_trusted_is_not_stored_again() {
    let b = bench();
    let before = b.prepare().unwrap();
    let stored = b.resume();
    assert!(stored.clean && stored.owned.count_ones() == 3);
    assert_eq!(b.prepare().unwrap(), before);
    assert_eq!(b.resume(), stored);
}

#[test]
fn a_file_that_is_wholly_good_is_adopted() {
    let b = bench();
    b.put_all();
    let prepared = b.prepare().unwrap();
    assert!(prepared.have.is_full() && prepared.owned.is_full());
    assert_eq!(prepared.stamps.len(), 3);
    assert_ne!(prepared.stamps[0].file_id, 0);
}

#[test]
fn a_file_that_is_partly_good_is_asked_about_and_left_as_it_is() {
    let b = bench();
    let mut changed = b.content("a");
    changed[50_000] ^= 1;
    b.put("a", &changed);
    b.put("b", &b.content("b"));
    let outcome = b.prepare();
    let Err(Fault::MatchesPartly {
        path,
        good_bytes,
        total_bytes,
    }) = outcome
    else {
        panic!("{outcome:?}");
    };
    assert_eq!(
        (path, good_bytes, total_bytes),
        (b.own().join("a"), 83_616, 100_000)
    );
    // The user says that it is this torrent's.
    let adopt = PrepareJob {
        adopt: true,
        ..b.job()
    };
    let prepared = b.prepare_as(adopt, None).0.unwrap();
    assert!(prepared.owned.get(0) && prepared.owned.get(1));
    assert_eq!(fs::read(b.own().join("a")).unwrap(), changed);
    // Nothing good in it stays in the way, whatever is said.
    let adopt = PrepareJob {
        adopt: true,
        full_check: true,
        ..b.job()
    };
    // Its number may well be the one of the file before it.
    fs::remove_file(b.own().join("b")).unwrap();
    b.put("b", &[9; 5_000]);
    in_the_way(&b.prepare_as(adopt, None).0, &b.own().join("b"));
}

#[test]
fn a_longer_file_is_not_adopted_for_its_beginning() {
    let b = bench();
    let longer = [b.content("b"), vec![7; 10]].concat();
    b.put("a", &b.content("a"));
    b.put("b", &longer);
    let outcome = b.prepare();
    assert!(
        matches!(outcome, Err(Fault::MatchesPartly { .. })),
        "{outcome:?}"
    );
}

#[test]
fn another_file_in_the_place_of_a_known_one_is_somebody_elses() {
    let mut b = bench();
    b.whole();
    // Kept under another name, so that its number is not given out again.
    fs::rename(b.own().join("a"), b.own().join("kept")).unwrap();
    b.put("a", &vec![1; 100_000]);
    assert_eq!(b.prepare(), Err(Fault::FilesChanged));
    let own = b.trash_own().unwrap();
    assert_eq!(
        own.into_iter().collect::<Vec<_>>(),
        [b.own().join("b"), b.own().join("empty")]
    );
}

#[test]
fn beside_means_the_first_name_that_nothing_has() {
    let b = bench();
    let fresh = || PrepareJob {
        fresh_name: true,
        ..b.job()
    };
    assert_eq!(b.prepare_as(fresh(), None).0.unwrap().disk_name, "album");
    b.put("a", b"x");
    fs::write(b.to.join("album (2).part"), b"x").unwrap();
    assert_eq!(
        b.prepare_as(fresh(), None).0.unwrap().disk_name,
        "album (3)"
    );
}

#[test]
fn only_what_would_go_to_the_trash_is_deleted_for_good() {
    let mut b = bench();
    b.whole();
    b.put("mine.txt", b"the user's own words");
    b.put("b", b"changed by somebody");
    trash::delete_for_good(&b.shared, &b.record).unwrap();
    assert!(!b.own().join("a").exists() && !b.own().join("empty").exists());
    assert_eq!(fs::read(b.own().join("b")).unwrap(), b"changed by somebody");
    assert!(b.own().join("mine.txt").exists());
    // Again, as after a kill; and when nothing but its own was there, the folder goes too.
    trash::delete_for_good(&b.shared, &b.record).unwrap();
    let mut b = bench();
    b.whole();
    trash::delete_for_good(&b.shared, &b.record).unwrap();
    assert!(!b.own().exists() && b.to.is_dir());
}
