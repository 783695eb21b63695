//! What a person sees and decides about files on the disk: somebody else's file where a torrent would
//! go, another folder, a file that was changed, and where unfinished files are kept.

use std::{fs, path::Path};

use shoal_testkit::{Aria2, Swarm, payload::Payload, same_tree_but_empty, swarm::NAME, wait};
use thirtyfour::{By, Key};

use crate::{
    page::{button, css, in_dialog, row},
    stage::{Stage, turn},
    window::Window,
};

/// The largest file of the torrent.
const LARGE: &str = "disc 2/c.bin";

#[test]
fn another_file_in_the_way_is_asked_about_before_the_add_and_stays() {
    let _turn = turn();
    let swarm = Swarm::start();
    let stage = Stage::new(&swarm.shoal);
    let foreign = stage.downloads().join(NAME).join(LARGE);
    Payload::new(7).write_file(&foreign, 500_000).unwrap();
    let before = fs::read(&foreign).unwrap();
    let window = stage.open();

    stage.start_again(&[swarm.file().to_str().unwrap()]);
    window.wait_text("There is already a file named “c.bin” there.");
    window.wait_text("It has 500\u{202f}kB, the torrent’s has 9.00\u{202f}MB.");
    assert!(
        window.painted(&swarm.hash).is_none(),
        "it was added before the question was answered"
    );
    window.click(&labelled("Save beside it as “album (2)”"));
    window.add_shown();

    window.wait_state(&swarm.hash, "Seeding");
    let arrived = stage.downloads().join("album (2)");
    assert_eq!(
        same_tree_but_empty(&swarm.seed_dir().join(NAME), &arrived),
        Ok(())
    );
    assert_eq!(fs::read(&foreign).unwrap(), before);
    assert_eq!(names(&stage.downloads().join(NAME)), ["disc 2"]);
    window.close();
}

#[test]
fn moved_by_the_dialog_it_seeds_on_from_there_and_undo_brings_it_back() {
    let _turn = turn();
    let mut swarm = Swarm::start();
    let stage = Stage::new(&swarm.shoal);
    let window = stage.open();
    window.add_file(&swarm.file());
    window.wait_state(&swarm.hash, "Seeding");
    swarm.seeder.process().stop();

    let elsewhere = stage.path().join("elsewhere");
    window.click(&row(&swarm.hash));
    window.shift(Key::F10);
    window.click(&menu_item("Move files to…"));
    window.click(&css("dialog[open] .field input"));
    window.ctrl("a");
    window.write(elsewhere.to_str().unwrap());
    window.wait_text("On the same drive: nothing is copied, and no room is needed.");
    window.click(&in_dialog("Move"));
    window.wait_text("Moving 1 torrent.");
    window.wait_text(elsewhere.to_str().unwrap());
    wait_whole(&window, &swarm, &elsewhere);
    assert_eq!(names(&stage.downloads()), [""; 0]);
    window.wait_state(&swarm.hash, "Seeding");

    Aria2::fetch(&swarm.other, &swarm.file(), &swarm.other_dir()).wait_complete(wait::GENEROUS);
    assert_eq!(
        same_tree_but_empty(&swarm.seed_dir(), &swarm.other_dir()),
        Ok(())
    );

    window.click(&row(&swarm.hash));
    window.ctrl("z");
    wait_whole(&window, &swarm, &stage.downloads());
    window.wait_state(&swarm.hash, "Seeding");
    assert!(names(&elsewhere).is_empty(), "{:?}", names(&elsewhere));
    window.close();
}

#[test]
fn a_file_that_somebody_replaced_is_said_checked_and_completed_only_when_asked() {
    let _turn = turn();
    let swarm = Swarm::slow();
    let stage = Stage::new(&swarm.shoal);
    let window = stage.open();
    window.add_file(&swarm.file());
    window.wait_state(&swarm.hash, "Seeding");
    window.click(&row(&swarm.hash));

    // As an editor saves: a new file under the old name.
    let large = stage.downloads().join(NAME).join(LARGE);
    let mut foreign = fs::read(&large).unwrap();
    Payload::new(77).fill(0, &mut foreign[3_000_000..6_000_000]);
    fs::write(stage.path().join("new"), &foreign).unwrap();
    fs::rename(stage.path().join("new"), &large).unwrap();
    // Somebody asks for it: then it is seen before a byte is sent, not at the next look.
    let mut leecher = Aria2::fetch(&swarm.other, &swarm.file(), &swarm.other_dir());
    let said = window.wait_state(&swarm.hash, "Needs attention");
    let words = "Its files were changed by something else. Not shared until they are checked.";
    assert!(said.sentence.starts_with(words), "{said:?}");
    leecher.process().stop();

    window.click(&remedy("Check files"));
    window.wait_painted(&swarm.hash, "what the check found", |row| {
        row.sentence.contains(" match this torrent.")
    });
    assert!(
        fs::read(&large).unwrap() == foreign,
        "somebody else's file was changed without a word"
    );
    window.click(&remedy("Complete these files"));
    window.wait_state(&swarm.hash, "Seeding");
    swarm.assert_arrived(&stage.downloads());
    window.close();
}

#[test]
fn unfinished_files_lie_apart_and_end_in_the_downloads_folder() {
    let _turn = turn();
    let swarm = Swarm::slow();
    let stage = Stage::new(&swarm.shoal);
    let unfinished = stage.path().join("unfinished");
    let window = stage.open();
    window.ctrl(",");
    window.click(&labelled_by(
        "Add .part to the names of files that are not whole",
    ));
    window.click(&labelled("Keep unfinished torrents in another folder"));
    window.write(unfinished.to_str().unwrap());
    window.press(Key::Enter);
    window.see("[aria-label^='Reset “Keep unfinished torrents in another folder”']");
    window.see("[aria-label^='Reset “Add .part to the names']");
    window.click(&button("Settings: back to the list"));

    window.add_file(&swarm.file());
    let part = unfinished.join(NAME).join(format!("{LARGE}.part"));
    window.until("the largest file on its way", || {
        part.exists().then_some(())
    });
    assert_eq!(names(&stage.downloads()), [""; 0]);
    // It seeds for a moment where it was fetched, before it goes where it belongs.
    wait_whole(&window, &swarm, &stage.downloads());
    window.wait_state(&swarm.hash, "Seeding");
    window.until("the other folder to be empty", || {
        names(&unfinished).is_empty().then_some(())
    });
    window.close();
}

/// Waits until a folder holds all of the torrent, byte by byte, and nothing else.
fn wait_whole(window: &Window<'_>, swarm: &Swarm, folder: &Path) {
    window.until(&format!("all of it in {}", folder.display()), || {
        same_tree_but_empty(&swarm.seed_dir(), folder).ok()
    });
}

/// What lies in a folder; nothing when it is not there.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// What a label that begins so belongs to.
fn labelled(words: &str) -> By {
    let starts = format!("starts-with(normalize-space(), \"{words}\")");
    By::XPath(format!(
        "//label[{starts}]//input | //input[@id=//label[{starts}]/@for]"
    ))
}

/// The switch whose title is this.
fn labelled_by(title: &str) -> By {
    By::XPath(format!(
        "//input[@aria-labelledby=//span[normalize-space()=\"{title}\"]/@id]"
    ))
}

fn menu_item(words: &str) -> By {
    By::XPath(format!(
        "//*[@role=\"menuitem\"][starts-with(normalize-space(), \"{words}\")]"
    ))
}

/// An answer to what is said about the selected torrent.
fn remedy(words: &str) -> By {
    By::XPath(format!(
        "//section[contains(@class, \"why\")]//button[normalize-space()=\"{words}\"]"
    ))
}
