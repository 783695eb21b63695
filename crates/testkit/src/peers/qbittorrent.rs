//! qbittorrent-nox 4.5 (libtorrent 2.0) by its web API: the fast seeder. Its memory-mapped files
//! count as its resident memory. It does not check what is added paused, so nothing is.

use std::{fs, net::SocketAddr, path::Path};

use serde_json::Value;

use super::text;
use crate::{
    Host, Process, Torrent,
    guard::{flag, need_program},
    wait::{self, GENEROUS},
};

/// A running client.
#[derive(Debug)]
pub struct Qbittorrent {
    host: Host,
    peer_addr: SocketAddr,
    url: String,
    process: Process,
}

impl Qbittorrent {
    /// Starts a client and waits until its web API answers.
    pub fn start(host: &Host) -> Self {
        Self::start_with(host, "")
    }

    /// As [`Self::start`], with further lines for the section `[BitTorrent]` of its configuration.
    pub fn start_with(host: &Host, lines: &str) -> Self {
        let dir = Process::dir();
        let (port, web_port) = (host.free_port(), host.free_port());
        let addr = host.addr();
        let config = dir.path().join("qBittorrent/config");
        fs::create_dir_all(&config).unwrap();
        fs::write(
            config.join("qBittorrent.conf"),
            format!(
                "[LegalNotice]\n\
             Accepted=true\n\
             [BitTorrent]\n\
             Session\\Port={port}\n\
             Session\\InterfaceAddress={addr}\n\
             Session\\DHTEnabled=false\n\
             Session\\LSDEnabled=false\n\
             Session\\PeXEnabled=false\n\
             Session\\AddTorrentPaused=false\n\
             Session\\QueueingSystemEnabled=false\n\
             Session\\Preallocation=false\n\
             Session\\TempPathEnabled=false\n\
             Session\\DisableAutoTMMByDefault=true\n\
             Session\\MultiConnectionsPerIp=true\n\
             Session\\AnnounceToAllTrackers=true\n\
             Session\\DefaultSavePath={home}\n\
             {lines}\n\
             [Network]\n\
             PortForwardingEnabled=false\n\
             [Core]\n\
             AutoDeleteAddedTorrentFile=Never\n\
             [RSS]\n\
             Session\\EnableProcessing=false\n\
             [Preferences]\n\
             Connection\\ResolvePeerCountries=false\n\
             Advanced\\trackerPort=0\n\
             WebUI\\Enabled=true\n\
             WebUI\\Address={addr}\n\
             WebUI\\Port={web_port}\n\
             WebUI\\UseUPnP=false\n\
             WebUI\\LocalHostAuth=false\n\
             WebUI\\AuthSubnetWhitelistEnabled=true\n\
             WebUI\\AuthSubnetWhitelist={addr}/32, 127.0.0.0/8\n\
             WebUI\\CSRFProtection=false\n\
             WebUI\\HostHeaderValidation=false\n",
                home = dir.path().join("home").display(),
            ),
        )
        .unwrap();
        let mut command = host.command(need_program("qbittorrent-nox", "qbittorrent-nox"));
        command.arg(flag("--profile", dir.path()));
        let process = Process::spawn_in("qbittorrent", &command, dir);
        let mut client = Self {
            host: host.clone(),
            peer_addr: SocketAddr::from((addr, port)),
            url: format!("http://{addr}:{web_port}/api/v2"),
            process,
        };
        let url = format!("{}/app/version", client.url);
        client.process.until(GENEROUS, "the web API to answer", || {
            matches!(host.curl(&[&url], ""), Ok((200, _))).then_some(())
        });
        client
    }

    /// Where it takes connections.
    pub fn peer_addr(&self) -> SocketAddr {
        self.peer_addr
    }

    /// Adds a torrent whose files lie (whole, in part or not at all) in `dir`; they are checked.
    pub fn add(&self, torrent: &Path, dir: &Path) {
        self.add_source(&format!("torrents=@{}", text(torrent)), dir);
    }

    /// Adds a magnet link.
    pub fn add_magnet(&self, link: &str, dir: &Path) {
        self.add_source(&format!("urls={link}"), dir);
    }

    fn add_source(&self, source: &str, dir: &Path) {
        let fields = [
            source,
            &format!("savepath={}", text(dir)),
            "skip_checking=false",
            "paused=false",
            "autoTMM=false",
            // Else a torrent's only file or folder may get another name on disk.
            "contentLayout=Original",
        ];
        let mut args = Vec::new();
        for field in fields {
            args.extend(["-F", field]);
        }
        let answer = self.call("torrents/add", &args);
        assert_eq!(answer, "Ok.", "{source}");
    }

    /// Dials this peer now.
    pub fn add_peer(&self, torrent: &Torrent, peer: SocketAddr) {
        let (hash, peer) = (format!("hashes={}", torrent.hex()), format!("peers={peer}"));
        self.call(
            "torrents/addPeers",
            &["-d", &hash, "--data-urlencode", &peer],
        );
    }

    /// Limits in bytes a second over everything; 0 is none.
    pub fn set_limits(&self, down: u64, up: u64) {
        self.call(
            "transfer/setDownloadLimit",
            &["-d", &format!("limit={down}")],
        );
        self.call("transfer/setUploadLimit", &["-d", &format!("limit={up}")]);
    }

    /// What the API tells about a torrent; null when it is not there.
    pub fn torrent(&self, torrent: &Torrent) -> Value {
        let path = format!("torrents/info?hashes={}", torrent.hex());
        let mut list: Value = serde_json::from_str(&self.call(&path, &[])).unwrap();
        list.get_mut(0).map(Value::take).unwrap_or_default()
    }

    /// What is there of the wanted files, 0 to 1.
    pub fn percent_done(&self, torrent: &Torrent) -> f64 {
        self.torrent(torrent)["progress"].as_f64().unwrap_or(0.0)
    }

    /// Waits until it has everything, its files are checked, and it seeds.
    pub fn wait_seeding(&mut self, torrent: &Torrent) {
        self.wait_for(torrent, "qbittorrent to seed", || {
            let state = self.torrent(torrent);
            let state = state["state"].as_str().unwrap_or_default();
            ["uploading", "stalledUP", "forcedUP"].contains(&state)
        });
    }

    /// Waits until a tracker has taken its announce, so that others will hear of it.
    pub fn wait_announced(&mut self, torrent: &Torrent) {
        self.wait_for(torrent, "qbittorrent to be announced", || {
            // 2 is "contacted and working"; the rows of DHT, PeX and LSD have no tier.
            let trackers = self.trackers(torrent);
            let mut trackers = trackers.as_array().into_iter().flatten();
            trackers.any(|tracker| tracker["status"] == 2 && tracker["tier"].as_i64() >= Some(0))
        });
    }

    fn wait_for(&self, torrent: &Torrent, what: &str, ready: impl Fn() -> bool) {
        wait::until_or_dump(
            GENEROUS,
            what,
            || ready().then_some(()),
            || {
                let (state, trackers) = (self.torrent(torrent), self.trackers(torrent));
                format!("{state}\n{trackers}\n{}", self.process.log_tail())
            },
        );
    }

    fn trackers(&self, torrent: &Torrent) -> Value {
        let path = format!("torrents/trackers?hash={}", torrent.hex());
        serde_json::from_str(&self.call(&path, &[])).unwrap_or_default()
    }

    /// Any call of the API with further arguments of curl; panics when it is refused.
    pub fn call(&self, path: &str, args: &[&str]) -> String {
        let url = format!("{}/{path}", self.url);
        let answer = self.host.curl(&[args, &[&url]].concat(), "");
        match answer {
            Ok((200, body)) => body,
            other => panic!("{path}: {other:?}\n{}", self.process.log_tail()),
        }
    }

    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }
}
