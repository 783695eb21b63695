//! A program that shows notifications, as a process of its own that a test can ask.

use std::process::Command;

use serde_json::Value;

use super::Asked;
use crate::{tools_dir, wait};

/// The system's own, which has the modules for D-Bus.
const PYTHON: &str = "/usr/bin/python3";

/// It, until it is dropped: then it has gone, as when it crashes.
#[derive(Debug)]
pub struct NoticeHost(Asked);

/// A notification that it was asked to show.
#[derive(Clone, Debug, PartialEq)]
pub struct NoticeShown {
    /// Its number.
    pub id: u64,
    /// The number of the one it took the place of; 0 for none.
    pub replaces: u64,
    /// First line.
    pub title: String,
    /// What is below it.
    pub body: String,
    /// What can be pressed, with its words.
    pub actions: Vec<(String, String)>,
    /// Hints by name.
    pub hints: Value,
    /// Its icon's name.
    pub icon: String,
}

impl NoticeHost {
    /// One that has buttons and takes markup, on the bus with that address.
    pub fn on(bus: &str) -> Self {
        Self::on_with(bus, &[])
    }

    /// One that can what `caps` names, separated by commas.
    pub fn able(bus: &str, caps: &str) -> Self {
        Self::on_with(bus, &["--caps", caps])
    }

    fn on_with(bus: &str, more: &[&str]) -> Self {
        let mut command = Command::new(PYTHON);
        command.env("DBUS_SESSION_BUS_ADDRESS", bus);
        command.arg(tools_dir().join("notif_host.py"));
        Self(Asked::start("notification host", command, more))
    }

    /// All notifications until now, in order.
    pub fn shown(&self) -> Vec<NoticeShown> {
        self.0.lines().iter().filter_map(read).collect()
    }

    /// Waits until there were `count` of them, and gives the last.
    #[track_caller]
    pub fn wait(&mut self, count: usize) -> NoticeShown {
        let what = format!("notification number {count}");
        let found = wait::until_or_dump(
            wait::GENEROUS,
            &what,
            || (self.shown().len() >= count).then(|| self.shown()),
            || format!("{:?}", self.shown()),
        );
        assert_eq!(found.len(), count, "{found:?}");
        found[count - 1].clone()
    }

    /// Waits until it was asked to take that one away, or somebody dismissed it.
    #[track_caller]
    pub fn wait_closed(&mut self, id: u64) {
        self.0.wait("the notification to go", |line| {
            (line["closed"] == id).then_some(())
        });
    }

    /// Presses what `key` names on a notification, as a person does; `default` is the whole of it. An empty
    /// `token` is none.
    #[track_caller]
    pub fn press(&mut self, id: u64, key: &str, token: &str) {
        let line = format!("press {id} {key} {token}");
        self.done(line.trim_end());
    }

    /// Dismisses a notification.
    #[track_caller]
    pub fn dismiss(&mut self, id: u64) {
        self.done(&format!("close {id}"));
    }

    /// Lets another program on the bus say that this was pressed.
    #[track_caller]
    pub fn forge(&mut self, id: u64, key: &str) {
        self.done(&format!("forge {id} {key}"));
    }

    #[track_caller]
    fn done(&mut self, line: &str) {
        let answer = self.0.ask(line);
        assert!(answer["error"].is_null(), "{line}: {answer}");
    }
}

fn read(line: &Value) -> Option<NoticeShown> {
    let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
    let actions: Vec<&str> = line["actions"]
        .as_array()?
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let pairs = actions.chunks_exact(2);
    Some(NoticeShown {
        id: line["notice"].as_u64()?,
        replaces: line["replaces"].as_u64()?,
        title: text("summary"),
        body: text("body"),
        actions: pairs.map(|p| (p[0].to_owned(), p[1].to_owned())).collect(),
        hints: line["hints"].clone(),
        icon: text("icon"),
    })
}
