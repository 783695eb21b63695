//! Which pieces come first: seen in the order in which they arrive from seeders that are slow
//! enough for the order to matter.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod common;

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    num::NonZeroU32,
    ops::Range,
    path::Path,
    sync::{Arc, mpsc::RecvTimeoutError},
    time::{Duration, Instant},
};

use common::{DEADLINE, Rig, Sample, torrent};
use librqbit::{AddTorrent, AddTorrentOptions, Session, SessionOptions, limits::LimitsConfig};
use shoal_core::{
    EngineEvent, EngineRequest, OpId, Order, PeerState, Priorities, Priority, StartSpec,
};
use shoal_metainfo::Bitfield;
use tempfile::TempDir;
use tokio::runtime::Runtime;

const PIECE: usize = 64 * 1024;
const MIB: usize = 1024 * 1024;
/// How often arrivals are looked at.
const LOOK: Duration = Duration::from_millis(5);

/// A bare engine that has everything, dials one leecher and sends so many bytes a second.
struct Seeder {
    // Ends with its last reference, before its runtime.
    _session: Arc<Session>,
    _runtime: Runtime,
    _dir: TempDir,
}

impl Seeder {
    fn dial(sample: &Sample, leecher: SocketAddr, bytes_a_second: u32) -> Self {
        let dir = tempfile::tempdir().unwrap();
        sample.write(dir.path());
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let session = runtime.block_on(seed(sample, dir.path(), leecher, bytes_a_second));
        Self {
            _session: session,
            _runtime: runtime,
            _dir: dir,
        }
    }
}

async fn seed(
    sample: &Sample,
    dir: &Path,
    leecher: SocketAddr,
    bytes_a_second: u32,
) -> Arc<Session> {
    let options = SessionOptions {
        dht: None,
        listen: None,
        disable_local_service_discovery: true,
        ..SessionOptions::default()
    };
    let session = Session::new_with_opts(dir.to_owned(), options)
        .await
        .unwrap();
    let options = AddTorrentOptions {
        overwrite: true,
        output_folder: Some(
            dir.join(&sample.meta.disk_name)
                .to_str()
                .unwrap()
                .to_owned(),
        ),
        initial_peers: Some(vec![leecher]),
        ratelimits: LimitsConfig {
            upload_bps: NonZeroU32::new(bytes_a_second),
            download_bps: None,
        },
        ..AddTorrentOptions::default()
    };
    let torrent = AddTorrent::from_bytes(sample.meta.to_torrent_bytes(&[]));
    session.add_torrent(torrent, Some(options)).await.unwrap();
    session
}

/// A leecher whose arrivals are noted.
struct Leecher {
    rig: Rig,
    seen: Bitfield,
    /// Pieces as they were verified; those seen at one look in ascending order.
    arrived: Vec<u32>,
    finished: Option<Instant>,
    /// When the last piece so far was seen.
    last: Instant,
}

impl Leecher {
    fn start(sample: &Sample, change: impl FnOnce(&mut StartSpec)) -> Self {
        let mut rig = Rig::new();
        let mut spec = sample.spec(&rig.root(), 1);
        change(&mut spec);
        rig.start(spec);
        rig.wait_started(1);
        Self {
            rig,
            seen: Bitfield::new(sample.meta.piece_count),
            arrived: Vec::new(),
            finished: None,
            last: Instant::now(),
        }
    }

    /// Notes arrivals until `enough` says so or everything wanted is there.
    fn watch(&mut self, sample: &Sample, mut enough: impl FnMut(&Self) -> bool) {
        let until = Instant::now() + DEADLINE;
        while self.finished.is_none() && !enough(self) {
            assert!(Instant::now() < until, "arrived: {:?}", self.arrived);
            self.rig.send(EngineRequest::Pieces {
                hash: sample.meta.info_hash,
                ticket: 1,
            });
            let look = Instant::now() + LOOK;
            loop {
                let left = look.saturating_duration_since(Instant::now());
                match self.rig.events.recv_timeout(left) {
                    Ok(event) => self.note(&event),
                    Err(RecvTimeoutError::Timeout) => break,
                    Err(e) => panic!("{e}"),
                }
            }
        }
    }

    fn note(&mut self, event: &EngineEvent) {
        let have = match event {
            EngineEvent::Pieces {
                have: Some(have), ..
            } => have,
            EngineEvent::Finished { have, .. } => {
                self.finished = Some(Instant::now());
                have
            }
            EngineEvent::TorrentFailed { .. } => panic!("{event:?}"),
            _ => return,
        };
        for piece in have.iter_ones().filter(|p| !self.seen.get(*p)) {
            self.arrived.push(piece);
            self.last = Instant::now();
        }
        self.seen = have.clone();
    }

    fn has(&self, pieces: Range<u32>) -> usize {
        pieces.filter(|p| self.seen.get(*p)).count()
    }

    /// How many pieces of `others` came before the last of `pieces`.
    fn before_last(&self, pieces: &Range<u32>, others: &Range<u32>) -> usize {
        let last = self.arrived.iter().rposition(|p| pieces.contains(p));
        let before = &self.arrived[..last.unwrap()];
        before.iter().filter(|p| others.contains(p)).count()
    }
}

fn priorities(of: &[(u32, Priority)]) -> Priorities {
    Arc::new(of.iter().copied().collect::<BTreeMap<_, _>>())
}

/// Three files of 112 pieces, named against the order in which they are wished for. Larger than what
/// a seeder may send at once in the beginning and what is asked for meanwhile.
fn three() -> (Sample, [Range<u32>; 3]) {
    let files = [("a.bin", 7 * MIB), ("b.bin", 7 * MIB), ("c.bin", 7 * MIB)];
    let sample = torrent("three", PIECE, &files);
    (sample, [0..112, 112..224, 224..336])
}

#[test]
fn sequential_arrives_in_order() {
    let sample = torrent("film", PIECE, &[("film.bin", 8 * MIB)]);
    let mut leecher = Leecher::start(&sample, |spec| spec.order = Order::Sequential);
    let _seeder = Seeder::dial(&sample, leecher.rig.addr(), 4_000_000);
    leecher.watch(&sample, |_| false);
    // The engine by itself takes the last piece second.
    assert_eq!(leecher.arrived, (0..128).collect::<Vec<_>>());
}

#[test]
fn first_and_last_pieces_come_before_the_others() {
    let sample = torrent("film", PIECE, &[("a.bin", 8 * MIB), ("film.bin", 8 * MIB)]);
    let mut leecher = Leecher::start(&sample, |spec| {
        spec.order = Order::Sequential;
        spec.first_last = true;
    });
    let _seeder = Seeder::dial(&sample, leecher.rig.addr(), 4_000_000);
    leecher.watch(&sample, |l| l.arrived.len() >= 48);
    // A hundredth of 128 pieces: two at each end of each file.
    let ends = [0, 1, 126, 127, 128, 129, 254, 255];
    let first = &leecher.arrived[..48];
    let late: Vec<_> = ends.iter().filter(|p| !first.contains(p)).collect();
    assert!(late.is_empty(), "{late:?} not in {first:?}");
}

#[test]
fn high_comes_whole_before_normal_and_low_comes_last() {
    let (sample, [low, normal, high]) = three();
    let wishes = priorities(&[(0, Priority::Low), (2, Priority::High)]);
    let mut leecher = Leecher::start(&sample, |spec| {
        for (index, priority) in wishes.iter() {
            spec.files[*index as usize].priority = *priority;
        }
    });
    let _seeder = Seeder::dial(&sample, leecher.rig.addr(), 2_500_000);
    leecher.watch(&sample, |l| l.has(normal.clone()) == normal.len());
    let [of_normal, of_low] = [&normal, &low].map(|others| leecher.before_last(&high, others));
    // A busy machine moves streams late; by itself the engine takes all of low before any other.
    assert!(of_normal < 64 && of_low < 48, "{:?}", leecher.arrived);
    let of_low = leecher.before_last(&normal, &low);
    assert!(of_low < 64, "{:?}", leecher.arrived);
    leecher.rig.stop(&sample, 2);
}

#[test]
fn a_change_takes_hold_while_it_runs() {
    let files = [("a.bin", 8 * MIB), ("b.bin", 8 * MIB), ("c.bin", 8 * MIB)];
    let sample = torrent("changed", PIECE, &files);
    let mut leecher = Leecher::start(&sample, |spec| spec.order = Order::Sequential);
    let _seeder = Seeder::dial(&sample, leecher.rig.addr(), 3_000_000);
    leecher.watch(&sample, |l| !l.arrived.is_empty());
    assert_eq!(leecher.has(128..384), 0);
    leecher.rig.send(EngineRequest::Steer {
        hash: sample.meta.info_hash,
        order: Order::Sequential,
        first_last: false,
        priorities: priorities(&[(0, Priority::Low), (2, Priority::High)]),
    });
    leecher.watch(&sample, |l| l.has(256..384) == 128);
    // What was asked for already comes: two mebibytes are 32 pieces, and a second's worth may be
    // sent at once in the beginning.
    assert!(leecher.has(0..128) < 112, "{:?}", leecher.arrived);
    // The next one begins when the last of the first are on their way.
    assert!(leecher.has(128..256) < 48, "{:?}", leecher.arrived);
    leecher.rig.stop(&sample, 2);
}

#[test]
fn two_leechers_want_different_pieces_and_get_everything() {
    let sample = torrent("spread", PIECE, &[("a.bin", 12 * MIB), ("b.bin", 12 * MIB)]);
    let quarter = 96;
    let natural: Vec<u32> = (0..96).collect();
    let alike = |a: &Vec<u32>, b: &Vec<u32>| a.iter().filter(|p| b.contains(p)).count() >= 72;
    let mut firsts: Vec<Vec<u32>> = Vec::new();
    let differ = |firsts: &[Vec<u32>]| {
        let [others @ .., last] = firsts else {
            return false;
        };
        !alike(last, &natural) && others.iter().any(|first| !alike(first, last))
    };
    // By chance a quarter of a quarter is the same. On a busy machine streams are moved late, and
    // the long runs of pieces of two may fall together, but not of one after the other.
    while !differ(&firsts) {
        assert!(firsts.len() < 4, "{firsts:?}");
        let mut leecher = Leecher::start(&sample, |_| {});
        let addr = leecher.rig.addr();
        let _seeders = [0, 1].map(|_| Seeder::dial(&sample, addr, 3_000_000));
        leecher.watch(&sample, |_| false);
        assert!(leecher.seen.is_full());
        let mut first = leecher.arrived[..quarter].to_vec();
        first.sort_unstable();
        firsts.push(first);
    }
}

#[test]
fn a_complete_torrent_is_finished_at_once_and_skipped_files_stay_away() {
    let files = [
        ("a.bin", 2 * MIB),
        ("skip.bin", 6 * MIB),
        ("z.bin", 2 * MIB + 5),
    ];
    let sample = torrent("skip", PIECE, &files);
    for order in [Order::Spread, Order::Sequential] {
        let mut leecher = Leecher::start(&sample, |spec| {
            spec.order = order;
            spec.files[1].wanted = false;
        });
        let addr = leecher.rig.addr();
        let _seeders = [0, 1].map(|_| Seeder::dial(&sample, addr, 2_000_000));
        leecher.watch(&sample, |_| false);
        let delay = leecher.finished.unwrap() - leecher.last;
        assert!(delay < Duration::from_secs(1), "{delay:?}");
        // The wanted files lie on piece borders but for the last one's tail.
        assert_eq!((leecher.has(32..128), leecher.arrived.len()), (0, 65));
        let skipped = sample.path(&leecher.rig.root(), 1).unwrap();
        assert!(!skipped.exists());
        // The engine parts with seeders only when it wants nothing more, an open stream included.
        let until = Instant::now() + DEADLINE;
        while peers(&mut leecher.rig, &sample).contains(&PeerState::Connected) {
            assert!(Instant::now() < until, "still connected");
        }
    }
}

#[test]
fn a_file_that_is_skipped_on_the_way_is_not_asked_for_again() {
    let files = [("a.bin", 4 * MIB), ("b.bin", 10 * MIB), ("c.bin", 4 * MIB)];
    let sample = torrent("skipped", PIECE, &files);
    let mut leecher = Leecher::start(&sample, |spec| {
        spec.order = Order::Sequential;
        spec.files[1].priority = Priority::High;
    });
    let _seeder = Seeder::dial(&sample, leecher.rig.addr(), 3_000_000);
    leecher.watch(&sample, |l| l.has(64..224) > 0);
    let mut wanted = Bitfield::full(3);
    wanted.set(1, false);
    leecher.rig.send(EngineRequest::Select {
        hash: sample.meta.info_hash,
        wanted,
    });
    leecher.watch(&sample, |_| false);
    // What was asked for already may come: two mebibytes, and what arrived until the change.
    assert!(leecher.has(64..224) < 120, "{:?}", leecher.arrived);
    assert_eq!(leecher.has(0..64) + leecher.has(224..288), 128);
    let (have, _) = leecher.rig.stop(&sample, 2);
    assert!(!have.unwrap().is_full());
}

fn peers(rig: &mut Rig, sample: &Sample) -> Vec<PeerState> {
    rig.send(EngineRequest::Peers {
        hash: sample.meta.info_hash,
        ticket: 7,
    });
    rig.wait(|e| match e {
        EngineEvent::Peers { ticket: 7, peers } => Some(peers.iter().map(|p| p.state).collect()),
        _ => None,
    })
}

#[test]
fn a_stop_in_the_middle_lets_go_at_once() {
    let (sample, _) = three();
    let mut leecher = Leecher::start(&sample, |spec| spec.order = Order::Sequential);
    let _seeder = Seeder::dial(&sample, leecher.rig.addr(), 2_000_000);
    leecher.watch(&sample, |l| !l.arrived.is_empty());
    let begun = Instant::now();
    let (have, _) = leecher.rig.stop(&sample, 2);
    assert!(have.unwrap().count_ones() > 0);
    assert!(begun.elapsed() < Duration::from_secs(3));
    // And it runs again in the same session.
    let mut spec = sample.spec(&leecher.rig.root(), 3);
    spec.op = OpId(3);
    for file in &mut spec.files {
        file.owned = true;
    }
    leecher.rig.start(spec);
    leecher.rig.wait_started(3);
}
