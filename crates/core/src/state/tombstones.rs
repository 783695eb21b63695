//! Torrents that the user has removed: a watch folder does not bring them back by itself.
//!
//! No torrent of the list has a tombstone. There are at most [`TOMBSTONES_MAX`]; the oldest go.

use std::collections::{BTreeSet, HashMap};

use shoal_metainfo::InfoHash;

use super::State;
use crate::{StoreOp, TOMBSTONES_MAX, Timestamp};

/// When torrents were removed, and which longest ago.
#[derive(Clone, Debug, Default)]
pub(super) struct Tombstones {
    at: HashMap<InfoHash, Timestamp>,
    by_age: BTreeSet<(Timestamp, InfoHash)>,
}

impl Tombstones {
    pub(super) fn of(all: Vec<(InfoHash, Timestamp)>) -> Self {
        let at: HashMap<_, _> = all.into_iter().collect();
        let by_age = at.iter().map(|(hash, at)| (*at, *hash)).collect();
        Self { at, by_age }
    }

    /// Sets or takes away one; tells what was there.
    fn set(&mut self, hash: InfoHash, at: Option<Timestamp>) -> Option<Timestamp> {
        let old = match at {
            Some(at) => self.at.insert(hash, at),
            None => self.at.remove(&hash),
        };
        if let Some(old) = old {
            self.by_age.remove(&(old, hash));
        }
        if let Some(at) = at {
            self.by_age.insert((at, hash));
        }
        old
    }
}

impl State {
    /// When the user removed a torrent that is not in the list, if that is remembered.
    pub fn tombstone(&self, hash: InfoHash) -> Option<Timestamp> {
        self.tombstones.at.get(&hash).copied()
    }

    /// How many removed torrents are remembered.
    pub fn tombstone_count(&self) -> usize {
        self.tombstones.at.len()
    }

    /// A torrent was removed by the user.
    pub(super) fn bury(
        &mut self,
        hash: InfoHash,
        name: &str,
        now: Timestamp,
        ops: &mut Vec<StoreOp>,
    ) {
        self.set_tombstone(hash, Some(now));
        ops.push(StoreOp::PutTombstone(hash, name.to_owned(), now));
        while self.tombstones.by_age.len() > TOMBSTONES_MAX
            && let Some((_, oldest)) = self.tombstones.by_age.first().copied()
        {
            self.set_tombstone(oldest, None);
            ops.push(StoreOp::DropTombstone(oldest));
        }
    }

    /// A torrent is in the list again.
    pub(super) fn unbury(&mut self, hash: InfoHash, ops: &mut Vec<StoreOp>) {
        if self.tombstones.at.contains_key(&hash) {
            self.set_tombstone(hash, None);
            ops.push(StoreOp::DropTombstone(hash));
        }
    }

    fn set_tombstone(&mut self, hash: InfoHash, at: Option<Timestamp>) {
        let old = self.tombstones.set(hash, at);
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
            self.tombstones.set(hash, at);
        }
    }
}
