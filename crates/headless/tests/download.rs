//! The main story without a window: a torrent made by transmission, found through opentracker,
//! fetched from transmission, handed on to aria2; by magnet; across restarts and kill -9.
#![allow(clippy::unwrap_used, reason = "tests")]
#![cfg(unix)]

mod common;

use std::path::PathBuf;

use common::{Home, Shoal};
use serde_json::{Value, json};
use shoal_testkit::{
    Aria2, Host, Site, Torrent, Tracker, Transmission, make_tree, same_tree, same_tree_but_empty, transmission_create,
    wait,
};
use tempfile::TempDir;

/// A tracker, a seeding transmission, and hosts for Shoal and one more.
struct Swarm {
    _tracker: Tracker,
    seeder: Transmission,
    shoal: Host,
    other: Host,
    torrent: Torrent,
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
    fn new(seeder_settings: &Value) -> Self {
        let site = Site::new();
        let folder = tempfile::tempdir().unwrap();
        let host = site.host("tracker");
        let port = host.free_port();
        let url = Tracker::http_url_on((host.addr(), port).into());
        make_tree(&folder.path().join("seed/album"), 42, TREE);
        let torrent =
            transmission_create(&folder.path().join("seed/album"), &folder.path().join("t.torrent"), &[&url], 32);
        let tracker = Tracker::start_on(&host, port, &[&torrent]);
        let mut seeder = Transmission::start_with(&site.host("seeder"), seeder_settings);
        seeder.add(&folder.path().join("t.torrent"), &folder.path().join("seed"));
        seeder.wait_seeding(&torrent);
        seeder.wait_announced(&torrent);
        let (shoal, other) = (site.host("shoal"), site.host("other"));
        Self { _tracker: tracker, seeder, shoal, other, torrent, folder }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("t.torrent")
    }

    fn assert_arrived(&self, home: &Home) {
        assert_eq!(same_tree(&self.folder.path().join("seed"), &home.downloads()), Ok(()));
    }
}

/// Slow enough to be caught in the middle.
fn slow() -> Value {
    json!({"speed-limit-up-enabled": true, "speed-limit-up": 2_000})
}

#[test]
fn a_torrent_arrives_and_is_handed_on() {
    let mut swarm = Swarm::new(&json!({}));
    let home = Home::new();
    let shoal = Shoal::start(&swarm.shoal, &home);
    let hash = shoal.add_file(&swarm.file(), &json!({}));
    assert_eq!(hash, swarm.torrent.hex());
    shoal.wait_status(&hash, "seeding");
    swarm.assert_arrived(&home);
    // From Shoal alone.
    swarm.seeder.process().stop();
    let dir = swarm.folder.path().join("other");
    Aria2::fetch(&swarm.other, &swarm.file(), &dir).wait_complete(wait::GENEROUS);
    assert_eq!(same_tree_but_empty(&swarm.folder.path().join("seed"), &dir), Ok(()));
    let row = shoal.wait_row(&hash, "the upload to be counted", wait::GENEROUS, |r| r["uploaded_bytes"] != 0);
    assert!(row["uploaded_bytes"].as_u64().unwrap() >= 12_000_000, "{row:#}");
    shoal.quit();
}

#[test]
fn a_magnet_arrives_with_its_file_list_from_the_peer() {
    let swarm = Swarm::new(&json!({}));
    let home = Home::new();
    let shoal = Shoal::start(&swarm.shoal, &home);
    let trackers = swarm.torrent_trackers();
    let trackers: Vec<&str> = trackers.iter().map(String::as_str).collect();
    let hash = shoal.add_text(&swarm.torrent.magnet(&trackers), &json!({}));
    shoal.wait_status(&hash, "seeding");
    swarm.assert_arrived(&home);
    shoal.quit();
}

#[test]
fn a_restart_in_the_middle_goes_on_where_it_was() {
    let swarm = Swarm::new(&slow());
    let home = Home::new();
    let shoal = Shoal::start(&swarm.shoal, &home);
    let hash = shoal.add_file(&swarm.file(), &json!({}));
    let half = |r: &Value| r["have_bytes"].as_u64().unwrap_or(0) > 4_000_000;
    shoal.wait_row(&hash, "a third", wait::GENEROUS, half);
    shoal.quit();
    let shoal = Shoal::start(&swarm.shoal, &home);
    let row = shoal.row(&hash).unwrap();
    assert!(row["have_bytes"].as_u64().unwrap() > 4_000_000, "the list is painted from the store: {row:#}");
    let row = shoal.wait_status(&hash, "seeding");
    swarm.assert_arrived(&home);
    let fetched = row["downloaded_bytes"].as_u64().unwrap();
    assert!(fetched < 13_500_000, "fetched {fetched} bytes for 12 MB: what was there was fetched again");
    shoal.quit();
}

#[test]
fn kill_9_in_the_middle_loses_nothing() {
    let swarm = Swarm::new(&slow());
    let home = Home::new();
    let shoal = Shoal::start(&swarm.shoal, &home);
    let hash = shoal.add_file(&swarm.file(), &json!({}));
    let half = |r: &Value| r["have_bytes"].as_u64().unwrap_or(0) > 6_000_000;
    shoal.wait_row(&hash, "half", wait::GENEROUS, half);
    shoal.kill();
    let shoal = Shoal::start(&swarm.shoal, &home);
    let checked = shoal.wait_row(&hash, "the check", wait::GENEROUS, |r| {
        matches!(r["status"].as_str(), Some("downloading" | "seeding"))
    });
    assert!(checked["have_bytes"].as_u64().unwrap() > 4_000_000, "what is good is kept: {checked:#}");
    shoal.wait_status(&hash, "seeding");
    swarm.assert_arrived(&home);
    shoal.quit();
}

impl Swarm {
    fn torrent_trackers(&self) -> Vec<String> {
        vec![self._tracker.http_url()]
    }
}
