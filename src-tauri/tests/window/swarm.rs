//! A torrent with its only seeder, and the hosts of a story.

use std::path::PathBuf;

use serde_json::{Value, json};
use shoal_testkit::{
    Host, Site, Torrent, Tracker, Transmission, make_tree, same_tree_but_empty, transmission_create,
};
use tempfile::TempDir;

use crate::stage::Stage;

pub const NAME: &str = "album";

const TREE: &[(&str, u64)] = &[
    ("readme.txt", 1_234),
    ("empty.dat", 0),
    ("disc 1/größe.bin", 3_000_001),
    ("disc 1/b.bin", 70_000),
    ("disc 2/c.bin", 9_000_000),
];

pub struct Swarm {
    pub tracker: Tracker,
    pub seeder: Transmission,
    /// Where Shoal is.
    pub shoal: Host,
    /// Where one more client may be.
    pub other: Host,
    pub torrent: Torrent,
    pub hash: String,
    folder: TempDir,
}

impl Swarm {
    /// Everything announced and ready, so that nobody has to wait for a second announce.
    pub fn new(seeder_settings: &Value) -> Self {
        let site = Site::new();
        let folder = tempfile::tempdir().unwrap();
        let host = site.host("tracker");
        let port = host.free_port();
        let url = Tracker::http_url_on((host.addr(), port).into());
        let tree = folder.path().join("seed").join(NAME);
        make_tree(&tree, 7, TREE);
        let torrent = transmission_create(&tree, &folder.path().join("t.torrent"), &[&url], 32);
        let tracker = Tracker::start_on(&host, port, &[&torrent]);
        let mut seeder = Transmission::start_with(&site.host("seeder"), seeder_settings);
        seeder.add(
            &folder.path().join("t.torrent"),
            &folder.path().join("seed"),
        );
        seeder.wait_seeding(&torrent);
        seeder.wait_announced(&torrent);
        Self {
            tracker,
            seeder,
            shoal: site.host("shoal"),
            other: site.host("other"),
            hash: torrent.hex(),
            torrent,
            folder,
        }
    }

    /// With a seeder slow enough to be caught in the middle.
    pub fn slow() -> Self {
        Self::new(&json!({"speed-limit-up-enabled": true, "speed-limit-up": 2_000}))
    }

    pub fn file(&self) -> PathBuf {
        self.folder.path().join("t.torrent")
    }

    pub fn seed_dir(&self) -> PathBuf {
        self.folder.path().join("seed")
    }

    pub fn other_dir(&self) -> PathBuf {
        self.folder.path().join("other")
    }

    pub fn magnet(&self) -> String {
        self.torrent.magnet(&[&self.tracker.http_url()])
    }

    pub fn assert_arrived(&self, stage: &Stage) {
        assert_eq!(
            same_tree_but_empty(&self.seed_dir(), &stage.downloads()),
            Ok(())
        );
    }
}
