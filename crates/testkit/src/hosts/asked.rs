//! A small program that is asked through a FIFO and answers in lines of JSON: a guarded child has no stdin.

use std::{
    fs::OpenOptions, io::Write as _, process::Command, sync::atomic::AtomicU64,
    sync::atomic::Ordering,
};

use serde_json::Value;

use crate::{Process, wait};

/// Such a program, until it is dropped.
#[derive(Debug)]
pub struct Asked {
    process: Process,
    asked: AtomicU64,
}

impl Asked {
    /// Starts `command` with `--serve FIFO` behind its arguments and then `more`, and waits until it says that
    /// it is ready.
    pub fn start(name: &str, mut command: Command, more: &[&str]) -> Self {
        let folder = Process::dir();
        let fifo = folder.path().join("fifo");
        let made = Command::new("mkfifo").arg(&fifo).status().unwrap();
        assert!(made.success(), "mkfifo: {made}");
        command.arg("--serve").arg(&fifo).args(more);
        let process = Process::spawn_in(name, &command, folder);
        let mut asked = Self {
            process,
            asked: AtomicU64::default(),
        };
        asked.wait(&format!("{name} to be ready"), |line| {
            (line["ready"] == true).then_some(())
        });
        asked
    }

    /// Says a line and does not wait; gives its number, under which it is answered.
    pub fn say(&self, what: &str) -> u64 {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        let fifo = self.process.path().join("fifo");
        let mut fifo = OpenOptions::new().write(true).open(fifo).unwrap();
        fifo.write_all(format!("{number} {what}\n").as_bytes())
            .unwrap();
        number
    }

    /// Says a line and waits for the answer.
    #[track_caller]
    pub fn ask(&mut self, what: &str) -> Value {
        let number = self.say(what);
        self.wait(&format!("an answer to {what}"), |line| {
            (line["answers"] == number).then(|| line.clone())
        })
    }

    /// All that it said until now.
    pub fn lines(&self) -> Vec<Value> {
        let log = self.process.log();
        let whole = log
            .split_inclusive('\n')
            .filter(|line| line.ends_with('\n'));
        let lines = whole.filter_map(|line| serde_json::from_str(line).ok());
        lines.collect()
    }

    /// Waits until it says a line that `pick` takes.
    #[track_caller]
    pub fn wait<T>(&mut self, what: &str, pick: impl Fn(&Value) -> Option<T>) -> T {
        let log = self.process.path().join("log");
        self.process.until(wait::GENEROUS, what, || {
            let text = std::fs::read_to_string(&log).ok()?;
            let whole = text
                .split_inclusive('\n')
                .filter(|line| line.ends_with('\n'));
            let mut lines = whole.filter_map(|line| serde_json::from_str(line).ok());
            lines.find_map(|line: Value| pick(&line))
        })
    }

    /// The process itself.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }
}
