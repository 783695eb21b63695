//! Steering: which pieces the engine asks for first. Its own picker takes them in the order of file
//! names, first to last, but prefers what lies ahead of an open stream; so each download that is
//! worth it gets a stream that is never read, and whose position is moved to what Shoal wants next.
//!
//! It only ever prefers: a peer that has nothing of what is wanted next is asked for something
//! else, so no priority stops a download, and the end of one is no slower. A stream stands in wanted
//! files only, since the engine would fetch unwanted ones for it; it is gone before a selection
//! changes, and as soon as a torrent is complete, stopped or broken.

mod budget;
mod course;
mod picker;
mod plan;
mod rng;
#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use shoal_core::StartSpec;
use shoal_metainfo::{Bitfield, InfoHash, Metainfo};
use tokio::{sync::Notify, time::sleep};

use crate::{note::Handle, storage::TorrentFiles};
use budget::{STEERING_STREAMS, Streams};
use course::{Course, Opening, Pace};
pub(crate) use plan::Wishes;

/// Between two moves of a stream that only spreads.
const BEAT: Duration = Duration::from_millis(150);
/// And of one that keeps an order: what lies ahead of it should not be used up between them.
const QUICK_BEAT: Duration = Duration::from_millis(50);
/// Between two looks when no torrent has a stream.
const IDLE_BEAT: Duration = Duration::from_millis(600);
/// Between two rankings of torrents when there are more of them than streams.
const RANKING: Duration = Duration::from_secs(3);

/// Steers all torrents of an engine.
pub(crate) struct Helm {
    streams: Streams,
    courses: Mutex<HashMap<InfoHash, Course>>,
    /// A torrent came, or is wanted otherwise.
    news: Notify,
}

impl Helm {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            streams: Streams::new(STEERING_STREAMS),
            courses: Mutex::default(),
            news: Notify::new(),
        })
    }

    /// A torrent begins to run. One that was complete at its start is only remembered.
    pub(crate) fn launch(
        &self,
        run: u64,
        handle: Handle,
        files: Arc<TorrentFiles>,
        heading: Heading,
    ) {
        let hash = InfoHash(handle.info_hash().0);
        let course = Course::new(run, handle, files, heading);
        self.courses.lock().insert(hash, course);
        self.news.notify_one();
    }

    /// A torrent is leaving: nothing of it is kept, its streams are gone when this returns.
    pub(crate) fn forget(&self, hash: InfoHash) {
        self.courses.lock().remove(&hash);
    }

    /// The engine has taken a torrent in anew: its course goes on there.
    pub(crate) fn resume(&self, hash: InfoHash, handle: Handle) {
        if let Some(course) = self.courses.lock().get_mut(&hash) {
            course.resume(handle);
        }
        self.news.notify_one();
    }

    /// Takes its streams away until something is chosen anew, as for a complete torrent.
    pub(crate) fn rest(&self, hash: InfoHash) {
        if let Some(course) = self.courses.lock().get_mut(&hash) {
            course.rest();
        }
    }

    /// The engine knows which files are wanted now, one bit a file.
    pub(crate) fn choose(&self, hash: InfoHash, wanted: Bitfield) {
        if let Some(course) = self.courses.lock().get_mut(&hash) {
            course.choose(wanted);
        }
        self.news.notify_one();
    }

    /// The user wishes for another order.
    pub(crate) fn steer(&self, hash: InfoHash, wishes: Wishes) {
        if let Some(course) = self.courses.lock().get_mut(&hash) {
            course.wish(wishes);
        }
        self.news.notify_one();
    }

    /// Moves streams until it is dropped.
    pub(crate) async fn run(self: Arc<Self>) {
        let mut ranked = None::<Instant>;
        loop {
            if self.courses.lock().is_empty() {
                self.news.notified().await;
            }
            if ranked.is_none_or(|at| at.elapsed() >= RANKING) {
                ranked = Some(Instant::now());
                self.rank();
            }
            let (openings, pause) = self.beat();
            for opening in openings {
                self.open(opening).await;
            }
            tokio::select! {
                () = sleep(pause) => {}
                () = self.news.notified() => {}
            }
        }
    }

    /// Moves what can be moved; tells what is to be opened, and how long that will do.
    fn beat(&self) -> (Vec<Opening>, Duration) {
        let mut openings = Vec::new();
        let mut pause = IDLE_BEAT;
        let mut courses = self.courses.lock();
        let unfinished = courses.values().filter(|c| !c.is_resting()).count();
        let most = (STEERING_STREAMS / unfinished.max(1)).clamp(1, course::MOST_STREAMS);
        for course in courses.values_mut() {
            pause = pause.min(match course.beat(most, &mut openings) {
                Pace::Idle => IDLE_BEAT,
                Pace::Spreading => BEAT,
                Pace::Ordered => QUICK_BEAT,
            });
        }
        (openings, pause)
    }

    /// Opens a stream, unless the torrent has other wishes by now.
    async fn open(&self, opening: Opening) {
        if self.streams.left() == 0 {
            return;
        }
        let stream = self.streams.open(&opening.handle, opening.aim.file).await;
        if let (Some(stream), Some(course)) = (stream, self.courses.lock().get_mut(&opening.hash)) {
            course.take(&opening, stream);
        }
    }

    /// Leaves the streams to the busiest torrents when there are too many.
    fn rank(&self) {
        let mut courses = self.courses.lock();
        let mut speeds: Vec<(u64, InfoHash)> = courses
            .iter_mut()
            .filter_map(|(hash, course)| Some((course.speed()?, *hash)))
            .collect();
        speeds.sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.0.cmp(&b.1.0)));
        for (at, (_, hash)) in speeds.iter().enumerate() {
            if let Some(course) = courses.get_mut(hash) {
                course.allow(at < STEERING_STREAMS);
            }
        }
    }
}

/// Which files are wanted at a torrent's start, and how.
pub(crate) struct Heading {
    pub(crate) meta: Arc<Metainfo>,
    pub(crate) wanted: Bitfield,
    pub(crate) wishes: Wishes,
}

impl Heading {
    pub(crate) fn of(spec: &StartSpec) -> Self {
        let mut wanted = Bitfield::new(u32::try_from(spec.files.len()).unwrap_or(u32::MAX));
        for (file, index) in spec.files.iter().zip(0..) {
            wanted.set(index, file.wanted);
        }
        let priorities = (0..)
            .zip(&spec.files)
            .filter(|(_, f)| f.priority != shoal_core::Priority::default())
            .map(|(index, f)| (index, f.priority))
            .collect();
        Self {
            meta: spec.meta.clone(),
            wanted,
            wishes: Wishes {
                order: spec.order,
                first_last: spec.first_last,
                priorities: Arc::new(priorities),
            },
        }
    }
}
