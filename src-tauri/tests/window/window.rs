//! One run of the real Shoal under `WebKitWebDriver`: from its start to its end, however that comes.
//!
//! The driver starts a small script which starts Shoal, so that its process id, its exit code and
//! what it writes are known, and so that the driver never ends it by itself.

use std::{
    fs,
    future::Future,
    net::Ipv4Addr,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use serde_json::json;
use shoal_testkit::{Process, wait};
use thirtyfour::{Capabilities, WebDriver, error::WebDriverResult};
use tokio::runtime::{Builder, Runtime};

use crate::stage::{LEAVE, Stage};

const SHOAL: &str = env!("CARGO_BIN_EXE_shoal");

/// How long the driver may take for one thing.
const ANSWER: Duration = Duration::from_secs(30);

/// Runs Shoal beside the files `pid`, `said` and `exit`.
const LAUNCH: &str = r#"#!/bin/sh
dir=${0%/*}
"$SHOAL_BINARY" "$@" >"$dir/said" 2>&1 &
child=$!
echo "$child" >"$dir/pid.new" && mv "$dir/pid.new" "$dir/pid"
wait "$child"
echo "$?" >"$dir/exit.new" && mv "$dir/exit.new" "$dir/exit"
"#;

pub struct Window<'s> {
    pub stage: &'s Stage,
    session: Option<WebDriver>,
    runtime: Runtime,
    driver: Process,
}

impl<'s> Window<'s> {
    pub fn open(stage: &'s Stage) -> Self {
        let host = stage.desktop.host();
        let dir = Process::dir();
        let launch = dir.path().join("launch");
        fs::write(&launch, LAUNCH).unwrap();
        fs::set_permissions(&launch, fs::Permissions::from_mode(0o755)).unwrap();
        let port = host.free_port_on(Ipv4Addr::LOCALHOST);
        let mut command = stage.command("WebKitWebDriver");
        command
            .arg(format!("--port={port}"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("SHOAL_BINARY", SHOAL);
        let mut driver = Process::spawn_in("WebKitWebDriver", &command, dir);
        driver.until(wait::GENEROUS, "the driver to listen", || {
            host.is_bound(Ipv4Addr::LOCALHOST, port).then_some(())
        });
        // What a runtime does, it does on the host where it was made.
        let runtime = host.inside(|| {
            Builder::new_multi_thread()
                .worker_threads(1)
                .enable_all()
                .build()
        });
        let mut window = Self {
            stage,
            session: None,
            runtime: runtime.unwrap(),
            driver,
        };
        let mut wanted = Capabilities::new();
        let browser = json!({ "binary": launch, "args": stage.args() });
        wanted.set("webkitgtk:browserOptions", browser).unwrap();
        let connect = async move {
            WebDriver::builder(format!("http://127.0.0.1:{port}"), wanted)
                .request_timeout(ANSWER)
                .await
        };
        match window.run(connect) {
            Ok(session) => window.session = Some(session),
            Err(e) => panic!("no session: {e}\n{}", window.said()),
        }
        window.wait_for_page();
        window
    }

    /// Runs something on the driver's host.
    fn run<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> T {
        self.runtime.block_on(self.runtime.spawn(work)).unwrap()
    }

    /// Does something with the session.
    pub fn drive<T, F>(&self, work: impl FnOnce(WebDriver) -> F) -> WebDriverResult<T>
    where
        T: Send + 'static,
        F: Future<Output = WebDriverResult<T>> + Send + 'static,
    {
        self.run(work(self.session.clone().unwrap()))
    }

    fn file(&self, name: &str) -> PathBuf {
        self.driver.path().join(name)
    }

    fn number(&self, name: &str) -> Option<u32> {
        fs::read_to_string(self.file(name))
            .ok()?
            .trim()
            .parse()
            .ok()
    }

    /// The window was put away and made anew: from now on this one is under the driver's hand.
    pub fn come_back(&self) {
        self.until("the window under the driver's hand", || {
            let switched = self.drive(|driver| async move {
                let last = driver.windows().await?.pop();
                match last {
                    Some(window) => driver.switch_to_window(window).await.map(|()| true),
                    None => Ok(false),
                }
            });
            switched.unwrap_or(false).then_some(())
        });
        self.wait_for_page();
    }

    /// Shoal's process id.
    pub fn pid(&self) -> u32 {
        wait::until(wait::GENEROUS, "Shoal's process id", || self.number("pid"))
    }

    /// What Shoal wrote on the terminal.
    pub fn said(&self) -> String {
        let bytes = fs::read(self.file("said")).unwrap_or_default();
        format!("--- shoal said:\n{}---", String::from_utf8_lossy(&bytes))
    }

    /// Closes the window by its frame; Shoal must have left with exit code 0 soon after.
    pub fn close(self) {
        self.stage.desktop.close("Shoal");
        self.wait_left("its window was closed");
    }

    /// Shoal must have left with exit code 0 soon after what was done to it.
    pub fn left(self, after: &str) {
        self.wait_left(after);
    }

    /// Ends Shoal as a logout does.
    pub fn terminate(self) {
        self.signal("TERM");
        self.wait_left("SIGTERM");
    }

    fn wait_left(&self, after: &str) {
        let begun = Instant::now();
        let code = wait::until_or_dump(
            LEAVE,
            &format!("Shoal to leave after {after}"),
            || self.number("exit"),
            || self.said(),
        );
        println!("Shoal left {:?} after {after}", begun.elapsed());
        assert_eq!(code, 0, "after {after}\n{}", self.said());
    }

    /// kill -9.
    pub fn kill(self) {
        self.signal("KILL");
        let code = wait::until(wait::GENEROUS, "the killed Shoal", || self.number("exit"));
        assert_eq!(code, 128 + 9);
    }

    fn signal(&self, signal: &str) {
        let pid = self.pid();
        // Never another process that got the same number. The program may have been built anew meanwhile.
        let running = fs::read_link(format!("/proc/{pid}/exe")).unwrap_or_default();
        let running = running.to_string_lossy();
        let running = running.strip_suffix(" (deleted)").unwrap_or(&running);
        assert_eq!(running, SHOAL, "{pid} is not Shoal");
        let sent = Command::new("kill")
            .args(["-s", signal, &pid.to_string()])
            .status();
        assert!(sent.unwrap().success());
    }

    /// What is on the display and in the list, for somebody who looks at a failure.
    fn dump(&self) {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../window");
        let test = thread::current()
            .name()
            .unwrap_or("story")
            .replace("::", "-");
        let file = folder.join(format!("{test}.png"));
        if fs::create_dir_all(&folder).is_ok() {
            let shot = self
                .stage
                .desktop
                .command("import")
                .args(["-window", "root"])
                .arg(&file)
                .status();
            println!("the display: {} ({shot:?})", file.display());
        }
        if self.session.is_some() && self.number("exit").is_none() {
            println!(
                "the list: {:#}",
                self.try_call("snapshot", &json!({})).unwrap_or_else(|e| e)
            );
        }
        println!("{}", self.said());
    }
}

impl Drop for Window<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.dump();
        }
        if self.number("pid").is_some() && self.number("exit").is_none() {
            self.signal("KILL");
            wait::poll(wait::GENEROUS, || self.number("exit"));
        }
        // There is nobody left whom the driver could end.
        if let Some(session) = self.session.take() {
            let _ = session.leak();
        }
    }
}
