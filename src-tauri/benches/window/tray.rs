//! What a Shoal costs that is left running, with 2,000 torrents of which 50 seed, and with 200 and none:
//! memory hidden after use and never shown, what it does to a core, and how soon its list is there again
//! after a click in the panel. A bare window that was put away, transmission-daemon and qbittorrent-nox with
//! the same torrents are measured beside it.

use std::{
    env,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use shoal_testkit::{
    Process, Site,
    hosts::TrayHost,
    report::{Figure, median, runs},
    wait,
};

use crate::{
    LOOK, PATIENCE, bare_binary,
    meter::{Memory, Meter},
    others::{self, AT_ONCE, Made},
    screen::{Screen, Shares},
    stage::Stage,
};

/// Sizes of the list, and the figures of each.
const LISTS: &[List] = &[
    List {
        torrents: 2_000,
        hidden: "tray.hidden_pss_mb",
        over_bare: "tray.hidden_over_bare_mb",
        never_shown: "tray.never_shown_pss_mb",
        idle: "tray.idle_cpu_percent",
        show: "tray.show_ms",
    },
    List {
        torrents: 200,
        hidden: "tray.hidden_pss_mb_200",
        over_bare: "tray.hidden_over_bare_mb_200",
        never_shown: "tray.never_shown_pss_mb_200",
        idle: "tray.idle_cpu_percent_200",
        show: "tray.show_ms_200",
    },
    List {
        torrents: 0,
        hidden: "tray.hidden_pss_mb_0",
        over_bare: "tray.hidden_over_bare_mb_0",
        never_shown: "tray.never_shown_pss_mb_0",
        idle: "tray.idle_cpu_percent_0",
        show: "tray.show_ms_0",
    },
];

struct List {
    torrents: usize,
    hidden: &'static str,
    over_bare: &'static str,
    never_shown: &'static str,
    idle: &'static str,
    show: &'static str,
}

/// Other programs with the same torrents; they are told of, and no figure of ours.
const OTHERS: &str = "tray.others";

// What is aimed at.
const OVER_BARE_MB: f64 = 25.0;
const NEVER_SHOWN_MB: f64 = 70.0;
const IDLE_PERCENT: f64 = 0.5;
const SHOW_MS: f64 = 400.0;

/// Adds torrents: the bytes of each, and whether it is started.
const ADD: &str = r"
    const [torrents, done] = arguments;
    const call = (name, request) => window.__TAURI_INTERNALS__.invoke('call', { name, request });
    const add = async ([bytes, start]) => {
        const base64 = btoa(String.fromCharCode(...bytes));
        const preview = await call('inspect', { source: { kind: 'bytes', name: 't.torrent', base64 } });
        await call('add', {
            preview_id: preview.id, save_path: null, wanted: null, start, labels: [], choose_files: false,
        });
    };
    (async () => {
        for (const torrent of torrents) await add(torrent);
    })().then(() => done(null), (refusal) => done(JSON.stringify(refusal)));
";

/// How long things take, and how often they are done.
pub struct Pace {
    /// Before memory is read.
    pub after: Duration,
    pub load: Duration,
    shows: usize,
    /// Torrents that the others get.
    others: usize,
}

impl Pace {
    fn of_this_run() -> Self {
        let quick = env::var_os("SHOAL_BENCH_QUICK").is_some();
        Self {
            after: Duration::from_secs(if quick { 3 } else { 10 }),
            load: Duration::from_secs(if quick { 5 } else { 60 }),
            shows: if quick { 2 } else { 9 },
            others: if quick { 100 } else { LISTS[0].torrents },
        }
    }
}

impl List {
    fn names(&self) -> [&'static str; 5] {
        [
            self.hidden,
            self.over_bare,
            self.never_shown,
            self.idle,
            self.show,
        ]
    }
}

pub fn names() -> impl Iterator<Item = &'static str> {
    LISTS.iter().flat_map(List::names).chain([OTHERS])
}

/// Measures the lists of which a figure is wanted, and of each what that takes.
pub fn run(named: impl Fn(&str) -> bool) -> Vec<Figure> {
    let pace = Pace::of_this_run();
    let mut figures = Vec::new();
    for list in LISTS {
        if list.names().into_iter().any(&named) {
            figures.extend(one_list(list, &pace, &named));
        }
    }
    figures
}

/// What the others need with the longest of the lists. Takes many minutes, so it comes after all else.
pub fn beside(named: impl Fn(&str) -> bool) -> bool {
    if !named(OTHERS) {
        return false;
    }
    let pace = Pace::of_this_run();
    let stage = Stage::new(&Site::loopback().host("desktop"));
    let made = others::make(
        &stage.path().join("torrents"),
        &stage.downloads(),
        pace.others,
    );
    others::measure(stage.desktop.host(), &made, &stage.downloads(), &pace);
    true
}

fn one_list(list: &List, pace: &Pace, named: impl Fn(&str) -> bool) -> Vec<Figure> {
    let stage = Stage::new(&Site::loopback().host("desktop"));
    let made = others::make(
        &stage.path().join("torrents"),
        &stage.downloads(),
        list.torrents,
    );
    fill(&stage, &made);
    let mut panel = TrayHost::start(stage.desktop.command("/usr/bin/python3"), &[]);
    let screen = Screen::open(stage.path());

    let mut figures = Vec::new();
    if named(list.never_shown) {
        let never_shown = never_shown(&stage, &mut panel, pace);
        say(list, "never shown", never_shown);
        let (pss, against) = (never_shown.pss_mb, "target of 70 MB");
        figures.push(figure(list.never_shown, pss, "MB", NEVER_SHOWN_MB, against));
    }
    let is_compared = named(list.hidden) || named(list.over_bare);
    if is_compared || named(list.idle) || named(list.show) {
        let used = after_use(&stage, &mut panel, &screen, pace);
        say(list, "hidden after use", used.memory);
        runs(list.show, &used.shows, 0);
        runs("with all that is around the list, ms", &used.wholes, 0);
        println!("{}: {:.2} % of a core", list.idle, used.load);
        if is_compared {
            let bare = bare(&stage, &screen, pace);
            say(list, "bare window, put away", bare);
            figures.extend(compared(list, used.memory.pss_mb, bare.pss_mb));
        }
        let show = median(&used.shows);
        figures.push(figure(
            list.idle,
            used.load,
            "%",
            IDLE_PERCENT,
            "target of 0.5 % of a core",
        ));
        figures.push(figure(list.show, show, "ms", SHOW_MS, "target of 400 ms"));
    }
    figures
}

fn compared(list: &List, hidden_mb: f64, bare_mb: f64) -> [Figure; 2] {
    let against = "bare window put away + 25 MB";
    let aim = bare_mb + OVER_BARE_MB;
    let over = hidden_mb - bare_mb;
    [
        figure(list.hidden, hidden_mb, "MB", aim, against),
        figure(list.over_bare, over, "MB", OVER_BARE_MB, "target of 25 MB"),
    ]
}

fn say(list: &List, what: &str, memory: Memory) {
    println!(
        "{} torrents, {what}: {:.1} MB in {} processes",
        list.torrents, memory.pss_mb, memory.processes
    );
}

/// Puts them into Shoal's list, and waits until those that are whole seed.
fn fill(stage: &Stage, made: &[Made]) {
    let window = stage.open();
    for some in made.chunks(AT_ONCE) {
        let some: Vec<Value> = some
            .iter()
            .map(|one| json!([one.bytes, one.seeds]))
            .collect();
        let added = window
            .drive(|driver| async move { driver.execute_async(ADD, vec![json!(some)]).await });
        assert_eq!(added.unwrap().json(), &json!(null));
    }
    let wanted = made.iter().filter(|one| one.seeds).count();
    wait::until(PATIENCE * 4, "the whole torrents to seed", || {
        let list = window.try_call("snapshot", &json!({})).ok()?;
        let rows = list["torrents"].as_array()?;
        let seeding = rows.iter().filter(|row| row["status"] == "seeding").count();
        (seeding == wanted).then_some(())
    });
    let values = json!({"values": {"window.welcome_done": true, "appearance.theme": "light"}});
    window.try_call("set_settings", &values).unwrap();
    window.terminate();
}

fn shoal(stage: &Stage, arguments: &[&str]) -> (Process, Meter) {
    let mut command = stage.command(env!("CARGO_BIN_EXE_shoal"));
    command.args(stage.args()).args(arguments);
    start("shoal", command)
}

fn start(name: &str, mut command: Command) -> (Process, Meter) {
    let meter = Meter::on(&mut command);
    (Process::spawn(name, &command), meter)
}

fn leave(mut process: Process) {
    process.signal("TERM");
    assert_eq!(process.wait(wait::GENEROUS), 0, "{}", process.log_tail());
}

fn never_shown(stage: &Stage, panel: &mut TrayHost, pace: &Pace) -> Memory {
    let (process, meter) = shoal(stage, &["--hidden"]);
    panel.wait_item();
    meter.rest();
    thread::sleep(pace.after);
    let memory = meter.memory();
    leave(process);
    memory
}

/// The bare program when its window was there as often as Shoal's, and is gone.
fn bare(stage: &Stage, screen: &Screen, pace: &Pace) -> Memory {
    let times = pace.shows + 2;
    let mut command = stage.command(bare_binary());
    command.args(["--destroy", &times.to_string()]);
    let (mut process, meter) = start("bare", command);
    for _ in 0..times {
        until(screen, "the bare window", |now| now.magenta > 0.9);
        meter.rest();
        stage.desktop.close("bare");
        until(screen, "the bare window to go", |now| now.magenta < 0.1);
    }
    meter.rest();
    thread::sleep(pace.after);
    let memory = meter.memory();
    process.stop();
    memory
}

struct AfterUse {
    memory: Memory,
    load: f64,
    shows: Vec<f64>,
    /// With all that is around the list.
    wholes: Vec<f64>,
}

fn after_use(stage: &Stage, panel: &mut TrayHost, screen: &Screen, pace: &Pace) -> AfterUse {
    let (process, meter) = shoal(stage, &[]);
    until(screen, "the list", is_painted);
    panel.wait_item();
    meter.rest();
    hide(panel);
    until(screen, "the window to go", is_gone);
    let (mut shows, mut wholes) = (Vec::new(), Vec::new());
    // The first time brings WebKit's programs back into memory.
    for round in 0..=pace.shows {
        meter.rest();
        offered(panel, "Open Shoal");
        let begun = Instant::now();
        panel.click("Open Shoal");
        until(screen, "the list", is_painted);
        let ms = begun.elapsed().as_secs_f64() * 1_000.0;
        until(screen, "all that is around it", |_| screen.has_beside());
        if round > 0 {
            shows.push(ms);
            wholes.push(begun.elapsed().as_secs_f64() * 1_000.0);
        }
        meter.rest();
        hide(panel);
        until(screen, "the window to go", is_gone);
    }
    meter.rest();
    thread::sleep(pace.after);
    let memory = meter.memory();
    let load = meter.load(pace.load);
    leave(process);
    AfterUse {
        memory,
        load,
        shows,
        wholes,
    }
}

/// The menu is asked for before, so that the click goes out at once.
fn offered(panel: &mut TrayHost, label: &str) {
    panel.wait_shown(label, |shown| shown.offered().contains(&label));
}

fn hide(panel: &mut TrayHost) {
    offered(panel, "Hide window");
    panel.click("Hide window");
}

/// The list, or the page that says that it is empty.
fn is_painted(now: Shares) -> bool {
    now.white > 0.6 && now.ink > 0.001
}

fn is_gone(now: Shares) -> bool {
    now.white < 0.1
}

fn until(screen: &Screen, what: &str, is_there: impl Fn(Shares) -> bool) {
    let begun = Instant::now();
    while !is_there(screen.shares()) {
        let now = screen.shares();
        assert!(begun.elapsed() < PATIENCE, "waited for {what}: {now:?}");
        thread::sleep(LOOK);
    }
}

fn figure(
    name: &'static str,
    value: f64,
    unit: &'static str,
    aim: f64,
    against: &'static str,
) -> Figure {
    Figure {
        name,
        value,
        unit,
        against,
        ratio: value / aim,
        target: 1.0,
    }
}
