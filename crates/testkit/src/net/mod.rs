//! Networks for tests: a [`Site`] with [`Host`]s that reach one another.
//!
//! As root each host is a network namespace of its own, joined by a bridge in a further one, so that
//! nothing treats the peers as loopback and links can be cut and slowed. Otherwise each host is an
//! address in 127.0.0.0/8. Neither touches an interface of the machine or reaches anything outside.

mod loopback;
#[cfg(target_os = "linux")]
mod netns;

use std::{
    ffi::OsStr,
    io::Write as _,
    net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket},
    panic,
    path::PathBuf,
    process::{Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
};

#[cfg(target_os = "linux")]
use std::sync::Arc;

use crate::guard::need_program;

/// Set to `loopback` to go without namespaces even as root.
pub const VARIANT_VARIABLE: &str = "SHOAL_TEST_NET";

/// A network of hosts. It goes when the last of its hosts goes.
#[derive(Clone, Debug)]
pub struct Site {
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    #[cfg(target_os = "linux")]
    Namespaces(Arc<netns::Bridge>),
    Loopback,
}

impl Site {
    /// Namespaces if this process may have them, else loopback; says which on stderr.
    pub fn new() -> Self {
        let site = if std::env::var_os(VARIANT_VARIABLE).is_some_and(|v| v == "loopback") {
            Self::loopback()
        } else {
            Self::namespaces().unwrap_or_else(|reason| {
                eprintln!("shoal-testkit: no namespaces: {reason}");
                Self::loopback()
            })
        };
        let variant = if site.is_namespaced() {
            "network namespaces"
        } else {
            "loopback addresses"
        };
        eprintln!("shoal-testkit: the hosts are {variant}");
        site
    }

    /// Namespaces, or why there are none.
    #[cfg(target_os = "linux")]
    pub fn namespaces() -> Result<Self, String> {
        let bridge = netns::Bridge::new()?;
        Ok(Self {
            kind: Kind::Namespaces(Arc::new(bridge)),
        })
    }

    /// Namespaces, or why there are none.
    #[cfg(not(target_os = "linux"))]
    pub fn namespaces() -> Result<Self, String> {
        Err("only Linux has them".to_owned())
    }

    /// Addresses in 127.0.0.0/8.
    pub fn loopback() -> Self {
        Self {
            kind: Kind::Loopback,
        }
    }

    /// Whether hosts are namespaces: only then can [`Host::cut`] and [`Host::slow`] be used.
    pub fn is_namespaced(&self) -> bool {
        !matches!(self.kind, Kind::Loopback)
    }

    /// A further host.
    pub fn host(&self, name: &str) -> Host {
        let (place, addr) = match &self.kind {
            #[cfg(target_os = "linux")]
            Kind::Namespaces(bridge) => {
                let member = netns::Member::new(Arc::clone(bridge))
                    .unwrap_or_else(|e| panic!("host {name}: {e}"));
                let addr = member.addr();
                (Place::Namespace(Arc::new(member)), addr)
            }
            Kind::Loopback => (Place::Loopback, loopback::next_addr()),
        };
        Host {
            name: name.to_owned(),
            addr,
            place,
        }
    }
}

impl Default for Site {
    fn default() -> Self {
        Self::new()
    }
}

/// One machine of a [`Site`]. Clones are the same host.
#[derive(Clone, Debug)]
pub struct Host {
    name: String,
    addr: Ipv4Addr,
    place: Place,
}

#[derive(Clone, Debug)]
enum Place {
    #[cfg(target_os = "linux")]
    Namespace(Arc<netns::Member>),
    Loopback,
}

impl Host {
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its address, as the other hosts see it.
    pub fn addr(&self) -> Ipv4Addr {
        self.addr
    }

    pub fn is_namespaced(&self) -> bool {
        !matches!(self.place, Place::Loopback)
    }

    /// A command that runs on this host.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        match &self.place {
            #[cfg(target_os = "linux")]
            Place::Namespace(member) => {
                let mut command = Command::new(netns::ip_program());
                command.args(["netns", "exec", member.name()]).arg(program);
                command
            }
            Place::Loopback => Command::new(program),
        }
    }

    /// Runs `work` on a thread of this host and gives its result. Sockets opened there, threads
    /// started there and what those start belong to this host for good: an engine or a runtime
    /// made here lives here.
    pub fn inside<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        let result = thread::scope(|scope| {
            let thread = thread::Builder::new().name(format!("host-{}", self.name));
            let spawned = thread.spawn_scoped(scope, || {
                match &self.place {
                    #[cfg(target_os = "linux")]
                    Place::Namespace(member) => member.enter(),
                    Place::Loopback => {}
                }
                work()
            });
            spawned.unwrap().join()
        });
        result.unwrap_or_else(|cause| panic::resume_unwind(cause))
    }

    /// A port below the ephemeral range that is free on [`Host::addr`] for TCP and UDP.
    pub fn free_port(&self) -> u16 {
        self.free_port_on(self.addr)
    }

    /// A port below the ephemeral range that is free on this address for TCP and UDP. No port is
    /// given twice by one process until all have been given.
    pub fn free_port_on(&self, addr: Ipv4Addr) -> u16 {
        let mut candidates = (0..1_000).map(|_| next_port());
        let free = candidates.find(|&port| self.is_free(addr, port));
        free.unwrap_or_else(|| panic!("no free port on {addr}"))
    }

    /// Whether this address and port can be bound by TCP and UDP.
    pub fn is_free(&self, addr: Ipv4Addr, port: u16) -> bool {
        let addr = SocketAddr::from((addr, port));
        self.inside(|| TcpListener::bind(addr).is_ok() && UdpSocket::bind(addr).is_ok())
    }

    /// Whether a program of this host has bound this address and port, by TCP or UDP. Unlike
    /// [`Host::is_free`] it does not get into the way of one that is about to.
    pub fn is_bound(&self, addr: Ipv4Addr, port: u16) -> bool {
        let wanted = format!("{:08X}:{port:04X}", u32::from_ne_bytes(addr.octets()));
        self.inside(|| {
            ["tcp", "udp"].into_iter().any(|protocol| {
                // The network of this thread, not of the process.
                let path = format!("/proc/thread-self/net/{protocol}");
                let table = std::fs::read_to_string(path).unwrap_or_default();
                table
                    .lines()
                    .any(|line| line.split_whitespace().nth(1) == Some(&wanted))
            })
        })
    }

    /// Asks an HTTP server with curl, on this host. Gives the status and the body; an error is what
    /// curl says. `body` is sent by those calls whose `args` have `--data-binary @-`.
    pub fn curl(&self, args: &[&str], body: &str) -> Result<(u16, String), String> {
        let mut child = self
            .command(need_program("curl", "curl"))
            .args([
                "-q",
                "-sS",
                "--noproxy",
                "*",
                "--max-time",
                "20",
                "-w",
                "\n%{http_code}",
            ])
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|e| e.to_string())?;
        // A server that does not want the body closes the pipe: the answer tells.
        let _ = child.stdin.take().unwrap().write_all(body.as_bytes());
        let output = child.wait_with_output().map_err(|e| e.to_string())?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let (body, status) = text.rsplit_once('\n').ok_or("no status")?;
        Ok((status.parse().map_err(|_| "no status")?, body.to_owned()))
    }
}

#[cfg(target_os = "linux")]
impl Host {
    /// Cuts the host off, as by pulling the cable. Needs namespaces.
    pub fn cut(&self) {
        self.member("cut").set_link(false);
    }

    /// Takes [`Host::cut`] back.
    pub fn heal(&self) {
        self.member("heal").set_link(true);
    }

    /// Limits both directions to `kbit` kilobits a second and delays each by `delay_ms`; replaces an
    /// earlier limit. Needs namespaces. False when the kernel cannot delay (it has no netem): then
    /// only the rate is limited.
    #[must_use = "the kernel may not be able to delay"]
    pub fn slow(&self, kbit: u32, delay_ms: u32) -> bool {
        self.member("slow").slow(kbit, delay_ms)
    }

    /// Takes [`Host::slow`] back.
    pub fn full_speed(&self) {
        self.member("full_speed").full_speed();
    }

    fn member(&self, what: &str) -> &netns::Member {
        match &self.place {
            Place::Namespace(member) => member,
            Place::Loopback => panic!("{what} needs namespaces: ask Site::is_namespaced first"),
        }
    }
}

/// Candidates for ports, different ones in every process, each once in a round.
fn next_port() -> u16 {
    static NEXT: OnceLock<AtomicU32> = OnceLock::new();
    static END: OnceLock<u16> = OnceLock::new();
    const FIRST: u16 = 10_000;
    let end = *END.get_or_init(|| ephemeral_start().max(FIRST + 1_000));
    let span = u32::from(end - FIRST);
    let next = NEXT.get_or_init(|| AtomicU32::new(std::process::id().wrapping_mul(101) % span));
    let offset = next.fetch_add(1, Ordering::Relaxed) % span;
    FIRST + u16::try_from(offset).unwrap()
}

/// Where the ports begin that the kernel gives to outgoing connections.
fn ephemeral_start() -> u16 {
    let path = PathBuf::from("/proc/sys/net/ipv4/ip_local_port_range");
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.split_whitespace()
        .next()
        .and_then(|word| word.parse().ok())
        .unwrap_or(32_768)
}
