//! What is dropped on the window. It is read while it still hovers, so that the window can say what would come of
//! it, and not a second time when it is dropped.
//!
//! Must never fetch anything, resolve a magnet link, look into a folder, or keep what was not dropped. A drive that
//! does not answer costs its own rows only.

mod look;
mod read;
#[cfg(test)]
mod tests;
mod uris;

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use shoal_api::{ApiError, DropLook, Preview};
use tokio::{sync::Semaphore, time::timeout_at};

use crate::{App, Inner, volumes};
use read::{Shared, Thing};

/// Most things of one drag that are looked at.
pub const THINGS_MAX: usize = 2_000;
/// Longest name that is shown of something that cannot be added, in characters.
const NAME_CHARS_MAX: usize = 80;
/// When the first look comes at the latest, so that the window answers within 50 ms.
const FIRST_LOOK: Duration = Duration::from_millis(40);
/// After a drag that took its time to say what it holds, there is at least this much to read it.
const LEAST: Duration = Duration::from_millis(15);
/// Further looks come at most this often.
const NEXT_LOOK: Duration = Duration::from_millis(100);
/// How long after the drop a drive may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Threads that read for one drag.
const READERS_EACH: usize = 8;
/// Threads that read for all drags: some of them may wait for a drive that does not answer.
const READERS_MAX: usize = 32;

static READERS: Semaphore = Semaphore::const_new(READERS_MAX);

/// One thing that is dragged.
#[derive(Clone, Debug, PartialEq)]
pub enum Dropped {
    /// A file or folder, by its full path.
    Path(PathBuf),
    /// A magnet link or a bare info-hash.
    Link(String),
    /// The address of a file, by http or https.
    Url(String),
    /// What can be nothing of these.
    Refused {
        /// What it is called.
        name: String,
        /// Why.
        error: ApiError,
    },
}

/// All that is dragged.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drag {
    /// At most [`THINGS_MAX`].
    pub things: Vec<Dropped>,
    /// How many there are besides; nothing comes of those.
    pub more: u32,
}

impl Drag {
    /// Of these, as many as are looked at.
    pub fn of(mut things: Vec<Dropped>) -> Self {
        let more = things.len().saturating_sub(THINGS_MAX);
        things.truncate(THINGS_MAX);
        Self {
            things,
            more: u32::try_from(more).unwrap_or(u32::MAX),
        }
    }

    /// From a `text/uri-list`. `host` is what this machine calls itself, or empty.
    pub fn of_list(bytes: &[u8], host: &str) -> Self {
        uris::of_list(bytes, host)
    }

    /// From text with a link a line. `host` as for [`Drag::of_list`].
    pub fn of_text(text: &str, host: &str) -> Self {
        uris::of_text(text, host)
    }

    /// Whether there are files or folders in it.
    pub fn has_paths(&self) -> bool {
        let is_path = |thing: &Dropped| matches!(thing, Dropped::Path(_));
        self.things.iter().any(is_path)
    }
}

/// Whether a text is one magnet link and nothing else. A bare info-hash is not: it may be any other number.
pub fn is_magnet(text: &str) -> bool {
    uris::is_magnet(text)
}

/// What came of a drop.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Landed {
    /// What can be added.
    pub previews: Vec<Preview>,
    /// What cannot, and why.
    pub errors: Vec<ApiError>,
    /// Addresses of torrent files, not fetched yet.
    pub urls: Vec<String>,
    /// The one file or folder that a torrent can be made of.
    pub create: Option<String>,
}

/// A drag that is being read. Dropping this ends the reading and forgets what was read.
pub struct Looking {
    inner: Arc<Inner>,
    shared: Arc<Shared>,
    more: u32,
    next_at: Instant,
    /// The number of changes that the last look had in it; none before the first.
    told: Option<u64>,
    told_all: bool,
}

impl App {
    /// Begins to read what is dragged over the window since `entered`. May be called on any thread.
    pub fn look_at_drop(&self, drag: Drag, entered: Instant) -> Looking {
        let inner = self.inner.clone();
        let shared = Arc::new(Shared::new(drag.things));
        let readers = shared.count().min(READERS_EACH);
        for _ in 0..readers {
            let Ok(permit) = READERS.try_acquire() else {
                break;
            };
            let shared = shared.clone();
            inner.runtime.spawn_blocking(move || {
                shared.read();
                drop(permit);
            });
        }
        inner
            .runtime
            .spawn(look_around(inner.clone(), shared.clone()));
        Looking {
            inner,
            shared,
            more: drag.more,
            next_at: (entered + FIRST_LOOK).max(Instant::now() + LEAST),
            told: None,
            told_all: false,
        }
    }
}

/// Finds out what is in the list already, and how much room there is.
async fn look_around(inner: Arc<Inner>, shared: Arc<Shared>) {
    let listed = inner.ask(|state| {
        let listed = state.torrents().filter(|torrent| torrent.is_listed());
        listed.map(|torrent| torrent.record.hash).collect()
    });
    let listed = listed.await.unwrap_or_default();
    shared.change(|found| found.listed = Some(listed));
    let room = match inner.downloads().await {
        Ok(folder) => tokio::task::spawn_blocking(move || volumes::folder_info(&folder))
            .await
            .ok(),
        Err(_) => None,
    };
    shared.change(|found| {
        found.room = room;
        found.has_room = true;
    });
}

impl Looking {
    /// The next look worth showing: the first one after 40 ms or as soon as all is read, then when there is more,
    /// at most every 100 ms; none after the last. Safe to cancel.
    pub async fn next(&mut self) -> Option<DropLook> {
        if self.told_all {
            return None;
        }
        loop {
            let (number, is_whole) = self.shared.progress();
            let is_time = Instant::now() >= self.next_at && self.told != Some(number);
            if is_whole || is_time {
                self.told = Some(number);
                self.told_all = is_whole;
                self.next_at = Instant::now() + NEXT_LOOK;
                return Some(self.shared.look(self.more));
            }
            let changed = self.shared.changed.notified();
            if Instant::now() < self.next_at {
                let _ = timeout_at(self.next_at.into(), changed).await;
            } else {
                changed.await;
            }
        }
    }

    /// It was dropped: waits for what is still being read, keeps what can be added, and tells.
    pub async fn land(self) -> Landed {
        let until = Instant::now() + PATIENCE;
        while !self.shared.is_read() {
            let changed = self.shared.changed.notified();
            if timeout_at(until.into(), changed).await.is_err() {
                break;
            }
        }
        let things = self.shared.take();
        let found = things.iter().filter_map(Thing::inspected).cloned();
        let found: Vec<_> = found.collect();
        let standings = self
            .inner
            .ask(move |state| found.iter().map(|f| f.standing(state)).collect::<Vec<_>>());
        let mut standings = standings.await.unwrap_or_default().into_iter();
        let mut landed = Landed::default();
        for thing in things {
            match thing {
                Thing::Torrent(torrent) => {
                    let standing = standings.next().unwrap_or_default();
                    let preview = self.inner.previews.keep(torrent.inspected, standing);
                    landed.previews.push(preview);
                }
                Thing::Url { url, .. } => landed.urls.push(url),
                Thing::Create { path, .. } => landed.create = Some(path),
                Thing::Refused { error, .. } => landed.errors.push(error),
            }
        }
        if self.more > 0 {
            landed.errors.push(too_many());
        }
        landed
    }
}

impl Drop for Looking {
    fn drop(&mut self) {
        self.shared.stop();
    }
}

fn too_many() -> ApiError {
    ApiError::new("too_many").with("max", THINGS_MAX)
}
