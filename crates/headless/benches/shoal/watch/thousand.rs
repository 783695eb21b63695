//! A thousand files that are renamed into a watch folder at once, until every row has been received and
//! every original is renamed, by the rules that a new folder gets: each torrent is started, too. Beside it,
//! the same with torrents that stay stopped; what memory it took; and what a person's command took
//! meanwhile.

use std::{
    collections::HashSet,
    fs,
    path::Path,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use shoal_testkit::{
    Site,
    report::{Figure, median},
};
use tokio::time::sleep;

use super::{LOOK, THOUSAND, figure, renamed, rules, runtime, watch};
use crate::{
    client::{Commands, Events, Shoal},
    list::torrent_named,
    place::Place,
};

const TARGET: (f64, &str) = (20.0, "target of 20 s");

pub(super) fn run(place: &Place) -> Figure {
    let files = if place.size.quick { 100 } else { 1_000 };
    let mut seconds = 0.0;
    for start in [false, true] {
        let dir = place.dir().join(format!("thousand-{start}"));
        let mut rules = rules(&dir.join("watched"));
        rules["start"] = start.into();
        seconds = drop_all(&dir, &rules, files);
    }
    figure(THOUSAND, seconds, "s", TARGET)
}

fn drop_all(dir: &Path, rules: &Value, files: usize) -> f64 {
    let shoal = Shoal::start(&Site::loopback().host("shoal"), dir, 0);
    let folder = Path::new(rules["path"].as_str().unwrap());
    let staged = dir.join("staged");
    fs::create_dir_all(&staged).unwrap();
    let names: HashSet<String> = (0..files)
        .map(|number| format!("One of many files at once, number {number:04}.bin"))
        .collect();
    for name in &names {
        let path = staged.join(format!("{name}.torrent"));
        fs::write(path, torrent_named(name)).unwrap();
    }
    runtime().block_on(async {
        let (mut commands, mut events) = (shoal.commands().await, shoal.events().await);
        events.snapshot().await;
        let other = commands
            .add(&torrent_named("Another torrent"), false)
            .await;
        for name in ["one", "other"] {
            let request = json!({"name": name, "colour": 0});
            commands.call("put_label", &request).await;
        }
        watch(&mut commands, rules).await;
        let pid = shoal.process.pid();
        // The peak is counted from here.
        fs::write(format!("/proc/{pid}/clear_refs"), "5").unwrap();
        let before = memory(pid, "VmRSS:");
        let begun = Instant::now();
        for name in &names {
            let name = format!("{name}.torrent");
            fs::rename(staged.join(&name), folder.join(&name)).unwrap();
        }
        let work = async {
            let listed = rows(&mut events, names.clone(), begun).await;
            while renamed(folder) < files {
                sleep(LOOK).await;
            }
            (listed, begun.elapsed().as_secs_f64())
        };
        let mut times = Vec::new();
        let (listed, seconds) = tokio::select! {
            done = work => done,
            () = command(&mut commands, &other, &mut times) => unreachable!("it has no end"),
        };
        let peak = memory(pid, "VmHWM:") - before;
        times.sort_by(f64::total_cmp);
        println!(
            "{files} files, start: {}: all in the list after {listed:.2} s, all renamed after {seconds:.2} s; \
             at most {peak:.0} MiB more memory; {} commands meanwhile, ms: median {:.1}, p95 {:.1}, longest {:.1}",
            rules["start"],
            times.len(),
            median(&times),
            times[times.len() * 95 / 100],
            times[times.len() - 1],
        );
        seconds
    })
}

/// Seconds until every row was received.
async fn rows(events: &mut Events, mut missing: HashSet<String>, begun: Instant) -> f64 {
    while !missing.is_empty() {
        for row in events.delta().await.upserts {
            missing.remove(&row.name);
        }
    }
    begun.elapsed().as_secs_f64()
}

/// Without end: labels another torrent, which is on the disk before the answer.
async fn command(commands: &mut Commands, hash: &str, times: &mut Vec<f64>) {
    for label in ["one", "other"].iter().cycle() {
        let begun = Instant::now();
        let request = json!({"hashes": [hash], "labels": [label]});
        commands.call("set_labels", &request).await;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
        sleep(Duration::from_millis(10)).await;
    }
}

/// MiB of a process, by the kernel's name.
fn memory(pid: u32, name: &str) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kib = line.unwrap().split_whitespace().next().unwrap();
    kib.parse::<f64>().unwrap() / 1024.0
}
