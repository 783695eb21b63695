//! Closed, ended or killed in the middle of a download: the list is whole at once, what is good is
//! kept, and the torrent arrives.

use shoal_testkit::Swarm;

use crate::{
    page::Painted,
    stage::{Stage, turn},
    window::Window,
};

/// The torrent has 12.07 MB. Fetching what was half done again costs some blocks, no more.
const NOT_TWICE: u64 = 13_500_000;

#[test]
fn closed_in_the_middle_it_goes_on_where_it_was() {
    let _turn = turn();
    let swarm = Swarm::slow();
    let stage = Stage::new(&swarm.shoal);
    let window = stage.open();
    window.add_file(&swarm.file());
    wait_share(&window, &swarm, 25);
    window.close();

    let window = stage.open();
    let row = window
        .painted(&swarm.hash)
        .expect("the list is painted at once");
    assert!(
        row.percent >= Some(25),
        "painted from what was saved: {row:?}"
    );
    wait_share(&window, &swarm, 55);
    window.terminate();

    let window = stage.open();
    let row = window
        .painted(&swarm.hash)
        .expect("the list is painted at once");
    assert!(
        row.percent >= Some(55),
        "painted from what was saved: {row:?}"
    );
    window.wait_state(&swarm.hash, "Seeding");
    swarm.assert_arrived(&stage.downloads());
    let fetched = window.fetched(&swarm.hash);
    assert!(
        fetched < NOT_TWICE,
        "what was there was fetched again: {fetched} bytes"
    );
    window.close();
}

#[test]
fn killed_in_the_middle_nothing_is_lost() {
    let _turn = turn();
    let swarm = Swarm::slow();
    let stage = Stage::new(&swarm.shoal);
    let window = stage.open();
    window.add_file(&swarm.file());
    wait_share(&window, &swarm, 50);
    window.kill();

    let window = stage.open();
    let row = window.painted(&swarm.hash).expect("the list is whole");
    assert!(row.label.starts_with("album, "), "{row:?}");
    // What is good is kept by the check; only what was not yet on disk is fetched again.
    let row = window.wait_painted(&swarm.hash, "the check", |row| {
        [", Downloading, ", ", Seeding, "]
            .iter()
            .any(|state| row.label.contains(state))
    });
    assert!(row.percent >= Some(35), "{row:?}");
    window.wait_state(&swarm.hash, "Seeding");
    swarm.assert_arrived(&stage.downloads());
    window.terminate();
}

fn wait_share(window: &Window<'_>, swarm: &Swarm, percent: u64) -> Painted {
    let row = window.wait_painted(&swarm.hash, &format!("{percent} %"), |row| {
        row.percent >= Some(percent)
    });
    assert!(row.percent < Some(95), "too late for the middle: {row:?}");
    row
}
