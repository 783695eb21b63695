//! Where watch folders lie: on a drive that goes away, in a file system that tells of nothing, in one
//! another, around downloads. Nothing is lost, added twice, or taken out of a download.
#![allow(clippy::unwrap_used, reason = "tests")]
#![cfg(unix)]

mod common;

use std::{fs, io::Write as _};

use common::{
    Home, Shoal,
    share::Share,
    volume::Volume,
    watch::{drop_into, names, small},
};
use serde_json::json;
use shoal_testkit::{Site, Swarm, SwarmSpec, Torrent, same_tree_but_empty, wait};

#[test]
fn a_folder_that_vanishes_is_said_and_taken_up_again_when_it_is_back() {
    let site = Site::new();
    let home = Home::new();
    let folder = home.folder("in");
    let shoal = Shoal::start(&site.host("shoal"), &home);
    let id = shoal.watch(&folder, &json!({}));
    shoal.wait_watched(id, "watching");
    let [first, second, third] = ["first", "second", "third"].map(small);
    drop_into(&folder, "first.torrent", &first);
    shoal.wait_listed([&first]);

    let aside = home.data().with_file_name("aside");
    fs::rename(&folder, &aside).unwrap();
    let away = shoal.wait_watched(id, "unreachable");
    assert_eq!(
        away["state"]["sentence"]["code"], "watch_away_missing",
        "{away:#}"
    );
    drop_into(&aside, "second.torrent", &second);
    // What is not there is never made.
    assert!(!folder.exists());
    fs::rename(&aside, &folder).unwrap();
    shoal.wait_watched(id, "watching");
    shoal.wait_listed([&first, &second]);
    // It is not only found again: what comes now is noticed.
    drop_into(&folder, "third.torrent", &third);
    shoal.wait_listed([&first, &second, &third]);
    wait::until(wait::GENEROUS, "the originals to be renamed", || {
        let all = ["first", "second", "third"].map(|name| format!("{name}.torrent.added"));
        (names(&folder) == all.into_iter().collect()).then_some(())
    });
    let said = shoal.said();
    assert_eq!(said[""], ["watch_back", "watch_gone"]);
    shoal.quit();
}

#[test]
fn a_drive_that_is_pulled_out_and_plugged_in_is_watched_on() {
    let site = Site::new();
    let home = Home::new();
    let Some(mut volume) = Volume::mount(&home.folder("drive"), 8) else {
        return;
    };
    let folder = volume.path().join("in");
    fs::create_dir(&folder).unwrap();
    let shoal = Shoal::start(&site.host("shoal"), &home);
    let id = shoal.watch(&folder, &json!({}));
    let [first, second, third] = ["first", "second", "third"].map(small);
    drop_into(&folder, "first.torrent", &first);
    shoal.wait_listed([&first]);

    let aside = home.data().with_file_name("aside");
    volume.unplug(&aside, Some(&shoal));
    shoal.call("watch_look", &json!({"id": id}));
    shoal.wait_watched(id, "unreachable");
    drop_into(&aside.join("in"), "second.torrent", &second);
    assert_eq!(
        names(volume.path()).len(),
        0,
        "something was made in the bare folder"
    );
    volume.plug_in(&aside, Some(&shoal));
    shoal.call("watch_look", &json!({"id": id}));
    shoal.wait_listed([&first, &second]);
    drop_into(&folder, "third.torrent", &third);
    shoal.wait_listed([&first, &second, &third]);
    shoal.quit();
}

#[test]
fn a_folder_in_a_folder_has_rules_of_its_own_even_while_it_is_off() {
    let site = Site::new();
    let home = Home::new();
    let outer = home.folder("outer");
    let inner = outer.join("a/inner");
    fs::create_dir_all(inner.join("deeper")).unwrap();
    let shoal = Shoal::start(&site.host("shoal"), &home);
    let inside = shoal.watch(&inner, &json!({"enabled": false, "labels": ["inside"]}));
    let deep = json!({"subfolders": "labels", "labels": ["outside"]});
    let outside = shoal.watch(&outer, &deep);
    let [a, b, c, d] = ["a", "b", "c", "d"].map(small);
    drop_into(&inner, "a.torrent", &a);
    drop_into(&inner.join("deeper"), "b.torrent", &b);
    drop_into(&outer.join("a"), "c.torrent", &c);
    shoal.wait_listed([&c]);
    let switched = |id: u64, on: bool| {
        let mut rules = shoal.watched(id)["rules"].clone();
        rules["enabled"] = json!(on);
        shoal.call("watch_put", &json!({"id": id, "rules": rules}));
    };
    switched(inside, true);
    shoal.wait_listed([&a, &c]);
    // The outer one still leaves alone what is the inner one's, and the inner one looks into no folders.
    switched(outside, false);
    switched(outside, true);
    drop_into(&outer, "d.torrent", &d);
    shoal.wait_listed([&a, &c, &d]);
    assert!(inner.join("deeper/b.torrent").exists());
    let labels = |torrent: &Torrent| shoal.row(&torrent.hex()).unwrap()["labels"].clone();
    assert_eq!(labels(&a), json!(["inside"]));
    assert_eq!(labels(&c), json!(["outside", "a"]));
    assert_eq!(labels(&d), json!(["outside"]));
    shoal.quit();
}

#[test]
fn what_lies_in_a_download_is_never_taken() {
    let swarm = Swarm::with(&SwarmSpec {
        tree: &[("notes.txt", 40_000), ("more/odd.torrent", 30_000)],
        ..SwarmSpec::default()
    });
    let home = Home::new();
    // The folder for downloads, what Shoal keeps and another folder lie in the watched one.
    let outer = home.data().parent().unwrap().to_owned();
    let shoal = Shoal::start(&swarm.shoal, &home);
    let id = shoal.watch(&outer, &json!({"subfolders": "on", "start": true}));
    // The folder for downloads is watched itself, too.
    let downloads = shoal.watch(
        &home.downloads(),
        &json!({"subfolders": "on", "start": true}),
    );
    fs::copy(swarm.file(), home.downloads().join("album.torrent")).unwrap();
    shoal.wait_status(&swarm.hash, "seeding");
    let foreign = small("foreign");
    drop_into(&home.downloads().join("album"), "foreign.torrent", &foreign);
    let [beside, above] = ["beside", "above"].map(small);
    drop_into(&home.downloads(), "beside.torrent", &beside);
    drop_into(&home.folder("other"), "above.torrent", &above);
    for id in [id, downloads] {
        shoal.call("watch_look", &json!({"id": id}));
    }
    wait::until(wait::GENEROUS, "those beside it", || {
        let listed = shoal.listed();
        [&beside, &above]
            .iter()
            .all(|one| listed.contains(&one.hex()))
            .then_some(())
    });
    for id in [id, downloads] {
        shoal.call("watch_look", &json!({"id": id}));
    }
    assert_eq!(shoal.listed().len(), 3);
    let album = home.downloads().join("album");
    fs::remove_file(album.join("foreign.torrent")).unwrap();
    let whole = same_tree_but_empty(&swarm.seed_dir().join("album"), &album);
    assert_eq!(whole, Ok(()));
    let said = shoal.said();
    assert_eq!(said.len(), 3, "{said:#?}");
    shoal.quit();
}

#[test]
fn a_share_that_tells_of_nothing_is_polled_and_holds_up_nobody_when_it_hangs_or_dies() {
    let site = Site::new();
    let home = Home::new();
    let (theirs, at, local) = (
        home.folder("theirs"),
        home.folder("share"),
        home.folder("local"),
    );
    let Some(mut share) = Share::mount(&theirs, &at) else {
        return;
    };
    let shoal = Shoal::start_with(&site.host("shoal"), &home, &["watch.poll_s=1"], &[]);
    let (remote, near) = (
        shoal.watch(&at, &json!({})),
        shoal.watch(&local, &json!({})),
    );
    let polled = shoal.wait_watched(remote, "polling");
    assert_eq!(polled["state"]["why"], "network", "{polled:#}");
    let [slow, first, second, third, fourth] =
        ["slow", "first", "second", "third", "fourth"].map(small);

    // Another machine writes it, at once and slowly.
    let (file, half) = (theirs.join("slow.torrent"), slow.bytes.len() / 2);
    fs::write(&file, &slow.bytes[..half]).unwrap();
    drop_into(&theirs, "first.torrent", &first);
    shoal.wait_listed([&first]);
    let mut rest = fs::OpenOptions::new().append(true).open(&file).unwrap();
    rest.write_all(&slow.bytes[half..]).unwrap();
    shoal.wait_listed([&first, &slow]);
    wait::until(wait::GENEROUS, "the originals to be renamed", || {
        let all = ["first", "slow"].map(|name| format!("{name}.torrent.added"));
        (names(&theirs) == all.into_iter().collect()).then_some(())
    });

    share.hang();
    shoal.call("watch_look", &json!({"id": remote}));
    drop_into(&local, "second.torrent", &second);
    shoal.wait_listed([&first, &slow, &second]);
    drop_into(&theirs, "third.torrent", &third);
    share.go_on();
    shoal.wait_listed([&first, &slow, &second, &third]);

    share.die();
    let away = shoal.wait_watched(remote, "unreachable");
    assert_eq!(
        away["state"]["sentence"]["code"], "watch_away_io",
        "{away:#}"
    );
    drop_into(&local, "fourth.torrent", &fourth);
    shoal.wait_listed([&first, &slow, &second, &third, &fourth]);
    assert_eq!(shoal.watched(near)["state"]["state"], "watching");
    shoal.quit();
}

#[test]
fn shoal_leaves_in_time_although_a_share_hangs() {
    let site = Site::new();
    let home = Home::new();
    let (theirs, at) = (home.folder("theirs"), home.folder("share"));
    let Some(mut share) = Share::mount(&theirs, &at) else {
        return;
    };
    let shoal = Shoal::start_with(&site.host("shoal"), &home, &["watch.poll_s=1"], &[]);
    let id = shoal.watch(&at, &json!({}));
    shoal.wait_watched(id, "polling");
    share.hang();
    shoal.call("watch_look", &json!({"id": id}));
    shoal.quit();
}
