//! The reading itself, by a few threads that take one thing after the other. A thread that waits for a drive leaves
//! the rest to the others.

use std::{
    collections::HashSet,
    fs,
    path::Path,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
};

use parking_lot::Mutex;
use shoal_api::{ApiError, FolderInfo};
use shoal_core::InfoHash;
use shoal_metainfo::sanitize::display_text;
use tokio::sync::Notify;
use url::Url;

use super::{Dropped, NAME_CHARS_MAX, too_many};
use crate::calls::{Inspected, inspect_link, inspect_path};

/// Most bytes of torrents that are kept for one drag.
const BYTES_MAX: usize = 128 << 20;

/// What one thing turned out to be.
#[derive(Clone)]
pub(super) enum Thing {
    Torrent(Torrent),
    Url {
        name: String,
        url: String,
    },
    /// A torrent can be made of it; bytes of a file, none for a folder.
    Create {
        name: String,
        path: String,
        bytes: Option<u64>,
    },
    Refused {
        name: String,
        error: ApiError,
    },
}

/// A torrent or magnet link with what its row shows.
#[derive(Clone)]
pub(super) struct Torrent {
    pub(super) inspected: Inspected,
    pub(super) total_bytes: Option<u64>,
    pub(super) file_count: Option<u32>,
    pub(super) risky: u32,
}

impl Thing {
    pub(super) fn inspected(&self) -> Option<&Inspected> {
        match self {
            Self::Torrent(torrent) => Some(&torrent.inspected),
            _ => None,
        }
    }

    pub(super) fn hash(&self) -> Option<InfoHash> {
        self.inspected().map(|inspected| inspected.hash)
    }
}

/// What is known by now.
#[derive(Default)]
pub(super) struct Found {
    /// In the order of the drag; none while it is being read.
    pub(super) things: Vec<Option<Thing>>,
    /// What is in the list; none while that is not known.
    pub(super) listed: Option<HashSet<InfoHash>>,
    pub(super) room: Option<FolderInfo>,
    /// Whether `room` is all that will be known of it.
    pub(super) has_room: bool,
    pending: usize,
    bytes: usize,
    /// How many times something changed.
    changes: u64,
}

/// A drag that several threads read.
pub(super) struct Shared {
    things: Vec<Dropped>,
    next: AtomicUsize,
    stop: AtomicBool,
    pub(super) found: Mutex<Found>,
    pub(super) changed: Notify,
}

impl Shared {
    pub(super) fn new(things: Vec<Dropped>) -> Self {
        let found = Found {
            things: vec![None; things.len()],
            pending: things.len(),
            ..Found::default()
        };
        Self {
            things,
            next: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
            found: Mutex::new(found),
            changed: Notify::new(),
        }
    }

    pub(super) fn count(&self) -> usize {
        self.things.len()
    }

    /// Reads until nothing is left to be read, or nobody wants it any more.
    pub(super) fn read(&self) {
        while self.read_next() {}
    }

    /// Reads the next thing; false when there is none, or nobody wants it any more.
    pub(super) fn read_next(&self) -> bool {
        if self.stop.load(Ordering::Relaxed) {
            return false;
        }
        let at = self.next.fetch_add(1, Ordering::Relaxed);
        let Some(dropped) = self.things.get(at) else {
            return false;
        };
        let is_alone = self.things.len() == 1;
        let full = self.found.lock().bytes > BYTES_MAX;
        let thing = if full {
            refused(name_of(dropped), too_many())
        } else {
            thing_of(dropped, is_alone)
        };
        self.change(|found| {
            if let Thing::Torrent(torrent) = &thing {
                found.bytes += torrent.inspected.bytes();
            }
            // Gone when the drop did not wait for it.
            if let Some(place) = found.things.get_mut(at) {
                *place = Some(thing);
                found.pending -= 1;
            }
        });
        true
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut Found)) {
        let mut found = self.found.lock();
        change(&mut found);
        found.changes += 1;
        drop(found);
        self.changed.notify_one();
    }

    /// Ends the reading.
    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// How many changes there were, and whether there will be no more.
    pub(super) fn progress(&self) -> (u64, bool) {
        let found = self.found.lock();
        let is_whole = found.pending == 0 && found.listed.is_some() && found.has_room;
        (found.changes, is_whole)
    }

    pub(super) fn is_read(&self) -> bool {
        self.found.lock().pending == 0
    }

    /// All things, each torrent once. What has not been read by now is refused.
    pub(super) fn take(&self) -> Vec<Thing> {
        self.stop();
        let things = std::mem::take(&mut self.found.lock().things);
        let whole = things.into_iter().zip(&self.things);
        let whole = whole.map(|(thing, dropped)| {
            thing.unwrap_or_else(|| {
                let name = name_of(dropped);
                let error = unreadable(&name, "its drive does not answer");
                refused(name, error)
            })
        });
        let mut seen = HashSet::new();
        whole
            .filter(|thing| thing.hash().is_none_or(|hash| seen.insert(hash)))
            .collect()
    }
}

fn thing_of(dropped: &Dropped, is_alone: bool) -> Thing {
    match dropped {
        Dropped::Path(path) => match path.extension() {
            Some(ending) if ending.eq_ignore_ascii_case("torrent") && !path.is_dir() => {
                torrent_or(inspect_path(path), || name_of(dropped))
            }
            _ => other(path, name_of(dropped), is_alone),
        },
        Dropped::Link(link) => torrent_or(inspect_link(link), || name_of(dropped)),
        Dropped::Url(url) => Thing::Url {
            name: name_of(dropped),
            url: url.clone(),
        },
        Dropped::Refused { name, error } => refused(name.clone(), error.clone()),
    }
}

fn torrent_or(inspected: Result<Inspected, ApiError>, name: impl Fn() -> String) -> Thing {
    let inspected = match inspected {
        Ok(inspected) => inspected,
        // Of several things, the one that was refused must be told from the others.
        Err(error) if error.params.contains_key("name") => return refused(name(), error),
        Err(error) => return refused(name(), error.with("name", name())),
    };
    let files = inspected.meta.as_ref().map(|meta| {
        let files = meta.files.iter().filter(|file| file.on_disk());
        files.fold((0, 0, 0), |(bytes, count, risky), file| {
            let is_risky = u32::from(file.risk.is_some());
            (bytes + file.length, count + 1, risky + is_risky)
        })
    });
    Thing::Torrent(Torrent {
        inspected,
        total_bytes: files.map(|(bytes, ..)| bytes),
        file_count: files.map(|(_, count, _)| count),
        risky: files.map_or(0, |(.., risky)| risky),
    })
}

/// A folder, or a file that is no torrent: alone, a torrent can be made of it.
fn other(path: &Path, name: String, is_alone: bool) -> Thing {
    let found = match fs::metadata(path) {
        Ok(found) => found,
        Err(e) => return refused(name.clone(), unreadable(&name, &e)),
    };
    let error = if !is_alone && found.is_dir() {
        ApiError::new("drop_folder_beside").with("name", &name)
    } else if !is_alone {
        ApiError::new("drop_not_a_torrent").with("name", &name)
    } else if !found.is_dir() && !found.is_file() {
        unreadable(&name, "not a file")
    } else if let Some(path) = path.to_str() {
        return Thing::Create {
            name,
            path: path.to_owned(),
            bytes: found.is_file().then_some(found.len()),
        };
    } else {
        unreadable(&name, "its name is not text")
    };
    refused(name, error)
}

fn unreadable(name: &str, detail: &(impl ToString + ?Sized)) -> ApiError {
    ApiError::new("file_unreadable")
        .with("name", name)
        .with("detail", detail.to_string())
}

fn refused(name: String, error: ApiError) -> Thing {
    Thing::Refused { name, error }
}

/// What to call something of which nothing else is known.
fn name_of(dropped: &Dropped) -> String {
    let name = match dropped {
        Dropped::Path(path) => match path.file_name() {
            Some(name) => name.to_string_lossy().into_owned(),
            None => path.to_string_lossy().into_owned(),
        },
        Dropped::Url(url) => file_name(url),
        Dropped::Link(text) | Dropped::Refused { name: text, .. } => text.clone(),
    };
    display_text(&name, NAME_CHARS_MAX)
}

/// The last part of an address, or its host.
fn file_name(url: &str) -> String {
    let Ok(url) = Url::parse(url) else {
        return url.to_owned();
    };
    let last = url.path_segments().and_then(|mut parts| parts.next_back());
    match last.filter(|last| !last.is_empty()) {
        Some(last) => last.to_owned(),
        None => url.host_str().unwrap_or_default().to_owned(),
    }
}
