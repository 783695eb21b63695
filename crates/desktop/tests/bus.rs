//! What talks to the system, on a bus of the test's own with the services of a desktop played by others.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::{
    collections::HashMap,
    os::unix::net::UnixListener,
    process::Command,
    time::{Duration, Instant},
};

use futures_util::StreamExt as _;
use shoal_desktop::{
    Summary,
    awake::{self, Awake, Choice},
    bus::{Bus, PATIENCE},
    launcher::{self, Badge},
    session::{self, Session},
};
use shoal_testkit::{PrivateBus, Process, hosts::PowerHost, wait};
use tempfile::TempDir;
use tokio::time::timeout;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use zbus::{
    MatchRule, Message, MessageStream,
    fdo::{DBusProxy, MonitoringProxy},
    names::BusName,
    zvariant::OwnedValue,
};

/// A bus, and what runs on it.
struct World {
    daemon: PrivateBus,
    bus: Bus,
    tasks: TaskTracker,
    end: CancellationToken,
    _dir: TempDir,
}

impl World {
    fn new() -> Self {
        let dir = Process::dir();
        let daemon = PrivateBus::start(dir.path());
        Self {
            bus: Bus::at(daemon.address()),
            daemon,
            tasks: TaskTracker::new(),
            end: CancellationToken::new(),
            _dir: dir,
        }
    }

    fn awake(&self) -> Awake {
        awake::spawn(
            &self.bus,
            &self.bus,
            "Busy".to_owned(),
            &self.tasks,
            &self.end,
        )
    }

    fn session(&self) -> Session {
        session::spawn(
            &self.bus,
            &self.bus,
            "Saving".to_owned(),
            &self.tasks,
            &self.end,
        )
    }

    /// Ends what runs, as quitting does.
    async fn quit(&self) {
        self.end.cancel();
        self.tasks.close();
        timeout(wait::GENEROUS, self.tasks.wait()).await.unwrap();
    }
}

fn downloads() -> Summary {
    Summary {
        downloading: 1,
        down_bps: 1000,
        done_bytes: 1,
        wanted_bytes: 4,
        attention: 3,
        ..Summary::default()
    }
}

/// Hosts are asked by looking at what they said, which must not hold up the tasks.
async fn holds(host: PowerHost, count: usize) -> PowerHost {
    tokio::task::spawn_blocking(move || {
        host.wait_locks(wait::GENEROUS, count);
        host
    })
    .await
    .unwrap()
}

async fn said(host: PowerHost, word: &'static str, count: usize) -> PowerHost {
    tokio::task::spawn_blocking(move || {
        wait::until(wait::GENEROUS, word, || {
            (host.count(word) == count).then_some(())
        });
        host
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn where_there_is_no_bus_there_is_none() {
    let dir = Process::dir();
    let bus = Bus::at(&format!("unix:path={}", dir.path().join("bus").display()));
    assert!(bus.get().await.is_none());
}

#[tokio::test]
async fn a_bus_that_does_not_answer_is_waited_for_once() {
    let dir = Process::dir();
    let socket = dir.path().join("bus");
    let _mute = UnixListener::bind(&socket).unwrap();
    let bus = Bus::at(&format!("unix:path={}", socket.display()));
    let start = Instant::now();
    assert!(bus.get().await.is_none());
    let first = start.elapsed();
    assert!(first >= PATIENCE && first < PATIENCE * 4, "{first:?}");
    let start = Instant::now();
    assert!(bus.get().await.is_none());
    assert!(start.elapsed() < PATIENCE / 2, "once is enough");
}

#[tokio::test]
async fn a_bus_that_was_lost_is_found_again() {
    let mut world = World::new();
    let first = world.bus.get().await.unwrap();
    let same = world.bus.clone().get().await.unwrap();
    assert_eq!(first.unique_name(), same.unique_name());
    world.daemon.stop();
    timeout(wait::GENEROUS, first.closed()).await.unwrap();
    assert!(world.bus.get().await.is_none());
    world.daemon.restart();
    let found = timeout(wait::GENEROUS, async {
        loop {
            match world.bus.get().await {
                Some(found) => break found,
                None => tokio::task::yield_now().await,
            }
        }
    });
    assert!(!found.await.unwrap().is_closed());
}

#[tokio::test]
async fn a_download_keeps_the_system_awake_and_its_end_lets_it_go() {
    let world = World::new();
    let power = PowerHost::power(world.daemon.address());
    let awake = world.awake();
    awake.set(Choice::Downloading, &downloads());
    let power = holds(power, 1).await;
    assert_eq!(power.locks()[0].who, "Shoal");
    // What goes on changes nothing: there is one lock, held on.
    for down_bps in 0..100 {
        let summary = Summary {
            down_bps,
            ..downloads()
        };
        awake.set(Choice::Downloading, &summary);
    }
    awake.set(Choice::Never, &downloads());
    let power = holds(power, 0).await;
    assert_eq!(power.taken(), 1);
    awake.set(
        Choice::Sharing,
        &Summary {
            seeding: 1,
            ..Summary::default()
        },
    );
    let power = holds(power, 1).await;
    world.quit().await;
    holds(power, 0).await;
}

#[tokio::test]
async fn a_service_that_was_restarted_is_asked_again() {
    let world = World::new();
    let awake = world.awake();
    let power = PowerHost::power(world.daemon.address());
    awake.set(Choice::Downloading, &downloads());
    drop(holds(power, 1).await);
    let power = PowerHost::power(world.daemon.address());
    holds(power, 1).await;
    world.quit().await;
}

#[tokio::test]
async fn each_desktop_is_asked_in_its_own_way() {
    let world = World::new();
    let awake = world.awake();
    let logind = PowerHost::logind(world.daemon.address());
    awake.set(Choice::Downloading, &downloads());
    let logind = holds(logind, 1).await;
    let lock = &logind.locks()[0];
    assert_eq!((lock.what.as_str(), lock.mode.as_str()), ("idle", "block"));
    // The desktop's own service is the better one when it comes.
    let gnome = holds(PowerHost::gnome(world.daemon.address()), 1).await;
    assert_eq!(
        gnome.locks()[0].what,
        "4",
        "suspending by itself, nothing else"
    );
    let logind = holds(logind, 0).await;
    drop(gnome);
    holds(logind, 1).await;
    world.quit().await;
}

#[tokio::test]
async fn a_program_that_was_opened_meanwhile_holds_nothing() {
    let world = World::new();
    let logind = PowerHost::logind(world.daemon.address());
    let awake = world.awake();
    awake.set(Choice::Downloading, &downloads());
    let logind = holds(logind, 1).await;
    // As a film that is played for hours: as long as anybody has the file of a lock, it is locked.
    let mut opened = Command::new("sleep").arg("600").spawn().unwrap();
    awake.set(Choice::Never, &downloads());
    let gone = tokio::task::spawn_blocking(move || {
        wait::poll(wait::GENEROUS / 3, || {
            logind.locks().is_empty().then_some(())
        })
    });
    let gone = gone.await.unwrap();
    opened.kill().unwrap();
    opened.wait().unwrap();
    assert!(
        gone.is_some(),
        "the program that was opened keeps the system awake"
    );
    world.quit().await;
}

#[tokio::test]
async fn a_shutdown_waits_until_all_is_saved() {
    let world = World::new();
    let logind = PowerHost::logind(world.daemon.address());
    let session = world.session();
    let logind = holds(logind, 1).await;
    let lock = &logind.locks()[0];
    assert_eq!(
        (lock.what.as_str(), lock.mode.as_str()),
        ("shutdown", "delay")
    );
    logind.ask();
    let logind = said(logind, "shutdown", 1).await;
    let early = timeout(Duration::from_millis(1), session.ending()).await;
    assert!(early.is_err(), "a shutdown that was called off is none");
    logind.end();
    timeout(wait::GENEROUS, session.ending()).await.unwrap();
    // Quitting ends the tasks first, and saves then.
    world.quit().await;
    assert_eq!(logind.locks().len(), 1);
    session.saved();
    holds(logind, 0).await;
}

#[tokio::test]
async fn a_session_manager_that_comes_later_is_found_and_its_log_off_heard() {
    let world = World::new();
    let session = world.session();
    let gnome = PowerHost::gnome(world.daemon.address());
    let gnome = said(gnome, "client", 1).await;
    gnome.ask();
    let gnome = said(gnome, "answered", 1).await;
    gnome.end();
    timeout(wait::GENEROUS, session.ending()).await.unwrap();
    world.quit().await;
}

/// Somebody else on the bus says to every program on it, one by one, that this has happened.
async fn forge(world: &World, path: &str, interface: &str, member: &str) {
    let liar = Bus::at(world.daemon.address()).get().await.unwrap();
    let names = DBusProxy::new(&liar).await.unwrap().list_names().await;
    for name in names.unwrap() {
        if matches!(name.inner(), BusName::Unique(_)) {
            let sent = liar.emit_signal(Some(name), path, interface, member, &(true,));
            sent.await.unwrap();
        }
    }
}

#[tokio::test]
async fn nobody_else_can_make_shoal_quit_by_speaking_for_the_system() {
    let world = World::new();
    let logind = PowerHost::logind(world.daemon.address());
    let gnome = PowerHost::gnome(world.daemon.address());
    let session = world.session();
    let logind = holds(logind, 1).await;
    let gnome = said(gnome, "client", 1).await;
    let manager = ("/org/freedesktop/login1", "org.freedesktop.login1.Manager");
    forge(&world, manager.0, manager.1, "PrepareForShutdown").await;
    let client = (
        "/org/gnome/SessionManager/Client1",
        "org.gnome.SessionManager.ClientPrivate",
    );
    forge(&world, client.0, client.1, "EndSession").await;
    // What comes behind it has come.
    gnome.ask();
    let gnome = said(gnome, "answered", 1).await;
    let quits = timeout(wait::GENEROUS / 90, session.ending()).await;
    assert!(quits.is_err(), "somebody else ended it");
    gnome.end();
    timeout(wait::GENEROUS, session.ending()).await.unwrap();
    drop(logind);
    world.quit().await;
}

#[tokio::test]
async fn where_nothing_keeps_the_system_awake_that_is_not_asked_for_each_second() {
    let world = World::new();
    let listener = Bus::at(world.daemon.address()).get().await.unwrap();
    let asks = MatchRule::builder().member("Inhibit").unwrap().build();
    let monitor = MonitoringProxy::new(&listener).await.unwrap();
    let mut asked = MessageStream::from(&listener);
    monitor.become_monitor(&[asks], 0).await.unwrap();
    let awake = world.awake();
    let mut ways = vec![];
    for down_bps in 1..30 {
        let summary = Summary {
            down_bps,
            ..downloads()
        };
        awake.set(Choice::Downloading, &summary);
        if down_bps == 1 {
            for _ in 0..3 {
                let way = next_way(&mut asked).await;
                ways.push(way.header().destination().unwrap().to_string());
            }
        }
        // Until it had time to ask for each of them.
        let bus = world.bus.get().await.unwrap();
        for _ in 0..9 {
            let there = DBusProxy::new(&bus).await.unwrap().list_names().await;
            there.unwrap();
        }
    }
    let (power, gnome) = (
        "org.freedesktop.PowerManagement",
        "org.gnome.SessionManager",
    );
    assert_eq!(ways, [power, gnome, "org.freedesktop.login1"]);
    world.quit().await;
    // All that was asked before comes before this.
    let end = CancellationToken::new();
    let last = "Last".to_owned();
    let again = awake::spawn(&world.bus, &world.bus, last, &world.tasks, &end);
    again.set(Choice::Downloading, &downloads());
    let last = next_way(&mut asked).await;
    end.cancel();
    let asked: (String, String) = last.body().deserialize().unwrap_or_default();
    assert_eq!(asked.1, "Last", "it was asked for again and again");
}

/// What is asked next to keep the system awake.
async fn next_way(asked: &mut MessageStream) -> Message {
    loop {
        let message = timeout(wait::GENEROUS, asked.next()).await.unwrap();
        let message = message.unwrap().unwrap();
        let member = message.header().member().map(ToString::to_string);
        if member.as_deref() == Some("Inhibit") {
            break message;
        }
    }
}

#[tokio::test]
async fn the_launcher_is_told_of_what_changes_and_can_ask() {
    let world = World::new();
    let dock = Bus::at(world.daemon.address()).get().await.unwrap();
    let rule = MatchRule::builder()
        .interface("com.canonical.Unity.LauncherEntry")
        .unwrap()
        .member("Update")
        .unwrap()
        .build();
    let mut updates = MessageStream::for_match_rule(rule, &dock, None)
        .await
        .unwrap();
    let launcher = launcher::spawn(&world.bus, &world.tasks, &world.end);
    launcher.set(launcher::badge(true, &downloads()));
    let (sender, shown) = next(&mut updates).await;
    assert_eq!(shown, (25.0, true, 3, true));
    let answer = dock
        .call_method(
            Some(sender.as_str()),
            "/io/github/shoalbt/Shoal",
            Some("com.canonical.Unity.LauncherEntry"),
            "Query",
            &(),
        )
        .await
        .unwrap();
    let (uri, properties): (String, HashMap<String, OwnedValue>) =
        answer.body().deserialize().unwrap();
    assert_eq!(uri, "application://io.github.shoalbt.Shoal.desktop");
    assert_eq!(read(&properties), shown);
    launcher.set(Badge {
        percent: None,
        count: 1,
    });
    assert_eq!(next(&mut updates).await.1, (0.0, false, 1, true));
    // Whoever quits leaves nothing behind.
    world.quit().await;
    assert_eq!(next(&mut updates).await.1, (0.0, false, 0, false));
}

type Shown = (f64, bool, i64, bool);

async fn next(updates: &mut MessageStream) -> (String, Shown) {
    let update = timeout(wait::GENEROUS, updates.next()).await.unwrap();
    let update = update.unwrap().unwrap();
    let sender = update.header().sender().unwrap().to_string();
    let (_, properties): (String, HashMap<String, OwnedValue>) =
        update.body().deserialize().unwrap();
    (sender, read(&properties))
}

fn read(properties: &HashMap<String, OwnedValue>) -> Shown {
    let flag = |key: &str| bool::try_from(&properties[key]).unwrap();
    let progress = f64::try_from(&properties["progress"]).unwrap();
    let count = i64::try_from(&properties["count"]).unwrap();
    let percent = (progress * 100.0).round();
    (
        percent,
        flag("progress-visible"),
        count,
        flag("count-visible"),
    )
}
