//! Counts what is wanted and what of it is there, so that progress and completion are known without
//! walking a torrent. Pure numbers; it is told of every change and never looks by itself.

use shoal_metainfo::{Bitfield, Metainfo};

/// Progress of one torrent towards what is wanted of it.
pub(crate) struct Tally {
    /// Wanted files, one bit a file.
    wanted: Bitfield,
    /// Pieces with bytes of wanted files.
    selected: Bitfield,
    /// How many of those are not verified yet.
    missing: u32,
    /// Verified bytes of wanted files.
    have_bytes: u64,
}

impl Tally {
    pub(crate) fn new(meta: &Metainfo, wanted: &Bitfield, have: &Bitfield) -> Self {
        let mut selected = Bitfield::new(meta.piece_count);
        for (i, _) in wanted_files(meta, wanted) {
            for piece in meta.pieces_of_file(i) {
                selected.set(piece, true);
            }
        }
        let missing = selected.iter_ones().filter(|&p| !have.get(p)).count();
        let mut tally = Self {
            wanted: wanted.clone(),
            missing: u32::try_from(missing).unwrap_or(u32::MAX),
            selected,
            have_bytes: 0,
        };
        tally.have_bytes = have
            .iter_ones()
            .map(|p| tally.wanted_bytes_in(meta, p))
            .sum();
        tally
    }

    /// Counts a piece that was just verified; true when it was the last one missing.
    pub(crate) fn arrived(&mut self, meta: &Metainfo, piece: u32) -> bool {
        if !self.selected.get(piece) {
            return false;
        }
        self.have_bytes += self.wanted_bytes_in(meta, piece);
        self.missing = self.missing.saturating_sub(1);
        self.missing == 0
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.missing == 0
    }

    pub(crate) fn wanted_have_bytes(&self) -> u64 {
        self.have_bytes
    }

    pub(crate) fn wanted(&self) -> &Bitfield {
        &self.wanted
    }

    fn wanted_bytes_in(&self, meta: &Metainfo, piece: u32) -> u64 {
        let start = u64::from(piece) * u64::from(meta.piece_length);
        let end = start + u64::from(meta.piece_size(piece));
        let first = meta.files.partition_point(|f| f.offset + f.length <= start);
        let files = meta.files.iter().enumerate().skip(first);
        files
            .take_while(|(_, f)| f.offset < end)
            .filter(|(i, f)| f.on_disk() && wants(&self.wanted, *i))
            .map(|(_, f)| {
                end.min(f.offset + f.length)
                    .saturating_sub(start.max(f.offset))
            })
            .sum()
    }
}

fn wanted_files<'a>(
    meta: &'a Metainfo,
    wanted: &'a Bitfield,
) -> impl Iterator<Item = (usize, &'a shoal_metainfo::FileEntry)> {
    let files = meta.files.iter().enumerate();
    files.filter(|(i, f)| f.on_disk() && wants(wanted, *i))
}

fn wants(wanted: &Bitfield, index: usize) -> bool {
    u32::try_from(index).is_ok_and(|i| wanted.get(i))
}
