//! Hostile torrents, peers and web servers against the whole program: it stays up, stays small,
//! answers with a sentence, and an honest peer still gets the download through.
#![allow(clippy::unwrap_used, reason = "tests")]
#![cfg(unix)]

mod common;

use std::{fs, path::Path, time::Duration};

use base64::Engine as _;
use common::{Home, Shoal};
use serde_json::{Value, json};
use shoal_testkit::{Hostile, Site, Swarm};

/// What a careful client may grow by while it is lied to.
const GROWTH_MAX: u64 = 150 << 20;

#[test]
fn the_whole_corpus_is_answered_and_nothing_escapes() {
    let site = Site::new();
    let host = site.host("shoal");
    let home = Home::new();
    let shoal = Shoal::start(&host, &home);
    let before = shoal.memory_bytes();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../metainfo/tests/corpus/torrents");
    let mut added = 0;
    for entry in fs::read_dir(corpus).unwrap() {
        let path = entry.unwrap().path();
        let bytes = base64::engine::general_purpose::STANDARD.encode(fs::read(&path).unwrap());
        let source =
            json!({"kind": "bytes", "name": path.file_name().unwrap().to_str(), "base64": bytes});
        match shoal.try_call("inspect", &json!({"source": source})) {
            Ok(preview) => {
                let request = json!({
                    "preview_id": preview["id"], "save_path": null, "wanted": null,
                    "start": true, "labels": [], "choose_files": false,
                });
                shoal.call("add", &request);
                added += 1;
            }
            Err(error) => {
                let code = error["code"].as_str().unwrap();
                assert!(
                    !matches!(code, "internal" | "bad_request"),
                    "{}: {error}",
                    path.display()
                );
            }
        }
    }
    assert!(added > 20, "only {added} were accepted");
    // Every one of them has been tried by the engine when none is about to start.
    let busy = |row: &Value| {
        matches!(
            row["sentence"]["code"].as_str(),
            Some("starting" | "check_queued" | "checking")
        )
    };
    shoal_testkit::wait::until(Duration::from_secs(60), "all starts", || {
        let snapshot = shoal.call("snapshot", &json!({}));
        (!snapshot["torrents"].as_array().unwrap().iter().any(busy)).then_some(())
    });
    let snapshot = shoal.call("snapshot", &json!({}));
    for row in snapshot["torrents"].as_array().unwrap() {
        assert_ne!(row["sentence"]["code"], "internal", "{row:#}");
    }
    let outside: Vec<_> = fs::read_dir(home.downloads().parent().unwrap())
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    assert!(
        outside
            .iter()
            .all(|n| n == "downloads" || n == "data" || n == "xdg"),
        "{outside:?}"
    );
    assert!(
        shoal.memory_bytes() < before + GROWTH_MAX,
        "{} MiB",
        shoal.memory_bytes() >> 20
    );
    shoal.quit();
}

#[test]
fn web_servers_that_lie_cannot_hold_it_up() {
    let site = Site::loopback();
    let host = site.host("web");
    let web = Hostile::http(&host, Duration::from_secs(120));
    let home = Home::new();
    let shoal = Shoal::start(&host, &home);
    let before = shoal.memory_bytes();
    for (path, codes) in [
        ("/endless.torrent", &["url_too_large", "url_timeout"][..]),
        ("/big.torrent?n=50000000", &["url_too_large"]),
        ("/html.torrent", &["html_page"]),
        ("/empty.torrent", &["empty"]),
        ("/gz.torrent", &["gzip"]),
        ("/gzip-bomb.torrent", &["gzip"]),
        ("/truncated.torrent", &["url_failed"]),
        ("/redirect-loop", &["url_failed"]),
        ("/redirect-file", &["url_scheme"]),
        ("/redirect-js", &["url_scheme"]),
        ("/404", &["url_status"]),
        ("/500", &["url_status"]),
    ] {
        let source = json!({"kind": "text", "text": web.url(path)});
        let error = shoal
            .try_call("inspect", &json!({"source": source}))
            .unwrap_err();
        assert!(
            codes.contains(&error["code"].as_str().unwrap()),
            "{path}: {error}"
        );
    }
    assert!(
        shoal.memory_bytes() < before + GROWTH_MAX,
        "{} MiB",
        shoal.memory_bytes() >> 20
    );
    shoal.quit();
}

/// One honest seeder, and a liar that calls in at the same time.
fn beside_a_liar(mode: &str) {
    let swarm = Swarm::start();
    let home = Home::new();
    let shoal = Shoal::start(&swarm.shoal, &home);
    let port = shoal.call("snapshot", &json!({}))["totals"]["engine"]["port"].as_u64();
    let port = port.map_or_else(|| wait_port(&shoal), |p| u16::try_from(p).unwrap());
    let before = shoal.memory_bytes();
    let hash = shoal.add_file(&swarm.file(), &json!({"start": false}));
    let (torrent, data) = (swarm.file(), swarm.seed_dir());
    let args = [
        "--torrent",
        torrent.to_str().unwrap(),
        "--data",
        data.to_str().unwrap(),
    ];
    shoal.call("start", &json!({"hashes": [hash]}));
    let _liar = Hostile::dialler(&swarm.shoal, mode, port, 5, Duration::from_secs(30), &args);
    shoal.wait_row(
        &hash,
        "the download beside a liar",
        Duration::from_secs(90),
        |r| r["status"] == "seeding",
    );
    swarm.assert_arrived(&home.downloads());
    assert!(
        shoal.memory_bytes() < before + GROWTH_MAX,
        "{mode}: {} MiB",
        shoal.memory_bytes() >> 20
    );
    shoal.quit();
}

fn wait_port(shoal: &Shoal) -> u16 {
    shoal_testkit::wait::until(Duration::from_secs(20), "the port", || {
        let port = shoal.call("snapshot", &json!({}))["totals"]["engine"]["port"].as_u64()?;
        u16::try_from(port).ok().filter(|p| *p != 0)
    })
}

#[test]
fn a_peer_that_sends_wrong_bytes() {
    beside_a_liar("corrupt");
}

#[test]
fn a_peer_that_sends_garbage() {
    beside_a_liar("fuzz");
}

#[test]
fn a_peer_that_claims_pieces_out_of_range() {
    beside_a_liar("huge-have");
}
