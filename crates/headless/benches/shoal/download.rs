//! One large file from one qbittorrent-nox that seeds it from the page cache, fetched in turn by
//! Shoal, by the bare engine and by a second qbittorrent-nox, each on the same host and alone.
//!
//! The seeder dials, so no tracker is needed. Counted is the processor time of the leecher's process
//! from just before the torrent is handed to it until it says that it has all: for Shoal that is the
//! add over HTTP, the store, the samples, and a window that reads its events.

use std::{
    fs::{self, File},
    path::PathBuf,
};

use shoal_testkit::{
    Qbittorrent, Site, Torrent, TorrentSpec,
    payload::Payload,
    report::{Figure, median, runs},
};

use crate::{
    leecher::{Cost, Course, Kind, plain},
    place::Place,
};

const AGAINST_BARE: &str = "download.cpu_ratio_vs_bare_engine";
const AGAINST_QBITTORRENT: &str = "download.cpu_ratio_vs_qbittorrent";
pub(crate) const NAMES: &[&str] = &[AGAINST_BARE, AGAINST_QBITTORRENT];

/// Usual for a torrent of this size.
const PIECE_BYTES: u32 = 2 << 20;

pub(crate) fn run(place: &Place, chosen: &[&str]) -> Vec<Figure> {
    let mut kinds = vec![Kind::Shoal];
    if chosen.contains(&AGAINST_BARE) {
        kinds.push(Kind::Bare);
    }
    if chosen.contains(&AGAINST_QBITTORRENT) {
        kinds.push(Kind::Qbittorrent);
    }
    if kinds.len() == 1 {
        return Vec::new();
    }
    let costs = with_course(place, |course| rounds(course, &kinds));
    print_costs(&kinds, &costs);
    let figure = |kind: Kind, name, against, target| {
        let at = kinds.iter().position(|k| *k == kind)?;
        let pair = |round: &Vec<Cost>| round[0].cpu_s() / round[at].cpu_s();
        let ratios: Vec<f64> = costs.iter().map(pair).collect();
        runs(&format!("{name}, round by round"), &ratios, 3);
        let ratio = median(&ratios);
        Some(Figure {
            name,
            value: ratio,
            unit: "ratio",
            against,
            ratio,
            target,
        })
    };
    let bare = figure(Kind::Bare, AGAINST_BARE, "bare librqbit", 1.05);
    let other = figure(
        Kind::Qbittorrent,
        AGAINST_QBITTORRENT,
        "qbittorrent-nox",
        1.0,
    );
    bare.into_iter().chain(other).collect()
}

/// Makes the payload and its seeder, and downloads from it as `work` says.
pub(crate) fn with_course<T>(place: &Place, work: impl FnOnce(&Course<'_>) -> T) -> T {
    let (file, torrent) = make_payload(place);
    let site = Site::new();
    let mut seeder = Qbittorrent::start(&site.host("seeder"));
    plain(&seeder);
    seeder.add(&file, &place.dir().join("seed"));
    seeder.wait_seeding(&torrent);
    let host = site.host("leecher");
    work(&Course {
        place,
        host: &host,
        seeder: &seeder,
        torrent: &torrent,
        file: &file,
    })
}

/// The costs of each round, in the order of `kinds`.
pub(crate) fn rounds(course: &Course<'_>, kinds: &[Kind]) -> Vec<Vec<Cost>> {
    let place = course.place;
    let mib = place.size.payload_bytes >> 20;
    println!("download of {mib} MiB; processor seconds, user + system (seconds on the clock)");
    let mut all = Vec::new();
    for round in 0..place.size.rounds {
        // Nobody always comes first.
        let mut order: Vec<usize> = (0..kinds.len()).collect();
        order.rotate_left(round % kinds.len());
        let mut costs = vec![None; kinds.len()];
        for at in order {
            let cost = course.run(kinds[at]);
            let [user, system, clock] =
                [cost.user, cost.system, cost.clock].map(|t| t.as_secs_f64());
            println!(
                "round {}: {:?} {user:.2} + {system:.2} = {:.2} ({clock:.1})",
                round + 1,
                kinds[at],
                cost.cpu_s(),
            );
            costs[at] = Some(cost);
        }
        all.push(costs.into_iter().flatten().collect());
    }
    all
}

fn print_costs(kinds: &[Kind], costs: &[Vec<Cost>]) {
    for (at, kind) in kinds.iter().enumerate() {
        let of_kind: Vec<f64> = costs.iter().map(|round| round[at].cpu_s()).collect();
        runs(&format!("{kind:?}, processor seconds"), &of_kind, 2);
    }
}

fn make_payload(place: &Place) -> (PathBuf, Torrent) {
    let seed = place.dir().join("seed");
    let payload = seed.join("payload.bin");
    Payload::new(4)
        .write_file(&payload, place.size.payload_bytes)
        .unwrap();
    // Or the first run would share the disk with what is left to be written of it.
    File::open(&payload).unwrap().sync_all().unwrap();
    let torrent = TorrentSpec::new().piece_length(PIECE_BYTES).build(&payload);
    let file = seed.join("payload.torrent");
    fs::write(&file, &torrent.bytes).unwrap();
    (file, torrent)
}
