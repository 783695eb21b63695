//! Links and files that the system opens with Shoal: in order, in one dialog, and never added by themselves.

use std::thread;

use serde_json::{Value, json};
use shoal_testkit::{Site, wait};

use crate::{
    stage::{Stage, turn},
    window::Window,
};

const NAMES: &str = "
    const rows = document.querySelectorAll('dialog[open] li:not(.head)');
    return [...rows].map((row) => row.querySelector('[aria-label]').getAttribute('aria-label'));
";

fn magnet(n: u32) -> String {
    format!("magnet:?xt=urn:btih:{n:040x}&dn=link-{n}")
}

fn name(n: u32) -> String {
    format!("link-{n}")
}

/// The names in the open dialog, once there are so many.
#[track_caller]
fn offered(window: &Window<'_>, count: usize) -> Vec<String> {
    window.until(&format!("{count} links in the dialog"), || {
        let names: Vec<String> =
            serde_json::from_value(window.script(NAMES, &[])).unwrap_or_default();
        (names.len() == count).then_some(names)
    })
}

fn listed(window: &Window<'_>) -> Vec<Value> {
    let list = window.try_call("snapshot", &json!({})).unwrap();
    list["torrents"].as_array().unwrap().clone()
}

#[test]
fn links_that_are_opened_one_after_the_other_come_in_one_dialog_in_their_order() {
    let _turn = turn();
    let site = Site::new();
    let stage = Stage::new(&site.host("shoal"));
    let window = stage.open();
    for n in 1..=10 {
        let said = stage.start_again(&[&magnet(n)]);
        assert!(said.contains("already running"), "{said}");
    }
    let names = offered(&window, 10);
    let in_order: Vec<_> = (1..=10).map(name).collect();
    assert_eq!(names, in_order);
    window.until("it to come to the front", || {
        stage.desktop.is_active("Shoal").then_some(())
    });

    // All at once: none is lost, and those of one start stay together, in order.
    thread::scope(|scope| {
        for first in [20, 30, 40, 50] {
            let stage = &stage;
            scope.spawn(move || stage.start_again(&[&magnet(first), &magnet(first + 1)]));
        }
    });
    let names = offered(&window, 18);
    for first in [20, 30, 40, 50] {
        let at = names.iter().position(|one| *one == name(first)).unwrap();
        assert_eq!(names.get(at + 1), Some(&name(first + 1)), "{names:?}");
    }
    assert!(listed(&window).is_empty(), "they are only offered");
    window.close();
}

#[test]
fn a_link_starts_shoal_with_the_list_and_the_dialog_over_it() {
    let _turn = turn();
    let site = Site::new();
    let mut stage = Stage::new(&site.host("shoal"));
    // A link is to be seen, whatever was said about other starts.
    stage.set("desktop.start_hidden=true");
    stage.give("--hidden");
    stage.give(&magnet(1));
    let window = stage.open();
    window.see("dialog[open]");
    window.wait_text("link-1");
    window.see("[data-area=list] h1");
    assert!(listed(&window).is_empty(), "it is only offered");
    window.close();
}

#[test]
fn a_link_that_is_opened_while_shoal_quits_starts_it_again() {
    let _turn = turn();
    let site = Site::new();
    let mut stage = Stage::new(&site.host("shoal"));
    let mut first = stage.start_plain();
    first.until(wait::GENEROUS, "the window", || {
        stage.is_seen().then_some(())
    });
    first.signal("TERM");
    stage.give(&magnet(1));
    let mut next = stage.start_plain();
    assert_eq!(first.wait(wait::GENEROUS), 0, "{}", first.log_tail());
    next.until(wait::GENEROUS, "the next one's window", || {
        stage.is_seen().then_some(())
    });
    next.signal("TERM");
    assert_eq!(next.wait(wait::GENEROUS), 0, "{}", next.log_tail());
}
