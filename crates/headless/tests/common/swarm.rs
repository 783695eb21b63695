//! A torrent with its only seeder, for the stories that need one.

use std::path::PathBuf;

use serde_json::{Value, json};
use shoal_testkit::{
    Host, Site, Torrent, Tracker, Transmission, make_tree, same_tree_but_empty, transmission_create,
};
use tempfile::TempDir;

use super::Home;

/// A tracker, a seeding transmission, and hosts for Shoal and one more.
pub struct Swarm {
    pub site: Site,
    pub tracker: Tracker,
    pub seeder: Transmission,
    pub shoal: Host,
    pub other: Host,
    pub torrent: Torrent,
    folder: TempDir,
}

const TREE: &[(&str, u64)] = &[
    ("readme.txt", 1_234),
    ("empty.dat", 0),
    ("disc 1/größe.bin", 3_000_001),
    ("disc 1/b.bin", 70_000),
    ("disc 2/c.bin", 9_000_000),
];

impl Swarm {
    pub fn new(seeder_settings: &Value) -> Self {
        let site = Site::new();
        let folder = tempfile::tempdir().unwrap();
        let host = site.host("tracker");
        let port = host.free_port();
        let url = Tracker::http_url_on((host.addr(), port).into());
        make_tree(&folder.path().join("seed/album"), 42, TREE);
        let torrent = transmission_create(
            &folder.path().join("seed/album"),
            &folder.path().join("t.torrent"),
            &[&url],
            32,
        );
        let tracker = Tracker::start_on(&host, port, &[&torrent]);
        let mut seeder = Transmission::start_with(&site.host("seeder"), seeder_settings);
        seeder.add(
            &folder.path().join("t.torrent"),
            &folder.path().join("seed"),
        );
        seeder.wait_seeding(&torrent);
        seeder.wait_announced(&torrent);
        let (shoal, other) = (site.host("shoal"), site.host("other"));
        Self {
            site,
            tracker,
            seeder,
            shoal,
            other,
            torrent,
            folder,
        }
    }

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

    pub fn magnet(&self) -> String {
        self.torrent.magnet(&[&self.tracker.http_url()])
    }

    pub fn assert_arrived(&self, home: &Home) {
        assert_eq!(
            same_tree_but_empty(&self.seed_dir(), &home.downloads()),
            Ok(())
        );
    }
}

/// Slow enough to be caught in the middle.
pub fn slow() -> Value {
    json!({"speed-limit-up-enabled": true, "speed-limit-up": 2_000})
}
