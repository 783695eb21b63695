#![allow(clippy::unwrap_used, reason = "tests")]

use std::{fs, path::Path};

use shoal_core::{Intent, MetaSummary, ResumeData, Selection, Source, StoreOp, Timestamp};
use shoal_testkit::{Torrent, TorrentSpec, make_tree};
use tempfile::TempDir;

use super::*;

/// A torrent of two files and one without bytes, its store, and the folder it is saved to.
struct Bench {
    _dir: TempDir,
    shared: Arc<Shared>,
    told: mpsc::Receiver<Report>,
    record: TorrentRecord,
    meta: Arc<Metainfo>,
    data: PathBuf,
    to: PathBuf,
}

fn bench() -> Bench {
    let dir = tempfile::tempdir().unwrap();
    let (data, to) = (dir.path().join("data/album"), dir.path().join("to"));
    make_tree(&data, 1, &[("a", 100_000), ("b", 100_000), ("empty", 0)]);
    fs::create_dir(&to).unwrap();
    let Torrent { bytes, .. } = TorrentSpec::new().piece_length(16_384).build(&data);
    let meta = Arc::new(Metainfo::parse(&bytes).unwrap());
    let (store, _) = Store::open(&dir.path().join("store"), Timestamp(1)).unwrap();
    let put = StoreOp::PutMetainfo(meta.info_hash, Arc::new(bytes));
    store.commit_blocking(vec![put]).unwrap();
    let (tell, told) = mpsc::channel();
    let record = TorrentRecord {
        hash: meta.info_hash,
        name: meta.name.clone(),
        added_at: Timestamp(1),
        source: Source::Magnet,
        trackers: vec![],
        save_path: to.clone(),
        disk_name: meta.disk_name.clone(),
        summary: Some(MetaSummary::of(&meta)),
        selection: Selection::All,
        awaiting_choice: false,
        intent: Intent::Run,
        labels: vec![],
        have_bytes: 0,
        wanted_bytes: 200_000,
        downloaded_bytes: 0,
        uploaded_bytes: 0,
        completed_at: None,
        removed_at: None,
        trashed: false,
        order: shoal_core::Order::Spread,
        first_last: false,
        priorities: Arc::default(),
        renames: Arc::default(),
        unfinished_path: None,
        part_suffix: false,
        moving: None,
        trash_pending: false,
        peers: vec![],
    };
    Bench {
        shared: Arc::new(Shared {
            store: Arc::new(store),
            scratch: dir.path().join("scratch"),
            tell: Arc::new(move |report| drop(tell.send(report))),
            turns: Arc::default(),
        }),
        _dir: dir,
        told,
        record,
        meta,
        data,
        to,
    }
}

impl Bench {
    /// Looks at what is there, as before a start.
    fn prepare(&self) -> Result<shoal_core::Prepared, Fault> {
        let job = PrepareJob {
            record: self.record.clone(),
            op: OpId(1),
            full_check: false,
            avoid: vec![],
            fresh_name: false,
            may_make_folder: false,
        };
        let cancel = Arc::new(AtomicBool::new(false));
        match prepare::prepare(&self.shared, job, cancel)? {
            prepare::Outcome::Ready(prepared, _) => Ok(prepared),
            prepare::Outcome::Check(job) => check::run(&self.shared, &job).unwrap(),
        }
    }

    fn own(&self) -> PathBuf {
        self.to.join("album")
    }

    fn resume(&self) -> ResumeData {
        let found = self.shared.store.load_resume_blocking(self.record.hash);
        found.unwrap().unwrap()
    }

    fn mark_dirty(&self) {
        let ops = vec![StoreOp::MarkDirty(self.record.hash)];
        self.shared.store.commit_blocking(ops).unwrap();
    }

    fn put(&self, name: &str, content: &[u8]) {
        fs::create_dir_all(self.own()).unwrap();
        fs::write(self.own().join(name), content).unwrap();
    }
}

fn in_the_way(outcome: &Result<shoal_core::Prepared, Fault>, path: &Path) {
    assert_eq!(*outcome, Err(Fault::FileInTheWay(path.to_owned())));
}

#[test]
fn what_lies_there_before_the_first_start_is_not_the_torrents_own() {
    let b = bench();
    // Looked at, but never started: as a check of a stopped torrent does.
    assert_eq!(b.prepare().unwrap().owned.count_ones(), 0);
    b.put("a", b"the user's own words");
    in_the_way(&b.prepare(), &b.own().join("a"));
    // And so it does not go to the trash with the torrent.
    assert!(trash::own_files(&b.shared, &b.record).unwrap().is_empty());
}

#[test]
fn what_a_killed_run_made_is_the_torrents_own() {
    let b = bench();
    b.prepare().unwrap();
    b.mark_dirty();
    b.put("a", b"half a piece");
    let prepared = b.prepare().unwrap();
    assert!(prepared.owned.get(0) && !prepared.owned.get(1));
}

#[test]
fn a_longer_file_after_a_kill_is_not_of_the_torrents_making() {
    let b = bench();
    b.prepare().unwrap();
    b.mark_dirty();
    b.put("a", &vec![7; 100_001]);
    in_the_way(&b.prepare(), &b.own().join("a"));
    assert!(trash::own_files(&b.shared, &b.record).unwrap().is_empty());
}

#[test]
fn a_file_wanted_later_is_the_torrents_own_after_a_kill() {
    let mut b = bench();
    let mut only = Bitfield::new(3);
    only.set(0, true);
    b.record.selection = Selection::Only(only);
    b.put("a", &fs::read(b.data.join("a")).unwrap());
    // Finished and flushed, then more is wanted, then killed.
    let have = b.prepare().unwrap().have;
    let mut owned = Bitfield::new(3);
    owned.set(0, true);
    let record = b.record.clone();
    keep(
        &b.shared,
        &Kept {
            record,
            have,
            owned,
        },
    );
    b.mark_dirty();
    b.record.selection = Selection::All;
    b.put("b", b"begun");
    let prepared = b.prepare().unwrap();
    assert!(prepared.owned.get(0) && prepared.owned.get(1));
}

#[test]
fn a_users_file_is_left_alone_where_the_torrent_has_an_empty_one() {
    let b = bench();
    b.put("empty", b"a user's words");
    let prepared = b.prepare().unwrap();
    assert_eq!(prepared.owned.count_ones(), 0);
    b.put("empty", b"");
    let prepared = b.prepare().unwrap();
    assert!(prepared.owned.get(2), "nothing is lost with an empty one");
}

#[test]
fn a_drive_that_went_while_shoal_was_killed_is_no_new_torrent() {
    let mut b = bench();
    b.prepare().unwrap();
    b.mark_dirty();
    b.record.have_bytes = 50_000;
    // Its folder is there, as the place of a drive that is not connected is.
    assert_eq!(b.prepare(), Err(Fault::FilesChanged));
}

#[test]
fn what_is_trusted_is_not_stored_again() {
    let b = bench();
    let before = b.prepare().unwrap();
    let stored = b.resume();
    assert!(stored.clean && stored.owned.count_ones() == 3);
    assert_eq!(b.prepare().unwrap(), before);
    assert_eq!(b.resume(), stored);
}

#[test]
fn a_late_flush_does_not_take_the_place_of_what_is_known_since() {
    let b = bench();
    b.put("a", &fs::read(b.data.join("a")).unwrap());
    let kept = |have: Bitfield, owned: Bitfield| Kept {
        record: b.record.clone(),
        have,
        owned,
    };
    let (long, _) = mpsc::channel();
    let (none, full) = (Bitfield::new(3), Bitfield::full(3));
    let pieces = b.meta.piece_count;
    b.shared.turns.lock().last.insert(b.record.hash, 2);
    let newer = kept(Bitfield::full(pieces), full);
    run_quick(&b.shared, Quick::SaveResume(Box::new(newer)), &long);
    let older = kept(Bitfield::new(pieces), none);
    let late = Quick::Flushed(Box::new(older), 1, OpId(7));
    run_quick(&b.shared, late, &long);
    assert!(b.resume().have.is_full());
    let told = b.told.try_recv().unwrap().msg;
    assert!(matches!(told, Msg::Flushed { ok: true, .. }), "{told:?}");
}

#[test]
fn a_panic_costs_one_job() {
    let b = bench();
    let job = Quick::Trash(Box::new(b.record.clone()));
    guarded(&b.shared, job.on_panic(), || panic!("as a test"));
    let told = b.told.try_recv().unwrap().msg;
    assert!(
        matches!(told, Msg::TrashDone { error: Some(_), .. }),
        "{told:?}"
    );
}

#[test]
fn what_was_saved_of_an_old_place_is_not_of_the_new_one() {
    let mut b = bench();
    let (long, _) = mpsc::channel();
    // Saved late: the torrent has been forgotten and added anew to another folder since.
    let kept = Kept {
        record: b.record.clone(),
        have: Bitfield::full(b.meta.piece_count),
        owned: Bitfield::full(3),
    };
    b.put("a", &[1]);
    run_quick(&b.shared, Quick::SaveResume(Box::new(kept)), &long);
    run_quick(&b.shared, Quick::Forget(b.record.hash), &long);
    b.record.save_path = b.to.join("elsewhere");
    b.to.push("elsewhere");
    b.put("a", b"the user's own words");
    in_the_way(&b.prepare(), &b.own().join("a"));
}
