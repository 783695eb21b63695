//! The main story: a torrent is given to the window, arrives, and is handed on.

use shoal_testkit::{Aria2, Swarm, same_tree_but_empty, swarm::NAME, wait};

use crate::{
    page::{Painted, button},
    stage::{Stage, turn},
    window::Window,
};

const CHOOSER: &str = "Open File";

#[test]
fn a_chosen_file_arrives_in_sight_and_is_handed_on() {
    let _turn = turn();
    let mut swarm = Swarm::slow();
    let stage = Stage::new(&swarm.shoal);
    let window = stage.open();
    window.wait_text("Nothing here yet");
    window.wait_text(stage.downloads().to_str().unwrap());

    window.click(&button("Add"));
    stage.desktop.choose_file(CHOOSER, &swarm.file());
    window.see("dialog[open] [role=treegrid] [role=row][aria-label^='größe.bin']");
    window.see("dialog[open] [role=treegrid] [role=row][aria-label^='readme.txt']");
    window.add_shown();

    let seen = watch(&window, &swarm.hash);
    assert!(seen.iter().is_sorted_by_key(|row| row.percent), "{seen:#?}");
    let halfway = |row: &Painted| row.percent.is_some_and(|share| 0 < share && share < 100);
    assert!(
        seen.iter().filter(|row| halfway(row)).count() >= 3,
        "{seen:#?}"
    );
    assert!(
        seen.iter()
            .any(|row| row.sentence.contains("1 peer is sending")),
        "{seen:#?}"
    );
    swarm.assert_arrived(&stage.downloads());

    swarm.seeder.process().stop();
    Aria2::fetch(&swarm.other, &swarm.file(), &swarm.other_dir()).wait_complete(wait::GENEROUS);
    assert_eq!(
        same_tree_but_empty(&swarm.seed_dir(), &swarm.other_dir()),
        Ok(())
    );
    window.close();
}

/// What the row looked like, one after the other, until it seeds.
fn watch(window: &Window<'_>, hash: &str) -> Vec<Painted> {
    let mut seen: Vec<Painted> = Vec::new();
    let found = wait::poll(wait::GENEROUS, || {
        let row = window.painted(hash)?;
        assert!(row.label.starts_with(NAME), "{row:?}");
        let arrived = row.label.contains(", Seeding, ");
        if seen.last() != Some(&row) {
            seen.push(row);
        }
        arrived.then_some(())
    });
    assert!(found.is_some(), "it did not arrive: {seen:#?}");
    seen
}
