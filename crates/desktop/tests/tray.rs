//! The icon as a panel meets it: on a bus of its own, with a panel that comes, goes, crashes or is none.
//!
//! The tray takes the session's bus from the environment, which a test cannot change for itself. So it runs in a
//! process of its own: this program once more, which is told through a FIFO what to show.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
#![allow(
    clippy::print_stdout,
    reason = "the process of its own says so what it sees"
)]

use std::{
    fs::OpenOptions,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::json;
use shoal_desktop::{
    Summary,
    bus::Bus,
    tray::{self, Options, Tray, TrayEvent},
    words::Words,
};
use shoal_testkit::{
    bus::PrivateBus,
    hosts::{Asked, Shown, TrayHost},
};
use tempfile::TempDir;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The process of its own, with its bus.
struct Stage {
    bus: PrivateBus,
    tray: Asked,
    dir: TempDir,
}

impl Stage {
    /// The icon is wanted, and nothing goes on.
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let bus = PrivateBus::start(dir.path());
        // As a session names its bus: the place alone, which is the same when another bus takes it over.
        let place = bus.address().split(',').next().unwrap();
        let tray = program(place, dir.path());
        let mut stage = Self { bus, tray, dir };
        stage.tray.ask("show listed=0");
        stage.tray.ask("switch on");
        stage
    }

    fn panel(&self) -> TrayHost {
        TrayHost::on(self.bus.address())
    }

    /// Waits until it was said for the `nth` time that the icon is seen so.
    #[track_caller]
    fn wait_host(&mut self, host: &str, nth: usize) {
        let said = |tray: &Asked| {
            let lines = tray.lines();
            lines.iter().filter(|line| line["host"] == host).count()
        };
        let tray = &self.tray;
        shoal_testkit::wait::until_or_dump(
            shoal_testkit::wait::GENEROUS,
            &format!("the icon's place to be {host} for the {nth}. time"),
            || (said(tray) >= nth).then_some(()),
            || format!("{:?}", tray.lines()),
        );
    }

    /// Waits until somebody is said to have wished that, and gives the token that came with it.
    #[track_caller]
    fn wait_wish(&mut self, wish: &str) -> Option<String> {
        self.tray.wait(wish, |line| {
            (line["wish"] == wish).then(|| line["token"].as_str().map(str::to_owned))
        })
    }
}

fn program(bus: &str, dir: &Path) -> Asked {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--ignored", "--exact", "--nocapture", "the_process", "--"]);
    command
        .env("DBUS_SESSION_BUS_ADDRESS", bus)
        .env("XDG_DATA_DIRS", dir.join("none"))
        .env("DATA", dir.join("data"));
    Asked::start("tray", command, &[])
}

#[test]
#[ignore = "run by the other tests, as a process of its own"]
fn the_process() {
    let fifo = std::env::args().skip_while(|arg| arg != "--serve").nth(1);
    let fifo = fifo.expect("the other tests say where");
    // What the harness has begun to say is no JSON.
    println!();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let _inside = runtime.enter();
    let (tasks, end) = (TaskTracker::new(), CancellationToken::new());
    let options = Options {
        data_dir: PathBuf::from(std::env::var_os("DATA").unwrap()),
        sandboxed: false,
        bus: Bus::session(),
    };
    let (tray, mut clicks) = tray::spawn(options, &tasks, &end);
    let mut host = tray.host();
    runtime.spawn(async move {
        loop {
            println!(
                "{}",
                json!({ "host": format!("{:?}", *host.borrow_and_update()) })
            );
            host.changed().await.unwrap();
        }
    });
    runtime.spawn(async move {
        while let Some(TrayEvent { wish, token }) = clicks.recv().await {
            println!("{}", json!({ "wish": format!("{wish:?}"), "token": token }));
        }
    });
    println!("{}", json!({ "ready": true }));
    let both_ways = OpenOptions::new().read(true).write(true).open(fifo);
    for line in BufReader::new(both_ways.unwrap()).lines() {
        let line = line.unwrap();
        let (number, line) = line.split_once(' ').unwrap();
        match line.split_once(' ').unwrap_or((line, "")) {
            ("show", what) => show(&tray, what),
            ("switch", word) => tray.switch(word == "on"),
            ("end", _) => {
                end.cancel();
                tasks.close();
                runtime.block_on(tasks.wait());
            }
            other => panic!("{other:?}"),
        }
        println!("{}", json!({ "answers": number.parse::<u64>().unwrap() }));
    }
}

/// `listed=2 stopped=1 window`
fn show(tray: &Tray, what: &str) {
    let number = |name: &str| {
        let mut given = what.split(' ').filter_map(|word| word.split_once('='));
        let value = given.find(|(given, _)| *given == name);
        value.map_or(0, |(_, value)| value.parse().unwrap())
    };
    let summary = Summary {
        listed: number("listed"),
        stopped: number("stopped"),
        downloading: number("downloading"),
        attention: number("attention"),
        slowed: number("slowed") > 0,
        down_bps: u64::from(number("down")),
        ..Summary::default()
    };
    tray.update(&summary, Words::of("en"), what.contains("window"));
}

fn icon(state: &str) -> String {
    format!("io.github.shoalbt.Shoal-tray-{state}-symbolic")
}

#[test]
fn a_panel_shows_the_icon_and_what_is_clicked_is_wished() {
    let mut stage = Stage::new();
    let mut panel = stage.panel();
    panel.wait_item();
    stage.wait_host("Here", 1);
    let shown = panel.look();
    assert_eq!(shown.text("Id"), "io.github.shoalbt.Shoal");
    assert_eq!(shown.text("Title"), "Shoal");
    assert_eq!(shown.text("Category"), "ApplicationStatus");
    assert_eq!(shown.text("Status"), "Active");
    assert_eq!(shown.text("IconName"), icon("idle"));
    let pixels = json!([[22, 22, 22 * 22 * 4], [44, 44, 44 * 44 * 4]]);
    assert_eq!(shown.properties["IconPixmap"], pixels);
    let drawn = Path::new(&shown.text("IconThemePath")).join("hicolor/symbolic/apps");
    assert!(drawn.starts_with(stage.dir.path().join("data")));
    assert!(drawn.join(icon("attention") + ".svg").is_file());

    stage
        .tray
        .ask("show listed=4 stopped=1 downloading=2 attention=1 down=1500000 window");
    let shown = panel.wait_shown("all entries", |shown| shown.offered().len() == 9);
    assert_eq!(
        shown.menu[0].label.replace('\u{202f}', " "),
        "2 downloading · ↓ 1.50 MB/s"
    );
    assert!(!shown.menu[0].enabled, "it only says something");
    let wishes = [
        ("Hide window", "Hide"),
        ("Add torrent files…", "Add"),
        ("Add magnet from clipboard", "Paste"),
        ("Stop all", "StopAll"),
        ("Start all", "StartAll"),
        ("Slow mode", "Slow"),
        ("1 torrent needs attention…", "Attention"),
        ("Settings…", "Settings"),
        ("Quit", "Quit"),
    ];
    for (label, wish) in wishes {
        assert!(shown.offered().contains(&label), "{label}: {shown:?}");
        panel.click(label);
        assert_eq!(stage.wait_wish(wish), None);
    }
    panel.activate("a-token-of-the-compositor");
    assert_eq!(
        stage.wait_wish("Toggle").as_deref(),
        Some("a-token-of-the-compositor")
    );
}

#[test]
fn the_icon_says_the_state_and_entries_keep_their_numbers() {
    let mut stage = Stage::new();
    let mut panel = stage.panel();
    panel.wait_item();
    let ids = |shown: &Shown| shown.menu.iter().map(|e| e.id).collect::<Vec<_>>();
    let first = ids(&panel.look());
    assert_eq!(first.len(), 15);
    let states = [
        ("listed=3 down=5000 downloading=1", "active", "Active"),
        ("listed=3 slowed=1", "slowed", "Active"),
        ("listed=3 stopped=3", "paused", "Active"),
        ("listed=3 attention=2", "attention", "NeedsAttention"),
        ("listed=3", "idle", "Active"),
    ];
    for (what, state, status) in states {
        stage.tray.ask(&format!("show {what}"));
        let shown = panel.wait_shown(state, |shown| shown.text("IconName") == icon(state));
        assert_eq!(shown.text("Status"), status, "{state}");
        assert_eq!(ids(&shown), first, "{state}");
        assert_eq!(shown.switched("Slow mode"), Some(state == "slowed"));
    }
}

#[test]
fn what_looks_alike_is_not_sent() {
    let mut stage = Stage::new();
    let mut panel = stage.panel();
    panel.wait_item();
    stage.tray.ask("show listed=3 down=29900000 downloading=1");
    panel.wait_shown("speeds", |shown| shown.menu[0].label.contains("29.9"));
    let before = panel.signals();
    for more in 0..200 {
        let what = format!("show listed=3 down={} downloading=1", 29_900_000 + more);
        stage.tray.ask(&what);
    }
    // Something that does show comes last: what was sent for the others would have come before it.
    stage.tray.ask("show listed=3 stopped=3");
    panel.wait_shown("the last", |shown| shown.text("IconName") == icon("paused"));
    let sent = panel.signals() - before;
    assert!(
        sent <= 4,
        "{sent} signals: icon, tooltip and the menu's entries"
    );
}

#[test]
fn it_comes_back_with_the_panel() {
    let mut stage = Stage::new();
    stage.wait_host("None", 1);
    let mut panel = stage.panel();
    let owner = panel.wait_item();
    stage.wait_host("Here", 1);
    drop(panel);
    stage.wait_host("None", 2);
    let mut panel = stage.panel();
    assert_eq!(
        panel.wait_item(),
        owner,
        "the same item, of the same process"
    );
    stage.wait_host("Here", 2);
    assert_eq!(panel.items().len(), 1);
    panel.look();
    panel.click("Quit");
    stage.wait_wish("Quit");
}

#[test]
fn a_watcher_that_nobody_displays_is_no_panel() {
    let mut stage = Stage::new();
    let bus = stage.bus.address().to_owned();
    let mut panel = TrayHost::on_with(&bus, &["--no-host"]);
    panel.wait_item();
    stage.wait_host("None", 1);
    panel.set_host(true);
    stage.wait_host("Here", 1);
    panel.set_host(false);
    stage.wait_host("None", 2);
}

#[test]
fn a_watcher_that_does_not_answer_yet_is_asked_again() {
    let mut stage = Stage::new();
    let bus = stage.bus.address().to_owned();
    let mut panel = TrayHost::on_with(&bus, &["--half"]);
    stage.wait_host("None", 1);
    panel.publish();
    panel.set_host(true);
    panel.wait_item();
    stage.wait_host("Here", 1);
}

#[test]
fn it_goes_when_it_is_switched_off_and_at_the_end() {
    let mut stage = Stage::new();
    let mut panel = stage.panel();
    panel.wait_item();
    stage.wait_host("Here", 1);
    stage.tray.ask("switch off");
    stage.wait_host("None", 2);
    shoal_testkit::wait::until(shoal_testkit::wait::GENEROUS, "it to go", || {
        panel.items().is_empty().then_some(())
    });
    stage.tray.ask("switch on");
    panel.wait_item();
    stage.wait_host("Here", 2);
    stage.tray.ask("end");
    shoal_testkit::wait::until(shoal_testkit::wait::GENEROUS, "it to go", || {
        panel.items().is_empty().then_some(())
    });
}

#[test]
fn it_comes_back_with_the_bus() {
    let mut stage = Stage::new();
    let mut panel = stage.panel();
    panel.wait_item();
    stage.wait_host("Here", 1);
    stage.bus.restart();
    stage.wait_host("None", 2);
    let mut panel = stage.panel();
    panel.wait_item();
    stage.wait_host("Here", 2);
}

#[test]
fn without_a_bus_there_is_no_panel_and_nothing_waits() {
    let dir = tempfile::tempdir().unwrap();
    let nowhere = format!("unix:path={}", dir.path().join("none").display());
    let mut tray = program(&nowhere, dir.path());
    tray.ask("show listed=0");
    tray.ask("switch on");
    tray.wait("that nobody sees it", |line| {
        (line["host"] == "None").then_some(())
    });
    tray.ask("end");
}
