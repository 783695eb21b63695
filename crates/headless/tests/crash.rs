//! kill -9 at seeded moments, again and again: the list stays whole, what is good is kept, and the
//! torrent arrives. `SHOAL_SEED` repeats a run, `SHOAL_SOAK` makes it long.
#![allow(clippy::unwrap_used, reason = "tests")]
#![cfg(unix)]

mod common;

use common::{Home, Shoal, dice::Dice, have};
use serde_json::json;
use shoal_testkit::{Swarm, wait};

/// Kills in a normal run and in a soak.
const KILLS: (u32, u32) = (4, 60);

#[test]
fn killed_at_any_moment_the_download_still_arrives() {
    let mut dice = Dice::new();
    let soak = std::env::var_os("SHOAL_SOAK").is_some();
    let kills = if soak { KILLS.1 } else { KILLS.0 };
    let mut killed = 0;
    while killed < kills {
        killed += kill_until_it_arrived(&mut dice, kills - killed);
    }
}

/// Downloads once with at most `kills` kills on the way; tells how many there were.
fn kill_until_it_arrived(dice: &mut Dice, kills: u32) -> u32 {
    let swarm = Swarm::slow();
    let home = Home::new();
    let mut shoal = Shoal::start(&swarm.shoal, &home);
    let hash = shoal.add_file(&swarm.file(), &json!({}));
    let (mut verified, mut killed) = (0, 0);
    while killed < kills {
        // Kill at a moment of the start, or some way into the download.
        let more = dice.roll(3_000_000);
        let goal = verified + more;
        if more > 500_000 {
            shoal.wait_row(&hash, "some progress", wait::GENEROUS, |row| {
                have(row) >= goal || row["status"] == "seeding"
            });
        }
        shoal.kill();
        killed += 1;
        shoal = Shoal::start(&swarm.shoal, &home);
        let row = shoal
            .row(&hash)
            .unwrap_or_else(|| panic!("kill {killed} lost the torrent"));
        assert_ne!(
            row["sentence"]["code"], "file_in_the_way",
            "its own file was disowned: {row:#}"
        );
        let row = shoal.wait_row(&hash, "the check after a kill", wait::GENEROUS, |row| {
            matches!(row["status"].as_str(), Some("downloading" | "seeding"))
        });
        if row["status"] == "seeding" {
            break;
        }
        verified = have(&row);
    }
    shoal.wait_status(&hash, "seeding");
    swarm.assert_arrived(&home.downloads());
    shoal.quit();
    killed
}

/// What was acknowledged is there after a kill, whatever was asked for.
#[test]
fn acknowledged_commands_survive_a_kill() {
    let mut dice = Dice::new();
    let site = shoal_testkit::Site::new();
    let host = site.host("shoal");
    let home = Home::new();
    let mut shoal = Shoal::start(&host, &home);
    let rounds = if std::env::var_os("SHOAL_SOAK").is_some() {
        40
    } else {
        3
    };
    let mut listed = std::collections::BTreeMap::new();
    for round in 0..rounds {
        for _ in 0..=dice.roll(8) {
            let hash = format!(
                "{:016x}{:016x}{:08x}",
                dice.roll(u64::MAX),
                dice.roll(u64::MAX),
                round
            );
            let start = dice.roll(2) == 0;
            shoal.add_text(
                &format!("magnet:?xt=urn:btih:{hash}"),
                &json!({"start": start}),
            );
            listed.insert(hash, start);
        }
        let (first, run) = listed
            .iter()
            .next()
            .map(|(h, run)| (h.clone(), *run))
            .unwrap();
        shoal.call(
            if run { "stop" } else { "start" },
            &json!({"hashes": [first]}),
        );
        listed.insert(first, !run);
        shoal.kill();
        shoal = Shoal::start(&host, &home);
        let snapshot = shoal.call("snapshot", &json!({}));
        let rows = snapshot["torrents"].as_array().unwrap();
        let found = rows
            .iter()
            .map(|r| (r["hash"].as_str().unwrap().to_owned(), r["intent"] == "run"))
            .collect();
        assert_eq!(listed, found, "round {round}");
    }
    shoal.quit();
}
