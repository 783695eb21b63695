//! The last word on a run: what it moved in all, though nobody looked, and whatever ended it.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod common;

use common::{Rig, SMALL_PIECE, Sample, assert_file, quiet_net, small, torrent};
use shoal_core::{EngineEvent, EngineRequest, OpId, Transferred};
use shoal_engine::RuntimeFlavour;

const FLAVOURS: [RuntimeFlavour; 2] = [RuntimeFlavour::CurrentThread, RuntimeFlavour::MultiThread];

fn seeder(sample: &Sample, flavour: RuntimeFlavour) -> Rig {
    let mut rig = Rig::with(flavour, quiet_net());
    sample.write(&rig.root());
    rig.start(sample.seed_spec(&rig.root(), 1));
    rig.wait_started(1);
    rig
}

/// Waits for the end of a run; how many of its pieces were verified, and what it moved.
fn ended(rig: &mut Rig, op: u64) -> (u32, Transferred) {
    rig.wait(|e| match e {
        EngineEvent::Stopped {
            op: o,
            have,
            transferred,
            ..
        } if o.0 == op => {
            let have = have
                .as_ref()
                .map_or(0, shoal_metainfo::Bitfield::count_ones);
            Some((have, *transferred))
        }
        EngineEvent::TorrentFailed { .. } => panic!("{e:?}"),
        _ => None,
    })
}

fn stop(rig: &mut Rig, sample: &Sample, op: u64) -> (u32, Transferred) {
    rig.send(EngineRequest::Stop {
        hash: sample.meta.info_hash,
        op: OpId(op),
    });
    ended(rig, op)
}

#[test]
fn a_stop_tells_all_that_was_moved_though_nobody_looked() {
    for flavour in FLAVOURS {
        let sample = small();
        let size = sample.meta.total_length;
        let mut seeder = seeder(&sample, flavour);
        let mut leecher = Rig::with(flavour, quiet_net());
        let mut spec = sample.spec(&leecher.root(), 1);
        spec.peers = vec![seeder.addr()];
        leecher.start(spec);
        leecher.wait_finished(1);
        let fetched = Transferred {
            fetched_bytes: size,
            uploaded_bytes: 0,
        };
        let sent = Transferred {
            fetched_bytes: 0,
            uploaded_bytes: size,
        };
        assert_eq!(stop(&mut leecher, &sample, 2).1, fetched);
        // The end of the session is one, too.
        seeder.send(EngineRequest::Shutdown);
        assert_eq!(ended(&mut seeder, 0).1, sent);
        // A run counts from nothing.
        leecher.start(sample.seed_spec(&leecher.root(), 3));
        leecher.wait_started(3);
        let nothing = Transferred::default();
        assert_eq!(stop(&mut leecher, &sample, 4).1, nothing);
        // What does not run has moved nothing.
        assert_eq!(stop(&mut leecher, &sample, 5), (0, nothing));
    }
}

#[test]
fn a_stop_in_the_middle_loses_and_doubles_nothing() {
    for flavour in FLAVOURS {
        let sample = torrent("middle", SMALL_PIECE, &[("a.bin", 24 * 1024 * 1024)]);
        let mut seeder = seeder(&sample, flavour);
        let mut leecher = Rig::with(flavour, quiet_net());
        let mut spec = sample.spec(&leecher.root(), 1);
        spec.peers = vec![seeder.addr()];
        leecher.start(spec);
        let seen = loop {
            leecher.send(EngineRequest::Sample);
            let seen = leecher.wait(|e| match e {
                EngineEvent::Sample(sample) => {
                    Some(sample.torrents.first().map_or(0, |(_, t)| t.fetched_bytes))
                }
                _ => None,
            });
            if seen > 0 {
                break seen;
            }
        };
        let (pieces, first) = stop(&mut leecher, &sample, 2);
        let verified = u64::from(pieces) * SMALL_PIECE as u64;
        assert!(
            first.fetched_bytes >= seen.max(verified),
            "{first:?} {seen}"
        );

        let mut spec = sample.spec(&leecher.root(), 3);
        for file in &mut spec.files {
            file.owned = true;
        }
        spec.peers = vec![seeder.addr()];
        leecher.start(spec);
        leecher.wait_finished(3);
        let (pieces, second) = stop(&mut leecher, &sample, 4);
        assert_eq!(pieces, sample.meta.piece_count);
        assert_eq!(second.fetched_bytes, sample.meta.total_length);
        assert_file(&sample, &leecher, 0);
        // What was on its way when the leecher hung up was sent, too.
        let (_, sent) = stop(&mut seeder, &sample, 2);
        let fetched = first.fetched_bytes + second.fetched_bytes;
        assert!(sent.uploaded_bytes >= fetched, "{sent:?} {fetched}");
    }
}
