//! The hostile tools run on a host of either variant, and their END line comes back.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use shoal_testkit::{Hostile, Site};

const LIMIT: Duration = Duration::from_secs(3);
const HASH: &str = "0123456789abcdef0123456789abcdef01234567";

#[test]
fn web_server_tracker_and_peer_answer_and_count() {
    for site in [Site::new(), Site::loopback()] {
        let host = site.host("victim");
        let web = Hostile::http(&host, LIMIT);
        let tracker = Hostile::tracker(&host, "interval-0", LIMIT, &[]);
        let udp = Hostile::tracker(&host, "no-answer", LIMIT, &["--udp"]);
        let peer = Hostile::peer(&host, "short-handshake", LIMIT, &["--infohash", HASH]);

        let answer = host
            .curl(&[&web.url("/ok.torrent")], "")
            .expect("an answer");
        assert_eq!(answer.0, 200);
        let answer = host
            .curl(&[&tracker.url("/announce")], "")
            .expect("an answer");
        assert!(answer.1.contains("8:intervali0e"), "{answer:?}");
        let addr = peer.addr();
        let got = host.inside(|| {
            let mut stream = TcpStream::connect(addr).expect("a connection");
            stream.write_all(b"x").expect("a write");
            let mut got = [0; 30];
            stream.read_exact(&mut got).expect("half a handshake");
            got
        });
        assert!(got.starts_with(b"\x13BitTorrent protocol"));

        assert_eq!(web.end()["/ok.torrent"], 1);
        assert_eq!(tracker.end()["announces"], 1);
        assert_eq!(udp.end()["announces"], 0);
        let counts = peer.end();
        assert_eq!(
            (&counts["conns"], &counts["closed_by_victim"]),
            (&1.into(), &1.into())
        );
    }
}

#[test]
fn a_dialler_reaches_its_victim() {
    let host = Site::new().host("victim");
    let port = host.free_port_on(std::net::Ipv4Addr::LOCALHOST);
    let listener =
        host.inside(|| std::net::TcpListener::bind(("127.0.0.1", port)).expect("a port"));
    let dialler = Hostile::dialler(
        &host,
        "short-handshake",
        port,
        3,
        LIMIT,
        &["--infohash", HASH],
    );
    let victims: Vec<_> = (0..3)
        .map(|_| listener.accept().expect("a caller"))
        .collect();
    drop(victims);
    assert_eq!(dialler.end()["conns"], 3);
}
