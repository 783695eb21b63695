//! Shoal's engine without the rest of Shoal, for `./x bench` to measure its storage against the
//! engine's own. It speaks as the example `bare` does and must do nothing else.
//!
//! `engine TORRENT DOWNLOADS SCRATCH PORT GO`: says `ready`, waits until the file GO is there, adds
//! the torrent, says `running`, waits for the download, says `finished`, and stays.
#![allow(clippy::print_stdout, reason = "this is how it tells")]

use std::{
    env, fs,
    path::Path,
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use anyhow::{Context as _, bail};
use shoal_core::{
    Engine, EngineEvent, EngineRequest, FileTarget, NetworkOptions, OpId, Order, Preallocate,
    Priority, StartSpec,
};
use shoal_engine::{EngineConfig, RqbitEngine, RuntimeFlavour};
use shoal_metainfo::{Bitfield, Metainfo};

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [torrent, downloads, scratch, port, go] = args.as_slice() else {
        bail!("engine TORRENT DOWNLOADS SCRATCH PORT GO");
    };
    let (events, inbox) = mpsc::channel();
    let config = EngineConfig {
        scratch: scratch.into(),
        peer_id_prefix: *b"-SH0100-",
        user_agent: "Shoal/bench".to_owned(),
        flavour: RuntimeFlavour::CurrentThread,
    };
    let sink = move |event| {
        let _ = events.send(event);
    };
    let engine = RqbitEngine::spawn(config, Arc::new(sink))?;
    engine.send(EngineRequest::Configure(NetworkOptions {
        port: port.parse()?,
        dht: false,
        lsd: false,
        utp: true,
        upnp: false,
        peer_limit: 100,
        allow_loopback: true,
    }));
    fs::create_dir_all(downloads)?;
    let spec = spec(&fs::read(torrent)?, Path::new(downloads))?;
    wait(&inbox, |event| matches!(event, EngineEvent::Ready { .. }))?;
    println!("ready");
    while !Path::new(go).exists() {
        thread::sleep(Duration::from_millis(25));
    }
    engine.send(EngineRequest::Start(Box::new(spec)));
    wait(&inbox, |event| matches!(event, EngineEvent::Started { .. }))?;
    println!("running");
    wait(&inbox, |event| {
        matches!(event, EngineEvent::Finished { .. })
    })?;
    println!("finished");
    loop {
        thread::park();
    }
}

fn wait(
    inbox: &mpsc::Receiver<EngineEvent>,
    is_it: impl Fn(&EngineEvent) -> bool,
) -> anyhow::Result<()> {
    loop {
        let event = inbox.recv().context("the engine ended")?;
        if let EngineEvent::Failed { detail, .. } | EngineEvent::TorrentFailed { detail, .. } =
            &event
        {
            bail!("{detail}");
        }
        if is_it(&event) {
            return Ok(());
        }
    }
}

fn spec(torrent: &[u8], downloads: &Path) -> anyhow::Result<StartSpec> {
    let meta = Metainfo::parse(torrent).context("the torrent is refused")?;
    let files = meta.files.iter().map(|file| {
        let mut path = downloads.join(&meta.disk_name);
        if !meta.single_file {
            path.extend(&file.path);
        }
        FileTarget {
            path: file.on_disk().then_some(path),
            length: file.length,
            wanted: file.on_disk(),
            owned: false,
            temp_path: None,
            stamp: None,
            priority: Priority::Normal,
        }
    });
    Ok(StartSpec {
        op: OpId(1),
        trackers: Vec::new(),
        peers: Vec::new(),
        root: downloads.to_path_buf(),
        files: files.collect(),
        have: Bitfield::new(meta.piece_count),
        order: Order::Sequential,
        first_last: false,
        preallocate: Preallocate::None,
        down_bps: None,
        up_bps: None,
        meta: Arc::new(meta),
    })
}
