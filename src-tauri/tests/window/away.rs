//! Without its window: started hidden, put away, shown again where it was, and ended while nobody sees it.

use std::{
    fs,
    time::{Duration, Instant},
};

use shoal_testkit::{Process, Site, wait};

use crate::{
    page::in_dialog,
    stage::{Stage, turn},
};

/// How long Shoal may take to leave.
const LEAVE: Duration = Duration::from_secs(5);

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

fn is_seen(stage: &Stage) -> bool {
    !stage.desktop.titled("Shoal").is_empty()
}

/// Whether the window manager lists it, minimised or not.
fn in_window_list(stage: &Stage) -> bool {
    let list = stage.desktop.command("wmctrl").arg("-l").output().unwrap();
    let list = String::from_utf8_lossy(&list.stdout).into_owned();
    list.lines().any(|line| line.ends_with(" Shoal"))
}

#[track_caller]
fn wait_seen(stage: &Stage, shoal: &mut Process, seen: bool) {
    shoal.until(wait::GENEROUS, &format!("the window, seen: {seen}"), || {
        (is_seen(stage) == seen).then_some(())
    });
}

/// Ends it, and tells how long that took.
#[track_caller]
fn end(mut shoal: Process) {
    let begun = Instant::now();
    shoal.signal("TERM");
    assert_eq!(shoal.wait(LEAVE), 0, "{}", shoal.log_tail());
    println!("Shoal left {:?} after SIGTERM", begun.elapsed());
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
    assert!(!is_seen(&stage));

    stage.start_again(&[]);
    wait_seen(&stage, &mut shoal, true);
    shoal.until(wait::GENEROUS, "the window to be in front", || {
        stage.desktop.is_active("Shoal").then_some(())
    });
    assert_eq!(web_processes(shoal.pid()).len(), 1);
    stage.desktop.close("Shoal");
    assert_eq!(shoal.wait(LEAVE), 0, "{}", shoal.log_tail());
}

#[test]
fn ended_while_it_is_hidden_it_leaves_in_order() {
    let _turn = turn();
    let site = Site::new();
    let mut stage = Stage::new(&site.host("shoal"));
    stage.set("desktop.start_hidden=true");
    for _ in 0..2 {
        let shoal = stage.start_plain();
        assert!(!is_seen(&stage));
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
    assert!(!in_window_list(&stage));
    shoal.until(wait::GENEROUS, "the window in the list of windows", || {
        in_window_list(&stage).then_some(())
    });
    assert!(!is_seen(&stage), "it does not come to the front by itself");
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
    let was = shoal.until(wait::GENEROUS, "the new size", || {
        place().filter(|place| place.contains("900x600"))
    });
    stage.desktop.close("Shoal");
    assert_eq!(shoal.wait(LEAVE), 0, "{}", shoal.log_tail());

    let shoal = stage.start_plain();
    let mut last = None;
    let back = wait::poll(wait::GENEROUS, || {
        last = place();
        (last.as_ref() == Some(&was)).then_some(())
    });
    assert!(back.is_some(), "it was at {was}, and is at {last:?}");
    end(shoal);
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
    window.click(&in_dialog("Keep running"));
    wait::until(wait::GENEROUS, "the window to be minimised", || {
        (!is_seen(&stage)).then_some(())
    });
    assert!(in_window_list(&stage), "something must bring it back");
    stage.start_again(&[]);
    wait::until(wait::GENEROUS, "the window", || {
        is_seen(&stage).then_some(())
    });
    stage.desktop.close("Shoal");
    window.wait_text("Keep Shoal running?");
    window.click(&in_dialog("Quit"));
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
    assert!(is_seen(&stage), "two closes are no answer");
    stage.desktop.close("Shoal");
    window.left("three closes");
}
