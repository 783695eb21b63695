//! Disks that are full, folders that are gone, files that are not ours: honest words, nothing lost,
//! and going on by itself when it can.
#![allow(clippy::unwrap_used, reason = "tests")]
#![cfg(unix)]

mod common;

use std::fs;

use common::{Home, Shoal, copy_tree, volume::Volume};
use serde_json::{Value, json};
use shoal_testkit::{Swarm, make_tree, same_tree_but_empty, wait};

#[test]
fn a_file_that_is_not_ours_is_left_alone() {
    let swarm = Swarm::start();
    let home = Home::new();
    let mine = home.downloads().join("album/disc 2/c.bin");
    make_tree(
        &home.downloads().join("album/disc 2"),
        99,
        &[("c.bin", 20_000_000)],
    );
    let before = fs::read(&mine).unwrap();
    let shoal = Shoal::start(&swarm.shoal, &home);
    let hash = shoal.add_file(&swarm.file(), &json!({}));
    shoal.wait_sentence(&hash, "file_in_the_way");
    assert!(
        fs::read(&mine).unwrap() == before,
        "somebody else's file was changed"
    );
    shoal.call("save_beside", &json!({"hash": hash}));
    shoal.wait_status(&hash, "seeding");
    assert!(
        fs::read(&mine).unwrap() == before,
        "somebody else's file was changed"
    );
    assert_eq!(
        same_tree_but_empty(
            &swarm.seed_dir().join("album"),
            &home.downloads().join("album (2)")
        ),
        Ok(())
    );
    shoal.quit();
}

#[test]
fn what_is_there_already_is_checked_and_not_fetched() {
    let swarm = Swarm::start();
    let home = Home::new();
    copy_tree(&swarm.seed_dir().join("album"), &home.downloads());
    let shoal = Shoal::start(&swarm.shoal, &home);
    let hash = shoal.add_file(&swarm.file(), &json!({}));
    let row = shoal.wait_status(&hash, "seeding");
    assert_eq!(row["downloaded_bytes"], 0, "{row:#}");
    shoal.quit();
}

#[test]
fn a_changed_file_of_a_finished_torrent_is_said_and_then_mended() {
    let swarm = Swarm::start();
    let home = Home::new();
    let shoal = Shoal::start(&swarm.shoal, &home);
    let hash = shoal.add_file(&swarm.file(), &json!({}));
    shoal.wait_row(&hash, "the end", wait::GENEROUS, |r| {
        r["completed_at"] != Value::Null
    });
    shoal.quit();
    fs::remove_file(home.downloads().join("album/disc 1/b.bin")).unwrap();
    let shoal = Shoal::start(&swarm.shoal, &home);
    shoal.wait_sentence(&hash, "files_changed");
    assert!(
        !home.downloads().join("album/disc 1/b.bin").exists(),
        "fetched again without being asked"
    );
    shoal.call("recheck", &json!({"hashes": [hash]}));
    shoal.wait_status(&hash, "seeding");
    swarm.assert_arrived(&home.downloads());
    shoal.quit();
}

#[test]
fn a_missing_folder_is_waited_for() {
    let swarm = Swarm::start();
    let home = Home::new();
    let drive = home.downloads().join("drive");
    fs::create_dir(&drive).unwrap();
    let shoal = Shoal::start(&swarm.shoal, &home);
    let hash = shoal.add_file(&swarm.file(), &json!({"save_path": drive}));
    shoal.wait_status(&hash, "seeding");
    shoal.quit();
    let unplugged = home.downloads().join("elsewhere");
    fs::rename(&drive, &unplugged).unwrap();
    let shoal = Shoal::start(&swarm.shoal, &home);
    let row = shoal.wait_sentence(&hash, "folder_missing");
    assert_eq!(
        row["have_bytes"], row["wanted_bytes"],
        "progress is not forgotten: {row:#}"
    );
    assert!(!drive.exists(), "the folder was made anew");
    fs::rename(&unplugged, &drive).unwrap();
    let row = shoal.wait_status(&hash, "seeding");
    assert!(
        row["downloaded_bytes"].as_u64().unwrap() < 13_500_000,
        "fetched again: {row:#}"
    );
    shoal.quit();
}

#[test]
fn removal_to_the_trash_can_be_undone() {
    let swarm = Swarm::start();
    let home = Home::new();
    let shoal = Shoal::start(&swarm.shoal, &home);
    let hash = shoal.add_file(&swarm.file(), &json!({}));
    shoal.wait_status(&hash, "seeding");
    fs::write(home.downloads().join("mine.txt"), "mine").unwrap();
    shoal.call("remove", &json!({"hashes": [hash], "data": "trash"}));
    assert_eq!(shoal.row(&hash), None);
    wait::until(wait::GENEROUS, "the files to be gone", || {
        (!home.downloads().join("album").exists()).then_some(())
    });
    assert!(home.downloads().join("mine.txt").exists());
    shoal.call("undo", &json!({}));
    let row = shoal.wait_status(&hash, "seeding");
    assert!(
        row["downloaded_bytes"].as_u64().unwrap() < 13_500_000,
        "fetched again: {row:#}"
    );
    fs::remove_file(home.downloads().join("mine.txt")).unwrap();
    swarm.assert_arrived(&home.downloads());
    shoal.quit();
}

#[test]
fn undo_of_a_removal_works_after_a_restart() {
    let swarm = Swarm::start();
    let home = Home::new();
    let shoal = Shoal::start(&swarm.shoal, &home);
    let hash = shoal.add_file(&swarm.file(), &json!({}));
    shoal.wait_status(&hash, "seeding");
    shoal.call("remove", &json!({"hashes": [hash], "data": "keep"}));
    swarm.assert_arrived(&home.downloads());
    shoal.quit();
    let shoal = Shoal::start(&swarm.shoal, &home);
    assert_eq!(shoal.row(&hash), None);
    shoal.call("undo", &json!({}));
    shoal.wait_status(&hash, "seeding");
    shoal.quit();
}

#[test]
fn a_full_disk_is_waited_for() {
    let swarm = Swarm::start();
    let home = Home::new();
    let Some(volume) = Volume::mount(&home.downloads().join("volume"), 4) else {
        return;
    };
    let shoal = Shoal::start(&swarm.shoal, &home);
    let hash = shoal.add_file(&swarm.file(), &json!({"save_path": volume.path()}));
    let row = shoal.wait_sentence(&hash, "disk_full");
    let needed: u64 = row["sentence"]["params"]["needed_bytes"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!(needed >= 1, "{row:#}");
    // Shoal leaves some room on a volume: for itself, and for what else is done there.
    volume.resize(200);
    shoal.wait_status(&hash, "seeding");
    swarm.assert_arrived(volume.path());
    shoal.quit();
}

#[test]
fn a_terminal_that_is_closed_ends_it_in_order_unless_it_was_told_to_stay() {
    let site = shoal_testkit::Site::new();
    let host = site.host("shoal");
    let home = Home::new();
    let mut shoal = Shoal::start(&host, &home);
    // Shell and system each send one.
    for signal in ["HUP", "HUP", "TERM"] {
        shoal.process.signal(signal);
    }
    assert_eq!(
        shoal.process.wait(wait::GENEROUS),
        0,
        "{}",
        shoal.process.log_tail()
    );
    let shoal = Shoal::start_with(&host, &home, &[], &["nohup"]);
    shoal.process.signal("HUP");
    shoal.call("settings", &json!({}));
    shoal.quit();
}

#[test]
fn a_second_start_hands_over_and_a_damaged_list_is_said() {
    let site = shoal_testkit::Site::new();
    let host = site.host("shoal");
    let home = Home::new();
    let shoal = Shoal::start(&host, &home);
    let hash = "0123456789abcdef0123456789abcdef01234567";
    shoal.add_text(hash, &json!({"start": false}));
    let (code, said) = Shoal::start_again(
        &host,
        &home,
        "magnet:?xt=urn:btih:ffffffffffffffffffffffffffffffffffffffff",
    );
    assert_eq!(code, 0, "{said}");
    let (code, said) = Shoal::start_again(&host, &home, "--set=downloads.folder=/nowhere");
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("--set were not taken"), "{said}");
    assert!(shoal.row(hash).is_some());
    assert!(
        shoal
            .row("ffffffffffffffffffffffffffffffffffffffff")
            .is_none(),
        "a link added something by itself"
    );
    shoal.quit();
    fs::write(home.data().join("shoal.db"), "this is no database").unwrap();
    let shoal = Shoal::start(&host, &home);
    let snapshot = shoal.call("snapshot", &json!({}));
    assert_eq!(snapshot["notices"][0]["code"], "set_aside", "{snapshot:#}");
    shoal.quit();
}
