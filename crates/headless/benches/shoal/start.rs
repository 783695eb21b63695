//! How long a whole torrent of 20,000 files takes from the start of the program until it seeds, after
//! a clean stop: every file is looked at before a byte is offered, and none is read.

use std::time::{Duration, Instant};

use shoal_testkit::{
    Site, TorrentSpec, make_tree,
    report::{Figure, median, runs},
};
use tokio::time::sleep;

use crate::{
    client::{Commands, Shoal},
    place::Place,
};

const COMPLETE: &str = "start.complete_20k_files_s";
pub(crate) const NAMES: &[&str] = &[COMPLETE];

/// What is aimed at, and its name.
const TARGET: (f64, &str) = (3.0, "target of 3 s");
const FILES: usize = 20_000;
const RUNS: usize = 5;

pub(crate) fn run(place: &Place, chosen: &[&str]) -> Vec<Figure> {
    if !chosen.contains(&COMPLETE) {
        return Vec::new();
    }
    let dir = place.dir().join("start");
    let names: Vec<String> = (0..FILES)
        .map(|i| format!("{:03}/{i:05}.txt", i / 100))
        .collect();
    let files: Vec<(&str, u64)> = names.iter().map(|name| (name.as_str(), 700)).collect();
    let tree = dir.join("downloads").join("many");
    make_tree(&tree, 9, &files);
    let torrent = TorrentSpec::new().piece_length(65_536).build(&tree);
    let host = Site::loopback().host("shoal");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let times = runtime.block_on(async {
        let mut shoal = Shoal::start(&host, &dir, 0);
        let mut commands = shoal.commands().await;
        let hash = commands.add(&torrent.bytes, true).await;
        wait_seeding(&mut commands, &hash).await;
        let mut times = Vec::new();
        for _ in 0..RUNS {
            shoal.process.stop();
            let begun = Instant::now();
            shoal = Shoal::start(&host, &dir, 0);
            wait_seeding(&mut shoal.commands().await, &hash).await;
            times.push(begun.elapsed().as_secs_f64());
        }
        shoal.process.stop();
        times
    });
    runs(&format!("{COMPLETE}, s"), &times, 2);
    let value = median(&times);
    vec![Figure {
        name: COMPLETE,
        value,
        unit: "s",
        against: TARGET.1,
        ratio: value / TARGET.0,
        target: 1.0,
    }]
}

pub(crate) async fn wait_seeding(commands: &mut Commands, hash: &str) {
    loop {
        let snapshot = commands.call("snapshot", &serde_json::json!({})).await;
        let rows = snapshot["torrents"].as_array().unwrap();
        let row = rows.iter().find(|row| row["hash"] == hash).unwrap();
        if row["status"] == "seeding" && row["sentence"]["code"] != "starting" {
            return;
        }
        sleep(Duration::from_millis(20)).await;
    }
}
