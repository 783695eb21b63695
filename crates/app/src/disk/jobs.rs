//! What the disk worker's threads are asked for, and how each thread does it.

use std::sync::{Arc, mpsc};

use shoal_core::{Bitfield, Fault, InfoHash, Msg, OpId, Prepared, ResumeData, TorrentRecord};
use shoal_engine::journal;
use shoal_metainfo::Control;
use tokio::sync::oneshot;

use super::{
    Kept, PANICKED, PrepareJob, Report, Shared, Turn, check,
    checks::Checks,
    guarded, load_meta,
    paths::{is_whole, locate, stamps_of},
    prepare::{self, Look},
    room, trash,
};

pub(super) enum Quick {
    /// Everything sent before is done.
    Done(oneshot::Sender<()>),
    Prepare(Box<PrepareJob>, Arc<Control>),
    SaveResume(Box<Kept>),
    /// The data of a finished torrent is on disk.
    Flushed(Box<Kept>, Turn, OpId),
    /// A torrent is gone for good: what the engine keeps of it beside its files may go too.
    Forget(InfoHash),
    Trash(Box<TorrentRecord>),
    Untrash(Box<TorrentRecord>),
    /// A torrent's turn with the thread that moves comes when what was said before is saved.
    Relocate(super::moves::Job),
    Probe(Box<TorrentRecord>, Fault),
}

pub(super) enum Flush {
    /// Everything sent before is done.
    Done(oneshot::Sender<()>),
    Data(Box<Kept>, Turn, OpId),
}

impl Quick {
    /// What is to be told when it panics; else nobody would wait for the torrent any less.
    pub(super) fn on_panic(&self) -> Option<Msg> {
        match self {
            Self::Prepare(job, _) => Some(not_prepared(job.record.hash, job.op)),
            Self::Flushed(kept, _, op) => Some(not_flushed(kept, *op)),
            Self::Trash(record) | Self::Untrash(record) => Some(Msg::TrashDone {
                hash: record.hash,
                error: Some(PANICKED.to_owned()),
            }),
            Self::Probe(record, _) => Some(Msg::Probed {
                hash: record.hash,
                passed: false,
            }),
            Self::Done(_) | Self::SaveResume(_) | Self::Forget(_) | Self::Relocate(_) => None,
        }
    }
}

impl Flush {
    pub(super) fn on_panic(&self) -> Option<Msg> {
        match self {
            Self::Data(kept, _, op) => Some(not_flushed(kept, *op)),
            Self::Done(_) => None,
        }
    }
}

fn not_prepared(hash: InfoHash, op: OpId) -> Msg {
    let outcome = Err(Fault::Internal(PANICKED.to_owned()));
    Msg::Prepared { hash, op, outcome }
}

fn not_flushed(kept: &Kept, op: OpId) -> Msg {
    Msg::Flushed {
        hash: kept.record.hash,
        op,
        ok: false,
    }
}

/// Where the quick thread sends what takes long.
pub(super) struct Onward {
    pub(super) checks: Checks,
    pub(super) moves: mpsc::Sender<super::moves::Job>,
}

pub(super) fn run_quick(shared: &Arc<Shared>, job: Quick, onward: &Onward) {
    match job {
        Quick::Done(tell) => drop(tell.send(())),
        Quick::Prepare(job, control) => run_prepare(shared, *job, control, &onward.checks),
        // What a power cut can still take away must not be called verified.
        Quick::SaveResume(kept) => match flush(shared, &kept) {
            Ok(()) => {
                if keep(shared, &kept) {
                    // The run it is of is over, and what it did is in the store.
                    journal::forget(&shared.scratch, kept.record.hash);
                }
            }
            Err(error) => {
                tracing::warn!(%error, "a torrent's data could not be flushed; it will be checked");
            }
        },
        Quick::Flushed(kept, turn, op) => {
            let hash = kept.record.hash;
            let latest = shared.turns.lock().last.get(&hash) == Some(&turn);
            if latest && keep(shared, &kept) {
                watch(shared, &kept);
            }
            (shared.tell)(Msg::Flushed { hash, op, ok: true }.into());
        }
        Quick::Forget(hash) => {
            forget_again(shared, hash);
            journal::forget(&shared.scratch, hash);
            let side = shared.scratch.join(format!("{hash}.side"));
            if let Err(error) = std::fs::remove_file(side)
                && error.kind() != std::io::ErrorKind::NotFound
            {
                tracing::warn!(%error, "the side file of a torrent stays behind");
            }
        }
        Quick::Trash(record) => {
            let hash = record.hash;
            let error = trash::to_trash(shared, &record).err();
            let error = error.map(|e| format!("{e:#}"));
            (shared.tell)(Msg::TrashDone { hash, error }.into());
        }
        Quick::Untrash(record) => {
            let hash = record.hash;
            // What the trash no longer has is found missing by the preparation that follows.
            if let Err(error) = trash::from_trash(shared, &record) {
                tracing::warn!(%error, "files were not brought back from the trash");
            }
            (shared.tell)(Msg::TrashDone { hash, error: None }.into());
        }
        Quick::Relocate(job) => drop(onward.moves.send(job)),
        Quick::Probe(record, fault) => {
            let hash = record.hash;
            let resume = || shared.store.load_resume_blocking(hash).ok().flatten();
            let passed = room::has_passed(&shared.volumes, &record, &fault, resume);
            (shared.tell)(Msg::Probed { hash, passed }.into());
        }
    }
}

fn run_prepare(shared: &Arc<Shared>, job: PrepareJob, control: Arc<Control>, checks: &Checks) {
    if control.is_cancelled() {
        return;
    }
    let (hash, op) = (job.record.hash, job.op);
    match prepare::prepare(shared, job, control) {
        Ok(prepare::Outcome::Ready(prepared, meta)) => (shared.tell)(Report {
            msg: prepared_msg(hash, op, Ok(prepared)),
            meta: Some(meta),
        }),
        Ok(prepare::Outcome::Check(job)) => {
            let (shared, control) = (shared.clone(), job.control.clone());
            let run = move || {
                guarded(&shared, Some(not_prepared(hash, op)), || {
                    if let Some(outcome) = check::run(&shared, &job) {
                        (shared.tell)(Report {
                            msg: prepared_msg(hash, op, outcome),
                            meta: Some(job.meta.clone()),
                        });
                    }
                });
            };
            checks.push(hash, control, Box::new(run));
        }
        Err(fault) => (shared.tell)(prepared_msg(hash, op, Err(fault)).into()),
    }
}

fn prepared_msg(hash: InfoHash, op: OpId, outcome: Result<Prepared, Fault>) -> Msg {
    Msg::Prepared { hash, op, outcome }
}

pub(super) fn run_flush(shared: &Shared, job: Flush, quick: &mpsc::Sender<Quick>) {
    match job {
        Flush::Done(tell) => drop(tell.send(())),
        Flush::Data(kept, turn, op) => match flush(shared, &kept) {
            Ok(()) => drop(quick.send(Quick::Flushed(kept, turn, op))),
            Err(error) => {
                tracing::warn!(%error, "a finished torrent could not be flushed to disk");
                (shared.tell)(not_flushed(&kept, op).into());
            }
        },
    }
}

/// Saves what is known of a torrent's data, with the stamps its files have now. False when it could
/// not.
pub(super) fn keep(shared: &Shared, kept: &Kept) -> bool {
    let Ok(meta) = load_meta(shared, kept.record.hash) else {
        return false;
    };
    let files = locate(&kept.record, &meta);
    let volume = shared.volumes.of(kept.record.folder());
    let look = Look {
        record: &kept.record,
        meta: &meta,
        now: &stamps_of(&files),
        files: &files,
        volume: volume.as_ref(),
    };
    let saved = look.store(shared, &kept.have, &kept.owned);
    if let Err(error) = &saved {
        tracing::warn!(
            ?error,
            "the state of a torrent's data could not be saved; it will be checked"
        );
    }
    saved.is_ok()
}

/// Watches from now on over the files of a torrent that has become whole and runs on.
fn watch(shared: &Shared, kept: &Kept) {
    let Ok(meta) = load_meta(shared, kept.record.hash) else {
        return;
    };
    let files = locate(&kept.record, &meta).into_iter().enumerate();
    let whole = files.filter_map(|(i, file)| {
        let file = file.filter(|f| f.stamp.size_bytes.is_some() && !f.part)?;
        is_whole(&meta, i, &kept.have).then_some((file.path, file.stamp))
    });
    shared.watch.put(kept.record.hash, whole.collect());
}

/// A torrent that was added anew meanwhile, to another place: what was saved of the old place since it
/// was forgotten would be taken for what lies in the new one.
fn forget_again(shared: &Shared, hash: InfoHash) {
    if load_meta(shared, hash).is_err() {
        return;
    }
    let nothing = ResumeData {
        have: Bitfield::new(0),
        stamps: vec![],
        owned: Bitfield::new(0),
        clean: false,
        volume: None,
    };
    if let Err(error) = shared.store.save_resume_blocking(hash, nothing) {
        tracing::warn!(%error, "what was known of a torrent's old place is still stored");
    }
}

fn flush(shared: &Shared, kept: &Kept) -> anyhow::Result<()> {
    let meta =
        load_meta(shared, kept.record.hash).map_err(|_| anyhow::anyhow!("the metainfo is gone"))?;
    for file in locate(&kept.record, &meta).iter().flatten() {
        if file.stamp.size_bytes.is_none() {
            continue;
        }
        // Windows flushes only through a handle that may write.
        let opened = std::fs::File::options()
            .read(true)
            .write(cfg!(windows))
            .open(file.at());
        match opened {
            Ok(file) => file.sync_all()?,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(e.into()),
        }
    }
    Ok(())
}
