//! What watch folders cost while nothing happens in them: the processor time of a server with twenty of
//! them less that of one with none, side by side over the same minutes. Both have the same torrents, which
//! came out of such folders, and nobody is connected. A minute has each thread's looks that come by
//! themselves.

use std::{
    collections::HashMap,
    fs,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use serde_json::json;
use shoal_testkit::{
    Site,
    report::{Figure, median, runs},
};
use tokio::time::sleep;

use super::{IDLE, LOOK, figure, folder, rules, runtime, watch};
use crate::{
    client::{Commands, Shoal},
    list::torrent_named,
    place::Place,
};

const TARGET: (f64, &str) = (0.1, "target of 0.1 % of a core");
const FOLDERS: usize = 20;
/// In each folder, of torrents and of others.
const FILES: usize = 10;
/// Until what was begun by the filling has come to its end.
const REST: Duration = Duration::from_secs(15);

pub(super) fn run(place: &Place) -> Figure {
    let (minutes, minute) = if place.size.quick {
        (1, Duration::from_secs(10))
    } else {
        (3, Duration::from_secs(60))
    };
    let dir = place.dir().join("idle");
    let with = filled(&dir.join("with"), true);
    let without = filled(&dir.join("without"), false);
    thread::sleep(REST);
    let pids = [with.process.pid(), without.process.pid()];
    let (mut more, mut own) = (Vec::new(), Vec::new());
    for _ in 0..minutes {
        let begun = Instant::now();
        let before = pids.map(used);
        thread::sleep(minute);
        let after = pids.map(used);
        let percent = 100.0 / begun.elapsed().as_secs_f64() / 1000.0;
        let spent = |at: usize, of: fn(&str) -> bool| sum(&after[at], of) - sum(&before[at], of);
        println!(
            "processor ms in {minute:?}: {:.2} with {FOLDERS} folders, {:.2} with none",
            spent(0, |_| true),
            spent(1, |_| true)
        );
        more.push((spent(0, |_| true) - spent(1, |_| true)) * percent);
        own.push(spent(0, is_watching) * percent);
    }
    runs("% of a core, threads of watch folders alone", &own, 4);
    runs(&format!("{IDLE}, % of a core"), &more, 4);
    figure(IDLE, median(&more), "%", TARGET)
}

/// A server whose folders were looked through, and which watches them still or does not any more.
fn filled(dir: &Path, watching: bool) -> Shoal {
    let shoal = Shoal::start(&Site::loopback().host("shoal"), dir, 0);
    runtime().block_on(async {
        let mut commands = shoal.commands().await;
        for number in 0..FOLDERS {
            let id = one(&mut commands, dir, number).await;
            if !watching {
                commands.call("watch_drop", &json!({ "id": id })).await;
            }
        }
    });
    shoal
}

async fn one(commands: &mut Commands, dir: &Path, number: usize) -> u64 {
    let path = dir.join(format!("folder {number}"));
    fs::create_dir_all(&path).unwrap();
    for file in 0..FILES {
        let name = format!("File {file} of folder {number}.bin");
        fs::write(path.join(format!("{name}.torrent")), torrent_named(&name)).unwrap();
        fs::write(path.join(format!("{name}.txt")), &name).unwrap();
    }
    let mut rules = rules(&path);
    rules["start"] = false.into();
    rules["after"] = json!({"kind": "keep"});
    let id = watch(commands, &rules).await;
    while folder(commands, id).await["added_today"] != FILES {
        sleep(LOOK).await;
    }
    id
}

/// Milliseconds of each thread of a process, with its name. Its ticks of 10 ms are too coarse here.
fn used(pid: u32) -> HashMap<u32, (String, f64)> {
    let mut times = HashMap::new();
    for task in fs::read_dir(format!("/proc/{pid}/task")).unwrap() {
        let task = task.unwrap();
        // One that ends meanwhile has no say.
        let read = |what| fs::read_to_string(task.path().join(what)).ok();
        if let (Some(name), Some(sched)) = (read("comm"), read("sched")) {
            let line = sched.lines().find(|l| l.contains("sum_exec_runtime"));
            let (_, ms) = line.unwrap().split_once(':').unwrap();
            let id = task.file_name().to_string_lossy().parse().unwrap();
            times.insert(id, (name.trim().to_owned(), ms.trim().parse().unwrap()));
        }
    }
    times
}

fn sum(times: &HashMap<u32, (String, f64)>, of: fn(&str) -> bool) -> f64 {
    let times = times.values().filter(|(name, _)| of(name));
    times.map(|(_, ms)| ms).sum()
}

fn is_watching(thread: &str) -> bool {
    ["watch-", "notify", "shoal-folders"]
        .iter()
        .any(|name| thread.starts_with(name))
}
