//! The main story without a window: a torrent made by transmission, found through opentracker,
//! fetched from transmission, handed on to aria2; by magnet; across restarts and kill -9.
#![allow(clippy::unwrap_used, reason = "tests")]
#![cfg(unix)]

mod common;

use common::{Home, Shoal};
use serde_json::{Value, json};
use shoal_testkit::{Aria2, Swarm, SwarmSpec, same_tree_but_empty, swarm::SeederKind, wait};

#[test]
fn a_torrent_arrives_and_is_handed_on() {
    let mut swarm = Swarm::start();
    let home = Home::new();
    let shoal = Shoal::start(&swarm.shoal, &home);
    let hash = shoal.add_file(&swarm.file(), &json!({}));
    assert_eq!(hash, swarm.torrent.hex());
    shoal.wait_status(&hash, "seeding");
    swarm.assert_arrived(&home.downloads());
    // From Shoal alone.
    swarm.seeder.process().stop();
    Aria2::fetch(&swarm.other, &swarm.file(), &swarm.other_dir()).wait_complete(wait::GENEROUS);
    assert_eq!(
        same_tree_but_empty(&swarm.seed_dir(), &swarm.other_dir()),
        Ok(())
    );
    let row = shoal.wait_row(&hash, "the upload to be counted", wait::GENEROUS, |r| {
        r["uploaded_bytes"] != 0
    });
    assert!(
        row["uploaded_bytes"].as_u64().unwrap() >= 12_000_000,
        "{row:#}"
    );
    shoal.quit();
}

#[test]
fn a_magnet_arrives_with_its_file_list_from_the_peer() {
    let swarm = Swarm::start();
    let home = Home::new();
    let shoal = Shoal::start(&swarm.shoal, &home);
    let hash = shoal.add_text(&swarm.magnet(), &json!({}));
    shoal.wait_status(&hash, "seeding");
    swarm.assert_arrived(&home.downloads());
    shoal.quit();
}

#[test]
fn a_restart_in_the_middle_goes_on_where_it_was() {
    let swarm = Swarm::slow();
    let home = Home::new();
    let shoal = Shoal::start(&swarm.shoal, &home);
    let hash = shoal.add_file(&swarm.file(), &json!({}));
    let half = |r: &Value| r["have_bytes"].as_u64().unwrap_or(0) > 4_000_000;
    shoal.wait_row(&hash, "a third", wait::GENEROUS, half);
    shoal.quit();
    let shoal = Shoal::start(&swarm.shoal, &home);
    let row = shoal.row(&hash).unwrap();
    assert!(
        row["have_bytes"].as_u64().unwrap() > 4_000_000,
        "the list is painted from the store: {row:#}"
    );
    let row = shoal.wait_status(&hash, "seeding");
    swarm.assert_arrived(&home.downloads());
    let fetched = row["downloaded_bytes"].as_u64().unwrap();
    assert!(
        fetched < 13_500_000,
        "fetched {fetched} bytes for 12 MB: what was there was fetched again"
    );
    shoal.quit();
}

#[test]
fn kill_9_in_the_middle_loses_nothing() {
    let swarm = Swarm::slow();
    let home = Home::new();
    let shoal = Shoal::start(&swarm.shoal, &home);
    let hash = shoal.add_file(&swarm.file(), &json!({}));
    let half = |r: &Value| r["have_bytes"].as_u64().unwrap_or(0) > 6_000_000;
    shoal.wait_row(&hash, "half", wait::GENEROUS, half);
    shoal.kill();
    let shoal = Shoal::start(&swarm.shoal, &home);
    let checked = shoal.wait_row(&hash, "the check", wait::GENEROUS, |r| {
        matches!(r["status"].as_str(), Some("downloading" | "seeding"))
    });
    assert!(
        checked["have_bytes"].as_u64().unwrap() > 4_000_000,
        "what is good is kept: {checked:#}"
    );
    shoal.wait_status(&hash, "seeding");
    swarm.assert_arrived(&home.downloads());
    shoal.quit();
}

#[test]
fn a_torrent_arrives_from_qbittorrent_through_a_restart_and_a_kill() {
    let swarm = Swarm::with(&SwarmSpec {
        seeder: SeederKind::Qbittorrent,
        ..SwarmSpec::slow()
    });
    let home = Home::new();
    let some = |more: u64| move |r: &Value| r["have_bytes"].as_u64().unwrap_or(0) > more;
    let shoal = Shoal::start(&swarm.shoal, &home);
    let hash = shoal.add_text(&swarm.magnet(), &json!({}));
    shoal.wait_row(&hash, "a quarter", wait::GENEROUS, some(3_000_000));
    shoal.quit();
    let shoal = Shoal::start(&swarm.shoal, &home);
    shoal.wait_row(&hash, "half", wait::GENEROUS, some(6_000_000));
    shoal.kill();
    let shoal = Shoal::start(&swarm.shoal, &home);
    let row = shoal.wait_status(&hash, "seeding");
    assert!(
        row["downloaded_bytes"].as_u64().unwrap() < 13_500_000,
        "{row:#}"
    );
    swarm.assert_arrived(&home.downloads());
    shoal.quit();
}
