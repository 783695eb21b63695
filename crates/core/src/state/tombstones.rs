//! Torrents that the user has removed: a watch folder does not bring them back by itself.
//!
//! No torrent of the list has a tombstone. There are at most [`TOMBSTONES_MAX`]; the oldest go.

use std::collections::HashMap;

use shoal_metainfo::InfoHash;

use super::State;
use crate::{StoreOp, TOMBSTONES_MAX, Timestamp};

/// So many of the oldest go at once: looking for them takes a look at all.
const GO_AT_ONCE: usize = 1_000;

/// When torrents were removed.
pub(super) type Tombstones = HashMap<InfoHash, Timestamp>;

impl State {
    /// When the user removed a torrent that is not in the list, if that is remembered.
    pub fn tombstone(&self, hash: InfoHash) -> Option<Timestamp> {
        self.tombstones.get(&hash).copied()
    }

    /// How many removed torrents are remembered.
    pub fn tombstone_count(&self) -> usize {
        self.tombstones.len()
    }

    /// A torrent was removed by the user.
    pub(super) fn bury(
        &mut self,
        hash: InfoHash,
        name: String,
        now: Timestamp,
        ops: &mut Vec<StoreOp>,
    ) {
        self.set_tombstone(hash, Some(now));
        ops.push(StoreOp::PutTombstone(hash, name, now));
        if self.tombstones.len() <= TOMBSTONES_MAX {
            return;
        }
        let all = self.tombstones.iter();
        let others = all.filter(|(other, _)| **other != hash);
        let mut others: Vec<_> = others.map(|(other, at)| (*at, *other)).collect();
        others.select_nth_unstable(GO_AT_ONCE);
        for (_, oldest) in others.into_iter().take(GO_AT_ONCE) {
            self.set_tombstone(oldest, None);
            ops.push(StoreOp::DropTombstone(oldest));
        }
    }

    /// A torrent is in the list again.
    pub(super) fn unbury(&mut self, hash: InfoHash, ops: &mut Vec<StoreOp>) {
        if self.tombstones.contains_key(&hash) {
            self.set_tombstone(hash, None);
            ops.push(StoreOp::DropTombstone(hash));
        }
    }

    fn set_tombstone(&mut self, hash: InfoHash, at: Option<Timestamp>) {
        let old = put(&mut self.tombstones, hash, at);
        if let Some(before) = &mut self.before {
            before.tombstones.entry(hash).or_insert(old);
        }
    }

    /// A transaction that changed these failed.
    pub(super) fn bring_back_tombstones(
        &mut self,
        before: impl IntoIterator<Item = (InfoHash, Option<Timestamp>)>,
    ) {
        for (hash, at) in before {
            put(&mut self.tombstones, hash, at);
        }
    }
}

/// Sets or takes away one; tells what was there.
fn put(all: &mut Tombstones, hash: InfoHash, at: Option<Timestamp>) -> Option<Timestamp> {
    match at {
        Some(at) => all.insert(hash, at),
        None => all.remove(&hash),
    }
}
