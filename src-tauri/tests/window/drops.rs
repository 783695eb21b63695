//! What is dragged onto the window from another program: what is said while it hovers, and what comes of it when it
//! is dropped. The drags are real ones, with the pointer; the keys are held by hand.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use shoal_testkit::{
    Site, TorrentSpec,
    hosts::{DragSource, Goods},
};
use thirtyfour::Key;

use crate::{
    page::{css, in_dialog},
    stage::{Stage, turn},
    window::Window,
};

/// In the middle of the window, and beside the source's.
const INSIDE: (u32, u32) = (700, 560);
/// Above the source's window, where Shoal is not asked.
const OUTSIDE: (u32, u32) = (12, 12);
/// Tells what hovers, and when that was said.
const LOG: &str = "info,shoal_shell=debug";
/// Lies over the page while something hovers.
const OVERLAY: &str = ".drop";
const DIALOG: &str = "dialog[open]";
const MAGNET: &str = "magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567&dn=a%26b%20c&tr=http%3A%2F%2F127.0.0.9%3A9%2Fa%3Fx%3D1%26y";

fn stage(site: &Site) -> Stage {
    let mut stage = Stage::new(&site.host("shoal"));
    stage.env("SHOAL_LOG", LOG);
    stage.env("NO_COLOR", "1");
    fs::create_dir(stage.path().join("goods")).unwrap();
    stage
}

/// A torrent file, which differs from others by its name.
fn torrent(stage: &Stage, name: &str) -> PathBuf {
    let goods = stage.path().join("goods");
    let content = goods.join("content");
    fs::write(&content, vec![7; 40_000]).unwrap();
    let file = goods.join(format!("{name}.torrent"));
    let torrent = TorrentSpec::new().name(name).build(&content);
    fs::write(&file, torrent.bytes).unwrap();
    file
}

fn file(stage: &Stage, name: &str, text: &str) -> PathBuf {
    let file = stage.path().join("goods").join(name);
    fs::write(&file, text).unwrap();
    file
}

/// Moves the pointer and presses keys.
fn xdotool(stage: &Stage) -> impl Fn(&[&str]) {
    |args: &[&str]| {
        let done = stage.desktop.command("xdotool").args(args).status();
        assert!(done.unwrap().success(), "{args:?}");
    }
}

/// A hand on the pointer, with something in it.
struct Hand<'w> {
    window: &'w Window<'w>,
    source: DragSource,
}

impl<'w> Hand<'w> {
    fn new(window: &'w Window<'w>, goods: Goods<'_>) -> Self {
        Self::with(window, goods, "copy,move,link")
    }

    fn with(window: &'w Window<'w>, goods: Goods<'_>, actions: &str) -> Self {
        let desktop = &window.stage.desktop;
        let source = DragSource::start(|program| desktop.command(program), goods, actions);
        Self { window, source }
    }

    /// Takes the goods over the window, and waits until it says so.
    fn hover(&mut self, says: &str) {
        let xdotool = xdotool(self.window.stage);
        self.source.take(&xdotool);
        self.source.carry(&xdotool, INSIDE);
        self.wait_says(says);
    }

    fn let_go(&mut self) -> Option<String> {
        let xdotool = xdotool(self.window.stage);
        self.source.let_go(xdotool)
    }

    /// Waits until the overlay has these words.
    fn wait_says(&self, words: &str) {
        wait_in(self.window, OVERLAY, words);
    }

    fn wait_away(&self) {
        let is_away = || (words_in(self.window, OVERLAY)?.is_empty()).then_some(());
        self.window.until("the overlay to go", is_away);
    }
}

/// All words in the first of these; none when the page does not answer. What is said aloud stands elsewhere, too.
fn words_in(window: &Window<'_>, selector: &str) -> Option<String> {
    let words = "return document.querySelector(arguments[0])?.innerText ?? ''";
    let words = window.script(words, &[json!(selector)]);
    words.as_str().map(str::to_owned)
}

fn wait_in(window: &Window<'_>, selector: &str, words: &str) {
    let is_there = || words_in(window, selector)?.contains(words).then_some(());
    window.until(&format!("“{words}” in {selector}"), is_there);
}

fn list(window: &Window<'_>) -> Vec<Value> {
    let snapshot = window.try_call("snapshot", &json!({})).unwrap();
    snapshot["torrents"].as_array().unwrap().clone()
}

fn has_dialog(window: &Window<'_>) -> bool {
    let open = "return document.querySelector('dialog[open]') !== null";
    window.script(open, &[]) == true
}

/// How long it took from entering the window until the page was told, each time.
fn took_ms(window: &Window<'_>) -> Vec<f64> {
    let said = window.said();
    let lines = said.lines().filter(|line| line.contains("hovers over"));
    let number = |line: &str| {
        line.split("took_ms=")
            .nth(1)?
            .split_whitespace()
            .next()?
            .parse()
            .ok()
    };
    lines.filter_map(number).collect()
}

/// A picture of the display, when `SHOAL_SHOTS` names a folder for it.
fn picture(window: &Window<'_>, name: &str) {
    if let Some(folder) = env::var_os("SHOAL_SHOTS") {
        window.settle();
        let file = Path::new(&folder).join(format!("{name}.png"));
        window.stage.desktop.shoot("root", &file);
    }
}

#[test]
fn what_hovers_says_what_becomes_of_it_and_escape_takes_it_back() {
    let _turn = turn();
    let site = Site::new();
    let stage = stage(&site);
    let window = stage.open();
    let folder = stage.path().join("goods/pictures");
    fs::create_dir(&folder).unwrap();
    let goods = [
        torrent(&stage, "one"),
        torrent(&stage, "two"),
        folder,
        file(&stage, "notes.txt", "notes"),
        file(&stage, "broken.torrent", "d4:infode"),
    ];
    let mut hand = Hand::new(&window, Goods::Files(&goods));
    hand.hover("Drop to add 2 torrents");
    for words in ["pictures", "notes.txt", "broken.torrent"] {
        hand.wait_says(words);
    }
    picture(&window, "drop-mixed");
    let xdotool = xdotool(&stage);
    hand.source.escape(&xdotool);
    hand.wait_away();
    assert!(!has_dialog(&window));

    hand.hover("Drop to add 2 torrents");
    hand.source.carry(&xdotool, OUTSIDE);
    hand.wait_away();
    hand.source.carry(&xdotool, INSIDE);
    hand.wait_says("Drop to add 2 torrents");
    assert_eq!(hand.let_go().as_deref(), Some("copy"));
    hand.wait_away();
    window.see(DIALOG);
    wait_in(&window, DIALOG, "notes.txt");
    picture(&window, "drop-dialog");
    window.click(&in_dialog("Add"));
    window.until("both", || (list(&window).len() == 2).then_some(()));
    assert!(!hand.source.was_asked_to_delete());
    println!("told after {:?} ms", took_ms(&window));
    drop(hand);
    window.close();
}

#[test]
fn a_hundred_files_and_a_folder_are_taken() {
    let _turn = turn();
    let site = Site::new();
    let stage = stage(&site);
    let window = stage.open();
    let goods: Vec<_> = (0..100)
        .map(|n| torrent(&stage, &format!("torrent {n}")))
        .collect();
    let mut hand = Hand::new(&window, Goods::Files(&goods));
    hand.hover("Drop to add 100 torrents");
    picture(&window, "drop-hundred");
    assert_eq!(hand.let_go().as_deref(), Some("copy"));
    window.see(DIALOG);
    window.click(&in_dialog("Add"));
    window.until("all", || (list(&window).len() == 100).then_some(()));
    println!("100 files were told of after {:?} ms", took_ms(&window));
    drop(hand);

    let mut hand = Hand::new(&window, Goods::Files(&goods[..3]));
    hand.hover("3 are already in the list");
    picture(&window, "drop-here");
    let xdotool = xdotool(&stage);
    hand.source.escape(xdotool);
    hand.wait_away();
    drop(hand);

    let folder = stage.path().join("goods");
    let mut hand = Hand::new(&window, Goods::Files(&[folder]));
    hand.hover("Drop to make a torrent");
    picture(&window, "drop-create");
    assert_eq!(hand.let_go().as_deref(), Some("copy"));
    window.see(DIALOG);
    wait_in(&window, DIALOG, "goods");
    picture(&window, "drop-create-dialog");
    drop(hand);
    window.close();
}

#[test]
fn links_arrive_as_they_were_written() {
    let _turn = turn();
    let site = Site::new();
    let stage = stage(&site);
    let window = stage.open();
    for (goods, actions) in [
        (Goods::Uris(&[MAGNET]), "copy,link"),
        (Goods::Text(MAGNET), "copy"),
        (
            Goods::Text("0123456789abcdef0123456789abcdef01234567"),
            "copy",
        ),
    ] {
        let mut hand = Hand::with(&window, goods, actions);
        hand.hover("Drop to add 1 torrent");
        assert_eq!(hand.let_go().as_deref(), Some("copy"));
        window.see(DIALOG);
        if !matches!(goods, Goods::Text(text) if text.len() == 40) {
            wait_in(&window, DIALOG, "a&b c");
        }
        assert_eq!(list(&window), Vec::<Value>::new(), "it only asks");
        window.press(Key::Escape);
        window.until("the dialog to go", || (!has_dialog(&window)).then_some(()));
    }
    let mut hand = Hand::with(&window, Goods::Text("some words\nand more"), "copy");
    hand.hover("Nothing here can be added");
    picture(&window, "drop-refused");
    hand.let_go();
    hand.wait_away();
    assert!(!has_dialog(&window));
    drop(hand);
    let at = window.script("return location.href", &[]);
    assert!(
        at.as_str().unwrap().starts_with("tauri://localhost"),
        "{at}"
    );
    window.close();
}

#[test]
fn with_shift_it_starts_at_once_and_with_alt_it_stays_stopped() {
    let _turn = turn();
    let site = Site::new();
    let stage = stage(&site);
    let window = stage.open();
    let runs = torrent(&stage, "runs");
    let mut hand = Hand::new(&window, Goods::Files(&[runs]));
    let xdotool = xdotool(&stage);
    hand.hover("Drop to add 1 torrent");
    hand.wait_says("add at once, without asking");
    xdotool(&["keydown", "shift"]);
    hand.source.carry_until(&xdotool, INSIDE, "move");
    assert_eq!(hand.let_go().as_deref(), Some("move"));
    xdotool(&["keyup", "shift"]);
    window.until("the torrent", || (list(&window).len() == 1).then_some(()));
    assert!(!has_dialog(&window));
    assert!(
        !hand.source.was_asked_to_delete(),
        "the files stay where they are"
    );
    drop(hand);

    let stays = torrent(&stage, "stays");
    let mut hand = Hand::new(&window, Goods::Files(&[stays]));
    hand.hover("Drop to add 1 torrent");
    xdotool(&["keydown", "alt"]);
    hand.source.carry(&xdotool, INSIDE);
    assert_eq!(hand.let_go().as_deref(), Some("copy"));
    xdotool(&["keyup", "alt"]);
    window.until("the other torrent", || {
        (list(&window).len() == 2).then_some(())
    });
    assert!(!has_dialog(&window));
    let list = list(&window);
    let status = |name: &str| {
        let row = list.iter().find(|row| row["name"] == name).unwrap();
        row["status"].clone()
    };
    assert_eq!(status("stays"), "stopped", "{list:#?}");
    assert_ne!(status("runs"), "stopped", "{list:#?}");
    for row in &list {
        window.wait_painted(row["hash"].as_str().unwrap(), "it in the list", |_| true);
    }
    picture(&window, "drop-at-once");
    drop(hand);
    window.close();
}

#[test]
fn a_link_in_the_clipboard_is_offered_once() {
    let _turn = turn();
    let site = Site::new();
    let stage = stage(&site);
    let window = stage.open();
    let copied = Hand::new(&window, Goods::Text(MAGNET));
    let focus = |title: &str| {
        let id = stage.desktop.titled(title).remove(0);
        let mut xdotool = stage.desktop.command("xdotool");
        assert!(
            xdotool
                .args(["windowactivate", &id])
                .status()
                .unwrap()
                .success()
        );
        window.until("the other window", || {
            stage.desktop.is_active(title).then_some(())
        });
    };
    focus("dnd-source");
    focus("Shoal");
    let offer = "from the clipboard?";
    window.until("nothing to be offered while it is off", || {
        (!window.text().contains(offer)).then_some(())
    });
    let on = json!({"values": {"desktop.clipboard": true}});
    window.try_call("set_settings", &on).unwrap();
    focus("dnd-source");
    focus("Shoal");
    window.wait_text("Add “a&b c” from the clipboard?");
    picture(&window, "clipboard");
    assert_eq!(list(&window), Vec::<Value>::new());
    window.click(&css(".toast .btn"));
    window.see(DIALOG);
    window.press(Key::Escape);
    window.until("the dialog to go", || (!has_dialog(&window)).then_some(()));
    focus("dnd-source");
    focus("Shoal");
    drop(copied);

    let other = MAGNET.replace("0123", "3210").replace("a%26b", "other");
    let copied = Hand::new(&window, Goods::Text(&other));
    focus("dnd-source");
    focus("Shoal");
    window.wait_text("Add “other c” from the clipboard?");
    let offered = window.said().matches("clipboard is offered").count();
    assert_eq!(offered, 2, "each once");
    drop(copied);
    window.close();
}
