//! What talks to the system, on a bus of the test's own with the services of a desktop played by others.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod awakening;
mod ending;

use std::{collections::HashMap, os::unix::net::UnixListener, time::Instant};

use futures_util::StreamExt as _;
use shoal_desktop::{
    Summary,
    awake::{self, Awake},
    bus::{Bus, PATIENCE},
    launcher::{self, Badge},
    session::{self, Session},
};
use shoal_testkit::{PrivateBus, Process, hosts::PowerHost, wait};
use tempfile::TempDir;
use tokio::time::timeout;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use zbus::{MatchRule, MessageStream, zvariant::OwnedValue};

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
