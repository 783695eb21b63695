//! Properties for any input: no panic, no escape from the download folder, no two files in one
//! place, and the clean forms read back as the same thing.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod common;

use std::{
    collections::HashSet,
    net::{Ipv4Addr, SocketAddr},
    path::{Component, Path},
};

use common::{bytes, dict, file, int, list, noise, padding};
use proptest::prelude::*;
use shoal_metainfo::{
    Bitfield, InfoHash, Magnet, Metainfo, clean_tiers,
    sanitize::{MAX_COMPONENT_BYTES, display_text, safe_component},
};
use unicode_normalization::UnicodeNormalization;

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// The rules of all systems at once, written down a second time on purpose.
fn assert_safe_component(name: &str) {
    assert!(
        !name.is_empty() && name.len() <= MAX_COMPONENT_BYTES,
        "{name:?}"
    );
    assert!(
        !name.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|']),
        "{name:?}"
    );
    assert!(!name.chars().any(char::is_control), "{name:?}");
    let invisible = [
        '\u{202e}', '\u{2066}', '\u{200b}', '\u{200f}', '\u{feff}', '\u{61c}',
    ];
    assert!(!name.contains(invisible), "{name:?}");
    assert!(!name.ends_with(['.', ' ']), "{name:?}");
    let stem = name
        .split('.')
        .next()
        .unwrap()
        .trim_end()
        .to_ascii_uppercase();
    for device in ["CON", "PRN", "AUX", "NUL", "COM1", "COM9", "LPT1", "CONIN$"] {
        assert_ne!(stem, device, "{name:?}");
    }
    // Checks `.` and `..` the way the system sees them.
    let components: Vec<_> = Path::new(name).components().collect();
    assert_eq!(components, [Component::Normal(name.as_ref())]);
}

fn assert_sound(meta: &Metainfo) {
    assert_safe_component(&meta.disk_name);
    assert!(!meta.disk_name.starts_with('.'));
    assert!(!meta.name.is_empty());
    let mut seen = HashSet::new();
    let mut offset = 0;
    for (index, file) in meta.files.iter().enumerate() {
        assert!((1..=16).contains(&file.path.len()));
        file.path
            .iter()
            .for_each(|name| assert_safe_component(name));
        let key: String = file.path.join("/").to_lowercase().nfc().collect();
        assert!(seen.insert(key), "{:?} twice", file.path);
        assert_eq!(file.offset, offset);
        offset += file.length;
        assert!(meta.pieces_of_file(index).end <= meta.piece_count);
    }
    // No file lies where another one needs a folder.
    for file in &meta.files {
        for depth in 1..file.path.len() {
            let folder: String = file.path[..depth].join("/").to_lowercase().nfc().collect();
            assert!(!seen.contains(&folder), "{folder:?} is a file and a folder");
        }
    }
    assert_eq!(offset, meta.total_length);
    let pieces = 0..meta.piece_count;
    let sum: u64 = pieces.map(|p| u64::from(meta.piece_size(p))).sum();
    assert_eq!(sum, meta.total_length);
    assert_eq!(meta.piece_hashes().len(), meta.piece_count as usize * 20);
    assert!(meta.trackers.iter().flatten().count() <= 50);

    let again = Metainfo::parse(&meta.to_torrent_bytes(&meta.trackers)).unwrap();
    assert_eq!(&again, meta);
    assert_eq!(InfoHash::of_info(meta.info_bytes()), meta.info_hash);
}

/// Names made of parts that have hurt other clients; with `refused`, also of those that make a
/// torrent invalid as a whole.
fn nasty_name(refused: bool) -> impl Strategy<Value = Vec<u8>> {
    let mut parts: Vec<&[u8]> = vec![
        b".",
        b"\\",
        b":",
        b" ",
        b"\n",
        b"a",
        b"A",
        b"b",
        b"con",
        b"NUL",
        b"com1",
        b".txt",
        b".exe",
        b".mp4",
        b" (2)",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xe9",
        b"\x95\x5c",
        &[b'x'; 130],
    ];
    let text = "é,e\u{301},ß,ss,İ,ﬁ,\u{202e},\u{200b},\u{2028},\u{3000},／,\u{2024}";
    parts.extend(text.split(',').map(str::as_bytes));
    if refused {
        parts.extend([&b".."[..], b"/", b"\0"]);
    }
    prop::collection::vec(prop::sample::select(parts), 1..6).prop_map(|parts| parts.concat())
}

prop_compose! {
    fn nasty_torrent(refused: bool)(
        name in nasty_name(refused),
        paths in prop::collection::vec(
            (prop::collection::vec(nasty_name(refused), 1..4), 0..3_i128, prop::sample::select(vec!["", "p", "l", "x"])),
            1..12,
        ),
        encoding in prop::sample::select(vec!["", "Shift_JIS", "GBK", "utf-16", "utf-7"]),
    ) -> Vec<u8> {
        let total: i128 = paths.iter().map(|(_, length, _)| length).sum();
        let files = paths.iter().map(|(path, length, attr)| {
            dict(&[("attr", bytes(attr)), ("length", int(*length)), ("path", list(path.iter().map(bytes)))])
        });
        let info = dict(&[
            ("files", list(files)),
            ("name", bytes(name)),
            ("piece length", int(16384)),
            ("pieces", bytes(vec![1; if total > 0 { 20 } else { 0 }])),
        ]);
        dict(&[("encoding", bytes(encoding)), ("info", info)])
    }
}

/// A valid torrent with every kind of field, to be damaged.
fn valid_torrent() -> Vec<u8> {
    let files = [
        file("a/b.mkv", noise(1, 700)),
        padding(324),
        file("c.srt", noise(2, 900)),
    ];
    let tracker = || bytes("http://t.example/a");
    dict(&[
        ("announce", tracker()),
        (
            "announce-list",
            list([list([tracker()]), list([bytes("udp://u.example:1")])]),
        ),
        ("comment", bytes("hello")),
        ("creation date", int(1_700_000_000)),
        ("info", common::info(&files, 1024)),
    ])
}

fn check_parse(data: &[u8]) {
    match Metainfo::parse(data) {
        Ok(meta) => assert_sound(&meta),
        Err(error) => assert!(!error.code().is_empty()),
    }
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn any_bytes(data in prop::collection::vec(any::<u8>(), 0..300)) {
        check_parse(&data);
    }

    #[test]
    fn any_bytes_of_the_format(data in "d[0-9:dlie\\-a-c]{0,60}") {
        check_parse(data.as_bytes());
        check_parse(format!("d4:info{data}e").as_bytes());
    }

    #[test]
    fn damaged_torrents(
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..3_u8, any::<u8>()), 1..6),
    ) {
        let mut data = valid_torrent();
        for (index, kind, byte) in edits {
            let at = index.index(data.len());
            match kind {
                0 => data[at] = byte,
                1 => data.insert(at, if byte.is_ascii_digit() { byte } else { b'0' + byte % 10 }),
                _ => { data.remove(at); }
            }
        }
        check_parse(&data);
    }

    #[test]
    fn nasty_names(torrent in any::<bool>().prop_flat_map(nasty_torrent)) {
        check_parse(&torrent);
    }

    #[test]
    fn any_name_becomes_a_safe_component(name in "\\PC{0,300}|[\\x00-\\u{3000}]{0,20}") {
        let safe = safe_component(&name);
        assert_safe_component(&safe);
        prop_assert_eq!(safe_component(&safe), safe);
    }

    #[test]
    fn any_text_becomes_one_line(text in "[\\x00-\\u{3000}]{0,40}", max in 0..30_usize) {
        let shown = display_text(&text, max);
        prop_assert!(shown.chars().count() <= max);
        let bad = shown.chars().any(|c| c.is_control() || c == '\u{202e}');
        prop_assert!(!bad);
        prop_assert_eq!(display_text(&shown, max), shown);
    }

    #[test]
    fn any_magnet(tail in "([a-z.]{0,4}[=&%:]|urn:btih:|xt=|[0-9a-f%]{0,42}|\\PC){0,20}") {
        if let Ok(magnet) = Magnet::parse(&format!("magnet:?{tail}")) {
            prop_assert_eq!(Magnet::parse(&magnet.to_uri()), Ok(magnet));
        }
        let _ = Magnet::parse(&tail);
    }

    #[test]
    fn magnets_round_trip(
        hash in any::<[u8; 20]>(),
        name in prop::option::of("[\\x00-\\u{3000}]{0,30}"),
        trackers in prop::collection::vec("(http|udp)://[a-z]{1,8}\\.example:[1-9][0-9]{0,3}/[!-~]{0,20}", 0..60),
        ports in prop::collection::hash_set(1..u16::MAX, 0..50),
    ) {
        let shown = name.map(|n| display_text(&n, 512)).filter(|n| !n.is_empty());
        let magnet = Magnet {
            info_hash: InfoHash(hash),
            name: shown,
            trackers: clean_tiers(trackers.into_iter().map(|t| vec![t])),
            peers: ports.into_iter().map(|p| SocketAddr::from((Ipv4Addr::LOCALHOST, p))).collect(),
        };
        prop_assert_eq!(Magnet::parse(&magnet.to_uri()), Ok(magnet));
    }

    #[test]
    fn bitfields_round_trip(bits in prop::collection::vec(any::<bool>(), 0..70)) {
        let len = u32::try_from(bits.len()).unwrap();
        let mut field = Bitfield::new(len);
        for (index, bit) in (0..).zip(&bits) {
            field.set(index, *bit);
        }
        let ones: Vec<u32> = (0..).zip(&bits).filter(|(_, bit)| **bit).map(|(i, _)| i).collect();
        prop_assert_eq!(field.iter_ones().collect::<Vec<_>>(), ones);
        prop_assert_eq!(Bitfield::from_bytes(len, field.as_bytes()), Some(field));
    }
}
