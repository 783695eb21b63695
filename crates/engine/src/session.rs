//! Starts and ends librqbit's session: scratch folder, ports, block list, options. It must never
//! let the engine keep anything outside the scratch folder, and never trust what is left in there.

use std::{
    fs,
    hash::{BuildHasher, Hasher, RandomState},
    io,
    net::{SocketAddr, TcpListener, UdpSocket},
    path::Path,
    sync::Arc,
    time::Duration,
};

use anyhow::anyhow;
use librqbit::{
    ConnectionOptions, DhtSessionConfig, ListenerMode, ListenerOptions, PeerConnectionOptions,
    Session, SessionOptions, SessionPersistenceConfig, dht::DhtPersistenceConfig,
    limits::LimitsConfig, storage::StorageFactoryExt,
};
use shoal_core::{EngineFault, NetworkOptions};
use url::Url;

use crate::{
    EngineConfig, RuntimeFlavour,
    address::{any_address, block_list},
    fault::Fault,
    storage::Factory,
};

/// Ports for private use (RFC 6335), of which one is chosen when none is given.
const FIRST_FREE_PORT: u16 = 49_152;
/// How many of them are tried.
const PORT_TRIES: usize = 32;
/// A session that was just stopped may hold its port a little longer.
const PORT_PATIENCE: Duration = Duration::from_secs(3);
/// Permits for disk work and streams; on one thread it is only a counter.
const PERMITS: usize = 100_000;
/// On several threads each of them may hold a thread that waits for a disk. Streams take some.
pub(crate) const MANY_THREADS_PERMITS: usize = 320;
/// Incoming connections whose handshake is waited for. With more than two, the engine's loop stops
/// looking at the others when one fails, until somebody else connects: twenty that fail made it
/// deaf.
const PENDING_HANDSHAKES: usize = 2;
/// How long a handshake may take, so that two that never come do not keep others out for long.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);
/// The session's own `stop` sleeps one second.
const STOP_DEADLINE: Duration = Duration::from_secs(3);

/// What the engine keeps of the distributed hash table from one start to the next.
const DHT_FILE: &str = "dht.json";

/// A running session and the port it listens on, 0 when on none.
pub(crate) struct Open {
    pub(crate) session: Arc<Session>,
    pub(crate) port: u16,
}

/// Starts a session. `again` says that one has just been stopped.
pub(crate) async fn open(
    config: &EngineConfig,
    net: &NetworkOptions,
    limits: LimitsConfig,
    factory: &Factory,
    again: bool,
) -> Result<Open, Fault> {
    let scratch = config.scratch.clone();
    let cleaned = tokio::task::spawn_blocking(move || clean_scratch(&scratch)).await;
    cleaned
        .map_err(|e| Fault::internal(e.to_string()))?
        .map_err(|e| Fault::io("prepare", &config.scratch, e))?;
    let ipv6 = UdpSocket::bind(SocketAddr::new(any_address(true), 0)).is_ok();
    let listen = choose_port(net, ipv6, again).await;
    let mut port = listen.unwrap_or(0);
    let attempt = start(config, net, limits, factory, listen, ipv6).await;
    let session = match attempt {
        Ok(session) => session,
        // Better to dial out only than not to run.
        Err(e) if port != 0 => {
            tracing::warn!(port, "cannot listen: {e:#}");
            port = 0;
            let plain = start(config, net, limits, factory, None, ipv6).await;
            plain.map_err(|e| Fault::internal(format!("{e:#}")))?
        }
        Err(e) => return Err(Fault::internal(format!("{e:#}"))),
    };
    if port == 0 && net.port != 0 {
        tracing::warn!(port = net.port, "the port is taken; only dialling out");
    }
    Ok(Open { session, port })
}

/// Ends a session within a deadline.
pub(crate) async fn close(session: &Arc<Session>) {
    if tokio::time::timeout(STOP_DEADLINE, session.stop())
        .await
        .is_err()
    {
        tracing::warn!("the session did not stop in time");
    }
}

async fn start(
    config: &EngineConfig,
    net: &NetworkOptions,
    limits: LimitsConfig,
    factory: &Factory,
    port: Option<u16>,
    ipv6: bool,
) -> anyhow::Result<Arc<Session>> {
    let scratch = &config.scratch;
    let dht = net.dht.then(|| DhtSessionConfig {
        port: dht_port(scratch, ipv6),
        persistence: Some(DhtPersistenceConfig {
            dump_interval: None,
            config_filename: Some(scratch.join(DHT_FILE)),
        }),
        ..DhtSessionConfig::default()
    });
    let listen = port.map(|port| ListenerOptions {
        mode: if net.utp {
            ListenerMode::TcpAndUtp
        } else {
            ListenerMode::TcpOnly
        },
        listen_addr: SocketAddr::new(any_address(ipv6), port),
        enable_upnp_port_forwarding: net.upnp,
        announce_port: Some(port),
        ipv4_only: !ipv6,
        max_pending_incoming_handshake_checks: PENDING_HANDSHAKES,
        ..ListenerOptions::default()
    });
    let options = SessionOptions {
        dht,
        fastresume: true,
        persistence: Some(SessionPersistenceConfig::Json {
            folder: Some(scratch.clone()),
        }),
        peer_id: Some(librqbit::generate_peer_id(&config.peer_id_prefix)),
        listen,
        default_storage_factory: Some(factory.clone().boxed()),
        runtime_worker_threads: Some(match config.flavour {
            RuntimeFlavour::CurrentThread => PERMITS,
            RuntimeFlavour::MultiThread => MANY_THREADS_PERMITS,
        }),
        // Torrents and fetches have their own.
        connect: Some(ConnectionOptions {
            peer_opts: Some(PeerConnectionOptions {
                read_write_timeout: Some(HANDSHAKE_TIMEOUT),
                ..PeerConnectionOptions::default()
            }),
            ..ConnectionOptions::default()
        }),
        blocklist_url: if net.allow_loopback {
            None
        } else {
            Some(block_list_url(scratch)?)
        },
        disable_local_service_discovery: !net.lsd,
        ratelimits: limits,
        ipv4_only: !ipv6,
        client_name_and_version: Some(config.user_agent.clone()),
        ..SessionOptions::default()
    };
    Session::new_with_opts(scratch.clone(), options).await
}

/// The engine takes the port it had before, and does not start where somebody else has it now. Any free
/// one then.
fn dht_port(scratch: &Path, ipv6: bool) -> Option<u16> {
    #[derive(serde::Deserialize)]
    struct Kept {
        addr: SocketAddr,
    }
    let kept: Kept = serde_json::from_slice(&fs::read(scratch.join(DHT_FILE)).ok()?).ok()?;
    let address = SocketAddr::new(any_address(ipv6), kept.addr.port());
    UdpSocket::bind(address).is_err().then_some(0)
}

fn block_list_url(scratch: &Path) -> anyhow::Result<String> {
    let url = Url::from_file_path(scratch.join("blocklist.txt"));
    url.map(String::from)
        .map_err(|()| anyhow!("the scratch folder has no absolute path"))
}

/// Removes what the engine would read back, and writes what it is to read. Side files and the
/// routing table of the distributed hash table stay.
fn clean_scratch(scratch: &Path) -> io::Result<()> {
    fs::create_dir_all(scratch)?;
    for entry in fs::read_dir(scratch)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .and_then(|n| n.to_str())
            .unwrap_or_default();
        let stale =
            ["torrent", "bitv", "tmp"].map(|e| Path::new(name).extension() == Some(e.as_ref()));
        if name == "session.json" || stale.contains(&true) || name.contains(".tmp.") {
            fs::remove_file(&path)?;
        }
    }
    fs::write(scratch.join("blocklist.txt"), block_list())
}

/// The port to listen on; none when it is taken or no free one was found.
async fn choose_port(net: &NetworkOptions, ipv6: bool, again: bool) -> Option<u16> {
    if net.port == 0 {
        let mut tries = (0..PORT_TRIES).map(|_| random_port());
        return tries.find(|&port| is_free(port, net.utp, ipv6));
    }
    let until = tokio::time::Instant::now() + if again { PORT_PATIENCE } else { Duration::ZERO };
    loop {
        if is_free(net.port, net.utp, ipv6) {
            return Some(net.port);
        }
        if tokio::time::Instant::now() >= until {
            return None;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The standard library's own source of randomness; nothing secret depends on it.
fn random_port() -> u16 {
    let span = u64::from(u16::MAX - FIRST_FREE_PORT) + 1;
    let offset = RandomState::new().build_hasher().finish() % span;
    FIRST_FREE_PORT + u16::try_from(offset).unwrap_or(0)
}

fn is_free(port: u16, utp: bool, ipv6: bool) -> bool {
    let address = SocketAddr::new(any_address(ipv6), port);
    TcpListener::bind(address).is_ok() && (!utp || UdpSocket::bind(address).is_ok())
}

/// What the port's owner is told when no session could be started.
pub(crate) fn failed(net: &NetworkOptions, fault: &Fault) -> (EngineFault, String) {
    let detail = format!("{} (port {})", fault.detail, net.port);
    (fault.kind, detail)
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    #[test]
    fn a_port_of_the_hash_table_that_somebody_else_has_is_not_insisted_on() {
        let dir = tempfile::tempdir().unwrap();
        let other = UdpSocket::bind(SocketAddr::new(any_address(false), 0)).unwrap();
        assert_eq!(dht_port(dir.path(), false), None, "nothing is kept");
        let kept = serde_json::json!({ "addr": other.local_addr().unwrap(), "table": [] });
        fs::write(dir.path().join(DHT_FILE), kept.to_string()).unwrap();
        assert_eq!(dht_port(dir.path(), false), Some(0));
        drop(other);
        assert_eq!(dht_port(dir.path(), false), None, "the one that is kept");
        fs::write(dir.path().join(DHT_FILE), "{").unwrap();
        assert_eq!(dht_port(dir.path(), false), None);
    }

    #[test]
    fn the_engine_reads_the_block_list_as_it_is_meant() {
        let dir = tempfile::tempdir().unwrap();
        let config = EngineConfig {
            scratch: dir.path().join("scratch"),
            peer_id_prefix: *b"-SH0100-",
            user_agent: "Shoal/test".to_owned(),
            flavour: RuntimeFlavour::CurrentThread,
        };
        let net = NetworkOptions {
            port: 0,
            dht: false,
            lsd: false,
            utp: true,
            upnp: false,
            peer_limit: 10,
            allow_loopback: false,
        };
        let runtime = crate::runtime(config.flavour).unwrap();
        runtime.block_on(async {
            let open = open(
                &config,
                &net,
                LimitsConfig::default(),
                &Factory::default(),
                false,
            )
            .await
            .unwrap();
            assert!(open.port >= FIRST_FREE_PORT);
            assert_eq!(open.session.announce_port(), Some(open.port));
            let blocked = |text: &str| {
                let ip: IpAddr = text.parse().unwrap();
                // The engine's list and our own filter are to agree.
                assert_eq!(
                    open.session.blocklist.has(ip),
                    crate::address::is_local_only(ip),
                    "{ip}"
                );
                crate::address::is_local_only(ip)
            };
            for bad in [
                "0.0.0.0",
                "127.0.0.1",
                "127.255.255.255",
                "169.254.3.4",
                "224.0.0.1",
                "240.0.0.1",
                "::",
                "::1",
                "fe80::1",
                "ff02::1",
                "::ffff:127.0.0.1",
                "::ffff:169.254.0.1",
            ] {
                assert!(blocked(bad), "{bad}");
            }
            for good in [
                "10.0.0.1",
                "192.168.1.1",
                "100.64.0.1",
                "8.8.8.8",
                "fd00::1",
                "2001:db8::1",
            ] {
                assert!(!blocked(good), "{good}");
            }
            close(&open.session).await;
        });
    }
}
