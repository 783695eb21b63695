//! Shoal's figures: what it costs against the bare engine and against qBittorrent, and how quick it
//! answers with a long list. `./x bench [NAME]...` runs all, or those whose name contains a NAME.
//!
//! Every run is printed; the figures go to `target/bench.json`. With `SHOAL_BENCH_QUICK=1` all is
//! smaller, for trying out, and goes to `target/bench-quick.json` instead: those figures mean little.
//! Other programs on the machine disturb less than one may think: costs are processor time of the
//! measured process, never time on the clock, and ratios are of runs that followed one another.
#![allow(clippy::unwrap_used, reason = "a bench fails loudly")]
#![allow(clippy::print_stdout, reason = "the figures are for whoever runs it")]

#[cfg(target_os = "linux")]
mod client;
#[cfg(target_os = "linux")]
mod control;
#[cfg(target_os = "linux")]
mod download;
#[cfg(target_os = "linux")]
mod hash;
#[cfg(target_os = "linux")]
mod leecher;
#[cfg(target_os = "linux")]
mod limit;
#[cfg(target_os = "linux")]
mod list;
#[cfg(target_os = "linux")]
mod place;
#[cfg(target_os = "linux")]
mod start;
#[cfg(target_os = "linux")]
mod storage;
#[cfg(target_os = "linux")]
mod swarm;
#[cfg(target_os = "linux")]
mod upload;
#[cfg(target_os = "linux")]
mod watch;

#[cfg(target_os = "linux")]
fn main() {
    use shoal_testkit::report;

    // cargo itself passes `--bench`.
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| !a.starts_with('-'))
        .collect();
    let all = [
        control::NAMES,
        download::NAMES,
        hash::NAMES,
        limit::NAMES,
        list::NAMES,
        start::NAMES,
        storage::NAMES,
        swarm::NAMES,
        upload::NAMES,
        watch::NAMES,
    ]
    .concat();
    let named = |name: &str| args.is_empty() || args.iter().any(|a| name.contains(a.as_str()));
    let chosen: Vec<&str> = all.iter().copied().filter(|name| named(name)).collect();
    if chosen.is_empty() {
        println!("no bench of the program is named like that; there are {all:?}");
        return;
    }
    let place = place::Place::new();
    let mut figures = download::run(&place, &chosen);
    figures.extend(hash::run(&place, &chosen));
    figures.extend(storage::run(&place, &chosen));
    figures.extend(control::run(&place, &chosen));
    figures.extend(limit::run(&place, &chosen));
    figures.extend(list::run(&place, &chosen));
    figures.extend(start::run(&place, &chosen));
    figures.extend(swarm::run(&place, &chosen));
    figures.extend(upload::run(&place, &chosen));
    figures.extend(watch::run(&place, &chosen));
    report::write(&place.report(), &figures);
    report::table(&figures);
}

/// Processor time is read from `/proc`.
#[cfg(not(target_os = "linux"))]
fn main() {}
