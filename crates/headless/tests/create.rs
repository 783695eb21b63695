//! `create` on the command line: what other programs say of the torrents it makes, what it refuses,
//! and how a running Shoal takes one over.
#![allow(clippy::unwrap_used, reason = "tests")]
#![cfg(unix)]

mod common;

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use common::{Home, Shoal};
use serde_json::json;
use shoal_testkit::{Site, make_tree};

/// A folder with a tree to share, a place for .torrent files, and no data folder.
struct Desk {
    home: Home,
}

/// What was printed, understood.
struct Printed {
    torrent: PathBuf,
    hash: String,
    magnet: String,
}

impl Desk {
    fn new() -> Self {
        let home = Home::new();
        let files = [
            ("a.bin", 2_000_000),
            ("sub/b.bin", 900_000),
            ("sub/c.txt", 12),
        ];
        make_tree(&home.downloads().join("things"), 9, &files);
        Self { home }
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shoal-headless"));
        command
            .arg("create")
            .args(words)
            .current_dir(self.home.downloads())
            .env("SHOAL_DATA_DIR", self.home.data())
            .env("HOME", self.home.downloads())
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY");
        command
    }

    fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    fn create(&self, words: &[&str]) -> Printed {
        let output = self.run(words);
        assert!(output.status.success(), "{output:?}");
        assert!(
            output.stderr.is_empty(),
            "no progress without a terminal: {output:?}"
        );
        let text = String::from_utf8(output.stdout).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let [torrent, hash, magnet] = lines[..] else {
            panic!("{text}");
        };
        Printed {
            torrent: torrent.into(),
            hash: hash.to_owned(),
            magnet: magnet.to_owned(),
        }
    }
}

fn said(program: &str, args: &[&str]) -> String {
    let output = Command::new(program)
        .args(args)
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap();
    assert!(output.status.success(), "{program}: {output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn other_programs_read_what_was_made_and_find_the_data_whole() {
    let desk = Desk::new();
    let made = desk.create(&[
        "things",
        "--tracker=http://127.0.0.1:1/announce",
        "--tier",
        "--tracker=http://127.0.0.1:2/announce",
        "--private",
        "--source=HERE",
        "--comment=a remark",
        "--piece-length=64K",
        "--web-seed=http://127.0.0.1:3/",
    ]);
    assert_eq!(made.torrent, desk.home.downloads().join("things.torrent"));
    assert!(made.magnet.contains(&made.hash));
    let shown = said("transmission-show", &[text(&made.torrent)]);
    for part in [
        &format!("Hash: {}", made.hash),
        "Private torrent",
        "a remark",
        "64.0",
        "http://127.0.0.1:1/announce",
        "http://127.0.0.1:2/announce",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    let aria = said("aria2c", &["--show-files", text(&made.torrent)]);
    assert!(aria.contains(&made.hash), "{aria}");
    let folder = format!("--dir={}", text(&desk.home.downloads()));
    let check = [
        "--check-integrity",
        "--hash-check-only",
        "--seed-time=0",
        "--enable-dht=false",
    ];
    let words: Vec<&str> = check
        .into_iter()
        .chain([folder.as_str(), text(&made.torrent)])
        .collect();
    said("aria2c", &words);
    assert!(
        !desk.home.data().exists(),
        "no data folder is made or locked"
    );
}

#[test]
fn the_same_files_give_the_same_bytes_and_a_source_another_hash() {
    let desk = Desk::new();
    let one = desk.create(&["things", "--no-date", "--output=one.torrent"]);
    let two = desk.create(&["--no-date", "--output", "two.torrent", "--", "things"]);
    assert_eq!(
        fs::read(&one.torrent).unwrap(),
        fs::read(&two.torrent).unwrap()
    );
    let other = desk.create(&["things", "--source=X", "--output=three.torrent"]);
    assert_ne!(one.hash, other.hash);
}

#[test]
fn a_file_that_is_there_is_kept_unless_forced() {
    let desk = Desk::new();
    let output = desk.home.downloads().join("things.torrent");
    fs::write(&output, "mine").unwrap();
    let refused = desk.run(&["things"]);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    assert!(
        String::from_utf8_lossy(&refused.stderr).contains("--force"),
        "{refused:?}"
    );
    assert_eq!(fs::read(&output).unwrap(), b"mine");
    symlink("nowhere", desk.home.downloads().join("link.torrent")).unwrap();
    assert_eq!(
        desk.run(&["things", "--output=link.torrent"]).status.code(),
        Some(1)
    );
    desk.create(&["things", "--force"]);
    assert_ne!(fs::read(&output).unwrap(), b"mine");
    let left = fs::read_dir(desk.home.downloads()).unwrap().flatten();
    assert!(
        left.into_iter()
            .all(|e| !e.file_name().to_string_lossy().ends_with(".new"))
    );
}

#[test]
fn mistakes_have_exit_codes() {
    let desk = Desk::new();
    for words in [
        &["--frob", "things"][..],
        &[],
        &["things", "things"],
        &["things", "--tracker"],
    ] {
        assert_eq!(desk.run(words).status.code(), Some(2), "{words:?}");
    }
    for words in [
        &["nothing"][..],
        &["things", "--piece-length=5000"],
        &["things", "--tracker=nonsense"],
        &["things", "--output=no/such/folder.torrent"],
    ] {
        let output = desk.run(words);
        assert_eq!(output.status.code(), Some(1), "{words:?}: {output:?}");
        assert!(!output.stderr.is_empty(), "{words:?} says why");
    }
    let help = desk.run(&["--help"]);
    assert!(help.status.success());
    assert!(String::from_utf8_lossy(&help.stdout).contains("--piece-length"));
    let alone = desk.run(&["things", "--seed"]);
    assert_eq!(alone.status.code(), Some(3), "{alone:?}");
    assert!(desk.home.downloads().join("things.torrent").exists());
}

#[test]
fn the_shoal_that_runs_seeds_it_without_a_check() {
    let site = Site::new();
    let host = site.host("shoal");
    let desk = Desk::new();
    let shoal = Shoal::start(&host, &desk.home);
    let made = desk.create(&["things", "--seed", "--tracker=http://127.0.0.1:1/announce"]);
    shoal.wait_status(&made.hash, "seeding");
    let overview = shoal.call("overview", &json!({ "hash": made.hash }));
    let content = desk.home.downloads().join("things");
    assert_eq!(overview["content_path"], json!(text(&content)));
    let row = shoal.row(&made.hash).unwrap();
    assert_eq!(row["have_bytes"], row["wanted_bytes"]);
    shoal.quit();
}

#[test]
fn a_browser_makes_a_torrent_and_saves_it() {
    let site = Site::new();
    let host = site.host("shoal");
    let desk = Desk::new();
    let shoal = Shoal::start(&host, &desk.home);
    let request =
        json!({"path": desk.home.downloads().join("things"), "seed": true, "comment": "x"});
    let job = shoal.call("create_start", &request)["job"].clone();
    let status = || shoal.call("create_status", &json!({ "job": job }));
    let done = shoal_testkit::wait::until(shoal_testkit::wait::GENEROUS, "the torrent", || {
        let status = status();
        (status["state"] != "running").then_some(status)
    });
    assert_eq!(done["state"], "done", "{done:#}");
    assert!(done["error"].is_null(), "{done:#}");
    let hash = done["result"]["hash"].as_str().unwrap().to_owned();
    shoal.wait_status(&hash, "seeding");
    let saved = shoal.call("create_save", &json!({ "job": job }));
    assert_eq!(saved["file_name"], "things.torrent");
    assert!(saved["base64"].as_str().unwrap().len() > 100);
    let gone = shoal.try_call("create_status", &json!({"job": "99"}));
    assert_eq!(gone.unwrap_err()["code"], "job_gone");
    shoal.quit();
}
