//! No room, and room again. One variant makes `SQLite` itself refuse to grow, which works everywhere;
//! the other is a real file system of 40 megabytes, for which the test has to be root on Linux.

use std::sync::mpsc;

use super::*;

/// Lets the database grow by `pages` more pages, or as far as it likes.
fn room(store: &Store, pages: Option<u32>) {
    store.with_connection(move |conn| {
        let now: u32 = conn
            .query_row("PRAGMA page_count", [], |row| row.get(0))
            .unwrap();
        let most = pages.map_or(1 << 30, |p| now + p);
        conn.query_row(&format!("PRAGMA max_page_count = {most}"), [], |_| Ok(()))
            .unwrap();
    });
}

#[test]
fn a_full_database_refuses_whole_commits_and_works_again_later() {
    let dir = temp();
    let (store, _) = open(dir.path());
    store.commit_blocking(vec![put(1)]).unwrap();
    room(&store, Some(4));
    let (tell, told) = mpsc::channel();
    store.commit(vec![put(2), metainfo(2, 100_000), put(3)], move |result| {
        tell.send(result).unwrap();
    });
    assert_eq!(told.recv().unwrap(), Err(StoreError::Full));
    assert_eq!(store.load_metainfo_blocking(hash(2)), Ok(None));
    // What fits still works.
    store.commit_blocking(vec![put(4)]).unwrap();
    room(&store, None);
    store
        .commit_blocking(vec![put(5), metainfo(5, 100_000)])
        .unwrap();
    close(&store);
    let loaded = look(dir.path());
    assert_eq!(loaded.torrents, [record(1), record(4), record(5)]);
}

#[test]
fn what_was_put_off_waits_for_room() {
    let dir = temp();
    let (store, _) = open(dir.path());
    room(&store, Some(0));
    store.commit_soon((0..300).map(put).collect());
    assert_eq!(
        store.commit_blocking(vec![metainfo(1, 100_000)]),
        Err(StoreError::Full)
    );
    room(&store, None);
    close(&store);
    assert_eq!(look(dir.path()).torrents.len(), 300);
}

#[test]
fn a_database_that_may_not_be_written_says_so_and_works_again_later() {
    let dir = temp();
    let (store, _) = open(dir.path());
    let refuse = |on: bool| {
        store.with_connection(move |conn| conn.pragma_update(None, "query_only", on).unwrap());
    };
    refuse(true);
    assert_eq!(
        store.commit_blocking(vec![put(1)]),
        Err(StoreError::ReadOnly)
    );
    refuse(false);
    store.commit_blocking(vec![put(2)]).unwrap();
    close(&store);
    assert_eq!(look(dir.path()).torrents, [record(2)]);
}

#[cfg(target_os = "linux")]
struct Mount(TempDir);

#[cfg(target_os = "linux")]
impl Mount {
    fn new() -> Option<Self> {
        let dir = temp();
        let mut mount = std::process::Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", "size=40m", "tmpfs"])
            .arg(dir.path());
        mount.output().ok()?.status.success().then_some(Self(dir))
    }
}

#[cfg(target_os = "linux")]
impl Drop for Mount {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount")
            .arg(self.0.path())
            .status();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_real_full_disk() {
    use crate::Room;
    use std::fs;

    let Some(mount) = Mount::new() else {
        eprintln!("no right to mount: the full disk was tested with max_page_count only");
        return;
    };
    eprintln!("the full disk is tested on a real file system");
    let dir = mount.0.path().join("data");
    let (store, _) = open(&dir);
    store.commit_blocking(vec![put(1), put(2)]).unwrap();
    fill(&mount.0.path().join("filler"));

    // Big things are refused whole, small ones live on the reserve.
    let reserve = || fs::metadata(dir.join("reserve")).map_or(0, |m| m.len());
    let whole = reserve();
    let big = store.commit_blocking(vec![put(3), metainfo(3, 8 << 20)]);
    assert_eq!(big, Err(StoreError::Full));
    assert_eq!((reserve(), store.room()), (whole, Room::Enough));
    for _ in 0..20 {
        store
            .commit_blocking(vec![StoreOp::MarkDirty(hash(1)), put(1)])
            .unwrap();
    }
    store
        .commit_blocking(vec![StoreOp::DropTorrent(hash(2))])
        .unwrap();
    // Whoever else writes there takes all that is given up, each time.
    for round in 0..10 {
        for n in 100..300 {
            store.commit_blocking(vec![put(n), put(n + 1_000)]).unwrap();
        }
        fill(&mount.0.path().join(format!("more{round}")));
    }
    assert_eq!(store.room(), Room::Reserve);
    assert!(reserve() < whole && reserve() > 0, "{}", reserve());
    store
        .commit_blocking(
            (100..2_000)
                .map(|n| StoreOp::DropTorrent(hash(n)))
                .collect(),
        )
        .unwrap();
    drop(store);
    let (store, loaded) = open(&dir);
    assert_eq!(loaded.torrents, [record(1)]);
    assert!(loaded.set_aside.is_empty());

    use_up(&store, mount.0.path());
    // All works again when there is room.
    let others = fs::read_dir(mount.0.path()).unwrap();
    for other in others.map(|e| e.unwrap().path()).filter(|p| *p != dir) {
        fs::remove_file(other).unwrap();
    }
    store
        .commit_blocking(vec![put(3), metainfo(3, 100_000)])
        .unwrap();
    close(&store);
    let (store, loaded) = open(&dir);
    assert!(loaded.torrents.contains(&record(3)) && loaded.torrents.contains(&record(1)));
    assert_eq!((reserve(), store.room()), (whole, Room::Enough));
    close(&store);
}

/// The reserve ends some time, which is said.
#[cfg(target_os = "linux")]
fn use_up(store: &Store, disk: &Path) {
    let all = 100..400;
    for round in 0..1_000 {
        if store
            .commit_blocking(all.clone().map(put).collect())
            .is_err()
        {
            break;
        }
        let drop_all = all.clone().map(|n| StoreOp::DropTorrent(hash(n)));
        store.commit_blocking(drop_all.collect()).ok();
        store.with_connection(|conn| {
            conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); VACUUM")
                .ok()
        });
        fill(&disk.join(format!("last{round}")));
    }
    assert_eq!(store.room(), crate::Room::None);
}

/// Takes all the room that is left.
#[cfg(target_os = "linux")]
fn fill(path: &Path) {
    use std::io::Write as _;
    let mut file = std::fs::File::create(path).unwrap();
    while file.write_all(&[7; 4_096]).is_ok() {}
}
