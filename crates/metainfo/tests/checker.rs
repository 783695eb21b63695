//! The checker against real files in a temporary folder.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod common;

use std::{fs, path::PathBuf};

use common::{File, bytes, dict, file, int, list, noise, padding};
use shoal_metainfo::{
    Bitfield, Control, HashOptions, MAX_PIECES, Metainfo, Progress,
    check::{CheckError, CheckFile, CheckReport, FileFound, FileState, check},
};
use tempfile::TempDir;

const PIECE: usize = 1024;

/// A torrent and the folder with its files.
struct Fixture {
    folder: TempDir,
    meta: Metainfo,
    files: Vec<CheckFile>,
}

impl Fixture {
    fn new(files: &[File]) -> Self {
        let meta = Metainfo::from_info(&common::info(files, PIECE), Vec::new()).unwrap();
        let folder = TempDir::new().unwrap();
        let place = |(entry, file): (&shoal_metainfo::FileEntry, &File)| {
            let path = entry
                .path
                .iter()
                .fold(folder.path().to_owned(), |p, c| p.join(c));
            if entry.on_disk() {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(&path, &file.data).unwrap();
            }
            CheckFile {
                path: entry.on_disk().then_some(path),
                length: entry.length,
            }
        };
        let files = meta.files.iter().zip(files).map(place).collect();
        Self {
            folder,
            meta,
            files,
        }
    }

    fn path(&self, index: usize) -> PathBuf {
        self.files[index].path.clone().unwrap()
    }

    fn check(&self) -> CheckReport {
        self.check_some(None, None).unwrap()
    }

    fn check_some(
        &self,
        only: Option<&Bitfield>,
        trusted: Option<&Bitfield>,
    ) -> Result<CheckReport, CheckError> {
        let mut last = None;
        let mut progress = |Progress {
                                done_bytes: done,
                                total_bytes: total,
                            }| {
            assert!(done <= total && last.is_none_or(|(before, _)| before <= done));
            last = Some((done, total));
        };
        let report = check(
            &self.meta,
            &self.files,
            only,
            trusted,
            HashOptions::default(),
            &Control::new(),
            &mut progress,
        );
        if report.is_ok() {
            assert!(last.is_some_and(|(done, total)| done == total));
        }
        report
    }
}

/// Five pieces: `a` 0–2, `b/c` 2 (wholly inside), `d` 2–4, so piece 2 spans three files.
fn three_files() -> Fixture {
    Fixture::new(&[
        file("a", noise(1, 2500)),
        file("b/c", noise(2, 200)),
        file("d", noise(3, 2000)),
        file("empty", Vec::new()),
    ])
}

fn ones(report: &CheckReport) -> Vec<u32> {
    report.have.iter_ones().collect()
}

fn found(state: FileState, any_piece_good: bool, all_pieces_good: bool) -> FileFound {
    FileFound {
        state,
        any_piece_good,
        all_pieces_good,
    }
}

#[test]
fn good_data() {
    let fixture = three_files();
    let report = fixture.check();
    assert!(report.have.is_full());
    assert_eq!(report.bytes_read, 4700);
    assert_eq!(
        report.files,
        [found(FileState::Exact, true, true); 3]
            .into_iter()
            .chain([found(FileState::Exact, false, true)])
            .collect::<Vec<_>>()
    );
}

#[test]
fn a_missing_file() {
    let fixture = three_files();
    fs::remove_file(fixture.path(1)).unwrap();
    let report = fixture.check();
    assert_eq!(ones(&report), [0, 1, 3, 4]);
    assert_eq!(report.files[1], found(FileState::Missing, false, false));
    assert_eq!(report.files[0], found(FileState::Exact, true, false));
}

#[test]
fn a_file_in_place_of_a_folder() {
    let fixture = three_files();
    fs::remove_dir_all(fixture.folder.path().join("b")).unwrap();
    fs::write(fixture.folder.path().join("b"), "x").unwrap();
    let report = fixture.check();
    assert_eq!(report.files[1].state, FileState::Missing);
    assert_eq!(ones(&report), [0, 1, 3, 4]);
}

#[test]
fn short_and_long_files() {
    let fixture = three_files();
    fs::write(fixture.path(0), noise(1, 1500)).unwrap();
    fs::write(fixture.path(2), [noise(3, 2000), vec![1; 77]].concat()).unwrap();
    let report = fixture.check();
    assert_eq!(ones(&report), [0, 3, 4]);
    assert_eq!(
        report.files[0],
        found(FileState::Shorter { size: 1500 }, true, false)
    );
    assert_eq!(
        report.files[2],
        found(FileState::Longer { size: 2077 }, true, false)
    );
    assert_eq!(
        fs::metadata(fixture.path(2)).unwrap().len(),
        2077,
        "nothing is cut off"
    );
}

#[test]
fn a_corrupted_piece() {
    let fixture = three_files();
    let mut data = fs::read(fixture.path(2)).unwrap();
    data[1000] ^= 1;
    fs::write(fixture.path(2), data).unwrap();
    assert_eq!(ones(&fixture.check()), [0, 1, 2, 4]);
}

#[test]
fn padding_counts_as_zeros() {
    let fixture = Fixture::new(&[
        file("a", noise(1, 500)),
        padding(524 + 3 * PIECE),
        file("b", noise(2, 10)),
    ]);
    let report = fixture.check();
    assert!(report.have.is_full());
    assert_eq!(report.bytes_read, 510);
    assert_eq!(report.files[1], found(FileState::Virtual, true, true));
}

#[test]
fn only_some_pieces_are_checked_again() {
    let fixture = three_files();
    fs::write(fixture.path(0), noise(9, 2500)).unwrap();
    let mut only = Bitfield::new(5);
    only.set(1, true);
    only.set(3, true);
    let mut trusted = Bitfield::full(5);
    trusted.set(4, false);
    let report = fixture.check_some(Some(&only), Some(&trusted)).unwrap();
    assert_eq!(
        ones(&report),
        [0, 2, 3],
        "piece 0 is trusted, piece 1 is not"
    );
    let report = fixture.check_some(Some(&only), None).unwrap();
    assert_eq!(ones(&report), [3]);
    let nothing = fixture
        .check_some(Some(&Bitfield::new(5)), Some(&trusted))
        .unwrap();
    assert_eq!((nothing.bytes_read, &nothing.have), (0, &trusted));
}

#[test]
fn arguments_that_do_not_fit() {
    let fixture = three_files();
    let wrong = Bitfield::new(4);
    for (only, trusted) in [(Some(&wrong), None), (None, Some(&wrong))] {
        let error = fixture.check_some(only, trusted).unwrap_err();
        assert!(matches!(error, CheckError::Mismatch));
    }
    let mut fixture = fixture;
    fixture.files[0].length += 1;
    assert!(matches!(
        fixture.check_some(None, None),
        Err(CheckError::Mismatch)
    ));
}

#[test]
fn cancelling() {
    let fixture = three_files();
    let run = |control: &Control, progress: &mut dyn FnMut(Progress)| {
        let options = HashOptions::default();
        check(
            &fixture.meta,
            &fixture.files,
            None,
            None,
            options,
            control,
            progress,
        )
    };
    let control = Control::new();
    control.cancel();
    let early = run(&control, &mut |_| {});
    assert!(matches!(early, Err(CheckError::Cancelled)));
    let control = Control::new();
    let mut calls = 0;
    let late = run(&control, &mut |_| {
        calls += 1;
        control.cancel();
    });
    assert!(matches!(late, Err(CheckError::Cancelled)));
    assert_eq!(calls, 1);
}

#[test]
fn pieces_larger_than_the_buffer() {
    let length = 3 * 1024 * 1024 + 5;
    let (data, rest) = (noise(1, length), noise(2, 100_000));
    let content = [&*data, &*rest].concat();
    let piece_length = 2 * 1024 * 1024 + 3;
    let entry = |name, length: usize| {
        dict(&[
            ("length", int(length as i128)),
            ("path", list([bytes(name)])),
        ])
    };
    let info = dict(&[
        ("files", list([entry("a", length), entry("b", rest.len())])),
        ("name", bytes("t")),
        ("piece length", int(piece_length as i128)),
        ("pieces", bytes(common::hashes(&content, piece_length))),
    ]);
    let meta = Metainfo::from_info(&info, Vec::new()).unwrap();
    let folder = TempDir::new().unwrap();
    let put = |name: &str, data: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, data).unwrap();
        CheckFile {
            path: Some(path),
            length: data.len() as u64,
        }
    };
    let files = [put("a", &data), put("b", &rest)];
    let report = check(
        &meta,
        &files,
        None,
        None,
        HashOptions::default(),
        &Control::new(),
        &mut |_| {},
    )
    .unwrap();
    assert!(report.have.is_full());
    assert_eq!(report.bytes_read, content.len() as u64);
}

#[test]
fn a_torrent_without_any_file_on_disk_costs_nothing() {
    // 8 TiB, which could not be hashed in the time of a test.
    let length = u64::from(MAX_PIECES) * (1 << 26);
    let info = dict(&[
        ("length", int(length.into())),
        ("name", bytes("t")),
        ("piece length", int(1 << 26)),
        ("pieces", bytes(vec![0xaa; MAX_PIECES as usize * 20])),
    ]);
    let meta = Metainfo::from_info(&info, Vec::new()).unwrap();
    let folder = TempDir::new().unwrap();
    let files = [CheckFile {
        path: Some(folder.path().join("no/such/file")),
        length,
    }];
    let report = check(
        &meta,
        &files,
        None,
        None,
        HashOptions::default(),
        &Control::new(),
        &mut |_| {},
    )
    .unwrap();
    assert_eq!((report.have.count_ones(), report.bytes_read), (0, 0));
}

#[test]
fn a_folder_in_place_of_a_file() {
    let fixture = three_files();
    fs::remove_file(fixture.path(2)).unwrap();
    fs::create_dir(fixture.path(2)).unwrap();
    let report = fixture.check();
    assert_eq!(report.files[2], found(FileState::NotAFile, false, false));
    assert_eq!(ones(&report), [0, 1]);
}

#[cfg(unix)]
mod unix {
    use std::{os::unix::fs::symlink, process::Command};

    use super::*;

    #[test]
    fn a_pipe_in_place_of_a_file_does_not_block() {
        let fixture = three_files();
        fs::remove_file(fixture.path(0)).unwrap();
        let made = Command::new("mkfifo")
            .arg(fixture.path(0))
            .status()
            .unwrap();
        assert!(made.success());
        let report = fixture.check();
        assert_eq!(report.files[0], found(FileState::NotAFile, false, false));
        assert_eq!(ones(&report), [3, 4]);
    }

    #[test]
    fn a_symlink_in_place_of_a_file_is_not_followed() {
        let fixture = three_files();
        let elsewhere = fixture.folder.path().join("elsewhere");
        fs::rename(fixture.path(0), &elsewhere).unwrap();
        symlink(&elsewhere, fixture.path(0)).unwrap();
        let report = fixture.check();
        assert_eq!(report.files[0], found(FileState::NotAFile, false, false));
    }

    #[test]
    fn a_file_swapped_for_a_pipe_after_the_first_look_does_not_block() {
        let fixture = three_files();
        let path = fixture.path(0);
        let mut swapped = false;
        // The first call of `progress` comes after all files were looked at, before any is opened.
        let mut progress = |_| {
            if !swapped {
                fs::remove_file(&path).unwrap();
                assert!(
                    Command::new("mkfifo")
                        .arg(&path)
                        .status()
                        .unwrap()
                        .success()
                );
                swapped = true;
            }
        };
        let report = check(
            &fixture.meta,
            &fixture.files,
            None,
            None,
            HashOptions::default(),
            &Control::new(),
            &mut progress,
        );
        assert_eq!(ones(&report.unwrap()), [3, 4]);
    }
}
