use proptest::prelude::*;
use shoal_files::Disk;

use super::*;

const PIECES: u32 = 21;
const FILES: u32 = 3;
const HASH: InfoHash = InfoHash([7; 20]);

#[derive(Clone, Copy, Debug)]
enum Act {
    Begun(u32),
    Verified(u32),
    Lost(u32),
    Made(u32, u64),
    Safe,
    Beat,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (0..PIECES).prop_map(Act::Begun),
        4 => (0..PIECES).prop_map(Act::Verified),
        1 => (0..PIECES).prop_map(Act::Lost),
        1 => (0..FILES, any::<u64>()).prop_map(|(f, id)| Act::Made(f, id)),
        1 => Just(Act::Safe),
        1 => Just(Act::Beat),
    ]
}

fn base(have: &[u32]) -> Base {
    let mut base = Base {
        hash: HASH,
        have: Bitfield::new(PIECES),
        owned: Bitfield::new(FILES),
        file_ids: vec![0; FILES as usize],
    };
    for &piece in have {
        base.have.set(piece, true);
    }
    base.owned.set(1, true);
    base.file_ids[1] = 11;
    base
}

fn play(writer: &Writer, acts: &[Act]) {
    for act in acts {
        match *act {
            Act::Begun(piece) => writer.begun(piece),
            Act::Verified(piece) => writer.verified(piece),
            Act::Lost(piece) => writer.lost(piece),
            Act::Made(file, id) => writer.made(file, id),
            Act::Safe => writer.safe(writer.position()).unwrap(),
            Act::Beat => writer.beat(),
        }
    }
}

/// What the journal must say after these acts.
fn model(have: &[u32], acts: &[Act]) -> Journal {
    let base = base(have);
    let mut journal = Journal {
        have: base.have,
        safe: Bitfield::new(PIECES),
        begun: Bitfield::new(PIECES),
        owned: base.owned,
        file_ids: base.file_ids,
        same_boot: true,
        alive_until_ns: 0,
    };
    for act in acts {
        match *act {
            Act::Begun(piece) => journal.begun.set(piece, true),
            Act::Verified(piece) => journal.have.set(piece, true),
            Act::Lost(piece) => {
                journal.have.set(piece, false);
                journal.safe.set(piece, false);
            }
            Act::Made(file, id) => {
                journal.owned.set(file, true);
                journal.file_ids[file as usize] = id;
            }
            Act::Safe => journal.safe = journal.have.clone(),
            Act::Beat => {}
        }
    }
    for piece in 0..PIECES {
        let open = journal.begun.get(piece) && !journal.have.get(piece);
        journal.begun.set(piece, open);
    }
    journal
}

fn parsed(bytes: &[u8]) -> Option<Journal> {
    parse(bytes, HASH, PIECES, FILES)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_was_noted_is_read_and_a_cut_keeps_what_stands_before_it(
        have in prop::collection::vec(0..PIECES, 0..4),
        acts in prop::collection::vec(act(), 0..30),
        cut in 0_usize..2_000,
    ) {
        let dir = tempfile::tempdir().unwrap();
        let writer = Writer::begin(&Disk::real(), dir.path(), &base(&have)).unwrap();
        play(&writer, &acts);
        let bytes = fs::read(path_of(dir.path(), HASH)).unwrap();
        let mut found = parsed(&bytes).unwrap();
        prop_assert!(found.alive_until_ns > 0);
        found.alive_until_ns = 0;
        prop_assert_eq!(found, model(&have, &acts));

        let notes: Vec<Act> = acts.iter().copied().filter(|a| !matches!(a, Act::Beat)).collect();
        let beginning = bytes.len() - notes.len() * format::RECORD_BYTES;
        let cut = cut % (bytes.len() + 1);
        match parsed(&bytes[..cut]) {
            None => prop_assert!(cut < beginning),
            Some(mut found) => {
                found.alive_until_ns = 0;
                let whole = (cut - beginning) / format::RECORD_BYTES;
                prop_assert_eq!(found, model(&have, &notes[..whole]));
            }
        }
    }

    #[test]
    fn no_damage_makes_a_piece_count_that_was_never_verified(
        have in prop::collection::vec(0..PIECES, 0..4),
        acts in prop::collection::vec(act(), 0..30),
        damage in prop::collection::vec((0_usize..4_000, any::<u8>()), 1..20),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let writer = Writer::begin(&Disk::real(), dir.path(), &base(&have)).unwrap();
        play(&writer, &acts);
        let mut bytes = fs::read(path_of(dir.path(), HASH)).unwrap();
        for (at, value) in damage {
            let at = at % bytes.len();
            bytes[at] = value;
        }
        let Some(found) = parsed(&bytes) else { return Ok(()) };
        let mut ever = base(&have).have;
        for act in &acts {
            if let Act::Verified(piece) = act {
                ever.set(*piece, true);
            }
        }
        for piece in 0..PIECES {
            prop_assert!(ever.get(piece) || !found.have.get(piece));
            prop_assert!(found.have.get(piece) || !found.safe.get(piece));
        }
    }

    #[test]
    fn nonsense_is_no_journal(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        prop_assert_eq!(parsed(&bytes), None);
    }
}

#[test]
fn a_journal_of_another_torrent_or_another_boot_is_not_taken_for_this_ones() {
    let dir = tempfile::tempdir().unwrap();
    let writer = Writer::begin(&Disk::real(), dir.path(), &base(&[3])).unwrap();
    writer.verified(4);
    let bytes = fs::read(path_of(dir.path(), HASH)).unwrap();
    assert_eq!(parse(&bytes, InfoHash([8; 20]), PIECES, FILES), None);
    assert_eq!(parse(&bytes, HASH, PIECES + 1, FILES), None);
    assert_eq!(parse(&bytes, HASH, PIECES, FILES + 1), None);
    let header = Header {
        nonce: 5,
        boot: "another".to_owned(),
        alive_until_ns: 9,
    };
    let Base {
        have,
        owned,
        file_ids,
        ..
    } = base(&[3]);
    let bytes = format::beginning(HASH, &header, &have, &owned, &file_ids);
    let found = parsed(&bytes).unwrap();
    assert!(!found.same_boot && found.have.get(3) && found.safe.count_ones() == 0);
    assert_eq!(found.alive_until_ns, 9);
}

#[test]
fn a_scratch_folder_that_takes_nothing_for_a_while_loses_no_note() {
    use shoal_files::shim::{Failure, Op, Shim};
    let dir = tempfile::tempdir().unwrap();
    let shim = std::sync::Arc::new(Shim::new());
    let disk = Disk::with_shim(shim.clone());
    let writer = Writer::begin(&disk, dir.path(), &base(&[])).unwrap();
    writer.verified(1);
    shim.fail_from(Op::Write, 0, Failure::Full);
    writer.verified(2);
    writer.begun(3);
    let read = || parsed(&fs::read(path_of(dir.path(), HASH)).unwrap()).unwrap();
    assert_eq!(read().have.iter_ones().collect::<Vec<_>>(), [1]);
    shim.heal();
    writer.beat();
    assert_eq!(read().have.iter_ones().collect::<Vec<_>>(), [1, 2]);
    assert!(read().begun.get(3));
    forget(dir.path(), HASH);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    forget(dir.path(), HASH);
}
