//! Staying in control, with a real swarm: the queue, limits of speed, goals of sharing, and what follows a
//! download.
#![allow(clippy::unwrap_used, reason = "tests")]
#![cfg(unix)]

mod common;

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    time::{Duration, Instant},
};

use common::{Home, Shoal, sentence};
use serde_json::{Value, json};
use shoal_testkit::{Aria2, Swarm, TorrentSpec, make_tree, wait};
use tempfile::TempDir;

/// Bytes of the swarm's torrent.
const SIZE: f64 = 12_071_235.0;

/// A torrent that nobody has.
fn nobodys(folder: &TempDir, name: &str, swarm: &Swarm) -> std::path::PathBuf {
    let tree = folder.path().join(name);
    make_tree(&tree, 7, &[("a.bin", 300_000)]);
    let torrent = TorrentSpec::new()
        .tracker(&swarm.tracker.http_url())
        .build(&tree);
    torrent.write(folder.path())
}

fn set(shoal: &Shoal, values: &Value) {
    shoal.call("set_settings", &json!({ "values": values }));
}

fn totals(shoal: &Shoal) -> Value {
    shoal.call("snapshot", &json!({}))["totals"].clone()
}

#[test]
fn torrents_wait_for_their_turn_and_one_that_stalls_holds_nobody_up() {
    let swarm = Swarm::start();
    let home = Home::new();
    let sets = ["queue.downloads=1", "queue.stalled_s=10"];
    let shoal = Shoal::start_with(&swarm.shoal, &home, &sets, &[]);
    let folder = tempfile::tempdir().unwrap();
    let dead = shoal.add_file(&nobodys(&folder, "dead", &swarm), &json!({}));
    shoal.wait_status(&dead, "downloading");
    let real = shoal.add_file(&swarm.file(), &json!({}));
    let row = shoal.wait_sentence(&real, "queue_download");
    assert_eq!(
        (&row["status"], &row["queue_place"]),
        (&json!("waiting"), &json!(1))
    );
    assert_eq!(row["sentence"]["params"]["place"], "1");
    assert_eq!(row["have_bytes"], 0);
    let third = shoal.add_file(&nobodys(&folder, "third", &swarm), &json!({}));
    let second = |row: &Value| row["queue_place"] == 2;
    shoal.wait_row(&third, "the second place", wait::GENEROUS, second);
    let to = json!({"hashes": [third], "to": {"type": "before", "hash": real}});
    shoal.call("queue_move", &to);
    shoal.wait_row(&real, "the second place", wait::GENEROUS, second);
    shoal.call("undo", &json!({}));
    let first = |row: &Value| row["queue_place"] == 1;
    shoal.wait_row(&real, "the first place", wait::GENEROUS, first);
    // The one that runs gets nothing: it goes on, and the next one begins.
    let row = shoal.wait_status(&real, "seeding");
    assert_eq!(row["queue_place"], Value::Null);
    swarm.assert_arrived(&home.downloads());
    assert_eq!(shoal.row(&dead).unwrap()["status"], "downloading");
    // One that is forced needs no turn.
    let fourth = shoal.add_file(&nobodys(&folder, "fourth", &swarm), &json!({}));
    shoal.wait_sentence(&fourth, "queue_download");
    shoal.call("force_start", &json!({"hashes": [fourth]}));
    shoal.wait_status(&fourth, "downloading");
    shoal.quit();
}

#[test]
fn all_and_single_torrents_keep_within_their_limits() {
    let swarm = Swarm::start();
    let home = Home::new();
    let shoal = Shoal::start_with(&swarm.shoal, &home, &["speed.down_kbps=2000"], &[]);
    let begun = Instant::now();
    let hash = shoal.add_file(&swarm.file(), &json!({}));
    shoal.wait_status(&hash, "seeding");
    let took = begun.elapsed().as_secs_f64();
    assert!(
        took > SIZE / 2e6 * 0.85,
        "12 MB in {took} s are more than 2 MB/s"
    );
    swarm.assert_arrived(&home.downloads());
    // Sending: one limit for all, which is lifted while it is felt.
    set(&shoal, &json!({"speed.up_kbps": 300, "speed.down_kbps": 0}));
    let speed = totals(&shoal)["speed"].clone();
    assert_eq!(speed["up_bps"], 300_000);
    let mut other = Aria2::fetch(&swarm.other, &swarm.file(), &swarm.other_dir());
    let sends = |row: &Value| row["up_bps"].as_u64().unwrap_or(0) > 100_000;
    let row = shoal.wait_row(&hash, "sending", wait::GENEROUS, sends);
    assert!(row["up_bps"].as_u64().unwrap() < 600_000, "{row:#}");
    set(&shoal, &json!({"speed.up_kbps": 0}));
    other.wait_complete(wait::GENEROUS);
    shoal.quit();
}

#[test]
fn a_torrents_own_limit_holds_and_says_so() {
    let swarm = Swarm::start();
    let home = Home::new();
    let shoal = Shoal::start(&swarm.shoal, &home);
    let label = json!({"name": "slow", "colour": 1, "defaults": {
        "rules": {"down": {"type": "value", "value": 1_500_000}},
        "matches": [{"name": "al*um", "min_bytes": 1_000_000}],
    }});
    shoal.call("put_label", &label);
    let begun = Instant::now();
    let hash = shoal.add_file(&swarm.file(), &json!({}));
    let row = shoal.row(&hash).unwrap();
    assert_eq!(
        (&row["labels"], &row["limited"]),
        (&json!(["slow"]), &json!(true))
    );
    let rules = shoal.call("rules", &json!({"hashes": [hash]}));
    let from = json!({"type": "label", "name": "slow"});
    assert_eq!(
        rules["effective"]["down"],
        json!({"value": 1_500_000, "from": from})
    );
    shoal.wait_status(&hash, "seeding");
    let took = begun.elapsed().as_secs_f64();
    assert!(
        took > SIZE / 1.5e6 * 0.85,
        "12 MB in {took} s are more than 1.5 MB/s"
    );
    swarm.assert_arrived(&home.downloads());
    shoal.quit();
}

#[test]
fn a_goal_that_is_reached_ends_the_sharing_and_is_remembered() {
    let mut swarm = Swarm::start();
    let home = Home::new();
    let shoal = Shoal::start_with(&swarm.shoal, &home, &["goals.ratio_percent=50"], &[]);
    let hash = shoal.add_file(&swarm.file(), &json!({}));
    let row = shoal.wait_status(&hash, "seeding");
    assert_eq!(
        (&row["goal"]["kind"], &row["goal"]["target"]),
        (&json!("ratio"), &json!(50))
    );
    swarm.seeder.process().stop();
    let mut other = Aria2::fetch(&swarm.other, &swarm.file(), &swarm.other_dir());
    let row = shoal.wait_status(&hash, "finished");
    assert_eq!(sentence(&row), "goal_reached", "{row:#}");
    assert!(row["ratio"].as_f64().unwrap() >= 0.5, "{row:#}");
    other.process().stop();
    shoal.quit();
    // What was sent is known after a restart, and it is not begun again.
    let shoal = Shoal::start_with(&swarm.shoal, &home, &[], &[]);
    let row = shoal.wait_status(&hash, "finished");
    assert!(row["ratio"].as_f64().unwrap() >= 0.5, "{row:#}");
    shoal.quit();
}

/// A program that says what it was given.
fn program(folder: &Path, out: &Path) -> String {
    let path = folder.join("tell");
    let text = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$@\" \"$SHOAL_HASH\" > '{0}.new'\nmv '{0}.new' '{0}'\necho all well\n",
        out.display()
    );
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn what_follows_a_download_is_a_move_a_label_and_a_program() {
    let swarm = Swarm::start();
    let home = Home::new();
    let folder = tempfile::tempdir().unwrap();
    let (out, done) = (folder.path().join("out"), folder.path().join("done"));
    fs::create_dir(&done).unwrap();
    let program = format!(
        "done.program={}\n%N\n%F\n%L\n$(false) %%",
        program(folder.path(), &out)
    );
    let move_to = format!("done.move_to={}", done.display());
    let sets = [program.as_str(), &move_to, "done.label=here"];
    let shoal = Shoal::start_with(&swarm.shoal, &home, &sets, &[]);
    let hash = shoal.add_file(&swarm.file(), &json!({}));
    let said = wait::until(wait::GENEROUS, "the program", || {
        fs::read_to_string(&out).ok()
    });
    let expected = ["album", done.to_str().unwrap(), "here", "$(false) %", &hash];
    assert_eq!(said.lines().collect::<Vec<_>>(), expected);
    swarm.assert_arrived(&done);
    let row = shoal.wait_status(&hash, "seeding");
    assert_eq!(row["labels"], json!(["here"]));
    assert_eq!(row["save_path"], done.to_str().unwrap());
    let entry = wait::until(wait::GENEROUS, "the log", || {
        let log = shoal.call("log", &json!({"hash": hash, "before": null}));
        let ended = |e: &&Value| e["sentence"]["code"] == "log_program_ended";
        log.as_array().unwrap().iter().find(ended).cloned()
    });
    assert_eq!(entry["sentence"]["params"]["output"], "all well");
    // Neither a browser nor a file may choose what runs.
    let values = json!({"values": {"done.program": "/bin/true"}});
    let refused = shoal.try_call("set_settings", &values).unwrap_err();
    assert_eq!(refused["code"], "not_here");
    shoal.quit();
}

#[test]
fn when_all_is_done_there_is_a_minute_to_say_no() {
    let swarm = Swarm::start();
    let home = Home::new();
    let shoal = Shoal::start_with(&swarm.shoal, &home, &["done.all=quit"], &[]);
    assert_eq!(totals(&shoal)["all_done"], Value::Null);
    let hash = shoal.add_file(&swarm.file(), &json!({}));
    shoal.wait_status(&hash, "seeding");
    let counts = wait::until(wait::GENEROUS, "the countdown", || {
        Some(totals(&shoal)["all_done"].clone()).filter(|all_done| !all_done.is_null())
    });
    assert_eq!(counts["kind"], "quit");
    shoal.call("cancel_all_done", &json!({}));
    assert_eq!(totals(&shoal)["all_done"], Value::Null);
    let settings = shoal.call("snapshot", &json!({}))["settings"].clone();
    assert_eq!(settings["done.all"], "nothing", "it is asked for once");
    // The second time nobody says no.
    set(&shoal, &json!({"done.all": "quit"}));
    shoal.call("remove", &json!({"hashes": [hash], "data": "keep"}));
    fs::remove_dir_all(home.downloads().join("album")).unwrap();
    let hash = shoal.add_file(&swarm.file(), &json!({}));
    shoal.wait_status(&hash, "seeding");
    let mut shoal = shoal;
    assert_eq!(shoal.process.wait(Duration::from_secs(100)), 0);
}
