//! What the engine's tests share: small torrents made on the spot, engines in temporary folders,
//! and waiting for events with a deadline.

#![allow(dead_code, reason = "each test program uses its own part")]

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{
        Arc,
        mpsc::{Receiver, channel},
    },
    time::{Duration, Instant},
};

use sha1::{Digest, Sha1};
use shoal_core::{
    Engine, EngineEvent, EngineRequest, FileTarget, NetworkOptions, OpId, Order, Preallocate,
    Priority, StartSpec,
};
use shoal_engine::{EngineConfig, RqbitEngine, RuntimeFlavour};
use shoal_files::Disk;
use shoal_metainfo::{Bitfield, Metainfo};
use tempfile::TempDir;

/// Long enough for a loaded machine with a refused first connection (10 s).
pub(crate) const DEADLINE: Duration = Duration::from_secs(40);

/// A torrent and its content.
pub(crate) struct Sample {
    pub(crate) meta: Arc<Metainfo>,
    pub(crate) data: Vec<u8>,
}

/// Makes a torrent of files `(path, length)`; a path that starts with `.pad` is padding.
pub(crate) fn torrent(name: &str, piece_length: usize, files: &[(&str, usize)]) -> Sample {
    make(name, piece_length, files, "")
}

/// The same for a private torrent: its peers tell each other of no others.
pub(crate) fn private(name: &str, piece_length: usize, files: &[(&str, usize)]) -> Sample {
    make(name, piece_length, files, "7:privatei1e")
}

fn make(name: &str, piece_length: usize, files: &[(&str, usize)], more: &str) -> Sample {
    let mut data = Vec::new();
    let mut list = Vec::new();
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64 ^ name.len() as u64;
    for (path, length) in files {
        let padding = path.starts_with(".pad");
        for _ in 0..*length {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            data.push(if padding { 0 } else { (seed >> 56) as u8 });
        }
        let attr = if padding { "4:attr1:p" } else { "" };
        let parts: Vec<_> = path
            .split('/')
            .map(|p| format!("{}:{p}", p.len()))
            .collect();
        let parts = parts.concat();
        list.extend(format!("d{attr}6:lengthi{length}e4:pathl{parts}ee").into_bytes());
    }
    let hashes: Vec<u8> = data
        .chunks(piece_length)
        .flat_map(|p| Sha1::digest(p).to_vec())
        .collect();
    let mut info = b"d5:filesl".to_vec();
    info.extend(list);
    info.extend(
        format!(
            "e4:name{}:{name}12:piece lengthi{piece_length}e6:pieces{}:",
            name.len(),
            hashes.len()
        )
        .into_bytes(),
    );
    info.extend(hashes);
    info.extend(more.as_bytes());
    info.push(b'e');
    let meta = Metainfo::from_info(&info, Vec::new()).unwrap();
    assert_eq!(meta.total_length, data.len() as u64);
    Sample {
        meta: Arc::new(meta),
        data,
    }
}

/// Bytes a piece of [`small`].
pub(crate) const SMALL_PIECE: usize = 32 * 1024;

/// Two files that share a piece.
pub(crate) fn small() -> Sample {
    torrent(
        "small",
        SMALL_PIECE,
        &[
            ("a.bin", 5 * SMALL_PIECE + 100),
            ("sub/b.bin", 4 * SMALL_PIECE),
        ],
    )
}

/// An engine that seeds all of it.
pub(crate) fn seeder(sample: &Sample) -> Rig {
    let mut rig = Rig::new();
    sample.write(&rig.root());
    rig.start(sample.seed_spec(&rig.root(), 1));
    rig.wait_started(1);
    rig
}

pub(crate) fn assert_file(sample: &Sample, leecher: &Rig, index: usize) {
    let path = sample.path(&leecher.root(), index).unwrap();
    let same = fs::read(&path).unwrap() == sample.bytes(index);
    assert!(same, "{} differs", path.display());
}

impl Sample {
    pub(crate) fn path(&self, root: &Path, index: usize) -> Option<PathBuf> {
        let file = &self.meta.files[index];
        let below: PathBuf = file.path.iter().collect();
        file.on_disk()
            .then(|| root.join(&self.meta.disk_name).join(below))
    }

    /// The bytes of one file.
    pub(crate) fn bytes(&self, index: usize) -> &[u8] {
        let file = &self.meta.files[index];
        let start = usize::try_from(file.offset).unwrap();
        &self.data[start..start + usize::try_from(file.length).unwrap()]
    }

    /// Writes all files.
    pub(crate) fn write(&self, root: &Path) {
        for i in 0..self.meta.files.len() {
            if let Some(path) = self.path(root, i) {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, self.bytes(i)).unwrap();
            }
        }
    }

    /// A start of everything with nothing there.
    pub(crate) fn spec(&self, root: &Path, op: u64) -> StartSpec {
        let files = (0..self.meta.files.len()).map(|i| FileTarget {
            path: self.path(root, i),
            length: self.meta.files[i].length,
            wanted: self.meta.files[i].on_disk(),
            owned: false,
            temp_path: None,
            stamp: None,
            priority: Priority::Normal,
        });
        StartSpec {
            op: OpId(op),
            meta: self.meta.clone(),
            trackers: Vec::new(),
            peers: Vec::new(),
            root: root.to_path_buf(),
            files: files.collect(),
            have: Bitfield::new(self.meta.piece_count),
            order: Order::Spread,
            first_last: false,
            preallocate: Preallocate::None,
            down_bps: None,
            up_bps: None,
        }
    }

    /// A start of the complete torrent.
    pub(crate) fn seed_spec(&self, root: &Path, op: u64) -> StartSpec {
        let mut spec = self.spec(root, op);
        spec.have = Bitfield::full(self.meta.piece_count);
        spec
    }
}

/// An engine with its folders.
pub(crate) struct Rig {
    pub(crate) engine: RqbitEngine,
    pub(crate) events: Receiver<EngineEvent>,
    pub(crate) dir: TempDir,
    pub(crate) port: u16,
    seen: Vec<String>,
}

/// Only loopback, nothing that looks for peers by itself.
pub(crate) fn quiet_net() -> NetworkOptions {
    NetworkOptions {
        port: 0,
        dht: false,
        lsd: false,
        utp: false,
        upnp: false,
        peer_limit: 50,
        allow_loopback: true,
    }
}

impl Rig {
    pub(crate) fn new() -> Self {
        Self::with(RuntimeFlavour::CurrentThread, quiet_net())
    }

    pub(crate) fn with(flavour: RuntimeFlavour, net: NetworkOptions) -> Self {
        Self::on(Disk::real(), flavour, net)
    }

    pub(crate) fn on(disk: Disk, flavour: RuntimeFlavour, net: NetworkOptions) -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("data")).unwrap();
        let (tx, events) = channel();
        let config = EngineConfig {
            scratch: dir.path().join("scratch"),
            peer_id_prefix: *b"-SH0100-",
            user_agent: "Shoal/test".to_owned(),
            flavour,
        };
        let sink = Arc::new(move |event| {
            let _ = tx.send(event);
        });
        let engine = RqbitEngine::spawn_on(disk, config, sink).unwrap();
        let mut rig = Self {
            engine,
            events,
            dir,
            port: 0,
            seen: Vec::new(),
        };
        rig.send(EngineRequest::Configure(net));
        rig.port = rig.wait(|e| match e {
            EngineEvent::Ready { port } => Some(*port),
            _ => None,
        });
        rig
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    pub(crate) fn scratch(&self) -> PathBuf {
        self.dir.path().join("scratch")
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    pub(crate) fn send(&self, request: EngineRequest) {
        self.engine.send(request);
    }

    pub(crate) fn start(&self, spec: StartSpec) {
        self.send(EngineRequest::Start(Box::new(spec)));
    }

    /// Waits until `pick` answers; fails with all events seen when the deadline passes.
    pub(crate) fn wait<T>(&mut self, mut pick: impl FnMut(&EngineEvent) -> Option<T>) -> T {
        let until = Instant::now() + DEADLINE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let Ok(event) = self.events.recv_timeout(left) else {
                panic!("nothing came; seen: {:#?}", self.seen);
            };
            let mut text = format!("{event:?}");
            text.truncate(300);
            self.seen.push(text);
            if let Some(found) = pick(&event) {
                return found;
            }
        }
    }

    pub(crate) fn wait_started(&mut self, op: u64) {
        self.wait(|e| match e {
            EngineEvent::Started { op: o, .. } if o.0 == op => Some(()),
            EngineEvent::TorrentFailed { .. } => panic!("{e:?}"),
            _ => None,
        });
    }

    pub(crate) fn wait_finished(&mut self, op: u64) -> (Bitfield, Bitfield) {
        self.wait(|e| match e {
            EngineEvent::Finished {
                op: o, have, owned, ..
            } if o.0 == op => Some((have.clone(), owned.clone())),
            EngineEvent::TorrentFailed { .. } => panic!("{e:?}"),
            _ => None,
        })
    }

    /// Waits for the failure of a start.
    pub(crate) fn wait_failed(&mut self, op: u64) -> (shoal_core::EngineFault, String) {
        self.wait(|e| match e {
            EngineEvent::TorrentFailed {
                op: o,
                fault,
                detail,
                ..
            } if o.0 == op => Some((*fault, detail.clone())),
            _ => None,
        })
    }

    /// Stops a torrent and returns what was verified and owned.
    pub(crate) fn stop(
        &mut self,
        sample: &Sample,
        op: u64,
    ) -> (Option<Bitfield>, Option<Bitfield>) {
        self.send(EngineRequest::Stop {
            hash: sample.meta.info_hash,
            op: OpId(op),
        });
        self.wait(|e| match e {
            EngineEvent::Stopped {
                op: o, have, owned, ..
            } if o.0 == op => Some((have.clone(), owned.clone())),
            _ => None,
        })
    }
}

/// Every file and folder below `root`, with sizes, sorted.
pub(crate) fn tree(root: &Path) -> Vec<(PathBuf, u64)> {
    let mut found = Vec::new();
    let mut todo = vec![root.to_path_buf()];
    while let Some(dir) = todo.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let entry = entry.unwrap();
            let meta = entry.metadata().unwrap();
            found.push((entry.path(), if meta.is_file() { meta.len() } else { 0 }));
            if meta.is_dir() {
                todo.push(entry.path());
            }
        }
    }
    found.sort();
    found
}
