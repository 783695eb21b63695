//! What a torrent means once it is accepted: offsets, pieces, trackers, texts, re-wrap, and the
//! limits at their edges.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod common;

use common::{bytes, dict, file, int, list, noise, padding};
use shoal_metainfo::{
    MAX_FILES, MAX_PIECE_LENGTH, MAX_PIECES, MAX_TORRENT_BYTES, MIN_PIECE_LENGTH, Magnet,
    MagnetError, Metainfo, MetainfoError, magnet_uri,
};

/// A single-file info dictionary with free numbers.
fn single(length: i128, piece_length: i128, pieces: usize) -> Vec<u8> {
    dict(&[
        ("length", int(length)),
        ("name", bytes("t")),
        ("piece length", int(piece_length)),
        ("pieces", bytes(vec![0xaa; pieces * 20])),
    ])
}

fn multi(paths: &[&[&str]]) -> Vec<u8> {
    let entry = |path: &&[&str]| {
        let components = path.iter().map(bytes);
        dict(&[("length", int(1)), ("path", list(components))])
    };
    dict(&[
        ("files", list(paths.iter().map(entry))),
        ("name", bytes("t")),
        ("piece length", int(65536)),
        ("pieces", bytes([0xaa; 20])),
    ])
}

fn from_info(info: &[u8]) -> Result<Metainfo, MetainfoError> {
    Metainfo::from_info(info, Vec::new())
}

fn wrap(fields: &[(&str, Vec<u8>)]) -> Result<Metainfo, MetainfoError> {
    let mut entries = fields.to_vec();
    entries.push(("info", single(10, 16384, 1)));
    Metainfo::parse(&dict(&entries))
}

#[test]
fn pieces_and_offsets() {
    let files = [
        file("a", noise(1, 1000)),
        file("empty", Vec::new()),
        padding(1048),
        file("b/c", noise(2, 3000)),
    ];
    let meta = from_info(&common::info(&files, 1024)).unwrap();
    assert_eq!((meta.total_length, meta.piece_count), (5048, 5));
    let sizes: Vec<_> = (0..6).map(|i| meta.piece_size(i)).collect();
    assert_eq!(sizes, [1024, 1024, 1024, 1024, 952, 0]);
    let offsets: Vec<_> = meta.files.iter().map(|f| f.offset).collect();
    assert_eq!(offsets, [0, 1000, 1000, 2048]);
    let pieces: Vec<_> = (0..5).map(|i| meta.pieces_of_file(i)).collect();
    assert_eq!(pieces, [0..1, 0..0, 0..2, 2..5, 0..0]);
    assert!(meta.files[2].padding && !meta.files[2].on_disk() && !meta.single_file);
    assert_eq!(meta.piece_hash(4).unwrap(), meta.piece_hashes()[80..]);
    assert_eq!(meta.piece_hash(5), None);
    assert_eq!(meta.piece_hash(u32::MAX), None);
}

#[test]
fn piece_lengths_at_the_edges() {
    // Below the 16 KiB of a request block is fine: the engine then asks for one short block per
    // piece. Not a power of two is fine: BEP 3 does not ask for it.
    let (min, max) = (i128::from(MIN_PIECE_LENGTH), i128::from(MAX_PIECE_LENGTH));
    for length in [min, 1000, 16383, 16384, 100_000, max] {
        let meta = from_info(&single(length, length, 1)).unwrap();
        assert_eq!(i128::from(meta.piece_size(0)), length);
    }
    for length in [
        -1,
        0,
        1,
        min - 1,
        max + 1,
        1 << 32,
        (1 << 32) + 16384,
        1 << 64,
    ] {
        let error = from_info(&single(1, length, 1)).unwrap_err();
        assert_eq!(error, MetainfoError::PieceLength, "{length}");
    }
}

#[test]
fn numbers_at_the_edges() {
    let most = i128::from(MAX_PIECES);
    let full = 16384 * most;
    assert!(from_info(&single(full, 16384, MAX_PIECES as usize)).is_ok());
    let cases = [
        (
            single(full + 1, 16384, MAX_PIECES as usize + 1),
            "too_many_pieces",
        ),
        (single(0, 16384, 0), "no_content"),
        (single(-1, 16384, 1), "bad_length"),
        (single(1 << 53, 1 << 26, 1), "length_overflow"),
        (single((1 << 53) - 1, 1 << 26, 1), "too_many_pieces"),
        (single(16385, 16384, 1), "piece_count"),
        (single(16384, 16384, 2), "piece_count"),
        (multi(&[]), "no_files"),
        (multi(&[&[]]), "path_empty"),
        (multi(&[&["a"; 17]]), "path_too_deep"),
        (multi(&[&["."; 100]]), "path_too_deep"),
        (multi(&vec![&["a"][..]; MAX_FILES + 1]), "too_many_files"),
        (dict(&[("length", int(1))]), "piece_length"),
        (
            dict(&[("length", int(1)), ("piece length", int(16384))]),
            "piece_count",
        ),
        (
            dict(&[("piece length", int(16384)), ("pieces", bytes([0; 20]))]),
            "no_files",
        ),
        (
            dict(&[("meta version", int(2)), ("file tree", dict(&[]))]),
            "v2_only",
        ),
        (single(1, 16384, 1)[1..].to_vec(), "not_a_torrent"),
        ([single(1, 16384, 1), vec![b'\n']].concat(), "trailing_data"),
        (vec![b'd'; MAX_TORRENT_BYTES + 1], "too_large"),
        (Vec::new(), "empty"),
    ];
    for (info, code) in cases {
        let start = info[..info.len().min(80)].escape_ascii();
        assert_eq!(from_info(&info).unwrap_err().code(), code, "{start}");
    }
}

#[test]
fn the_largest_list_of_equal_files_is_fine() {
    let meta = from_info(&multi(&vec![&["a"][..]; MAX_FILES / 5])).unwrap();
    assert_eq!(meta.files[9999].path, ["a (10000)"]);
}

#[test]
fn what_is_not_a_torrent() {
    let cases: &[(&[u8], &str)] = &[
        (b"", "empty"),
        (b" \n", "empty"),
        (b"\n<!DOCTYPE html>", "html_page"),
        (b"\xef\xbb\xbf<html>", "html_page"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"PK\x03\x04", "not_a_torrent"),
        (b"magnet:?xt=x", "not_a_torrent"),
        (b"de", "no_info"),
        (b"d4:infoi1ee", "wrong_type"),
        (b"d4:infode", "truncated"),
        (b"d4:infodee<!-- -->", "trailing_data"),
    ];
    for (data, code) in cases {
        let error = Metainfo::parse(data).unwrap_err();
        assert_eq!(error.code(), *code, "{}", data.escape_ascii());
        assert!(error.to_string().ends_with('.'));
    }
}

#[test]
fn hybrids_run_as_version_1() {
    let mut info = single(10, 16384, 1);
    info.pop();
    info.extend(b"12:meta versioni2ee");
    let meta = from_info(&info).unwrap();
    assert!(meta.hybrid);
    assert_eq!(meta.info_bytes(), info);
}

#[test]
fn trackers_in_every_shape() {
    let a = || bytes("http://a.example/x");
    let b = || bytes("udp://b.example:1");
    let (want_a, want_b) = ("http://a.example/x", "udp://b.example:1");
    let only_a = || vec![vec![want_a.to_owned()]];
    let both = vec![vec![want_a.to_owned()], vec![want_b.to_owned()]];
    let one_tier = vec![vec![want_a.to_owned(), want_b.to_owned()]];
    let cases = [
        (vec![], vec![]),
        (vec![("announce", a())], only_a()),
        (vec![("announce", list([a()]))], only_a()),
        (vec![("announce", bytes("ws://x/"))], vec![]),
        (
            vec![("announce-list", list([list([a()]), list([b()])]))],
            both.clone(),
        ),
        (
            vec![("announce-list", list([list([a(), b(), a()])]))],
            one_tier,
        ),
        (vec![("announce-list", list([a(), b()]))], both.clone()),
        (vec![("announce-list", a())], only_a()),
        (vec![("announce-list", int(1)), ("announce", a())], only_a()),
        (
            vec![("announce-list", list([list([a()])])), ("announce", b())],
            both,
        ),
        (
            vec![("announce-list", list([list([])])), ("announce", a())],
            only_a(),
        ),
    ];
    for (fields, expected) in cases {
        assert_eq!(wrap(&fields).unwrap().trackers, expected, "{fields:?}");
    }
}

#[test]
fn texts_are_cleaned_and_odd_dates_dropped() {
    let meta = wrap(&[
        ("comment", bytes("a\u{202e}\nb<b>")),
        ("created by", bytes([0xe9])),
        ("creation date", int(1_700_000_000)),
    ])
    .unwrap();
    assert_eq!(meta.comment.as_deref(), Some("a b<b>"));
    assert_eq!(meta.created_by.as_deref(), Some("é"));
    assert_eq!(meta.creation_date, Some(1_700_000_000));
    for odd in [int(-1), int(i128::from(u64::MAX)), bytes("2020"), list([])] {
        assert_eq!(wrap(&[("creation date", odd)]).unwrap().creation_date, None);
    }
    assert_eq!(wrap(&[("comment", bytes("\u{7}"))]).unwrap().comment, None);
}

#[test]
fn the_re_wrap_keeps_names_and_hash() {
    // "表.txt" in Shift_JIS: without its encoding it would come back as another name.
    let torrent = dict(&[
        ("encoding", bytes("Shift_JIS")),
        ("info", {
            let files = list([dict(&[
                ("length", int(1)),
                ("path", list([bytes(b"\x95\x5c.txt")])),
            ])]);
            dict(&[
                ("files", files),
                ("name", bytes("t")),
                ("piece length", int(16384)),
                ("pieces", bytes([0; 20])),
                ("private", int(1)),
            ])
        }),
    ]);
    let meta = Metainfo::parse(&torrent).unwrap();
    assert_eq!(meta.files[0].path, ["表.txt"]);
    let tiers = [vec!["http://a.example/".to_owned(), "file:///x".to_owned()]];
    let again = Metainfo::parse(&meta.to_torrent_bytes(&tiers)).unwrap();
    assert_eq!(again.files, meta.files);
    assert_eq!(again.info_hash, meta.info_hash);
    assert_eq!(again.trackers, [["http://a.example/"]]);
    assert!(again.private);
    assert!(!meta.to_torrent_bytes(&[]).starts_with(b"d8:announce"));
}

const HASH: &str = "a9cd2c8b6bc5a704d3bb950b23222dbcc55cbfbf";

#[test]
fn magnets_in_every_shape() {
    let base32 = "VHGSZC3LYWTQJU53SUFSGIRNXTCVZP57";
    for text in [
        HASH.to_owned(),
        format!(" {base32}\n"),
        format!("magnet:?xt=urn:btih:{base32}"),
        format!("MAGNET:?XT=URN:BTIH:{}", HASH.to_uppercase()),
        format!("magnet://?dn=x&amp;xt=urn:btih:{HASH}"),
        format!("magnet:?xt.1=urn:btmh:1220aa&xt.2=urn%3Abtih%3A{HASH}&xt=urn:btih:zz"),
    ] {
        assert_eq!(
            Magnet::parse(&text).unwrap().info_hash.to_string(),
            HASH,
            "{text}"
        );
    }
    let cases = [
        ("", MagnetError::NotAMagnet),
        ("http://x/", MagnetError::NotAMagnet),
        ("magnet:", MagnetError::NotAMagnet),
        ("magnét:?x", MagnetError::NotAMagnet),
        ("magnet:?", MagnetError::NoInfoHash),
        ("magnet:?xt=urn:sha1:x", MagnetError::NoInfoHash),
        ("magnet:?xt=urn:btih:", MagnetError::BadInfoHash),
        ("magnet:?xt=urn:btmh:1220aa", MagnetError::V2Only),
    ];
    for (text, error) in cases {
        assert_eq!(Magnet::parse(text), Err(error), "{text}");
    }
}

#[test]
fn magnet_parameters() {
    let magnet = Magnet::parse(&format!(
        "magnet:?xt=urn:btih:{HASH}&dn=a+b%0Ac&dn=second&tr=udp%3A%2F%2Fu.example%3A1&tr=wss://w/\
         &tr=HTTP://h.example/a?k=1%262&x.pe=1.2.3.4:5&x.pe=[2001:db8::1]:6&x.pe=host:7\
         &x.pe=1.2.3.4:0&x.pe=0.0.0.0:9&x.pe=1.2.3.4:5&so=0-99999999999"
    ))
    .unwrap();
    assert_eq!(magnet.name.as_deref(), Some("a b c"));
    assert_eq!(
        magnet.trackers,
        [["udp://u.example:1"], ["http://h.example/a?k=1&2"]]
    );
    let peers: Vec<_> = magnet.peers.iter().map(ToString::to_string).collect();
    assert_eq!(peers, ["1.2.3.4:5", "[2001:db8::1]:6"]);
    assert_eq!(Magnet::parse(&magnet.to_uri()), Ok(magnet));
}

#[test]
fn a_written_magnet_is_never_too_long() {
    let hash = HASH.parse().unwrap();
    let tracker = |i| vec![format!("http://t{i}.example/{}", "%".repeat(2000))];
    let trackers: Vec<_> = (0..50).map(tracker).collect();
    let uri = magnet_uri(hash, Some("n"), &trackers);
    let kept = Magnet::parse(&uri).unwrap().trackers;
    assert!(kept.len() > 5 && kept == trackers[..kept.len()]);
}
