//! The log: one file in the data folder, small and rotated, so that nothing a peer sends can fill
//! the disk. It holds no names of torrents beyond what an error needs, and goes nowhere.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Mutex,
};

use tracing_subscriber::{
    EnvFilter, Layer as _, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

/// A log file is rotated when it has grown to this many bytes; one older file is kept.
const LOG_BYTES_MAX: u64 = 5_000_000;
/// The engine repeats a line for every bad message of a peer: only its errors are kept.
const DEFAULT_FILTER: &str = "info,librqbit=error,librqbit_dht=error,librqbit_core=error,librqbit_utp=error,\
    librqbit_upnp=error,librqbit_lsd=error,librqbit_tracker_comms=error";

/// Starts logging into `<data>/logs/shoal.log`, and to the terminal when `SHOAL_LOG` is set, which
/// then also chooses what. A log that cannot be written is no reason not to start.
pub(crate) fn start(data: &Path) {
    let filter = || {
        let chosen = std::env::var("SHOAL_LOG").ok().filter(|v| !v.is_empty());
        EnvFilter::try_new(chosen.as_deref().unwrap_or(DEFAULT_FILTER))
            .unwrap_or_else(|_| EnvFilter::new("info"))
    };
    let file = CappedFile::open(data.join("logs").join("shoal.log")).ok();
    let file = file.map(|f| {
        tracing_subscriber::fmt::layer()
            .with_ansi(false)
            .with_writer(Mutex::new(f))
            .with_filter(filter())
    });
    let terminal = std::env::var_os("SHOAL_LOG").is_some();
    let terminal = terminal.then(|| {
        tracing_subscriber::fmt::layer()
            .with_writer(io::stderr)
            .with_filter(filter())
    });
    // Fails when a test or an embedding program has set one up already; theirs is then used.
    let _ = tracing_subscriber::registry()
        .with(file)
        .with(terminal)
        .try_init();
}

/// A file that is set aside when it has grown large.
struct CappedFile {
    path: PathBuf,
    file: File,
    bytes: u64,
}

impl CappedFile {
    fn open(path: PathBuf) -> io::Result<Self> {
        if let Some(dir) = path.parent() {
            fs::create_dir_all(dir)?;
        }
        let file = OpenOptions::new().create(true).append(true).open(&path)?;
        let bytes = file.metadata()?.len();
        Ok(Self { path, file, bytes })
    }
}

impl Write for CappedFile {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        if self.bytes >= LOG_BYTES_MAX {
            fs::rename(&self.path, self.path.with_extension("1.log"))?;
            *self = Self::open(self.path.clone())?;
        }
        let n = self.file.write(buf)?;
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_flood_of_lines_stays_within_two_files() {
        let dir = tempfile::tempdir().unwrap();
        let mut file = CappedFile::open(dir.path().join("shoal.log")).unwrap();
        let line = vec![b'x'; 100_000];
        for _ in 0..200 {
            file.write_all(&line).unwrap();
        }
        let sizes: u64 = fs::read_dir(dir.path())
            .unwrap()
            .map(|e| e.unwrap().metadata().unwrap().len())
            .sum();
        assert!(sizes <= 2 * (LOG_BYTES_MAX + line.len() as u64), "{sizes}");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
    }
}
