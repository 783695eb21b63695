//! A message bus of a test's own. It starts no service by itself, but one that the test names.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{Process, wait};

const CONFIG: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=SOCKET</listen>
  <auth>EXTERNAL</auth>
  SERVICES
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// A message bus, until it is dropped.
#[derive(Debug)]
pub struct PrivateBus {
    socket: PathBuf,
    address: String,
    services: Option<PathBuf>,
    daemon: Option<Process>,
}

impl PrivateBus {
    /// Starts a bus with its socket in `folder`.
    pub fn start(folder: &Path) -> Self {
        Self::start_with(folder, None)
    }

    /// Starts a bus that starts `program` when somebody asks for `name`. The program must end with the bus.
    pub fn that_starts(folder: &Path, name: &str, program: &str) -> Self {
        let services = folder.join("services");
        fs::create_dir(&services).unwrap();
        let service = format!("[D-BUS Service]\nName={name}\nExec={program}\n");
        fs::write(services.join(format!("{name}.service")), service).unwrap();
        Self::start_with(folder, Some(services))
    }

    fn start_with(folder: &Path, services: Option<PathBuf>) -> Self {
        let socket = folder.join("bus");
        let (daemon, address) = start(&socket, services.as_deref());
        Self {
            socket,
            address,
            services,
            daemon: Some(daemon),
        }
    }

    /// What clients connect to.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Ends the bus, which everybody on it notices.
    pub fn stop(&mut self) {
        self.daemon = None;
        let _ = fs::remove_file(&self.socket);
    }

    /// Starts the bus anew at the same place, after [`PrivateBus::stop`].
    pub fn restart(&mut self) {
        self.stop();
        let (daemon, address) = start(&self.socket, self.services.as_deref());
        (self.daemon, self.address) = (Some(daemon), address);
    }
}

fn start(socket: &Path, services: Option<&Path>) -> (Process, String) {
    let folder = Process::dir();
    let config = folder.path().join("bus.conf");
    let services = services.map(|folder| format!("<servicedir>{}</servicedir>", folder.display()));
    let text = CONFIG
        .replace("SOCKET", socket.to_str().unwrap())
        .replace("SERVICES", &services.unwrap_or_default());
    fs::write(&config, text).unwrap();
    let mut command = Command::new("dbus-daemon");
    command.args(["--nofork", "--print-address=1", "--config-file"]);
    command.arg(&config);
    let mut daemon = Process::spawn_in("dbus-daemon", &command, folder);
    let log = daemon.path().join("log");
    let address = daemon.until(wait::GENEROUS, "the bus's address", || {
        let text = fs::read_to_string(&log).ok()?;
        let mut whole = text
            .split_inclusive('\n')
            .filter(|line| line.ends_with('\n'));
        let line = whole.find(|line| line.starts_with("unix:"))?;
        // The daemon's own id would tie clients to this one, and it may be restarted.
        line.trim().split(",guid=").next().map(str::to_owned)
    });
    (daemon, address)
}
