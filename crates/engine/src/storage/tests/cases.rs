//! One case each of what the storage promises.

use shoal_files::shim::{Failure, Op, Shim};

use super::*;

/// Everything of `wanted`, settled and flushed.
fn complete(bench: &Bench, wanted: u8) -> Run {
    let nothing = Bitfield::new(bench.meta.piece_count);
    let run = bench.begin(
        Disk::real(),
        &bench.spec(&nothing, &Bitfield::new(5), wanted),
    );
    run.files.prepare().unwrap();
    for index in (0..FILES.len()).filter(|i| wanted & (1 << i) != 0) {
        for piece in bench.meta.pieces_of_file(index) {
            run.write(piece, true).unwrap();
        }
    }
    run.files.make_empty_files().unwrap();
    run.files.settle().unwrap();
    run
}

#[test]
fn a_file_has_its_final_name_only_when_it_is_whole_and_nothing_is_replaced() {
    let bench = Bench::new(true, Preallocate::None);
    let nothing = Bitfield::new(bench.meta.piece_count);
    let mut run = bench.begin(Disk::real(), &bench.spec(&nothing, &Bitfield::new(5), ALL));
    run.files.prepare().unwrap();
    run.write(0, true).unwrap();
    assert!(bench.temp(0).exists() && !bench.path(0).exists());
    // Somebody puts a file where another is to be.
    fs::write(bench.path(4), FOREIGN).unwrap();
    for piece in 1..3 {
        run.write(piece, true).unwrap();
    }
    run.files.settle().unwrap();
    assert!(!bench.temp(0).exists() && bench.path(0).exists());
    assert!(run.reads_right(0).unwrap(), "under its final name too");
    let outcome = (3..bench.meta.piece_count).try_for_each(|piece| run.write(piece, true));
    assert_eq!(outcome.unwrap_err().kind, EngineFault::FileInTheWay);
    assert_eq!(run.fault(), Some(EngineFault::FileInTheWay));
    assert_eq!(fs::read(bench.path(4)).unwrap(), FOREIGN);
    assert!(!bench.temp(4).exists());
}

#[test]
fn a_file_that_comes_to_lie_at_the_final_name_is_not_replaced() {
    let bench = Bench::new(true, Preallocate::None);
    let nothing = Bitfield::new(bench.meta.piece_count);
    let run = bench.begin(Disk::real(), &bench.spec(&nothing, &Bitfield::new(5), ALL));
    run.files.prepare().unwrap();
    run.write(0, true).unwrap();
    fs::write(bench.path(0), FOREIGN).unwrap();
    run.write(1, true).unwrap();
    run.write(2, true).unwrap();
    let fault = run.files.settle().unwrap_err();
    assert_eq!(fault.kind, EngineFault::FileInTheWay);
    assert_eq!(fs::read(bench.path(0)).unwrap(), FOREIGN);
    // Once it is out of the way, the name is taken.
    fs::remove_file(bench.path(0)).unwrap();
    run.files.settle().unwrap();
    assert!(run.reads_right(0).unwrap() && bench.path(0).exists());
}

#[test]
fn no_byte_of_a_file_that_changed_is_served() {
    type Change = fn(&std::path::Path);
    let changes: [(Change, EngineFault); 4] = [
        (
            |p| fs::write(p, b"short").unwrap(),
            EngineFault::FilesChanged,
        ),
        (
            |p| {
                let bytes = fs::read(p).unwrap();
                fs::write(p, bytes).unwrap();
            },
            EngineFault::FilesChanged,
        ),
        (
            |p| {
                let other = p.with_extension("new");
                fs::copy(p, &other).unwrap();
                fs::rename(other, p).unwrap();
            },
            EngineFault::FilesChanged,
        ),
        (|p| fs::remove_file(p).unwrap(), EngineFault::FilesChanged),
    ];
    // With the file open, closed again, and from an earlier run.
    for (change, expected) in changes {
        for way in 0..3 {
            let bench = Bench::new(false, Preallocate::None);
            let mut run = complete(&bench, ALL);
            run.all_verified_reads_right();
            if way == 1 {
                run.files.shared.pool.relieve();
                for _ in 0..4 {
                    run.files.shared.pool.relieve();
                }
            }
            if way == 2 {
                let (have, owned) = (run.files.have(), run.files.owned());
                run = bench.begin(Disk::real(), &bench.spec(&have, &owned, ALL));
                run.files.prepare().unwrap();
            }
            change(&bench.path(0));
            let mut buf = [0; 100];
            let fault = run.files.read(0, 0, &mut buf).unwrap_err();
            assert_eq!(fault.kind, expected, "{} ({way})", fault.detail);
            assert_eq!(buf, [0; 100]);
            assert_eq!(run.fault(), Some(expected));
        }
    }
}

#[test]
fn the_side_file_goes_when_nothing_needs_it() {
    let bench = Bench::new(false, Preallocate::None);
    let side = bench
        .scratch()
        .join(format!("{}.side", bench.meta.info_hash));
    // Only the first file: it shares its last piece with two others.
    let run = complete(&bench, 0b1);
    assert!(side.exists() && !bench.path(1).exists() && !bench.path(2).exists());
    run.all_verified_reads_right();
    let two = Bitfield::from_bytes(5, &[0b1100_0000]).unwrap();
    run.files.select(&two).unwrap();
    assert!(side.exists(), "the third file's bytes are still in it");
    let three = Bitfield::from_bytes(5, &[0b1110_0000]).unwrap();
    run.files.select(&three).unwrap();
    assert!(!side.exists());
    run.all_verified_reads_right();
}

#[test]
fn all_room_is_taken_before_the_first_byte_if_asked_for() {
    let bench = Bench::new(false, Preallocate::Full);
    let nothing = Bitfield::new(bench.meta.piece_count);
    let run = bench.begin(
        Disk::real(),
        &bench.spec(&nothing, &Bitfield::new(5), 0b101),
    );
    run.files.prepare().unwrap();
    for index in [0, 2] {
        let length = fs::metadata(bench.path(index)).unwrap().len();
        assert_eq!(length, FILES[index].1 as u64);
    }
    assert!(!bench.path(4).exists(), "nobody wants it");
    let shim = Arc::new(Shim::new());
    shim.fail(Op::Grow, 0, Failure::Full);
    let bench = Bench::new(false, Preallocate::Full);
    let spec = bench.spec(&nothing, &Bitfield::new(5), ALL);
    let run = bench.begin(Disk::with_shim(shim), &spec);
    assert_eq!(run.files.prepare().unwrap_err().kind, EngineFault::DiskFull);
}

#[test]
fn a_flush_that_fails_takes_back_what_it_was_for() {
    let bench = Bench::new(false, Preallocate::None);
    let shim = Arc::new(Shim::new());
    let nothing = Bitfield::new(bench.meta.piece_count);
    let spec = bench.spec(&nothing, &Bitfield::new(5), ALL);
    let run = bench.begin(Disk::with_shim(shim.clone()), &spec);
    run.files.prepare().unwrap();
    run.write(0, true).unwrap();
    run.files.flush().unwrap();
    run.write(1, true).unwrap();
    shim.fail(Op::Sync, 0, Failure::Io);
    assert_eq!(run.files.flush().unwrap_err().kind, EngineFault::Io);
    assert!(run.files.have().get(0) && !run.files.have().get(1));
    let found = journal::read(&bench.scratch(), &bench.meta).unwrap();
    assert!(found.have.get(0) && found.safe.get(0) && !found.have.get(1));
}

#[test]
fn few_open_files_leave_room_for_torrents_and_for_everybody_else() {
    for (limit, files, torrents) in [(256, 64, 96), (1_024, 256, 672), (64, 16, 16)] {
        assert_eq!(open_files(Some(limit)), files);
        assert_eq!(most_torrents(Some(limit)), torrents);
    }
    assert_eq!(open_files(None), 256);
    assert!(most_torrents(None) > 1_000_000);
}
