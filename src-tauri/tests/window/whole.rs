//! The whole window once more, where it is not a browser: torrents that are made and saved through the
//! system's dialogs, what is kept over a restart, the keyboard alone, and lines that run from the right.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::{Ipv4Addr, SocketAddrV4, TcpListener},
    path::Path,
    thread,
};

use serde_json::{Value, json};
use shoal_testkit::{Aria2, Host, Site, Swarm, make_tree, same_tree, wait};
use thirtyfour::Key;

use crate::{
    desktop::FOLDER_CHOOSER,
    page::{button, css, in_dialog, row},
    stage::{Stage, turn},
    window::Window,
};

const SAVE_CHOOSER: &str = "Save File";

const TREE: &[(&str, u64)] = &[
    ("größe.bin", 1_500_001),
    ("b.txt", 70_000),
    ("c.bin", 300_000),
];

#[test]
fn made_through_the_system_s_dialogs_a_torrent_is_fetched_by_a_real_peer() {
    let _turn = turn();
    let site = Site::new();
    let (host, other) = (site.host("shoal"), site.host("other"));
    let stage = Stage::new(&host);
    let folder = stage.downloads().join("kelp");
    make_tree(&folder, 5, TREE);
    let window = stage.open();
    let tracker = tell_peers_of(&host, &window);

    window.ctrl("n");
    window.click(&in_dialog("Choose folder…"));
    stage.desktop.choose_file(FOLDER_CHOOSER, &folder);
    window.wait_text("3 files");
    window.type_into(&css("dialog[open] textarea"), &tracker);
    window.click(&in_dialog("Create"));
    window.wait_text("Your torrent is ready");
    window.click(&in_dialog("Save .torrent…"));
    let saved = stage.path().join("saved.torrent");
    stage.desktop.choose_file(SAVE_CHOOSER, &saved);
    wait::until(wait::GENEROUS, "the saved file", || {
        saved.is_file().then_some(())
    });
    window.click(&in_dialog("Show in list"));
    let hash = only_hash(&window);
    window.wait_state(&hash, "Seeding");

    // The same again from the list.
    window.click(&row(&hash));
    run(&window, "save .torrent");
    let again = stage.path().join("again.torrent");
    stage.desktop.choose_file(SAVE_CHOOSER, &again);
    wait::until(wait::GENEROUS, "the file saved again", || {
        again.is_file().then_some(())
    });
    assert_same(&saved, &again);

    let arrived = stage.path().join("arrived");
    Aria2::fetch(&other, &saved, &arrived).wait_complete(wait::GENEROUS);
    assert_eq!(same_tree(&folder, &arrived.join("kelp")), Ok(()));
    window.close();
}

#[test]
fn a_torrent_is_saved_with_its_info_and_its_log_is_there_after_a_kill() {
    let _turn = turn();
    let swarm = Swarm::start();
    let stage = Stage::new(&swarm.shoal);
    let window = stage.open();
    window.add_file(&swarm.file());
    window.wait_state(&swarm.hash, "Seeding");
    window.click(&row(&swarm.hash));
    run(&window, "save .torrent");
    let saved = stage.path().join("saved.torrent");
    stage.desktop.choose_file(SAVE_CHOOSER, &saved);
    wait::until(wait::GENEROUS, "the saved file", || {
        saved.is_file().then_some(())
    });
    assert_same(&saved, &swarm.file());

    let finished = "Complete and safely on disk, 12.1\u{202f}MB";
    window.click(&css("[role=tab][id$=-tab-log]"));
    window.wait_text(finished);
    window.kill();
    let window = stage.open();
    window.click(&row(&swarm.hash));
    window.click(&css("[role=tab][id$=-tab-log]"));
    window.wait_text(finished);
    window.wait_text("Added from t.torrent.");
    window.click(&css("[role=tab][id$=-tab-speed]"));
    window.see("[role=tabpanel] svg, [role=tabpanel] canvas");
    window.terminate();
}

#[test]
fn columns_language_and_views_are_there_after_a_restart() {
    let _turn = turn();
    let swarm = Swarm::start();
    let stage = Stage::new(&swarm.shoal);
    let window = stage.open();
    window.add_file(&swarm.file());
    window.wait_state(&swarm.hash, "Seeding");
    window.click(&css(".list-head [role=radio]:last-of-type"));
    window.see(".c-row");
    // From the row to the heads: widened, moved, sorted, by the keyboard.
    window.click(&row(&swarm.hash));
    window.press(Key::Up);
    window.press(Key::Right);
    window.shift(Key::Right);
    window.press(Key::Enter);
    window.see("[aria-sort=descending][data-col=size]");
    window.press(Key::Escape);
    window.write("/");
    window.write("album");
    window.click(&button("Save this view…"));
    window.write("Meer");
    window.press(Key::Enter);
    window.wait_text("Meer");
    let change = json!({"values": {"appearance.language": "de"}});
    window.try_call("set_settings", &change).unwrap();
    window.see("html[lang=de]");
    let before = heads(&window);
    assert!(before.to_string().contains("Größe"), "{before}");
    // Closed at once: what was changed last is kept, too.
    window.close();

    let window = stage.open();
    window.see("html[lang=de] .c-row");
    window.see("[aria-sort=descending][data-col=size]");
    assert_eq!(heads(&window), before);
    window.wait_text("Meer");
    window.terminate();
}

#[test]
fn the_palette_does_it_all_by_the_keyboard() {
    let _turn = turn();
    let swarm = Swarm::start();
    let stage = Stage::new(&swarm.shoal);
    let window = stage.open();
    window.add_file(&swarm.file());
    window.wait_state(&swarm.hash, "Seeding");
    run(&window, "select all shown");
    window.see("[role=row][aria-selected=true]");
    run(&window, "stop");
    window.wait_state(&swarm.hash, "Finished");
    run(&window, "statistics");
    window.wait_text("All time");
    window.press(Key::Escape);
    run(&window, "language of the window");
    window.see("[data-setting='appearance.language']:focus-within");
    window.press(Key::Escape);
    window.press(Key::Escape);
    window.see("[role=grid] [data-key]");
    window.close();
}

#[test]
fn arabic_runs_from_the_right() {
    let _turn = turn();
    let swarm = Swarm::start();
    let stage = Stage::new(&swarm.shoal);
    let window = stage.open();
    window.add_file(&swarm.file());
    window.wait_state(&swarm.hash, "Seeding");
    window.click(&row(&swarm.hash));
    let change = json!({"values": {"appearance.language": "ar"}});
    window.try_call("set_settings", &change).unwrap();
    window.see("html[lang=ar][dir=rtl]");
    let mirrored = "
        const box = (selector) => document.querySelector(selector).getBoundingClientRect();
        const [side, grid] = [box('nav'), box('[role=grid]')];
        return [side.left >= grid.right, document.documentElement.scrollWidth <= innerWidth];
    ";
    window.until("the filters at the right of the list", || {
        (window.script(mirrored, &[]) == json!([true, true])).then_some(())
    });
    window.close();
}

/// A tracker that knows one peer: this Shoal. Its address is what goes into the torrent.
fn tell_peers_of(host: &Host, window: &Window<'_>) -> String {
    let port = window.until("the engine", || {
        let list = window.try_call("snapshot", &json!({})).ok()?;
        list["totals"]["engine"]["port"].as_u64()
    });
    let addr = host.addr();
    let listener = host
        .inside(|| TcpListener::bind(SocketAddrV4::new(addr, 0)))
        .unwrap();
    let url = format!("http://{}/announce", listener.local_addr().unwrap());
    let answer = announce_answer(addr, u16::try_from(port).unwrap());
    // It ends with the test's process.
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { break };
            let _ = stream.read(&mut [0; 4_096]);
            let _ = stream.write_all(&answer);
        }
    });
    url
}

fn announce_answer(addr: Ipv4Addr, port: u16) -> Vec<u8> {
    let peer = [&addr.octets()[..], &port.to_be_bytes()].concat();
    let body = [&b"d8:intervali60e5:peers6:"[..], &peer, b"e"].concat();
    let head = format!("HTTP/1.0 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), &body].concat()
}

fn only_hash(window: &Window<'_>) -> String {
    let list = window.try_call("snapshot", &json!({})).unwrap();
    list["torrents"][0]["hash"].as_str().unwrap().to_owned()
}

/// Words, places and widths of the column heads.
fn heads(window: &Window<'_>) -> Value {
    let script = "
        return [...document.querySelectorAll('[role=columnheader]')].map((head) => {
            const { width } = head.getBoundingClientRect();
            return [head.innerText.trim(), head.dataset.col === 'name' ? 0 : Math.round(width)];
        });
    ";
    window.script(script, &[])
}

/// Runs what fits these words best, by the keyboard.
fn run(window: &Window<'_>, words: &str) {
    window.ctrl("k");
    window.see("dialog[open] [role=combobox]");
    window.write(words);
    window.see("dialog[open] [role=option][aria-selected=true]");
    window.press(Key::Enter);
}

/// The same file, byte by byte.
fn assert_same(a: &Path, b: &Path) {
    let same = fs::read(a).unwrap() == fs::read(b).unwrap();
    assert!(same, "{} and {}", a.display(), b.display());
}
