//! What of the state is shown: sums, the rows that changed, and the whole for a new reader.

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use shoal_api::{Event, Sentence, Snapshot, Totals};
use shoal_core::{Changes, InfoHash};
use shoal_store::Room;

use super::Actor;
use crate::{hub::Update, views, watch::Setup};

impl Actor {
    fn totals(&self) -> Totals {
        let state = &self.parts.state;
        let mut totals = Totals {
            dht_nodes: state.dht_nodes(),
            free_bytes: self.free.0,
            free_volume: self.free.1.clone(),
            downloads_folder: self.downloads().to_string_lossy().into_owned(),
            engine: views::engine(state),
            ..Totals::default()
        };
        // Once round: this is done for every change, and the list may be long.
        for t in state.torrents().filter(|t| t.is_listed()) {
            totals.down_bps += t.live.down_bps;
            totals.up_bps += t.live.up_bps;
            totals.peers_connected += t.live.peers_connected;
        }
        totals
    }

    pub(super) fn publish(&mut self) {
        let changes = self.parts.state.take_changes();
        if changes.settings {
            self.set_watch();
        }
        if self.watch_begun && self.parts.watch.any() {
            let state = &self.parts.state;
            let record = |hash: &InfoHash| (*hash, state.any_torrent(*hash).map(|t| &t.record));
            self.parts.watch.follow(changes.torrents.iter().map(record));
        }
        self.tell_desk(&changes);
        if !self.parts.hub.is_watched() {
            return;
        }
        let state = &self.parts.state;
        let rows = changes.torrents.iter().map(|hash| {
            let row = state.torrent(*hash).map(|t| Arc::new(views::row(state, t)));
            (*hash, row)
        });
        let rows = rows.collect();
        // Sums over the whole list: not for every word of the engine about one torrent.
        let due = std::mem::take(&mut self.totals_due) || changes.totals || changes.settings;
        let totals = due.then(|| self.totals());
        let totals = totals.filter(|totals| *totals != self.totals);
        if let Some(totals) = &totals {
            self.totals.clone_from(totals);
        }
        let update = Update {
            rows,
            totals,
            labels: changes.labels.then(|| views::labels(state)),
            undo: changes.undo.then(|| views::undo(state)),
            settings: changes.settings.then(|| views::settings(state.settings())),
            watch: None,
        };
        self.parts.hub.publish(&update);
    }

    /// Sums and news for who does not look at the list.
    fn tell_desk(&mut self, changes: &Changes) {
        let (state, board) = (&self.parts.state, &self.parts.hub.board);
        if changes.settings {
            self.ledger.take_settings(state);
        }
        for what in self.ledger.follow(state, &changes.torrents) {
            board.tell(what);
        }
        board.show(self.ledger.desk());
    }

    /// Tells the watcher of rules and settings.
    pub(super) fn set_watch(&mut self) {
        let had_none = !self.parts.watch.any();
        let setup = Setup::of(&self.parts.state, &self.parts.downloads);
        if self.watch_begun && had_none && !setup.folders.is_empty() {
            self.follow_all();
        }
        self.parts.watch.set(setup);
    }

    /// Lets folders be watched from now on.
    pub(super) fn begin_watch(&mut self) {
        if self.watch_begun {
            return;
        }
        self.watch_begun = true;
        if self.parts.watch.any() {
            self.follow_all();
        }
        self.parts.watch.begin();
    }

    fn follow_all(&self) {
        let all = self.parts.state.torrents();
        let all = all.map(|t| (t.record.hash, Some(&t.record)));
        self.parts.watch.follow(all);
    }

    /// Shows the watch folders, if they look otherwise.
    pub(super) fn show_watch(&mut self) {
        if !self.parts.hub.is_watched() {
            return;
        }
        let watch = self.parts.watch.view();
        if watch == self.watch_shown {
            return;
        }
        self.watch_shown.clone_from(&watch);
        let update = Update {
            watch: Some(watch),
            ..Update::default()
        };
        self.parts.hub.publish(&update);
    }

    fn notices(&self) -> Vec<Sentence> {
        let mut notices = self.parts.notices.clone();
        notices.extend(room_sentence(self.room));
        notices
    }

    /// Says when the store's own disk gets full, or worse.
    pub(super) fn tell_room(&mut self) {
        let room = self.parts.store.room();
        if std::mem::replace(&mut self.room, room) == room || !self.parts.hub.is_watched() {
            return;
        }
        if let Some(sentence) = room_sentence(room) {
            self.parts.hub.offer(Event::Notice { sentence });
        }
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        let state = &self.parts.state;
        let begun = Instant::now();
        let listed = state.torrents().filter(|t| t.is_listed());
        let snapshot = Snapshot {
            rev: 0,
            torrents: listed.map(|t| views::row(state, t)).collect(),
            labels: views::labels(state),
            totals: self.totals(),
            undo: views::undo(state),
            settings: views::settings(state.settings()),
            watch: self.parts.watch.view(),
            prefs: state.prefs().clone(),
            notices: self.notices(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            platform: std::env::consts::OS.to_owned(),
        };
        tracing::debug!(took_ms = begun.elapsed().as_millis(), "snapshot");
        snapshot
    }
}

fn room_sentence(room: Room) -> Option<Sentence> {
    let code = match room {
        Room::Enough => return None,
        Room::Reserve => "state_on_reserve",
        Room::None => "state_full",
    };
    Some(Sentence {
        code: code.to_owned(),
        params: BTreeMap::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_of_the_store_is_said_only_while_it_is() {
        let code = |room| room_sentence(room).map(|s| s.code);
        assert_eq!(code(Room::Enough), None);
        assert_eq!(code(Room::Reserve).as_deref(), Some("state_on_reserve"));
        assert_eq!(code(Room::None).as_deref(), Some("state_full"));
    }
}
