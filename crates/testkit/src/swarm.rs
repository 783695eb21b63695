//! A torrent with its only seeder, a tracker, and hosts for Shoal and one more client: the stage of
//! most end-to-end stories. It starts nothing of Shoal's.

use std::path::{Path, PathBuf};

use serde_json::json;
use tempfile::TempDir;

use crate::{
    Host, Process, Qbittorrent, Site, Torrent, Tracker, Transmission, make_tree,
    same_tree_but_empty, transmission_create,
};

/// Name of the torrent and of its folder.
pub const NAME: &str = "album";

/// Several files, an empty one, folders, a name that is not ASCII: 12,071,235 bytes.
pub const TREE: &[(&str, u64)] = &[
    ("readme.txt", 1_234),
    ("empty.dat", 0),
    ("disc 1/größe.bin", 3_000_001),
    ("disc 1/b.bin", 70_000),
    ("disc 2/c.bin", 9_000_000),
];

/// Kilobytes a second of a seeder that is slow enough to be caught in the middle.
const SLOW_KBPS: u32 = 2_000;

/// Who seeds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SeederKind {
    /// transmission-daemon.
    #[default]
    Transmission,
    /// qbittorrent-nox.
    Qbittorrent,
}

/// What a swarm is like.
#[derive(Clone, Copy, Debug)]
pub struct SwarmSpec<'a> {
    /// Files below the torrent's folder, with their sizes in bytes.
    pub tree: &'a [(&'a str, u64)],
    /// Who seeds.
    pub seeder: SeederKind,
    /// Kilobytes a second that the seeder sends at most.
    pub up_kbps: Option<u32>,
    /// Piece length in KiB.
    pub piece_kib: u32,
}

impl Default for SwarmSpec<'_> {
    fn default() -> Self {
        Self {
            tree: TREE,
            seeder: SeederKind::default(),
            up_kbps: None,
            piece_kib: 32,
        }
    }
}

impl SwarmSpec<'_> {
    /// With a seeder slow enough to be caught in the middle.
    pub fn slow() -> Self {
        Self {
            up_kbps: Some(SLOW_KBPS),
            ..Self::default()
        }
    }
}

/// The client that has it all.
pub enum Seeder {
    /// transmission-daemon.
    Transmission(Transmission),
    /// qbittorrent-nox.
    Qbittorrent(Qbittorrent),
}

impl Seeder {
    fn start(host: &Host, spec: &SwarmSpec<'_>) -> Self {
        match spec.seeder {
            SeederKind::Transmission => {
                let settings = spec.up_kbps.map_or_else(
                    || json!({}),
                    |kbps| json!({"speed-limit-up-enabled": true, "speed-limit-up": kbps}),
                );
                Self::Transmission(Transmission::start_with(host, &settings))
            }
            SeederKind::Qbittorrent => {
                let seeder = Qbittorrent::start(host);
                if let Some(kbps) = spec.up_kbps {
                    seeder.set_limits(0, u64::from(kbps) * 1_000);
                }
                Self::Qbittorrent(seeder)
            }
        }
    }

    fn seed(&mut self, file: &Path, torrent: &Torrent, dir: &Path) {
        match self {
            Self::Transmission(seeder) => {
                seeder.add(file, dir);
                seeder.wait_seeding(torrent);
                seeder.wait_announced(torrent);
            }
            Self::Qbittorrent(seeder) => {
                seeder.add(file, dir);
                seeder.wait_seeding(torrent);
                seeder.wait_announced(torrent);
            }
        }
    }

    /// The running program.
    pub fn process(&mut self) -> &mut Process {
        match self {
            Self::Transmission(seeder) => seeder.process(),
            Self::Qbittorrent(seeder) => seeder.process(),
        }
    }
}

/// A tracker, a seeding client, and hosts for Shoal and one more.
pub struct Swarm {
    /// The network that all of it is in.
    pub site: Site,
    /// The tracker that the torrent names.
    pub tracker: Tracker,
    /// Who has it all.
    pub seeder: Seeder,
    /// Where Shoal is to run.
    pub shoal: Host,
    /// Where one more client may run.
    pub other: Host,
    /// What it is about.
    pub torrent: Torrent,
    /// Its info-hash in hex.
    pub hash: String,
    folder: TempDir,
}

impl Swarm {
    /// The usual tree at full speed from transmission.
    pub fn start() -> Self {
        Self::with(&SwarmSpec::default())
    }

    /// The same, slow enough to be caught in the middle.
    pub fn slow() -> Self {
        Self::with(&SwarmSpec::slow())
    }

    /// Everything announced and ready, so that nobody has to wait for a second announce.
    pub fn with(spec: &SwarmSpec<'_>) -> Self {
        let site = Site::new();
        let folder = tempfile::tempdir().unwrap();
        let host = site.host("tracker");
        let port = host.free_port();
        let url = Tracker::http_url_on((host.addr(), port).into());
        let tree = folder.path().join("seed").join(NAME);
        make_tree(&tree, 42, spec.tree);
        let file = folder.path().join("t.torrent");
        let torrent = transmission_create(&tree, &file, &[&url], spec.piece_kib);
        let tracker = Tracker::start_on(&host, port, &[&torrent]);
        let mut seeder = Seeder::start(&site.host("seeder"), spec);
        seeder.seed(&file, &torrent, &folder.path().join("seed"));
        Self {
            tracker,
            seeder,
            shoal: site.host("shoal"),
            other: site.host("other"),
            hash: torrent.hex(),
            site,
            torrent,
            folder,
        }
    }

    /// The .torrent file.
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("t.torrent")
    }

    /// Where the seeder has the files.
    pub fn seed_dir(&self) -> PathBuf {
        self.folder.path().join("seed")
    }

    /// An empty place for one more client.
    pub fn other_dir(&self) -> PathBuf {
        self.folder.path().join("other")
    }

    /// The magnet link, with the tracker in it.
    pub fn magnet(&self) -> String {
        self.torrent.magnet(&[&self.tracker.http_url()])
    }

    /// Panics unless `folder` holds what the seeder has, byte by byte, and nothing else.
    pub fn assert_arrived(&self, folder: &Path) {
        assert_eq!(same_tree_but_empty(&self.seed_dir(), folder), Ok(()));
    }
}
