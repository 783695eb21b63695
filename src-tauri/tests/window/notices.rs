//! Notifications: told while nobody looks, once and not more than one wants, and pressed they lead to what they
//! are about.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use shoal_testkit::{Site, Swarm, hosts::NoticeHost, swarm::NAME, wait};

use crate::{
    page::{css, row},
    stage::{Stage, turn},
    window::Window,
};

/// Notes what it is to open.
const NOTE: &str = "#!/bin/sh\nprintf '%s\\n' \"$1\" >>\"${0%/*}/opened\"\n";

/// A stage on which every kind is told, with the program that shows it.
fn stage(host: &shoal_testkit::Host) -> (Stage, NoticeHost) {
    let mut stage = Stage::new(host);
    for kind in ["finished", "failed", "attention", "watched"] {
        stage.set(&format!("notify.{kind}=true"));
    }
    let notices = NoticeHost::on(stage.desktop.bus());
    (stage, notices)
}

/// A program in place of the desktop's own that opens files; where it notes what it was given.
fn opener(stage: &mut Stage) -> PathBuf {
    let bin = stage.path().join("bin");
    fs::create_dir(&bin).unwrap();
    fs::write(bin.join("xdg-open"), NOTE).unwrap();
    fs::set_permissions(bin.join("xdg-open"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap();
    stage.env("PATH", &format!("{}:{path}", bin.display()));
    bin.join("opened")
}

/// A .torrent of one small file of that name.
fn torrent(folder: &Path, name: &str) -> PathBuf {
    let info = format!(
        "d6:lengthi9e4:name{}:{name}12:piece lengthi16384e6:pieces20:{}e",
        name.len(),
        "h".repeat(20)
    );
    let file = folder.join(format!("{name}.torrent"));
    fs::write(&file, format!("d4:info{info}e")).unwrap();
    file
}

/// Adds a torrent whose folder is not there, and waits until it needs somebody.
fn needy(window: &Window<'_>, name: &str) {
    let file = torrent(window.stage.path(), name);
    let source = json!({"kind": "path", "path": file});
    let preview = window.try_call("inspect", &json!({ "source": source }));
    let request = json!({
        "preview_id": preview.unwrap()["id"], "wanted": null, "start": true, "labels": [],
        "save_path": window.stage.path().join("no/such"), "choose_files": false,
    });
    let added = window.try_call("add", &request).unwrap();
    // The list of a window that nobody sees is not painted.
    window.until("it to need somebody", || {
        let list = window.try_call("snapshot", &json!({})).unwrap();
        let mut rows = list["torrents"].as_array().unwrap().iter();
        let is_needy = |row: &Value| row["hash"] == added["hash"] && row["status"] == "attention";
        rows.any(is_needy).then_some(())
    });
}

fn set(window: &Window<'_>, key: &str, value: bool) {
    let values = json!({ "values": { key: value } });
    window.try_call("set_settings", &values).unwrap();
}

fn is_selected(window: &Window<'_>, hash: &str) -> bool {
    let script = "return document.querySelector(arguments[0])?.ariaSelected";
    let selector = format!("[role=row][data-key='{hash}']");
    window.script(script, &[json!(selector)]) == "true"
}

#[track_caller]
fn wait_in_front(window: &Window<'_>) {
    window.until("the window in front", || {
        window.stage.desktop.is_active("Shoal").then_some(())
    });
}

#[test]
fn a_download_that_finishes_unseen_is_told_once_and_can_be_opened_from_there() {
    let _turn = turn();
    let swarm = Swarm::slow();
    let (mut stage, mut notices) = stage(&swarm.shoal);
    let opened = opener(&mut stage);
    let window = stage.open();
    window.add_file(&swarm.file());
    window.wait_state(&swarm.hash, "Downloading");
    stage.desktop.minimise("Shoal");
    let told = notices.wait(1);
    assert_eq!((&*told.title, &*told.body), ("Download finished", NAME));
    let labels: Vec<&str> = told.actions.iter().map(|(_, label)| &**label).collect();
    assert_eq!(labels, ["Open Shoal", "Open", "Show in folder"]);
    swarm.assert_arrived(&stage.downloads());

    let was_opened = |wanted: &Path| {
        let wanted = format!("{}\n", wanted.display());
        window.until("it to be opened", || {
            (fs::read_to_string(&opened).unwrap_or_default() == wanted).then_some(())
        });
        fs::remove_file(&opened).unwrap();
    };
    notices.press(told.id, "open", "");
    was_opened(&stage.downloads().join(NAME));
    notices.press(told.id, "folder", "");
    was_opened(&stage.downloads());
    assert!(
        stage.desktop.titled("Shoal").is_empty(),
        "the window stays away"
    );

    notices.press(told.id, "default", "");
    wait_in_front(&window);
    window.until("the torrent to be selected", || {
        is_selected(&window, &swarm.hash).then_some(())
    });
    assert_eq!(notices.shown().len(), 1);
    window.terminate();
}

#[test]
fn several_are_one_and_nothing_is_told_to_who_looks_or_does_not_want_it() {
    let _turn = turn();
    let site = Site::new();
    let (stage, mut notices) = stage(&site.host("shoal"));
    let window = stage.open();
    wait_in_front(&window);
    needy(&window, "seen");
    set(&window, "notify.attention", false);
    stage.desktop.minimise("Shoal");
    window.until("it to hear that nobody looks", || {
        let has_focus = window.script("return document.hasFocus()", &[]);
        (has_focus == false).then_some(())
    });
    needy(&window, "unwanted");
    set(&window, "notify.attention", true);
    for name in ["a", "b", "c", "d"] {
        needy(&window, name);
    }
    let told = notices.wait(1);
    assert_eq!(told.title, "4 torrents need attention");
    assert_eq!(told.body, "a\nb\nc\nand 1 more");
    assert_eq!(told.hints["category"], "transfer.error");
    notices.press(told.id, "default", "");
    wait_in_front(&window);
    window.until("the list of those that need somebody", || {
        let chosen = "return document.querySelector('nav [aria-current]')?.innerText";
        let chosen = window.script(chosen, &[]);
        chosen.as_str()?.contains("attention").then_some(())
    });
    assert_eq!(notices.shown().len(), 1);
    window.terminate();
}

#[test]
fn without_its_window_shoal_tells_where_it_is_and_what_it_found() {
    let _turn = turn();
    let site = Site::new();
    let (mut stage, mut notices) = stage(&site.host("shoal"));
    stage.set("desktop.close=tray");
    stage.set("desktop.close_without_tray=keep");
    let folder = stage.path().join("in");
    fs::create_dir(&folder).unwrap();
    let window = stage.open();
    let rules = json!({
        "path": folder, "enabled": true, "save_to": null, "labels": [], "start": false,
        "top": false, "subfolders": "off", "after": {"kind": "rename"}, "bad_folder": null,
        "include": [], "exclude": [], "how": "auto",
    });
    let put = json!({"id": null, "rules": rules});
    window.try_call("watch_put", &put).unwrap();
    stage.desktop.close("Shoal");
    let told = notices.wait(1);
    assert_eq!(told.title, "Shoal keeps running in the background");
    wait::until(wait::GENEROUS, "the window to go", || {
        stage.desktop.titled("Shoal").is_empty().then_some(())
    });

    torrent(&folder, "found");
    let found = notices.wait(2);
    assert_eq!(
        (&*found.title, &*found.body),
        ("Added from a watch folder", "found")
    );
    notices.press(found.id, "default", "");
    wait_in_front(&window);
    // It need not be said any more how to get it.
    notices.wait_closed(told.id);
    window.come_back();
    let hash: Value =
        window.try_call("snapshot", &json!({})).unwrap()["torrents"][0]["hash"].clone();
    let hash = hash.as_str().unwrap();
    window.until("the torrent to be selected", || {
        is_selected(&window, hash).then_some(())
    });
    window.click(&row(hash));
    window.click(&css("[role=tab][id$=-tab-files]"));
    window.wait_text("found");
    window.terminate();
}
