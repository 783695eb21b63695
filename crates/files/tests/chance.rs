//! Random trees, random faults one after the other, random foreign files: nothing is ever lost, and
//! once the disk is well again the move ends or says what is in the way.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::{collections::BTreeMap, path::PathBuf};

use common::{Site, bytes, put, quick_dir, real, run, shimmed, tree};
use proptest::prelude::*;
use shoal_files::{
    FileErrorKind,
    shim::{Failure, Op},
};

#[derive(Clone, Debug)]
enum Trouble {
    Once(Op, u64, Failure),
    Lasting(Op, u64, Failure),
    Stop(u64),
}

fn trouble() -> impl Strategy<Value = Trouble> {
    let op = proptest::sample::select(vec![
        Op::Open,
        Op::Create,
        Op::MakeFolder,
        Op::Read,
        Op::Write,
        Op::Grow,
        Op::Sync,
        Op::Rename,
        Op::Remove,
        Op::SetTime,
        Op::Look,
    ]);
    let failure = proptest::sample::select(Failure::ALL.to_vec());
    (op, 0..12_u64, failure, 0..120_u64, 0..3_u8).prop_map(|(op, nth, failure, stop, kind)| {
        match kind {
            0 => Trouble::Once(op, nth, failure),
            1 => Trouble::Lasting(op, nth, failure),
            _ => Trouble::Stop(stop),
        }
    })
}

fn files() -> impl Strategy<Value = BTreeMap<String, (usize, u8)>> {
    let path = "T/([ab]/){0,2}[c-f]";
    proptest::collection::btree_map(path, (0..3000_usize, 0..3_u8), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_whatever_happens(
        files in files(),
        troubles in proptest::collection::vec((trouble(), any::<bool>()), 1..5),
        copies in any::<bool>(),
        blocked in proptest::option::of((0..6_usize, any::<bool>())),
    ) {
        let files: Vec<(String, Vec<u8>)> =
            files.into_iter().map(|(path, (len, seed))| (path, bytes(len, seed))).collect();
        let listed: Vec<_> = files.iter().map(|(p, b)| (p.as_str(), b.clone())).collect();
        let mut site = Site::over(quick_dir(), quick_dir(), &listed);
        // Somebody's file of the same name at the target: never the same bytes.
        let foreign = blocked.map(|(i, longer)| {
            let (path, bytes) = &files[i % files.len()];
            let mut other = bytes.clone();
            other.push(7);
            if !longer {
                other = vec![b'!'; bytes.len().saturating_sub(1)];
            }
            put(&site.to.join(path), &other);
            (PathBuf::from(path), other)
        });
        for (trouble, back) in troubles {
            let (disk, shim) = shimmed(copies);
            match trouble {
                Trouble::Once(op, nth, failure) => shim.fail(op, nth, failure),
                Trouble::Lasting(op, nth, failure) => shim.fail_from(op, nth, failure),
                Trouble::Stop(step) => shim.stop_at(step),
            }
            let job = if back && foreign.is_none() { site.back() } else { site.job.clone() };
            let _ = run(&disk, &job);
            if let Some((path, other)) = &foreign {
                prop_assert_eq!(&tree(&site.to)[path], other);
                let from = tree(&site.from);
                prop_assert_eq!(from.get(path), site.own.get(path));
            } else {
                site.assert_nothing_lost("in between");
            }
        }
        let end = run(&real(copies), &site.job);
        match foreign {
            None => {
                end.unwrap();
                site.assert_moved("at the end");
                run(&real(copies), &site.back()).unwrap();
                site.assert_back("and back");
            }
            // An empty file is no shorter and no different from an empty one.
            Some((path, other)) if site.own[&path] == other => end.unwrap(),
            Some((path, other)) => {
                prop_assert_eq!(end.unwrap_err().kind, FileErrorKind::InTheWay);
                site.foreign.1.insert(path, other);
                let to = tree(&site.to);
                prop_assert_eq!(&to, &site.foreign.1, "nothing else was touched");
            }
        }
    }
}
