//! Moves the files of a torrent to another place, one torrent at a time, on a thread of its own.
//!
//! Only files that the torrent wrote, or that are wholly verified, go; whatever else lies in its
//! folder stays. What was known of the data is known of the new place too, when nobody touched the
//! files meanwhile, so that nothing has to be checked again. A move that was killed is done again and
//! finds each file at one of the two places.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use shoal_core::{
    Fault, FileStamp, InfoHash, Msg, OpId, Place, ResumeData, StoreOp, TorrentRecord,
};
use shoal_files::{FileError, FileErrorKind, Move, MoveFile, MoveProgress};
use shoal_metainfo::Metainfo;

use super::{
    Shared, guarded, load_meta,
    paths::{Located, is_whole, locate_in, stamps_of},
    prepare::{fits, need_folder},
    room, trash,
    trust::Own,
};

/// Progress is told this often.
const PROGRESS_EVERY: Duration = Duration::from_millis(250);
/// File systems cut times off: NTFS and SMB to 100 ns, exFAT to 10 ms, HFS+ to a second, FAT to two.
const COARSEST_TIME_NS: i64 = 2_000_000_000;

/// One relocation.
pub(crate) struct MoveJob {
    pub(crate) record: TorrentRecord,
    pub(crate) op: OpId,
    pub(crate) from: Place,
    pub(crate) to: Place,
    /// The folder may be made when it is missing: it is one of Shoal's own choice.
    pub(crate) may_make_folder: bool,
}

impl MoveJob {
    /// What had gone comes home.
    fn is_back(&self) -> bool {
        self.to == self.record.place()
    }
}

/// The relocations that were asked for and not ended, so that each can be left off.
#[derive(Clone, Default)]
pub(super) struct Moves(Arc<Mutex<HashMap<InfoHash, Arc<AtomicBool>>>>);

impl Moves {
    /// The switch of a move that is about to be asked for.
    pub(super) fn begin(&self, hash: InfoHash) -> Arc<AtomicBool> {
        let cancel = Arc::<AtomicBool>::default();
        self.0.lock().insert(hash, cancel.clone());
        cancel
    }

    pub(super) fn cancel(&self, hash: InfoHash) {
        if let Some(cancel) = self.0.lock().remove(&hash) {
            cancel.store(true, Ordering::Relaxed);
        }
    }

    pub(super) fn cancel_all(&self) {
        for (_, cancel) in self.0.lock().drain() {
            cancel.store(true, Ordering::Relaxed);
        }
    }
}

pub(super) enum Job {
    /// Everything sent before is done.
    Done(tokio::sync::oneshot::Sender<()>),
    Move(Box<MoveJob>, Arc<AtomicBool>),
}

/// Does one job after the other until nobody can send any more.
pub(super) fn work(shared: &Shared, jobs: mpsc::Receiver<Job>) {
    for job in jobs {
        let (job, cancel) = match job {
            Job::Done(tell) => {
                let _ = tell.send(());
                continue;
            }
            Job::Move(job, cancel) => (job, cancel),
        };
        let (hash, op) = (job.record.hash, job.op);
        let relocated = move |outcome| Msg::Relocated { hash, op, outcome };
        let otherwise = relocated(Err(Fault::Internal(super::PANICKED.to_owned())));
        guarded(shared, Some(otherwise), || {
            let outcome = run(shared, &job, &cancel);
            if let Err(fault) = &outcome {
                tracing::warn!(%hash, ?fault, "the files of a torrent were not moved");
            }
            (shared.tell)(relocated(outcome).into());
        });
    }
}

/// A torrent's files at both places.
struct Sides {
    from: Vec<Option<Located>>,
    to: Vec<Option<Located>>,
    resume: Option<ResumeData>,
    own: Own,
}

pub(super) fn run(shared: &Shared, job: &MoveJob, cancel: &AtomicBool) -> Result<(), Fault> {
    let meta = load_meta(shared, job.record.hash)?;
    need_folder(shared, &job.to.folder, job.may_make_folder, false)?;
    let sides = look(shared, job, &meta)?;
    need_files(shared, job, &sides)?;
    let files = files_to_move(job, &meta, &sides);
    let trusted = sides.is_trusted(&files);
    let list = files.iter().map(|(_, file)| file.clone()).collect();
    let needed = bytes_to_copy(shared, job, &files);
    // What takes no room needs none: a full drive is made emptier by what leaves it.
    if needed > 0 {
        room::need_free(&shared.volumes, &job.to.folder, needed)?;
    }
    let moving = Move {
        from_root: job.from.folder.clone(),
        to_root: job.to.folder.clone(),
        files: list,
        tag: job.record.hash.to_string(),
        empty_folders_below: (!meta.single_file).then(|| job.from.folder.join(&job.from.disk_name)),
    };
    let mut teller = teller(shared, job);
    // Taken back before anything had gone, the target may never have been there.
    let here = |(i, _): &(usize, MoveFile)| sides.from[*i].as_ref().is_some_and(is_there);
    if files.iter().any(here) || job.from.folder.is_dir() && !files.is_empty() {
        let moved = shared.files.relocate(&moving, cancel, &mut teller);
        moved.map_err(|error| fault_of(shared, &error))?;
    }
    keep(shared, job, &meta, sides.resume, trusted)
}

fn look(shared: &Shared, job: &MoveJob, meta: &Metainfo) -> Result<Sides, Fault> {
    let io = |e: anyhow::Error| Fault::Io(format!("{e:#}"));
    let hash = job.record.hash;
    let resume = shared.store.load_resume_blocking(hash);
    let resume = resume.map_err(|e| Fault::Io(e.to_string()))?;
    let from = locate_in(&job.from, job.record.part_suffix, meta);
    let mut sides = Sides {
        own: trash::own(shared, &job.record, meta, &from).map_err(io)?,
        to: locate_in(&job.to, job.record.part_suffix, meta),
        resume: resume.filter(|r| fits(r, meta)),
        from,
    };
    if sides.note_unclean(job.is_back()) {
        // Should this be killed, what is at the target by then is known by these stamps.
        let data = sides.resume.clone().map(Box::new);
        let ops = data.map(|data| StoreOp::PutResume(hash, data));
        let stored = shared.store.commit_blocking(ops.into_iter().collect());
        stored.map_err(|e| Fault::Io(e.to_string()))?;
    }
    Ok(sides)
}

/// Refuses to move what is not there: its drive may not be connected, and the torrent would look for
/// its files in the new place only.
fn need_files(shared: &Shared, job: &MoveJob, sides: &Sides) -> Result<(), Fault> {
    let gone = |i: &usize| {
        sides.noted(*i).is_some_and(|noted| {
            let here = sides.from[*i].as_ref().is_some_and(is_there);
            let moved = sides.to[*i]
                .as_ref()
                .is_some_and(|to| is_its_copy(noted, &to.stamp));
            !here && !moved
        })
    };
    let noted = (0..sides.from.len()).filter(|i| sides.noted(*i).is_some());
    let (gone, noted) = ((0..sides.from.len()).filter(gone).count(), noted.count());
    if gone == 0 {
        return Ok(());
    }
    let mark = sides.resume.as_ref().and_then(|r| r.volume.as_ref());
    let its_drive = |folder: &Path| {
        let volume = shared.volumes.of(folder);
        mark.is_none_or(|mark| volume.is_some_and(|volume| room::is_same(mark, &volume)))
    };
    shared.volumes.forget();
    if !job.from.folder.is_dir() || !its_drive(&job.from.folder) && !its_drive(&job.to.folder) {
        return Err(Fault::FolderMissing(job.from.folder.clone()));
    }
    // Nothing to bring home is home; what became of it is found out there, where a person can answer.
    if gone == noted && !job.is_back() {
        return Err(Fault::FilesChanged);
    }
    Ok(())
}

/// The files that are the torrent's, wherever of the two places they are, with their numbers.
fn files_to_move(job: &MoveJob, meta: &Metainfo, sides: &Sides) -> Vec<(usize, MoveFile)> {
    let mut files = Vec::new();
    for (i, (from, to)) in sides.from.iter().zip(&sides.to).enumerate() {
        let (Some(from), Some(to)) = (from, to) else {
            continue;
        };
        let whole = || {
            let have = sides.resume.as_ref().map(|r| &r.have);
            meta.files[i].length > 0 && have.is_some_and(|have| is_whole(meta, i, have))
        };
        let index = u32::try_from(i).unwrap_or(u32::MAX);
        let here = from.stamp.size_bytes.is_some();
        let is_noted = |file: &Located| {
            let noted = sides.noted(i);
            noted.is_some_and(|noted| is_its_copy(noted, &file.stamp))
        };
        let goes = if here {
            let own = sides.own.sure.get(index) || sides.own.likely.get(index);
            // A copy has another number than what it was copied from.
            let copied = job.is_back() && sides.owned(index);
            // A kill may leave an empty one whose time was not set yet: nothing is lost with it.
            let empty = meta.files[i].length == 0 && from.stamp.size_bytes == Some(0);
            own || (copied || whole()) && is_noted(from) || empty && sides.noted(i).is_some()
        } else {
            // Moved before a kill: the very file, or the copy of it, that was noted.
            sides
                .noted(i)
                .is_some_and(|noted| is_its_copy(noted, &to.stamp))
        };
        let part = if here { from.part } else { to.part };
        let at = |file: &Located| match &file.temp {
            Some(temp) if part => temp.clone(),
            _ => file.path.clone(),
        };
        // A name that is too long for the suffix at one place goes without it there.
        if goes && at(from) != at(to) {
            let length_bytes = meta.files[i].length;
            let (from, to) = (at(from), at(to));
            files.push((
                i,
                MoveFile {
                    from,
                    to,
                    length_bytes,
                },
            ));
        }
    }
    tracing::debug!(hash = %job.record.hash, files = files.len(), "files to move");
    files
}

fn is_there(file: &Located) -> bool {
    file.stamp.size_bytes.is_some()
}

/// Whether `found` may be what `noted` was copied to: its time is the same, as far as a file system keeps it.
fn is_its_copy(noted: &FileStamp, found: &FileStamp) -> bool {
    let cut_off = noted.modified_ns.saturating_sub(found.modified_ns);
    found.size_bytes == noted.size_bytes && (0..COARSEST_TIME_NS).contains(&cut_off)
}

impl Sides {
    /// After an unclean end: notes how the files look now, and that those that are its own are. On the way
    /// back, what was noted of a copy stays. True when there was something to note.
    fn note_unclean(&mut self, is_back: bool) -> bool {
        let Some(resume) = self.resume.as_mut().filter(|r| !r.clean) else {
            return false;
        };
        for (i, from) in (0..).zip(&self.from) {
            let Some(from) = from.as_ref().filter(|f| f.stamp.size_bytes.is_some()) else {
                continue;
            };
            if let Some(stamp) = resume.stamps.get_mut(i as usize) {
                if is_back && resume.owned.get(i) && is_its_copy(stamp, &from.stamp) {
                    continue;
                }
                *stamp = from.stamp;
            }
            resume
                .owned
                .set(i, self.own.sure.get(i) || self.own.likely.get(i));
        }
        true
    }

    /// Whether the torrent wrote the file, by what is stored.
    fn owned(&self, index: u32) -> bool {
        let resume = self.resume.as_ref();
        resume.is_some_and(|resume| resume.owned.get(index))
    }

    /// How a file looked when the torrent was let go of.
    fn noted(&self, index: usize) -> Option<&FileStamp> {
        let stamp = self.resume.as_ref()?.stamps.get(index)?;
        stamp.size_bytes.is_some().then_some(stamp)
    }

    /// Whether all that was there then is there unchanged, at one of the two places, and goes along.
    fn is_trusted(&self, moved: &[(usize, MoveFile)]) -> bool {
        let Some(resume) = self.resume.as_ref().filter(|r| r.clean) else {
            return false;
        };
        (0..resume.stamps.len()).all(|i| {
            let (Some(Some(from)), Some(Some(to))) = (self.from.get(i), self.to.get(i)) else {
                return true;
            };
            let Some(noted) = self.noted(i) else {
                return from.stamp.size_bytes.is_none();
            };
            let goes = from.at() == to.at() || moved.iter().any(|(index, _)| *index == i);
            goes && noted.matches(&from.stamp) || is_its_copy(noted, &to.stamp)
        })
    }
}

/// Bytes that have no room at the target yet; nothing within a volume.
fn bytes_to_copy(shared: &Shared, job: &MoveJob, files: &[(usize, MoveFile)]) -> u64 {
    let (from, to) = (
        shared.volumes.of(&job.from.folder),
        shared.volumes.of(&job.to.folder),
    );
    match (from, to) {
        (Some(from), Some(to)) if from.mount != to.mount => {
            let size = |path: &Path| path.symlink_metadata().map_or(0, |m| m.len());
            files.iter().map(|(_, file)| size(&file.from)).sum()
        }
        _ => 0,
    }
}

fn teller<'a>(shared: &'a Shared, job: &MoveJob) -> impl FnMut(MoveProgress) + use<'a> {
    let (hash, op) = (job.record.hash, job.op);
    let mut told: Option<Instant> = None;
    move |progress: MoveProgress| {
        if told.is_some_and(|at| at.elapsed() < PROGRESS_EVERY) {
            return;
        }
        told = Some(Instant::now());
        let msg = Msg::MoveProgress {
            hash,
            op,
            done_bytes: progress.done_bytes,
            total_bytes: progress.total_bytes,
        };
        (shared.tell)(msg.into());
    }
}

/// Stores what is known of the data, now of the new place.
fn keep(
    shared: &Shared,
    job: &MoveJob,
    meta: &Metainfo,
    resume: Option<ResumeData>,
    trusted: bool,
) -> Result<(), Fault> {
    let Some(mut resume) = resume else {
        return Ok(());
    };
    let now = stamps_of(&locate_in(&job.to, job.record.part_suffix, meta));
    let pairs = || resume.stamps.iter().zip(&now);
    // Each copy was compared with what it was made of, whatever time its file system gave it.
    if trusted && pairs().all(|(then, now)| then.size_bytes == now.size_bytes) {
        resume.stamps = now;
    } else if pairs().any(|(then, now)| then.file_id != now.file_id) {
        // What was not as it was noted before is judged where it is now, by size and time alone:
        // copies have other numbers, of which an older journal knows nothing.
        for stamp in &mut resume.stamps {
            stamp.file_id = 0;
        }
        shoal_engine::journal::forget(&shared.scratch, job.record.hash);
    }
    resume.volume = shared.volumes.of(&job.to.folder).as_ref().map(room::mark);
    let put = StoreOp::PutResume(job.record.hash, Box::new(resume));
    let stored = shared.store.commit_blocking(vec![put]);
    stored.map_err(|e| Fault::Io(e.to_string()))
}

fn fault_of(shared: &Shared, error: &FileError) -> Fault {
    let path = error.path.clone();
    let mount = |path: &PathBuf| {
        let volume = shared.volumes.of(path);
        volume.map_or_else(|| path.clone(), |v| v.mount)
    };
    match error.kind {
        FileErrorKind::NotFound => Fault::FolderMissing(path),
        FileErrorKind::InTheWay => Fault::FileInTheWay(path),
        FileErrorKind::PermissionDenied => Fault::PermissionDenied(path),
        FileErrorKind::ReadOnly => Fault::ReadOnly(mount(&path)),
        FileErrorKind::Full => Fault::DiskFull {
            needed_bytes: 0,
            volume: mount(&path),
        },
        FileErrorKind::TooBig => Fault::FileTooBig(path),
        FileErrorKind::Changed => Fault::FilesChanged,
        FileErrorKind::TooManyOpen | FileErrorKind::Cancelled | FileErrorKind::Io => {
            Fault::Io(error.to_string())
        }
    }
}
