#![allow(clippy::unwrap_used, reason = "tests")]

use tempfile::TempDir;

use super::*;

/// A torrent of these files, its hashes made up.
fn meta(name: &str, files: &[(&str, u64)]) -> Arc<Metainfo> {
    let file = |(path, length): &(&str, u64)| {
        let parts = path.split('/').map(|p| format!("{}:{p}", p.len()));
        format!("d6:lengthi{length}e4:pathl{}ee", parts.collect::<String>())
    };
    let body = if let [("", length)] = files {
        format!("6:lengthi{length}e")
    } else {
        format!("5:filesl{}e", files.iter().map(file).collect::<String>())
    };
    let total: u64 = files.iter().map(|(_, length)| length).sum();
    let hashes = usize::try_from(total.div_ceil(16_384)).unwrap() * 20;
    let (pieces, named) = ("x".repeat(hashes), name.len());
    let text = format!(
        "d4:infod{body}4:name{named}:{name}12:piece lengthi16384e6:pieces{hashes}:{pieces}ee"
    );
    Arc::new(Metainfo::parse(text.as_bytes()).unwrap())
}

fn sought(meta: &Arc<Metainfo>) -> Sought {
    Sought {
        meta: meta.clone(),
        complete: true,
        selection: Selection::All,
        disk_name: meta.disk_name.clone(),
        renames: Renames::default(),
    }
}

fn put(dir: &TempDir, path: &str, bytes: usize) {
    let path = dir.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, vec![0; bytes]).unwrap();
}

const FILES: &[(&str, u64)] = &[("a", 10), ("sub/b", 20), ("sub/c", 30)];

#[test]
fn finds_the_folder_down_to_the_third() {
    let dir = tempfile::tempdir().unwrap();
    let meta = meta("t", FILES);
    for (path, bytes) in [("a", 10), ("sub/b", 20), ("sub/c", 30)] {
        put(&dir, &format!("1/2/3/t/{path}"), bytes);
    }
    let found = seek(&sought(&meta), dir.path());
    let best = found.best.unwrap();
    assert_eq!((best.files, best.bytes), (3, 60));
    assert_eq!((found.total_files, found.total_bytes), (3, 60));
    assert_eq!(best.place.folder, dir.path().join("1/2/3"));
    assert!(!found.cut_short);
    assert!(seek(&sought(&meta), &dir.path().join("1/2")).best.is_some());
    put(&dir, "x/1/2/3/4/t/a", 10);
    assert!(seek(&sought(&meta), &dir.path().join("x")).best.is_none());
}

#[test]
fn the_folder_given_may_be_the_torrents_own_under_another_name() {
    let dir = tempfile::tempdir().unwrap();
    let meta = meta("t", FILES);
    put(&dir, "renamed/a", 10);
    put(&dir, "renamed/sub/b", 20);
    put(&dir, "renamed/sub/c", 31);
    let best = seek(&sought(&meta), &dir.path().join("renamed"))
        .best
        .unwrap();
    assert_eq!((best.files, best.bytes), (2, 30), "one has another size");
    assert_eq!(best.place.folder, dir.path());
    assert_eq!(best.place.disk_name, "renamed");
}

#[test]
fn the_place_with_most_of_it_wins() {
    let dir = tempfile::tempdir().unwrap();
    let meta = meta("t", FILES);
    put(&dir, "1/t/a", 10);
    put(&dir, "2/deeper/t/sub/c", 30);
    let best = seek(&sought(&meta), dir.path()).best.unwrap();
    assert_eq!(best.place.folder, dir.path().join("2/deeper"));
}

#[test]
fn names_that_the_user_gave_are_known() {
    let dir = tempfile::tempdir().unwrap();
    let meta = meta("t", FILES);
    put(&dir, "t/first", 10);
    let renames: Renames = Arc::new([(0, "first".to_owned())].into());
    let mut wanted = sought(&meta);
    assert!(seek(&wanted, dir.path()).best.is_none());
    wanted.renames = renames.clone();
    let best = seek(&wanted, dir.path()).best.unwrap();
    assert_eq!(best.place.renames, renames);
    // A copy from elsewhere has the torrent's own names.
    put(&dir, "u/t/a", 10);
    put(&dir, "u/t/sub/b", 20);
    let best = seek(&wanted, dir.path()).best.unwrap();
    assert_eq!(best.place.folder, dir.path().join("u"));
    assert!(best.place.renames.is_empty());
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let dir = tempfile::tempdir().unwrap();
    let meta = meta("t", FILES);
    put(&dir, "real/sub/b", 20);
    fs::create_dir_all(dir.path().join("here/t")).unwrap();
    let link = |to: &str, at: &str| {
        std::os::unix::fs::symlink(dir.path().join(to), dir.path().join(at)).unwrap();
    };
    link("real/sub", "here/t/sub");
    link("real/sub/b", "here/t/a");
    link("real", "here/u");
    assert!(
        seek(&sought(&meta), &dir.path().join("here"))
            .best
            .is_none()
    );
}

#[test]
fn a_single_file_is_known_by_name_or_by_size_and_kind() {
    let dir = tempfile::tempdir().unwrap();
    let meta = meta("film.mkv", &[("", 40_000)]);
    put(&dir, "other.mkv", 39_999);
    put(&dir, "same.txt", 40_000);
    assert!(seek(&sought(&meta), dir.path()).best.is_none());
    put(&dir, "1/renamed.mkv", 40_000);
    let best = seek(&sought(&meta), dir.path()).best.unwrap();
    assert_eq!(best.place.disk_name, "renamed.mkv");
    put(&dir, "2/film.mkv", 40_000);
    let best = seek(&sought(&meta), dir.path()).best.unwrap();
    assert_eq!(best.place.disk_name, "film.mkv", "the right name is better");
}

#[test]
fn what_was_not_complete_may_be_shorter() {
    let dir = tempfile::tempdir().unwrap();
    let meta = meta("film.mkv", &[("", 40_000)]);
    put(&dir, "film.mkv", 20_000);
    let mut wanted = sought(&meta);
    assert!(seek(&wanted, dir.path()).best.is_none());
    wanted.complete = false;
    let best = seek(&wanted, dir.path()).best.unwrap();
    assert_eq!((best.files, best.bytes), (1, 20_000));
}
