//! The list's own order, which is that of the queue: places of torrents among each other.
//!
//! Places are numbers with room between them, so that a move changes as few torrents as it can. Those
//! of removed torrents are kept for their return.

use std::collections::HashSet;

use shoal_metainfo::InfoHash;

use super::{State, Torrent, commands::Outcome};
use crate::{Change, QueueTo, StepKind, StoreOp, Timestamp, UndoStep};

/// Room that is left between two torrents when room has to be made.
const STRIDE: i64 = 1 << 20;

/// A place and whose it is.
type Placed = (i64, InfoHash);

impl State {
    pub(super) fn note_rank(&mut self, rank: i64) {
        let (first, last) = &mut self.ranks;
        (*first, *last) = ((*first).min(rank), (*last).max(rank));
    }

    /// What undo brings back keeps its place.
    pub(super) fn note_ranks_of_steps(&mut self, steps: &[UndoStep]) {
        for change in steps.iter().flat_map(|step| &step.inverse) {
            if let Change::Rank(_, rank) = change {
                self.note_rank(*rank);
            }
        }
    }

    /// A place in the list's own order that no torrent has: before all or behind all.
    pub(super) fn new_rank(&mut self, top: bool) -> i64 {
        let (first, last) = self.ranks;
        let rank = if top {
            first.saturating_sub(1)
        } else {
            last.saturating_add(1)
        };
        self.note_rank(rank);
        rank
    }

    pub(super) fn queue_move(
        &mut self,
        hashes: &[InfoHash],
        to: QueueTo,
        now: Timestamp,
    ) -> Outcome {
        self.all_listed(hashes)?;
        if let QueueTo::Before(other) = to {
            self.all_listed(&[other])?;
        }
        let moved: HashSet<InfoHash> = hashes.iter().copied().collect();
        let mut all: Vec<Placed> = self.torrents.values().map(|t| placed(t)).collect();
        all.sort_unstable();
        let changes = match to {
            QueueTo::Up | QueueTo::Down => {
                let mut changes = vec![];
                for complete in [false, true] {
                    let competes = |(_, hash): &&Placed| {
                        let t = self.torrent(*hash);
                        t.is_some_and(|t| t.record.is_complete() == complete)
                    };
                    let line: Vec<Placed> = all.iter().filter(competes).copied().collect();
                    changes.extend(nudged(&line, &moved, to == QueueTo::Up));
                }
                changes
            }
            QueueTo::Top => resettled(&all, &moved, |_| false),
            QueueTo::Bottom => resettled(&all, &moved, |_| true),
            QueueTo::Before(other) => {
                // Whoever is itself among those that move is where the first that stays behind it is.
                let at = all.iter().position(|(_, hash)| *hash == other);
                let stays = |(_, hash): &&Placed| !moved.contains(hash);
                let behind = at.and_then(|at| all[at..].iter().find(stays)).copied();
                resettled(&all, &moved, |one| behind.is_none_or(|behind| one < behind))
            }
        };
        let changes = changes
            .into_iter()
            .map(|(rank, hash)| Change::Rank(hash, rank));
        Ok(self.step(StepKind::QueueMoved, moved.len(), changes.collect(), now))
    }

    pub(super) fn apply_rank(
        &mut self,
        hash: InfoHash,
        rank: i64,
        ops: &mut Vec<StoreOp>,
    ) -> Option<Change> {
        let t = self.torrents.get_mut(&hash)?;
        if t.record.rank == rank {
            return None;
        }
        let old = std::mem::replace(&mut t.record.rank, rank);
        self.remember_rank(hash, old);
        self.note_rank(rank);
        ops.push(StoreOp::SetRank(hash, rank));
        self.queue.note_order();
        self.touch(hash);
        Some(Change::Rank(hash, old))
    }
}

fn placed(t: &Torrent) -> Placed {
    (t.record.rank, t.record.hash)
}

/// New places after each of `moved` has gone past the next one in `line` that stays.
fn nudged(line: &[Placed], moved: &HashSet<InfoHash>, up: bool) -> Vec<Placed> {
    let mut order: Vec<InfoHash> = line.iter().map(|(_, hash)| *hash).collect();
    if !up {
        order.reverse();
    }
    for at in 1..order.len() {
        if moved.contains(&order[at]) && !moved.contains(&order[at - 1]) {
            order.swap(at - 1, at);
        }
    }
    if !up {
        order.reverse();
    }
    let ranks = line.iter().map(|(rank, _)| *rank);
    let new = ranks.zip(order).zip(line);
    new.filter(|(new, old)| new != *old)
        .map(|(new, _)| new)
        .collect()
}

/// New places after all of `moved` have gone, in their order, behind those that stay and that
/// `is_before` is true of, and before the others.
fn resettled(
    all: &[Placed],
    moved: &HashSet<InfoHash>,
    is_before: impl Fn(Placed) -> bool,
) -> Vec<Placed> {
    let (block, rest): (Vec<Placed>, Vec<Placed>) =
        all.iter().partition(|(_, hash)| moved.contains(hash));
    let split = rest.partition_point(|one| is_before(*one));
    let in_place = |(at, (_, hash)): (usize, &Placed)| all[split + at].1 == *hash;
    if block.iter().enumerate().all(in_place) {
        return vec![];
    }
    let needed = i64::try_from(block.len()).unwrap_or(i64::MAX);
    let (head, tail) = rest.split_at(split);
    let mut changes = vec![];
    let first = match (head.last(), tail.first()) {
        (None, None) => return vec![],
        (Some((last, _)), None) => last.saturating_add(1),
        (None, Some((first, _))) => first.saturating_sub(needed),
        (Some((last, _)), Some((first, _))) if first - last > needed => {
            // In the middle of the room there is.
            last + (first - last - needed + 1) / 2
        }
        (Some((last, _)), Some((first, _))) => {
            let room = needed.saturating_add(STRIDE);
            if head.len() <= tail.len() {
                changes.extend(head.iter().map(|(r, h)| (r.saturating_sub(room), *h)));
                first.saturating_sub(needed + STRIDE / 2)
            } else {
                changes.extend(tail.iter().map(|(r, h)| (r.saturating_add(room), *h)));
                last.saturating_add(STRIDE / 2)
            }
        }
    };
    let block = (first..).zip(&block);
    changes.extend(block.map(|(rank, (_, hash))| (rank, *hash)));
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(n: u8) -> InfoHash {
        InfoHash([n; 20])
    }

    fn line(ranks: &[i64]) -> Vec<Placed> {
        (0..).zip(ranks).map(|(n, rank)| (*rank, hash(n))).collect()
    }

    /// The order after the changes; no place may be taken twice.
    fn after(line: &[Placed], changes: &[Placed]) -> Vec<u8> {
        let new = |(rank, hash): &Placed| {
            let change = changes.iter().find(|(_, h)| h == hash);
            (change.map_or(*rank, |(rank, _)| *rank), hash.0[0])
        };
        let mut all: Vec<(i64, u8)> = line.iter().map(new).collect();
        all.sort_unstable();
        assert!(all.windows(2).all(|w| w[0].0 < w[1].0), "{all:?}");
        all.into_iter().map(|(_, n)| n).collect()
    }

    fn moved(ns: &[u8]) -> HashSet<InfoHash> {
        ns.iter().map(|n| hash(*n)).collect()
    }

    #[test]
    fn a_block_goes_anywhere_and_few_others_change() {
        let all = line(&[1, 2, 3, 4, 5, 6, 7, 8]);
        let to = |ns: &[u8], before: usize| {
            let changes = resettled(&all, &moved(ns), |one| one < all[before]);
            (after(&all, &changes), changes.len())
        };
        assert_eq!(to(&[6], 1), (vec![0, 6, 1, 2, 3, 4, 5, 7], 2));
        assert_eq!(to(&[1, 3], 7), (vec![0, 2, 4, 5, 6, 1, 3, 7], 3));
        assert_eq!(to(&[1, 2], 3), (vec![0, 1, 2, 3, 4, 5, 6, 7], 0));
        let top = resettled(&all, &moved(&[2, 5]), |_| false);
        assert_eq!(after(&all, &top), [2, 5, 0, 1, 3, 4, 6, 7]);
        assert_eq!(top.len(), 2);
        let bottom = resettled(&all, &moved(&[2, 5]), |_| true);
        assert_eq!(after(&all, &bottom), [0, 1, 3, 4, 6, 7, 2, 5]);
        assert!(resettled(&all, &moved(&[0, 1, 2, 3, 4, 5, 6, 7]), |_| false).is_empty());
        // Where there is room, only they change.
        let wide = line(&[0, 10, 20, 30]);
        let changes = resettled(&wide, &moved(&[2, 3]), |one| one < wide[1]);
        assert_eq!(
            (after(&wide, &changes), changes.len()),
            (vec![0, 2, 3, 1], 2)
        );
        let tight = line(&[0, 2, 20, 30]);
        let changes = resettled(&tight, &moved(&[3]), |one| one < tight[1]);
        assert_eq!(after(&tight, &changes), [0, 3, 1, 2]);
        assert_eq!(changes, [(1, hash(3))]);
    }

    #[test]
    fn a_step_up_or_down_goes_past_one_that_stays() {
        let all = line(&[1, 5, 6, 9]);
        let up = |ns: &[u8]| after(&all, &nudged(&all, &moved(ns), true));
        assert_eq!(up(&[2]), [0, 2, 1, 3]);
        assert_eq!(up(&[0, 1]), [0, 1, 2, 3]);
        assert_eq!(up(&[1, 2]), [1, 2, 0, 3]);
        assert_eq!(up(&[0, 3]), [0, 1, 3, 2]);
        let down = |ns: &[u8]| after(&all, &nudged(&all, &moved(ns), false));
        assert_eq!(down(&[0, 1]), [2, 0, 1, 3]);
        assert_eq!(down(&[3]), [0, 1, 2, 3]);
        assert_eq!(down(&[1, 2]), [0, 3, 1, 2]);
    }
}
