//! A real swarm on loopback for tests that are not written in Rust: opentracker, and a
//! transmission-daemon that seeds as many torrents as its argument says. They are not made by
//! transmission-create, which leaves out empty files.
//!
//! One torrent is for one client: transmission refuses a second one from the same address for a
//! while, and a client that is gone stays known to the tracker.
//!
//! Prints one line of JSON, a list of `name`, `torrent_path`, `magnet`, `seed_dir` and `info_hash`,
//! when all are seeded, and runs until its standard input ends.
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
        env,
        io::{self, Read as _, Write as _},
        path::PathBuf,
    };

    use serde_json::{Value, json};
    use shoal_testkit::{Site, Torrent, TorrentSpec, Tracker, Transmission, make_tree};

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
        let count: u64 = env::args().nth(1).map_or(1, |count| count.parse().unwrap());
        let site = Site::loopback();
        let folder = tempfile::tempdir().unwrap();
        let seed_dir = folder.path().join("seed");
        let host = site.host("tracker");
        let port = host.free_port();
        let announce = Tracker::http_url_on((host.addr(), port).into());

        let torrents: Vec<Torrent> = (1..=count)
            .map(|number| {
                let root = seed_dir.join(format!("Harbour {number}"));
                make_tree(&root, number, TREE);
                let spec = TorrentSpec::new().piece_length(PIECE_BYTES);
                spec.tracker(&announce).build(&root)
            })
            .collect();
        let all: Vec<&Torrent> = torrents.iter().collect();
        let _tracker = Tracker::start_on(&host, port, &all);
        let settings = json!({"speed-limit-up-enabled": true, "speed-limit-up": UPLOAD_LIMIT});
        let mut seeder = Transmission::start_with(&site.host("seeder"), &settings);
        let files: Vec<PathBuf> = torrents.iter().map(|t| t.write(folder.path())).collect();
        for file in &files {
            seeder.add(file, &seed_dir);
        }
        for torrent in &torrents {
            seeder.wait_seeding(torrent);
            seeder.wait_announced(torrent);
        }

        let tell = |(torrent, file): (&Torrent, &PathBuf)| {
            json!({
                "name": torrent.name,
                "torrent_path": file,
                "magnet": torrent.magnet(&[&announce]),
                "seed_dir": seed_dir,
                "info_hash": torrent.hex(),
            })
        };
        let line: Value = torrents.iter().zip(&files).map(tell).collect();
        let mut out = io::stdout();
        writeln!(out, "{line}").and_then(|()| out.flush()).unwrap();
        let _ = io::stdin().read_to_end(&mut Vec::new());
    }
}
