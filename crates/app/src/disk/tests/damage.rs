//! What is believed after a run that ended in the middle of its work, and what is read again.

use super::*;

const HOUR_NS: i64 = 3_600_000_000_000;

fn now_ns() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(since.unwrap().as_nanos()).unwrap()
}

/// A run that was killed: all pieces verified, the first two flushed, the third one begun.
fn killed(b: &mut Bench) -> Journal {
    b.put_all();
    b.mark_dirty();
    b.record.have_bytes = 100_000;
    let pieces = b.meta.piece_count;
    let (mut safe, mut begun) = (Bitfield::new(pieces), Bitfield::new(pieces));
    let mut have = Bitfield::full(pieces);
    safe.set(0, true);
    safe.set(1, true);
    have.set(2, false);
    begun.set(2, true);
    let id = |name: &str| paths::stamp(&b.own().join(name)).file_id;
    Journal {
        have,
        safe,
        begun,
        owned: Bitfield::full(3),
        file_ids: vec![id("a"), id("b"), id("empty")],
        same_boot: true,
        alive_until_ns: now_ns(),
    }
}

fn start(b: &Bench, journal: &Journal) -> (Result<Prepared, Fault>, u64) {
    b.prepare_as(b.job(), Some(journal))
}

const PIECE: u64 = 16_384;

#[test]
fn after_a_kill_only_what_was_being_written_is_read() {
    let mut b = bench();
    let journal = killed(&mut b);
    let (outcome, read) = start(&b, &journal);
    let prepared = outcome.unwrap();
    assert_eq!(read, PIECE);
    assert!(prepared.have.is_full(), "the piece that was begun is good");
    assert!(prepared.owned.is_full());
    // And now that is known as after a clean stop.
    assert!(b.resume().clean);
    assert_eq!(start(&b, &journal).1, 0);
}

#[test]
fn after_a_power_cut_only_what_was_flushed_is_believed() {
    let mut b = bench();
    let journal = Journal {
        same_boot: false,
        ..killed(&mut b)
    };
    let (outcome, read) = start(&b, &journal);
    assert_eq!(read, 200_000 - 2 * PIECE);
    assert!(outcome.unwrap().have.is_full());
}

#[test]
fn what_was_changed_since_the_last_sign_of_life_is_read() {
    let mut b = bench();
    let journal = Journal {
        alive_until_ns: now_ns() - HOUR_NS,
        ..killed(&mut b)
    };
    let mut changed = b.content("b");
    changed[99_999] ^= 1;
    b.put("b", &changed);
    let (outcome, read) = start(&b, &journal);
    let prepared = outcome.unwrap();
    assert_eq!(read, 200_000);
    let last = b.meta.piece_count - 1;
    assert!(!prepared.have.get(last) && prepared.have.get(last - 1));
}

#[test]
fn another_file_is_neither_believed_nor_owned() {
    let mut b = bench();
    let journal = killed(&mut b);
    fs::rename(b.own().join("a"), b.own().join("kept")).unwrap();
    b.put("a", &vec![3; 100_000]);
    in_the_way(&start(&b, &journal).0, &b.own().join("a"));
    assert_eq!(fs::read(b.own().join("a")).unwrap(), vec![3; 100_000]);
}

#[test]
fn a_file_that_was_cut_is_believed_as_far_as_it_goes() {
    let mut b = bench();
    let journal = killed(&mut b);
    let file = fs::File::options()
        .write(true)
        .open(b.own().join("b"))
        .unwrap();
    file.set_len(50_000).unwrap();
    drop(file);
    let prepared = start(&b, &journal).0.unwrap();
    let good: Vec<u32> = prepared.have.iter_ones().collect();
    assert_eq!(good, (0..9).collect::<Vec<_>>());
}

#[test]
fn a_file_that_went_is_said_and_nothing_is_fetched_again() {
    let mut b = bench();
    let journal = killed(&mut b);
    fs::remove_file(b.own().join("a")).unwrap();
    assert_eq!(start(&b, &journal).0, Err(Fault::FilesChanged));
    // A power cut may take a file that had just been made.
    let cut = Journal {
        same_boot: false,
        ..journal
    };
    let prepared = start(&b, &cut).0.unwrap();
    assert!(!prepared.owned.get(0) && prepared.owned.get(1));
    assert!(!prepared.have.get(0));
}

#[test]
fn a_time_that_was_set_back_hides_nothing_from_a_whole_torrent() {
    let mut b = bench();
    b.whole();
    let path = b.own().join("a");
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    fs::rename(&path, b.own().join("kept")).unwrap();
    b.put("a", &vec![0; 100_000]);
    let file = fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(before).unwrap();
    drop(file);
    // Size and time are the same; the number of the file is not.
    assert_eq!(b.prepare(), Err(Fault::FilesChanged));
    let full = PrepareJob {
        full_check: true,
        ..b.job()
    };
    in_the_way(&b.prepare_as(full, None).0, &path);
}

#[test]
fn a_journal_of_a_run_that_was_saved_is_not_asked() {
    let mut b = bench();
    let journal = killed(&mut b);
    start(&b, &journal).0.unwrap();
    let wrong = Journal {
        have: Bitfield::new(b.meta.piece_count),
        ..journal
    };
    let (outcome, read) = start(&b, &wrong);
    assert!(outcome.unwrap().have.is_full() && read == 0);
}
