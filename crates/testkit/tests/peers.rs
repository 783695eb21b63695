//! The wrapped peers proved against each other: what one seeds, another fetches, and the bytes on
//! disk decide.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use shoal_testkit::{
    Aria2, Host, Qbittorrent, Site, Torrent, TorrentSpec, Tracker, Transmission, make_tree,
    payload::TRICKY_TREE, same_tree, same_tree_but_empty, transmission_create, wait,
};
use tempfile::TempDir;

/// A tracker, files on disk, a torrent of them, and an empty folder to fetch to.
struct Scene {
    tracker: Tracker,
    seeder: Host,
    leecher: Host,
    torrent: Torrent,
    folder: TempDir,
}

const TREE: &str = "seed/trees in ümlaut";

impl Scene {
    fn new(site: &Site) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let host = site.host("tracker");
        let port = host.free_port();
        let url = Tracker::http_url_on((host.addr(), port).into());
        let tree = folder.path().join(TREE);
        make_tree(&tree, 42, TRICKY_TREE);
        let file = folder.path().join("t.torrent");
        let torrent = transmission_create(&tree, &file, &[&url], 32);
        let tracker = Tracker::start_on(&host, port, &[&torrent]);
        let (seeder, leecher) = (site.host("seeder"), site.host("leecher"));
        Self {
            tracker,
            seeder,
            leecher,
            torrent,
            folder,
        }
    }

    fn file(&self) -> std::path::PathBuf {
        self.folder.path().join("t.torrent")
    }

    fn seed_dir(&self) -> std::path::PathBuf {
        self.folder.path().join("seed")
    }

    fn fetch_and_compare(&self) {
        let dir = self.folder.path().join("leech");
        Aria2::fetch(&self.leecher, &self.file(), &dir).wait_complete(wait::GENEROUS);
        assert_eq!(same_tree_but_empty(&self.seed_dir(), &dir), Ok(()));
    }

    fn wait_for_seed_at_tracker(&self) {
        wait::until(wait::GENEROUS, "the tracker to know the seed", || {
            let (seeds, _) = self.tracker.counts(&self.leecher, &self.torrent)?;
            (seeds == 1).then_some(())
        });
    }
}

fn transmission_seeds(site: &Site) {
    let scene = Scene::new(site);
    let mut seeder = Transmission::start(&scene.seeder);
    seeder.add(&scene.file(), &scene.seed_dir());
    seeder.wait_seeding(&scene.torrent);
    seeder.wait_announced(&scene.torrent);
    scene.wait_for_seed_at_tracker();
    scene.fetch_and_compare();
}

fn qbittorrent_seeds(site: &Site) {
    let scene = Scene::new(site);
    let mut seeder = Qbittorrent::start(&scene.seeder);
    seeder.add(&scene.file(), &scene.seed_dir());
    seeder.wait_seeding(&scene.torrent);
    seeder.wait_announced(&scene.torrent);
    scene.wait_for_seed_at_tracker();
    scene.fetch_and_compare();
}

#[test]
fn transmission_seeds_to_aria2() {
    transmission_seeds(&Site::new());
}

#[test]
fn transmission_seeds_to_aria2_on_loopback() {
    transmission_seeds(&Site::loopback());
}

#[test]
fn qbittorrent_seeds_to_aria2() {
    qbittorrent_seeds(&Site::new());
}

#[test]
fn qbittorrent_seeds_to_aria2_on_loopback() {
    qbittorrent_seeds(&Site::loopback());
}

/// The torrents of this crate's own builder mean the same to another client, also with padding, a
/// private flag and a UDP tracker, and qbittorrent leeches as well.
#[test]
fn own_torrents_are_understood() {
    let site = Site::new();
    let folder = tempfile::tempdir().unwrap();
    let (seed, leech) = (folder.path().join("seed"), folder.path().join("leech"));
    make_tree(&seed.join("own"), 7, TRICKY_TREE);
    let host = site.host("tracker");
    let port = host.free_port();
    let url = format!("udp://{}:{port}/announce", host.addr());
    let spec = TorrentSpec::new()
        .piece_length(32 * 1024)
        .tracker(&url)
        .private()
        .padded();
    let torrent = spec.build(&seed.join("own"));
    let tracker = Tracker::start_on(&host, port, &[&torrent]);
    assert_eq!(tracker.udp_url(), url);
    let file = torrent.write(folder.path());

    let mut seeder = Qbittorrent::start(&site.host("seeder"));
    seeder.add(&file, &seed);
    seeder.wait_seeding(&torrent);
    let mut leecher = Qbittorrent::start(&site.host("leecher"));
    leecher.add(&file, &leech);
    leecher.add_peer(&torrent, seeder.peer_addr());
    leecher.wait_seeding(&torrent);
    // The padding files are not written.
    assert_eq!(same_tree(&seed, &leech), Ok(()));
}
