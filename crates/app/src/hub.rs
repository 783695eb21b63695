//! Hands every window and browser its events: a snapshot, then what changed since it last looked.
//!
//! What waits for a slow reader is merged, so it never takes more than one row a torrent.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Weak},
    time::Duration,
};

use parking_lot::Mutex;
use shoal_api::{
    ApiError, Delta, Event, LabelView, SettingValueView, Snapshot, TorrentRow, Totals, UndoView,
    WatchFolderView,
};
use shoal_core::InfoHash;
use tokio::{sync::Notify, time::Instant};

use crate::desk::{Board, Happening};

/// Deltas come at most this often.
const DELTA_EVERY: Duration = Duration::from_millis(100);
/// Most events other than deltas that wait for a reader.
const OPEN_WAITING_MAX: usize = 16;
/// Most torrents, and most errors, of the requests to open something that wait for a reader.
const OFFERED_MAX: usize = 2_000;

/// What changed, for all readers.
#[derive(Default)]
pub(crate) struct Update {
    pub(crate) rows: Vec<(InfoHash, Option<Arc<TorrentRow>>)>,
    pub(crate) totals: Option<Totals>,
    pub(crate) labels: Option<Vec<LabelView>>,
    pub(crate) undo: Option<UndoView>,
    pub(crate) settings: Option<BTreeMap<String, SettingValueView>>,
    pub(crate) watch: Option<Vec<WatchFolderView>>,
}

#[derive(Default)]
struct Pending {
    snapshot: Option<Box<Snapshot>>,
    rows: HashMap<InfoHash, Option<Arc<TorrentRow>>>,
    totals: Option<Totals>,
    labels: Option<Vec<LabelView>>,
    undo: Option<UndoView>,
    settings: Option<BTreeMap<String, SettingValueView>>,
    watch: Option<Vec<WatchFolderView>>,
    open: Vec<Event>,
    bye: bool,
}

impl Pending {
    fn changed(&self) -> bool {
        let parts = self.totals.is_some()
            || self.labels.is_some()
            || self.undo.is_some()
            || self.settings.is_some()
            || self.watch.is_some();
        parts || !self.rows.is_empty()
    }
}

#[derive(Default)]
struct Reader {
    pending: Mutex<Pending>,
    wake: Notify,
}

/// All readers. Those that were dropped are forgotten at the next update.
#[derive(Default)]
pub(crate) struct Hub {
    /// For those who do not look at the list.
    pub(crate) board: Board,
    readers: Mutex<Vec<Weak<Reader>>>,
    /// Offers made while nobody was there to see them.
    unseen: Mutex<Vec<Event>>,
}

impl Hub {
    /// Adds a reader that begins with `snapshot`, which must be of this very moment.
    pub(crate) fn add(self: &Arc<Self>, snapshot: Snapshot) -> Stream {
        let mut pending = Pending {
            snapshot: Some(Box::new(snapshot)),
            ..Pending::default()
        };
        pending.open = std::mem::take(&mut *self.unseen.lock());
        let reader = Arc::new(Reader {
            pending: Mutex::new(pending),
            wake: Notify::new(),
        });
        reader.wake.notify_one();
        self.readers.lock().push(Arc::downgrade(&reader));
        Stream {
            hub: Arc::downgrade(self),
            reader,
            rev: 0,
            next_delta: Instant::now(),
            said_bye: false,
        }
    }

    /// Whether anybody looks.
    pub(crate) fn is_watched(&self) -> bool {
        self.readers.lock().iter().any(|r| r.strong_count() > 0)
    }

    pub(crate) fn publish(&self, update: &Update) {
        self.each(|pending| {
            for (hash, row) in &update.rows {
                pending.rows.insert(*hash, row.clone());
            }
            replace(&mut pending.totals, update.totals.as_ref());
            replace(&mut pending.labels, update.labels.as_ref());
            replace(&mut pending.undo, update.undo.as_ref());
            replace(&mut pending.settings, update.settings.as_ref());
            replace(&mut pending.watch, update.watch.as_ref());
        });
    }

    /// Offers things to add to whoever looks; without anybody, to the next who comes.
    pub(crate) fn offer(&self, event: Event) {
        if !self.is_watched() {
            keep(&mut self.unseen.lock(), event);
            return;
        }
        self.each(|pending| keep(&mut pending.open, event.clone()));
    }

    /// Tells whoever looks now, and what concerns those who do not look, them. A reader that has enough to
    /// read already is not told.
    pub(crate) fn tell(&self, event: &Event) {
        if let Event::Watched { news } = event {
            self.board.tell(Happening::Watched(news.clone()));
        }
        self.each(|pending| {
            if pending.open.len() < OPEN_WAITING_MAX {
                pending.open.push(event.clone());
            }
        });
    }

    pub(crate) fn bye(&self) {
        self.each(|pending| pending.bye = true);
    }

    fn each(&self, f: impl Fn(&mut Pending)) {
        self.readers.lock().retain(|reader| {
            let Some(reader) = reader.upgrade() else {
                return false;
            };
            f(&mut reader.pending.lock());
            reader.wake.notify_one();
            true
        });
    }
}

/// Puts `event` behind those that wait. Many links that are opened at once are one request: none of them is
/// lost, and they keep their order.
fn keep(waiting: &mut Vec<Event>, event: Event) {
    let mut event = event;
    if let Event::OpenRequest { previews, errors } = &mut event {
        let earlier = waiting.iter_mut().find_map(|event| match event {
            Event::OpenRequest { previews, errors } => Some((previews, errors)),
            _ => None,
        });
        if let Some((all, failed)) = earlier {
            let room = OFFERED_MAX.saturating_sub(all.len());
            if previews.len() > room {
                previews.truncate(room);
                errors.push(ApiError::new("too_many").with("max", OFFERED_MAX));
            }
            all.append(previews);
            errors.truncate(OFFERED_MAX.saturating_sub(failed.len()));
            failed.append(errors);
            return;
        }
    }
    if waiting.len() < OPEN_WAITING_MAX {
        waiting.push(event);
    } else if matches!(event, Event::OpenRequest { .. }) {
        // What is to be added comes before what is only told.
        waiting.pop();
        waiting.push(event);
    }
}

fn replace<T: Clone>(old: &mut Option<T>, new: Option<&T>) {
    if let Some(new) = new {
        *old = Some(new.clone());
    }
}

impl Drop for Stream {
    /// What nobody has seen yet is kept for the next who looks; other readers have it already.
    fn drop(&mut self) {
        let Some(hub) = self.hub.upgrade() else {
            return;
        };
        let own = Arc::as_ptr(&self.reader);
        hub.readers
            .lock()
            .retain(|r| !std::ptr::eq(r.as_ptr(), own));
        let unseen = std::mem::take(&mut self.reader.pending.lock().open);
        if !hub.is_watched() {
            let mut waiting = hub.unseen.lock();
            for event in unseen {
                keep(&mut waiting, event);
            }
        }
    }
}

enum Urgent {
    Event(Box<Event>),
    Nothing,
    End,
}

/// One reader's end.
pub(crate) struct Stream {
    hub: Weak<Hub>,
    reader: Arc<Reader>,
    rev: u64,
    next_delta: Instant,
    said_bye: bool,
}

impl Stream {
    /// The next event; none when Shoal is gone. Deltas come at most every 100 ms. Safe to cancel.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        loop {
            match self.at_once() {
                Urgent::Event(event) => return Some(*event),
                Urgent::End => return None,
                Urgent::Nothing => {}
            }
            let ready = self.reader.pending.lock().changed();
            if ready && Instant::now() >= self.next_delta {
                self.next_delta = Instant::now() + DELTA_EVERY;
                return Some(Event::Delta(self.delta()));
            }
            if ready {
                tokio::select! {
                    () = self.reader.wake.notified() => {}
                    () = tokio::time::sleep_until(self.next_delta) => {}
                }
            } else {
                self.reader.wake.notified().await;
            }
        }
    }

    /// What does not wait for the rhythm of deltas.
    fn at_once(&mut self) -> Urgent {
        let mut pending = self.reader.pending.lock();
        if let Some(mut snapshot) = pending.snapshot.take() {
            self.rev += 1;
            snapshot.rev = self.rev;
            return Urgent::Event(Box::new(Event::Snapshot(*snapshot)));
        }
        if !pending.open.is_empty() {
            return Urgent::Event(Box::new(pending.open.remove(0)));
        }
        if pending.bye && !self.said_bye {
            self.said_bye = true;
            Urgent::Event(Box::new(Event::Bye))
        } else if pending.bye {
            Urgent::End
        } else {
            Urgent::Nothing
        }
    }

    fn delta(&mut self) -> Delta {
        let mut pending = self.reader.pending.lock();
        let rows = std::mem::take(&mut pending.rows);
        self.rev += 1;
        let mut delta = Delta {
            rev: self.rev,
            totals: pending.totals.take(),
            labels: pending.labels.take(),
            undo: pending.undo.take(),
            settings: pending.settings.take(),
            watch: pending.watch.take(),
            ..Delta::default()
        };
        for (hash, row) in rows {
            match row {
                Some(row) => delta.upserts.push(Arc::unwrap_or_clone(row)),
                None => delta.removed.push(hash.to_string()),
            }
        }
        delta
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(codes: std::ops::Range<usize>) -> Event {
        let error = |n: usize| ApiError::new(n.to_string());
        Event::OpenRequest {
            previews: vec![],
            errors: codes.map(error).collect(),
        }
    }

    fn notice() -> Event {
        Event::Notice {
            sentence: shoal_api::Sentence {
                code: "state_full".to_owned(),
                params: BTreeMap::new(),
            },
        }
    }

    fn empty() -> Snapshot {
        Snapshot {
            rev: 0,
            torrents: vec![],
            labels: vec![],
            totals: Totals::default(),
            undo: UndoView {
                undo: None,
                redo: None,
            },
            settings: BTreeMap::new(),
            watch: vec![],
            prefs: BTreeMap::new(),
            notices: vec![],
            version: String::new(),
            platform: String::new(),
        }
    }

    fn codes(event: &Event) -> Vec<String> {
        let Event::OpenRequest { errors, .. } = event else {
            panic!("{event:?}");
        };
        errors.iter().map(|e| e.code.clone()).collect()
    }

    #[test]
    fn what_is_opened_while_nobody_looks_becomes_one_request_in_its_order() {
        let hub = Arc::new(Hub::default());
        hub.offer(notice());
        for n in 0..100 {
            hub.offer(request(n..n + 1));
            hub.offer(notice());
        }
        let waiting = hub.unseen.lock().clone();
        assert_eq!(waiting.len(), OPEN_WAITING_MAX);
        let all: Vec<String> = (0..100).map(|n| n.to_string()).collect();
        assert_eq!(codes(&waiting[1]), all);
        hub.offer(request(100..2 * OFFERED_MAX));
        assert_eq!(codes(&hub.unseen.lock()[1]).len(), OFFERED_MAX);
    }

    #[test]
    fn a_request_takes_the_place_of_what_is_only_told() {
        let mut waiting = vec![notice(); OPEN_WAITING_MAX];
        keep(&mut waiting, request(0..1));
        assert_eq!(waiting.len(), OPEN_WAITING_MAX);
        assert_eq!(codes(&waiting[OPEN_WAITING_MAX - 1]), ["0"]);
    }

    #[tokio::test]
    async fn what_a_window_had_no_time_to_read_is_the_next_ones() {
        let hub = Arc::new(Hub::default());
        let gone = hub.add(empty());
        hub.offer(request(0..1));
        hub.offer(request(1..2));
        drop(gone);
        hub.offer(request(2..3));
        let mut next = hub.add(empty());
        assert!(matches!(next.next().await, Some(Event::Snapshot(_))));
        let request = next.next().await;
        assert_eq!(codes(&request.unwrap_or(Event::Bye)), ["0", "1", "2"]);
    }
}
