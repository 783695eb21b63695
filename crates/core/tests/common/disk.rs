//! A disk that answers after some ticks, and can be told to fail.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use shoal_core::{Bitfield, Fault, InfoHash, Msg, OpId, Prepared, TorrentRecord};
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
        avoid: Vec<String>,
        fresh: bool,
    },
    Flush {
        hash: InfoHash,
        op: OpId,
        have: Bitfield,
    },
    Trash(InfoHash),
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
    pub trashed: Vec<InfoHash>,
    pub checked: BTreeSet<InfoHash>,
}

impl Disk {
    pub fn ask(&mut self, job: Job) {
        self.jobs.push_back((self.delay, job));
    }

    pub fn cancel(&mut self, hash: InfoHash) {
        if !self.late {
            let prepares = |j: &Job| matches!(j, Job::Prepare { hash: h, .. } if *h == hash);
            self.jobs.retain(|(_, j)| !prepares(j));
        }
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
            } => {
                let outcome = match (record, meta) {
                    (Some(r), Some(m)) => self.prepare(&r, m, store, full, (&avoid, fresh)),
                    _ => Err(Fault::StoreDamaged),
                };
                Msg::Prepared { hash, op, outcome }
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
        full: bool,
        (avoid, fresh): (&[String], bool),
    ) -> Result<Prepared, Fault> {
        let hash = record.hash;
        match self.faults.get(&hash) {
            Some(Fault::FileInTheWay(_)) if fresh => {
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
        }
        let there = self.content.get(&hash).cloned().unwrap_or(none);
        let known = store.rows.resume.get(&hash).filter(|r| r.clean);
        let known = known.and_then(|r| r.have.clone());
        let lost = known.is_some_and(|k| k.iter_ones().any(|p| !there.get(p)));
        if lost && !full && !fresh {
            return Err(Fault::FilesChanged);
        }
        self.checked.insert(hash);
        Self::keep(hash, there.clone(), store);
        Ok(found(meta, &record.selection, &there, &name))
    }
}
