//! The real `shoal-headless`, driven over its own interface by curl, on a host of the test network.
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

pub mod dice;
pub mod share;
pub mod volume;
pub mod watch;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use base64::Engine as _;
use serde_json::{Value, json};
use shoal_testkit::{Host, Process, wait};
use tempfile::TempDir;

/// A running server, and the folders that outlive it.
pub struct Shoal {
    host: Host,
    pub process: Process,
    url: String,
    token: String,
}

/// What survives a restart.
pub struct Home {
    dir: TempDir,
}

impl Home {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("downloads")).unwrap();
        Self { dir }
    }

    pub fn downloads(&self) -> PathBuf {
        self.dir.path().join("downloads")
    }

    pub fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }
}

impl Shoal {
    /// Starts the server and waits until it prints where it is.
    pub fn start(host: &Host, home: &Home) -> Self {
        Self::start_with(host, home, &[], &[])
    }

    /// The same with more settings, behind a program that runs another one, such as `prlimit`.
    pub fn start_with(host: &Host, home: &Home, sets: &[&str], behind: &[&str]) -> Self {
        let program = env!("CARGO_BIN_EXE_shoal-headless");
        let mut command = host.command(behind.first().unwrap_or(&program));
        if let [_, args @ ..] = behind {
            command.args(args).arg(program);
        }
        command
            .env("SHOAL_DATA_DIR", home.data())
            .env("HOME", home.dir.path())
            .env("XDG_DATA_HOME", home.dir.path().join("xdg"))
            .env_remove("XDG_DOWNLOAD_DIR");
        if let Some(log) = std::env::var_os("SHOAL_LOG") {
            command.env("SHOAL_LOG", log);
        }
        let quiet = [
            "network.allow_loopback=true",
            "network.dht=false",
            "network.lsd=false",
            "network.upnp=false",
            // Whose story is about the queue says so.
            "queue.downloads=0",
        ];
        for set in quiet.iter().chain(sets) {
            command.args(["--set", set]);
        }
        command
            .arg("--set")
            .arg(format!("downloads.folder={}", home.downloads().display()));
        let process = Process::spawn("shoal-headless", &command);
        let line = wait::until(wait::GENEROUS, "the URL of shoal-headless", || {
            process
                .log()
                .lines()
                .find(|l| l.starts_with("http://"))
                .map(str::to_owned)
        });
        let (url, token) = line.trim().split_once("/#token=").unwrap();
        Self {
            host: host.clone(),
            process,
            url: url.to_owned(),
            token: token.to_owned(),
        }
    }

    /// Starts a second one on the same folder with something to open; gives its exit code and output.
    pub fn start_again(host: &Host, home: &Home, open: &str) -> (i32, String) {
        let mut command = host.command(env!("CARGO_BIN_EXE_shoal-headless"));
        command
            .env("SHOAL_DATA_DIR", home.data())
            .env("HOME", home.dir.path())
            .arg(open);
        let mut process = Process::spawn("second shoal-headless", &command);
        (process.wait(Duration::from_secs(20)), process.log())
    }

    /// Resident memory in bytes.
    pub fn memory_bytes(&self) -> u64 {
        let statm = std::fs::read_to_string(format!("/proc/{}/statm", self.process.pid())).unwrap();
        statm
            .split_whitespace()
            .nth(1)
            .unwrap()
            .parse::<u64>()
            .unwrap()
            * 4_096
    }

    /// Runs a command of the API.
    pub fn try_call(&self, name: &str, request: &Value) -> Result<Value, Value> {
        let auth = format!("Authorization: Bearer {}", self.token);
        let url = format!("{}/api/v1/{name}", self.url);
        let args = [
            "-H",
            &auth,
            "-H",
            "Content-Type: application/json",
            "--data-binary",
            "@-",
            &url,
        ];
        let (status, body) = self.host.curl(&args, &request.to_string()).unwrap();
        let body: Value = serde_json::from_str(&body).unwrap_or(Value::String(body));
        if status == 200 { Ok(body) } else { Err(body) }
    }

    pub fn call(&self, name: &str, request: &Value) -> Value {
        self.try_call(name, request)
            .unwrap_or_else(|e| panic!("{name}: {e}\n{}", self.process.log_tail()))
    }

    /// Adds a .torrent file as the browser does; answers with its info-hash.
    pub fn add_file(&self, file: &Path, options: &Value) -> String {
        let bytes = base64::engine::general_purpose::STANDARD.encode(std::fs::read(file).unwrap());
        self.add(
            &json!({"kind": "bytes", "name": "t.torrent", "base64": bytes}),
            options,
        )
    }

    pub fn add_text(&self, text: &str, options: &Value) -> String {
        self.add(&json!({"kind": "text", "text": text}), options)
    }

    fn add(&self, source: &Value, options: &Value) -> String {
        let preview = self.call("inspect", &json!({"source": source}));
        let mut request = json!({
            "preview_id": preview["id"], "save_path": null, "wanted": null,
            "start": true, "labels": [], "choose_files": false,
        });
        for (name, value) in options.as_object().unwrap() {
            request[name] = value.clone();
        }
        self.call("add", &request)["hash"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// The row of a torrent, if it is in the list.
    pub fn row(&self, hash: &str) -> Option<Value> {
        let snapshot = self.call("snapshot", &json!({}));
        let rows = snapshot["torrents"].as_array().unwrap();
        rows.iter().find(|r| r["hash"] == hash).cloned()
    }

    /// Waits until the row of a torrent is as `fits` wants it.
    pub fn wait_row(
        &self,
        hash: &str,
        what: &str,
        limit: Duration,
        fits: impl Fn(&Value) -> bool,
    ) -> Value {
        let mut last = Value::Null;
        let found = wait::poll(limit, || {
            last = self.row(hash).unwrap_or_default();
            fits(&last).then(|| last.clone())
        });
        found.unwrap_or_else(|| {
            panic!(
                "waited for {what}; the row is {last:#}\n{}",
                self.process.log_tail()
            )
        })
    }

    /// Waits until the row of a torrent says this.
    pub fn wait_sentence(&self, hash: &str, code: &str) -> Value {
        self.wait_row(hash, code, wait::GENEROUS, |row| sentence(row) == code)
    }

    pub fn wait_status(&self, hash: &str, status: &str) -> Value {
        self.wait_row(hash, status, wait::GENEROUS, |row| row["status"] == status)
    }

    /// Quits as a logout does.
    pub fn quit(mut self) {
        self.process.signal("TERM");
        assert_eq!(
            self.process.wait(Duration::from_secs(15)),
            0,
            "{}",
            self.process.log_tail()
        );
    }

    /// kill -9.
    pub fn kill(mut self) {
        self.process.signal("KILL");
        self.process.wait(Duration::from_secs(15));
    }
}

/// The code of what a row says.
pub fn sentence(row: &Value) -> &str {
    row["sentence"]["code"].as_str().unwrap_or_default()
}

/// Bytes that are verified.
pub fn have(row: &Value) -> u64 {
    row["have_bytes"].as_u64().unwrap_or(0)
}

pub fn copy_tree(from: &Path, to: &Path) {
    let mut command = std::process::Command::new("cp");
    assert!(
        command
            .arg("-r")
            .arg(from)
            .arg(to)
            .status()
            .unwrap()
            .success()
    );
}
