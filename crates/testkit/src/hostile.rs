//! The hostile peer, tracker and web server of `crates/testkit/hostile` (its README has the modes).
//! They bind and dial 127.0.0.1 only, and so meet only victims on the same [`Host`], and they end by
//! themselves after the given time. Must never be given an address of anything but a program under
//! test.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    process::Command,
    time::Duration,
};

use serde_json::Value;

use crate::{Host, Process, guard::need_program, wait::GENEROUS};

/// One running tool.
#[derive(Debug)]
pub struct Hostile {
    addr: SocketAddr,
    limit: Duration,
    process: Process,
}

impl Hostile {
    /// A peer that waits for the victim. `args` are further ones, such as `--torrent` and `--data`.
    pub fn peer(host: &Host, mode: &str, limit: Duration, args: &[&str]) -> Self {
        Self::listen(
            host,
            "evil_peer.py",
            limit,
            &[&["--mode", mode], args].concat(),
        )
    }

    /// A peer that dials the victim at this port of 127.0.0.1, `conns` times.
    pub fn dialler(
        host: &Host,
        mode: &str,
        victim: u16,
        conns: u32,
        limit: Duration,
        args: &[&str],
    ) -> Self {
        let addr = SocketAddr::from((Ipv4Addr::LOCALHOST, victim));
        let mut command = tool(host, "evil_peer.py", limit);
        command
            .args(["--mode", mode, "--connect", &addr.to_string()])
            .args(["--conns", &conns.to_string()])
            .args(args);
        Self {
            addr,
            limit,
            process: Process::spawn("evil_peer.py", &command),
        }
    }

    /// A tracker; with `--udp` among `args` a UDP one.
    pub fn tracker(host: &Host, mode: &str, limit: Duration, args: &[&str]) -> Self {
        Self::listen(
            host,
            "evil_tracker.py",
            limit,
            &[&["--mode", mode], args].concat(),
        )
    }

    /// A web server; the path of the URL is the mode.
    pub fn http(host: &Host, limit: Duration) -> Self {
        Self::listen(host, "evil_http.py", limit, &[])
    }

    fn listen(host: &Host, name: &str, limit: Duration, args: &[&str]) -> Self {
        let port = host.free_port_on(Ipv4Addr::LOCALHOST);
        let mut command = tool(host, name, limit);
        command.args(["--port", &port.to_string()]).args(args);
        let mut process = Process::spawn(name, &command);
        // Looked up rather than tried: a try to bind or to connect could disturb it.
        let port_taken = || host.is_bound(Ipv4Addr::LOCALHOST, port).then_some(());
        process.until(GENEROUS, "it to listen", port_taken);
        Self {
            addr: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            limit,
            process,
        }
    }

    /// Where it listens, or the victim of a dialler.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// `http://127.0.0.1:port` followed by `path`.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    /// What it logged until now.
    pub fn log(&self) -> String {
        self.process.log()
    }

    /// Waits until its time is up and gives its END line: connections, requests, bytes sent,
    /// `closed_by_victim`, announces, `ssrf_hits`, as far as the tool counts them.
    #[track_caller]
    pub fn end(mut self) -> Value {
        let code = self.process.wait(self.limit + GENEROUS);
        let log = self.process.log();
        assert_eq!(code, 0, "{log}");
        let line = log.lines().rev().find_map(|line| line.split_once("END "));
        let (_, json) = line.unwrap_or_else(|| panic!("no END line\n{log}"));
        // The tracker appends the times of its announces after the object.
        let mut values = serde_json::Deserializer::from_str(json).into_iter();
        values.next().expect("an object").expect("JSON")
    }

    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }
}

fn tool(host: &Host, name: &str, limit: Duration) -> Command {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("hostile")
        .join(name);
    let mut command = host.command(need_program("python3", "python3"));
    command
        .arg(script)
        .args(["--secs", &limit.as_secs_f64().to_string()]);
    command
}
