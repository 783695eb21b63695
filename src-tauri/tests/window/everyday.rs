//! What a person does every day: stop and go on, look closer, remove and take it back, change the
//! look, give the running window something more, and leave.

use shoal_testkit::{Swarm, swarm::NAME};
use thirtyfour::Key;

use crate::{
    page::{button, css, in_dialog, row},
    stage::{Stage, turn},
};

#[test]
fn a_pasted_magnet_arrives_with_its_files_from_the_peer() {
    let _turn = turn();
    let swarm = Swarm::start();
    let stage = Stage::new(&swarm.shoal);
    let window = stage.open();
    // Copied somewhere else, as a link is.
    window.type_into(&css("input[role=combobox]"), &swarm.magnet());
    window.ctrl("a");
    window.ctrl("x");
    window.click(&css("[data-area=list] .tile"));
    window.click(&css("dialog[open] input[type=text]"));
    window.ctrl("v");
    window.wait_text("The files are not known yet.");
    window.add_shown();
    window.wait_painted(&swarm.hash, "the name from the peer", |row| {
        row.label.starts_with("album, ")
    });
    window.wait_state(&swarm.hash, "Seeding");
    swarm.assert_arrived(&stage.downloads());
    window.close();
}

#[test]
fn stopped_looked_at_removed_and_taken_back() {
    let _turn = turn();
    let swarm = Swarm::slow();
    let stage = Stage::new(&swarm.shoal);
    let window = stage.open();
    window.add_file(&swarm.file());
    window.wait_state(&swarm.hash, "Downloading");

    // The details follow the selection.
    window.click(&row(&swarm.hash));
    window.click(&css("[role=tab][id$=-tab-peers]"));
    window.see("[role=tabpanel] [role=gridcell][title^=Transmission]");
    window.click(&css("[role=tab][id$=-tab-files]"));
    window.see("[role=tabpanel] [role=row][aria-label*='größe.bin']");
    window.click(&css("[role=tab][id$=-tab-overview]"));
    window.see("[role=tabpanel] canvas");

    window.click(&button("Stop"));
    let stopped = window.wait_state(&swarm.hash, "Stopped");
    assert_eq!(stopped.sentence, "Stopped by you.");
    window.click(&button("Start"));
    window.wait_state(&swarm.hash, "Downloading");

    // The key means the list only where the list has the focus.
    window.click(&row(&swarm.hash));
    window.press(Key::Delete);
    window.wait_text("Removed 1 torrent.");
    window.until("the row to go", || {
        window.painted(&swarm.hash).is_none().then_some(())
    });
    window.ctrl("z");
    let back = window.wait_painted(&swarm.hash, "the row to come back", |_| true);
    assert!(back.label.starts_with(NAME), "{back:?}");
    window.wait_state(&swarm.hash, "Seeding");
    swarm.assert_arrived(&stage.downloads());
    window.terminate();
}

#[test]
fn a_second_start_raises_the_window_and_hands_over() {
    let _turn = turn();
    let swarm = Swarm::start();
    let stage = Stage::new(&swarm.shoal);
    let window = stage.open();
    stage.desktop.minimise("Shoal");
    let said = stage.start_again(&[&swarm.magnet()]);
    assert!(said.contains("Shoal is already running"), "{said}");
    window.until("the window in front", || {
        stage.desktop.is_active("Shoal").then_some(())
    });
    window.see("dialog[open] .name");
    let name = window.script(
        "return document.querySelector('dialog[open] .name').innerText",
        &[],
    );
    assert_eq!(name, swarm.hash.as_str(), "a link without a name");
    window.click(&in_dialog("Cancel"));
    window.wait_text("Nothing here yet");
    window.close();
}

#[test]
fn the_dark_theme_is_chosen_and_kept() {
    let _turn = turn();
    let site = shoal_testkit::Site::new();
    let stage = Stage::new(&site.host("shoal"));
    let theme = "return document.documentElement.dataset.theme ?? null";
    let ground = "return getComputedStyle(document.body).backgroundColor";
    let window = stage.open();
    assert_eq!(window.script(theme, &[]), serde_json::Value::Null);
    window.ctrl(",");
    window.click(&button("Appearance"));
    window.click(&css("[role=radiogroup] [role=radio]:last-of-type"));
    window.until("the dark theme", || {
        (window.script(theme, &[]) == "dark").then_some(())
    });
    assert_eq!(window.script(ground, &[]), "rgb(16, 19, 21)");
    window.close();
    let window = stage.open();
    assert_eq!(window.script(theme, &[]), "dark");
    window.terminate();
}
