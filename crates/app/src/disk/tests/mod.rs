#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

mod claims;
mod damage;
mod moving;
mod places;
mod queues;
mod saving;

use std::{fs, path::Path};

use shoal_core::{
    FileStamp, Intent, MetaSummary, Prepared, ResumeData, Selection, Source, StoreOp, Timestamp,
};
use shoal_engine::journal::Journal;
use shoal_testkit::{Torrent, TorrentSpec, make_tree};
use tempfile::TempDir;

use super::{jobs::keep, *};

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
        rank: 1,
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
        rules: shoal_core::Rules::default(),
        seeded_s: 0,
        idle_s: 0,
        goal_done: false,
        done_due: false,
    };
    Bench {
        shared: Arc::new(Shared {
            store: Arc::new(store),
            scratch: dir.path().join("scratch"),
            tell: Arc::new(move |report| drop(tell.send(report))),
            turns: Arc::default(),
            volumes: Volumes::default(),
            files: shoal_files::Disk::real(),
            watch: Watch::default(),
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
    fn job(&self) -> PrepareJob {
        PrepareJob {
            record: self.record.clone(),
            op: OpId(1),
            full_check: false,
            avoid: Arc::default(),
            fresh_name: false,
            adopt: false,
            may_make_folder: false,
        }
    }

    /// Looks at what is there, as before a start.
    fn prepare(&self) -> Result<Prepared, Fault> {
        self.prepare_as(self.job(), None).0
    }

    /// As [`prepare`](Self::prepare), as `job` says and with a journal; and how many bytes were read.
    fn prepare_as(
        &self,
        job: PrepareJob,
        journal: Option<&Journal>,
    ) -> (Result<Prepared, Fault>, u64) {
        let control = Arc::new(Control::new());
        let read = |_: &Path, _: &Metainfo| journal.cloned();
        match prepare::prepare_by(&self.shared, job, control, &read) {
            Ok(prepare::Outcome::Ready(prepared, _)) => (Ok(*prepared), 0),
            Ok(prepare::Outcome::Check(job)) => {
                let read = check::run(&self.shared, *job).unwrap();
                let outcome = read.and_then(|c| check::conclude(&self.shared, *c).unwrap());
                let outcome = outcome.map(|(prepared, _)| prepared);
                let told = self.told.try_iter().filter_map(|report| match report.msg {
                    Msg::CheckProgress { total_bytes, .. } => Some(total_bytes),
                    _ => None,
                });
                (outcome, told.max().unwrap())
            }
            Err(fault) => (Err(fault), 0),
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

    fn content(&self, name: &str) -> Vec<u8> {
        fs::read(self.data.join(name)).unwrap()
    }

    /// Puts every file there, whole.
    fn put_all(&self) {
        for name in ["a", "b", "empty"] {
            self.put(name, &self.content(name));
        }
    }

    /// Puts every file there, and has it known as after a clean stop.
    fn whole(&mut self) {
        self.put_all();
        let prepared = self.prepare().unwrap();
        assert!(prepared.have.is_full());
        self.record.have_bytes = prepared.have_bytes;
        self.record.completed_at = Some(Timestamp(2));
    }

    /// Forgets looks at volumes, as a second does.
    fn shared_anew(&self) {
        self.shared.volumes.forget();
    }

    fn trash_own(&self) -> anyhow::Result<std::collections::BTreeSet<PathBuf>> {
        trash::own_files(&self.shared, &self.record)
    }
}

fn in_the_way(outcome: &Result<Prepared, Fault>, path: &Path) {
    assert_eq!(*outcome, Err(Fault::FileInTheWay(path.to_owned())));
}

/// A file system of its own, unmounted when dropped.
struct Mount(PathBuf);

impl Mount {
    /// None when this user may not mount, which is said.
    fn new(at: &Path, options: &str) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let mut mount = std::process::Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(at);
        let done = cfg!(target_os = "linux") && mount.output().is_ok_and(|o| o.status.success());
        if !done {
            eprintln!("no right to mount: not tested");
        }
        done.then(|| Self(at.to_owned()))
    }

    fn remount(&self, options: &str) {
        let mut mount = std::process::Command::new("mount");
        mount
            .args(["-o", &format!("remount,{options}")])
            .arg(&self.0);
        assert!(mount.status().unwrap().success());
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let umount = std::process::Command::new("umount")
            .arg("-l")
            .arg(&self.0)
            .status();
        assert!(umount.is_ok_and(|s| s.success()) || std::thread::panicking());
    }
}
