//! A panel of the system that shows tray icons, as a process of its own that a test can ask.

use std::process::Command;

use serde_json::Value;

use super::Asked;
use crate::{tools_dir, wait};

/// A panel, until it is dropped: then it has gone, as when it crashes.
#[derive(Debug)]
pub struct TrayHost(Asked);

/// What it sees of an icon.
#[derive(Clone, Debug)]
pub struct Shown {
    /// All properties of the item, by name; pictures as width, height and bytes.
    pub properties: Value,
    /// The menu's entries, separators among them.
    pub menu: Vec<MenuEntry>,
}

/// An entry of the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuEntry {
    /// Its number on the bus.
    pub id: i64,
    /// Its words; none for a separator.
    pub label: String,
    /// Can be clicked.
    pub enabled: bool,
    /// Is in sight.
    pub visible: bool,
    /// Whether what it switches is on; none: it switches nothing.
    pub on: Option<bool>,
}

impl Shown {
    /// A property that is a text.
    pub fn text(&self, name: &str) -> String {
        self.properties[name]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Whether the switch with these words is on; none when there is no such switch.
    pub fn switched(&self, label: &str) -> Option<bool> {
        self.menu.iter().find(|e| e.label == label)?.on
    }

    /// The words of what can be clicked.
    pub fn offered(&self) -> Vec<&str> {
        let entries = self.menu.iter().filter(|e| e.visible && e.enabled);
        let labels = entries.map(|e| e.label.as_str());
        labels.filter(|label| !label.is_empty()).collect()
    }
}

impl TrayHost {
    /// A panel on the bus of `command`, which is where it runs and nothing yet: a test's host and its
    /// environment, such as [`Command::new`] with `DBUS_SESSION_BUS_ADDRESS`. `more` may be `--half`, which owns
    /// the watcher's name but has no object, or `--no-host`, which watches but displays nothing.
    pub fn start(python: Command, more: &[&str]) -> Self {
        let mut command = python;
        command.arg(tools_dir().join("sni_host.py"));
        Self(Asked::start("tray host", command, more))
    }

    /// A panel on the bus with that address.
    pub fn on(bus: &str) -> Self {
        Self::on_with(bus, &[])
    }

    /// Like [`TrayHost::on`], with more arguments.
    pub fn on_with(bus: &str, more: &[&str]) -> Self {
        let mut python = Command::new(PYTHON);
        python.env("DBUS_SESSION_BUS_ADDRESS", bus);
        Self::start(python, more)
    }

    /// Waits until an icon is registered that has not gone, and gives the name of its owner on the bus.
    #[track_caller]
    pub fn wait_item(&mut self) -> String {
        wait::until(wait::GENEROUS, "an icon on the panel", || {
            self.items().pop()
        })
    }

    /// The owners of the icons that are registered, each once.
    pub fn items(&self) -> Vec<String> {
        let mut items: Vec<(String, String)> = Vec::new();
        for line in self.0.lines() {
            if let (Some(item), Some(owner)) = (line["item"].as_str(), line["owner"].as_str()) {
                items.push((item.to_owned(), owner.to_owned()));
            }
            if let Some(gone) = line["gone"].as_str() {
                items.retain(|(item, _)| item != gone);
            }
        }
        items.into_iter().map(|(_, owner)| owner).collect()
    }

    /// Looks at the icon that came last, and opens its menu.
    #[track_caller]
    pub fn look(&mut self) -> Shown {
        self.try_look().unwrap_or_else(|e| panic!("{e}"))
    }

    fn try_look(&mut self) -> Result<Shown, String> {
        let answer = self.0.ask("look");
        if !answer["error"].is_null() {
            return Err(answer["error"].to_string());
        }
        let entry = |row: &Value| MenuEntry {
            id: row["id"].as_i64().unwrap(),
            label: row["label"].as_str().unwrap().to_owned(),
            enabled: row["enabled"] == true,
            visible: row["visible"] == true,
            on: row["on"].as_bool(),
        };
        let rows = answer["menu"].as_array().unwrap();
        Ok(Shown {
            menu: rows.iter().map(entry).collect(),
            properties: answer["properties"].clone(),
        })
    }

    /// Looks until what it sees is `wanted`.
    #[track_caller]
    pub fn wait_shown(&mut self, what: &str, wanted: impl Fn(&Shown) -> bool) -> Shown {
        let mut last = None;
        let found = wait::poll(wait::GENEROUS, || {
            let shown = self.try_look().ok()?;
            last = Some(shown.clone());
            wanted(&shown).then_some(shown)
        });
        found.unwrap_or_else(|| panic!("waited in vain for {what}; there was {last:?}"))
    }

    /// Clicks the entry with these words. Does not wait; after a [`TrayHost::look`] it is sent at once.
    pub fn click(&self, label: &str) {
        self.0.say(&format!("click {label}"));
    }

    /// Clicks the icon itself, with a token that lets a window come to the front, unless that is empty.
    pub fn activate(&self, token: &str) {
        self.0.say(&format!("activate {token}"));
    }

    /// Says that something displays what is registered, or that nothing does any more.
    pub fn set_host(&mut self, is_there: bool) {
        self.0.ask(if is_there { "host on" } else { "host off" });
    }

    /// Answers from now on, after `--half`.
    pub fn publish(&mut self) {
        self.0.ask("object");
    }

    /// How many signals icons have sent since the start.
    pub fn signals(&self) -> usize {
        let lines = self.0.lines();
        lines.iter().filter(|l| !l["signal"].is_null()).count()
    }
}

/// The system's own, which has the modules for D-Bus.
const PYTHON: &str = "/usr/bin/python3";
