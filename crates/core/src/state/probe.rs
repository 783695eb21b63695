//! Faults of places and of room: they are looked after often, because they pass without anybody
//! telling Shoal, and they come to many torrents at once.
//!
//! A look costs little, but there may be thousands of torrents on one drive: those that wait for the
//! same thing share one look, and the number of looks a tick is bounded.

use std::{collections::BTreeMap, path::Path};

use shoal_metainfo::InfoHash;

use super::{State, Torrent, reconcile::is_due};
use crate::{Effect, Fault, Phase, Retry, Timestamp, Trouble};

/// Time between two looks for the same thing, in milliseconds.
pub(super) const PROBE_EVERY_MS: i64 = 5_000;
/// A look that was not answered for so long is asked for again, in milliseconds: the drive may hang.
const PROBE_LOST_MS: u64 = 60_000;
/// Most looks asked for in one tick.
const PROBES_MAX: usize = 50;

/// What torrents wait for together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Want<'a> {
    kind: u8,
    path: &'a Path,
    folder: &'a Path,
}

/// The torrents that wait for one thing, as far as a look needs to know them.
struct Group {
    /// Whose look answers for all: of those that lack room, the one that needs least.
    hash: InfoHash,
    needed_bytes: u64,
    /// The earliest time that one of them is due.
    due_at: Timestamp,
    /// A look is under way.
    asked: bool,
    members: Vec<InfoHash>,
}

impl Fault {
    /// Whether a cheap look can tell that it has passed.
    pub fn is_probed(&self) -> bool {
        matches!(
            self,
            Self::FolderMissing(_)
                | Self::VolumeChanged(_)
                | Self::ReadOnly(_)
                | Self::PermissionDenied(_)
                | Self::DiskFull { .. }
        )
    }

    fn want<'a>(&'a self, folder: &'a Path) -> Option<Want<'a>> {
        let (kind, path, folder) = match self {
            Self::FolderMissing(path) => (0, path.as_path(), folder),
            Self::VolumeChanged(path) => (1, path.as_path(), folder),
            Self::ReadOnly(path) => (2, path.as_path(), folder),
            Self::PermissionDenied(path) => (3, path.as_path(), folder),
            Self::DiskFull { volume, .. } => (4, volume.as_path(), Path::new("")),
            _ => return None,
        };
        Some(Want { kind, path, folder })
    }
}

fn want_of(t: &Torrent) -> Option<(&Trouble, Want<'_>)> {
    let trouble = t.live.trouble.as_ref()?;
    let want = trouble.fault.want(t.record.folder())?;
    let waits = t.live.phase == Phase::Idle && matches!(trouble.retry, Retry::At(_));
    waits.then_some((trouble, want))
}

impl State {
    /// Asks for the looks that are due.
    pub(super) fn probe(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        let groups = self.due_groups(now);
        for group in groups {
            for hash in group.members {
                if let Some(t) = self.torrents.get_mut(&hash)
                    && let Some(trouble) = &mut t.live.trouble
                {
                    trouble.retry = Retry::At(now.plus_millis(PROBE_EVERY_MS));
                }
            }
            if let Some(t) = self.torrents.get_mut(&group.hash) {
                t.live.probed_at = Some(now);
                effects.push(Effect::Probe(group.hash));
            }
        }
    }

    fn due_groups(&self, now: Timestamp) -> Vec<Group> {
        let mut groups: BTreeMap<Want<'_>, Group> = BTreeMap::new();
        for t in self.torrents.values() {
            let Some((trouble, want)) = want_of(t) else {
                continue;
            };
            let Retry::At(at) = trouble.retry else {
                continue;
            };
            let needed_bytes = match trouble.fault {
                Fault::DiskFull { needed_bytes, .. } => needed_bytes,
                _ => 0,
            };
            let asked = t.live.probed_at;
            let asked =
                asked.is_some_and(|asked| asked <= now && now.millis_since(asked) < PROBE_LOST_MS);
            let group = groups.entry(want).or_insert_with(|| Group {
                hash: t.record.hash,
                needed_bytes,
                due_at: at,
                asked: false,
                members: vec![],
            });
            group.asked |= asked;
            group.due_at = group.due_at.min(at);
            group.members.push(t.record.hash);
            if (needed_bytes, t.record.hash) < (group.needed_bytes, group.hash) {
                (group.needed_bytes, group.hash) = (needed_bytes, t.record.hash);
            }
        }
        let due = |g: &Group| !g.asked && is_due(g.due_at, now, PROBE_EVERY_MS);
        let mut groups: Vec<Group> = groups.into_values().filter(due).collect();
        // Those that have waited longest come first, so that each has its turn.
        groups.sort_by_key(|g| g.due_at);
        groups.truncate(PROBES_MAX);
        groups
    }

    /// What a look has shown counts for all that wait for the same thing.
    pub(super) fn on_probed(&mut self, hash: InfoHash, passed: bool) -> Vec<Effect> {
        let mut effects = vec![];
        let Some(t) = self.torrents.get_mut(&hash) else {
            return effects;
        };
        if t.live.probed_at.take().is_none() || !passed || self.quitting {
            return effects;
        }
        let Some(asked) = self.torrents.get(&hash) else {
            return effects;
        };
        let Some((_, want)) = want_of(asked) else {
            return effects;
        };
        let all = self.torrents.values();
        let same = all.filter(|t| want_of(t).is_some_and(|(_, w)| w == want));
        let mut again: Vec<(Timestamp, InfoHash)> =
            same.map(|t| (t.record.added_at, t.record.hash)).collect();
        again.sort_unstable();
        for (_, hash) in again {
            self.try_again(hash, &mut effects);
        }
        effects.push(Effect::Publish);
        effects
    }

    /// A volume is full: what still has to write to it leaves the engine before it fails as well.
    pub(super) fn on_volume_full(
        &mut self,
        hash: InfoHash,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        let full = self.torrents.get(&hash).and_then(|t| t.live.volume.clone());
        let Some(full) = full else {
            return;
        };
        let writes = |t: &&Torrent| {
            matches!(t.live.phase, Phase::Starting | Phase::Running)
                && !t.record.is_complete()
                && t.live.volume.as_ref() == Some(&full)
        };
        let others = self.torrents().filter(writes);
        let others: Vec<InfoHash> = others.map(|t| t.record.hash).collect();
        for other in others {
            self.send_off(other, now, effects, |t| Fault::DiskFull {
                needed_bytes: t.record.wanted_bytes.saturating_sub(t.record.have_bytes),
                volume: full.mount.clone(),
            });
        }
    }

    /// Files of a torrent that runs are not what they were: no byte of it is served any more.
    pub(super) fn on_files_changed(&mut self, hash: InfoHash, now: Timestamp) -> Vec<Effect> {
        let mut effects = vec![];
        let runs = |t: &Torrent| matches!(t.live.phase, Phase::Starting | Phase::Running);
        if !self.any_torrent(hash).is_some_and(runs) {
            return effects;
        }
        self.send_off(hash, now, &mut effects, |_| Fault::FilesChanged);
        effects.push(Effect::Publish);
        effects
    }

    /// Stops a torrent in the engine because of a fault.
    fn send_off(
        &mut self,
        hash: InfoHash,
        now: Timestamp,
        effects: &mut Vec<Effect>,
        fault: impl FnOnce(&Torrent) -> Fault,
    ) {
        let Some(t) = self.torrents.get_mut(&hash) else {
            return;
        };
        let fault = fault(t);
        let retry = if fault.is_probed() {
            Retry::At(now.plus_millis(PROBE_EVERY_MS))
        } else {
            Retry::Never
        };
        t.live.trouble = Some(Trouble { fault, retry });
        self.note_trouble(hash);
        self.touch(hash);
        self.reconcile(hash, effects);
    }
}
