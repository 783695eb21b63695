//! What keeps the system awake.

use std::process::Command;

use futures_util::StreamExt as _;
use shoal_desktop::{
    Summary,
    awake::{self, Choice},
    bus::Bus,
};
use shoal_testkit::{hosts::PowerHost, wait};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use zbus::{
    MatchRule, Message, MessageStream,
    fdo::{DBusProxy, MonitoringProxy},
};

use crate::{World, downloads, holds};

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
async fn it_steps_aside_for_a_system_that_is_to_rest() {
    let world = World::new();
    let power = PowerHost::power(world.daemon.address());
    let awake = world.awake();
    awake.set(Choice::Downloading, &downloads());
    let power = holds(power, 1).await;
    awake.step_aside().await;
    let power = holds(power, 0).await;
    // What goes on meanwhile does not take it back at once.
    awake.set(Choice::Sharing, &downloads());
    awake.step_aside().await;
    assert_eq!(power.taken(), 1);
    world.quit().await;
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
