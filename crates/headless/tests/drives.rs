//! Volumes that fill up, go away, come back as another one or cannot be written to: honest words, nothing
//! touched, and going on by itself.
#![allow(clippy::unwrap_used, reason = "tests")]
#![cfg(unix)]

mod common;

use std::{
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::Path,
};

use common::{Home, Shoal, copy_tree, have, sentence, volume::Volume};
use serde_json::{Value, json};
use shoal_testkit::{Swarm, SwarmSpec, Torrent, TorrentSpec, make_tree, wait};

const NOT_TWICE: u64 = 13_500_000;

/// One more torrent with a few bytes of its own, which nobody has.
fn another(home: &Home, name: &str, seed: u64) -> (Torrent, std::path::PathBuf) {
    let source = home.data().with_file_name(format!("source of {name}"));
    make_tree(
        &source.join(name),
        seed,
        &[("x.bin", 300_000), ("y.bin", 70_000)],
    );
    let torrent = TorrentSpec::new()
        .piece_length(32_768)
        .build(&source.join(name));
    let file = torrent.write(&source);
    (torrent, file)
}

#[test]
fn a_full_volume_stops_only_what_writes_there() {
    let swarm = Swarm::slow();
    let home = Home::new();
    let Some(volume) = Volume::mount(&home.downloads().join("volume"), 90) else {
        return;
    };
    let shoal = Shoal::start(&swarm.shoal, &home);
    // One that seeds from the volume, one that waits for peers there, one elsewhere.
    let (whole, whole_file) = another(&home, "whole", 1);
    copy_tree(
        &home.data().with_file_name("source of whole").join("whole"),
        volume.path(),
    );
    shoal.add_file(&whole_file, &json!({"save_path": volume.path()}));
    shoal.wait_status(&whole.hex(), "seeding");
    let (waits, waits_file) = another(&home, "waits", 2);
    shoal.add_file(&waits_file, &json!({"save_path": volume.path()}));
    let (elsewhere, elsewhere_file) = another(&home, "elsewhere", 3);
    shoal.add_file(&elsewhere_file, &json!({}));
    let hash = shoal.add_file(&swarm.file(), &json!({"save_path": volume.path()}));
    shoal.wait_row(&hash, "some progress", wait::GENEROUS, |r| {
        have(r) > 1_000_000
    });
    // Somebody else fills the volume.
    volume.fill();
    let row = shoal.wait_sentence(&hash, "disk_full");
    let shown = row["sentence"]["params"]["volume"]
        .as_str()
        .unwrap_or_default();
    assert_eq!(shown, volume.path().to_str().unwrap(), "{row:#}");
    shoal.wait_sentence(&waits.hex(), "disk_full");
    shoal.wait_status(&whole.hex(), "seeding");
    assert_eq!(
        shoal.row(&elsewhere.hex()).unwrap()["status"],
        "downloading"
    );
    // The list can still be changed.
    shoal.call("set_labels", &json!({"hashes": [hash], "labels": ["full"]}));
    volume.make_room();
    let row = shoal.wait_status(&hash, "seeding");
    assert!(
        row["downloaded_bytes"].as_u64().unwrap() < NOT_TWICE,
        "{row:#}"
    );
    shoal.wait_status(&waits.hex(), "downloading");
    shoal.quit();
}

/// What is the same in the stories of a drive that was pulled out.
struct Pulled<'a> {
    swarm: &'a Swarm,
    shoal: Shoal,
    volume: Volume,
}

impl<'a> Pulled<'a> {
    /// A third has come to a drive that is still there. None where none can be mounted.
    fn downloading(swarm: &'a Swarm, home: &Home) -> Option<Self> {
        let volume = Volume::mount(&home.downloads().join("drive"), 200)?;
        let shoal = Shoal::start(&swarm.shoal, home);
        shoal.add_file(&swarm.file(), &json!({"save_path": volume.path()}));
        shoal.wait_row(&swarm.hash, "a third", wait::GENEROUS, |r| {
            have(r) > 4_000_000
        });
        Some(Self {
            swarm,
            shoal,
            volume,
        })
    }

    fn unplug(&mut self, aside: &Path) {
        self.volume.unplug(aside, Some(&self.shoal));
    }

    /// Shoal says so and leaves the bare folder bare; when the drive is back, all goes on.
    fn shows_and_comes_back(mut self, aside: &Path) {
        let said = |r: &Value| matches!(sentence(r), "folder_missing" | "volume_changed");
        let missing = "the missing drive";
        let row = self
            .shoal
            .wait_row(&self.swarm.hash, missing, wait::GENEROUS, said);
        assert_ne!(row["have_bytes"], 0, "progress is not forgotten: {row:#}");
        let written = fs::read_dir(self.volume.path()).unwrap().count();
        assert_eq!(written, 0, "written to the wrong volume");
        self.volume.plug_in(aside, Some(&self.shoal));
        let row = self.shoal.wait_status(&self.swarm.hash, "seeding");
        let fetched = row["downloaded_bytes"].as_u64().unwrap();
        assert!(fetched < NOT_TWICE, "fetched twice: {row:#}");
        self.swarm.assert_arrived(self.volume.path());
        self.shoal.quit();
    }
}

#[test]
fn an_unplugged_drive_is_waited_for_and_its_folder_is_not_filled() {
    let swarm = Swarm::start();
    let home = Home::new();
    let Some(mut volume) = Volume::mount(&home.downloads().join("drive"), 200) else {
        return;
    };
    let shoal = Shoal::start(&swarm.shoal, &home);
    let hash = shoal.add_file(&swarm.file(), &json!({"save_path": volume.path()}));
    shoal.wait_row(&hash, "the end", wait::GENEROUS, |r| {
        r["completed_at"] != Value::Null
    });
    shoal.quit();
    let aside = home.data().with_file_name("aside");
    volume.unplug(&aside, None);
    // The bare folder is there, on another volume.
    assert!(volume.path().is_dir());
    let pulled = Pulled {
        swarm: &swarm,
        shoal: Shoal::start(&swarm.shoal, &home),
        volume,
    };
    pulled.shows_and_comes_back(&aside);
}

#[test]
fn a_drive_unplugged_while_stopped_is_taken_up_again() {
    let swarm = Swarm::slow();
    let home = Home::new();
    let Some(mut pulled) = Pulled::downloading(&swarm, &home) else {
        return;
    };
    let these = json!({"hashes": [swarm.hash]});
    pulled.shoal.call("stop", &these);
    pulled.shoal.wait_status(&swarm.hash, "stopped");
    let aside = home.data().with_file_name("aside");
    pulled.unplug(&aside);
    pulled.shoal.call("start", &these);
    pulled.shows_and_comes_back(&aside);
}

/// Many small files: there is always one more to be made.
#[test]
fn a_drive_that_goes_while_files_are_made_gets_none_in_its_bare_folder() {
    let names: Vec<String> = (0..300).map(|i| format!("{i:03}.bin")).collect();
    let tree: Vec<(&str, u64)> = names.iter().map(|n| (n.as_str(), 40_000)).collect();
    let swarm = Swarm::with(&SwarmSpec {
        tree: &tree,
        ..SwarmSpec::slow()
    });
    let home = Home::new();
    let Some(mut pulled) = Pulled::downloading(&swarm, &home) else {
        return;
    };
    let aside = home.data().with_file_name("aside");
    pulled.unplug(&aside);
    pulled.shows_and_comes_back(&aside);
}

#[test]
fn read_only_media_seed_and_only_downloads_wait() {
    let mut swarm = Swarm::start();
    let home = Home::new();
    let Some(volume) = Volume::mount(&home.downloads().join("disc"), 200) else {
        return;
    };
    copy_tree(&swarm.seed_dir().join("album"), volume.path());
    volume.read_only(true, None);
    let shoal = Shoal::start(&swarm.shoal, &home);
    let hash = shoal.add_file(&swarm.file(), &json!({"save_path": volume.path()}));
    shoal.wait_status(&hash, "seeding");
    swarm.seeder.process().stop();
    shoal_testkit::Aria2::fetch(&swarm.other, &swarm.file(), &swarm.other_dir())
        .wait_complete(wait::GENEROUS);
    let (waits, file) = another(&home, "waits", 2);
    shoal.add_file(&file, &json!({"save_path": volume.path()}));
    shoal.wait_sentence(&waits.hex(), "read_only");
    volume.read_only(false, Some(&shoal));
    shoal.wait_status(&waits.hex(), "downloading");
    shoal.quit();
}

/// Without what lets root read and write everything.
const AS_OTHERS: &[&str] = &[
    "setpriv",
    "--bounding-set=-dac_override,-dac_read_search",
    "--inh-caps=-all",
];

#[test]
fn what_may_not_be_read_or_written_is_waited_for() {
    let swarm = Swarm::start();
    let home = Home::new();
    let root = fs::metadata("/proc/self").unwrap().uid() == 0;
    let behind = if root { AS_OTHERS } else { &[] };
    let start = || Shoal::start_with(&swarm.shoal, &home, &[], behind);
    let shoal = start();
    let hash = shoal.add_file(&swarm.file(), &json!({}));
    shoal.wait_row(&hash, "the end", wait::GENEROUS, |r| {
        r["completed_at"] != Value::Null
    });
    shoal.quit();
    let mode = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    let file = home.downloads().join("album/disc 2/c.bin");
    mode(&file, 0o000);
    let shoal = start();
    let row = shoal.wait_sentence(&hash, "permission_denied");
    assert_eq!(row["have_bytes"], row["wanted_bytes"], "{row:#}");
    mode(&file, 0o644);
    let row = shoal.wait_status(&hash, "seeding");
    assert!(
        row["downloaded_bytes"].as_u64().unwrap() < NOT_TWICE,
        "{row:#}"
    );
    // A folder that nothing may be made in.
    let closed = home.downloads().join("closed");
    fs::create_dir(&closed).unwrap();
    mode(&closed, 0o555);
    let (waits, torrent) = another(&home, "waits", 2);
    shoal.add_file(&torrent, &json!({"save_path": closed}));
    shoal.wait_sentence(&waits.hex(), "permission_denied");
    mode(&closed, 0o755);
    shoal.wait_status(&waits.hex(), "downloading");
    shoal.quit();
}
