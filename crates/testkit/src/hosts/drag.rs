//! A program that files and links are dragged from, as a process of its own: its window stands above all others in
//! the upper left corner of the display.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{Process, wait};

/// The Python that has GTK.
const PYTHON: &str = "/usr/bin/python3";
/// Somewhere in the source's window, on the display, and near the edge: no other window lies there.
const HANDLE: (u32, u32) = (20, 20);
/// This far away from there a drag has begun for sure.
const BEGUN: (u32, u32) = (48, 48);

/// What is dragged, as the source offers it.
#[derive(Clone, Copy, Debug)]
pub enum Goods<'a> {
    /// Files and folders, as a file manager does.
    Files(&'a [PathBuf]),
    /// Addresses, as they are written here.
    Uris(&'a [&'a str]),
    /// Plain text, which is in the clipboard, too.
    Text(&'a str),
}

/// A source of drags. The pointer is moved with `xdotool`.
pub struct DragSource {
    process: Process,
    drags: usize,
}

impl DragSource {
    /// Starts it by a `command` that makes any program a part of the desktop. `actions` is what it allows, such as
    /// `copy,move,link`.
    pub fn start(command: impl Fn(&OsStr) -> Command, goods: Goods<'_>, actions: &str) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools/xdnd_source.py");
        let mut command = command(OsStr::new(PYTHON));
        command.arg(script).args(["--actions", actions]);
        match goods {
            Goods::Files(files) => command.args(files),
            Goods::Uris(uris) => command.arg("--uri").args(uris),
            Goods::Text(text) => command.args(["--text", text]),
        };
        let process = Process::spawn("drag source", &command);
        let mut source = Self { process, drags: 0 };
        source.until("READY", 1);
        source
    }

    /// Takes hold of the goods; the button stays pressed. `xdotool` does what it is told, on the same desktop.
    pub fn take(&mut self, xdotool: impl Fn(&[&str])) {
        self.drags += 1;
        let drags = self.drags;
        pointer(&xdotool, HANDLE);
        xdotool(&["mousedown", "1"]);
        let log = self.process.path().join("log");
        let mut far = false;
        self.process.until(wait::GENEROUS, "the drag to begin", || {
            far = !far;
            pointer(&xdotool, if far { BEGUN } else { HANDLE });
            (said(&log, "DRAG-BEGIN") >= drags).then_some(())
        });
    }

    /// Moves what is held to a place of the display.
    pub fn carry(&self, xdotool: impl Fn(&[&str]), to: (u32, u32)) {
        // Sources look at where the pointer moves, not at where it is.
        pointer(&xdotool, (to.0 - 3, to.1));
        pointer(&xdotool, to);
    }

    /// Moves it to and fro there until the target would do `action` with it, as what a key that is held makes it.
    pub fn carry_until(&mut self, xdotool: impl Fn(&[&str]), to: (u32, u32), action: &str) {
        let log = self.process.path().join("log");
        let wanted = format!("ACTION {action}");
        self.process.until(wait::GENEROUS, &wanted, || {
            pointer(&xdotool, (to.0 - 3, to.1));
            pointer(&xdotool, to);
            let text = std::fs::read_to_string(&log).unwrap_or_default();
            let last = text.lines().rfind(|line| line.starts_with("ACTION"));
            (last == Some(&wanted)).then_some(())
        });
    }

    /// Lets go, and waits until the source knows what became of it: the action, such as `copy`; none when nobody
    /// took it.
    pub fn let_go(&mut self, xdotool: impl Fn(&[&str])) -> Option<String> {
        xdotool(&["mouseup", "1"]);
        self.ended()
    }

    /// Presses Escape, the source's own way out.
    pub fn escape(&mut self, xdotool: impl Fn(&[&str])) {
        xdotool(&["key", "Escape"]);
        xdotool(&["mouseup", "1"]);
        assert_eq!(self.ended(), None, "{}", self.process.log());
    }

    fn ended(&mut self) -> Option<String> {
        let drags = self.drags;
        self.until("DRAG-END", drags);
        let log = self.process.log();
        let last: Vec<_> = log
            .lines()
            .filter(|line| line.starts_with("DRAG-"))
            .skip_while(|line| !line.starts_with("DRAG-BEGIN"))
            .collect();
        let since = last.iter().rposition(|line| *line == "DRAG-BEGIN")?;
        if last[since..]
            .iter()
            .any(|line| line.starts_with("DRAG-FAILED"))
        {
            return None;
        }
        let end = last[since..]
            .iter()
            .find_map(|line| line.strip_prefix("DRAG-END "));
        end.map(str::to_owned)
    }

    /// Whether the source was asked to remove what was dragged from it.
    pub fn was_asked_to_delete(&self) -> bool {
        self.process.log().lines().any(|line| line == "DELETE")
    }

    /// How many times somebody asked what is dragged.
    pub fn times_read(&self) -> usize {
        said(&self.process.path().join("log"), "DATA-GET")
    }

    fn until(&mut self, word: &str, times: usize) {
        let log = self.process.path().join("log");
        self.process.until(wait::GENEROUS, word, || {
            (said(&log, word) >= times).then_some(())
        });
    }
}

fn pointer(xdotool: impl Fn(&[&str]), to: (u32, u32)) {
    xdotool(&["mousemove", &to.0.to_string(), &to.1.to_string()]);
}

/// How many lines of `log` begin with `word`.
fn said(log: &Path, word: &str) -> usize {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    text.lines().filter(|line| line.starts_with(word)).count()
}
