//! Log-off, restart and shutdown.

use std::time::Duration;

use shoal_desktop::bus::Bus;
use shoal_testkit::{hosts::PowerHost, wait};
use tokio::time::timeout;
use zbus::{fdo::DBusProxy, names::BusName};

use crate::{World, holds, said};

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
