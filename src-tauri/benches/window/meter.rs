//! What a program and all it started cost: memory and time, of the processes that carry its mark in their
//! environment. `WebKit`'s are among them, whoever their parent is by then. Must never touch them.

use std::{
    fs,
    path::PathBuf,
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

const MARK: &str = "SHOAL_BENCH";
/// Of the clock in `/proc/PID/stat`, on every Linux.
const TICKS_PER_SECOND: f64 = 100.0;
/// At rest: less than this share of a core in each of some seconds.
const REST: f64 = 0.03;
const RESTING_SECONDS: u32 = 3;
const PATIENCE: Duration = Duration::from_secs(90);

/// The processes of one program.
pub struct Meter {
    mark: String,
}

/// Memory of all processes together, in MB, and how many those are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Memory {
    pub pss_mb: f64,
    pub processes: usize,
}

impl Meter {
    /// Marks what `command` will start.
    pub fn on(command: &mut Command) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let mark = format!("{}-{number}", std::process::id());
        command.env(MARK, &mark);
        Self {
            mark: format!("{MARK}={mark}"),
        }
    }

    fn folders(&self) -> Vec<PathBuf> {
        let all = fs::read_dir("/proc").unwrap().flatten();
        all.map(|entry| entry.path())
            .filter(|folder| {
                let environment = fs::read(folder.join("environ")).unwrap_or_default();
                let mut variables = environment.split(|&byte| byte == 0);
                variables.any(|variable| variable == self.mark.as_bytes())
            })
            // The test kit's guard is a shell beside the program.
            .filter(|folder| {
                fs::read_to_string(folder.join("comm")).is_ok_and(|name| name.trim() != "sh")
            })
            .collect()
    }

    /// The share of memory that is theirs: what several processes share counts once in all.
    pub fn memory(&self) -> Memory {
        memory(&self.folders())
    }

    /// Seconds of a processor that they have used since they began.
    fn used(&self) -> f64 {
        used(&self.folders())
    }

    /// Per cent of a core over that time.
    pub fn load(&self, time: Duration) -> f64 {
        let (begun, before) = (Instant::now(), self.used());
        thread::sleep(time);
        (self.used() - before) / begun.elapsed().as_secs_f64() * 100.0
    }

    /// Waits until they do next to nothing.
    pub fn rest(&self) {
        let begun = Instant::now();
        let mut resting = 0;
        while resting < RESTING_SECONDS {
            assert!(begun.elapsed() < PATIENCE, "it does not come to rest");
            let busy = self.load(Duration::from_secs(1)) / 100.0;
            resting = if busy < REST { resting + 1 } else { 0 };
        }
    }
}

fn memory(folders: &[PathBuf]) -> Memory {
    let pss = |folder: &PathBuf| {
        let text = fs::read_to_string(folder.join("smaps_rollup")).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix("Pss:"))?;
        line.split_whitespace().next()?.parse::<f64>().ok()
    };
    let each: Vec<f64> = folders.iter().filter_map(pss).collect();
    Memory {
        pss_mb: each.iter().sum::<f64>() * 1_024.0 / 1e6,
        processes: each.len(),
    }
}

fn used(folders: &[PathBuf]) -> f64 {
    let ticks = |folder: &PathBuf| {
        let text = fs::read_to_string(folder.join("stat")).ok()?;
        // The name, in brackets, may hold anything.
        let (_, rest) = text.rsplit_once(") ")?;
        let mut fields = rest.split(' ').skip(11);
        let user: f64 = fields.next()?.parse().ok()?;
        let system: f64 = fields.next()?.parse().ok()?;
        Some(user + system)
    };
    folders.iter().filter_map(ticks).sum::<f64>() / TICKS_PER_SECOND
}

/// A program that was started without a mark, such as those of the test kit; it alone.
pub struct One(PathBuf);

impl One {
    pub fn of(pid: u32) -> Self {
        Self(PathBuf::from(format!("/proc/{pid}")))
    }

    pub fn memory(&self) -> Memory {
        memory(std::slice::from_ref(&self.0))
    }

    pub fn load(&self, time: Duration) -> f64 {
        let used = || used(std::slice::from_ref(&self.0));
        let (begun, before) = (Instant::now(), used());
        thread::sleep(time);
        (used() - before) / begun.elapsed().as_secs_f64() * 100.0
    }
}
