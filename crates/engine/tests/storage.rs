//! The storage under a running engine: files that change, temporary names, the journal of a run,
//! slow disks, and a listener that half-open handshakes are thrown at.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod common;

use std::{
    fs,
    io::Write,
    net::TcpStream,
    sync::Arc,
    time::{Duration, Instant},
};

use common::{DEADLINE, Rig, SMALL_PIECE, Sample, assert_file, quiet_net, seeder, small, torrent};
use shoal_core::{EngineEvent, EngineFault, EngineRequest, OpId};
use shoal_engine::{RuntimeFlavour, journal};
use shoal_files::{Disk, shim::Shim};

fn assert_files(sample: &Sample, rig: &Rig) {
    for index in 0..sample.meta.files.len() {
        assert_file(sample, rig, index);
    }
}

#[test]
fn a_leecher_gets_no_byte_of_a_file_that_was_replaced() {
    let sample = small();
    let mut seeder = seeder(&sample);
    let path = sample.path(&seeder.root(), 0).unwrap();
    fs::write(path.with_extension("new"), vec![7; sample.bytes(0).len()]).unwrap();
    fs::rename(path.with_extension("new"), &path).unwrap();
    let mut leecher = Rig::new();
    let mut spec = sample.spec(&leecher.root(), 1);
    spec.peers = vec![seeder.addr()];
    spec.files[1].wanted = false;
    leecher.start(spec);
    assert_eq!(seeder.wait_failed(1).0, EngineFault::FilesChanged);
    let (have, _) = leecher.stop(&sample, 2);
    assert_eq!(have.unwrap().count_ones(), 0);
}

#[test]
fn files_get_their_final_names_when_they_are_whole() {
    let sample = small();
    let seeder = seeder(&sample);
    let mut leecher = Rig::new();
    let mut spec = sample.spec(&leecher.root(), 1);
    for file in &mut spec.files {
        let mut temp = file.path.clone().unwrap().into_os_string();
        temp.push(".part");
        file.temp_path = Some(temp.into());
    }
    spec.peers = vec![seeder.addr()];
    leecher.start(spec.clone());
    leecher.wait_finished(1);
    assert_files(&sample, &leecher);
    for file in &spec.files {
        assert!(!file.temp_path.as_ref().unwrap().exists());
    }
    // The journal of the run knows all of it.
    let found = journal::read(&leecher.scratch(), &sample.meta).unwrap();
    assert!(found.same_boot && found.have.is_full() && found.owned.is_full());
    assert_eq!(found.begun.count_ones(), 0);
    // And it goes on serving from there.
    let mut last = Rig::new();
    let mut spec = sample.spec(&last.root(), 1);
    spec.peers = vec![leecher.addr()];
    last.start(spec);
    last.wait_finished(1);
    assert_files(&sample, &last);
    // After a clean stop everything in it is safe.
    leecher.stop(&sample, 2);
    let found = journal::read(&leecher.scratch(), &sample.meta).unwrap();
    assert!(found.safe.is_full());
    journal::forget(&leecher.scratch(), sample.meta.info_hash);
    assert!(journal::read(&leecher.scratch(), &sample.meta).is_none());
}

#[test]
fn a_slow_disk_moves_the_engine_to_a_runtime_that_stays_responsive() {
    const DELAY: Duration = Duration::from_millis(300);
    let sample = torrent("slow", SMALL_PIECE, &[("a.bin", 40 * SMALL_PIECE)]);
    let seeder = seeder(&sample);
    let shim = Arc::new(Shim::new());
    let disk = Disk::with_shim(shim.clone());
    let mut leecher = Rig::on(disk, RuntimeFlavour::CurrentThread, quiet_net());
    let mut spec = sample.spec(&leecher.root(), 1);
    spec.peers = vec![seeder.addr()];
    leecher.start(spec.clone());
    leecher.wait_started(1);
    shim.slow(DELAY);
    let (have, owned) = leecher.wait(|e| match e {
        EngineEvent::Stopped {
            op: OpId(0),
            have: Some(have),
            owned: Some(owned),
            ..
        } => Some((have.clone(), owned.clone())),
        _ => None,
    });
    leecher.wait(|e| matches!(e, EngineEvent::Ready { .. }).then_some(()));
    spec.op = OpId(2);
    spec.have = have;
    spec.files[0].owned = owned.get(0);
    leecher.start(spec);
    leecher.wait_started(2);
    // Whatever the disk does, whoever asks is answered: ten times, while it is written to.
    let steps = shim.steps();
    let asked = Instant::now();
    for _ in 0..10 {
        leecher.send(EngineRequest::Sample);
        leecher.wait(|e| matches!(e, EngineEvent::Sample(_)).then_some(()));
    }
    assert!(asked.elapsed() < DELAY, "{:?}", asked.elapsed());
    let until = Instant::now() + DEADLINE;
    while shim.steps() < steps + 5 {
        assert!(Instant::now() < until, "nothing is written");
        std::thread::yield_now();
    }
    // It does not move again, and a shutdown waits for no more than what is under way.
    let asked = Instant::now();
    leecher.send(EngineRequest::Shutdown);
    leecher.wait(|e| matches!(e, EngineEvent::Down).then_some(()));
    assert!(
        asked.elapsed() < Duration::from_secs(6),
        "{:?}",
        asked.elapsed()
    );
}

#[test]
fn a_burst_of_half_handshakes_does_not_deafen_a_seeder() {
    let sample = small();
    let seeder = seeder(&sample);
    let burst: Vec<TcpStream> = (0..20)
        .map(|_| {
            let mut stream = TcpStream::connect(seeder.addr()).unwrap();
            stream.write_all(b"\x13BitTorrent").unwrap();
            stream
        })
        .collect();
    drop(burst);
    let mut leecher = Rig::new();
    let mut spec = sample.spec(&leecher.root(), 1);
    spec.peers = vec![seeder.addr()];
    leecher.start(spec);
    leecher.wait_finished(1);
    assert_files(&sample, &leecher);
}
