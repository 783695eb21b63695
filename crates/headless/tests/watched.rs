//! Files that change under a running seeder: it is noticed, no byte of them is served, and a check is
//! offered. A real leecher tries.
#![allow(clippy::unwrap_used, reason = "tests")]
#![cfg(unix)]

mod common;

use std::{
    fs::{self, File},
    os::unix::fs::FileExt as _,
    path::PathBuf,
};

use common::{Home, Shoal, sentence};
use serde_json::{Value, json};
use shoal_testkit::{Aria2, Swarm, make_tree, wait};

struct Story {
    swarm: Swarm,
    home: Home,
    shoal: Shoal,
    hash: String,
}

impl Story {
    /// Shoal seeds alone.
    fn new() -> Self {
        let mut swarm = Swarm::start();
        let home = Home::new();
        let shoal = Shoal::start(&swarm.shoal, &home);
        let hash = shoal.add_file(&swarm.file(), &json!({}));
        shoal.wait_row(&hash, "the end", wait::GENEROUS, |r| {
            r["completed_at"] != Value::Null
        });
        swarm.seeder.process().stop();
        Self {
            swarm,
            home,
            shoal,
            hash,
        }
    }

    fn large(&self) -> PathBuf {
        self.home.downloads().join("album/disc 2/c.bin")
    }

    /// A leecher asks; Shoal notices, and what it gets of the changed file is nothing wrong.
    fn leecher_gets_nothing_wrong(self) {
        let dir = self.swarm.other_dir();
        let mut leecher = Aria2::fetch(&self.swarm.other, &self.swarm.file(), &dir);
        let row = self.shoal.wait_sentence(&self.hash, "files_changed");
        assert_eq!(row["status"], "attention", "{row:#}");
        let log = leecher.process().log();
        for word in ["Bad piece hash", "checksum error", "Got a bad"] {
            assert!(!log.contains(word), "it was given wrong bytes: {log}");
        }
        leecher.process().stop();
        self.shoal.quit();
    }
}

#[test]
fn a_truncated_file_is_not_served() {
    let story = Story::new();
    let file = File::options().write(true).open(story.large()).unwrap();
    file.set_len(4_000_000).unwrap();
    story.leecher_gets_nothing_wrong();
}

#[test]
fn a_file_overwritten_in_place_is_not_served() {
    let story = Story::new();
    let file = File::options().write(true).open(story.large()).unwrap();
    for at in 0..9 {
        file.write_all_at(b"not what it was", at * 1_000_000)
            .unwrap();
    }
    story.leecher_gets_nothing_wrong();
}

#[test]
fn a_replaced_file_of_the_same_size_is_not_served_nor_repaired() {
    let story = Story::new();
    let other = story.home.downloads().join("other");
    make_tree(&other, 77, &[("c.bin", 9_000_000)]);
    let foreign = fs::read(other.join("c.bin")).unwrap();
    fs::rename(other.join("c.bin"), story.large()).unwrap();
    let (large, hash) = (story.large(), story.hash.clone());
    let row = story.shoal.wait_sentence(&hash, "files_changed");
    assert_eq!(row["status"], "attention", "{row:#}");
    // The check that is offered does not take somebody else's file for ours.
    story.shoal.call("recheck", &json!({"hashes": [hash]}));
    story
        .shoal
        .wait_row(&hash, "what the check found", wait::GENEROUS, |r| {
            matches!(sentence(r), "file_in_the_way" | "matches_partly")
        });
    assert!(
        fs::read(large).unwrap() == foreign,
        "somebody else's file was changed"
    );
    story.shoal.quit();
}

#[test]
fn a_deleted_file_is_noticed_while_nobody_asks() {
    let story = Story::new();
    fs::remove_file(story.large()).unwrap();
    story.shoal.wait_sentence(&story.hash, "files_changed");
    assert!(!story.large().exists(), "fetched again without being asked");
    story.shoal.quit();
}
