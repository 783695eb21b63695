//! The machine around a program, made up: what it runs on, what its network costs, and who is asked to let it rest.

use std::process::Command;

use super::Asked;
use crate::tools_dir;

/// Such a machine, until it is dropped.
#[derive(Debug)]
pub struct MachineHost(Asked);

impl MachineHost {
    /// One that is plugged in, with a network that costs nothing, on the bus with that address. It agrees to rest,
    /// and never does.
    pub fn on(bus: &str) -> Self {
        let mut command = Command::new("/usr/bin/python3");
        command.env("DBUS_SESSION_BUS_ADDRESS", bus);
        command.arg(tools_dir().join("machine_host.py"));
        Self(Asked::start("machine host", command, &[]))
    }

    /// Says whether it runs on its battery (`battery`), pays for its network (`metered`), or another program keeps
    /// the screen lit (`screen`).
    #[track_caller]
    pub fn set(&mut self, what: &str, is_so: bool) {
        self.0
            .ask(&format!("{what} {}", if is_so { "on" } else { "off" }));
    }

    /// From now on it refuses to rest, by an error of that name on the bus.
    #[track_caller]
    pub fn refuse(&mut self, error: &str) {
        self.0.ask(&format!("refuse {error}"));
    }

    /// What it was asked for so far: `Suspend` or `PowerOff`.
    pub fn asked(&self) -> Vec<String> {
        let lines = self.0.lines();
        let asked = lines.iter().filter_map(|line| line["asked"].as_str());
        asked.map(str::to_owned).collect()
    }
}
