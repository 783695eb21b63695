//! The services that keep a machine awake and end its session, as a process of its own that a test can ask.

use std::{process::Command, time::Duration};

use serde_json::Value;

use crate::{Process, tools_dir, wait};

/// One of the services, until it is dropped.
#[derive(Debug)]
pub struct PowerHost(Process);

/// Something that a program has asked of such a service, and not taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// What it keeps from happening, where a service has several: `idle`, `shutdown`, or flags as a number.
    pub what: String,
    /// Who asked.
    pub who: String,
    /// `block` or `delay`, where a service has both.
    pub mode: String,
}

impl PowerHost {
    /// logind, on the bus with that address. Its locks are files that are closed.
    pub fn logind(bus: &str) -> Self {
        Self::start(bus, "logind_host.py", &[])
    }

    /// The power manager of KDE and Xfce.
    pub fn power(bus: &str) -> Self {
        Self::start(bus, "power_host.py", &["power"])
    }

    /// The session manager of GNOME, which also tells its clients of a log-off.
    pub fn gnome(bus: &str) -> Self {
        Self::start(bus, "power_host.py", &["gnome"])
    }

    fn start(bus: &str, tool: &str, args: &[&str]) -> Self {
        let mut command = Command::new("/usr/bin/python3");
        command.arg(tools_dir().join(tool)).args(args);
        command.env("DBUS_SESSION_BUS_ADDRESS", bus);
        let mut host = Self(Process::spawn(tool, &command));
        let log = host.0.path().join("log");
        host.0.until(wait::GENEROUS, "the service", || {
            lines(&std::fs::read_to_string(&log).ok()?)
                .any(|line| line["ready"] == true)
                .then_some(())
        });
        host
    }

    /// The locks that are held now.
    pub fn locks(&self) -> Vec<Lock> {
        let said: Vec<_> = lines(&self.0.log()).collect();
        let gone = |number: &Value| said.iter().any(|line| line["let_go"] == *number);
        said.iter()
            .filter(|line| !line["took"].is_null() && !gone(&line["took"]))
            .map(|line| Lock {
                what: match &line["what"] {
                    Value::Null => line["flags"].to_string(),
                    what => text(what),
                },
                who: text(&line["who"]),
                mode: text(&line["mode"]),
            })
            .collect()
    }

    /// How often a lock was taken since the start.
    pub fn taken(&self) -> usize {
        self.count("took")
    }

    /// How often a line with that word was said since the start, such as `client` or `answered`.
    pub fn count(&self, word: &str) -> usize {
        lines(&self.0.log())
            .filter(|line| !line[word].is_null())
            .count()
    }

    /// Waits until exactly so many locks are held.
    #[track_caller]
    pub fn wait_locks(&self, limit: Duration, count: usize) -> Vec<Lock> {
        let what = format!("{count} locks");
        let found = wait::poll(limit, || {
            let locks = self.locks();
            (locks.len() == count).then_some(locks)
        });
        found.unwrap_or_else(|| panic!("waited in vain for {what}\n{}", self.0.log_tail()))
    }

    /// Ends the machine (logind) or the session (GNOME): all who listen are told.
    pub fn end(&self) {
        self.0.signal("USR1");
    }

    /// Asks whether the session may end (GNOME), or says that the machine stays (logind).
    pub fn ask(&self) {
        self.0.signal("USR2");
    }
}

fn lines(log: &str) -> impl Iterator<Item = Value> {
    let whole = log
        .split_inclusive('\n')
        .filter(|line| line.ends_with('\n'));
    whole.filter_map(|line| serde_json::from_str(line).ok())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
