//! Many of everything: files in a torrent, torrents with few open files allowed.
#![allow(clippy::unwrap_used, reason = "tests")]
#![cfg(unix)]

mod common;

use std::fs;

use common::{Home, Shoal};
use serde_json::{Value, json};
use shoal_testkit::{Aria2, Swarm, SwarmSpec, TorrentSpec, make_tree, wait};

#[test]
fn twenty_thousand_files_arrive() {
    let names: Vec<String> = (0..20_000)
        .map(|i| format!("{:03}/{i:05}.txt", i / 100))
        .collect();
    let tree: Vec<(&str, u64)> = names.iter().map(|n| (n.as_str(), 700)).collect();
    let swarm = Swarm::with(&SwarmSpec {
        tree: &tree,
        piece_kib: 64,
        ..SwarmSpec::default()
    });
    let home = Home::new();
    let shoal = Shoal::start(&swarm.shoal, &home);
    let hash = shoal.add_file(&swarm.file(), &json!({}));
    shoal.wait_row(&hash, "the end", wait::GENEROUS * 2, |r| {
        r["completed_at"] != Value::Null
    });
    swarm.assert_arrived(&home.downloads());
    shoal.quit();
    let shoal = Shoal::start(&swarm.shoal, &home);
    let row = shoal.wait_status(&hash, "seeding");
    assert!(
        row["downloaded_bytes"].as_u64().unwrap() < 15_000_000,
        "{row:#}"
    );
    shoal.quit();
}

/// Torrents that are whole, small and there already.
const COUNT: usize = 500;

/// Adds them all to a Shoal that may open so many files.
fn seed_many(swarm: &Swarm, home: &Home, files_max: &str) -> Shoal {
    let limit = format!("--nofile={files_max}");
    let (torrents, data) = (home.data().with_file_name("torrents"), home.downloads());
    fs::create_dir_all(&torrents).unwrap();
    let shoal = Shoal::start_with(&swarm.shoal, home, &[], &["prlimit", &limit]);
    for i in 0..COUNT {
        let name = format!("t{i}");
        let files = [("a.bin", 40_000), ("b.bin", 10_000)];
        make_tree(&data.join(&name), i as u64, &files);
        let torrent = TorrentSpec::new()
            .piece_length(16_384)
            .build(&data.join(&name));
        shoal.add_file(&torrent.write(&torrents), &json!({}));
    }
    shoal
}

fn count(shoal: &Shoal, status: &str) -> usize {
    let snapshot = shoal.call("snapshot", &json!({}));
    let rows = snapshot["torrents"].as_array().unwrap();
    rows.iter().filter(|row| row["status"] == status).count()
}

/// What macOS and some Linux systems give a program at first.
#[test]
fn five_hundred_torrents_seed_where_256_open_files_are_usual() {
    let mut swarm = Swarm::start();
    let home = Home::new();
    let shoal = seed_many(&swarm, &home, "256:4096");
    wait::until(wait::GENEROUS * 2, "all to seed", || {
        (count(&shoal, "seeding") == COUNT).then_some(())
    });
    // And one more arrives meanwhile, and is handed on.
    let hash = shoal.add_file(&swarm.file(), &json!({}));
    shoal.wait_status(&hash, "seeding");
    swarm.seeder.process().stop();
    Aria2::fetch(&swarm.other, &swarm.file(), &swarm.other_dir()).wait_complete(wait::GENEROUS);
    assert_eq!(count(&shoal, "seeding"), COUNT + 1);
    shoal.quit();
}

/// Where no more than 256 can be had, what does not fit waits and says so; nothing fails.
#[test]
fn five_hundred_torrents_take_turns_where_no_more_than_256_files_can_be_open() {
    let swarm = Swarm::start();
    let home = Home::new();
    let shoal = seed_many(&swarm, &home, "256:256");
    let (mut seeding, mut waiting) = (0, 0);
    wait::until(wait::GENEROUS * 2, "each to seed or to wait", || {
        (seeding, waiting) = (count(&shoal, "seeding"), count(&shoal, "waiting"));
        (seeding + waiting == COUNT && seeding > 0).then_some(())
    });
    assert!(seeding >= 90, "only {seeding} run");
    let snapshot = shoal.call("snapshot", &json!({}));
    let rows = snapshot["torrents"].as_array().unwrap().clone();
    let waits = |row: &&Value| row["sentence"]["code"] == "too_many_running";
    let hashes = |status: &str| -> Vec<Value> {
        let fits = rows.iter().filter(|row| row["status"] == status);
        fits.map(|row| row["hash"].clone()).collect()
    };
    assert!(
        rows.iter().any(|row| waits(&row)),
        "nobody says why: {rows:#?}"
    );
    // When the others are stopped, those that waited run.
    shoal.call("stop", &json!({"hashes": hashes("seeding")}));
    shoal.call("start", &json!({"hashes": hashes("waiting")}));
    wait::until(wait::GENEROUS * 2, "those that waited", || {
        (count(&shoal, "seeding") >= 90).then_some(())
    });
    shoal.quit();
}
