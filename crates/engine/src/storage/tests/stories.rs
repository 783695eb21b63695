//! Random acts, faults and sudden ends against the model.

use std::collections::BTreeMap;

use proptest::prelude::*;
use shoal_files::shim::{Failure, Op, Shim};

use super::*;

#[derive(Clone, Copy, Debug)]
enum Act {
    Piece(u32),
    Half(u32),
    Read(u32),
    Select(u8),
    Settle,
    Flush,
    Empty,
    Fault(Op, u64, Failure),
    Heal,
}

fn act() -> impl Strategy<Value = Act> {
    let op = prop::sample::select(vec![
        Op::Open,
        Op::Create,
        Op::MakeFolder,
        Op::Read,
        Op::Write,
        Op::Grow,
        Op::Sync,
        Op::Rename,
        Op::Look,
    ]);
    let failure = prop::sample::select(Failure::ALL.to_vec());
    prop_oneof![
        8 => (0_u32..8).prop_map(Act::Piece),
        2 => (0_u32..8).prop_map(Act::Half),
        2 => (0_u32..8).prop_map(Act::Read),
        1 => (0..=ALL).prop_map(Act::Select),
        2 => Just(Act::Settle),
        2 => Just(Act::Flush),
        1 => Just(Act::Empty),
        1 => (op, 0_u64..12, failure).prop_map(|(op, nth, how)| Act::Fault(op, nth, how)),
        1 => Just(Act::Heal),
    ]
}

fn perform(run: &Run, shim: &Shim, act: Act) -> Result<(), Fault> {
    match act {
        Act::Piece(piece) => run.write(piece, true),
        Act::Half(piece) => run.write(piece, false),
        Act::Read(piece) if run.files.have.get(piece) => run.reads_right(piece).map(|same| {
            assert!(same, "piece {piece}");
        }),
        Act::Read(_) => Ok(()),
        Act::Select(mask) => {
            let wanted = Bitfield::from_bytes(5, &[mask.reverse_bits()]).unwrap();
            run.files.select(&wanted).map(drop)
        }
        Act::Settle => run.files.settle(),
        Act::Flush => run.files.flush(),
        Act::Empty => run.files.make_empty_files(),
        Act::Fault(op, nth, how) => {
            shim.fail(op, nth, how);
            Ok(())
        }
        Act::Heal => {
            shim.heal();
            Ok(())
        }
    }
}

type Tree = BTreeMap<std::path::PathBuf, Vec<u8>>;

/// Files of the root and the side file, as they are.
fn contents(bench: &Bench) -> Tree {
    let mut found = Tree::new();
    let mut folders = vec![bench.root(), bench.scratch()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_none_or(|e| e != "journal") {
                found.insert(path.clone(), fs::read(path).unwrap());
            }
        }
    }
    found
}

fn restore(bench: &Bench, tree: &Tree) {
    for path in contents(bench).into_keys() {
        fs::remove_file(path).unwrap();
    }
    for (path, bytes) in tree {
        fs::write(path, bytes).unwrap();
    }
}

/// One story: acts, then an end without warning at a step, then what can be had of it.
fn story(suffix: bool, full: bool, wanted: u8, acts: &[Act], stop_at: Option<u64>) -> u64 {
    let room = if full {
        Preallocate::Full
    } else {
        Preallocate::None
    };
    let bench = Bench::new(suffix, room);
    let shim = Arc::new(Shim::new());
    let nothing = Bitfield::new(bench.meta.piece_count);
    let spec = bench.spec(&nothing, &Bitfield::new(5), wanted);
    let run = bench.begin(Disk::with_shim(shim.clone()), &spec);
    if let Some(step) = stop_at {
        shim.stop_at(step);
    }
    let mut ever = Bitfield::new(bench.meta.piece_count);
    let began = run.files.prepare().is_ok();
    for &act in acts.iter().filter(|_| began) {
        // A stop must last, so nothing heals then.
        if stop_at.is_some() && matches!(act, Act::Heal | Act::Fault(..)) {
            continue;
        }
        // The engine lets go of the torrent at its first fault.
        let outcome = perform(&run, &shim, act);
        for piece in run.files.have().iter_ones() {
            ever.set(piece, true);
        }
        if outcome.is_err() {
            break;
        }
    }
    let steps = shim.steps();
    drop(run);
    bench.foreign_is_as_it_was();
    let selected = acts.iter().rev().find_map(|act| match act {
        Act::Select(mask) => Some(*mask),
        _ => None,
    });
    let wanted = selected.unwrap_or(wanted);
    if let Some(revived) = bench.revive(wanted, false) {
        for piece in revived.files.have().iter_ones() {
            assert!(ever.get(piece), "piece {piece} was never verified");
        }
        revived.all_verified_reads_right();
        drop(revived);
    }
    bench.foreign_is_as_it_was();
    steps
}

/// As a story that ends in a power cut: only what was flushed is there afterwards.
fn power_cut(suffix: bool, acts: &[Act]) {
    let bench = Bench::new(suffix, Preallocate::None);
    let shim = Arc::new(Shim::new());
    let nothing = Bitfield::new(bench.meta.piece_count);
    let spec = bench.spec(&nothing, &Bitfield::new(5), ALL);
    let run = bench.begin(Disk::with_shim(shim.clone()), &spec);
    run.files.prepare().unwrap();
    let mut on_disk = contents(&bench);
    for &act in acts {
        // What was written before a flush began is on the disk when it has succeeded.
        let before = contents(&bench);
        if perform(&run, &shim, act).is_err() {
            break;
        }
        match act {
            Act::Flush => on_disk = before,
            // Renamed after a flush of its own: what is under its name is on the disk.
            Act::Settle => {
                for index in 0..FILES.len() {
                    if let Ok(bytes) = fs::read(bench.path(index))
                        && on_disk.remove(&bench.temp(index)).is_some()
                    {
                        on_disk.insert(bench.path(index), bytes);
                    }
                }
            }
            _ => {}
        }
    }
    drop(run);
    restore(&bench, &on_disk);
    if let Some(revived) = bench.revive(ALL, true) {
        revived.all_verified_reads_right();
    }
    bench.foreign_is_as_it_was();
}

fn cases(usual: u32) -> ProptestConfig {
    let soak = std::env::var_os("SHOAL_SOAK").is_some();
    ProptestConfig::with_cases(if soak { usual * 10 } else { usual })
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn whatever_fails_nothing_foreign_changes_and_what_is_verified_reads_right(
        suffix: bool,
        full: bool,
        wanted in 1..=ALL,
        acts in prop::collection::vec(act(), 1..40),
    ) {
        story(suffix, full, wanted, &acts, None);
    }

    #[test]
    fn what_is_safe_outlives_a_power_cut(
        suffix: bool,
        acts in prop::collection::vec(act(), 1..40),
    ) {
        power_cut(suffix, &acts);
    }
}

proptest! {
    #![proptest_config(cases(4))]

    #[test]
    fn an_end_at_any_step_loses_nothing_that_was_verified(
        suffix: bool,
        full: bool,
        wanted in 1..=ALL,
        acts in prop::collection::vec(act(), 5..15),
    ) {
        let steps = story(suffix, full, wanted, &acts, Some(u64::MAX));
        for step in 0..steps {
            story(suffix, full, wanted, &acts, Some(step));
        }
    }
}
