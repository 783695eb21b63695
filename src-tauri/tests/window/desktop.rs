//! A desktop of its own for one story: display, window manager and session bus on a test host. What
//! the page cannot reach is done here as a person does it: the file chooser, the frame's buttons.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Output},
    time::Duration,
};

use shoal_testkit::{Host, PrivateBus, Process, wait};

/// What has to be installed, and the Debian package that has it.
const PROGRAMS: &[(&str, &str)] = &[
    ("WebKitWebDriver", "webkit2gtk-driver"),
    ("Xvfb", "xvfb"),
    ("openbox", "openbox"),
    ("dbus-daemon", "dbus"),
    ("xdotool", "xdotool"),
    ("xclip", "xclip"),
    ("xprop", "x11-utils"),
    ("wmctrl", "wmctrl"),
    ("import", "imagemagick"),
];

/// What GTK calls the chooser of a folder.
pub const FOLDER_CHOOSER: &str = "Select Folder";

/// Wide enough for the window and its frame.
const SCREEN: &str = "1400x950x24";

/// How often, and how long each time, the file chooser is asked to close.
const TRIES: u32 = 10;
const PATIENCE: Duration = Duration::from_secs(2);

pub struct Desktop {
    host: Host,
    display: String,
    runtime: PathBuf,
    // Dropped in this order: those that need the display first.
    _openbox: Process,
    bus: PrivateBus,
    _xvfb: Process,
}

impl Desktop {
    /// Starts everything and waits until the window manager has taken over. `dir` is for sockets.
    pub fn start(host: &Host, dir: &Path) -> Self {
        need_programs();
        let mut command = host.command("Xvfb");
        command.args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            SCREEN,
            "-nolisten",
            "tcp",
            "-noreset",
            "-fbdir",
        ]);
        // The picture as a file: the bench reads there when something was painted.
        command.arg(dir);
        let mut xvfb = Process::spawn("Xvfb", &command);
        let display = said(&mut xvfb, "the display's number", |line| {
            line.parse::<u32>().ok().map(|number| format!(":{number}"))
        });

        let runtime = dir.join("run");
        fs::create_dir(&runtime).unwrap();
        fs::set_permissions(&runtime, fs::Permissions::from_mode(0o700)).unwrap();
        let bus = PrivateBus::start(&runtime);

        let mut command = host.command("openbox");
        command.arg("--sm-disable").env("DISPLAY", &display);
        let mut openbox = Process::spawn("openbox", &command);
        let ask = || {
            let mut command = host.command("xprop");
            command.args(["-root", "_NET_SUPPORTING_WM_CHECK"]);
            let answer = output(command.env("DISPLAY", &display));
            text(&answer).contains("window id").then_some(())
        };
        openbox.until(wait::GENEROUS, "the window manager", ask);
        Self {
            host: host.clone(),
            display,
            bus,
            runtime,
            _openbox: openbox,
            _xvfb: xvfb,
        }
    }

    /// A command that can show itself here.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = self.host.command(program);
        command
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", self.bus.address())
            // The machine's own would keep the machine from going down.
            .env("DBUS_SYSTEM_BUS_ADDRESS", self.bus.address())
            .env("XDG_RUNTIME_DIR", &self.runtime)
            .env("GDK_BACKEND", "x11")
            .env("NO_AT_BRIDGE", "1")
            .env("GSETTINGS_BACKEND", "memory")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env_remove("WAYLAND_DISPLAY");
        command
    }

    /// The address of its session bus.
    pub fn bus(&self) -> &str {
        self.bus.address()
    }

    pub fn host(&self) -> &Host {
        &self.host
    }

    /// The visible windows with this title.
    pub fn titled(&self, title: &str) -> Vec<String> {
        let pattern = format!("^{title}$");
        self.xdotool(&["search", "--onlyvisible", "--name", &pattern])
            .split_whitespace()
            .map(str::to_owned)
            .collect()
    }

    /// The window of that kind which is visible, once there is one.
    fn wait_titled(&self, title: &str) -> String {
        wait::until(wait::GENEROUS, &format!("a window named {title}"), || {
            self.titled(title).into_iter().next()
        })
    }

    /// Closes the window by its frame.
    pub fn close(&self, title: &str) {
        let id = self.wait_titled(title);
        let closed = output(self.command("wmctrl").args(["-i", "-c", &id]));
        assert!(closed.status.success(), "{closed:?}");
    }

    /// Puts the window away by its frame, and waits until it is.
    pub fn minimise(&self, title: &str) {
        let id = self.wait_titled(title);
        self.xdotool(&["windowminimize", &id]);
        wait::until(wait::GENEROUS, "the window to be minimised", || {
            self.titled(title).is_empty().then_some(())
        });
    }

    /// Whether that window is the one in front.
    pub fn is_active(&self, title: &str) -> bool {
        self.xdotool(&["getactivewindow", "getwindowname"]).trim() == title
    }

    /// Gives the open file chooser a path, as by typing it, and waits until the chooser has gone.
    pub fn choose_file(&self, title: &str, path: &Path) {
        let id = self.wait_titled(title);
        self.xdotool(&["windowfocus", "--sync", &id]);
        let path = path.to_str().unwrap();
        // The slash opens the field for a path, some time later.
        self.xdotool(&["key", "--window", &id, "slash"]);
        let gone = (0..TRIES).any(|_| {
            self.xdotool(&["key", "--window", &id, "ctrl+a"]);
            self.xdotool(&["type", "--window", &id, "--delay", "5", path]);
            self.xdotool(&["key", "--window", &id, "Return"]);
            // What was typed before the field was there is lost. Then GTK complains in a small
            // window without a name, and all of it is typed once more.
            let gone = wait::poll(PATIENCE, || {
                let is_gone = self.titled(title).is_empty();
                (is_gone || self.complaint().is_some()).then_some(is_gone)
            });
            if let Some(complaint) = self.complaint().filter(|_| gone == Some(false)) {
                self.xdotool(&["key", "--window", &complaint, "Return"]);
            }
            gone == Some(true)
        });
        assert!(gone, "the file chooser did not take {path}");
    }

    /// A small window of GTK's, which has no name, in front of everything.
    fn complaint(&self) -> Option<String> {
        let id = self.xdotool(&["getactivewindow"]);
        let id = Some(id.trim().to_owned()).filter(|id| !id.is_empty())?;
        let name = output(self.command("xdotool").args(["getwindowname", &id]));
        (name.status.success() && text(&name).trim().is_empty()).then_some(id)
    }

    /// A picture of the whole display, or of one window.
    pub fn shoot(&self, window: &str, file: &Path) {
        let shot = output(self.command("import").args(["-window", window]).arg(file));
        assert!(shot.status.success(), "import: {shot:?}");
    }

    fn xdotool(&self, args: &[&str]) -> String {
        text(&output(self.command("xdotool").args(args)))
    }
}

/// Waits until a program writes the line that is wanted of it.
fn said(process: &mut Process, what: &str, pick: impl Fn(&str) -> Option<String>) -> String {
    let log = process.path().join("log");
    process.until(wait::GENEROUS, what, || {
        let text = fs::read_to_string(&log).ok()?;
        let mut whole = text
            .split_inclusive('\n')
            .filter(|line| line.ends_with('\n'));
        whole.find_map(|line| pick(line.trim()))
    })
}

fn output(command: &mut Command) -> Output {
    command
        .output()
        .unwrap_or_else(|e| panic!("{command:?}: {e}"))
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn need_programs() {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let missing: Vec<_> = PROGRAMS
        .iter()
        .filter(|(name, _)| !std::env::split_paths(&path).any(|dir| dir.join(name).is_file()))
        .map(|(name, package)| format!("{name} (Debian: {package})"))
        .collect();
    assert!(
        missing.is_empty(),
        "The window cannot be tested without {}",
        missing.join(", ")
    );
}
