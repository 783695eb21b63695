//! Which names on disk are spoken for: two torrents must never take the same file for their own.
//!
//! A torrent claims its name in the folder it lies in, in the one it is saved to in the end, and
//! wherever it is on its way to; a removed one until the engine has let go of it. Names are compared as
//! a disk that ignores case would.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use shoal_metainfo::{InfoHash, sanitize::fold};

use super::{State, Torrent};
use crate::{Phase, Prepared, TorrentRecord};

/// Torrents by the names they claim in some folder, folded. Made once a transaction: many torrents
/// may be moved in one.
pub(super) type NameIndex = HashMap<String, Vec<InfoHash>>;

/// Names that torrents without one have to avoid. While many of them begin at once, those that are saved
/// to one folder share the list.
#[derive(Debug, Default)]
pub(super) enum Avoided {
    /// Each has its own.
    #[default]
    Apart,
    /// The last list that was made.
    Shared(Option<Beside>),
}

/// The names that are taken beside a torrent that has none.
#[derive(Debug)]
pub(super) struct Beside {
    folder: PathBuf,
    save_path: PathBuf,
    names: Arc<Vec<String>>,
}

impl State {
    /// Names on disk that other torrents claim where this one is or will be.
    pub(super) fn names_taken(&mut self, hash: InfoHash) -> Arc<Vec<String>> {
        let Some(me) = self.torrents.get(&hash) else {
            return Arc::default();
        };
        // Torrents that have no name yet claim none: what is taken is the same for all of them.
        let nameless = me.record.disk_name.is_empty() && me.record.moving.is_none();
        if let Avoided::Shared(Some(known)) = &self.avoided
            && nameless
            && known.folder == me.record.folder()
            && known.save_path == me.record.save_path
        {
            return known.names.clone();
        }
        let beside = Beside {
            folder: me.record.folder().to_owned(),
            save_path: me.record.save_path.clone(),
            names: Arc::new(self.claimed_beside(me)),
        };
        let names = beside.names.clone();
        if let Avoided::Shared(last) = &mut self.avoided
            && nameless
        {
            *last = Some(beside);
        }
        names
    }

    fn claimed_beside(&self, me: &Torrent) -> Vec<String> {
        let mine = [me.record.folder(), me.record.save_path.as_path()];
        let others = self.torrents.values();
        let mut names = vec![];
        for other in others.filter(|t| t.record.hash != me.record.hash && is_there(t)) {
            for (folder, name) in claims(&other.record) {
                if !name.is_empty() && mine.contains(&folder) {
                    names.push(name.to_owned());
                }
            }
        }
        names.dedup();
        names
    }

    /// Another torrent that took the name on disk while this one was looked at, or has it since this
    /// one was brought back. Both would take the files for their own.
    pub(super) fn who_has_name(&self, hash: InfoHash, prepared: &Prepared) -> Option<&Torrent> {
        let t = self.torrents.get(&hash)?;
        let named = t.record.disk_name == prepared.disk_name;
        if named && prepared.have_bytes >= t.record.wanted_bytes {
            // It writes nothing.
            return None;
        }
        let folder = prepared.unfinished_path.as_ref();
        let mine = [
            folder.unwrap_or(&t.record.save_path).as_path(),
            t.record.save_path.as_path(),
        ];
        // At a start this is asked for each unfinished torrent: it compares and copies nothing.
        self.torrents().find(|other| {
            let record = &other.record;
            let simple = record.moving.is_none();
            if record.hash == hash
                || simple && !same_name(&record.disk_name, &prepared.disk_name)
                || !is_there(other)
            {
                return false;
            }
            claims(record).any(|(folder, name)| {
                mine.contains(&folder) && same_name(name, &prepared.disk_name)
            })
        })
    }

    /// Whether another torrent claims `name` in one of `folders`; part of a transaction.
    pub(super) fn is_claimed(&mut self, hash: InfoHash, folders: &[&Path], name: &str) -> bool {
        if name.is_empty() {
            return false;
        }
        let torrents = &self.torrents;
        let index = self.names.get_or_insert_with(|| {
            let mut index = NameIndex::new();
            for t in torrents.values() {
                for (_, name) in claims(&t.record) {
                    note(&mut index, name, t.record.hash);
                }
            }
            index
        });
        let wanted = fold(name);
        let others = index.get(&wanted).into_iter().flatten();
        others.filter(|h| **h != hash).any(|other| {
            torrents.get(other).is_some_and(|other| {
                is_there(other)
                    && claims(&other.record)
                        .any(|(folder, name)| folders.contains(&folder) && fold(name) == wanted)
            })
        })
    }

    /// A torrent claims something new; part of a transaction.
    pub(super) fn note_claims(&mut self, hash: InfoHash) {
        let Some(t) = self.torrents.get(&hash) else {
            return;
        };
        for (_, name) in claims(&t.record).filter(|(_, name)| !name.is_empty()) {
            if let Some(index) = &mut self.names {
                note(index, name, hash);
            }
            if let Avoided::Shared(last) = &mut self.avoided {
                *last = None;
            }
        }
    }
}

fn note(index: &mut NameIndex, name: &str, hash: InfoHash) {
    if !name.is_empty() {
        let torrents = index.entry(fold(name)).or_default();
        if !torrents.contains(&hash) {
            torrents.push(hash);
        }
    }
}

/// Whether its files are its own still: it is listed, the engine may still write to them, or a
/// promise about them is being kept.
fn is_there(t: &Torrent) -> bool {
    let phase = t.live.phase;
    let in_engine = matches!(phase, Phase::Starting | Phase::Running | Phase::Stopping);
    t.is_listed() || in_engine || t.record.moving.is_some()
}

/// The folders and names that a torrent claims.
fn claims(record: &TorrentRecord) -> impl Iterator<Item = (&Path, &str)> {
    let unfinished = record.unfinished_path.iter().map(PathBuf::as_path);
    let here = unfinished.chain([record.save_path.as_path()]);
    let moving = record.moving.iter();
    let there = moving.flat_map(|m| {
        let folders = [m.to.folder.as_path(), m.then_save_path.as_path()];
        let to = folders.map(|f| (f, m.to.disk_name.as_str()));
        let next = m.next.iter().flat_map(|next| {
            let folders = [next.place.folder.as_path(), next.save_path.as_path()];
            folders.map(|f| (f, next.place.disk_name.as_str()))
        });
        to.into_iter().chain(next)
    });
    here.map(|f| (f, record.disk_name.as_str())).chain(there)
}

/// Whether two names are one file on a disk that ignores case.
fn same_name(a: &str, b: &str) -> bool {
    let lower = |c: char| c.to_lowercase();
    !a.is_empty() && a.chars().flat_map(lower).eq(b.chars().flat_map(lower))
}
