//! What the disk worker's threads are asked for, and how each thread does it.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, mpsc},
};

use shoal_core::{
    Bitfield, Fault, InfoHash, Msg, OpId, Prepared, ResumeData, StoreOp, TorrentRecord,
};
use shoal_engine::journal;
use shoal_metainfo::{Control, Metainfo};
use tokio::sync::oneshot;

use super::{
    Kept, PANICKED, PrepareJob, Report, Shared, Turn, check,
    checks::Checks,
    guarded, load_meta, meta_of,
    paths::{Located, is_whole, locate, stamps_of},
    prepare::{self, Look},
    room, trash,
    watch::Whole,
};

pub(super) enum Quick {
    /// Everything sent before is done.
    Done(oneshot::Sender<()>),
    /// With where to send what its check has read.
    Prepare(Box<PrepareJob>, Arc<Control>, mpsc::Sender<Quick>),
    /// A check has read everything: what follows from it.
    Conclude(Box<check::Checked>),
    SaveResume(Box<Kept>),
    /// The data of a finished torrent is on disk.
    Flushed(Box<Kept>, Turn, OpId),
    /// A torrent is gone for good: what the engine keeps of it beside its files may go too.
    Forget(InfoHash),
    Trash(Box<TorrentRecord>),
    /// As [`Quick::Trash`], for good.
    Delete(Box<TorrentRecord>),
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
            Self::Prepare(job, ..) => Some(not_prepared(job.record.hash, job.op)),
            Self::Conclude(checked) => Some(not_prepared(checked.job.record.hash, checked.job.op)),
            Self::Flushed(kept, _, op) => Some(not_flushed(kept, *op)),
            Self::Trash(record) | Self::Delete(record) | Self::Untrash(record) => {
                Some(Msg::TrashDone {
                    hash: record.hash,
                    error: Some(PANICKED.to_owned()),
                })
            }
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
        Quick::Prepare(job, control, quick) => {
            run_prepare(shared, *job, control, &onward.checks, quick);
        }
        Quick::Conclude(checked) => {
            let (hash, op) = (checked.job.record.hash, checked.job.op);
            if let Some(outcome) = check::conclude(shared, *checked) {
                let (prepared, found) = match outcome {
                    Ok((prepared, found)) => (Ok(prepared), Some(found)),
                    Err(fault) => (Err(fault), None),
                };
                (shared.tell)(Report {
                    msg: prepared_msg(hash, op, prepared),
                    found,
                });
            }
        }
        Quick::SaveResume(kept) => save_resume(shared, &kept),
        Quick::Flushed(kept, turn, op) => {
            let hash = kept.record.hash;
            let is_latest = || shared.turns.lock().last.get(&hash) == Some(&turn);
            keep_flushed(shared, &kept, &is_latest);
            (shared.tell)(Msg::Flushed { hash, op, ok: true }.into());
        }
        Quick::Forget(hash) => {
            forget_again(shared, hash);
            journal::forget(&shared.scratch, hash);
            if let Err(error) = std::fs::remove_file(side_file(shared, hash))
                && error.kind() != std::io::ErrorKind::NotFound
            {
                tracing::warn!(%error, "the side file of a torrent stays behind");
            }
        }
        Quick::Trash(record) => {
            let gone = trash::to_trash(shared, &record);
            trash_done(shared, record.hash, gone);
        }
        Quick::Delete(record) => {
            let gone = trash::delete_for_good(shared, &record);
            trash_done(shared, record.hash, gone);
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

fn trash_done(shared: &Shared, hash: InfoHash, gone: anyhow::Result<()>) {
    let error = gone.err().map(|e| format!("{e:#}"));
    (shared.tell)(Msg::TrashDone { hash, error }.into());
}

fn run_prepare(
    shared: &Arc<Shared>,
    job: PrepareJob,
    control: Arc<Control>,
    checks: &Checks,
    quick: mpsc::Sender<Quick>,
) {
    if control.is_cancelled() {
        return;
    }
    let (hash, op) = (job.record.hash, job.op);
    match prepare::prepare(shared, job, control) {
        Ok(prepare::Outcome::Ready(prepared, found)) => (shared.tell)(Report {
            msg: prepared_msg(hash, op, Ok(*prepared)),
            found: Some(found),
        }),
        Ok(prepare::Outcome::Check(job)) => {
            let (shared, control) = (shared.clone(), job.control.clone());
            let run = move || {
                guarded(&shared, Some(not_prepared(hash, op)), || {
                    match check::run(&shared, *job) {
                        Some(Ok(checked)) => drop(quick.send(Quick::Conclude(checked))),
                        Some(Err(fault)) => {
                            (shared.tell)(prepared_msg(hash, op, Err(fault)).into());
                        }
                        None => {}
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
        Flush::Data(kept, turn, op) => {
            match meta_of(shared, kept.record.hash).and_then(|meta| flush(shared, &kept, &meta)) {
                Ok(()) => drop(quick.send(Quick::Flushed(kept, turn, op))),
                Err(error) => {
                    tracing::warn!(%error, "a finished torrent could not be flushed to disk");
                    (shared.tell)(not_flushed(&kept, op).into());
                }
            }
        }
    }
}

/// Saves what is known of a torrent that was let go of, as after a clean end.
fn save_resume(shared: &Shared, kept: &Kept) {
    let hash = kept.record.hash;
    let stored = meta_of(shared, hash).and_then(|meta| {
        if is_known(shared, kept, &meta) {
            return Ok(true);
        }
        // What a power cut can still take away must not be called verified.
        flush(shared, kept, &meta)?;
        Ok(keep(shared, kept, &meta))
    });
    match stored {
        // The run it is of is over, and what it did is in the store.
        Ok(true) => journal::forget(&shared.scratch, hash),
        Ok(false) => {}
        Err(error) => {
            tracing::warn!(%error, "a torrent's data could not be flushed; it will be checked");
        }
    }
}

/// Whether just that is stored already, as of most torrents that only seeded.
fn is_known(shared: &Shared, kept: &Kept, meta: &Metainfo) -> bool {
    let resume = shared.store.load_resume_blocking(kept.record.hash);
    let Some(resume) = resume.ok().flatten() else {
        return false;
    };
    let now = stamps_of(&locate(&kept.record, meta));
    resume.clean
        && resume.have == kept.have
        && resume.stamps == now
        && resume.owned == prepare::claimed(&kept.owned, &now)
}

/// Saves what was known when a flush was asked for, unless more is known since.
pub(super) fn keep_flushed(shared: &Shared, kept: &Kept, is_latest: &dyn Fn() -> bool) {
    let hash = kept.record.hash;
    if !is_latest() {
        return;
    }
    let Ok(meta) = load_meta(shared, hash) else {
        return;
    };
    if !keep(shared, kept, &meta) {
        return;
    }
    if is_latest() {
        watch(shared, kept, &meta);
    } else {
        // The engine may write again, and what says so may have been stored before this was.
        let ops = vec![StoreOp::MarkDirty(hash)];
        if let Err(error) = shared.store.commit_blocking(ops) {
            tracing::warn!(%error, "a torrent that writes again is stored as if it did not");
        }
    }
}

/// Saves what is known of a torrent's data, with the stamps its files have now. False when it could
/// not.
pub(super) fn keep(shared: &Shared, kept: &Kept, meta: &Metainfo) -> bool {
    let files = locate(&kept.record, meta);
    let volume = shared.volumes.of(kept.record.folder());
    let look = Look {
        record: &kept.record,
        meta,
        now: &stamps_of(&files),
        files: &files,
        volume: volume.as_ref(),
    };
    // What is known stays as it is where the drive has gone or a file is not what was written: the
    // next start then says so. Stamps of this moment would make it look as if all were well.
    if !look.is_where_it_was(shared) || !look.can_hold(&kept.have, &kept.owned) {
        tracing::warn!("the files of a torrent are not as it left them; they will be looked at");
        return false;
    }
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
fn watch(shared: &Shared, kept: &Kept, meta: &Metainfo) {
    let files = locate(&kept.record, meta).into_iter().enumerate();
    let whole = files.filter_map(|(i, file)| {
        let file = file.filter(|f| f.stamp.size_bytes.is_some() && !f.part)?;
        is_whole(meta, i, &kept.have).then_some((file.path, file.stamp))
    });
    let whole = Whole {
        folder: kept.record.folder().to_owned(),
        volume: shared
            .volumes
            .of(kept.record.folder())
            .as_ref()
            .map(room::mark),
        files: whole.collect(),
    };
    shared.watch.put(kept.record.hash, whole);
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

fn flush(shared: &Shared, kept: &Kept, meta: &Metainfo) -> anyhow::Result<()> {
    bring_to_disk(shared, &kept.record, &locate(&kept.record, meta))
}

/// Brings all bytes of a torrent to the disk, those beside its files too.
pub(super) fn bring_to_disk(
    shared: &Shared,
    record: &TorrentRecord,
    files: &[Option<Located>],
) -> anyhow::Result<()> {
    let there = files.iter().flatten();
    let there = there.filter(|f| f.stamp.size_bytes.is_some());
    let there: Vec<&Path> = there.map(Located::at).collect();
    if !there.is_empty() {
        shared
            .files
            .sync_files(record.folder(), there.into_iter())?;
    }
    let side = side_file(shared, record.hash);
    if side.is_file() {
        shared
            .files
            .sync_files(&shared.scratch, std::iter::once(side.as_path()))?;
    }
    Ok(())
}

/// Where the engine keeps bytes of unwanted files that share a piece with wanted ones.
fn side_file(shared: &Shared, hash: InfoHash) -> PathBuf {
    shared.scratch.join(format!("{hash}.side"))
}
