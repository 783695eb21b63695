//! A good citizen of the desktop: awake only as long as something comes, gone in order when the machine goes
//! down, in the system's files only as far and as long as it was asked to, and never where no screen is.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::json;
use shoal_testkit::{Site, Swarm, hosts::PowerHost, wait};

use crate::{
    page::{button, row},
    stage::{Stage, turn},
};

/// Size of the display.
const SCREEN: (i64, i64) = (1400, 950);

#[test]
fn the_system_stays_awake_while_something_comes_and_may_sleep_after_that() {
    let _turn = turn();
    let swarm = Swarm::slow();
    let mut stage = Stage::new(&swarm.shoal);
    stage.set("desktop.awake=downloading");
    let power = PowerHost::power(stage.desktop.bus());
    let window = stage.open();
    assert_eq!(power.taken(), 0, "nothing comes yet");
    window.add_file(&swarm.file());
    let locks = power.wait_locks(wait::GENEROUS, 1);
    assert_eq!(locks[0].who, "Shoal");
    window.click(&row(&swarm.hash));
    window.click(&button("Stop"));
    window.wait_state(&swarm.hash, "Stopped");
    // For some time another download is waited for.
    power.wait_locks(wait::GENEROUS, 0);
    assert_eq!(power.taken(), 1);
    window.terminate();
}

#[test]
fn the_machine_goes_down_when_all_is_saved() {
    let _turn = turn();
    let swarm = Swarm::slow();
    let stage = Stage::new(&swarm.shoal);
    let logind = PowerHost::logind(stage.desktop.bus());
    let window = stage.open();
    let lock = logind.wait_locks(wait::GENEROUS, 1).remove(0);
    assert_eq!(
        (lock.what.as_str(), lock.mode.as_str()),
        ("shutdown", "delay")
    );
    window.add_file(&swarm.file());
    window.wait_painted(&swarm.hash, "a quarter", |row| row.percent >= Some(25));
    logind.end();
    window.left("the machine's shutdown");
    logind.wait_locks(wait::GENEROUS, 0);

    let window = stage.open();
    let row = window
        .painted(&swarm.hash)
        .expect("the list is painted at once");
    assert!(row.percent >= Some(25), "what came was saved: {row:?}");
    window.terminate();
}

#[test]
fn logging_off_is_quitting() {
    let _turn = turn();
    let site = Site::new();
    let mut stage = Stage::new(&site.host("shoal"));
    stage.give("--hidden");
    let gnome = PowerHost::gnome(stage.desktop.bus());
    let mut shoal = stage.start_plain();
    let client = || (gnome.count("client") == 1).then_some(());
    shoal.until(wait::GENEROUS, "Shoal to be a client", client);
    gnome.ask();
    let answered = || (gnome.count("answered") == 1).then_some(());
    shoal.until(wait::GENEROUS, "Shoal to agree", answered);
    gnome.end();
    assert_eq!(shoal.wait(wait::GENEROUS), 0, "{}", shoal.log_tail());
}

/// All files below a folder with what is in them, in order.
fn files(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = fs::read(&path).unwrap();
                found.push((path, String::from_utf8_lossy(&text).into_owned()));
            }
        }
    }
    found.sort();
    found
}

/// What is about programs and defaults in the folders of a person.
fn about_programs(stage: &Stage) -> Vec<(PathBuf, String)> {
    let at = |path: &str| files(&stage.path().join(path));
    let list = stage.path().join("config/mimeapps.list");
    let list = fs::read_to_string(&list).ok().map(|text| (list, text));
    [at("config/autostart"), at("xdg/applications")]
        .concat()
        .into_iter()
        .chain(list)
        .collect()
}

#[test]
fn links_and_the_start_at_log_in_are_taken_over_and_given_back() {
    const LIST: &str = "# Mine.\n[Default Applications]\nx-scheme-handler/magnet=other.desktop\n\
                        text/html=browser.desktop\n";
    let _turn = turn();
    let site = Site::new();
    let stage = Stage::new(&site.host("shoal"));
    let other = stage.path().join("xdg/applications/other.desktop");
    fs::create_dir_all(other.parent().unwrap()).unwrap();
    fs::write(&other, "[Desktop Entry]\nName=Other\n").unwrap();
    fs::create_dir_all(stage.path().join("config")).unwrap();
    fs::write(stage.path().join("config/mimeapps.list"), LIST).unwrap();
    let before = about_programs(&stage);

    let window = stage.open();
    let set = |on: bool| {
        let values = json!({
            "desktop.handle_magnets": on,
            "desktop.handle_torrents": on,
            "desktop.autostart": on,
        });
        let answer = window.try_call("set_settings", &json!({ "values": values }));
        assert!(answer.is_ok(), "{answer:?}");
    };
    set(true);
    let start = "autostart/io.github.shoalbt.Shoal.desktop";
    let start = stage.path().join("config").join(start);
    let text = window.until("the start at log-in", || fs::read_to_string(&start).ok());
    assert!(text.contains(" --hidden\n"), "{text}");
    assert!(text.contains(env!("CARGO_BIN_EXE_shoal")), "{text}");
    let list = fs::read_to_string(stage.path().join("config/mimeapps.list")).unwrap();
    let ours = "x-scheme-handler/magnet=io.github.shoalbt.Shoal.desktop;other.desktop\n";
    assert!(list.contains(ours), "{list}");
    assert!(list.contains("application/x-bittorrent=io.github.shoalbt.Shoal.desktop;\n"));
    // The system's own tool has the last word.
    let mut asked = stage.command("xdg-mime");
    asked.args(["query", "default", "x-scheme-handler/magnet"]);
    if let Ok(answer) = asked.output() {
        let answer = String::from_utf8_lossy(&answer.stdout).into_owned();
        assert_eq!(answer.trim(), "io.github.shoalbt.Shoal.desktop");
    }
    set(false);
    window.until("all to be as it was", || {
        (about_programs(&stage) == before).then_some(())
    });
    window.terminate();
}

#[test]
fn a_window_that_was_on_a_screen_which_is_gone_comes_back_on_one_that_is_there() {
    let _turn = turn();
    let site = Site::new();
    let stage = Stage::new(&site.host("shoal"));
    let window = stage.open();
    // It stands still when its own place is known.
    let known = || {
        let prefs = window.try_call("snapshot", &json!({})).unwrap();
        prefs["prefs"]["shell.place"].as_str().map(str::to_owned)
    };
    window.until("its place to be remembered", known);
    let gone = json!({ "key": "shell.place", "value": "v1 9000 7000 3000 2000 0" });
    window.try_call("set_pref", &gone).unwrap();
    window.terminate();

    let window = stage.open();
    let place = window.until("the window", || {
        let id = stage.desktop.titled("Shoal").into_iter().next()?;
        let asked = stage
            .desktop
            .command("xwininfo")
            .args(["-id", &id])
            .output();
        let said = String::from_utf8_lossy(&asked.unwrap().stdout).into_owned();
        let number = |name: &str| {
            let mut values = said
                .lines()
                .filter_map(|line| line.trim().strip_prefix(name));
            values.next()?.trim().parse::<i64>().ok()
        };
        Some((
            number("Absolute upper-left X:")?,
            number("Absolute upper-left Y:")?,
            number("Width:")?,
            number("Height:")?,
        ))
    });
    let (x, y, width, height) = place;
    assert!(width > SCREEN.0 - 50, "as large as it can be: {place:?}");
    assert!(x >= 0 && y >= 0, "{place:?}");
    assert!(x + width <= SCREEN.0 && y + height <= SCREEN.1, "{place:?}");
    window.terminate();
}
