//! opentracker, as Debian builds it: a whitelist of info-hashes, HTTP and UDP on one port.

use std::{
    fs::{self, Permissions},
    net::SocketAddr,
    os::unix::fs::PermissionsExt as _,
};

use crate::{Host, Process, Torrent, guard::need_program, wait::GENEROUS};

/// A running tracker. For a further torrent start another one with the whole list.
#[derive(Debug)]
pub struct Tracker {
    addr: SocketAddr,
    process: Process,
}

impl Tracker {
    /// Starts a tracker for these torrents and waits until it answers.
    pub fn start(host: &Host, torrents: &[&Torrent]) -> Self {
        Self::start_on(host, host.free_port(), torrents)
    }

    /// Like [`Tracker::start`] with a port chosen before, for torrents that must hold the tracker's
    /// address before it runs.
    pub fn start_on(host: &Host, port: u16, torrents: &[&Torrent]) -> Self {
        let dir = Process::dir();
        // As root it changes its root folder to this one and becomes nobody, who must get in.
        let root = dir.path().join("tracker");
        fs::create_dir(&root).unwrap();
        fs::set_permissions(&root, Permissions::from_mode(0o755)).unwrap();
        let list: String = torrents
            .iter()
            .map(|torrent| torrent.hex() + "\n")
            .collect();
        let file = root.join("whitelist");
        fs::write(&file, list).unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();

        let mut command = host.command(need_program("opentracker", "opentracker"));
        command
            .args(["-i", &host.addr().to_string()])
            .args(["-p", &port.to_string(), "-P", &port.to_string()])
            .arg("-d")
            .arg(&root)
            .args(["-w", "whitelist"]);
        let process = Process::spawn_in("opentracker", &command, dir);
        let mut tracker = Self {
            addr: SocketAddr::from((host.addr(), port)),
            process,
        };
        let url = tracker.http_url();
        let first = torrents.first().map(|torrent| info_hash_query(torrent));
        tracker
            .process
            .until(GENEROUS, "the tracker to answer", || match &first {
                Some(query) => is_listed(host, &format!("{url}{query}")).then_some(()),
                None => host.curl(&[&url], "").is_ok().then_some(()),
            });
        tracker
    }

    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    pub fn http_url(&self) -> String {
        Self::http_url_on(self.addr)
    }

    pub fn udp_url(&self) -> String {
        format!("udp://{}/announce", self.addr)
    }

    /// The HTTP announce URL of a tracker that will run there.
    pub fn http_url_on(addr: SocketAddr) -> String {
        format!("http://{addr}/announce")
    }

    /// How many seeders and leechers it knows of a torrent, asked from `host`.
    pub fn counts(&self, host: &Host, torrent: &Torrent) -> Option<(u64, u64)> {
        let query = info_hash_query(torrent);
        let url = format!("http://{}/scrape{query}", self.addr);
        let (_, body) = host.curl(&[&url], "").ok()?;
        let number = |key: &str| {
            let rest = &body[body.find(key)? + key.len()..];
            rest[..rest.find('e')?].parse().ok()
        };
        Some((number("8:completei")?, number("10:incompletei")?))
    }

    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }
}

/// Whether the tracker takes announces of this torrent. The whitelist is read by a thread of its
/// own, some time after the tracker answers, and only an announce is refused for not being on it.
/// So a peer comes and goes at once, before anybody else can know the tracker.
fn is_listed(host: &Host, url: &str) -> bool {
    let announce = |event: &str| {
        let peer = "peer_id=-TK0001-000000000000&port=9&uploaded=0&downloaded=0&left=1&compact=1";
        host.curl(&[&format!("{url}&{peer}&event={event}")], "")
    };
    let taken = |answer: Result<(u16, String), String>| {
        answer.is_ok_and(|(status, body)| status == 200 && body.contains("8:complete"))
    };
    taken(announce("started")) && taken(announce("stopped"))
}

fn info_hash_query(torrent: &Torrent) -> String {
    let hash = torrent.hex();
    let bytes = (0..hash.len()).step_by(2).map(|at| &hash[at..at + 2]);
    bytes.fold("?info_hash=".to_owned(), |query, byte| query + "%" + byte)
}
