//! The engine next to hostile peers. Needs Python and the folder of the toolkit in `SHOAL_HOSTILE`,
//! so it runs only when asked: `SHOAL_HOSTILE=... cargo test -p shoal-engine -- --ignored`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a failed unwrap is a failed test, and outcomes are to be read"
)]

mod common;

use std::{
    fs,
    net::{SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use common::{DEADLINE, Rig, Sample, torrent};
use shoal_core::{EngineEvent, EngineRequest, OpId};
use shoal_metainfo::InfoHash;

const PIECE: usize = 64 * 1024;

struct Evil(Child);

impl Drop for Evil {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn evil(args: &[String]) -> Evil {
    let folder = PathBuf::from(std::env::var_os("SHOAL_HOSTILE").expect("SHOAL_HOSTILE is set"));
    let child = Command::new("python3")
        .arg(folder.join("evil_peer.py"))
        .args(args)
        .args(["--secs", "60"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    Evil(child)
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

fn args(list: &[&str]) -> Vec<String> {
    list.iter().map(|&s| s.to_owned()).collect()
}

/// A hostile peer that listens, ready to be dialled.
fn listening(mode: &[String]) -> (Evil, SocketAddr) {
    let port = free_port();
    let mut all = mode.to_vec();
    all.extend(args(&["--port", &port.to_string()]));
    let child = evil(&all);
    let addr = SocketAddr::from(([127, 0, 0, 1], port));
    let until = Instant::now() + DEADLINE;
    while TcpStream::connect(addr).is_err() {
        assert!(Instant::now() < until, "the hostile peer does not listen");
        std::thread::sleep(Duration::from_millis(20));
    }
    (child, addr)
}

fn on_disk(sample: &Sample, rig: &Rig) -> (String, String) {
    sample.write(&rig.root());
    let file = rig.dir.path().join("t.torrent");
    fs::write(&file, sample.meta.to_torrent_bytes(&[])).unwrap();
    let data = rig.root().join(&sample.meta.disk_name);
    (
        file.to_str().unwrap().to_owned(),
        data.to_str().unwrap().to_owned(),
    )
}

#[test]
#[ignore = "needs SHOAL_HOSTILE"]
fn a_download_completes_beside_each_hostile_peer() {
    let sample = torrent(
        "host",
        PIECE,
        &[("a.bin", 40 * PIECE + 7), ("b.bin", 3 * PIECE)],
    );
    let mut seeder = Rig::new();
    let (file, data) = on_disk(&sample, &seeder);
    seeder.start(sample.seed_spec(&seeder.root(), 1));
    seeder.wait_started(1);
    for mode in [
        "corrupt",
        "corrupt-some",
        "garbage-handshake",
        "short-handshake",
        "wrong-infohash",
        "oversize",
        "oversize-bitfield",
        "wrong-bitfield",
        "huge-have",
        "wrong-length",
        "disconnect-mid",
        "dict-bomb",
        "fuzz",
    ] {
        let (_evil, bad) = listening(&args(&[
            "--mode",
            mode,
            "--torrent",
            &file,
            "--data",
            &data,
        ]));
        let mut leecher = Rig::new();
        let mut spec = sample.spec(&leecher.root(), 1);
        spec.peers = vec![bad, seeder.addr()];
        let began = Instant::now();
        leecher.start(spec);
        leecher.wait_finished(1);
        for index in 0..2 {
            let path = sample.path(&leecher.root(), index).unwrap();
            assert!(fs::read(path).unwrap() == sample.bytes(index), "{mode}");
        }
        eprintln!("{mode}: complete and equal after {:?}", began.elapsed());
    }
}

#[test]
#[ignore = "needs SHOAL_HOSTILE"]
fn bad_metadata_is_refused_and_the_engine_lives() {
    for mode in [
        "metadata-zero",
        "metadata-early",
        "metadata-late",
        "metadata-bomb",
        "metadata-huge",
    ] {
        let mut rig = Rig::new();
        let hash = InfoHash([7; 20]);
        let (_evil, bad) = listening(&args(&["--mode", mode, "--infohash", &hash.to_string()]));
        rig.send(EngineRequest::FetchMetadata {
            hash,
            op: OpId(1),
            trackers: Vec::new(),
            peers: vec![bad],
        });
        let code = rig.wait(|e| match e {
            EngineEvent::MetadataFailed { code, .. } => Some(code.clone()),
            EngineEvent::Metadata { .. } => panic!("{e:?}"),
            _ => None,
        });
        eprintln!("{mode}: {code}");
    }
}

#[test]
#[ignore = "needs SHOAL_HOSTILE"]
fn metadata_that_would_break_the_engine_is_refused_by_its_code() {
    let mut rig = Rig::new();
    for (length, want) in [("0", "piece_length"), ("4294967296", "piece_length")] {
        let info = format!(
            "d6:lengthi1e4:name1:x12:piece lengthi{length}e6:pieces20:{:020}e",
            0
        );
        let hash = InfoHash::of_info(info.as_bytes());
        let file = rig.dir.path().join("info");
        fs::write(&file, info).unwrap();
        let (hex, file) = (hash.to_string(), file.to_str().unwrap().to_owned());
        let mode = [
            "--mode",
            "metadata-info",
            "--infohash",
            &hex,
            "--metadata-file",
            &file,
        ];
        let (_evil, bad) = listening(&args(&mode));
        rig.send(EngineRequest::FetchMetadata {
            hash,
            op: OpId(1),
            trackers: Vec::new(),
            peers: vec![bad],
        });
        let code = rig.wait(|e| match e {
            EngineEvent::MetadataFailed { code, .. } => Some(code.clone()),
            EngineEvent::Metadata { .. } => panic!("{e:?}"),
            _ => None,
        });
        eprintln!("piece length {length}: {code}, better {want}");
    }
}

/// A folder on a volume of about 1 MiB in `SHOAL_SMALL_DISK`, for example a tmpfs.
#[test]
#[ignore = "needs SHOAL_SMALL_DISK"]
fn a_full_disk_is_told_and_keeps_what_there_is() {
    let small = PathBuf::from(std::env::var_os("SHOAL_SMALL_DISK").expect("SHOAL_SMALL_DISK"));
    let sample = torrent("full", PIECE, &[("a.bin", 64 * PIECE)]);
    let mut seeder = Rig::new();
    sample.write(&seeder.root());
    seeder.start(sample.seed_spec(&seeder.root(), 1));
    seeder.wait_started(1);
    let mut leecher = Rig::new();
    let mut spec = sample.spec(&small, 1);
    spec.peers = vec![seeder.addr()];
    leecher.start(spec);
    let (have, owned) = leecher.wait(|e| match e {
        EngineEvent::TorrentFailed {
            fault, have, owned, ..
        } => {
            assert_eq!(*fault, shoal_core::EngineFault::DiskFull);
            Some((have.clone().unwrap(), owned.clone().unwrap()))
        }
        _ => None,
    });
    assert!(have.count_ones() > 0 && owned.get(0));
    let bytes = fs::read(sample.path(&small, 0).unwrap()).unwrap();
    for piece in have.iter_ones().map(|p| p as usize) {
        let at = piece * PIECE..(piece + 1) * PIECE;
        assert!(bytes[at.clone()] == sample.data[at], "piece {piece}");
    }
}
