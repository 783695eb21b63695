//! A bare librqbit program, for `./x bench` to measure what Shoal adds: the engine's own storage,
//! and the options that `shoal-engine` uses. It must do nothing else.
//!
//! `bare TORRENT DOWNLOADS SCRATCH PORT GO`: says `ready`, waits until the file GO is there, adds
//! the torrent, says `running`, waits for the download, says `finished`, and stays.
#![allow(clippy::print_stdout, reason = "this is how it tells")]

use std::{
    env, fs,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket},
    path::Path,
    time::Duration,
};

use anyhow::{Context as _, bail};
use librqbit::{
    AddTorrent, AddTorrentOptions, AddTorrentResponse, ListenerMode, ListenerOptions,
    PeerConnectionOptions, Session, SessionOptions, SessionPersistenceConfig,
};

/// The default of `network.peer_limit`.
const PEER_LIMIT: usize = 100;

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(run())
}

async fn run() -> anyhow::Result<()> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [torrent, downloads, scratch, port, go] = args.as_slice() else {
        bail!("bare TORRENT DOWNLOADS SCRATCH PORT GO");
    };
    let scratch = Path::new(scratch);
    fs::create_dir_all(scratch)?;
    let session = Session::new_with_opts(downloads.into(), session(scratch, port.parse()?)).await?;
    println!("ready");
    while !Path::new(go).exists() {
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let add = AddTorrent::from_bytes(fs::read(torrent)?);
    let added = session.add_torrent(add, Some(options(downloads))).await?;
    let AddTorrentResponse::Added(_, handle) = added else {
        bail!("it was there already");
    };
    handle.wait_until_initialized().await?;
    println!("running");
    handle
        .wait_until_completed()
        .await
        .context("the download failed")?;
    println!("finished");
    std::future::pending().await
}

fn session(scratch: &Path, port: u16) -> SessionOptions {
    let ipv6 = UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0)).is_ok();
    let any = if ipv6 {
        Ipv6Addr::UNSPECIFIED.into()
    } else {
        Ipv4Addr::UNSPECIFIED.into()
    };
    SessionOptions {
        dht: None,
        fastresume: true,
        persistence: Some(SessionPersistenceConfig::Json {
            folder: Some(scratch.to_owned()),
        }),
        listen: Some(ListenerOptions {
            mode: ListenerMode::TcpAndUtp,
            listen_addr: SocketAddr::new(any, port),
            enable_upnp_port_forwarding: false,
            announce_port: Some(port),
            ipv4_only: !ipv6,
            ..ListenerOptions::default()
        }),
        runtime_worker_threads: Some(100_000),
        disable_local_service_discovery: true,
        ipv4_only: !ipv6,
        ..SessionOptions::default()
    }
}

fn options(downloads: &str) -> AddTorrentOptions {
    AddTorrentOptions {
        overwrite: true,
        only_files: Some(vec![0]),
        output_folder: Some(downloads.to_owned()),
        peer_opts: Some(PeerConnectionOptions {
            read_write_timeout: Some(Duration::from_secs(120)),
            ..PeerConnectionOptions::default()
        }),
        force_tracker_interval: Some(Duration::from_secs(30 * 60)),
        initial_peers: Some(Vec::new()),
        peer_limit: Some(PEER_LIMIT),
        ..AddTorrentOptions::default()
    }
}
