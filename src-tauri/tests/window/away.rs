//! Without its window: started hidden, put away, shown again where it was, and ended while nobody sees it.

use std::fs;

use serde_json::json;
use shoal_testkit::{
    Process, Site,
    hosts::{NoticeHost, TrayHost},
    wait,
};

use crate::{
    stage::{Stage, end, turn, wait_left},
    window::Window,
};

/// An ordinary link.
const LINK: &str = "magnet:?xt=urn:btih:0123456789012345678901234567890123456789&dn=offered";

/// Process ids of the web engine's below `pid`.
fn web_processes(pid: u32) -> Vec<u32> {
    let mut found = vec![];
    let mut look_at = vec![pid];
    while let Some(parent) = look_at.pop() {
        let children = fs::read_to_string(format!("/proc/{parent}/task/{parent}/children"));
        for child in children.unwrap_or_default().split_whitespace() {
            let child: u32 = child.parse().unwrap();
            let name = fs::read_to_string(format!("/proc/{child}/comm")).unwrap_or_default();
            if name.starts_with("WebKitWeb") {
                found.push(child);
            }
            look_at.push(child);
        }
    }
    found
}

/// Whether a file with this in its name is in the process's memory.
fn has_mapped(pid: u32, name: &str) -> bool {
    let mapped = fs::read_to_string(format!("/proc/{pid}/maps")).unwrap();
    mapped.lines().any(|line| line.contains(name))
}

/// Whether the window system was loaded: it takes more memory than all of Shoal. Of what it brings there are letters in
/// any case.
fn draws(pid: u32) -> bool {
    has_mapped(pid, "/fontconfig/")
}

#[track_caller]
fn wait_seen(stage: &Stage, shoal: &mut Process, seen: bool) {
    shoal.until(wait::GENEROUS, &format!("the window, seen: {seen}"), || {
        (stage.is_seen() == seen).then_some(())
    });
}

#[test]
fn started_hidden_it_has_no_page_until_somebody_wants_to_see_it() {
    let _turn = turn();
    let site = Site::new();
    let mut stage = Stage::new(&site.host("shoal"));
    stage.give("--hidden");
    let mut shoal = stage.start_plain();
    let said = stage.start_again(&["--hidden"]);
    assert!(said.contains("already running"), "{said}");
    assert!(!said.contains("show"), "{said}");
    assert_eq!(web_processes(shoal.pid()), Vec::<u32>::new());
    assert!(!draws(shoal.pid()));
    assert!(!stage.is_seen());

    stage.start_again(&[]);
    wait_seen(&stage, &mut shoal, true);
    assert!(draws(shoal.pid()), "what is looked for is there");
    // This display is new: no other program has found out for GTK what can be drawn on.
    let has_driver = has_mapped(shoal.pid(), "_dri.so") || has_mapped(shoal.pid(), "libgallium");
    assert!(
        shoal_drivers::has_card() || !has_driver,
        "a driver for no card"
    );
    shoal.until(wait::GENEROUS, "the window to be in front", || {
        stage.desktop.is_active("Shoal").then_some(())
    });
    assert_eq!(web_processes(shoal.pid()).len(), 1);
    stage.desktop.close("Shoal");
    wait_left(&mut shoal);
}

#[test]
fn ended_while_it_is_hidden_it_leaves_in_order() {
    let _turn = turn();
    let site = Site::new();
    let mut stage = Stage::new(&site.host("shoal"));
    stage.set("desktop.start_hidden=true");
    for asked in [false, false, true] {
        if asked {
            stage.give("--hidden");
        }
        let shoal = stage.start_plain();
        assert!(!stage.is_seen());
        end(shoal);
    }
}

#[test]
fn where_there_is_neither_panel_nor_notification_a_hidden_start_comes_into_the_list_of_windows() {
    let _turn = turn();
    let site = Site::new();
    let mut stage = Stage::new(&site.host("shoal"));
    stage.give("--hidden");
    let mut shoal = stage.start_plain();
    assert!(!stage.is_listed());
    shoal.until(wait::GENEROUS, "the window in the list of windows", || {
        stage.is_listed().then_some(())
    });
    assert!(!stage.is_seen(), "it does not come to the front by itself");
    assert!(!stage.desktop.is_active("Shoal"));
    stage.start_again(&[]);
    wait_seen(&stage, &mut shoal, true);
    end(shoal);
}

#[test]
fn the_window_comes_back_where_it_was() {
    let _turn = turn();
    let site = Site::new();
    let stage = Stage::new(&site.host("shoal"));
    let mut shoal = stage.start_plain();
    wait_seen(&stage, &mut shoal, true);
    let id = stage.desktop.titled("Shoal").remove(0);
    let xdotool = |args: &[&str]| {
        let done = stage
            .desktop
            .command("xdotool")
            .args(args)
            .output()
            .unwrap();
        assert!(done.status.success(), "{done:?}");
        String::from_utf8_lossy(&done.stdout).into_owned()
    };
    xdotool(&["windowsize", "--sync", &id, "900", "600"]);
    xdotool(&["windowmove", "--sync", &id, "211", "133"]);
    let place = || {
        let id = stage.desktop.titled("Shoal").into_iter().next()?;
        // Without its first line, which has the window's number.
        let text = xdotool(&["getwindowgeometry", &id]);
        Some(text.lines().skip(1).collect::<Vec<_>>().join("\n"))
    };
    let was = shoal.until(wait::GENEROUS, "the new size and place", || {
        place().filter(|place| place.contains("900x600") && is_about(place, 211, 133))
    });
    stage.desktop.close("Shoal");
    wait_left(&mut shoal);

    let shoal = stage.start_plain();
    let mut last = None;
    let back = wait::poll(wait::GENEROUS, || {
        last = place();
        (last.as_ref() == Some(&was)).then_some(())
    });
    assert!(back.is_some(), "it was at {was}, and is at {last:?}");
    end(shoal);
}

/// Whether a window lies there, by what xdotool says, but for the frame around it.
fn is_about(place: &str, x: u32, y: u32) -> bool {
    const FRAME: u32 = 60;
    let position = place.split("Position: ").nth(1);
    let numbers = position.and_then(|rest| rest.split_whitespace().next()?.split_once(','));
    let Some((Ok(left), Ok(top))) = numbers.map(|(x, y)| (x.parse::<u32>(), y.parse::<u32>()))
    else {
        return false;
    };
    (x..x + FRAME).contains(&left) && (y..y + FRAME).contains(&top)
}

/// Presses a button of the dialog, upon which the window goes: more than the driver takes.
#[track_caller]
fn press_and_let_go(window: &Window<'_>, words: &str) {
    let press = "
        const is_it = (button) => button.textContent.trim() === arguments[0];
        const button = [...document.querySelectorAll('dialog button')].find(is_it);
        setTimeout(() => button.click());
        return button !== undefined;
    ";
    assert_eq!(window.script(press, &[json!(words)]), true);
}

/// Neither panel nor notifications: the window is all there is to see of Shoal.
fn bare_stage(site: &Site) -> Stage {
    let mut stage = Stage::new(&site.host("shoal"));
    stage.set("desktop.close=tray");
    stage.set("desktop.close_without_tray=ask");
    stage
}

#[test]
fn where_no_panel_shows_shoal_closing_asks_and_keeps_the_window_in_the_list() {
    let _turn = turn();
    let site = Site::new();
    let stage = bare_stage(&site);
    let window = stage.open();
    stage.desktop.close("Shoal");
    window.wait_text("Keep Shoal running?");
    press_and_let_go(&window, "Keep running");
    wait::until(wait::GENEROUS, "the window to be minimised", || {
        (!stage.is_seen()).then_some(())
    });
    assert!(stage.is_listed(), "something must bring it back");
    stage.start_again(&[]);
    wait::until(wait::GENEROUS, "the window", || {
        stage.is_seen().then_some(())
    });
    stage.desktop.close("Shoal");
    window.wait_text("Keep Shoal running?");
    press_and_let_go(&window, "Quit");
    window.left("the answer");
}

#[test]
fn a_page_that_says_nothing_any_more_can_be_closed_all_the_same() {
    let _turn = turn();
    let site = Site::new();
    let stage = bare_stage(&site);
    let window = stage.open();
    for _ in 0..2 {
        stage.desktop.close("Shoal");
    }
    window.wait_text("Keep Shoal running?");
    assert!(stage.is_seen(), "two closes are no answer");
    stage.desktop.close("Shoal");
    window.left("three closes");
}

#[test]
fn closed_it_goes_into_the_tray_without_its_page_and_what_came_meanwhile_is_offered() {
    let _turn = turn();
    let site = Site::new();
    let mut stage = Stage::new(&site.host("shoal"));
    stage.set("desktop.close=tray");
    let mut panel = TrayHost::on(stage.desktop.bus());
    let mut notices = NoticeHost::on(stage.desktop.bus());
    let window = stage.open();
    panel.wait_item();
    wait_hidden_by_close(&stage, &window);
    let told = notices.wait(1);
    assert_eq!(told.title, "Shoal keeps running in the tray");

    stage.start_again(&[LINK]);
    window.come_back();
    window.wait_text("offered");
    assert!(stage.is_seen());
    wait_hidden_by_close(&stage, &window);
    panel.activate("");
    window.come_back();
    let open = "return document.querySelector('dialog[open]') !== null";
    assert_eq!(window.script(open, &[]), false, "closed is cancelled");
    wait::until(wait::GENEROUS, "the window in front", || {
        stage.desktop.is_active("Shoal").then_some(())
    });
    panel.activate("");
    wait_away(&stage, window.pid());
    assert_eq!(notices.shown().len(), 1, "once is enough");
    window.terminate();
}

/// Closes the window by its frame and waits until it and its page are gone.
#[track_caller]
fn wait_hidden_by_close(stage: &Stage, window: &Window<'_>) {
    assert_eq!(web_processes(window.pid()).len(), 1);
    stage.desktop.close("Shoal");
    wait_away(stage, window.pid());
}

#[track_caller]
fn wait_away(stage: &Stage, shoal: u32) {
    wait::until(wait::GENEROUS, "window and page to be gone", || {
        let gone = !stage.is_listed() && web_processes(shoal).is_empty();
        gone.then_some(())
    });
    assert!(Process::is_alive(shoal), "it runs on");
}

#[test]
fn minimised_it_goes_into_the_tray_where_that_is_wanted() {
    let _turn = turn();
    let site = Site::new();
    let mut stage = Stage::new(&site.host("shoal"));
    stage.set("desktop.minimise_to_tray=true");
    let mut panel = TrayHost::on(stage.desktop.bus());
    let mut shoal = stage.start_plain();
    wait_seen(&stage, &mut shoal, true);
    panel.wait_item();
    panel.wait_shown("that it can be hidden", |shown| {
        shown.offered().contains(&"Hide window")
    });
    stage.desktop.minimise("Shoal");
    wait_away(&stage, shoal.pid());
    panel.activate("");
    wait_seen(&stage, &mut shoal, true);
    end(shoal);
}

#[test]
fn a_panel_that_is_gone_for_good_is_told_of_once_and_the_notification_brings_the_window_back() {
    let _turn = turn();
    let site = Site::new();
    let mut stage = Stage::new(&site.host("shoal"));
    stage.give("--hidden");
    let mut panel = TrayHost::on(stage.desktop.bus());
    let mut notices = NoticeHost::on(stage.desktop.bus());
    let mut shoal = stage.start_plain();
    panel.wait_item();
    drop(panel);
    let told = notices.wait(1);
    assert_eq!(told.title, "Shoal keeps running in the background");
    assert!(!stage.is_listed());
    notices.press(told.id, "default", "");
    wait_seen(&stage, &mut shoal, true);
    end(shoal);
}
