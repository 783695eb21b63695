//! What our storage costs: one large file from one qbittorrent-nox that seeds it from the page cache,
//! fetched in turn by the engine on our storage and by the same engine with the options that Shoal
//! gives it on a storage of its own. Neither has an API, a store or a window around it.
//!
//! Counted is the processor time of the leecher's process from the add until it says that all has
//! come. Bringing the rest to the disk is not in it, but what ours flushes on the way is.

use shoal_testkit::report::{Figure, median, runs};

use crate::{
    download::{rounds, with_course},
    leecher::Kind,
    place::Place,
};

const AGAINST_STOCK: &str = "storage.cpu_ratio_vs_stock";
pub(crate) const NAMES: &[&str] = &[AGAINST_STOCK];
const KINDS: [Kind; 2] = [Kind::Engine, Kind::Bare];

pub(crate) fn run(place: &Place, chosen: &[&str]) -> Vec<Figure> {
    if !chosen.contains(&AGAINST_STOCK) {
        return Vec::new();
    }
    let costs = with_course(place, |course| rounds(course, &KINDS));
    let ratios: Vec<f64> = costs
        .iter()
        .map(|round| round[0].cpu_s() / round[1].cpu_s())
        .collect();
    runs(&format!("{AGAINST_STOCK}, round by round"), &ratios, 3);
    let ratio = median(&ratios);
    vec![Figure {
        name: AGAINST_STOCK,
        value: ratio,
        unit: "ratio",
        against: "the engine's own storage",
        ratio,
        target: 1.0,
    }]
}
