//! Two engines on loopback: transfers, metadata, and what may be written on the way.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod common;

use std::{
    fs,
    io::{self, BufRead, BufReader, Write},
    net::{Shutdown, SocketAddr, SocketAddrV4, TcpListener, TcpStream},
    thread,
};

use common::{Rig, Sample, assert_file, quiet_net, seeder, torrent};
use shoal_core::{EngineEvent, EngineFault, EngineRequest, OpId};
use shoal_engine::RuntimeFlavour;
use shoal_metainfo::Bitfield;

const PIECE: usize = 64 * 1024;

/// Wanted, unwanted, empty and padding files, none of them on a piece border.
fn mixed() -> Sample {
    torrent(
        "mixed",
        PIECE,
        &[
            ("a/first.bin", 3 * PIECE + 1000),
            ("unwanted.bin", 5 * PIECE + 77),
            ("z/empty.txt", 0),
            ("tiny.txt", 10),
            (".pad/500", 500),
            ("a/last.bin", 2 * PIECE + 333),
        ],
    )
}

const UNWANTED: usize = 1;

#[test]
fn a_mixed_torrent_arrives_equal_and_the_unwanted_file_is_not_made() {
    for flavour in [RuntimeFlavour::CurrentThread, RuntimeFlavour::MultiThread] {
        let sample = mixed();
        let mut seeder = seeder(&sample);
        let mut leecher = Rig::with(flavour, quiet_net());
        let mut spec = sample.spec(&leecher.root(), 5);
        spec.files[UNWANTED].wanted = false;
        spec.peers = vec![seeder.addr()];
        leecher.start(spec);
        leecher.wait_started(5);
        let (have, owned) = leecher.wait_finished(5);
        for index in [0, 2, 3, 5] {
            assert_file(&sample, &leecher, index);
        }
        assert!(!sample.path(&leecher.root(), UNWANTED).unwrap().exists());
        assert!(!have.is_full() && have.count_ones() > 0);
        assert_eq!(owned.iter_ones().collect::<Vec<_>>(), [0, 2, 3, 5]);
        let side = leecher
            .scratch()
            .join(format!("{}.side", sample.meta.info_hash));
        assert!(side.exists());

        // Wanted after all: what the side file has goes to the real one.
        let mut all = Bitfield::full(6);
        all.set(4, false);
        leecher.send(EngineRequest::Select {
            hash: sample.meta.info_hash,
            wanted: all,
        });
        let (have, _) = leecher.wait_finished(5);
        assert!(have.is_full());
        assert_file(&sample, &leecher, UNWANTED);

        leecher.send(EngineRequest::Sample);
        let seen = leecher.wait(|e| match e {
            EngineEvent::Sample(s) => Some(s.clone()),
            _ => None,
        });
        let real: u64 = sample
            .meta
            .files
            .iter()
            .filter(|f| f.on_disk())
            .map(|f| f.length)
            .sum();
        let (hash, now) = &seen.torrents[0];
        assert_eq!(*hash, sample.meta.info_hash);
        assert!(
            now.finished && now.have_bytes == real && now.fetched_bytes > 0,
            "{now:?}"
        );
        let (_, owned) = leecher.stop(&sample, 6);
        assert_eq!(owned.unwrap().count_ones(), 5);
        seeder.stop(&sample, 7);
    }
}

#[test]
fn a_file_that_becomes_wanted_between_two_runs_gets_its_side_bytes() {
    let sample = mixed();
    let seeder = seeder(&sample);
    let mut leecher = Rig::new();
    let mut spec = sample.spec(&leecher.root(), 1);
    spec.files[UNWANTED].wanted = false;
    spec.peers = vec![seeder.addr()];
    leecher.start(spec);
    leecher.wait_finished(1);
    let (have, owned) = leecher.stop(&sample, 2);
    let mut spec = sample.spec(&leecher.root(), 3);
    spec.have = have.unwrap();
    let owned = owned.unwrap();
    for (file, index) in spec.files.iter_mut().zip(0..) {
        file.owned = owned.get(index);
    }
    spec.peers = vec![seeder.addr()];
    leecher.start(spec);
    leecher.wait_finished(3);
    for index in [0, 1, 2, 3, 5] {
        assert_file(&sample, &leecher, index);
    }
}

#[test]
fn an_unwanted_file_is_served_from_the_side_file() {
    // Everything is one piece, so the leecher has bytes of both files but makes only one.
    let sample = torrent(
        "one",
        PIECE,
        &[("wanted.bin", 20_000), ("other.bin", 30_000)],
    );
    let mut first = seeder(&sample);
    let mut middle = Rig::new();
    let mut spec = sample.spec(&middle.root(), 1);
    spec.files[1].wanted = false;
    spec.peers = vec![first.addr()];
    middle.start(spec);
    middle.wait_finished(1);
    first.stop(&sample, 9);
    let mut last = Rig::new();
    let mut spec = sample.spec(&last.root(), 1);
    spec.peers = vec![middle.addr()];
    last.start(spec);
    last.wait_finished(1);
    assert_file(&sample, &last, 0);
    assert_file(&sample, &last, 1);
}

#[test]
fn a_running_torrent_never_writes_to_a_file_it_did_not_make() {
    let sample = mixed();
    let seeder = seeder(&sample);
    let mut leecher = Rig::new();
    let path = sample.path(&leecher.root(), 0).unwrap();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let precious = vec![7; 5_000_000];
    fs::write(&path, &precious).unwrap();
    let mut spec = sample.spec(&leecher.root(), 1);
    spec.peers = vec![seeder.addr()];
    leecher.start(spec);
    let (fault, detail) = leecher.wait_failed(1);
    assert_eq!(fault, EngineFault::FileInTheWay, "{detail}");
    assert!(fs::read(&path).unwrap() == precious);
    // The engine has let go: the same torrent can be started again.
    let (have, _) = leecher.stop(&sample, 2);
    assert_eq!(have, None);
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_not_followed() {
    let sample = torrent("links", PIECE, &[("dir/a.bin", 1000), ("b.bin", 1000)]);
    let seeder = seeder(&sample);
    for (link, target_is_dir) in [("links/dir", true), ("links/b.bin", false)] {
        let mut leecher = Rig::new();
        let outside = leecher.dir.path().join("outside");
        if target_is_dir {
            fs::create_dir(&outside).unwrap();
        } else {
            fs::write(&outside, b"keep").unwrap();
        }
        fs::create_dir(leecher.root().join("links")).unwrap();
        std::os::unix::fs::symlink(&outside, leecher.root().join(link)).unwrap();
        let mut spec = sample.spec(&leecher.root(), 1);
        spec.peers = vec![seeder.addr()];
        for file in &mut spec.files {
            file.owned = !target_is_dir;
        }
        leecher.start(spec);
        let (fault, detail) = leecher.wait_failed(1);
        assert_eq!(fault, EngineFault::FileInTheWay, "{detail}");
        if target_is_dir {
            assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);
        } else {
            assert_eq!(fs::read(&outside).unwrap(), b"keep");
        }
    }
}

#[test]
fn metadata_comes_from_a_peer() {
    let sample = mixed();
    let seeder = seeder(&sample);
    let mut leecher = Rig::new();
    let hash = sample.meta.info_hash;
    let fetch = |op, peers| EngineRequest::FetchMetadata {
        hash,
        op: OpId(op),
        trackers: Vec::new(),
        peers,
    };
    leecher.send(fetch(3, vec![seeder.addr()]));
    let (meta, peers) = leecher.wait(|e| match e {
        EngineEvent::Metadata {
            op: OpId(3),
            meta,
            peers,
            ..
        } => Some((meta.clone(), peers.clone())),
        EngineEvent::MetadataFailed { .. } => panic!("{e:?}"),
        _ => None,
    });
    assert_eq!(meta.info_bytes(), sample.meta.info_bytes());
    assert_eq!(peers, [seeder.addr()]);
    // Nobody to ask: said as such, since more of the same will not help.
    leecher.send(fetch(4, Vec::new()));
    let code = leecher.wait(|e| match e {
        EngineEvent::MetadataFailed {
            op: OpId(4), code, ..
        } => Some(code.clone()),
        _ => None,
    });
    assert_eq!(code, "no_peer_source");
}

/// A tracker that answers each announce with `peer`, until the test ends.
fn tracker_of(peer: SocketAddr) -> String {
    let SocketAddr::V4(peer) = peer else {
        panic!("{peer}")
    };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/announce", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let _ = answer(&stream, peer);
        }
    });
    url
}

fn answer(mut stream: &TcpStream, peer: SocketAddrV4) -> io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    while lines.next().transpose()?.is_some_and(|l| !l.is_empty()) {}
    let mut body = b"d8:intervali1800e5:peers6:".to_vec();
    body.extend(peer.ip().octets());
    body.extend(peer.port().to_be_bytes());
    body.push(b'e');
    write!(
        stream,
        "HTTP/1.0 200 OK\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )?;
    stream.write_all(&body)
}

#[test]
fn a_peer_that_was_too_busy_for_metadata_is_asked_again() {
    let sample = mixed();
    let seeder = seeder(&sample);
    let door = TcpListener::bind("127.0.0.1:0").unwrap();
    let busy = door.local_addr().unwrap();
    let behind = seeder.addr();
    // Hangs up on the first that comes in, and lets the second through.
    let guard = thread::spawn(move || {
        drop(door.accept().unwrap());
        let (near, _) = door.accept().unwrap();
        let far = TcpStream::connect(behind).unwrap();
        let (mut up, mut down) = (near.try_clone().unwrap(), far.try_clone().unwrap());
        let back = thread::spawn(move || io::copy(&mut down, &mut up));
        let _ = io::copy(&mut &near, &mut &far);
        let _ = far.shutdown(Shutdown::Both);
        let _ = back.join();
    });
    let mut leecher = Rig::new();
    leecher.send(EngineRequest::FetchMetadata {
        hash: sample.meta.info_hash,
        op: OpId(3),
        trackers: vec![vec![tracker_of(busy)]],
        peers: Vec::new(),
    });
    let meta = leecher.wait(|e| match e {
        EngineEvent::Metadata { meta, .. } => Some(meta.clone()),
        EngineEvent::MetadataFailed { .. } => panic!("{e:?}"),
        _ => None,
    });
    assert_eq!(meta.info_bytes(), sample.meta.info_bytes());
    guard.join().unwrap();
}

#[test]
fn peers_are_listed_with_their_client() {
    let sample = mixed();
    let seeder = seeder(&sample);
    let mut leecher = Rig::new();
    let mut spec = sample.spec(&leecher.root(), 1);
    spec.files[UNWANTED].wanted = false;
    spec.peers = vec![seeder.addr()];
    leecher.start(spec);
    leecher.wait_finished(1);
    leecher.send(EngineRequest::Peers {
        hash: sample.meta.info_hash,
        ticket: 9,
    });
    let peers = leecher.wait(|e| match e {
        EngineEvent::Peers { ticket: 9, peers } => Some(peers.clone()),
        _ => None,
    });
    assert_eq!(peers.len(), 1, "{peers:?}");
    assert_eq!(peers[0].addr, seeder.addr().to_string());
    assert!(peers[0].fetched_bytes > 0 && !peers[0].incoming);
}

#[test]
fn without_the_setting_for_tests_loopback_peers_are_not_dialled() {
    let sample = mixed();
    let seeder = seeder(&sample);
    let mut net = quiet_net();
    net.allow_loopback = false;
    let mut leecher = Rig::with(RuntimeFlavour::CurrentThread, net);
    let mut spec = sample.spec(&leecher.root(), 1);
    spec.peers = vec![seeder.addr()];
    leecher.start(spec);
    leecher.wait_started(1);
    leecher.send(EngineRequest::Peers {
        hash: sample.meta.info_hash,
        ticket: 1,
    });
    let peers = leecher.wait(|e| match e {
        EngineEvent::Peers { ticket: 1, peers } => Some(peers.clone()),
        _ => None,
    });
    assert_eq!(peers, []);
}

#[test]
fn more_files_than_handles_arrive_over_utp_or_tcp() {
    let names: Vec<String> = (0..300).map(|i| format!("d{}/f{i}.bin", i % 7)).collect();
    let files: Vec<(&str, usize)> = names.iter().map(|n| (n.as_str(), 3000)).collect();
    let sample = torrent("many", PIECE, &files);
    let mut net = quiet_net();
    net.utp = true;
    let mut seeder = Rig::with(RuntimeFlavour::CurrentThread, net.clone());
    sample.write(&seeder.root());
    seeder.start(sample.seed_spec(&seeder.root(), 1));
    seeder.wait_started(1);
    let mut leecher = Rig::with(RuntimeFlavour::MultiThread, net);
    let mut spec = sample.spec(&leecher.root(), 1);
    spec.peers = vec![seeder.addr()];
    leecher.start(spec);
    let (_, owned) = leecher.wait_finished(1);
    assert!(owned.is_full());
    for index in 0..files.len() {
        assert_file(&sample, &leecher, index);
    }
}
