//! What Shoal leans on in librqbit, and what its storage promises: resume files, lazy files, ends.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod common;

use std::{
    fs,
    net::TcpListener,
    time::{Duration, Instant},
};

use common::{Rig, SMALL_PIECE, Sample, quiet_net, small, torrent, tree};
use shoal_core::{EngineEvent, EngineFault, EngineRequest, OpId};
use shoal_engine::RuntimeFlavour;
use shoal_metainfo::Bitfield;

fn pieces(rig: &mut Rig, sample: &Sample) -> Option<Bitfield> {
    rig.send(EngineRequest::Pieces {
        hash: sample.meta.info_hash,
        ticket: 4,
    });
    rig.wait(|e| match e {
        EngineEvent::Pieces { ticket: 4, have } => Some(have.clone()),
        _ => None,
    })
}

#[test]
fn adding_makes_no_file_and_writes_a_bitfield_of_zeros() {
    let sample = small();
    let mut rig = Rig::new();
    rig.start(sample.spec(&rig.root(), 1));
    rig.wait_started(1);
    assert_eq!(tree(&rig.root()), []);
    let bitv = rig
        .scratch()
        .join(format!("{}.bitv", sample.meta.info_hash));
    assert_eq!(fs::read(bitv).unwrap(), [0, 0]);
    assert_eq!(sample.meta.piece_count, 10);
    assert_eq!(pieces(&mut rig, &sample).unwrap().count_ones(), 0);
    let (have, owned) = rig.stop(&sample, 2);
    assert_eq!(
        (have.unwrap().count_ones(), owned.unwrap().count_ones()),
        (0, 0)
    );
    assert_eq!(pieces(&mut rig, &sample), None);
    assert_eq!(tree(&rig.root()), []);
}

#[test]
fn the_bitfield_is_honoured_through_the_masquerade_and_the_content_is_not_hashed() {
    let sample = small();
    let mut rig = Rig::new();
    // Right sizes, wrong content: a check by the engine would find nothing.
    for index in 0..2 {
        let path = sample.path(&rig.root(), index).unwrap();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, vec![1; sample.bytes(index).len()]).unwrap();
    }
    let mut spec = sample.spec(&rig.root(), 1);
    spec.have = Bitfield::full(10);
    spec.have.set(3, false);
    rig.start(spec.clone());
    rig.wait_started(1);
    let bitv = rig
        .scratch()
        .join(format!("{}.bitv", sample.meta.info_hash));
    assert_eq!(fs::read(&bitv).unwrap(), [0b1110_1111, 0b1100_0000]);
    assert_eq!(pieces(&mut rig, &sample), Some(spec.have.clone()));
    rig.send(EngineRequest::Sample);
    let seen = rig.wait(|e| match e {
        EngineEvent::Sample(s) => Some(s.clone()),
        _ => None,
    });
    let have = sample.meta.total_length - SMALL_PIECE as u64;
    assert_eq!(
        (seen.torrents[0].1.have_bytes, seen.torrents[0].1.finished),
        (have, false)
    );
    assert_eq!(seen.dht_nodes, None);
    assert_eq!(rig.stop(&sample, 2).0, Some(spec.have));
    assert!(
        !bitv.exists(),
        "the engine removes its resume file with the torrent"
    );
}

#[test]
fn stopping_and_starting_again_fetches_nothing_twice() {
    let sample = small();
    let mut seeder = Rig::new();
    sample.write(&seeder.root());
    seeder.start(sample.seed_spec(&seeder.root(), 1));
    seeder.wait_started(1);
    let mut leecher = Rig::new();
    let mut spec = sample.spec(&leecher.root(), 1);
    spec.peers = vec![seeder.addr()];
    // One file first, then the rest: the second run begins with a part.
    spec.files[1].wanted = false;
    leecher.start(spec.clone());
    leecher.wait_finished(1);
    let (have, owned) = leecher.stop(&sample, 2);
    let (have, owned) = (have.unwrap(), owned.unwrap());
    assert_eq!((have.count_ones(), owned.count_ones()), (6, 1));
    spec.op = OpId(3);
    spec.have = have;
    spec.files[0].owned = true;
    spec.files[1].wanted = true;
    leecher.start(spec);
    leecher.wait_finished(3);
    leecher.send(EngineRequest::Sample);
    let seen = leecher.wait(|e| match e {
        EngineEvent::Sample(s) => Some(s.clone()),
        _ => None,
    });
    let rest = sample.meta.total_length - 6 * SMALL_PIECE as u64;
    assert_eq!(seen.torrents[0].1.fetched_bytes, rest);
    for index in 0..2 {
        let path = sample.path(&leecher.root(), index).unwrap();
        assert!(fs::read(path).unwrap() == sample.bytes(index));
    }
    // Complete: the next start just seeds, without telling that it finished.
    leecher.stop(&sample, 4);
    let mut spec = sample.seed_spec(&leecher.root(), 5);
    for file in &mut spec.files {
        file.owned = true;
    }
    leecher.start(spec);
    leecher.wait_started(5);
    leecher.send(EngineRequest::Sample);
    leecher.wait(|e| match e {
        EngineEvent::Finished { .. } => panic!("it was complete before"),
        EngineEvent::Sample(s) => s.torrents[0].1.finished.then_some(()),
        _ => None,
    });
    // And the user's files outlive the stop.
    let before = tree(&leecher.root());
    leecher.stop(&sample, 6);
    assert_eq!(tree(&leecher.root()), before);
}

#[test]
fn an_existing_larger_file_is_never_cut() {
    let sample = small();
    let mut rig = Rig::new();
    let path = sample.path(&rig.root(), 0).unwrap();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, vec![9; 1_000_000]).unwrap();
    let before = tree(&rig.root());
    for (op, owned) in [(1, false), (3, true)] {
        let mut spec = sample.spec(&rig.root(), op);
        spec.files[0].owned = owned;
        rig.start(spec);
        rig.wait_started(op);
        rig.stop(&sample, op + 1);
        assert_eq!(tree(&rig.root()), before);
    }
}

#[test]
fn a_missing_root_is_told_and_not_made() {
    let sample = small();
    let mut rig = Rig::new();
    let root = rig.root().join("volume");
    for (op, spec) in [(1, sample.spec(&root, 1)), (2, sample.seed_spec(&root, 2))] {
        rig.start(spec);
        let (fault, detail) = rig.wait_failed(op);
        assert_eq!(fault, EngineFault::FolderMissing, "{detail}");
    }
    assert!(!root.exists());
}

#[test]
fn a_file_that_was_ours_and_is_gone_is_told() {
    let sample = small();
    let mut rig = Rig::new();
    sample.write(&rig.root());
    fs::remove_file(sample.path(&rig.root(), 1).unwrap()).unwrap();
    let mut spec = sample.seed_spec(&rig.root(), 1);
    spec.files[1].owned = true;
    rig.start(spec);
    assert_eq!(rig.wait_failed(1).0, EngineFault::FolderMissing);
    assert!(!sample.path(&rig.root(), 1).unwrap().exists());
}

#[test]
fn a_file_that_vanishes_while_seeding_is_told() {
    let sample = small();
    let mut seeder = Rig::new();
    sample.write(&seeder.root());
    seeder.start(sample.seed_spec(&seeder.root(), 1));
    seeder.wait_started(1);
    fs::remove_dir_all(seeder.root()).unwrap();
    let leecher = Rig::new();
    let mut spec = sample.spec(&leecher.root(), 1);
    spec.peers = vec![seeder.addr()];
    leecher.start(spec);
    assert_eq!(seeder.wait_failed(1).0, EngineFault::FolderMissing);
    assert!(!seeder.root().exists());
}

#[cfg(unix)]
#[test]
fn read_only_files_can_be_seeded() {
    use std::os::unix::fs::PermissionsExt;
    let sample = small();
    let mut seeder = Rig::new();
    sample.write(&seeder.root());
    let content = seeder.root().join("small");
    for index in 0..2 {
        let path = sample.path(&seeder.root(), index).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o444)).unwrap();
    }
    fs::set_permissions(&content, fs::Permissions::from_mode(0o555)).unwrap();
    seeder.start(sample.seed_spec(&seeder.root(), 1));
    seeder.wait_started(1);
    let mut leecher = Rig::new();
    let mut spec = sample.spec(&leecher.root(), 1);
    spec.peers = vec![seeder.addr()];
    leecher.start(spec);
    leecher.wait_finished(1);
    fs::set_permissions(&content, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_start_that_does_not_fit_its_metainfo_is_refused() {
    let sample = small();
    let mut rig = Rig::new();
    let mut short = sample.spec(&rig.root(), 1);
    short.files.pop();
    let mut outside = sample.spec(&rig.root(), 2);
    outside.files[0].path = Some(rig.root().join("..").join("up.bin"));
    let mut bits = sample.spec(&rig.root(), 3);
    bits.have = Bitfield::new(3);
    for (op, spec) in [(1, short), (2, outside), (3, bits)] {
        rig.start(spec);
        assert_eq!(rig.wait_failed(op).0, EngineFault::Internal);
    }
    assert_eq!(tree(&rig.root()), []);
}

#[test]
fn a_stop_during_the_add_is_answered_and_so_is_one_of_a_stranger() {
    let sample = small();
    let mut rig = Rig::new();
    for round in 0..20 {
        rig.start(sample.spec(&rig.root(), round));
        let (have, _) = rig.stop(&sample, 100 + round);
        assert!(have.is_some());
    }
    assert_eq!(rig.stop(&sample, 999), (None, None));
    // A start right behind a stop waits for it.
    rig.start(sample.spec(&rig.root(), 200));
    rig.send(EngineRequest::Stop {
        hash: sample.meta.info_hash,
        op: OpId(201),
    });
    rig.start(sample.spec(&rig.root(), 202));
    rig.wait_started(202);
}

#[test]
fn many_adds_at_once_all_run_under_their_own_name() {
    let samples: Vec<Sample> = (0..40)
        .map(|i| {
            torrent(
                &format!("many-{i}"),
                SMALL_PIECE,
                &[("f.bin", SMALL_PIECE + i)],
            )
        })
        .collect();
    let mut rig = Rig::new();
    for (sample, op) in samples.iter().zip(1..) {
        rig.start(sample.spec(&rig.root(), op));
    }
    let mut started = Vec::new();
    rig.wait(|e| {
        if let EngineEvent::Started { hash, op } = e {
            let at = usize::try_from(op.0).unwrap() - 1;
            assert_eq!(*hash, samples[at].meta.info_hash);
            started.push(at);
        }
        (started.len() == samples.len()).then_some(())
    });
    rig.send(EngineRequest::Sample);
    rig.wait(|e| match e {
        EngineEvent::Sample(s) => {
            assert_eq!(s.torrents.len(), samples.len());
            Some(())
        }
        _ => None,
    });
}

#[test]
fn other_options_restart_the_session_and_stop_what_ran() {
    let sample = small();
    let mut rig = Rig::new();
    rig.start(sample.spec(&rig.root(), 1));
    rig.wait_started(1);
    let mut net = quiet_net();
    net.port = rig.port;
    net.peer_limit = 7;
    rig.send(EngineRequest::Configure(net));
    rig.wait(|e| match e {
        EngineEvent::Stopped {
            op, have: Some(_), ..
        } => (op.0 == 0).then_some(()),
        EngineEvent::Ready { .. } => panic!("ready before it was stopped"),
        _ => None,
    });
    let port = rig.wait(|e| match e {
        EngineEvent::Ready { port } => Some(*port),
        _ => None,
    });
    assert_eq!(port, rig.port, "the session before has let go of the port");
    rig.start(sample.spec(&rig.root(), 2));
    rig.wait_started(2);
}

#[test]
fn the_same_options_are_answered_and_stop_nothing() {
    let sample = small();
    let mut rig = Rig::new();
    rig.start(sample.spec(&rig.root(), 1));
    rig.wait_started(1);
    // As at the start: the port was left to the system, which chose one.
    rig.send(EngineRequest::Configure(quiet_net()));
    let port = rig.wait(|e| match e {
        EngineEvent::Stopped { .. } => panic!("stopped for nothing"),
        EngineEvent::Ready { port } => Some(*port),
        _ => None,
    });
    assert_eq!(port, rig.port);
}

#[test]
fn a_taken_port_leaves_dialling_out() {
    let taken = TcpListener::bind("[::]:0")
        .or_else(|_| TcpListener::bind("0.0.0.0:0"))
        .unwrap();
    let mut net = quiet_net();
    net.port = taken.local_addr().unwrap().port();
    let rig = Rig::with(RuntimeFlavour::CurrentThread, net);
    assert_eq!(rig.port, 0);
}

#[test]
fn leavings_in_the_scratch_folder_do_no_harm() {
    let sample = small();
    let mut rig = Rig::new();
    fs::write(rig.scratch().join("session.json"), b"{ not json").unwrap();
    fs::write(rig.scratch().join("0123.torrent"), b"").unwrap();
    let mut net = quiet_net();
    net.peer_limit = 9;
    rig.send(EngineRequest::Configure(net));
    rig.wait(|e| matches!(e, EngineEvent::Ready { .. }).then_some(()));
    rig.start(sample.spec(&rig.root(), 1));
    rig.wait_started(1);
    assert!(!rig.scratch().join("0123.torrent").exists());
}

#[test]
fn shutdown_tells_of_every_torrent_and_keeps_its_deadline() {
    let sample = small();
    let mut rig = Rig::new();
    rig.start(sample.spec(&rig.root(), 1));
    rig.wait_started(1);
    let asked = Instant::now();
    rig.send(EngineRequest::Shutdown);
    let mut stopped = false;
    rig.wait(|e| match e {
        EngineEvent::Stopped { op, .. } => {
            stopped = op.0 == 0;
            None
        }
        EngineEvent::Down => Some(()),
        _ => None,
    });
    assert!(
        stopped && asked.elapsed() < Duration::from_secs(5),
        "{:?}",
        asked.elapsed()
    );
    // Nothing follows, whatever is asked.
    rig.start(sample.spec(&rig.root(), 2));
    let Rig { engine, events, .. } = rig;
    drop(engine);
    assert_eq!(events.iter().count(), 0);
}
