//! Finds out, before a torrent is started, what of it is on disk and whether that can be trusted.
//!
//! A stored bitfield counts only after a clean stop, and only when size, time and number of every
//! file are what they were then. After an unclean end the engine's journal says what can be believed
//! (see `trust`). Everything else is checked. Files that vanished or changed behind a finished
//! torrent are said, never fetched again in silence; files that are not the torrent's own are left
//! alone; nothing is looked for on another volume than the one that had it.

use std::{io::ErrorKind, path::Path, sync::Arc};

use shoal_core::{Bitfield, Fault, FileStamp, Prepared, ResumeData, TorrentRecord};
use shoal_engine::journal::{self, Journal};
use shoal_files::Volume;
use shoal_metainfo::{Control, Metainfo};

use super::{
    PrepareJob, Shared,
    check::CheckJob,
    jobs::bring_to_disk,
    load_meta,
    names::disk_name,
    paths::{Found, Located, locate, stamps_of},
    room::{self, Plan, need_room, need_volume},
    trust::{self, Own, Trust},
};
use crate::progress::have_bytes;

pub(super) enum Outcome {
    Ready(Box<Prepared>, Found),
    Check(Box<CheckJob>),
}

/// What is known of a torrent's data from before.
struct Known {
    resume: Option<ResumeData>,
    journal: Option<Journal>,
    /// Something of it was on disk once.
    begun: bool,
}

pub(super) fn prepare(
    shared: &Shared,
    job: PrepareJob,
    control: Arc<Control>,
) -> Result<Outcome, Fault> {
    prepare_by(shared, job, control, &journal::read)
}

/// Reads the journal of a torrent from the engine's folder.
pub(super) type ReadJournal<'a> = &'a dyn Fn(&Path, &Metainfo) -> Option<Journal>;

/// As [`prepare`], with another way to read journals.
pub(super) fn prepare_by(
    shared: &Shared,
    job: PrepareJob,
    control: Arc<Control>,
    read: ReadJournal<'_>,
) -> Result<Outcome, Fault> {
    let PrepareJob {
        mut record,
        op,
        full_check,
        avoid,
        fresh_name,
        adopt,
        may_make_folder,
    } = job;
    let meta = load_meta(shared, record.hash)?;
    let known = known(shared, &record, &meta, fresh_name, read)?;
    if !known.begun {
        stay_where_files_are(&mut record, &meta);
    }
    need_folder(shared, record.folder(), may_make_folder, known.begun)?;
    record.disk_name = disk_name(&record, &meta, &avoid, fresh_name);
    let files = locate(&record, &meta);
    let now = stamps_of(&files);
    let volume = shared.volumes.of(record.folder());
    let look = Look {
        record: &record,
        meta: &meta,
        files: &files,
        now: &now,
        volume: volume.as_ref(),
    };
    let judged = if full_check || fresh_name {
        Judged::Read(look.own(&known), None)
    } else {
        match look.judge(&known) {
            Err(Fault::FilesChanged) => return Err(changed(shared, record.folder(), &known)),
            judged => judged?,
        }
    };
    match judged {
        Judged::Clean(have, owned, is_stored) => {
            let prepared = look.prepared(have, owned);
            if !is_stored && control.is_cancelled() {
                return Err(Fault::Internal("it was given up".to_owned()));
            }
            if !is_stored {
                if known.journal.is_some() {
                    // A run of the same boot had verified it, and not flushed all of it.
                    let flushed = bring_to_disk(shared, look.record, look.files);
                    flushed.map_err(|e| Fault::Io(e.to_string()))?;
                }
                look.save(shared, &prepared.have, &prepared.owned)?;
            }
            look.need_room(&prepared.have)?;
            Ok(Outcome::Ready(Box::new(prepared), Found { meta, files }))
        }
        Judged::Read(own, trust) => Ok(Outcome::Check(Box::new(CheckJob {
            record,
            op,
            meta,
            own,
            only: trust.map(|t| (t.check, t.have)),
            adopt,
            control,
        }))),
    }
}

/// What is wrong when files are gone or look otherwise: the drive below them may have gone since it
/// was looked at.
fn changed(shared: &Shared, folder: &Path, known: &Known) -> Fault {
    shared.volumes.forget();
    let volume = shared.volumes.of(folder);
    let resume = known.resume.as_ref();
    need_volume(folder, resume, volume.as_ref())
        .err()
        .unwrap_or(Fault::FilesChanged)
}

fn known(
    shared: &Shared,
    record: &TorrentRecord,
    meta: &Metainfo,
    fresh_name: bool,
    read: ReadJournal<'_>,
) -> Result<Known, Fault> {
    let resume = shared
        .store
        .load_resume_blocking(record.hash)
        .map_err(|e| Fault::Io(e.to_string()))?
        .filter(|r| fits(r, meta));
    // After a clean end it is one that could not be removed.
    let unclean = !fresh_name && resume.as_ref().is_none_or(|r| !r.clean);
    let journal = unclean.then(|| read(&shared.scratch, meta)).flatten();
    let begun = record.have_bytes > 0
        || resume.as_ref().is_some_and(|r| r.have.count_ones() > 0)
        || journal.as_ref().is_some_and(|j| j.owned.count_ones() > 0);
    Ok(Known {
        resume: resume.filter(|_| !fresh_name),
        journal,
        begun,
    })
}

/// A new torrent whose files are in the folder that it belongs to in the end stays there.
fn stay_where_files_are(record: &mut TorrentRecord, meta: &Metainfo) {
    let there = |record: &TorrentRecord| {
        let files = locate(record, meta);
        files.iter().flatten().any(|f| f.stamp.size_bytes.is_some())
    };
    if record.unfinished_path.is_none() || there(record) {
        return;
    }
    let mut at_home = record.clone();
    at_home.unfinished_path = None;
    if there(&at_home) {
        record.unfinished_path = None;
    }
}

/// What can be said without reading.
enum Judged {
    /// Pieces and files that count, and whether that is stored already.
    Clean(Bitfield, Bitfield, bool),
    /// It has to be read: all of it, or what is in doubt. With the files known to be its own.
    Read(Own, Option<Trust>),
}

/// A torrent's files as they are found, and where.
pub(super) struct Look<'a> {
    pub(super) record: &'a TorrentRecord,
    pub(super) meta: &'a Metainfo,
    pub(super) files: &'a [Option<Located>],
    pub(super) now: &'a [FileStamp],
    pub(super) volume: Option<&'a Volume>,
}

impl Look<'_> {
    fn judge(&self, known: &Known) -> Result<Judged, Fault> {
        let resume = known.resume.as_ref();
        if let Some(fault) = need_volume(self.record.folder(), resume, self.volume).err()
            && !self.expects_nothing(known)
            && !trust::is_familiar(resume, known.journal.as_ref(), self.now)
        {
            return Err(fault);
        }
        if let Some(resume) = resume.filter(|r| r.clean && same(&r.stamps, self.now)) {
            let owned = only_there(&resume.owned, self.now);
            let same_volume = match (&resume.volume, self.volume) {
                (Some(noted), Some(volume)) => *noted == room::mark(volume),
                (noted, volume) => noted.is_none() && volume.is_none(),
            };
            let is_stored = resume.owned == claimed(&owned, self.now) && same_volume;
            return Ok(Judged::Clean(resume.have.clone(), owned, is_stored));
        }
        let nothing_there = self.now.iter().all(|s| s.size_bytes.is_none());
        // What was there is known even of a run that was killed, whose stamps are older than its
        // files.
        let lost = known.begun && resume.is_some_and(|r| lost_files(r, self.now))
            || self.record.have_bytes > 0 && nothing_there;
        let changed = resume.is_some_and(|r| r.clean) && self.record.completed_at.is_some();
        if lost || changed {
            return Err(Fault::FilesChanged);
        }
        let trust = known
            .journal
            .as_ref()
            .map(|journal| trust::by_journal(self.meta, &self.record.selection, journal, self.now));
        match trust {
            Some(trust) if trust.lost => Err(Fault::FilesChanged),
            Some(trust) if trust.check.count_ones() == 0 => {
                Ok(Judged::Clean(trust.have, trust.own.sure, false))
            }
            Some(trust) => Ok(Judged::Read(trust.own.clone(), Some(trust))),
            None if nothing_there => {
                let none = Bitfield::new(self.meta.piece_count);
                Ok(Judged::Clean(none, no_files(self.meta), false))
            }
            None => Ok(Judged::Read(self.own(known), None)),
        }
    }

    /// No file is known to have been there.
    fn expects_nothing(&self, known: &Known) -> bool {
        let was_there = |r: &ResumeData| r.stamps.iter().any(|s| s.size_bytes.is_some());
        let made = |j: &Journal| j.owned.count_ones() > 0;
        self.record.have_bytes == 0
            && !known.resume.as_ref().is_some_and(was_there)
            && !known.journal.as_ref().is_some_and(made)
    }

    fn own(&self, known: &Known) -> Own {
        if let Some(journal) = &known.journal {
            return trust::by_journal(self.meta, &self.record.selection, journal, self.now).own;
        }
        known.resume.as_ref().map_or_else(
            || Own::none(self.meta),
            |r| trust::by_resume(r, self.meta, self.now),
        )
    }

    /// Whether the folder is on the volume that was noted with the data.
    pub(super) fn is_where_it_was(&self, shared: &Shared) -> bool {
        let resume = shared.store.load_resume_blocking(self.record.hash);
        let resume = resume.ok().flatten();
        need_volume(self.record.folder(), resume.as_ref(), self.volume).is_ok()
    }

    /// Whether the files it owns are long enough for the pieces it claims.
    pub(super) fn can_hold(&self, have: &Bitfield, owned: &Bitfield) -> bool {
        (0..)
            .zip(&self.meta.files)
            .zip(self.now)
            .all(|((i, file), now)| {
                if !owned.get(i) || !file.on_disk() {
                    return true;
                }
                let index = usize::try_from(i).unwrap_or(usize::MAX);
                let mut pieces = self.meta.pieces_of_file(index);
                let Some(last) = pieces.rfind(|&p| have.get(p)) else {
                    return true;
                };
                let start = u64::from(last) * u64::from(self.meta.piece_length);
                let end = start + u64::from(self.meta.piece_size(last));
                let needed = end.min(file.offset + file.length) - file.offset;
                now.size_bytes.is_some_and(|size| size >= needed)
            })
    }

    /// What was found, in the words of core.
    pub(super) fn prepared(&self, have: Bitfield, owned: Bitfield) -> Prepared {
        Prepared {
            have_bytes: have_bytes(self.meta, &self.record.selection, &have),
            have,
            owned,
            disk_name: self.record.disk_name.clone(),
            unfinished_path: self.record.unfinished_path.clone(),
            volume: self.volume.map(room::mark),
            stamps: self.now.to_vec(),
        }
    }

    /// Saves what was found, with a claim on every file that is not there yet: should Shoal be killed
    /// after the engine has made one, it is known to be the torrent's own. See `trust::by_resume`.
    pub(super) fn save(
        &self,
        shared: &Shared,
        have: &Bitfield,
        owned: &Bitfield,
    ) -> Result<(), Fault> {
        self.store(shared, have, owned)?;
        // What it says is in the store now.
        journal::forget(&shared.scratch, self.record.hash);
        Ok(())
    }

    /// As [`save`](Self::save) while the engine may still go on with its journal.
    pub(super) fn store(
        &self,
        shared: &Shared,
        have: &Bitfield,
        owned: &Bitfield,
    ) -> Result<(), Fault> {
        let data = ResumeData {
            have: have.clone(),
            owned: claimed(owned, self.now),
            stamps: self.now.to_vec(),
            clean: true,
            volume: self.volume.map(room::mark),
        };
        let saved = shared.store.save_resume_blocking(self.record.hash, data);
        saved.map_err(|e| Fault::Io(e.to_string()))
    }

    /// Refuses a start that is bound to fail; to know what is there, nothing is needed.
    pub(super) fn need_room(&self, have: &Bitfield) -> Result<(), Fault> {
        if !self.record.intent.wants_run() {
            return Ok(());
        }
        let plan = Plan {
            record: self.record,
            meta: self.meta,
            have,
            files: self.files,
        };
        need_room(&plan, self.volume)
    }
}

fn same(then: &[FileStamp], now: &[FileStamp]) -> bool {
    then.len() == now.len() && then.iter().zip(now).all(|(then, now)| then.matches(now))
}

pub(super) fn claimed(owned: &Bitfield, stamps: &[FileStamp]) -> Bitfield {
    let mut claimed = owned.clone();
    for (i, stamp) in (0..).zip(stamps) {
        if stamp.size_bytes.is_none() {
            claimed.set(i, true);
        }
    }
    claimed
}

/// Claims on files that never came to be are dropped.
fn only_there(owned: &Bitfield, now: &[FileStamp]) -> Bitfield {
    let mut there = owned.clone();
    for (i, stamp) in (0..).zip(now) {
        if stamp.size_bytes.is_none() {
            there.set(i, false);
        }
    }
    there
}

/// Whether stored data belongs to this metainfo at all.
pub(super) fn fits(resume: &ResumeData, meta: &Metainfo) -> bool {
    resume.have.len() == meta.piece_count
        && resume.stamps.len() == meta.files.len()
        && resume.owned.len() as usize == meta.files.len()
}

/// Whether a file that was there at the last stop is gone.
fn lost_files(resume: &ResumeData, now: &[FileStamp]) -> bool {
    let stamps = resume.stamps.iter().zip(now);
    let mut lost = stamps.map(|(then, now)| then.size_bytes.is_some() && now.size_bytes.is_none());
    lost.any(|lost| lost)
}

pub(super) fn no_files(meta: &Metainfo) -> Bitfield {
    Bitfield::new(u32::try_from(meta.files.len()).unwrap_or(u32::MAX))
}

/// The folder to save to must be there. A new torrent may have it made, one level deep: a missing
/// parent may be a drive that is not connected.
pub(super) fn need_folder(
    shared: &Shared,
    folder: &Path,
    may_make: bool,
    begun: bool,
) -> Result<(), Fault> {
    if folder.is_dir() {
        return Ok(());
    }
    let parent_there = folder.parent().is_some_and(Path::is_dir);
    if begun || !(parent_there || may_make) {
        return Err(Fault::FolderMissing(folder.to_owned()));
    }
    let made = if may_make {
        std::fs::create_dir_all(folder)
    } else {
        std::fs::create_dir(folder)
    };
    let mount = || {
        shared
            .volumes
            .of(folder)
            .map_or_else(|| folder.to_owned(), |v| v.mount)
    };
    made.map_err(|e| match e.kind() {
        ErrorKind::PermissionDenied => Fault::PermissionDenied(folder.to_owned()),
        ErrorKind::ReadOnlyFilesystem => Fault::ReadOnly(mount()),
        ErrorKind::NotFound => Fault::FolderMissing(folder.to_owned()),
        ErrorKind::StorageFull => Fault::DiskFull {
            needed_bytes: 0,
            volume: mount(),
        },
        _ => Fault::Io(e.to_string()),
    })
}
