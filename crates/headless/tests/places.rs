//! Where a torrent's files lie: moved, renamed, found again, kept apart until they are whole. Through all
//! of it, and kill -9 in the middle, no byte is lost and nothing foreign is touched.
#![allow(clippy::unwrap_used, reason = "tests")]
#![cfg(unix)]

mod common;

use std::{
    fs,
    path::{Path, PathBuf},
};

use common::{
    Home, Shoal, copy_tree,
    dice::{Dice, rounds},
    have, sentence,
    volume::Volume,
};
use serde_json::{Value, json};
use shoal_testkit::{Aria2, Swarm, SwarmSpec, make_tree, same_tree_but_empty, wait};

/// What it may have fetched when nothing was fetched twice: 12.07 MB and some blocks.
const NOT_TWICE: u64 = 13_500_000;

fn fetched(row: &Value) -> u64 {
    row["downloaded_bytes"].as_u64().unwrap()
}

fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// A finished torrent, and Shoal that seeds it.
fn seeding(swarm: &Swarm, home: &Home) -> (Shoal, String) {
    let shoal = Shoal::start(&swarm.shoal, home);
    let hash = shoal.add_file(&swarm.file(), &json!({}));
    shoal.wait_row(&hash, "the end", wait::GENEROUS, |r| {
        r["completed_at"] != Value::Null
    });
    (shoal, hash)
}

fn folder(home: &Home, name: &str) -> PathBuf {
    let folder = home.downloads().join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn moved_files_go_on_seeding_and_strangers_stay() {
    let mut swarm = Swarm::start();
    let home = Home::new();
    let (shoal, hash) = seeding(&swarm, &home);
    let films = folder(&home, "films");
    fs::write(home.downloads().join("album/mine.txt"), "mine").unwrap();
    shoal.call("move_data", &json!({"hashes": [hash], "folder": films}));
    wait::until(wait::GENEROUS, "the files to be moved", || {
        exists(&films.join("album/disc 2/c.bin")).then_some(())
    });
    let row = shoal.wait_status(&hash, "seeding");
    assert!(fetched(&row) < NOT_TWICE, "{row:#}");
    swarm.assert_arrived(&films);
    let left = fs::read_to_string(home.downloads().join("album/mine.txt"));
    assert_eq!(left.unwrap(), "mine", "a foreign file was moved");
    assert!(
        !exists(&home.downloads().join("album/disc 2")),
        "an empty folder stayed"
    );
    swarm.seeder.process().stop();
    Aria2::fetch(&swarm.other, &swarm.file(), &swarm.other_dir()).wait_complete(wait::GENEROUS);
    // Taken back, they return.
    shoal.call("undo", &json!({}));
    wait::until(wait::GENEROUS, "the files to come back", || {
        exists(&home.downloads().join("album/disc 2/c.bin")).then_some(())
    });
    shoal.wait_status(&hash, "seeding");
    assert!(!exists(&films.join("album")));
    shoal.quit();
}

#[test]
fn moved_while_it_downloads_it_goes_on_at_the_new_place() {
    let swarm = Swarm::slow();
    let home = Home::new();
    let films = folder(&home, "films");
    let shoal = Shoal::start(&swarm.shoal, &home);
    let hash = shoal.add_file(&swarm.file(), &json!({}));
    shoal.wait_row(&hash, "a third", wait::GENEROUS, |r| have(r) > 4_000_000);
    shoal.call("move_data", &json!({"hashes": [hash], "folder": films}));
    let row = shoal.wait_status(&hash, "seeding");
    assert!(fetched(&row) < NOT_TWICE, "{row:#}");
    swarm.assert_arrived(&films);
    assert!(!exists(&home.downloads().join("album")));
    shoal.quit();
}

#[test]
fn a_move_that_cannot_be_leaves_all_as_it_was() {
    let swarm = Swarm::start();
    let home = Home::new();
    let (shoal, hash) = seeding(&swarm, &home);
    let films = folder(&home, "films");
    make_tree(&films.join("album/disc 2"), 5, &[("c.bin", 77)]);
    let foreign = fs::read(films.join("album/disc 2/c.bin")).unwrap();
    shoal.call("move_data", &json!({"hashes": [hash], "folder": films}));
    let row = shoal.wait_sentence(&hash, "move_failed");
    assert_eq!(
        row["sentence"]["params"]["reason"], "file_in_the_way",
        "{row:#}"
    );
    assert_eq!(fs::read(films.join("album/disc 2/c.bin")).unwrap(), foreign);
    fs::remove_dir_all(&films).unwrap();
    swarm.assert_arrived(&home.downloads());
    shoal.quit();
}

#[test]
fn renamed_on_disk_and_in_the_list() {
    let swarm = Swarm::start();
    let home = Home::new();
    let (shoal, hash) = seeding(&swarm, &home);
    shoal.call("rename", &json!({"hash": hash, "name": "Live 1999"}));
    wait::until(wait::GENEROUS, "the folder's new name", || {
        exists(&home.downloads().join("Live 1999/disc 2/c.bin")).then_some(())
    });
    shoal.wait_status(&hash, "seeding");
    let rename = |path: &[&str], name: &str| {
        shoal.call(
            "rename_path",
            &json!({"hash": hash, "path": path, "name": name}),
        );
    };
    rename(&["disc 1", "b.bin"], "second.bin");
    wait::until(wait::GENEROUS, "the file's new name", || {
        exists(&home.downloads().join("Live 1999/disc 1/second.bin")).then_some(())
    });
    rename(&["disc 1"], "first disc");
    wait::until(wait::GENEROUS, "the inner folder's new name", || {
        exists(&home.downloads().join("Live 1999/first disc/second.bin")).then_some(())
    });
    let row = shoal.wait_status(&hash, "seeding");
    assert_eq!(row["name"], "Live 1999");
    assert!(fetched(&row) < NOT_TWICE, "{row:#}");
    let clash = json!({"hash": hash, "path": ["readme.txt"], "name": "Disc 2"});
    assert!(
        shoal.try_call("rename_path", &clash).is_err(),
        "two things of one name"
    );
    for bad in ["..", "a/b", "", "CON", "a\u{202e}b"] {
        let escape = json!({"hash": hash, "path": ["readme.txt"], "name": bad});
        assert!(shoal.try_call("rename_path", &escape).is_err(), "{bad:?}");
    }
    // The names hold after a restart, and the data is still known to be good.
    shoal.quit();
    let shoal = Shoal::start(&swarm.shoal, &home);
    shoal.wait_status(&hash, "seeding");
    let seed = swarm.seed_dir().join("album");
    for (ours, theirs) in [
        ("first disc/second.bin", "disc 1/b.bin"),
        ("first disc/größe.bin", "disc 1/größe.bin"),
        ("disc 2/c.bin", "disc 2/c.bin"),
        ("readme.txt", "readme.txt"),
    ] {
        let ours = fs::read(home.downloads().join("Live 1999").join(ours)).unwrap();
        assert!(ours == fs::read(seed.join(theirs)).unwrap(), "{theirs}");
    }
    shoal.quit();
}

#[test]
fn files_moved_by_hand_are_found_again() {
    let swarm = Swarm::start();
    let home = Home::new();
    let (shoal, hash) = seeding(&swarm, &home);
    shoal.quit();
    let shelf = folder(&home, "shelf/2026");
    fs::rename(home.downloads().join("album"), shelf.join("album")).unwrap();
    let shoal = Shoal::start(&swarm.shoal, &home);
    shoal.wait_sentence(&hash, "files_changed");
    let empty = folder(&home, "nothing here");
    let found = shoal.call("locate", &json!({"hash": hash, "folder": empty}));
    assert_eq!(found["found_files"], 0, "{found:#}");
    let found = shoal.call(
        "locate",
        &json!({"hash": hash, "folder": home.downloads().join("shelf")}),
    );
    assert_eq!(found["found_bytes"], 12_071_235, "{found:#}");
    let row = shoal.wait_status(&hash, "seeding");
    assert!(fetched(&row) < NOT_TWICE, "fetched again: {row:#}");
    swarm.assert_arrived(&shelf);
    shoal.quit();
}

#[test]
fn unfinished_files_lie_apart_under_other_names_until_they_are_whole() {
    let swarm = Swarm::slow();
    let home = Home::new();
    let apart = folder(&home, "unfinished");
    let setting = format!("downloads.unfinished_folder={}", apart.display());
    let sets = ["downloads.part_suffix=true", &setting];
    let shoal = Shoal::start_with(&swarm.shoal, &home, &sets, &[]);
    let hash = shoal.add_file(&swarm.file(), &json!({}));
    shoal.wait_row(&hash, "a third", wait::GENEROUS, |r| have(r) > 4_000_000);
    let whole = |path: &Path| {
        let size = |p: PathBuf| p.metadata().map_or(0, |m| m.len());
        size(path.join("album/disc 2/c.bin")) == 9_000_000
    };
    assert!(
        !whole(&apart) && !whole(&home.downloads()),
        "called whole before it was"
    );
    assert!(exists(&apart.join("album/disc 2/c.bin.part")));
    shoal.kill();
    let shoal = Shoal::start_with(&swarm.shoal, &home, &sets, &[]);
    let row = shoal.wait_row(&hash, "the end", wait::GENEROUS, |r| {
        r["status"] == "seeding" && exists(&home.downloads().join("album/disc 2/c.bin"))
    });
    assert!(fetched(&row) < NOT_TWICE, "{row:#}");
    assert!(!exists(&apart.join("album")), "left behind");
    fs::remove_dir(&apart).unwrap();
    swarm.assert_arrived(&home.downloads());
    shoal.quit();
}

/// Large enough that a copy to another volume takes a moment.
const LARGE: &[(&str, u64)] = &[
    ("a.bin", 90_000_000),
    ("b/c.bin", 60_000_000),
    ("d.txt", 12),
];

fn large_swarm() -> Swarm {
    Swarm::with(&SwarmSpec {
        tree: LARGE,
        piece_kib: 512,
        ..SwarmSpec::default()
    })
}

#[test]
fn killed_while_moving_between_volumes_every_byte_is_in_one_of_the_two() {
    let mut dice = Dice::new();
    let swarm = large_swarm();
    let home = Home::new();
    let Some(volume) = Volume::mount(&home.downloads().join("volume"), 400) else {
        return;
    };
    copy_tree(&swarm.seed_dir().join("album"), &home.downloads());
    let mut shoal = Shoal::start(&swarm.shoal, &home);
    let hash = shoal.add_file(&swarm.file(), &json!({}));
    shoal.wait_status(&hash, "seeding");
    let mut there = false;
    for round in 0..rounds(5, 100) {
        let (from, to) = if there {
            (volume.path().to_owned(), home.downloads())
        } else {
            (home.downloads(), volume.path().to_owned())
        };
        shoal.call("move_data", &json!({"hashes": [hash], "folder": to}));
        let until = dice.roll(150_000_000);
        shoal.wait_row(&hash, "some way", wait::GENEROUS, |r| {
            sentence(r) != "moving" && r["status"] == "seeding"
                || r["sentence"]["params"]["done_bytes"]
                    .as_str()
                    .is_some_and(|done| done.parse::<u64>().unwrap() >= until)
        });
        shoal.kill();
        for (name, size) in LARGE {
            let sizes =
                [&from, &to].map(|p| p.join("album").join(name).metadata().map_or(0, |m| m.len()));
            assert!(
                sizes.contains(size),
                "round {round}: {name} is gone: {sizes:?}"
            );
        }
        shoal = Shoal::start(&swarm.shoal, &home);
        let row = shoal.wait_row(&hash, "the move to end", wait::GENEROUS, |r| {
            r["status"] == "seeding" && !exists(&from.join("album"))
        });
        assert_eq!(fetched(&row), 0, "round {round}: {row:#}");
        assert_eq!(
            same_tree_but_empty(&swarm.seed_dir().join("album"), &to.join("album")),
            Ok(()),
            "round {round}"
        );
        there = !there;
    }
    shoal.quit();
}

#[test]
fn a_move_can_be_cancelled_half_way() {
    let swarm = large_swarm();
    let home = Home::new();
    let Some(volume) = Volume::mount(&home.downloads().join("volume"), 400) else {
        return;
    };
    copy_tree(&swarm.seed_dir().join("album"), &home.downloads());
    let shoal = Shoal::start(&swarm.shoal, &home);
    let hash = shoal.add_file(&swarm.file(), &json!({}));
    shoal.wait_status(&hash, "seeding");
    shoal.call(
        "move_data",
        &json!({"hashes": [hash], "folder": volume.path()}),
    );
    // Whether it is caught in the middle or not, it ends whole at the old place or the new one.
    shoal.call("cancel_move", &json!({"hashes": [hash]}));
    shoal.wait_row(&hash, "the end of it", wait::GENEROUS, |r| {
        r["status"] == "seeding"
            && (exists(&home.downloads().join("album")) != exists(&volume.path().join("album")))
    });
    let at = if exists(&volume.path().join("album")) {
        volume.path().to_owned()
    } else {
        home.downloads()
    };
    assert_eq!(
        same_tree_but_empty(&swarm.seed_dir().join("album"), &at.join("album")),
        Ok(())
    );
    shoal.quit();
}
