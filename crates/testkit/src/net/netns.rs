//! The variant for root: one network namespace a host, joined by a bridge in a namespace of its own.
//! Must never make, change or delete anything in the machine's own network namespace; every name
//! carries the process id, so that what a killed test left behind is found and removed.

use std::{
    fs::{self, File},
    net::Ipv4Addr,
    os::fd::AsFd as _,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use crate::guard::find_program;

const PREFIX: &str = "shoal-test";
const NAMES: &str = "/run/netns";

pub(super) fn ip_program() -> PathBuf {
    find_program("ip").unwrap_or_else(|| PathBuf::from("ip"))
}

fn run(program: &Path, args: &[&str]) -> Result<(), String> {
    let output = Command::new(program)
        .args(args)
        .output()
        .map_err(|e| format!("{}: {e}", program.display()))?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    Err(format!(
        "{} {}: {}",
        program.display(),
        args.join(" "),
        text.trim()
    ))
}

fn ip(args: &[&str]) -> Result<(), String> {
    run(&ip_program(), args)
}

/// A namespace that goes when this is dropped.
#[derive(Debug)]
struct Namespace {
    name: String,
}

impl Namespace {
    fn new(role: &str) -> Result<Self, String> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("{PREFIX}-{}-{number}-{role}", std::process::id());
        ip(&["netns", "add", &name])?;
        let made = Self { name };
        ip(&["-n", &made.name, "link", "set", "lo", "up"])?;
        Ok(made)
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        if let Err(e) = ip(&["netns", "delete", &self.name]) {
            eprintln!("shoal-testkit: {e}");
        }
    }
}

/// Removes the namespaces of processes that are gone.
fn sweep() {
    for entry in fs::read_dir(NAMES).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let rest = name
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.strip_prefix('-'));
        let pid = rest.and_then(|rest| rest.split('-').next()?.parse::<u32>().ok());
        if pid.is_some_and(|pid| !Path::new(&format!("/proc/{pid}")).exists()) {
            // Another test may be sweeping too: whoever is first does it.
            let _ = ip(&["netns", "delete", name]);
        }
    }
}

/// The switch that joins the hosts.
#[derive(Debug)]
pub(super) struct Bridge {
    namespace: Namespace,
    members: AtomicU32,
}

impl Bridge {
    pub(super) fn new() -> Result<Self, String> {
        sweep();
        let namespace = Namespace::new("bridge")?;
        let name = namespace.name.as_str();
        ip(&["-n", name, "link", "add", "br0", "type", "bridge"])?;
        ip(&["-n", name, "link", "set", "br0", "up"])?;
        Ok(Self {
            namespace,
            members: AtomicU32::new(0),
        })
    }
}

/// One host at the switch.
#[derive(Debug)]
pub(super) struct Member {
    namespace: Namespace,
    bridge: Arc<Bridge>,
    port: String,
    addr: Ipv4Addr,
}

impl Member {
    pub(super) fn new(bridge: Arc<Bridge>) -> Result<Self, String> {
        let number = bridge.members.fetch_add(1, Ordering::Relaxed);
        let [.., high, low] = (number + 1).to_be_bytes();
        let namespace = Namespace::new("host")?;
        let member = Self {
            namespace,
            bridge,
            port: format!("port{number}"),
            addr: Ipv4Addr::new(10, 77, high, low),
        };
        let (switch, host) = (member.switch(), member.name());
        let cable = ["type", "veth", "peer", "name", "eth0", "netns", host];
        ip(&[&["-n", switch, "link", "add", &member.port][..], &cable].concat())?;
        ip(&[
            "-n",
            switch,
            "link",
            "set",
            &member.port,
            "master",
            "br0",
            "up",
        ])?;
        let addr = format!("{}/16", member.addr);
        ip(&["-n", host, "addr", "add", &addr, "brd", "+", "dev", "eth0"])?;
        ip(&["-n", host, "link", "set", "eth0", "up"])?;
        Ok(member)
    }

    pub(super) fn name(&self) -> &str {
        &self.namespace.name
    }

    pub(super) fn addr(&self) -> Ipv4Addr {
        self.addr
    }

    fn switch(&self) -> &str {
        &self.bridge.namespace.name
    }

    /// Moves the calling thread here for good.
    pub(super) fn enter(&self) {
        let path = Path::new(NAMES).join(self.name());
        let file = File::open(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        move_into_link_name_space(file.as_fd(), Some(LinkNameSpaceType::Network)).unwrap();
    }

    pub(super) fn set_link(&self, up: bool) {
        let state = if up { "up" } else { "down" };
        ip(&["-n", self.switch(), "link", "set", &self.port, state]).unwrap();
    }

    /// Both ends of the cable: what leaves them is what can be shaped.
    fn ends(&self) -> [(&str, &str); 2] {
        [(self.switch(), &self.port), (self.name(), "eth0")]
    }

    pub(super) fn slow(&self, kbit: u32, delay_ms: u32) -> bool {
        let (rate, delay) = (format!("{kbit}kbit"), format!("{delay_ms}ms"));
        // A fiftieth of a second's worth, and never less than a few full frames.
        let burst = format!("{}b", (kbit.saturating_mul(125) / 50).max(16_000));
        let netem = ["netem", "rate", &rate, "delay", &delay, "limit", "10000"];
        let tbf = ["tbf", "rate", &rate, "burst", &burst, "latency", "400ms"];
        let can_delay = self
            .ends()
            .into_iter()
            .all(|end| qdisc(end, &netem).is_ok());
        if !can_delay {
            self.ends()
                .into_iter()
                .for_each(|end| qdisc(end, &tbf).unwrap());
        }
        can_delay || delay_ms == 0
    }

    pub(super) fn full_speed(&self) {
        for (namespace, device) in self.ends() {
            // An error says that there was no limit.
            let _ = tc(namespace, &["qdisc", "del", "dev", device, "root"]);
        }
    }
}

fn qdisc((namespace, device): (&str, &str), kind: &[&str]) -> Result<(), String> {
    tc(
        namespace,
        &[&["qdisc", "replace", "dev", device, "root"], kind].concat(),
    )
}

fn tc(namespace: &str, args: &[&str]) -> Result<(), String> {
    let program = find_program("tc").unwrap_or_else(|| PathBuf::from("tc"));
    run(&program, &[&["-n", namespace], args].concat())
}
