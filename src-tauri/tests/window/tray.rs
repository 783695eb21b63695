//! The icon on a panel: what it says and what its menu does, the window that comes and goes by it, a panel that
//! crashes, and no panel at all.

use std::time::{Duration, Instant};

use shoal_testkit::{
    Host, Process, Site, Swarm,
    hosts::{Shown, TrayHost},
    wait,
};

use crate::{
    page::in_dialog,
    stage::{Stage, end, turn, wait_left},
};

const PASTE: &str = "Add magnet from clipboard";

const QUIT: &str = r"
    const all = [...document.querySelectorAll('dialog[open] button')];
    all.find((one) => one.innerText.trim() === 'Quit').click();
";

fn panel(stage: &Stage) -> TrayHost {
    TrayHost::start(stage.desktop.command("/usr/bin/python3"), &[])
}

/// There closing puts the window into the tray, or asks where there is none.
fn stage(host: &Host) -> Stage {
    let mut stage = Stage::new(host);
    stage.set("desktop.close=tray");
    stage.set("desktop.close_without_tray=ask");
    stage
}

#[track_caller]
fn wait_front(stage: &Stage, shoal: &mut Process) {
    shoal.until(wait::GENEROUS, "the window in front", || {
        (stage.is_seen() && stage.desktop.is_active("Shoal")).then_some(())
    });
}

/// There is no window at all any more, and Shoal lives.
#[track_caller]
fn wait_gone(stage: &Stage, shoal: &mut Process) {
    shoal.until(wait::GENEROUS, "the window to go", || {
        (!stage.is_listed()).then_some(())
    });
}

fn icon(state: &str) -> String {
    format!("io.github.shoalbt.Shoal-tray-{state}-symbolic")
}

fn offers(shown: &Shown, label: &str) -> bool {
    shown.offered().contains(&label)
}

#[test]
fn the_icon_says_what_goes_on_and_its_menu_does_it() {
    let _turn = turn();
    let swarm = Swarm::slow();
    let stage = stage(&swarm.shoal);
    let mut panel = panel(&stage);
    let window = stage.open();
    panel.wait_item();
    panel.wait_shown("that nothing moves", |shown| {
        shown.text("IconName") == icon("idle") && shown.menu[0].label == "Nothing moves"
    });

    window.add_file(&swarm.file());
    panel.wait_shown("the download", |shown| {
        let line = &shown.menu[0].label;
        shown.text("IconName") == icon("active") && line.starts_with("1 downloading · ↓")
    });
    panel.click("Stop all");
    window.wait_state(&swarm.hash, "Stopped");
    panel.wait_shown("that all is stopped", |shown| {
        let is_paused = shown.text("IconName") == icon("paused");
        is_paused && offers(shown, "Start all") && !offers(shown, "Stop all")
    });
    panel.click("Start all");
    panel.wait_shown("that it goes on", |shown| {
        let is_paused = shown.text("IconName") == icon("paused");
        !is_paused && offers(shown, "Stop all") && !offers(shown, "Start all")
    });

    panel.click("Settings…");
    window.see("[aria-label='Settings: back to the list']");
    panel.click("Quit");
    window.left("Quit in the icon's menu");
}

#[test]
fn the_window_comes_and_goes_by_the_icon() {
    let _turn = turn();
    let site = Site::new();
    let stage = stage(&site.host("shoal"));
    let mut panel = panel(&stage);
    let mut shoal = stage.start_plain();
    panel.wait_item();
    wait_front(&stage, &mut shoal);

    panel.wait_shown("the way out", |shown| offers(shown, "Hide window"));
    panel.click("Hide window");
    wait_gone(&stage, &mut shoal);
    panel.wait_shown("the way back", |shown| offers(shown, "Open Shoal"));
    panel.click("Open Shoal");
    wait_front(&stage, &mut shoal);

    // A click on the icon itself. One that Shoal hears of before it has heard that its window is in front
    // brings it there.
    let mut clicked: Option<Instant> = None;
    shoal.until(wait::GENEROUS, "the window to go", || {
        if !stage.is_listed() {
            return Some(());
        }
        if clicked.is_none_or(|at| at.elapsed() > Duration::from_secs(5)) {
            panel.activate("");
            clicked = Some(Instant::now());
        }
        None
    });
    panel.activate("");
    wait_front(&stage, &mut shoal);

    panel.wait_shown("the way out", |shown| offers(shown, "Hide window"));
    stage.desktop.close("Shoal");
    wait_gone(&stage, &mut shoal);
    // Closed, it has the icon still, through which it quits.
    panel.wait_shown("the way back", |shown| offers(shown, "Open Shoal"));
    panel.click("Quit");
    wait_left(&mut shoal);
    panel_is_empty(&panel);
}

#[track_caller]
fn panel_is_empty(panel: &TrayHost) {
    wait::until(wait::GENEROUS, "the icon to go", || {
        panel.items().is_empty().then_some(())
    });
}

#[test]
fn a_panel_that_crashed_finds_it_again_and_without_one_the_window_comes_back() {
    let _turn = turn();
    let site = Site::new();
    let mut stage = stage(&site.host("shoal"));
    stage.give("--hidden");
    let mut first = panel(&stage);
    let mut shoal = stage.start_plain();
    let owner = first.wait_item();
    // Shoal knows that it was taken as well.
    first.wait_shown("the way back", |shown| offers(shown, "Open Shoal"));
    drop(first);

    let mut second = panel(&stage);
    assert_eq!(second.wait_item(), owner, "the same item of the same Shoal");
    assert!(!stage.is_listed(), "it is hidden still");
    second.wait_shown("the way back", |shown| offers(shown, "Open Shoal"));
    second.click("Open Shoal");
    wait_front(&stage, &mut shoal);
    second.wait_shown("the way out", |shown| offers(shown, "Hide window"));
    second.click("Hide window");
    wait_gone(&stage, &mut shoal);

    // Nobody shows notifications here, so that nothing else would be left to see of it.
    drop(second);
    shoal.until(wait::GENEROUS, "the window in the list of windows", || {
        stage.is_listed().then_some(())
    });
    assert!(!stage.is_seen(), "it does not come to the front by itself");
    end(shoal);
}

#[test]
fn without_a_panel_closing_asks_and_hides_nothing() {
    let _turn = turn();
    let site = Site::new();
    let stage = stage(&site.host("shoal"));
    let window = stage.open();
    stage.desktop.close("Shoal");
    window.wait_text("Keep Shoal running?");
    assert!(stage.is_seen());
    window.click(&in_dialog("Keep running"));
    window.until("the window to be minimised", || {
        (!stage.is_seen() && stage.is_listed()).then_some(())
    });

    stage.start_again(&[]);
    window.until("the window in front", || {
        stage.desktop.is_active("Shoal").then_some(())
    });
    stage.desktop.close("Shoal");
    window.wait_text("Keep Shoal running?");
    // The window goes with it, before the driver can hear that it was clicked.
    window.script(QUIT, &[]);
    window.left("Quit in the dialog");
}

#[test]
fn however_fast_it_is_clicked_the_window_comes_when_it_is_wanted_last() {
    let _turn = turn();
    let site = Site::new();
    let stage = stage(&site.host("shoal"));
    let mut panel = panel(&stage);
    let mut shoal = stage.start_plain();
    panel.wait_item();
    wait_front(&stage, &mut shoal);
    for n in 0..40 {
        panel.activate("");
        for _ in 0..n % 7 {
            panel.look();
        }
        if n % 9 == 0 {
            stage.start_again(&[]);
        }
    }
    panel.wait_shown("an entry for the window", |shown| {
        offers(shown, "Open Shoal") || offers(shown, "Hide window")
    });
    stage.start_again(&[]);
    wait_front(&stage, &mut shoal);
    stage.desktop.close("Shoal");
    wait_gone(&stage, &mut shoal);
    panel.activate("");
    wait_front(&stage, &mut shoal);
    panel.click("Quit");
    wait_left(&mut shoal);
}

#[test]
fn ended_while_its_window_is_being_made_it_leaves_in_order() {
    let _turn = turn();
    let site = Site::new();
    let mut stage = stage(&site.host("shoal"));
    stage.give("--hidden");
    let mut panel = panel(&stage);
    for looks in [0, 8, 20] {
        let shoal = stage.start_plain();
        panel.wait_item();
        panel.activate("");
        for _ in 0..looks {
            panel.look();
        }
        end(shoal);
        panel_is_empty(&panel);
    }
}

#[test]
fn a_magnet_that_was_copied_is_offered_by_the_menu_also_by_a_shoal_that_never_had_a_window() {
    let _turn = turn();
    let site = Site::new();
    let mut stage = stage(&site.host("shoal"));
    let link = "magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567&dn=copied";
    let file = stage.path().join("copied");
    std::fs::write(&file, link).unwrap();
    let mut xclip = stage.desktop.command("xclip");
    // Quiet: it stays, and is ended with the story.
    xclip.args(["-quiet", "-selection", "clipboard"]).arg(&file);
    let _copied = Process::spawn("xclip", &xclip);
    let mut first = panel(&stage);

    let window = stage.open();
    first.wait_item();
    first.click(PASTE);
    window.see("dialog[open]");
    window.wait_text("copied");
    window.terminate();
    drop(first);

    stage.give("--hidden");
    let mut panel = panel(&stage);
    let mut shoal = stage.start_plain();
    panel.wait_item();
    assert!(!stage.is_listed());
    panel.click(PASTE);
    wait_front(&stage, &mut shoal);
    end(shoal);
}
