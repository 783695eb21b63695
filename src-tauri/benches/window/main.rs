//! What the real window costs with 10,000 torrents: how much later than a bare Tauri window its list is
//! painted, and how long it takes over 500 rows that change; in `tray`, what it costs when it is put away.
//! `./x bench [NAME]...` runs what fits.
//!
//! The times of the first list are of rounds in which both windows were started, one after the other, on
//! the same display; "painted" is what the display's own picture shows, so that no program is asked.
#![allow(clippy::unwrap_used, reason = "a bench fails loudly")]
#![allow(clippy::print_stdout, reason = "the figures are for whoever runs it")]
#![allow(
    unreachable_pub,
    dead_code,
    reason = "shared with the window's tests, which use more of it"
)]
#![cfg(target_os = "linux")]

#[path = "../../tests/window/desktop.rs"]
mod desktop;
mod meter;
mod others;
#[path = "../../tests/window/page.rs"]
mod page;
mod screen;
#[path = "../../tests/window/stage.rs"]
mod stage;
mod tray;
#[path = "../../tests/window/window.rs"]
mod window;

use std::{
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use serde_json::json;
use shoal_testkit::{
    Process, Site,
    report::{self, Figure, median, runs},
};

use crate::{
    screen::{Screen, Shares},
    stage::Stage,
};

const FIRST: &str = "ui.first_list_ms_over_bare";
const UPDATE: &str = "ui.update_ms_p50_10k_window";
const NAMES: &[&str] = &[FIRST, UPDATE];

const TORRENTS: usize = 10_000;
const ROUNDS: usize = 9;
const UPDATES: u64 = 30;
/// Torrents added by one script.
const AT_ONCE: usize = 250;
/// Between two looks at the display.
const LOOK: Duration = Duration::from_millis(2);
/// A window that is not painted by then never will be.
const PATIENCE: Duration = Duration::from_secs(30);

/// Adds many small torrents in the page, so that not every one takes a way through the driver.
const FILL: &str = r"
    const [from, to, done] = arguments;
    const call = (name, request) => window.__TAURI_INTERNALS__.invoke('call', { name, request });
    const add = async (number) => {
        const name = `A torrent of the long list, number ${String(number).padStart(5, '0')}.bin`;
        const text = `d4:infod6:lengthi1048576e4:name${name.length}:${name}12:piece lengthi1048576e` +
            `6:pieces20:${'#'.repeat(20)}ee`;
        const preview = await call('inspect', {
            source: { kind: 'bytes', name: 't.torrent', base64: btoa(text) },
        });
        await call('add', {
            preview_id: preview.id, save_path: null, wanted: null,
            start: false, labels: [], choose_files: false,
        });
    };
    (async () => {
        for (let number = from; number < to; number += 1) await add(number);
    })().then(() => done(null), (refusal) => done(JSON.stringify(refusal)));
";

fn main() {
    // cargo itself passes `--bench`.
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| !a.starts_with('-'))
        .collect();
    let named = |name: &str| args.is_empty() || args.iter().any(|a| name.contains(a.as_str()));
    let mut figures = Vec::new();
    if named(FIRST) {
        figures.push(first_list());
    }
    if named(UPDATE) {
        figures.push(update());
    }
    figures.extend(tray::run(named));
    if !figures.is_empty() {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        report::write(&target.join("bench.json"), &figures);
        report::table(&figures);
    }
    if !tray::beside(named) && figures.is_empty() {
        let all: Vec<_> = NAMES.iter().copied().chain(tray::names()).collect();
        println!("no bench of the window is named like that; there are {all:?}");
    }
}

/// A list of 10,000 against the bare window: the median of the differences of the rounds.
fn first_list() -> Figure {
    let stage = Stage::new(&Site::loopback().host("desktop"));
    fill(&stage);
    let screen = Screen::open(stage.path());
    let painted_list = |now: Shares| now.white > 0.6 && now.ink > 0.005;
    let painted_bare = |now: Shares| now.magenta > 0.9;
    let (mut bare, mut shoal, mut whole) = (Vec::new(), Vec::new(), Vec::new());
    // The first round only brings both programs into memory.
    for round in 0..=ROUNDS {
        let without = stage.command(bare_binary());
        let [without, _] = until_painted(&without, &screen, painted_bare, |_| true);
        let mut command = stage.command(env!("CARGO_BIN_EXE_shoal"));
        command.args(stage.args());
        let [with, all] = until_painted(&command, &screen, painted_list, Screen::has_beside);
        if round > 0 {
            bare.push(without);
            shoal.push(with);
            whole.push(all - without);
        }
    }
    runs("bare window painted, ms", &bare, 0);
    runs("Shoal's list painted, ms", &shoal, 0);
    let over: Vec<f64> = shoal.iter().zip(&bare).map(|(s, b)| s - b).collect();
    runs(FIRST, &over, 0);
    runs("with all that is around the list, ms over bare", &whole, 0);
    figure(FIRST, median(&over), 150.0, "target of 150 ms")
}

fn fill(stage: &Stage) {
    let window = stage.open();
    let begun = Instant::now();
    for from in (0..TORRENTS).step_by(AT_ONCE) {
        let arguments = vec![json!(from), json!(from + AT_ONCE)];
        let added =
            window.drive(|driver| async move { driver.execute_async(FILL, arguments).await });
        assert_eq!(added.unwrap().json(), &json!(null));
    }
    println!("{TORRENTS} torrents were added in {:.1?}", begun.elapsed());
    window
        .try_call(
            "set_settings",
            &json!({"values": {"window.welcome_done": true, "appearance.theme": "light"}}),
        )
        .unwrap();
    window.terminate();
}

/// Milliseconds from a program's start until the display shows what is waited for, and until it is `whole`; ends it
/// then.
fn until_painted(
    command: &Command,
    screen: &Screen,
    is_there: impl Fn(Shares) -> bool,
    is_whole: impl Fn(&Screen) -> bool,
) -> [f64; 2] {
    assert!(!is_there(screen.shares()), "it was there before the start");
    let begun = Instant::now();
    let process = Process::spawn("window", command);
    let until = |is_seen: &dyn Fn() -> bool| {
        while !is_seen() {
            assert!(
                begun.elapsed() < PATIENCE,
                "{}\n{:?}",
                process.log_tail(),
                screen.shares()
            );
            thread::sleep(LOOK);
        }
        begun.elapsed().as_secs_f64() * 1_000.0
    };
    let times = [
        until(&|| is_there(screen.shares())),
        until(&|| is_whole(screen)),
    ];
    process.signal("TERM");
    until(&|| !is_there(screen.shares()));
    times
}

/// Built by `./x bench` before.
fn bare_binary() -> PathBuf {
    let shoal = Path::new(env!("CARGO_BIN_EXE_shoal"));
    let bare = shoal.with_file_name("examples").join("bare");
    assert!(
        bare.exists(),
        "build it first: cargo build --profile dist --example bare"
    );
    bare
}

/// The page with a made-up list in the window's own engine: from a delta's arrival to the new layout.
fn update() -> Figure {
    let stage = Stage::new(&Site::loopback().host("desktop"));
    let window = stage.open();
    let there = format!("tauri://localhost/?mock={TORRENTS}&changing=500");
    window
        .drive(|driver| async move { driver.goto(there).await })
        .unwrap();
    let count = "return performance.getEntriesByName('shoal-delta').length";
    let begun = Instant::now();
    while window.script(count, &[]).as_u64().unwrap() < UPDATES {
        assert!(begun.elapsed() < PATIENCE * 4, "the list does not change");
        thread::sleep(Duration::from_secs(1));
    }
    let times = "return performance.getEntriesByName('shoal-delta').map((entry) => entry.duration)";
    let times: Vec<f64> = serde_json::from_value(window.script(times, &[])).unwrap();
    runs(
        "500 rows change in the window, ms (its clock has steps of 1 ms)",
        &times,
        0,
    );
    window.terminate();
    figure(UPDATE, median(&times), 8.0, "target of 8 ms")
}

fn figure(name: &'static str, value: f64, aim: f64, against: &'static str) -> Figure {
    Figure {
        name,
        value,
        unit: "ms",
        against,
        ratio: value / aim,
        target: 1.0,
    }
}
