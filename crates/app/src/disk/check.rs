//! Checks a torrent's data against its hashes and judges whose the files are.
//!
//! A file that exists is the torrent's own when it was known to be, when it is empty, or when at
//! least one piece of it is good. Any other file is in the way: it is reported and left alone.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use shoal_core::{Bitfield, Fault, Msg, OpId, Prepared, TorrentRecord};
use shoal_metainfo::{
    Metainfo,
    check::{CheckError, CheckFile, CheckReport, FileState, check},
};

use super::{
    InTheWay, Shared, content_paths,
    prepare::{prepared, save},
    stamps,
};

/// Progress is told this often.
const PROGRESS_EVERY: Duration = Duration::from_millis(250);

pub(super) struct CheckJob {
    pub(super) record: TorrentRecord,
    pub(super) op: OpId,
    pub(super) meta: Arc<Metainfo>,
    pub(super) owned: Bitfield,
    pub(super) cancel: Arc<AtomicBool>,
}

/// Runs a check. None when it was given up.
pub(super) fn run(shared: &Shared, job: &CheckJob) -> Option<Result<Prepared, Fault>> {
    if job.cancel.load(Ordering::Relaxed) {
        return None;
    }
    let (hash, op) = (job.record.hash, job.op);
    let paths = content_paths(&job.record, &job.meta);
    let files = paths.iter().zip(&job.meta.files);
    let files: Vec<CheckFile> = files
        .map(|(path, file)| CheckFile {
            path: path.clone(),
            length: file.length,
        })
        .collect();
    // The stamps from before the check: what changes while it runs is then not trusted.
    let before = stamps(&paths);
    let mut told = Instant::now();
    (shared.tell)(
        Msg::CheckProgress {
            hash,
            op,
            done_bytes: 0,
            total_bytes: job.meta.total_length,
        }
        .into(),
    );
    let mut progress = |done_bytes, total_bytes| {
        if told.elapsed() >= PROGRESS_EVERY {
            told = Instant::now();
            (shared.tell)(
                Msg::CheckProgress {
                    hash,
                    op,
                    done_bytes,
                    total_bytes,
                }
                .into(),
            );
        }
    };
    let report = match check(&job.meta, &files, None, None, &job.cancel, &mut progress) {
        Ok(report) => report,
        Err(CheckError::Cancelled) => return None,
        Err(error) => return Some(Err(fault_of(&error))),
    };
    let owned = match judge(job, &report, &paths) {
        Ok(owned) => owned,
        Err(path) => return Some(Err(Fault::FileInTheWay(path))),
    };
    if let Err(fault) = save(shared, &job.record, &report.have, &owned, before) {
        return Some(Err(fault));
    }
    Some(Ok(prepared(&job.record, &job.meta, report.have, owned)))
}

/// The files that are the torrent's own, or the first that is in the way.
fn judge(
    job: &CheckJob,
    report: &CheckReport,
    paths: &[Option<std::path::PathBuf>],
) -> Result<Bitfield, InTheWay> {
    let mut owned = job.owned.clone();
    for (i, found) in report.files.iter().enumerate() {
        let (Some(path), Ok(bit)) = (&paths[i], u32::try_from(i)) else {
            continue;
        };
        let is_file = !matches!(found.state, FileState::NotAFile);
        let holds_nothing = job.meta.files[i].length == 0;
        let empty = matches!(found.state, FileState::Shorter { size: 0 })
            || holds_nothing && found.state == FileState::Exact;
        match found.state {
            FileState::Virtual => {}
            // What vanished is made anew, and then it is the torrent's own.
            FileState::Missing => owned.set(bit, false),
            _ if is_file && (owned.get(bit) || found.any_piece_good || empty) => {
                owned.set(bit, true);
            }
            // A file that nobody wants, or of which the torrent has no bytes, is never written to,
            // so it cannot be in the way.
            _ if !job.record.selection.wants(i) || is_file && holds_nothing => {
                owned.set(bit, false);
            }
            _ => return Err(path.clone()),
        }
    }
    Ok(owned)
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
