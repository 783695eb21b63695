//! Drives every row of the hostile corpus through the parsers. `corpus/INDEX.tsv` and
//! `corpus/magnets.tsv` say what a careful client does; `corpus/verdicts.tsv` says exactly what this
//! crate does: the error code of a refusal, or the names it chose.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failed unwrap is a failed test"
)]

use std::{collections::BTreeMap, fmt::Write, fs, path::PathBuf};

use shoal_metainfo::{FileEntry, Magnet, Metainfo};

/// Rows where the verdict differs from the index on purpose.
const DIFFERENT: &[(&str, &str)] = &[(
    "p140k.torrent",
    "more than 130,000 pieces: peers' bitfields exceed the engine's message limit",
)];

fn corpus(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/corpus")
        .join(name)
}

fn rows(name: &str) -> Vec<Vec<String>> {
    fs::read_to_string(corpus(name))
        .unwrap()
        .lines()
        .filter(|line| !line.starts_with('#') && !line.starts_with("file\t"))
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect()
}

/// The large files of the corpus are made here, byte for byte; the index has their SHA-1.
fn torrent(name: &str) -> Vec<u8> {
    const HASH: &[u8] = &[0xaa; 20];
    let announce: &[u8] = b"d8:announce27:http://127.0.0.1:9/announce";
    let tiny: &[u8] = b"4:infod6:lengthi10e4:name1:t12:piece lengthi16384e6:pieces20:";
    match name {
        "deep_list.torrent" => {
            let lists = [vec![b'l'; 1_000_000], vec![b'e'; 1_000_000]].concat();
            [b"d1:x", &*lists, tiny, HASH, b"ee"].concat()
        }
        "deep_in_info.torrent" => {
            let lists = [vec![b'l'; 200_000], vec![b'e'; 200_000]].concat();
            [b"d", tiny, HASH, b"2:zz", &lists, b"ee"].concat()
        }
        "int_huge_digits.torrent" => {
            let digits = vec![b'9'; 1_000_000];
            [b"d13:creation datei", &*digits, b"e", tiny, HASH, b"ee"].concat()
        }
        "p140k.torrent" => {
            let head =
                b"4:infod6:lengthi2293760000e4:name1:t12:piece lengthi16384e6:pieces2800000:";
            [announce, head, &HASH.repeat(140_000), b"ee"].concat()
        }
        "files_100k.torrent" => {
            let mut files = String::new();
            for i in 0..100_000 {
                let path = format!("f{i}");
                write!(files, "d6:lengthi1e4:pathl{}:{path}ee", path.len()).unwrap();
            }
            let tail = b"e4:name1:t12:piece lengthi16384e6:pieces140:";
            let files = files.as_bytes();
            [
                announce,
                b"4:infod5:filesl",
                files,
                tail,
                &HASH.repeat(7),
                b"ee",
            ]
            .concat()
        }
        _ => fs::read(corpus("torrents").join(name)).unwrap(),
    }
}

fn describe(meta: &Metainfo) -> String {
    let file = |file: &FileEntry| {
        let mut text = file.path.join("/");
        for (set, mark) in [
            (file.renamed, " [renamed]"),
            (file.padding, " [padding]"),
            (file.symlink, " [symlink]"),
        ] {
            text += if set { mark } else { "" };
        }
        if let Some(risk) = file.risk {
            write!(text, " [{risk:?}]").unwrap();
        }
        text
    };
    let files: Vec<_> = meta.files.iter().map(file).collect();
    let kind = if meta.single_file { "file" } else { "folder" };
    format!("{kind} {}: {}", meta.disk_name, files.join(", "))
}

fn expected_verdicts() -> BTreeMap<String, (String, String)> {
    rows("verdicts.tsv")
        .into_iter()
        .map(|row| (row[0].clone(), (row[1].clone(), row[2].clone())))
        .collect()
}

/// Compares with the snapshot and shows every line that differs at once.
fn compare(actual: &[(String, String, String)]) {
    let expected = expected_verdicts();
    let wrong: Vec<_> = actual
        .iter()
        .filter(|(id, verdict, detail)| {
            expected.get(id) != Some(&(verdict.clone(), detail.clone()))
        })
        .map(|(id, verdict, detail)| format!("{id}\t{verdict}\t{detail}"))
        .collect();
    assert!(wrong.is_empty(), "lines that differ:\n{}", wrong.join("\n"));
}

#[test]
fn every_torrent_of_the_corpus() {
    let mut actual = Vec::new();
    for row in rows("INDEX.tsv") {
        let (name, sha1, wish) = (&row[0], &row[1], &row[3]);
        let bytes = torrent(name);
        assert_eq!(
            &sha1_hex(&bytes),
            sha1,
            "{name} is not the file of the index"
        );
        let (verdict, detail) = match Metainfo::parse(&bytes) {
            Ok(meta) => ("accept", describe(&meta)),
            Err(error) => ("reject", error.code().to_owned()),
        };
        let fits = match wish.split([',', ' ', '/']).next().unwrap() {
            "accept" | "sanitize" | "ignore" | "rename" => verdict == "accept",
            "reject" => verdict == "reject",
            // "limit", "reject-or-sanitize", "accept-or-limit", …: both are right.
            _ => true,
        };
        let excused = DIFFERENT.iter().any(|(excused, _)| excused == name);
        assert!(
            fits != excused,
            "{name}: {verdict} {detail}, the index says {wish}"
        );
        actual.push((name.clone(), verdict.to_owned(), detail));
    }
    compare(&actual);
}

#[test]
fn every_magnet_of_the_corpus() {
    let mut actual = Vec::new();
    for row in rows("magnets.tsv") {
        let trackers = (0..10_000).fold(String::new(), |mut all, i| {
            write!(all, "&tr=http%3A%2F%2Ft{i}.example%2Fannounce").unwrap();
            all
        });
        let uri = row[1]
            .replace("@A1M@", &"A".repeat(1_000_000))
            .replace("@TR10K@", &trackers);
        let (verdict, detail) = match Magnet::parse(&uri) {
            Ok(magnet) => ("accept", magnet.to_uri()),
            Err(error) => ("reject", error.code().to_owned()),
        };
        let wish = row[2].split([',', ' ']).next().unwrap();
        let fits = match wish {
            "accept" | "ignore" => verdict == "accept",
            "reject" => verdict == "reject",
            _ => true,
        };
        assert!(fits, "{}: {verdict} {detail}, expected {wish}", row[0]);
        actual.push((row[0].clone(), verdict.to_owned(), detail));
    }
    compare(&actual);
}

#[test]
fn accepted_torrents_survive_the_re_wrap() {
    for row in rows("INDEX.tsv") {
        let Ok(meta) = Metainfo::parse(&torrent(&row[0])) else {
            continue;
        };
        let again = Metainfo::parse(&meta.to_torrent_bytes(&meta.trackers)).unwrap();
        assert_eq!(again, meta, "{}", row[0]);
    }
}

fn sha1_hex(bytes: &[u8]) -> String {
    use sha1::Digest;
    hex::encode(sha1::Sha1::digest(bytes))
}
