//! Engines that met while all of them had nothing, as when several people begin with a new torrent
//! at once: they are to share what they get, and nobody is to notice how.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod common;

use std::{
    fs,
    net::SocketAddr,
    num::NonZeroU32,
    sync::Arc,
    time::{Duration, Instant},
};

use common::{DEADLINE, Rig, Sample, private, torrent};
use librqbit::{
    AddTorrent, AddTorrentOptions, ListenerMode, ListenerOptions, ManagedTorrent,
    PeerConnectionOptions, Session, SessionOptions,
};
use shoal_core::{EngineEvent, EngineRequest, PeerInfo, PeerState};
use tempfile::TempDir;
use tokio::runtime::Runtime;

const PIECE: usize = 512 * 1024;
const MIB: usize = 1024 * 1024;
/// Half a minute and more for a piece of half a MiB: nobody has any while all of them connect.
const CRAWL: u32 = 16 * 1024;
const LOOK: Duration = Duration::from_millis(20);

/// A bare engine that has everything, answers calls, and sends as fast as it is told.
struct Seeder {
    handle: Arc<ManagedTorrent>,
    session: Arc<Session>,
    _runtime: Runtime,
    _dir: TempDir,
}

impl Seeder {
    fn start(sample: &Sample) -> Self {
        let dir = tempfile::tempdir().unwrap();
        sample.write(dir.path());
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let options = SessionOptions {
            dht: None,
            listen: Some(ListenerOptions {
                mode: ListenerMode::TcpOnly,
                listen_addr: SocketAddr::from(([127, 0, 0, 1], 0)),
                ..ListenerOptions::default()
            }),
            disable_local_service_discovery: true,
            ..SessionOptions::default()
        };
        let content = dir.path().join(&sample.meta.disk_name);
        let (session, handle) = runtime.block_on(async {
            let session = Session::new_with_opts(dir.path().to_owned(), options);
            let session = session.await.unwrap();
            session.ratelimits.set_upload_bps(NonZeroU32::new(CRAWL));
            let options = AddTorrentOptions {
                overwrite: true,
                // As long as Shoal's own: one who waits is not dropped.
                peer_opts: Some(PeerConnectionOptions {
                    read_write_timeout: Some(Duration::from_secs(120)),
                    ..PeerConnectionOptions::default()
                }),
                output_folder: Some(content.to_str().unwrap().to_owned()),
                ..AddTorrentOptions::default()
            };
            let torrent = AddTorrent::from_bytes(sample.meta.to_torrent_bytes(&[]));
            let added = session.add_torrent(torrent, Some(options)).await.unwrap();
            let handle = added.into_handle().unwrap();
            handle.wait_until_initialized().await.unwrap();
            (session, handle)
        });
        Self {
            handle,
            session,
            _runtime: runtime,
            _dir: dir,
        }
    }

    fn addr(&self) -> SocketAddr {
        self.session.listen_addr().unwrap()
    }

    fn hurry(&self, bytes_a_second: u32) {
        let limit = NonZeroU32::new(bytes_a_second);
        self.session.ratelimits.set_upload_bps(limit);
    }
}

/// An engine with one download, and what was told of it.
struct Leecher {
    rig: Rig,
    finished: bool,
    peers: Vec<PeerInfo>,
    fetched: u64,
    /// How often it was told that it runs.
    starts: u32,
}

impl Leecher {
    fn start(sample: &Sample, peers: Vec<SocketAddr>) -> Self {
        let mut rig = Rig::new();
        let mut spec = sample.spec(&rig.root(), 1);
        spec.peers = peers;
        rig.start(spec);
        // Whoever dials it before would dial again only after ten seconds or twenty.
        rig.wait_started(1);
        Self {
            rig,
            finished: false,
            peers: Vec::new(),
            fetched: 0,
            starts: 1,
        }
    }

    /// Looks once, and takes in all that was told until then.
    fn look(&mut self, sample: &Sample) {
        let hash = sample.meta.info_hash;
        self.rig.send(EngineRequest::Sample);
        self.rig.send(EngineRequest::Peers { hash, ticket: 1 });
        let until = Instant::now() + LOOK;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match self.rig.events.recv_timeout(left) {
                Ok(event) => self.note(event),
                Err(_) => break,
            }
        }
    }

    fn note(&mut self, event: EngineEvent) {
        match event {
            EngineEvent::Peers { peers, .. } => self.peers = peers,
            EngineEvent::Started { .. } => self.starts += 1,
            EngineEvent::Finished { .. } => self.finished = true,
            EngineEvent::Sample(sample) => {
                for (_, torrent) in sample.torrents {
                    assert!(torrent.fetched_bytes >= self.fetched, "{torrent:?}");
                    self.fetched = torrent.fetched_bytes;
                }
            }
            EngineEvent::TorrentFailed { .. } | EngineEvent::Stopped { .. } => {
                panic!("{event:?}")
            }
            _ => {}
        }
    }

    fn connected(&self) -> usize {
        let connected = |p: &&PeerInfo| p.state == PeerState::Connected;
        self.peers.iter().filter(connected).count()
    }

    /// Bytes that came from others than the seeder, by the peers that are or were connected.
    fn shared(&self, seeder: SocketAddr) -> u64 {
        let others = self.peers.iter().filter(|p| p.addr != seeder.to_string());
        others.map(|p| p.fetched_bytes).sum()
    }
}

/// Looks at all of them until `enough`.
fn watch(all: &mut [Leecher], sample: &Sample, enough: impl Fn(&[Leecher]) -> bool) {
    let until = Instant::now() + DEADLINE;
    while !enough(all) {
        let seen: Vec<_> = all.iter().map(|l| (l.fetched, &l.peers)).collect();
        assert!(Instant::now() < until, "{seen:#?}");
        for leecher in &mut *all {
            leecher.look(sample);
        }
    }
}

#[test]
fn leechers_that_met_while_empty_share_what_they_get() {
    // Private: the engine's peer exchange would make them connect once more, by other addresses.
    let sample = private("new", PIECE, &[("a.bin", 12 * MIB), ("b.bin", 12 * MIB)]);
    let seeder = Seeder::start(&sample);
    let mut all = Vec::new();
    let mut known = vec![seeder.addr()];
    for _ in 0..3 {
        let leecher = Leecher::start(&sample, known.clone());
        known.push(leecher.rig.addr());
        all.push(leecher);
    }
    watch(&mut all, &sample, |all| {
        all.iter().all(|l| l.connected() == 3)
    });
    for leecher in &mut all {
        assert!(leecher.fetched < PIECE as u64, "one has a piece already");
    }
    seeder.hurry(4_000_000);
    watch(&mut all, &sample, |all| all.iter().all(|l| l.finished));

    // Without, nothing; and little if they part for as long as the engine waits before it dials
    // again. How much varies: the engine looks for more at such a peer every five seconds only, once
    // it found nothing.
    let shared: Vec<u64> = all.iter().map(|l| l.shared(seeder.addr())).collect();
    let size = sample.meta.total_length;
    assert!(shared.iter().sum::<u64>() > size / 4, "{shared:?}");
    assert!(shared.iter().filter(|n| **n > 0).count() > 1, "{shared:?}");
    for leecher in &mut all {
        leecher.look(&sample);
        assert_eq!(leecher.starts, 1);
        assert!(leecher.fetched >= size, "counted {}", leecher.fetched);
        for index in 0..2 {
            let path = sample.path(&leecher.rig.root(), index).unwrap();
            let same = fs::read(&path).unwrap() == sample.bytes(index);
            assert!(same, "{} differs", path.display());
        }
        let (have, owned) = leecher.rig.stop(&sample, 2);
        assert!(have.unwrap().is_full() && owned.unwrap().count_ones() == 2);
    }
}

#[test]
fn nobody_is_parted_with_for_seeders_that_are_slow() {
    let sample = torrent("slow", PIECE, &[("a.bin", 8 * MIB)]);
    let seeders = [0, 1, 2].map(|_| Seeder::start(&sample));
    // Two that send nothing worth mentioning, and one that does.
    seeders[0].hurry(1_000_000);
    let peers = seeders.iter().map(Seeder::addr).collect();
    let mut all = [Leecher::start(&sample, peers)];
    // Two seconds and more after the first piece.
    watch(&mut all, &sample, |all| {
        all[0].connected() == 3 && all[0].fetched > 3 * MIB as u64
    });
    assert!(!all[0].finished);
    for seeder in &seeders {
        seeder.hurry(4_000_000);
    }
    watch(&mut all, &sample, |all| all[0].finished);
    for seeder in &seeders {
        let calls = seeder.handle.live().unwrap().stats_snapshot();
        assert_eq!(calls.peer_stats.seen, 1);
    }
}
