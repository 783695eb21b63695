//! Where a bench keeps its files, and how large it is. Everything lies below `target`.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The bench's folder; emptied before and after.
pub(crate) struct Place {
    target: PathBuf,
    pub(crate) size: Size,
}

/// How much is done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) quick: bool,
    /// Downloaded in each run.
    pub(crate) payload_bytes: u64,
    /// Rounds of downloads, one of each client.
    pub(crate) rounds: usize,
    /// Downloaded by each leecher of a swarm.
    pub(crate) swarm_bytes: u64,
    /// Swarms of each client.
    pub(crate) swarms: usize,
    /// Torrents in the list.
    pub(crate) torrents: usize,
    pub(crate) commands: usize,
    pub(crate) deltas: usize,
}

impl Place {
    pub(crate) fn new() -> Self {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let place = Self {
            target: target.to_owned(),
            size: Size::chosen(),
        };
        place.clear();
        fs::create_dir_all(place.dir()).unwrap();
        place
    }

    pub(crate) fn dir(&self) -> PathBuf {
        self.target.join("bench")
    }

    pub(crate) fn report(&self) -> PathBuf {
        self.target.join(if self.size.quick {
            "bench-quick.json"
        } else {
            "bench.json"
        })
    }

    fn clear(&self) {
        if self.dir().exists() {
            fs::remove_dir_all(self.dir()).unwrap();
        }
    }
}

/// A program of `shoal-engine`'s examples: built beside this one by `./x bench`.
pub(crate) fn example(name: &str) -> PathBuf {
    let here = env::current_exe().unwrap();
    let path = here.ancestors().nth(2).unwrap().join("examples").join(name);
    assert!(
        path.is_file(),
        "{} is missing: cargo build --release -p shoal-engine --examples",
        path.display()
    );
    path
}

impl Drop for Place {
    fn drop(&mut self) {
        self.clear();
    }
}

impl Size {
    fn chosen() -> Self {
        let quick = env::var_os("SHOAL_BENCH_QUICK").is_some_and(|v| v == "1");
        let number = |name: &str| env::var(name).ok().map(|v| v.parse::<u64>().unwrap());
        let mib = number("SHOAL_BENCH_MIB");
        // Another size is another figure.
        let other = quick || mib.is_some();
        let payload_bytes = mib.unwrap_or(if quick { 256 } else { 4_096 }) << 20;
        let swarm_bytes = mib.unwrap_or(if quick { 64 } else { 512 }) << 20;
        let (rounds, swarms, torrents, commands, deltas) = if quick {
            (3, 1, 1_000, 40, 10)
        } else {
            (7, 5, 10_000, 200, 50)
        };
        Self {
            quick: other,
            payload_bytes,
            rounds,
            swarm_bytes,
            swarms,
            torrents,
            commands,
            deltas,
        }
    }
}
