//! How long what controls thousands at once takes, with 10,000 torrents in the list: places in the
//! queue, limits, goals, labels and the order of pieces of half of them, to start, stop and remove them,
//! one step each, and taking such a step back.
//!
//! From before the request is written until the answer is there, which is behind the commit on the
//! disk; as [`list`](crate::list) does it for single torrents. The figure is what 95 of 100 stay under.

use std::time::Instant;

use serde_json::{Value, json};
use shoal_testkit::{
    Site,
    report::{Figure, runs},
};

use crate::{
    client::{Commands, Shoal},
    list::{fill, flushes},
    place::Place,
};

const COMMAND: &str = "control.command_ms_p95_10k";
pub(crate) const NAMES: &[&str] = &[COMMAND];
/// What is aimed at, in milliseconds.
const TARGET: f64 = 100.0;

pub(crate) fn run(place: &Place, chosen: &[&str]) -> Vec<Figure> {
    if !chosen.contains(&COMMAND) {
        return Vec::new();
    }
    let dir = place.dir().join("control");
    let host = Site::loopback().host("shoal");
    let shoal = Shoal::start(&host, &dir, 0);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut times = runtime.block_on(async {
        let mut commands = shoal.commands().await;
        // Those that are started stand in line, as everywhere else.
        let queue = json!({"values": {"queue.downloads": 5}});
        commands.call("set_settings", &queue).await;
        let hashes = fill(&mut commands, place.size.torrents).await;
        flushes(&dir);
        let mut times = Vec::new();
        for turn in 0..place.size.commands.div_ceil(20) {
            times.extend(all(&mut commands, &hashes, turn).await);
        }
        flushes(&dir);
        times
    });
    runs(&format!("{COMMAND}, ms"), &times, 1);
    times.sort_by(f64::total_cmp);
    let value = times[(times.len() * 95).div_ceil(100) - 1];
    vec![Figure {
        name: COMMAND,
        value,
        unit: "ms",
        against: "target of 100 ms",
        ratio: value / TARGET,
        target: 1.0,
    }]
}

/// One of each, on every other torrent.
async fn all(commands: &mut Commands, hashes: &[String], turn: usize) -> Vec<f64> {
    let some: Vec<&String> = hashes.iter().skip(turn % 2).step_by(2).collect();
    let value = |n: usize| json!({"type": "value", "value": n});
    let label = format!("label {turn}");
    let other = format!("other {turn}");
    let requests: [(&str, Value); 14] = [
        ("queue_move", json!({"hashes": some, "to": {"type": "top"}})),
        (
            "queue_move",
            json!({"hashes": some, "to": {"type": "down"}}),
        ),
        (
            "set_rules",
            json!({"hashes": some, "up": value(50_000 + turn)}),
        ),
        (
            "set_rules",
            json!({"hashes": some, "ratio_percent": value(100 + turn)}),
        ),
        ("set_labels", json!({"hashes": some, "labels": [label]})),
        ("undo", json!({})),
        ("redo", json!({})),
        ("rename_label", json!({"name": label, "to": other})),
        (
            "set_order",
            json!({"hashes": some, "sequential": (turn / 2).is_multiple_of(2), "first_last": false}),
        ),
        ("start", json!({"hashes": some})),
        ("force_start", json!({"hashes": some[..5]})),
        ("stop", json!({"hashes": some})),
        ("remove", json!({"hashes": some, "data": "keep"})),
        ("undo", json!({})),
    ];
    commands
        .call("put_label", &json!({"name": label, "colour": turn % 6}))
        .await;
    let mut times = Vec::new();
    for (name, request) in requests {
        // Each finds Shoal at rest: what the one before put off is written before a log is read.
        let other = &hashes[(turn + 1) % 2];
        commands
            .call("log", &json!({"hash": other, "before": null}))
            .await;
        let begun = Instant::now();
        commands.call(name, &request).await;
        let ms = begun.elapsed().as_secs_f64() * 1000.0;
        println!("{name}: {ms:.1} ms");
        times.push(ms);
    }
    times
}
