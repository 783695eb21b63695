//! How quick Shoal answers with a long list: 10,000 stopped torrents, each a small .torrent that was
//! added over HTTP, in the shipped server with its store on the disk that `target` lies on.
//!
//! All times are on the clock of the client, from before it writes the request, and nothing is taken
//! off: the way through HTTP, the actor and the store, whose commit is on the disk before the
//! answer, and back. What this disk takes for a write and its flush is printed beside them.

use std::{
    collections::HashSet,
    fs::File,
    io::Write as _,
    path::Path,
    time::{Duration, Instant},
};

use serde_json::json;
use shoal_testkit::{
    Site,
    report::{Figure, median, runs},
};
use tokio::time::sleep;

use crate::{
    client::{Commands, Events, Shoal},
    place::Place,
};

const COMMAND: &str = "api.command_ms_p50_10k";
const DELTA: &str = "api.delta_ms_p50_10k";
pub(crate) const NAMES: &[&str] = &[COMMAND, DELTA];

/// What is aimed at, and its name.
const COMMAND_TARGET: (f64, &str) = (5.0, "target of 5 ms");
const DELTA_TARGET: (f64, &str) = (10.0, "target of 10 ms");
/// A delta comes at most every 100 ms: what is measured must not begin within them.
const CALM: Duration = Duration::from_millis(150);
/// Torrents that commands go to, one after the other.
const COMMANDED: usize = 20;
/// Rows that change at once.
const CHANGED: usize = 500;

pub(crate) fn run(place: &Place, chosen: &[&str]) -> Vec<Figure> {
    if !NAMES.iter().any(|name| chosen.contains(name)) {
        return Vec::new();
    }
    let dir = place.dir().join("list");
    let host = Site::loopback().host("shoal");
    let shoal = Shoal::start(&host, &dir, 0);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut commands = shoal.commands().await;
        let hashes = fill(&mut commands, place.size.torrents).await;
        flushes(&dir);
        let mut figures = Vec::new();
        if chosen.contains(&COMMAND) {
            let times = command(&mut commands, &hashes, place.size.commands).await;
            figures.push(figure(COMMAND, &times, COMMAND_TARGET));
        }
        if chosen.contains(&DELTA) {
            let mut events = shoal.events().await;
            let times = delta(&mut commands, &mut events, &hashes, place.size.deltas).await;
            figures.push(figure(DELTA, &times, DELTA_TARGET));
        }
        flushes(&dir);
        figures
    })
}

fn figure(name: &'static str, times: &[f64], aim: (f64, &'static str)) -> Figure {
    runs(&format!("{name}, ms"), times, 2);
    let value = median(times);
    Figure {
        name,
        value,
        unit: "ms",
        against: aim.1,
        ratio: value / aim.0,
        target: 1.0,
    }
}

pub(crate) async fn fill(commands: &mut Commands, count: usize) -> Vec<String> {
    let begun = Instant::now();
    let mut hashes = Vec::with_capacity(count);
    for number in 0..count {
        hashes.push(commands.add(&torrent(number), false).await);
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!("{count} torrents were added one by one in {seconds:.1} s");
    hashes
}

/// A .torrent of one file in one piece, whose data exist nowhere.
fn torrent(number: usize) -> Vec<u8> {
    torrent_named(&format!(
        "A torrent of the long list, number {number:05}.bin"
    ))
}

/// The same of any name.
pub(crate) fn torrent_named(name: &str) -> Vec<u8> {
    let head = format!(
        "d4:infod6:lengthi1048576e4:name{}:{name}12:piece lengthi1048576e6:pieces20:",
        name.len()
    );
    let mut bytes = head.into_bytes();
    bytes.extend([b'#'; 20]);
    bytes.extend(b"ee");
    bytes
}

/// From the request to the answer of `start` and `stop`, in turn, on one torrent each. Starting one
/// really starts it: its files are looked at, and the engine takes it in.
async fn command(commands: &mut Commands, hashes: &[String], count: usize) -> Vec<f64> {
    let mut times = Vec::new();
    for turn in 0..count {
        let name = if turn % 2 == 0 { "start" } else { "stop" };
        let request = json!({"hashes": [hashes[turn / 2 % COMMANDED]]});
        let begun = Instant::now();
        commands.call(name, &request).await;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    times
}

/// From the request of `set_labels` on 500 torrents until a reader of events has received and
/// parsed every one of the 500 changed rows.
async fn delta(
    commands: &mut Commands,
    events: &mut Events,
    hashes: &[String],
    count: usize,
) -> Vec<f64> {
    assert_eq!(events.snapshot().await.torrents.len(), hashes.len());
    for name in ["one", "other"] {
        let request = json!({"name": name, "colour": 0});
        commands.call("put_label", &request).await;
    }
    let mut times = Vec::new();
    for turn in 0..count {
        calm(events).await;
        let label = if turn % 2 == 0 { "one" } else { "other" };
        let some: Vec<&String> = hashes
            .iter()
            .cycle()
            .skip(turn * CHANGED)
            .take(CHANGED)
            .collect();
        let request = json!({"hashes": some, "labels": [label]});
        let begun = Instant::now();
        let (_, seconds) = tokio::join!(
            commands.call("set_labels", &request),
            arrival(events, label, &some, begun)
        );
        times.push(seconds * 1000.0);
    }
    times
}

async fn arrival(events: &mut Events, label: &str, of: &[&String], begun: Instant) -> f64 {
    let mut missing: HashSet<&str> = of.iter().map(|h| h.as_str()).collect();
    while !missing.is_empty() {
        let delta = events.delta().await;
        for row in delta.upserts.iter().filter(|r| r.labels == [label]) {
            missing.remove(row.hash.as_str());
        }
    }
    begun.elapsed().as_secs_f64()
}

/// Reads events until none has come for a while.
async fn calm(events: &mut Events) {
    let quiet = sleep(CALM);
    tokio::pin!(quiet);
    loop {
        tokio::select! {
            _ = events.delta() => quiet.as_mut().reset(tokio::time::Instant::now() + CALM),
            () = &mut quiet => return,
        }
    }
}

/// What this disk takes to keep four kilobytes.
pub(crate) fn flushes(dir: &Path) {
    let mut file = File::create(dir.join("flush")).unwrap();
    let times: Vec<f64> = (0..50)
        .map(|_| {
            let begun = Instant::now();
            file.write_all(&[1; 4096]).unwrap();
            file.sync_data().unwrap();
            begun.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    runs("this disk, ms for 4 KiB and its flush", &times, 2);
}
