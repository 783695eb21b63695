//! What a torrent that may write remembers while it runs, so that an end without warning costs
//! little: which pieces are verified, which have been brought to the disk, which were begun, and
//! which files it made. One file `<info-hash>.journal` in the scratch folder.
//!
//! The engine begins it anew at each start and only adds to it then; whoever prepares a torrent
//! reads it. It says what was, never what to do, and a damaged one is worth what stands before the
//! damage: nothing in it can make a piece count that was not verified.

mod boot;
mod format;
mod writer;

use std::{
    fs::{self, File},
    io::{ErrorKind, Read},
    path::{Path, PathBuf},
};

use shoal_metainfo::{Bitfield, InfoHash, Metainfo};

use format::{Header, Kind, Record};
pub(crate) use writer::{Base, Writer};

/// No journal is longer, in bytes: both notes of 130,000 pieces, 50,000 files, and room.
const MAX_BYTES: u64 = 64 << 20;

/// A journal as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journal {
    /// Verified pieces. All of them can be read back as long as the system has not gone down since.
    pub have: Bitfield,
    /// Verified pieces whose bytes were brought to the disk: these survive a power cut.
    pub safe: Bitfield,
    /// Pieces that were written to and not verified.
    pub begun: Bitfield,
    /// Files that this torrent made, one bit a file.
    pub owned: Bitfield,
    /// The number of each file on its volume (inode); 0 when unknown.
    pub file_ids: Vec<u64>,
    /// Whether the system has been up since it was written.
    pub same_boot: bool,
    /// Wall clock of the last sign of life, in nanoseconds since the Unix epoch. No byte was
    /// written by this run more than 2 seconds later; 0 when unknown.
    pub alive_until_ns: i64,
}

/// Reads the journal of a torrent. None when there is none, or none that belongs to it.
pub fn read(scratch: &Path, meta: &Metainfo) -> Option<Journal> {
    let path = path_of(scratch, meta.info_hash);
    let mut bytes = Vec::new();
    let mut file = File::open(path).ok()?.take(MAX_BYTES);
    // What could be read before an error is as good as a file that ends there.
    let _ = file.read_to_end(&mut bytes);
    let files = u32::try_from(meta.files.len()).ok()?;
    parse(&bytes, meta.info_hash, meta.piece_count, files)
}

/// Deletes the journal of a torrent, once what it says is stored elsewhere.
pub fn forget(scratch: &Path, hash: InfoHash) {
    let path = path_of(scratch, hash);
    match fs::remove_file(&path) {
        Ok(()) => {}
        Err(e) if e.kind() == ErrorKind::NotFound => {}
        Err(e) => tracing::warn!(path = %path.display(), "a journal stays: {e}"),
    }
}

fn path_of(scratch: &Path, hash: InfoHash) -> PathBuf {
    scratch.join(format!("{hash}.journal"))
}

fn parse(bytes: &[u8], hash: InfoHash, pieces: u32, files: u32) -> Option<Journal> {
    let (header, base, records) = format::split(bytes, hash, pieces, files)?;
    let mut journal = Journal {
        safe: Bitfield::new(pieces),
        begun: Bitfield::new(pieces),
        have: base.have,
        owned: base.owned,
        file_ids: base.file_ids,
        same_boot: boot::is_now(&header.boot),
        alive_until_ns: header.alive_until_ns,
    };
    replay(&header, records, &mut journal);
    let Journal {
        have, safe, begun, ..
    } = &mut journal;
    for piece in 0..pieces {
        begun.set(piece, begun.get(piece) && !have.get(piece));
        safe.set(piece, safe.get(piece) && have.get(piece));
    }
    Some(journal)
}

/// Applies records up to the first that is not whole.
fn replay(header: &Header, bytes: &[u8], journal: &mut Journal) {
    // Verified since the last flush, with the number of the record.
    let mut unsafe_yet: Vec<(u64, u32)> = Vec::new();
    let base: Vec<u32> = journal.have.iter_ones().collect();
    unsafe_yet.extend(base.into_iter().map(|piece| (0, piece)));
    for (number, raw) in (1_u64..).zip(bytes.chunks_exact(format::RECORD_BYTES)) {
        let Some(record) = Record::read(raw, header.nonce, number) else {
            return;
        };
        match record.kind {
            Kind::Begun => journal.begun.set(record.index, true),
            Kind::Verified => {
                journal.have.set(record.index, true);
                unsafe_yet.push((number, record.index));
            }
            Kind::Lost => {
                journal.have.set(record.index, false);
                journal.safe.set(record.index, false);
                unsafe_yet.retain(|(_, piece)| *piece != record.index);
            }
            Kind::Made => {
                journal.owned.set(record.index, true);
                if let Some(id) = journal.file_ids.get_mut(record.index as usize) {
                    *id = record.value;
                }
            }
            Kind::Safe => unsafe_yet.retain(|&(noted, piece)| {
                let flushed = noted <= record.value;
                if flushed {
                    journal.safe.set(piece, true);
                }
                !flushed
            }),
        }
    }
}

#[cfg(test)]
mod tests;
