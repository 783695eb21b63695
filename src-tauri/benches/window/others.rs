//! The torrents that the tray's figures are of, and the other programs that are given the same ones: they have
//! no window at all, and keep nothing but the torrents.

use std::{
    fs,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use serde_json::json;
use shoal_testkit::{Host, Qbittorrent, Torrent, TorrentSpec, Transmission, wait};

use crate::{meter::One, tray::Pace};

/// Of a list that is not empty, so many have their files and seed.
const SEEDING: usize = 50;
const FILE_BYTES: usize = 64 * 1_024;
/// Transmission's words for it.
const STOPPED: i64 = 0;
const SEEDS: i64 = 6;
const CHECKS: Duration = Duration::from_secs(1_800);
/// Handed over in one go.
pub const AT_ONCE: usize = 100;

/// A torrent of the bench: its file, its bytes, and whether its data is there.
pub struct Made {
    pub file: PathBuf,
    pub bytes: Vec<u8>,
    pub seeds: bool,
}

/// Torrents of one small file each: the first ones with their data, the others of data that is nowhere.
pub fn make(dir: &Path, downloads: &Path, count: usize) -> Vec<Made> {
    fs::create_dir_all(dir).unwrap();
    (0..count)
        .map(|number| {
            let name = format!("A torrent of the long list, number {number:05}.bin");
            let seeds = number < SEEDING;
            let bytes = if seeds {
                let data = downloads.join(&name);
                let byte = u8::try_from(number % 251).unwrap();
                fs::write(&data, vec![byte; FILE_BYTES]).unwrap();
                TorrentSpec::new().build(&data).bytes
            } else {
                let length = name.len();
                format!(
                    "d4:infod6:lengthi65536e4:name{length}:{name}12:piece lengthi65536e6:pieces20:{}ee",
                    "#".repeat(20)
                )
                .into_bytes()
            };
            let file = dir.join(format!("{number:05}.torrent"));
            fs::write(&file, &bytes).unwrap();
            Made { file, bytes, seeds }
        })
        .collect()
}

/// Says what the others need with the same torrents.
pub fn measure(host: &Host, made: &[Made], downloads: &Path, pace: &Pace) {
    let seeding: Vec<Torrent> = made
        .iter()
        .filter(|one| one.seeds)
        .map(|one| Torrent::read(&one.file))
        .collect();
    let tell = |name: &str, pid: u32| {
        let one = One::of(pid);
        thread::sleep(pace.after);
        let (memory, load) = (one.memory(), one.load(pace.load));
        println!(
            "{} torrents, {name}: {:.1} MB, {load:.2} % of a core",
            made.len(),
            memory.pss_mb
        );
    };

    let mut transmission = Transmission::start(host);
    let add = |transmission: &mut Transmission, seeds: bool| {
        for one in made.iter().filter(|one| one.seeds == seeds) {
            let add = json!({"filename": one.file, "download-dir": downloads, "paused": !seeds});
            transmission.call("torrent-add", &add);
        }
    };
    add(&mut transmission, true);
    for torrent in &seeding {
        transmission.wait_seeding(torrent);
    }
    add(&mut transmission, false);
    // It looks for the data of stopped ones as well, a few in each second.
    wait::until(CHECKS, "transmission to have looked for all data", || {
        let all = transmission.call("torrent-get", &json!({"fields": ["status"]}));
        let all = all["torrents"].as_array()?;
        let at_rest = |status: i64| status == STOPPED || status == SEEDS;
        let rests = all
            .iter()
            .all(|one| one["status"].as_i64().is_some_and(at_rest));
        (all.len() == made.len() && rests).then_some(())
    });
    let pid = transmission.process().pid();
    tell("transmission-daemon", pid);
    drop(transmission);

    let mut qbittorrent = Qbittorrent::start(host);
    for one in made.iter().filter(|one| one.seeds) {
        qbittorrent.add(&one.file, downloads);
    }
    let stopped: Vec<String> = made
        .iter()
        .filter(|one| !one.seeds)
        .map(|one| format!("torrents=@{}", one.file.display()))
        .collect();
    let folder = format!("savepath={}", downloads.display());
    for some in stopped.chunks(AT_ONCE) {
        let mut arguments = vec![
            "-F",
            "paused=true",
            "-F",
            "skip_checking=false",
            "-F",
            &folder,
        ];
        arguments.extend(some.iter().flat_map(|file| ["-F", file.as_str()]));
        qbittorrent.call("torrents/add", &arguments);
    }
    for torrent in &seeding {
        qbittorrent.wait_seeding(torrent);
    }
    let pid = qbittorrent.process().pid();
    tell("qbittorrent-nox", pid);
}
