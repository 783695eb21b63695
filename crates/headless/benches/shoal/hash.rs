//! How near checking and creation come to what the machine can do: one file in the page cache, two
//! threads, against a plain loop of two threads that read and hash the same file with the same
//! SHA-1. Other makers of torrents hash the same file beside it, and qBittorrent checks it, for the
//! table.
//!
//! Here the clock counts, since it is about using both cores: the machine should be idle. Runs take
//! turns, and the ratio is the median of those of neighbours. The processor time of each is printed
//! beside it, for when the machine was not.

use std::{
    fs::{self, File},
    io::{Read as _, Write as _},
    os::unix::fs::FileExt as _,
    path::Path,
    process::{self, Command, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use sha1::{Digest, Sha1};
use shoal_metainfo::{
    Control, HashOptions, Metainfo,
    check::{CheckFile, check},
    create::{CreateOptions, create, piece_length_for},
};

use shoal_testkit::{
    Qbittorrent, Site, TorrentSpec,
    report::{Figure, median, runs},
    wait,
};

use crate::{leecher::Meter, place::Place};

const CHECK: &str = "hash.check_ratio_to_limit";
const CREATE: &str = "hash.create_ratio_to_limit";
pub(crate) const NAMES: &[&str] = &[CHECK, CREATE];

const THREADS: usize = 2;
const TARGET: f64 = 0.95;
/// Runs of each other program.
const OTHER_RUNS: usize = 3;
const AGAINST: &str = "two threads of pread and SHA-1";

const OPTIONS: HashOptions = HashOptions {
    threads: THREADS,
    low_priority: false,
};

pub(crate) fn run(place: &Place, chosen: &[&str]) -> Vec<Figure> {
    if !NAMES.iter().any(|name| chosen.contains(name)) {
        return Vec::new();
    }
    let dir = place.dir().join("hash");
    fs::create_dir_all(&dir).unwrap();
    let path = dir.join("content");
    fill(&path, place.size.payload_bytes);
    let piece_length = piece_length_for(place.size.payload_bytes);
    let meta = made(&path);
    let works: [(&str, &dyn Fn()); 3] = [
        ("plain loop", &|| plain(&path, piece_length)),
        ("check", &|| checked(&meta, &path)),
        ("create", &|| drop(made(&path))),
    ];
    let (mut clock, mut cpu) = (works.map(|_| Vec::new()), works.map(|_| Vec::new()));
    for round in 0..place.size.rounds {
        // Nobody always comes first.
        for at in (0..works.len()).map(|at| (at + round) % works.len()) {
            let meter = Meter::start(process::id());
            works[at].1();
            let cost = meter.read();
            clock[at].push(cost.clock.as_secs_f64());
            cpu[at].push(cost.cpu_s());
        }
    }
    for (at, (name, _)) in works.iter().enumerate() {
        runs(&format!("{name}, s"), &clock[at], 2);
        runs(&format!("{name}, processor seconds"), &cpu[at], 2);
    }
    let [limits, checks, creates] = clock;
    others(&dir, &path, piece_length);
    qbittorrent(&dir, &path, piece_length);
    let figure = |name, times: &[f64]| {
        let of_limit = |(limit, time): (&f64, &f64)| limit / time;
        let ratios: Vec<f64> = limits.iter().zip(times).map(of_limit).collect();
        runs(name, &ratios, 3);
        let ratio = median(&ratios);
        Figure {
            name,
            value: ratio,
            unit: "",
            against: AGAINST,
            ratio,
            target: TARGET,
        }
    };
    let mut figures = vec![figure(CHECK, &checks), figure(CREATE, &creates)];
    figures.retain(|figure| chosen.contains(&figure.name));
    figures
}

/// Bytes that are not alike, written and read once, so that they are in the page cache.
fn fill(path: &Path, bytes: u64) {
    let mut block = vec![0_u8; 1 << 20];
    File::open("/dev/urandom")
        .unwrap()
        .read_exact(&mut block)
        .unwrap();
    let mut file = File::create(path).unwrap();
    for number in 0..bytes >> 20 {
        block[..8].copy_from_slice(&number.to_le_bytes());
        file.write_all(&block).unwrap();
    }
    file.sync_all().unwrap();
    let mut file = File::open(path).unwrap();
    std::io::copy(&mut file, &mut std::io::sink()).unwrap();
}

fn seconds(work: impl FnOnce()) -> f64 {
    let begun = Instant::now();
    work();
    begun.elapsed().as_secs_f64()
}

/// What the machine can do: nothing but reads of one piece each and their SHA-1.
fn plain(path: &Path, piece_length: u32) {
    let next = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let file = File::open(path).unwrap();
                let mut buffer = vec![0; piece_length as usize];
                loop {
                    let piece = next.fetch_add(1, Ordering::Relaxed);
                    let read = file.read_at(&mut buffer, piece * u64::from(piece_length));
                    match read.unwrap() {
                        0 => return,
                        read => std::hint::black_box(Sha1::digest(&buffer[..read])),
                    };
                }
            });
        }
    });
}

fn made(path: &Path) -> Metainfo {
    let options = CreateOptions {
        path: path.to_owned(),
        hash: OPTIONS,
        ..CreateOptions::default()
    };
    create(&options, &Control::new(), &mut |_| {}).unwrap().meta
}

fn checked(meta: &Metainfo, path: &Path) {
    let files = [CheckFile {
        path: Some(path.to_owned()),
        length: meta.total_length,
    }];
    let control = Control::new();
    let report = check(meta, &files, None, None, OPTIONS, &control, &mut |_| {});
    assert!(report.unwrap().have.is_full());
}

/// Makers of torrents on the same file, each as it comes but for the length of a piece. libtorrent
/// is what qBittorrent makes and checks torrents with.
fn others(dir: &Path, path: &Path, piece_length: u32) {
    const LIBTORRENT: &str = "
import libtorrent as lt, os, sys
fs = lt.file_storage()
lt.add_files(fs, sys.argv[1])
t = lt.create_torrent(fs, int(sys.argv[3]), lt.create_torrent.v1_only)
lt.set_piece_hashes(t, os.path.dirname(sys.argv[1]))
open(sys.argv[2], 'wb').write(lt.bencode(t.generate()))
";
    let out = dir.join("other.torrent");
    let (path, out_text) = (path.to_str().unwrap(), out.to_str().unwrap());
    let power = piece_length.ilog2().to_string();
    let kib = (piece_length / 1024).to_string();
    let bytes = piece_length.to_string();
    let programs: [(&str, &str, Vec<&str>); 3] = [
        (
            "mktorrent -t 2",
            "mktorrent",
            vec!["-t", "2", "-l", &power, "-o", out_text, path],
        ),
        (
            "transmission-create",
            "transmission-create",
            vec!["-s", &kib, "-o", out_text, path],
        ),
        (
            "libtorrent",
            "/usr/bin/python3",
            vec!["-c", LIBTORRENT, path, out_text, &bytes],
        ),
    ];
    for (name, program, args) in programs {
        let times: Vec<f64> = (0..OTHER_RUNS)
            .map(|_| {
                fs::remove_file(&out).ok();
                seconds(|| {
                    let mut command = Command::new(program);
                    command.args(&args).stdout(Stdio::null());
                    let status = command.status();
                    let status = status.unwrap_or_else(|e| panic!("{program} is missing: {e}"));
                    assert!(status.success(), "{name}");
                })
            })
            .collect();
        runs(&format!("{name}, s"), &times, 2);
    }
}

/// The check that qBittorrent makes of what is added: from the request until it seeds. Its web API is
/// asked rarely enough not to disturb, and tells what was so up to a tenth of a second before, where
/// it is a second and a half as qBittorrent comes.
fn qbittorrent(dir: &Path, path: &Path, piece_length: u32) {
    const LOOK: Duration = Duration::from_millis(50);
    const LINES: &str = "Session\\RefreshInterval=100";
    let torrent = TorrentSpec::new().piece_length(piece_length).build(path);
    let file = dir.join("content.torrent");
    fs::write(&file, &torrent.bytes).unwrap();
    let client = Qbittorrent::start_with(&Site::loopback().host("checker"), LINES);
    let hashes = format!("hashes={}", torrent.hex());
    let state = || client.torrent(&torrent)["state"].clone();
    for threads in [1, THREADS] {
        let preferences = format!(r#"json={{"hashing_threads":{threads}}}"#);
        client.call("app/setPreferences", &["--data-urlencode", &preferences]);
        let times: Vec<f64> = (0..OTHER_RUNS)
            .map(|_| {
                let time = seconds(|| {
                    client.add(&file, dir);
                    while state() != "stalledUP" {
                        thread::sleep(LOOK);
                    }
                });
                let delete = ["-d", &hashes, "-d", "deleteFiles=false"];
                client.call("torrents/delete", &delete);
                wait::until(wait::GENEROUS, "the torrent to go", || {
                    state().is_null().then_some(())
                });
                time
            })
            .collect();
        runs(
            &format!("qBittorrent's check with hashing_threads={threads}, s"),
            &times,
            2,
        );
    }
}
