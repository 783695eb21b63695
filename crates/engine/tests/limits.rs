//! Limits of speed: of all torrents together, at any time, and of one by itself, from its start on.
//! A limiter begins with a second's worth to give away; what is asked for here is many seconds'.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod common;

use std::{
    num::NonZeroU32,
    time::{Duration, Instant},
};

use common::{Rig, Sample, assert_file, quiet_net, seeder, torrent};
use shoal_core::{EngineEvent, EngineRequest, NetworkOptions};

const PIECE: usize = 32 * 1024;
/// Bytes a second.
const LIMIT: u32 = 200_000;

/// Four seconds' worth.
fn sample() -> Sample {
    torrent("limited", PIECE, &[("a.bin", 4 * 200_000)])
}

fn limits(down: Option<u32>, up: Option<u32>) -> EngineRequest {
    EngineRequest::Limits {
        down_bps: down.and_then(NonZeroU32::new),
        up_bps: up.and_then(NonZeroU32::new),
    }
}

/// Less than the time it takes at the limit, and much more than without one.
fn assert_limited(begun: Instant) {
    let took = begun.elapsed();
    assert!(took > Duration::from_millis(2_500), "{took:?}");
}

/// Starts a download from `seeder`; gives when.
fn fetch(leecher: &mut Rig, seeder: &Rig, sample: &Sample, own: Option<u32>) -> Instant {
    let mut spec = sample.spec(&leecher.root(), 1);
    spec.peers = vec![seeder.addr()];
    spec.down_bps = own.and_then(NonZeroU32::new);
    let begun = Instant::now();
    leecher.start(spec);
    begun
}

#[test]
fn all_together_receive_no_more_than_the_limit_and_are_free_when_it_is_gone() {
    let sample = sample();
    let seeder = seeder(&sample);
    let mut leecher = Rig::new();
    leecher.send(limits(Some(LIMIT), None));
    let begun = fetch(&mut leecher, &seeder, &sample, None);
    leecher.wait_finished(1);
    assert_limited(begun);
    assert_file(&sample, &leecher, 0);

    // So slow that it would take most of a minute.
    let mut leecher = Rig::new();
    leecher.send(limits(Some(20_000), None));
    let begun = fetch(&mut leecher, &seeder, &sample, None);
    leecher.wait_started(1);
    let fetched = |event: &EngineEvent| match event {
        EngineEvent::Sample(s) => Some(s.torrents[0].1.fetched_bytes),
        _ => None,
    };
    loop {
        leecher.send(EngineRequest::Sample);
        if leecher.wait(fetched) > 0 {
            break;
        }
    }
    leecher.send(limits(None, None));
    leecher.wait_finished(1);
    assert!(begun.elapsed() < Duration::from_secs(30));
}

#[test]
fn a_new_session_keeps_within_the_limit_of_the_last() {
    let sample = sample();
    let mut seeder = Rig::new();
    seeder.send(limits(None, Some(LIMIT)));
    seeder.send(EngineRequest::Configure(NetworkOptions {
        peer_limit: 7,
        ..quiet_net()
    }));
    let ready = |event: &EngineEvent| match event {
        EngineEvent::Ready { port } => Some(*port),
        _ => None,
    };
    seeder.port = seeder.wait(ready);
    sample.write(&seeder.root());
    seeder.start(sample.seed_spec(&seeder.root(), 1));
    seeder.wait_started(1);
    let mut leecher = Rig::new();
    let begun = fetch(&mut leecher, &seeder, &sample, None);
    leecher.wait_finished(1);
    assert_limited(begun);
}

#[test]
fn one_torrent_has_a_limit_of_its_own_from_its_start_on() {
    let sample = sample();
    let mut seeder = seeder(&sample);
    let mut leecher = Rig::new();
    let begun = fetch(&mut leecher, &seeder, &sample, Some(LIMIT));
    leecher.wait_finished(1);
    assert_limited(begun);

    // And as much by what it sends.
    seeder.stop(&sample, 8);
    let mut spec = sample.seed_spec(&seeder.root(), 9);
    for file in &mut spec.files {
        file.owned = true;
    }
    spec.up_bps = NonZeroU32::new(LIMIT);
    seeder.start(spec);
    seeder.wait_started(9);
    let mut leecher = Rig::new();
    let begun = fetch(&mut leecher, &seeder, &sample, None);
    leecher.wait_finished(1);
    assert_limited(begun);
}

#[test]
fn one_that_is_started_again_dials_whom_it_knew() {
    let sample = sample();
    let seeder = seeder(&sample);
    let mut leecher = Rig::new();
    fetch(&mut leecher, &seeder, &sample, Some(20_000));
    leecher.wait_started(1);
    let connected = |event: &EngineEvent| match event {
        EngineEvent::Sample(s) => Some(s.torrents[0].1.peers_connected),
        _ => None,
    };
    loop {
        leecher.send(EngineRequest::Sample);
        if leecher.wait(connected) > 0 {
            break;
        }
    }
    let (have, owned) = leecher.stop(&sample, 2);
    // With another limit, and nobody named.
    let mut spec = sample.spec(&leecher.root(), 3);
    spec.have = have.unwrap();
    spec.files[0].owned = owned.unwrap().get(0);
    leecher.start(spec);
    leecher.wait_finished(3);
    assert_file(&sample, &leecher, 0);
}
