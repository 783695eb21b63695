//! Making torrents: what comes out is whole, equal to what others make of the same files, and
//! accepted by them. Needs transmission-cli, mktorrent, aria2 and python3-libtorrent.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use shoal_metainfo::{
    Control, HashOptions, Metainfo,
    check::{CheckFile, check},
    create::{CreateError, CreateOptions, Created, SkipReason, Style, create, piece_length_for},
};
use tempfile::TempDir;

const PIECE: u32 = 32 * 1024;

/// Bytes that differ from place to place and from seed to seed.
fn noise(seed: u8, length: usize) -> Vec<u8> {
    let mut state = u32::from(seed) + 1;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}

/// A folder `t` whose names come in another order with each program.
fn folder() -> (TempDir, PathBuf) {
    let temp = TempDir::new().unwrap();
    let top = temp.path().join("t");
    let names = [
        "a/x",
        "a b/x",
        "a-b/x",
        "C/x",
        "b",
        "a.txt",
        "Z",
        "é",
        "a/Y",
        "a/y2",
        "a/y10",
        "a/deep/er/z",
    ];
    for (seed, name) in (1_u8..).zip(names) {
        let path = top.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, noise(seed, usize::from(seed) * 20_011)).unwrap();
    }
    // Exactly two pieces, which needs no padding.
    fs::write(top.join("exact"), noise(99, 2 * PIECE as usize)).unwrap();
    (temp, top)
}

fn options(path: &Path) -> CreateOptions {
    CreateOptions {
        path: path.to_owned(),
        piece_length: Some(PIECE),
        ..CreateOptions::default()
    }
}

fn make(options: &CreateOptions) -> Result<Created, CreateError> {
    let mut last = None;
    let made = create(options, &Control::new(), &mut |progress| {
        assert!(progress.done_bytes <= progress.total_bytes);
        last = Some(progress);
    });
    if made.is_ok() {
        assert!(last.is_some_and(|last| last.done_bytes == last.total_bytes));
    }
    made
}

/// The standard output of a program that has to be installed and to succeed.
fn run(program: &str, args: &[&str]) -> String {
    let output = Command::new(program).args(args).output();
    let output = output.unwrap_or_else(|error| panic!("{program} is missing: {error}"));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{program} {args:?}: {text}{errors}"
    );
    text
}

fn theirs(program: &str, args: &[&str], output: &Path) -> Metainfo {
    run(program, args);
    Metainfo::parse(&fs::read(output).unwrap()).unwrap()
}

fn utf8(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// libtorrent's (version 1, version 2) info-hashes of the files in its own order. Debian's python,
/// which has its package, is not always the first one.
fn libtorrent(path: &Path, version: &str, out: &Path) -> (String, String) {
    const SCRIPT: &str = "
import libtorrent as lt, os, sys
path, version, out, piece = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
fs = lt.file_storage()
lt.add_files(fs, path)
t = lt.create_torrent(fs, piece, lt.create_torrent.v1_only) if version == '1' else lt.create_torrent(fs, piece)
t.set_priv(True)
lt.set_piece_hashes(t, os.path.dirname(path))
open(out, 'wb').write(lt.bencode(t.generate()))
h = lt.torrent_info(out).info_hashes()
print(h.v1, h.v2)
";
    let piece = PIECE.to_string();
    let text = run(
        "/usr/bin/python3",
        &["-c", SCRIPT, utf8(path), version, utf8(out), &piece],
    );
    let (v1, v2) = text.trim().split_once(' ').unwrap();
    (v1.to_owned(), v2.to_owned())
}

#[test]
fn the_torrent_is_whole_and_its_stamps_fit() {
    let (_temp, top) = folder();
    for hybrid in [false, true] {
        let made = make(&CreateOptions {
            hybrid,
            ..options(&top)
        })
        .unwrap();
        assert_eq!(made.meta.hybrid, hybrid);
        assert_eq!(made.info_hash_v2.is_some(), hybrid);
        assert_eq!(made.stamps.len(), made.meta.files.len());
        let mut files = Vec::new();
        for (file, stamp) in made.meta.files.iter().zip(&made.stamps) {
            assert!(!file.renamed);
            assert_eq!(stamp.is_some(), file.on_disk());
            assert!(stamp.is_none_or(|stamp| stamp.size_bytes == file.length));
            let path = file.path.iter().fold(top.clone(), |p, c| p.join(c));
            files.push(CheckFile {
                path: file.on_disk().then_some(path),
                length: file.length,
            });
        }
        let (options, control) = (HashOptions::default(), Control::new());
        let report = check(
            &made.meta,
            &files,
            None,
            None,
            options,
            &control,
            &mut |_| {},
        );
        assert!(report.unwrap().have.is_full());
    }
}

#[test]
fn mktorrent_makes_the_same() {
    let (temp, top) = folder();
    let out = temp.path().join("theirs.torrent");
    let args = [
        "-l",
        "15",
        "-p",
        "-d",
        "-s",
        "tag",
        "-o",
        utf8(&out),
        utf8(&top),
    ];
    let theirs = theirs("mktorrent", &args, &out);
    let ours = make(&CreateOptions {
        style: Style::Mktorrent,
        private: true,
        source: Some("tag".into()),
        ..options(&top)
    });
    assert_eq!(ours.unwrap().info_hash(), theirs.info_hash);
}

#[test]
fn transmission_makes_the_same() {
    let (temp, top) = folder();
    for path in [top.clone(), top.join("a/y10")] {
        let out = temp.path().join("theirs.torrent");
        let args = ["-s", "32", "-o", utf8(&out), utf8(&path)];
        let theirs = theirs("transmission-create", &args, &out);
        let ours = make(&CreateOptions {
            style: Style::Transmission,
            ..options(&path)
        });
        assert_eq!(ours.unwrap().info_hash(), theirs.info_hash);
    }
}

#[test]
fn libtorrent_makes_the_same_hybrid() {
    let (temp, top) = folder();
    fs::write(top.join("a/empty"), "").unwrap();
    // One of many pieces, of one piece, of one block, and of none.
    fs::write(top.join("long"), noise(7, 37 * PIECE as usize + 5)).unwrap();
    mark_executable(&top.join("b"));
    for path in [top.clone(), top.join("long"), top.join("b")] {
        let theirs = libtorrent(&path, "2", &temp.path().join("theirs.torrent"));
        let ours = make(&CreateOptions {
            hybrid: true,
            private: true,
            ..options(&path)
        })
        .unwrap();
        let v2 = hex::encode(ours.info_hash_v2.unwrap());
        assert_eq!((ours.info_hash().to_string(), v2), theirs, "{path:?}");
    }
}

#[test]
fn libtorrent_makes_the_same_of_one_file_in_version_1() {
    let (temp, top) = folder();
    let path = top.join("a/y10");
    let theirs = libtorrent(&path, "1", &temp.path().join("theirs.torrent"));
    let ours = make(&CreateOptions {
        private: true,
        ..options(&path)
    });
    assert_eq!(ours.unwrap().info_hash().to_string(), theirs.0);
}

#[cfg(unix)]
fn mark_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn others_accept_everything_that_can_be_in_one() {
    let (temp, top) = folder();
    for hybrid in [false, true] {
        let made = make(&CreateOptions {
            hybrid,
            source: Some("tag".into()),
            comment: Some("A remark".into()),
            created_by: Some("Shoal".into()),
            creation_date: Some(1_700_000_000),
            trackers: vec![
                vec![
                    "http://a.example/announce".into(),
                    "udp://b.example:1/".into(),
                ],
                vec!["https://c.example/announce".into()],
            ],
            web_seeds: vec!["http://seed.example/files/".into()],
            nodes: vec!["dht.example:6881".into(), "[2001:db8::1]:6881".into()],
            ..options(&top)
        })
        .unwrap();
        assert_eq!(made.meta.trackers.len(), 2);
        assert_eq!(made.meta.comment.as_deref(), Some("A remark"));
        assert_eq!(made.meta.creation_date, Some(1_700_000_000));
        let path = temp.path().join("ours.torrent");
        fs::write(&path, &made.torrent).unwrap();
        let hash = made.info_hash().to_string();
        let said = run("aria2c", &["-S", utf8(&path)]);
        // Of hybrids, those of libtorrent as well: transmission 3.00 refuses every one, and aria2
        // 1.36 loses the empty keys of the file tree and so shows another hash.
        if !hybrid {
            assert!(said.contains(&hash), "{said}");
            assert!(run("transmission-show", &[utf8(&path)]).contains(&hash));
        }
        let script = "import libtorrent as lt, sys; i = lt.torrent_info(sys.argv[1])
print(i.info_hashes().v1, i.info_hashes().v2, i.nodes(), i.web_seeds()[0]['url'], len(list(i.trackers())), i.info_hashes().has_v2())";
        let said = run("/usr/bin/python3", &["-c", script, utf8(&path)]);
        for part in [
            &*hash,
            "dht.example",
            "2001:db8::1",
            "http://seed.example/files/",
        ] {
            assert!(said.contains(part), "{part} in {said}");
        }
        assert_eq!(said.contains("True"), hybrid, "{said}");
        if let Some(v2) = made.info_hash_v2 {
            assert!(said.contains(&hex::encode(v2)));
        }
    }
}

#[test]
fn what_is_left_out_is_told() {
    let (_temp, top) = folder();
    fs::write(top.join(".hidden"), "x").unwrap();
    fs::write(top.join("a/skip.tmp"), "x").unwrap();
    let mut options = options(&top);
    options.ignore = vec!["*.tmp".into(), "a/deep".into(), "Z".into()];
    options.leave_out_hidden = true;
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/etc", top.join("link")).unwrap();
        run("mkfifo", &[utf8(&top.join("pipe"))]);
    }
    let made = make(&options).unwrap();
    let reason = |name: &str| {
        let found = made.skipped.iter().find(|s| s.path == top.join(name));
        found.map(|s| s.reason)
    };
    assert_eq!(reason(".hidden"), Some(SkipReason::Hidden));
    assert_eq!(reason("a/skip.tmp"), Some(SkipReason::Ignored));
    assert_eq!(reason("a/deep"), Some(SkipReason::Ignored));
    assert_eq!(reason("Z"), Some(SkipReason::Ignored));
    #[cfg(unix)]
    {
        assert_eq!(reason("link"), Some(SkipReason::Symlink));
        assert_eq!(reason("pipe"), Some(SkipReason::Special));
        assert_eq!(made.skipped.len(), 6);
    }
    assert_eq!(made.meta.files.len(), 11);
}

#[test]
fn what_makes_no_torrent() {
    let (temp, top) = folder();
    let error = |change: &dyn Fn(&mut CreateOptions)| {
        let mut options = options(&top);
        change(&mut options);
        make(&options).unwrap_err()
    };
    let empty = temp.path().join("empty");
    fs::create_dir(&empty).unwrap();
    fs::write(empty.join("nothing"), "").unwrap();
    assert!(matches!(
        error(&|o| o.path = empty.clone()),
        CreateError::NoContent { .. }
    ));
    assert!(matches!(
        error(&|o| o.path = temp.path().join("no")),
        CreateError::Io { .. }
    ));
    for length in [0, 8 * 1024, 48 * 1024, 128 * 1024 * 1024] {
        let wrong = error(&|o| o.piece_length = Some(length));
        assert!(matches!(wrong, CreateError::PieceLength));
    }
    for name in ["..", ".config", "a/b", "con", ""] {
        let wrong = error(&|o| o.name = Some(name.into()));
        assert!(matches!(wrong, CreateError::NameNotSafe { .. }), "{name}");
    }
    let wrong = error(&|o| o.trackers = vec![vec!["wss://x.example/".into()]]);
    assert!(matches!(wrong, CreateError::BadTracker { .. }));
    let wrong = error(&|o| o.web_seeds = vec!["ftp://x.example/".into()]);
    assert!(matches!(wrong, CreateError::BadWebSeed { .. }));
    for node in ["x.example", "x.example:0", ":1", "x.example:70000"] {
        let wrong = error(&|o| o.nodes = vec![node.into()]);
        assert!(matches!(wrong, CreateError::BadNode { .. }), "{node}");
    }
    let wrong = error(&|o| o.ignore = vec!["[".into()]);
    assert!(matches!(wrong, CreateError::BadPattern { .. }));
}

#[cfg(unix)]
#[test]
fn names_that_cannot_be_everywhere_are_named() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
    for (bad, unicode) in [(&b"a:b"[..], true), (b"nul.txt", true), (b"x\xff", false)] {
        let (_temp, top) = folder();
        let bad = top.join("a").join(OsStr::from_bytes(bad));
        fs::write(&bad, "x").unwrap();
        match make(&options(&top)).unwrap_err() {
            CreateError::NameNotSafe { path } if unicode => assert_eq!(path, bad),
            CreateError::NameNotUnicode { path } if !unicode => assert_eq!(path, bad),
            other => panic!("{other}"),
        }
    }
    let (_temp, top) = folder();
    fs::write(top.join("a/Y2"), "x").unwrap();
    assert!(matches!(
        make(&options(&top)),
        Err(CreateError::NameClash { .. })
    ));
}

#[test]
fn a_file_that_changes_while_it_is_read_makes_no_torrent() {
    for change in ["shorter", "longer", "gone"] {
        let (_temp, top) = folder();
        let path = top.join("a/y10");
        let mut changed = false;
        // The first call comes after the files were listed, before any is opened.
        let made = create(&options(&top), &Control::new(), &mut |_| {
            if changed {
                return;
            }
            changed = true;
            match change {
                "shorter" => fs::write(&path, "x").unwrap(),
                "longer" => fs::write(&path, noise(1, 1_000_000)).unwrap(),
                _ => fs::remove_file(&path).unwrap(),
            }
        });
        match made.unwrap_err() {
            CreateError::Changed { path: named } => assert_eq!(named, path),
            other => panic!("{change}: {other}"),
        }
    }
}

#[test]
fn cancelling() {
    let (_temp, top) = folder();
    let control = Control::new();
    let made = create(&options(&top), &control, &mut |_| control.cancel());
    assert!(matches!(made, Err(CreateError::Cancelled)));
}

#[test]
fn the_piece_length_follows_the_table() {
    const MIB: u64 = 1 << 20;
    for (bytes, expected) in [
        (1, 16 * 1024),
        (2000 * 16 * 1024, 16 * 1024),
        (2000 * 16 * 1024 + 1, 32 * 1024),
        (700 * MIB, 512 * 1024),
        (4096 * MIB, 4 << 20),
        (1 << 40, 16 << 20),
        (3 << 40, 32 << 20),
    ] {
        assert_eq!(piece_length_for(bytes), expected, "{bytes}");
    }
}
