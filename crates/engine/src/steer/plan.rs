//! What one torrent is to fetch first, made of its files and the user's wishes: groups of pieces,
//! the most urgent first. Plain data; it knows nothing of what is there already, and a piece of
//! no wanted file is in no group.

use std::ops::Range;

use shoal_core::{Order, Priorities, Priority};
use shoal_metainfo::{Bitfield, Metainfo};

/// Each end of a file that counts as such, in percent of it, as qBittorrent has it. At least one
/// piece.
const END_PERCENT: u64 = 1;
/// And never more than this many bytes: the end of a film's index needs no more.
const END_BYTES: u64 = 8 << 20;
/// How far the engine looks ahead of a stream's position, inside the stream's file.
pub(super) const WINDOW_BYTES: u64 = 32 << 20;

/// What the user wants of one torrent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wishes {
    pub(crate) order: Order,
    /// First and last pieces of each file before its others.
    pub(crate) first_last: bool,
    /// Of files that are not normal.
    pub(crate) priorities: Priorities,
}

/// Groups of pieces in the order in which they are to come.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) order: Order,
    /// None is empty, no piece is in two.
    pub(super) tiers: Vec<Tier>,
    piece_length: u64,
    /// Wanted files that have bytes, as they lie in the torrent.
    spans: Vec<Span>,
}

/// Pieces of one urgency.
#[derive(Debug)]
pub(super) struct Tier {
    pub(super) pieces: Bitfield,
    priority: Priority,
}

#[derive(Debug)]
struct Span {
    file: usize,
    offset: u64,
    length: u64,
    priority: Priority,
}

/// Where a stream is to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Aim {
    pub(super) file: usize,
    /// Bytes from the beginning of the file; below its length.
    pub(super) offset: u64,
}

impl Plan {
    /// `wanted` has one bit a file.
    pub(super) fn new(meta: &Metainfo, wanted: &Bitfield, wishes: &Wishes) -> Self {
        let piece_length = u64::from(meta.piece_length).max(1);
        let files = meta.files.iter().zip(0_u32..);
        let spans: Vec<Span> = files
            .filter(|(file, index)| wanted.get(*index) && file.on_disk() && file.length > 0)
            .map(|(file, index)| Span {
                file: index as usize,
                offset: file.offset,
                length: file.length,
                priority: wishes.priorities.get(&index).copied().unwrap_or_default(),
            })
            .collect();
        Self {
            order: wishes.order,
            tiers: tiers(&spans, piece_length, meta.piece_count, wishes.first_last),
            piece_length,
            spans,
        }
    }

    /// Whether the files and wishes ask for nothing but that pieces come in any order.
    pub(super) fn is_plain(&self) -> bool {
        self.order == Order::Spread && self.tiers.len() <= 1
    }

    /// Where a stream begins to ask for this piece of a tier, and the pieces that it then asks for,
    /// the piece itself first. None for a piece of another tier.
    pub(super) fn aim(&self, tier: &Tier, piece: u32) -> Option<(Aim, Range<u32>)> {
        let start = u64::from(piece) * self.piece_length;
        let end = start + self.piece_length;
        let first = self.spans.partition_point(|s| s.offset + s.length <= start);
        let here = self.spans[first..].iter().take_while(|s| s.offset < end);
        // The last one reaches furthest beyond the piece.
        let span = here.filter(|s| s.priority == tier.priority).last()?;
        let at = start.max(span.offset);
        let last = (at + WINDOW_BYTES).min(span.offset + span.length);
        let past = u32::try_from(last.div_ceil(self.piece_length)).unwrap_or(u32::MAX);
        let aim = Aim {
            file: span.file,
            offset: at - span.offset,
        };
        Some((aim, piece..past))
    }

    /// How many pieces are needed for so many bytes.
    pub(super) fn pieces_of(&self, bytes: u64) -> u32 {
        u32::try_from(bytes.div_ceil(self.piece_length)).unwrap_or(u32::MAX)
    }
}

/// A lower rank comes first: priority before ends before the rest.
fn rank(priority: Priority, end: bool) -> u8 {
    let of_priority = match priority {
        Priority::High => 0,
        Priority::Normal => 1,
        Priority::Low => 2,
    };
    of_priority * 2 + u8::from(!end)
}

const RANKED: [Priority; 6] = [
    Priority::High,
    Priority::High,
    Priority::Normal,
    Priority::Normal,
    Priority::Low,
    Priority::Low,
];

/// A piece that several files share is as urgent as the most urgent of them.
fn tiers(spans: &[Span], piece_length: u64, count: u32, first_last: bool) -> Vec<Tier> {
    const NONE: u8 = u8::MAX;
    let mut ranks = vec![NONE; count as usize];
    for span in spans {
        let (start, end) = (span.offset, span.offset + span.length);
        let mut raise = |bytes: Range<u64>, rank: u8| {
            for of_piece in &mut ranks[pieces(&bytes, piece_length)] {
                *of_piece = rank.min(*of_piece);
            }
        };
        raise(start..end, rank(span.priority, false));
        if first_last {
            let bytes = (span.length * END_PERCENT).div_ceil(100).min(END_BYTES);
            raise(start..start + bytes, rank(span.priority, true));
            raise(end - bytes..end, rank(span.priority, true));
        }
    }
    let of_rank = |(priority, rank): (Priority, u8)| {
        let mut pieces = Bitfield::new(count);
        for (piece, of_piece) in (0..count).zip(&ranks) {
            pieces.set(piece, *of_piece == rank);
        }
        (pieces.count_ones() > 0).then_some(Tier { pieces, priority })
    };
    RANKED.into_iter().zip(0..).filter_map(of_rank).collect()
}

fn pieces(bytes: &Range<u64>, piece_length: u64) -> Range<usize> {
    let index = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    index(bytes.start / piece_length)..index(bytes.end.div_ceil(piece_length))
}
