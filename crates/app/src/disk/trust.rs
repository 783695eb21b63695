//! What of a torrent's data can be believed without reading it, after a run that ended in the middle
//! of its work.
//!
//! The engine's journal says which pieces it had verified, which of them were flushed, and which
//! files it had made. After a crash of Shoal alone the system still has all that was written; after
//! one of the machine only what was flushed counts. A file counts only while it is the one that was
//! noted, is long enough, and nobody changed it since the last sign of life.

use shoal_core::{Bitfield, FileStamp, ResumeData, Selection};
use shoal_engine::journal::Journal;
use shoal_metainfo::Metainfo;

use super::prepare::no_files;

/// How much later than the last sign of life a file may have been changed by the run itself, in
/// nanoseconds: signs are noted now and then only.
const GRACE_NS: i64 = 2_000_000_000;

/// Which files are a torrent's own, one bit a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Own {
    /// Nobody else can have written to them.
    pub(super) sure: Bitfield,
    /// They have the number of a file of its own, but were changed by somebody else; or the number
    /// was given out again. Its own only with something good in them.
    pub(super) likely: Bitfield,
}

impl Own {
    pub(super) fn none(meta: &Metainfo) -> Self {
        Self {
            sure: no_files(meta),
            likely: no_files(meta),
        }
    }
}

/// What follows from a journal.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Trust {
    /// Pieces that are believed.
    pub(super) have: Bitfield,
    /// Pieces that are to be read and hashed.
    pub(super) check: Bitfield,
    pub(super) own: Own,
    /// A file that was there for sure is gone.
    pub(super) lost: bool,
}

/// Judges `now`, the stamps of the files as they are, by the `journal` of the run before.
pub(super) fn by_journal(
    meta: &Metainfo,
    selection: &Selection,
    journal: &Journal,
    now: &[FileStamp],
) -> Trust {
    let mut have = if journal.same_boot {
        journal.have.clone()
    } else {
        journal.safe.clone()
    };
    let mut doubtful = union(&journal.have, &journal.begun);
    let mut own = Own::none(meta);
    let mut lost = false;
    for (i, now) in now.iter().enumerate() {
        if !meta.files[i].on_disk() {
            continue;
        }
        let index = u32::try_from(i).unwrap_or(u32::MAX);
        let noted = journal.file_ids.get(i).copied().unwrap_or(0);
        let its_own = journal.owned.get(index);
        let Some(size) = now.size_bytes else {
            if its_own {
                // Made before its first byte came; a crash of the machine may still take it.
                lost |= journal.same_boot && noted != 0;
                clear(&mut have, meta, i, 0);
            }
            continue;
        };
        let same = noted == 0 || now.file_id == 0 || noted == now.file_id;
        let untouched = now.modified_ns <= journal.alive_until_ns.saturating_add(GRACE_NS);
        if its_own && same && size <= meta.files[i].length {
            own.sure.set(index, untouched);
            own.likely.set(index, !untouched);
            clear(&mut have, meta, i, if untouched { size } else { 0 });
            continue;
        }
        // Another file lies there: what is good in it is for a check to say.
        clear(&mut have, meta, i, 0);
        if selection.wants(i) {
            for piece in meta.pieces_of_file(i) {
                doubtful.set(piece, true);
            }
        }
    }
    for piece in have.iter_ones().collect::<Vec<_>>() {
        doubtful.set(piece, false);
    }
    Trust {
        have,
        check: doubtful,
        own,
        lost,
    }
}

/// Believes no piece whose bytes in the file at `index` reach beyond `size` bytes.
fn clear(have: &mut Bitfield, meta: &Metainfo, index: usize, size: u64) {
    let file = &meta.files[index];
    for piece in meta.pieces_of_file(index) {
        let end =
            u64::from(piece) * u64::from(meta.piece_length) + u64::from(meta.piece_size(piece));
        let needed = end.min(file.offset + file.length) - file.offset;
        if needed > size {
            have.set(piece, false);
        }
    }
}

fn union(a: &Bitfield, b: &Bitfield) -> Bitfield {
    let mut both = a.clone();
    for piece in b.iter_ones() {
        both.set(piece, true);
    }
    both
}

/// The files that a torrent owns by what was stored of it. A claim on a file that was not there
/// counts only when the engine may have made it since: what came to lie there while nothing ran is
/// somebody else's, and so is what took the place of a file whose number is known.
///
/// What is there `now` and is longer than the torrent's file cannot be of its making either.
pub(super) fn by_resume(resume: &ResumeData, meta: &Metainfo, now: &[FileStamp]) -> Own {
    let mut own = Own::none(meta);
    let stamps = resume.stamps.iter().zip(now);
    for (i, ((then, now), file)) in (0..).zip(stamps.zip(&meta.files)) {
        let Some(size) = now.size_bytes.filter(|_| resume.owned.get(i)) else {
            continue;
        };
        let longer = size > file.length;
        if then.size_bytes.is_none() {
            own.sure.set(i, !resume.clean && !longer);
        } else if same_file(then, now) {
            let sure = then.matches(now) || !resume.clean && !longer;
            own.sure.set(i, sure);
            own.likely.set(i, !sure);
        }
    }
    own
}

/// Whether both may be of one file, changed or not.
fn same_file(a: &FileStamp, b: &FileStamp) -> bool {
    a.file_id == 0 || b.file_id == 0 || a.file_id == b.file_id
}

/// Whether all files that were there are there, each the same, as far as is known: then it does not
/// matter what the volume below them is called.
pub(super) fn is_familiar(
    resume: Option<&ResumeData>,
    journal: Option<&Journal>,
    now: &[FileStamp],
) -> bool {
    let noted = |i: usize| {
        journal
            .and_then(|j| j.file_ids.get(i).copied())
            .unwrap_or(0)
    };
    let then = |i: usize| resume.and_then(|r| r.stamps.get(i));
    now.iter().enumerate().all(|(i, now)| {
        let then = then(i).filter(|then| then.size_bytes.is_some());
        let by_stamp = match (then, resume.is_some_and(|r| r.clean)) {
            (Some(then), true) => then.matches(now),
            (Some(then), false) => now.size_bytes.is_some() && same_file(then, now),
            (None, _) => true,
        };
        let id = noted(i);
        by_stamp && (id == 0 || now.file_id == 0 && now.size_bytes.is_some() || id == now.file_id)
    })
}
