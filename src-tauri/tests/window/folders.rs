//! A watch folder as a person meets it: taken by one click at the first run, and from then on what a
//! browser saves there arrives by itself; what was removed stays away until it is asked for.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    path::Path,
};

use serde_json::json;
use shoal_testkit::{Swarm, Torrent, TorrentSpec, make_tree, same_tree_but_empty, swarm::NAME};
use thirtyfour::Key;

use crate::{
    desktop::FOLDER_CHOOSER,
    page::{button, row},
    places::names,
    shots,
    stage::{Stage, turn},
    window::Window,
};

#[test]
fn saved_by_a_browser_into_a_watched_folder_it_arrives_and_once_removed_it_stays_away() {
    let _turn = turn();
    let swarm = Swarm::slow();
    let mut stage = Stage::new(&swarm.shoal);
    shots::look_as_designed(&mut stage);
    let window = stage.open();
    window.click(&button("Watch downloads"));
    window.wait_text("Watching downloads");

    let file = stage.downloads().join("t.torrent");
    let original = fs::read(swarm.file()).unwrap();
    saved_slowly(&window, &file, &original);
    window.wait_state(&swarm.hash, "Seeding");
    assert_eq!(
        same_tree_but_empty(&swarm.seed_dir().join(NAME), &stage.downloads().join(NAME)),
        Ok(())
    );
    let renamed = stage.downloads().join("t.torrent.added");
    window.until("the original to be renamed", || {
        (!file.exists() && renamed.exists()).then_some(())
    });
    assert!(fs::read(&renamed).unwrap() == original);
    window.wait_text("watching · 3 added today");
    shots::take(&window, "folders-sidebar");
    open_history(&window);
    wait_entry(&window, &["Added: “album”.", "Renamed to .added."]);
    window.wait_text("Watching. 3 added today");

    // Removed, and the file saved once more from the original that was kept: it is not added.
    window.click(&button("Settings: back to the list"));
    window.click(&row(&swarm.hash));
    window.press(Key::Delete);
    window.wait_text("Removed 1 torrent.");
    fs::copy(&renamed, &file).unwrap();
    open_history(&window);
    wait_entry(
        &window,
        &["You removed it on ", "so it does not come back by itself."],
    );
    another_arrives(&window, "third");
    assert!(file.exists(), "the original was touched");
    assert!(!is_listed(&window, &swarm.hash), "it came back");
    shots::take(&window, "folders-settings");
    window.click(&button("Add again: t.torrent"));
    wait_entry(
        &window,
        &["Added: “album”.", "Renamed to “t.torrent (2).added”."],
    );
    window.click(&button("Settings: back to the list"));
    window.wait_state(&swarm.hash, "Seeding");
    assert!(!file.exists());
    window.close();
}

#[test]
fn what_came_while_shoal_was_dead_or_the_folder_away_arrives_and_all_is_told() {
    let _turn = turn();
    let swarm = Swarm::start();
    let stage = Stage::new(&swarm.shoal);
    let (folder, aside) = (stage.path().join("incoming"), stage.path().join("aside"));
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("before.torrent"), made(&stage, "before").bytes).unwrap();
    let window = stage.open();

    // What would be added is said before it is.
    window.ctrl(",");
    window.click(&button("Watch folders"));
    window.click(&button("Watch a folder"));
    stage.desktop.choose_file(FOLDER_CHOOSER, &folder);
    window.click(&button("Watch it, add 1 torrent"));
    window.wait_text("Watching. 1 added today, at ");
    window.kill();

    // As Chromium saves: under another name, renamed when it is whole.
    let part = folder.join("Unconfirmed 482113.crdownload");
    fs::copy(swarm.file(), &part).unwrap();
    fs::rename(&part, folder.join("t.torrent")).unwrap();
    let window = stage.open();
    window.wait_state(&swarm.hash, "Seeding");
    swarm.assert_arrived(&stage.downloads());

    fs::rename(&folder, &aside).unwrap();
    window.wait_text("not reachable since ");
    open_history(&window);
    window.wait_text("Looks again every 30 seconds, nothing gets lost.");
    let later = made(&stage, "later");
    fs::write(aside.join("later.torrent"), &later.bytes).unwrap();
    fs::rename(&aside, &folder).unwrap();
    window.click(&button(&format!("Look now: {}", folder.display())));
    window.until("what came meanwhile", || {
        is_listed(&window, &later.hex()).then_some(())
    });
    for words in [
        "The folder went away.",
        "The folder is back.",
        "before.torrent",
        "t.torrent",
    ] {
        window.wait_text(words);
    }
    window.terminate();
}

/// As Firefox saves: an empty file with the name, the content beside it, piece by piece, and the rename
/// last. Each time the folder was looked through before the next.
fn saved_slowly(window: &Window<'_>, file: &Path, content: &[u8]) {
    let part = file.with_extension("torrent.part");
    fs::write(file, b"").unwrap();
    let mut out = OpenOptions::new().create_new(true).append(true).open(&part);
    let out = out.as_mut().unwrap();
    for (half, other) in content
        .chunks(content.len().div_ceil(2))
        .zip(["first", "second"])
    {
        out.write_all(half).unwrap();
        out.flush().unwrap();
        another_arrives(window, other);
        let there = names(file.parent().unwrap());
        assert!(
            there.iter().any(|name| name == "t.torrent"),
            "taken too early: {there:?}"
        );
    }
    fs::rename(part, file).unwrap();
}

/// Puts another torrent into the folder and waits for it: the folder was looked through since.
fn another_arrives(window: &Window<'_>, name: &str) {
    let torrent = made(window.stage, name);
    // Whole at once, so that it is not what is waited for.
    let file = window.stage.downloads().join(format!("{name}.torrent"));
    fs::rename(torrent.write(window.stage.path()), file).unwrap();
    window.until(&format!("“{name}” in the list"), || {
        is_listed(window, &torrent.hex()).then_some(())
    });
}

/// A torrent of that name that nobody has.
fn made(stage: &Stage, name: &str) -> Torrent {
    let source = stage.path().join("made").join(name);
    make_tree(&source, 7, &[("a.bin", 40_000)]);
    TorrentSpec::new().name(name).build(&source)
}

/// Whether a torrent is in the list, whatever the window shows.
fn is_listed(window: &Window<'_>, hash: &str) -> bool {
    let list = window.try_call("snapshot", &json!({})).unwrap();
    let mut rows = list["torrents"].as_array().unwrap().iter();
    rows.any(|row| row["hash"] == hash)
}

/// From the list to what happened in watch folders.
fn open_history(window: &Window<'_>) {
    window.ctrl(",");
    window.click(&button("Watch folders"));
    window.wait_text("What happened");
}

/// Waits until the file's newest entry says this.
#[track_caller]
fn wait_entry(window: &Window<'_>, words: &[&str]) {
    let newest = "
        const all = [...document.querySelectorAll('[role=table] [data-entry]')];
        return all.find((one) => one.innerText.includes('t.torrent'))?.innerText ?? '';
    ";
    window.until(&format!("{words:?} in the history"), || {
        let said = window.script(newest, &[]);
        let said = said.as_str()?;
        words.iter().all(|word| said.contains(word)).then_some(())
    });
}
