//! The fake engine keeps core's port: every answer in order, counted as the port says.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock, mpsc::Receiver},
    time::Duration,
};

use shoal_core::{
    Bitfield, Engine as _, EngineEvent, EngineFault, EngineRequest, FileTarget, InfoHash,
    NetworkOptions, OpId, Order, Preallocate, Priority, StartSpec, TorrentSample,
};
use shoal_metainfo::Metainfo;
use shoal_testkit::{FakeEngine, SimOptions, TorrentSpec, make_tree, wait};

const PIECE: u32 = 32 * 1024;

/// Files of 4 pieces, 0 bytes and 2.5 pieces.
fn meta() -> Arc<Metainfo> {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("three");
    make_tree(&root, 1, &[("a", 131_072), ("b", 0), ("c", 81_920)]);
    let torrent = TorrentSpec::new().piece_length(PIECE).build(&root);
    Arc::new(Metainfo::parse(&torrent.bytes).unwrap())
}

fn network() -> NetworkOptions {
    NetworkOptions {
        port: 0,
        dht: true,
        lsd: false,
        utp: false,
        upnp: false,
        peer_limit: 50,
        allow_loopback: true,
    }
}

fn spec(meta: &Arc<Metainfo>, op: u64, have: Bitfield) -> EngineRequest {
    let target = |file: &shoal_metainfo::FileEntry| FileTarget {
        path: Some(PathBuf::from("/nowhere").join(file.path.join("/"))),
        length: file.length,
        wanted: true,
        owned: false,
        temp_path: None,
        stamp: None,
        priority: Priority::Normal,
    };
    EngineRequest::Start(Box::new(StartSpec {
        op: OpId(op),
        meta: Arc::clone(meta),
        trackers: Vec::new(),
        peers: Vec::new(),
        root: PathBuf::from("/nowhere"),
        files: meta.files.iter().map(target).collect(),
        have,
        order: Order::Spread,
        first_last: false,
        preallocate: Preallocate::None,
        down_bps: None,
        up_bps: None,
    }))
}

fn configured() -> (FakeEngine, Receiver<EngineEvent>) {
    let (engine, events) = FakeEngine::with_events();
    engine.send(EngineRequest::Configure(network()));
    assert!(matches!(
        events.try_recv(),
        Ok(EngineEvent::Ready { port: 6_881 })
    ));
    (engine, events)
}

fn sample(engine: &FakeEngine, events: &Receiver<EngineEvent>, hash: InfoHash) -> TorrentSample {
    engine.send(EngineRequest::Sample);
    let Ok(EngineEvent::Sample(sample)) = events.try_recv() else {
        panic!("no sample")
    };
    assert_eq!(sample.dht_nodes, Some(200));
    let mut torrents = sample.torrents.into_iter();
    torrents
        .find(|(of, _)| *of == hash)
        .expect("the torrent runs")
        .1
}

#[test]
fn a_torrent_downloads_finishes_and_stops_with_what_it_has() {
    let (engine, events) = configured();
    let meta = meta();
    let hash = meta.info_hash;
    engine.set_down_bps(hash, u64::from(PIECE));
    engine.send(spec(&meta, 1, Bitfield::new(7)));
    assert!(matches!(
        events.try_recv(),
        Ok(EngineEvent::Started { op: OpId(1), .. })
    ));

    engine.advance(2_500);
    let now = sample(&engine, &events, hash);
    assert_eq!(now.fetched_bytes, 2 * u64::from(PIECE) + 16_384);
    assert_eq!(now.have_bytes, 2 * u64::from(PIECE));
    assert_eq!((now.finished, now.down_bps), (false, u64::from(PIECE)));

    engine.send(EngineRequest::Stop { hash, op: OpId(2) });
    let Ok(EngineEvent::Stopped {
        op: OpId(2),
        have: Some(have),
        owned: Some(owned),
        ..
    }) = events.try_recv()
    else {
        panic!("not stopped")
    };
    assert_eq!(have.iter_ones().collect::<Vec<_>>(), [0, 1]);
    assert_eq!(owned.iter_ones().collect::<Vec<_>>(), [0]);

    engine.send(spec(&meta, 3, have));
    assert!(matches!(
        events.try_recv(),
        Ok(EngineEvent::Started { op: OpId(3), .. })
    ));
    engine.advance(60_000);
    let finished = events.try_recv();
    assert!(
        matches!(&finished, Ok(EngineEvent::Finished { op: OpId(3), have, .. }) if have.is_full()),
        "{finished:?}"
    );
    engine.advance(1_000);
    assert!(events.try_recv().is_err(), "finished is told once");
    let now = sample(&engine, &events, hash);
    assert!(now.finished && now.uploaded_bytes > 0);
    // Only what was missing came in this start.
    assert_eq!(now.fetched_bytes, meta.total_length - 2 * u64::from(PIECE));
}

#[test]
fn only_wanted_pieces_count_and_a_new_selection_goes_on() {
    let (engine, events) = configured();
    let meta = meta();
    let hash = meta.info_hash;
    engine.send(spec(&meta, 1, Bitfield::new(7)));
    let mut first = Bitfield::new(3);
    first.set(0, true);
    engine.send(EngineRequest::Select {
        hash,
        wanted: first,
    });
    engine.advance(60_000);
    assert!(matches!(events.try_recv(), Ok(EngineEvent::Started { .. })));
    assert!(matches!(
        events.try_recv(),
        Ok(EngineEvent::Finished { .. })
    ));
    assert_eq!(sample(&engine, &events, hash).have_bytes, 131_072);

    engine.send(EngineRequest::Select {
        hash,
        wanted: Bitfield::full(3),
    });
    assert!(!sample(&engine, &events, hash).finished);
    engine.advance(60_000);
    assert!(matches!(
        events.try_recv(),
        Ok(EngineEvent::Finished { .. })
    ));
    assert_eq!(sample(&engine, &events, hash).have_bytes, meta.total_length);
}

#[test]
fn failures_come_when_asked_for() {
    let (engine, events) = configured();
    let meta = meta();
    let hash = meta.info_hash;
    engine.fail_next_start(hash, EngineFault::DiskFull);
    engine.send(spec(&meta, 1, Bitfield::new(7)));
    let failed = |events: &Receiver<EngineEvent>| match events.try_recv() {
        Ok(EngineEvent::TorrentFailed {
            op, fault, have, ..
        }) => (op.0, fault, have.is_some()),
        other => panic!("{other:?}"),
    };
    assert_eq!(failed(&events), (1, EngineFault::DiskFull, false));
    engine.send(spec(&meta, 2, Bitfield::new(7)));
    assert!(matches!(events.try_recv(), Ok(EngineEvent::Started { .. })));
    assert!(engine.break_torrent(hash, EngineFault::FolderMissing));
    assert_eq!(failed(&events), (2, EngineFault::FolderMissing, true));
    engine.send(EngineRequest::Stop { hash, op: OpId(3) });
    assert!(matches!(
        events.try_recv(),
        Ok(EngineEvent::Stopped { have: None, .. })
    ));

    engine.fail_next_configure(EngineFault::PortTaken);
    engine.send(EngineRequest::Configure(network()));
    let fault = events.try_recv();
    assert!(matches!(
        fault,
        Ok(EngineEvent::Failed {
            fault: EngineFault::PortTaken,
            ..
        })
    ));
}

#[test]
fn metadata_comes_when_it_is_served_and_not_after_a_cancel() {
    let (engine, events) = configured();
    let meta = meta();
    let hash = meta.info_hash;
    let fetch = |op| EngineRequest::FetchMetadata {
        hash,
        op: OpId(op),
        trackers: Vec::new(),
        peers: Vec::new(),
    };
    engine.send(fetch(1));
    engine.send(EngineRequest::CancelFetch { hash });
    engine.send(fetch(2));
    assert!(events.try_recv().is_err());
    engine.serve_metadata(Arc::clone(&meta));
    let answer = events.try_recv();
    assert!(
        matches!(answer, Ok(EngineEvent::Metadata { op: OpId(2), .. })),
        "{answer:?}"
    );
    engine.fail_metadata(hash, "internal");
    engine.send(fetch(3));
    assert!(matches!(
        events.try_recv(),
        Ok(EngineEvent::MetadataFailed { op: OpId(3), .. })
    ));
    assert_eq!(engine.take_requests().len(), 5);
}

#[test]
fn a_sink_may_ask_the_engine_again_and_keeps_the_order() {
    let cell = Arc::new(OnceLock::<FakeEngine>::new());
    let log = Arc::new(Mutex::new(Vec::new()));
    let (engine, seen) = (Arc::clone(&cell), Arc::clone(&log));
    let made = FakeEngine::new(Arc::new(move |event| {
        if matches!(event, EngineEvent::Ready { .. }) {
            engine.get().unwrap().send(EngineRequest::Sample);
            engine.get().unwrap().send(EngineRequest::Shutdown);
        }
        seen.lock().unwrap().push(format!("{event:?}"));
    }));
    assert!(cell.set(made.clone()).is_ok());
    made.send(EngineRequest::Configure(network()));
    let log = log.lock().unwrap();
    assert!(log[0].starts_with("Ready") && log[1].starts_with("Sample") && log[2] == "Down");
    assert_eq!(log.len(), 3);
}

#[test]
fn the_autonomous_mode_goes_on_by_itself() {
    let (sender, events) = std::sync::mpsc::channel();
    let options = SimOptions {
        down_bps: 10_000_000,
        varied: true,
        tick: Duration::from_millis(10),
        ..SimOptions::default()
    };
    let sink = Arc::new(move |event| drop(sender.send(event)));
    let engine = FakeEngine::running(sink, options);
    engine.send(EngineRequest::Configure(network()));
    engine.send(spec(&meta(), 1, Bitfield::new(7)));
    wait::until(wait::GENEROUS, "the download to finish", || {
        let event = events.try_recv().ok()?;
        matches!(event, EngineEvent::Finished { .. }).then_some(())
    });
    engine.send(EngineRequest::Shutdown);
    drop(engine);
    wait::until(wait::GENEROUS, "the thread to end", || {
        let end = std::sync::mpsc::TryRecvError::Disconnected;
        (events.try_recv().err() == Some(end)).then_some(())
    });
}
