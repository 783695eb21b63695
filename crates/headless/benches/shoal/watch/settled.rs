//! From the last write of a file until a reader of events has received its row: the pause until it is
//! quiet, the reading, the commit, and the beat of the events.
//!
//! Files come as programs write them: in one go, little by little, or under another name first. They come
//! at ever other moments after the look that the one before has caused.

use std::{
    fs::{self, File},
    io::Write as _,
    path::Path,
    time::{Duration, Instant},
};

use shoal_testkit::{
    Site,
    report::{Figure, runs},
};
use tokio::time::sleep;

use super::{LOOK, SETTLED, figure, renamed, rules, runtime, watch};
use crate::{
    client::{Events, Shoal},
    list::torrent_named,
    place::Place,
};

const TARGET: (f64, &str) = (1_000.0, "target of 1 s");

/// How a program brings a file.
#[derive(Clone, Copy, Debug)]
enum Way {
    AtOnce,
    Slowly,
    Renamed,
}

const WAYS: [Way; 3] = [Way::AtOnce, Way::Slowly, Way::Renamed];

pub(super) fn run(place: &Place) -> Figure {
    let dir = place.dir().join("settled");
    let shoal = Shoal::start(&Site::loopback().host("shoal"), &dir, 0);
    let rounds = if place.size.quick { 2 } else { 14 };
    let worst = runtime().block_on(async {
        let mut events = shoal.events().await;
        events.snapshot().await;
        let mut worst: f64 = 0.0;
        let folder = dir.join("watched");
        watch(&mut shoal.commands().await, &rules(&folder)).await;
        let mut count = 0;
        for way in WAYS {
            let mut times = Vec::new();
            for _ in 0..rounds {
                times.push(arrival(&mut events, &folder, count, way).await);
                count += 1;
                while renamed(&folder) < count {
                    sleep(LOOK).await;
                }
                sleep(Duration::from_millis(count as u64 * 130 % 700)).await;
            }
            runs(&format!("{SETTLED}, {way:?}, ms"), &times, 0);
            worst = times.into_iter().fold(worst, f64::max);
        }
        let folder = dir.join("polled");
        let mut polled = rules(&folder);
        polled["how"] = "poll".into();
        // A connection that nobody used for so long is closed.
        watch(&mut shoal.commands().await, &polled).await;
        let time = arrival(&mut events, &folder, count, Way::AtOnce).await;
        println!("a folder that is looked through every 10 s: {time:.0} ms");
        worst
    });
    println!("{SETTLED} is the longest of all");
    figure(SETTLED, worst, "ms", TARGET)
}

/// Milliseconds from before the last write, or the last step of all, until the row is here.
async fn arrival(events: &mut Events, folder: &Path, number: usize, way: Way) -> f64 {
    let name = format!("A file of a watch folder, number {number}.bin");
    let begun = bring(folder, &name, way).await;
    loop {
        let delta = events.delta().await;
        if delta.upserts.iter().any(|row| row.name == name) {
            return begun.elapsed().as_secs_f64() * 1000.0;
        }
    }
}

/// Gives the moment before the last step.
async fn bring(folder: &Path, name: &str, way: Way) -> Instant {
    const CHUNKS: usize = 6;
    let bytes = torrent_named(name);
    let path = folder.join(format!("{name}.torrent"));
    match way {
        Way::AtOnce => {
            let begun = Instant::now();
            fs::write(&path, &bytes).unwrap();
            begun
        }
        Way::Slowly => {
            let mut file = File::create(&path).unwrap();
            let mut chunks = bytes.chunks(bytes.len().div_ceil(CHUNKS)).peekable();
            loop {
                let begun = Instant::now();
                file.write_all(chunks.next().unwrap()).unwrap();
                if chunks.peek().is_none() {
                    return begun;
                }
                sleep(Duration::from_millis(90)).await;
            }
        }
        Way::Renamed => {
            let part = folder.join(format!("{name}.torrent.part"));
            fs::write(&part, &bytes).unwrap();
            let begun = Instant::now();
            fs::rename(&part, &path).unwrap();
            begun
        }
    }
}
