//! aria2: an honest leecher that finds peers only through the torrent's tracker. It never makes a
//! torrent's empty files: compare with [`same_tree_but_empty`](crate::payload::same_tree_but_empty).

use std::{path::Path, time::Duration};

use crate::{
    Host, Process,
    guard::{flag, need_program},
};

/// A running download.
#[derive(Debug)]
pub struct Aria2 {
    process: Process,
}

impl Aria2 {
    /// Starts to fetch a torrent to `dir` and ends when it is complete.
    pub fn fetch(host: &Host, torrent: &Path, dir: &Path) -> Self {
        Self::start(host, torrent, dir, &[])
    }

    /// Fetches a torrent and goes on seeding it.
    pub fn fetch_and_seed(host: &Host, torrent: &Path, dir: &Path) -> Self {
        // In minutes, and above any test's patience. A ratio of 0 is none.
        Self::start(host, torrent, dir, &["--seed-time=600", "--seed-ratio=0.0"])
    }

    fn start(host: &Host, torrent: &Path, dir: &Path, more: &[&str]) -> Self {
        let port = host.free_port();
        let mut command = host.command(need_program("aria2c", "aria2"));
        command
            .args([
                "--no-conf=true",
                "--no-netrc=true",
                "--enable-color=false",
                "--async-dns=false",
            ])
            .args([
                "--enable-dht=false",
                "--enable-dht6=false",
                "--bt-enable-lpd=false",
            ])
            .args([
                "--enable-peer-exchange=false",
                "--disable-ipv6=true",
                "--file-allocation=none",
            ])
            .args([
                "--summary-interval=1",
                "--show-console-readout=false",
                "--seed-time=0",
            ])
            .arg(format!("--interface={}", host.addr()))
            .arg(format!("--listen-port={port}"))
            .arg(flag("--dir", dir))
            .args(more)
            .arg(torrent);
        Self {
            process: Process::spawn("aria2", &command),
        }
    }

    /// Waits for the end of a [`Aria2::fetch`]; panics with its log when it fails or is late.
    #[track_caller]
    pub fn wait_complete(&mut self, limit: Duration) {
        let code = self.process.wait(limit);
        assert_eq!(code, 0, "aria2 failed\n{}", self.process.log_tail());
    }

    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }
}
