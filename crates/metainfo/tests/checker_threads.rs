//! The checker with several threads, paused and cancelled.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::{fmt::Write, fs};

use sha1::{Digest, Sha1};
use shoal_metainfo::{
    Control, HashOptions, Metainfo, Progress,
    check::{CheckError, CheckFile, check},
};
use tempfile::TempDir;

/// 40 MiB in pieces of 100 KiB over files of odd lengths: many reads for several threads.
fn large(folder: &TempDir) -> (Metainfo, Vec<CheckFile>) {
    let piece_length = 100 * 1024;
    let (mut content, mut entries, mut files) = (Vec::new(), String::new(), Vec::new());
    for number in 0..5_u8 {
        let length = 8 * 1024 * 1024 + 13 * usize::from(number);
        let data: Vec<u8> = (0..length)
            .map(|at| (at / 7).to_le_bytes()[usize::from(number) % 3])
            .collect();
        let path = folder.path().join(number.to_string());
        fs::write(&path, &data).unwrap();
        write!(entries, "d6:lengthi{length}e4:pathl1:{number}ee").unwrap();
        files.push(CheckFile {
            path: Some(path),
            length: data.len() as u64,
        });
        content.extend(data);
    }
    let hashes: Vec<u8> = content
        .chunks(piece_length)
        .flat_map(|piece| Sha1::digest(piece).to_vec())
        .collect();
    let head = format!("d5:filesl{entries}e4:name1:t12:piece lengthi{piece_length}e");
    let mut info = head.into_bytes();
    info.extend(format!("6:pieces{}:", hashes.len()).bytes());
    info.extend(hashes);
    info.push(b'e');
    (Metainfo::from_info(&info, Vec::new()).unwrap(), files)
}

#[test]
fn any_number_of_threads_finds_the_same() {
    let folder = TempDir::new().unwrap();
    let (meta, files) = large(&folder);
    let path = files[2].path.clone().unwrap();
    let mut data = fs::read(&path).unwrap();
    data[4_000_000] ^= 1;
    fs::write(&path, data).unwrap();
    let run = |threads, low_priority| {
        let options = HashOptions {
            threads,
            low_priority,
        };
        let control = Control::new();
        check(&meta, &files, None, None, options, &control, &mut |_| {}).unwrap()
    };
    let one = run(1, false);
    assert_eq!(one.have.count_ones(), meta.piece_count - 1);
    assert_eq!(one.bytes_read, meta.total_length);
    for threads in [0, 2, 3, 1000] {
        assert_eq!(run(threads, true), one, "{threads} threads");
    }
}

#[test]
fn a_paused_check_waits_and_holds_no_file() {
    let folder = TempDir::new().unwrap();
    let (meta, files) = large(&folder);
    let control = Control::new();
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        let checking = scope.spawn(|| {
            let options = HashOptions {
                threads: 2,
                low_priority: false,
            };
            let mut calls = 0;
            let mut progress = |now: Progress| {
                calls += 1;
                if calls == 2 {
                    control.pause();
                }
                tell.send(now).unwrap();
            };
            check(&meta, &files, None, None, options, &control, &mut progress)
        });
        // Each thread may tell what it had begun; then nothing more comes.
        let mut last = told.recv().unwrap();
        while let Ok(now) = told.recv_timeout(std::time::Duration::from_millis(300)) {
            last = now;
        }
        assert!(last.done_bytes < last.total_bytes);
        assert!(control.is_paused() && !checking.is_finished());
        #[cfg(target_os = "linux")]
        assert_eq!(open_below(folder.path()), 0);
        control.resume();
        assert!(checking.join().unwrap().unwrap().have.is_full());
    });
}

#[test]
fn a_paused_check_can_be_cancelled() {
    let folder = TempDir::new().unwrap();
    let (meta, files) = large(&folder);
    let control = Control::new();
    control.pause();
    std::thread::scope(|scope| {
        let checking = scope.spawn(|| {
            let options = HashOptions::default();
            check(&meta, &files, None, None, options, &control, &mut |_| {})
        });
        control.cancel();
        let ended = checking.join().unwrap();
        assert!(matches!(ended, Err(CheckError::Cancelled)));
    });
}

/// How many files below `folder` this process has open.
#[cfg(target_os = "linux")]
fn open_below(folder: &std::path::Path) -> usize {
    fs::read_dir("/proc/self/fd")
        .unwrap()
        .filter_map(|fd| fs::read_link(fd.unwrap().path()).ok())
        .filter(|target| target.starts_with(folder))
        .count()
}
