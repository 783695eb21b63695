//! A real swarm on loopback for tests that are not written in Rust: opentracker, and a
//! transmission-daemon that seeds a torrent of several files. The torrent is not made by
//! transmission-create, which leaves out empty files.
//!
//! Prints one line of JSON (`torrent_path`, `magnet`, `seed_dir`, `info_hash`) when it is ready and
//! runs until its standard input ends.
#![allow(
    clippy::unwrap_used,
    reason = "a tool for tests fails loudly, with the location of the failure"
)]

#[cfg(unix)]
fn main() {
    swarm::run();
}

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
mod swarm {
    use std::{
        fs,
        io::{self, Read as _, Write as _},
    };

    use serde_json::json;
    use shoal_testkit::{Site, TorrentSpec, Tracker, Transmission, make_tree};

    const NAME: &str = "Harbour";
    const SEED: u64 = 7;
    const PIECE_BYTES: u32 = 32_768;

    /// A program that poses as a film, an empty file, names that are not ASCII, and something that
    /// nobody wants.
    const TREE: &[(&str, u64)] = &[
        ("readme.txt", 1_234),
        ("empty.dat", 0),
        ("film.mp4.scr", 200_000),
        ("film/größe 東京.bin", 6_000_001),
        ("film/poster.jpg", 70_000),
        ("extras/unwanted.bin", 2_000_000),
    ];

    /// Slow enough for progress to be seen, in kB/s.
    const UPLOAD_LIMIT: u32 = 3_000;

    pub(super) fn run() {
        let site = Site::loopback();
        let folder = tempfile::tempdir().unwrap();
        let seed_dir = folder.path().join("seed");
        let torrent_path = folder.path().join("harbour.torrent");
        let tracker_host = site.host("tracker");
        let port = tracker_host.free_port();
        let announce = Tracker::http_url_on((tracker_host.addr(), port).into());

        make_tree(&seed_dir.join(NAME), SEED, TREE);
        let torrent = TorrentSpec::new()
            .piece_length(PIECE_BYTES)
            .tracker(&announce)
            .build(&seed_dir.join(NAME));
        fs::write(&torrent_path, &torrent.bytes).unwrap();
        let _tracker = Tracker::start_on(&tracker_host, port, &[&torrent]);
        let settings = json!({
            "speed-limit-up-enabled": true,
            "speed-limit-up": UPLOAD_LIMIT,
        });
        let mut seeder = Transmission::start_with(&site.host("seeder"), &settings);
        seeder.add(&torrent_path, &seed_dir);
        seeder.wait_seeding(&torrent);
        seeder.wait_announced(&torrent);

        let line = json!({
            "torrent_path": torrent_path,
            "magnet": torrent.magnet(&[&announce]),
            "seed_dir": seed_dir,
            "info_hash": torrent.hex(),
        });
        let mut out = io::stdout();
        writeln!(out, "{line}").and_then(|()| out.flush()).unwrap();
        let _ = io::stdin().read_to_end(&mut Vec::new());
    }
}
