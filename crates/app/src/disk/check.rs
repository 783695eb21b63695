//! Checks a torrent's data against its hashes and judges whose the files are.
//!
//! A file that exists is the torrent's own when it was known to be, when it is empty, or when all of
//! it is good; for one that was changed behind its back a single good piece will do. One that is
//! partly good is asked about, and adopted when the user says so. Any other file is in the way: it is
//! reported and left alone.
//!
//! Reading takes long and is done on a thread of its own. What follows from it is saved by the thread
//! that saves everything, and only if the check was not given up by then: what comes after a check
//! that was given up, such as a move, must not be overtaken by it.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use shoal_core::{Bitfield, Fault, Msg, OpId, Prepared, TorrentRecord};
use shoal_metainfo::{
    Control, Metainfo,
    check::{CheckError, CheckFile, CheckReport, FileState, HashOptions, Progress, check},
};

use super::{
    Shared,
    jobs::bring_to_disk,
    paths::{Found, Located, locate, stamps_of},
    prepare::Look,
    trust::Own,
};
use crate::progress::file_have_bytes;

/// Progress is told this often.
const PROGRESS_EVERY: Duration = Duration::from_millis(250);

pub(super) struct CheckJob {
    pub(super) record: TorrentRecord,
    pub(super) op: OpId,
    pub(super) meta: Arc<Metainfo>,
    /// Files known to be its own.
    pub(super) own: Own,
    /// The pieces to read, and those that are believed; none to read everything.
    pub(super) only: Option<(Bitfield, Bitfield)>,
    /// Files that are partly good are its own too.
    pub(super) adopt: bool,
    pub(super) control: Arc<Control>,
}

/// A check that was read to its end.
pub(super) struct Checked {
    pub(super) job: CheckJob,
    found: Vec<Option<Located>>,
    report: CheckReport,
}

/// Reads what is to be checked. None when it was given up.
pub(super) fn run(shared: &Shared, job: CheckJob) -> Option<Result<Box<Checked>, Fault>> {
    if job.control.is_cancelled() {
        return None;
    }
    // How the files look before they are read: what changes meanwhile is then not trusted.
    let found = locate(&job.record, &job.meta);
    let lengths = job.meta.files.iter().map(|f| f.length);
    let files: Vec<CheckFile> = found
        .iter()
        .zip(lengths)
        .map(|(file, length)| CheckFile {
            path: file.as_ref().map(|f| f.at().to_owned()),
            length,
        })
        .collect();
    let options = HashOptions {
        threads: 0,
        low_priority: true,
    };
    let (only, trusted) = job.only.as_ref().map(|(a, b)| (a, b)).unzip();
    let report = check(
        &job.meta,
        &files,
        only,
        trusted,
        options,
        &job.control,
        &mut teller(shared, &job),
    );
    let report = match report {
        Ok(report) => report,
        Err(CheckError::Cancelled) => return None,
        Err(error) => return Some(Err(fault_of(&error))),
    };
    Some(Ok(Box::new(Checked { job, found, report })))
}

/// Tells progress now and then, and at once that it began.
fn teller(shared: &Shared, job: &CheckJob) -> impl FnMut(Progress) {
    let (hash, op, tell) = (job.record.hash, job.op, shared.tell.clone());
    let mut told: Option<Instant> = None;
    move |progress: Progress| {
        if told.is_some_and(|at| at.elapsed() < PROGRESS_EVERY) {
            return;
        }
        told = Some(Instant::now());
        let msg = Msg::CheckProgress {
            hash,
            op,
            done_bytes: progress.done_bytes,
            total_bytes: progress.total_bytes,
        };
        tell(msg.into());
    }
}

/// Says whose the files are, and saves what was found. None when the check was given up.
pub(super) fn conclude(
    shared: &Shared,
    checked: Checked,
) -> Option<Result<(Prepared, Found), Fault>> {
    let given_up = checked.job.control.is_cancelled();
    (!given_up).then(|| settle(shared, checked))
}

fn settle(shared: &Shared, checked: Checked) -> Result<(Prepared, Found), Fault> {
    let Checked { job, found, report } = checked;
    let owned = judge(&job, &report, &found)?;
    // What was read may have come from memory.
    let flushed = bring_to_disk(shared, &job.record, &found);
    flushed.map_err(|e| Fault::Io(e.to_string()))?;
    let volume = shared.volumes.of(job.record.folder());
    let now = stamps_of(&found);
    let look = Look {
        record: &job.record,
        meta: &job.meta,
        files: &found,
        now: &now,
        volume: volume.as_ref(),
    };
    look.save(shared, &report.have, &owned)?;
    look.need_room(&report.have)?;
    let prepared = look.prepared(report.have, owned);
    let meta = job.meta;
    Ok((prepared, Found { meta, files: found }))
}

/// Files that are there, are not known to be the torrent's own, and are partly good.
#[derive(Default)]
struct Partly {
    first: Option<PathBuf>,
    good_bytes: u64,
    total_bytes: u64,
}

/// The files that are the torrent's own, or what is in the way.
fn judge(
    job: &CheckJob,
    report: &CheckReport,
    files: &[Option<Located>],
) -> Result<Bitfield, Fault> {
    let mut owned = job.own.sure.clone();
    let mut partly = Partly::default();
    for (i, found) in report.files.iter().enumerate() {
        let (Some(file), Ok(bit)) = (&files[i], u32::try_from(i)) else {
            continue;
        };
        let length = job.meta.files[i].length;
        let is_file = found.state != FileState::NotAFile;
        let exact = found.state == FileState::Exact;
        let empty = matches!(found.state, FileState::Shorter { size: 0 }) || length == 0 && exact;
        let wanted = job.record.selection.wants(i);
        match found.state {
            FileState::Virtual => {}
            // What vanished is made anew, and then it is the torrent's own.
            FileState::Missing => owned.set(bit, false),
            _ if is_file && (owned.get(bit) || empty) => owned.set(bit, true),
            FileState::Exact if found.all_pieces_good => owned.set(bit, true),
            _ if is_file && found.any_piece_good && job.own.likely.get(bit) => owned.set(bit, true),
            // A file of which the torrent has no bytes is never written to, so it cannot be in the
            // way.
            _ if is_file && length == 0 => owned.set(bit, false),
            _ if is_file && found.any_piece_good && (wanted || job.adopt) => {
                owned.set(bit, job.adopt);
                partly.first.get_or_insert_with(|| file.at().to_owned());
                partly.good_bytes += file_have_bytes(&job.meta, i, &report.have);
                partly.total_bytes += length;
            }
            // Nor can one that nobody wants.
            _ if !wanted => owned.set(bit, false),
            _ => return Err(Fault::FileInTheWay(file.at().to_owned())),
        }
    }
    match partly.first {
        Some(path) if !job.adopt => Err(Fault::MatchesPartly {
            path,
            good_bytes: partly.good_bytes,
            total_bytes: partly.total_bytes,
        }),
        _ => Ok(owned),
    }
}

fn fault_of(error: &CheckError) -> Fault {
    match error {
        CheckError::Io { path, source }
            if source.kind() == std::io::ErrorKind::PermissionDenied =>
        {
            Fault::PermissionDenied(path.clone())
        }
        other => Fault::Io(other.to_string()),
    }
}
