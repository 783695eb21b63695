//! How much of each file is there, counted from verified pieces.

use shoal_core::{Bitfield, Selection};
use shoal_metainfo::Metainfo;

/// Bytes of one file that lie in verified pieces.
pub(crate) fn file_have_bytes(meta: &Metainfo, index: usize, have: &Bitfield) -> u64 {
    let Some(file) = meta.files.get(index) else {
        return 0;
    };
    let (from, to) = (file.offset, file.offset + file.length);
    let length = u64::from(meta.piece_length);
    let there = meta
        .pieces_of_file(index)
        .filter(|p| have.get(*p))
        .map(|p| {
            let start = u64::from(p) * length;
            let end = start + u64::from(meta.piece_size(p));
            end.min(to).saturating_sub(start.max(from))
        });
    there.sum()
}

/// Bytes of all wanted files that lie in verified pieces.
pub(crate) fn have_bytes(meta: &Metainfo, selection: &Selection, have: &Bitfield) -> u64 {
    let wanted = (0..meta.files.len()).filter(|i| meta.files[*i].on_disk() && selection.wants(*i));
    wanted.map(|i| file_have_bytes(meta, i, have)).sum()
}
