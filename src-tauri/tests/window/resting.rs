//! The machine around Shoal, made up: why it goes slower, and what comes when all is done.

use std::time::Duration;

use serde_json::{Value, json};
use shoal_testkit::{
    Swarm,
    hosts::{MachineHost, NoticeHost, TrayHost},
    wait,
};

use crate::{
    page::{css, in_dialog},
    stage::{Stage, turn},
    window::Window,
};

/// Longer than the minute in which anybody can say no.
const A_MINUTE: Duration = Duration::from_secs(110);

/// Waits until the status bar says this of the limits.
#[track_caller]
fn wait_rule(window: &Window<'_>, words: &str) {
    let rule = "return document.querySelector('footer.status .rule')?.innerText.trim()";
    window.until(&format!("“{words}” in the status bar"), || {
        (window.script(rule, &[]) == words).then_some(())
    });
}

fn totals(window: &Window<'_>) -> Value {
    window.try_call("snapshot", &json!({})).unwrap()["totals"].take()
}

#[test]
fn what_surrounds_shoal_makes_it_slow_and_the_minute_before_the_machine_rests_can_be_called_off() {
    let _turn = turn();
    let swarm = Swarm::start();
    let mut stage = Stage::new(&swarm.shoal);
    for setting in [
        "speed.slow_on_battery=true",
        "speed.slow_in_fullscreen=true",
        "done.all=sleep",
    ] {
        stage.set(setting);
    }
    let mut machine = MachineHost::on(stage.desktop.bus());
    let mut panel = TrayHost::on(stage.desktop.bus());
    let window = stage.open();
    wait_rule(&window, "No speed limit");
    let reasons = [
        ("metered", "Slow on a metered network", "metered"),
        ("battery", "Slow on battery", "battery"),
        ("screen", "Slow: the screen is in use", "full_screen"),
    ];
    for (what, words, why) in reasons {
        machine.set(what, true);
        wait_rule(&window, words);
        let speed = totals(&window)["speed"].take();
        let down = &speed["down_bps"];
        assert_eq!((&speed["why"], down), (&json!(why), &json!(500_000)));
        machine.set(what, false);
        wait_rule(&window, "No speed limit");
    }

    // The switch of the icon's menu says the same, and lifts it until the next time.
    machine.set("battery", true);
    panel.wait_item();
    panel.wait_shown("slow mode", |shown| {
        let icon = shown.text("IconName");
        icon.contains("-slowed-") && shown.switched("Slow mode") == Some(true)
    });
    panel.click("Slow mode");
    panel.wait_shown("no slow mode", |shown| {
        shown.switched("Slow mode") == Some(false)
    });
    wait_rule(&window, "No speed limit");

    window.add_file(&swarm.file());
    window.wait_text("All is done. The computer goes to sleep.");
    window.wait_text("seconds, unless you cancel.");
    window.click(&in_dialog("Cancel, stay on"));
    window.until("the dialog to close", || {
        let open = "return document.querySelector('dialog[open]') !== null";
        (window.script(open, &[]) == false).then_some(())
    });
    assert_eq!(totals(&window)["all_done"], Value::Null);
    assert_eq!(machine.asked(), Vec::<String>::new());
    window.terminate();
}

#[test]
fn a_machine_that_refuses_to_rest_is_told_of_in_the_window_and_by_a_notification() {
    let turn = turn();
    let swarm = Swarm::start();
    let mut stage = Stage::new(&swarm.shoal);
    stage.set("done.all=shutdown");
    let mut machine = MachineHost::on(stage.desktop.bus());
    machine.refuse("org.freedesktop.DBus.Error.InteractiveAuthorizationRequired");
    let mut notices = NoticeHost::on(stage.desktop.bus());
    let window = stage.open();
    window.add_file(&swarm.file());
    window.wait_text("All is done. The computer shuts down.");
    // Nobody says no. Others need not wait for that minute.
    drop(turn);
    let asked = wait::poll(A_MINUTE, || {
        let asked = machine.asked();
        (!asked.is_empty()).then_some(asked)
    });
    assert_eq!(
        asked,
        Some(vec!["PowerOff".to_owned()]),
        "{}",
        window.text()
    );
    window.wait_text("The computer was not shut down");
    window.wait_text("All is done, but the system does not let Shoal do that.");
    // Who has the window in front may be asleep.
    let told = notices.wait(1);
    assert_eq!(told.title, "The computer was not shut down");
    assert_eq!(
        told.body,
        "All is done, but the system does not let Shoal do that."
    );
    window.click(&css("dialog[open] footer .btn"));
    window.until("the dialog to close", || {
        let open = "return document.querySelector('dialog[open]') !== null";
        (window.script(open, &[]) == false).then_some(())
    });
    assert_eq!(machine.asked().len(), 1, "it is asked once");
    window.terminate();
}
