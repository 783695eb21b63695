//! A disk that answers after some ticks, and can be told to fail.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    path::PathBuf,
    sync::Arc,
};

use shoal_core::{
    Bitfield, Fault, InfoHash, Msg, OpId, Place, Prepared, TorrentRecord, VolumeMark,
};
use shoal_metainfo::Metainfo;

use super::{
    build::found,
    store::{Resume, Store},
};

/// What was asked of the disk.
#[derive(Clone, Debug)]
pub enum Job {
    Prepare {
        hash: InfoHash,
        op: OpId,
        full: bool,
        avoid: Arc<Vec<String>>,
        fresh: bool,
        adopt: bool,
    },
    Relocate {
        hash: InfoHash,
        op: OpId,
        from: Place,
        to: Place,
    },
    Probe(InfoHash),
    Flush {
        hash: InfoHash,
        op: OpId,
        have: Bitfield,
    },
    Trash(InfoHash),
    Delete(InfoHash),
    Untrash(InfoHash),
}

/// Which data there is, by torrent, and what is being done.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    pub content: BTreeMap<InfoHash, Bitfield>,
    pub trash: BTreeMap<InfoHash, Bitfield>,
    pub jobs: VecDeque<(u32, Job)>,
    /// Ticks that a job takes.
    pub delay: u32,
    pub faults: BTreeMap<InfoHash, Fault>,
    pub flush_fails: bool,
    pub trash_fails: bool,
    /// A cancelled preparation is answered all the same.
    pub late: bool,
    /// Where the data of a torrent lies: in one place, or in two when a move was left off.
    pub places: BTreeMap<InfoHash, Vec<Place>>,
    /// Data that no torrent is known to have any more: it may be looked for elsewhere.
    pub loose: BTreeSet<InfoHash>,
    /// What relocations to a folder end in.
    pub move_faults: BTreeMap<PathBuf, Fault>,
    /// Looks for what a torrent waits for, in order.
    pub probes: Vec<InfoHash>,
    pub volumes: BTreeMap<PathBuf, VolumeMark>,
    pub moves: u32,
    pub trashed: Vec<InfoHash>,
    pub checked: BTreeSet<InfoHash>,
}

impl Disk {
    pub fn ask(&mut self, job: Job) {
        let mut left = self.delay;
        if let Job::Relocate { hash, .. } = &job {
            // The files of a torrent are moved by one at a time: it begins when the first has ended.
            let same = |j: &Job| matches!(j, Job::Relocate { hash: h, .. } if h == hash);
            let earlier = self.jobs.iter().filter(|(_, j)| same(j));
            left = earlier.map(|(left, _)| *left).fold(left, u32::max);
        }
        self.jobs.push_back((left, job));
    }

    pub fn cancel(&mut self, hash: InfoHash) {
        if !self.late {
            let prepares = |j: &Job| matches!(j, Job::Prepare { hash: h, .. } if *h == hash);
            self.jobs.retain(|(_, j)| !prepares(j));
        }
    }

    /// Leaves off relocations: some files are here, some there.
    pub fn cancel_relocate(&mut self, hash: InfoHash) {
        for (_, job) in &self.jobs {
            match job {
                Job::Relocate {
                    hash: h, from, to, ..
                } if *h == hash => {
                    let both = vec![from.clone(), to.clone()];
                    self.places.entry(hash).and_modify(|at| *at = both);
                }
                _ => {}
            }
        }
        if !self.late {
            let moves = |j: &Job| matches!(j, Job::Relocate { hash: h, .. } if *h == hash);
            self.jobs.retain(|(_, j)| !moves(j));
        }
    }

    fn relocate(&mut self, hash: InfoHash, from: Place, to: Place) -> Result<(), Fault> {
        self.moves += 1;
        if let Some(at) = self.places.get(&hash) {
            let known = at.iter().all(|p| *p == from || *p == to);
            if !known && self.loose.contains(&hash) {
                // What lies elsewhere is not touched.
                self.places.remove(&hash);
                self.content.remove(&hash);
                return self.relocate(hash, from, to);
            }
            assert!(known, "{hash} is at {at:?}, not {from:?} or {to:?}");
        }
        if let Some(fault) = self.move_faults.get(&to.folder) {
            let both = vec![from, to];
            self.places.entry(hash).and_modify(|at| *at = both);
            return Err(fault.clone());
        }
        self.places.entry(hash).and_modify(|at| *at = vec![to]);
        Ok(())
    }

    /// The data of a torrent lies where it says.
    pub fn put(&mut self, record: &TorrentRecord) {
        self.loose.remove(&record.hash);
        self.places.insert(record.hash, vec![record.place()]);
    }

    /// The next job that is done, after one tick has passed for all.
    pub fn pass(&mut self) -> Vec<Job> {
        for (left, _) in &mut self.jobs {
            *left = left.saturating_sub(1);
        }
        self.due()
    }

    /// Jobs that are done now.
    pub fn due(&mut self) -> Vec<Job> {
        let (due, rest) = self.jobs.drain(..).partition(|(left, _)| *left == 0);
        self.jobs = rest;
        let due: VecDeque<(u32, Job)> = due;
        due.into_iter().map(|(_, j)| j).collect()
    }

    /// Carries out a job.
    pub fn run(
        &mut self,
        job: Job,
        store: &mut Store,
        record: Option<TorrentRecord>,
        meta: Option<&Metainfo>,
    ) -> Msg {
        match job {
            Job::Prepare {
                hash,
                op,
                full,
                avoid,
                fresh,
                adopt,
            } => {
                let how = (full, &avoid[..], fresh, adopt);
                let outcome = match (record, meta) {
                    (Some(r), Some(m)) => self.prepare(&r, m, store, how),
                    _ => Err(Fault::StoreDamaged),
                };
                Msg::Prepared { hash, op, outcome }
            }
            Job::Relocate { hash, op, from, to } => {
                let outcome = self.relocate(hash, from, to);
                Msg::Relocated { hash, op, outcome }
            }
            Job::Probe(hash) => {
                let passed = !self.faults.get(&hash).is_some_and(Fault::is_probed);
                self.probes.push(hash);
                Msg::Probed { hash, passed }
            }
            Job::Flush { hash, op, have } => {
                let ok = !self.flush_fails;
                if ok {
                    Self::keep(hash, have, store);
                }
                Msg::Flushed { hash, op, ok }
            }
            Job::Trash(hash) => {
                if self.trash_fails {
                    let error = Some("there is no trash".to_owned());
                    return Msg::TrashDone { hash, error };
                }
                if let Some(data) = self.content.remove(&hash) {
                    self.trash.insert(hash, data);
                }
                self.trashed.push(hash);
                Msg::TrashDone { hash, error: None }
            }
            Job::Delete(hash) => {
                self.content.remove(&hash);
                Msg::TrashDone { hash, error: None }
            }
            Job::Untrash(hash) => {
                if let Some(data) = self.trash.remove(&hash) {
                    self.content.insert(hash, data);
                }
                Msg::TrashDone { hash, error: None }
            }
        }
    }

    /// Saves what is known of the data.
    pub fn keep(hash: InfoHash, have: Bitfield, store: &mut Store) {
        if store.refuse || !store.rows.torrents.contains_key(&hash) {
            return;
        }
        let resume = Resume {
            have: Some(have),
            clean: true,
        };
        store.rows.resume.insert(hash, resume);
    }

    fn prepare(
        &mut self,
        record: &TorrentRecord,
        meta: &Metainfo,
        store: &mut Store,
        (full, avoid, fresh, adopt): (bool, &[String], bool, bool),
    ) -> Result<Prepared, Fault> {
        let hash = record.hash;
        if record.moving.is_some() {
            // Given up before the move began; what it says is late and counts for nothing.
            return Err(Fault::Internal("given up".into()));
        }
        match self.faults.get(&hash) {
            Some(Fault::FileInTheWay(_) | Fault::MatchesPartly { .. }) if fresh || adopt => {
                self.faults.remove(&hash);
            }
            Some(fault) => return Err(fault.clone()),
            None => {}
        }
        let mut name = record.disk_name.clone();
        if fresh || name.is_empty() {
            let taken = |n: &str| avoid.iter().any(|a| a == n) || (fresh && n == meta.disk_name);
            let numbered = (2..).map(|n| format!("{} ({n})", meta.disk_name));
            let mut names = std::iter::once(meta.disk_name.clone()).chain(numbered);
            name = names.find(|n| !taken(n)).unwrap();
        }
        let none = Bitfield::new(meta.piece_count);
        if fresh {
            self.content.remove(&hash);
            self.places.remove(&hash);
        }
        self.look(record);
        let there = self.content.get(&hash).cloned().unwrap_or(none);
        let known = store.rows.resume.get(&hash).filter(|r| r.clean);
        let known = known.and_then(|r| r.have.clone());
        let lost = known.is_some_and(|k| k.iter_ones().any(|p| !there.get(p)));
        if lost && !full && !fresh {
            return Err(Fault::FilesChanged);
        }
        self.checked.insert(hash);
        Self::keep(hash, there.clone(), store);
        let mut prepared = found(meta, &record.selection, &there, &name);
        prepared.unfinished_path.clone_from(&record.unfinished_path);
        prepared.volume = self.volumes.get(record.folder()).cloned();
        Ok(prepared)
    }

    /// What a torrent has is where the torrent thinks it is, and whole in one place.
    fn look(&mut self, record: &TorrentRecord) {
        let Some(at) = self.places.get(&record.hash) else {
            return;
        };
        let here = record.place();
        if *at == vec![here.clone()] {
            self.loose.remove(&record.hash);
            return;
        }
        assert!(
            self.loose.contains(&record.hash),
            "{} is at {at:?}, not {here:?}",
            record.hash
        );
        self.places.remove(&record.hash);
        self.content.remove(&record.hash);
    }
}
