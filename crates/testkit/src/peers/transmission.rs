//! transmission-daemon 3.00 by its RPC: a correct peer, paced by a timer and so no fast seeder. It
//! never dials 127.0.0.0/8: on loopback the other side has to dial it.

use std::{cell::RefCell, fs, net::SocketAddr, path::Path};

use serde_json::{Value, json};

use super::text;
use crate::{Host, Process, Torrent, guard::need_program, wait::GENEROUS};

/// A running daemon.
#[derive(Debug)]
pub struct Transmission {
    host: Host,
    peer_addr: SocketAddr,
    url: String,
    session: RefCell<String>,
    process: Process,
}

/// A peer that the daemon is connected to.
#[derive(Clone, Debug, PartialEq)]
pub struct TransmissionPeer {
    pub addr: String,
    pub client: String,
    /// True when that peer dialled.
    pub incoming: bool,
    pub utp: bool,
    pub encrypted: bool,
    /// What that peer has, 0 to 1.
    pub progress: f64,
}

impl Transmission {
    /// Starts a daemon and waits until its RPC answers. TCP only.
    pub fn start(host: &Host) -> Self {
        Self::start_with(host, &json!({}))
    }

    /// Like [`Transmission::start`] with some entries of settings.json, for example
    /// `{"utp-enabled": true, "encryption": 2}`.
    pub fn start_with(host: &Host, settings: &Value) -> Self {
        let dir = Process::dir();
        let addr = host.addr().to_string();
        let (port, rpc_port) = (host.free_port(), host.free_port());
        let mut all = json!({
            "bind-address-ipv4": addr,
            "bind-address-ipv6": "::1",
            "peer-port": port,
            "peer-port-random-on-start": false,
            "port-forwarding-enabled": false,
            "dht-enabled": false,
            "lpd-enabled": false,
            "pex-enabled": false,
            "utp-enabled": false,
            "rpc-enabled": true,
            "rpc-bind-address": addr,
            "rpc-port": rpc_port,
            "rpc-whitelist-enabled": false,
            "rpc-host-whitelist-enabled": false,
            "rpc-authentication-required": false,
            "blocklist-enabled": false,
            "download-dir": text(&dir.path().join("home")),
            "incomplete-dir-enabled": false,
            "rename-partial-files": false,
            "queue-stalled-enabled": false,
            "download-queue-enabled": false,
            "idle-seeding-limit-enabled": false,
            "ratio-limit-enabled": false,
            "message-level": 2,
        });
        for (key, value) in settings.as_object().expect("settings are an object") {
            all[key] = value.clone();
        }
        fs::write(dir.path().join("settings.json"), all.to_string()).unwrap();
        let mut command = host.command(need_program("transmission-daemon", "transmission-daemon"));
        command
            .arg("--foreground")
            .arg("--config-dir")
            .arg(dir.path());
        let process = Process::spawn_in("transmission", &command, dir);
        let mut daemon = Self {
            host: host.clone(),
            peer_addr: SocketAddr::from((host.addr(), port)),
            url: format!("http://{addr}:{rpc_port}/transmission/rpc"),
            session: RefCell::default(),
            process,
        };
        let (host, url) = (host.clone(), daemon.url.clone());
        daemon.process.until(GENEROUS, "the RPC to answer", || {
            host.curl(&[&url], "").ok()
        });
        daemon
    }

    /// Where it takes connections.
    pub fn peer_addr(&self) -> SocketAddr {
        self.peer_addr
    }

    /// Adds a torrent whose files lie (whole, in part or not at all) in `dir`.
    pub fn add(&self, torrent: &Path, dir: &Path) {
        self.add_source(text(torrent), dir);
    }

    /// Adds a magnet link.
    pub fn add_magnet(&self, link: &str, dir: &Path) {
        self.add_source(link, dir);
    }

    fn add_source(&self, source: &str, dir: &Path) {
        self.call(
            "torrent-add",
            &json!({
                "filename": source,
                "download-dir": text(dir),
                "paused": false,
            }),
        );
    }

    /// Has the files on disk checked again.
    pub fn verify(&self, torrent: &Torrent) {
        self.call("torrent-verify", &json!({ "ids": [torrent.hex()] }));
    }

    /// Asks the trackers for peers now.
    pub fn reannounce(&self, torrent: &Torrent) {
        self.call("torrent-reannounce", &json!({ "ids": [torrent.hex()] }));
    }

    /// What is there of the wanted files, 0 to 1.
    pub fn percent_done(&self, torrent: &Torrent) -> f64 {
        self.field(torrent, "percentDone").as_f64().unwrap_or(0.0)
    }

    /// The peers it is connected to.
    pub fn peers(&self, torrent: &Torrent) -> Vec<TransmissionPeer> {
        let peers = self.field(torrent, "peers");
        let string = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let read = |peer: &Value| TransmissionPeer {
            addr: format!("{}:{}", string(&peer["address"]), peer["port"]),
            client: string(&peer["clientName"]),
            incoming: peer["isIncoming"] == true,
            utp: peer["isUTP"] == true,
            encrypted: peer["isEncrypted"] == true,
            progress: peer["progress"].as_f64().unwrap_or(0.0),
        };
        peers.as_array().into_iter().flatten().map(read).collect()
    }

    /// Waits until it has everything, its files are checked, and it seeds.
    pub fn wait_seeding(&mut self, torrent: &Torrent) {
        self.wait_for(torrent, "transmission to seed", |status| {
            status["status"] == 6 && status["percentDone"] == 1.0
        });
    }

    /// Waits until a tracker has taken its announce, so that others will hear of it.
    pub fn wait_announced(&mut self, torrent: &Torrent) {
        self.wait_for(torrent, "transmission to be announced", |status| {
            let mut trackers = status["trackerStats"].as_array().into_iter().flatten();
            trackers.any(|tracker| tracker["lastAnnounceSucceeded"] == true)
        });
    }

    fn wait_for(&mut self, torrent: &Torrent, what: &str, ready: impl Fn(&Value) -> bool) {
        let found = crate::wait::poll(GENEROUS, || ready(&self.status(torrent)).then_some(()));
        if found.is_none() {
            let (status, log) = (self.status(torrent), self.process.log_tail());
            panic!("waited in vain for {what}: {status}\n{log}");
        }
    }

    fn status(&self, torrent: &Torrent) -> Value {
        let fields = [
            "status",
            "percentDone",
            "error",
            "errorString",
            "trackerStats",
        ];
        self.torrent(torrent, &json!(fields))
    }

    fn field(&self, torrent: &Torrent, field: &str) -> Value {
        self.torrent(torrent, &json!([field]))[field].take()
    }

    /// Some fields of a torrent; null when it is not there.
    pub fn torrent(&self, torrent: &Torrent, fields: &Value) -> Value {
        let ask = json!({ "ids": [torrent.hex()], "fields": fields });
        self.call("torrent-get", &ask)["torrents"][0].take()
    }

    /// Any call of the RPC; panics with the answer when it is not a success.
    pub fn call(&self, method: &str, arguments: &Value) -> Value {
        let body = json!({ "method": method, "arguments": arguments }).to_string();
        // The first answer is a refusal that tells the session's id.
        for _ in 0..3 {
            let header = format!("X-Transmission-Session-Id: {}", self.session.borrow());
            let args = ["-H", &header, "--data-binary", "@-", &self.url];
            let answer = self.host.curl(&args, &body);
            match answer {
                Ok((200, text)) => {
                    let mut value: Value = serde_json::from_str(&text).unwrap();
                    assert_eq!(value["result"], "success", "{method} {arguments}");
                    return value["arguments"].take();
                }
                Ok((409, text)) => {
                    let id = text
                        .split_once("Session-Id: ")
                        .and_then(|(_, id)| id.split('<').next());
                    self.session.replace(id.unwrap_or_default().to_owned());
                }
                other => panic!("{method}: {other:?}\n{}", self.process.log_tail()),
            }
        }
        panic!("{method}: no session\n{}", self.process.log_tail());
    }

    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }
}
