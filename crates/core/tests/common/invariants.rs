//! What must hold after every step.

use std::collections::BTreeSet;

use shoal_core::{
    InfoHash, Intent, Phase, Place, Prepared, Torrent, TorrentRecord, UNDO_STEPS_MAX,
};

use super::World;

impl World {
    /// What must hold when a torrent is started.
    pub(super) fn check_start(&self, hash: InfoHash, prepared: &Prepared) {
        let t = self.state.any_torrent(hash).unwrap();
        let r = &t.record;
        assert!(t.is_listed(), "{hash} is started though it is removed");
        assert!(r.intent.wants_run(), "{hash} is started though stopped");
        assert!(!r.awaiting_choice, "{hash} is started before the choice");
        let stored = self.store.rows.torrents.get(&hash).unwrap();
        assert_eq!(stored.disk_name, prepared.disk_name, "the name is stored");
        assert!(stored.intent.wants_run() && stored.removed_at.is_none());
        if prepared.have_bytes < r.wanted_bytes {
            let clean = self.store.rows.resume.get(&hash).is_some_and(|r| r.clean);
            assert!(!clean, "{hash} will write over data said to be clean");
        }
        let same = |o: &&shoal_core::Torrent| {
            o.record.hash != hash
                && self.started.contains_key(&o.record.hash)
                && o.record.content_path() == r.content_path()
                && prepared.have_bytes < r.wanted_bytes
        };
        let other = self.state.torrents().find(same);
        assert!(other.is_none(), "{hash} writes where another one does");
    }

    /// What must hold when files are about to be moved.
    pub(super) fn check_relocate(&self, hash: InfoHash, from: &Place, to: &Place) {
        assert_ne!(from, to, "{hash} is moved to where it is");
        assert!(!self.started.contains_key(&hash), "{hash} still runs");
        let stored = self.store.rows.torrents.get(&hash).unwrap();
        let m = stored.moving.as_ref().expect("the move is not stored");
        let ends = [&m.to, &stored.place()];
        assert!(ends.contains(&from) && ends.contains(&to), "{hash}: {m:?}");
        let path = Some(to.folder.join(&to.disk_name));
        for other in self.started.keys().filter(|h| **h != hash) {
            let other = self.state.any_torrent(*other).unwrap();
            assert_ne!(
                other.record.content_path(),
                path,
                "{hash} goes where one is"
            );
        }
    }

    /// What must hold after every message.
    pub(super) fn check(&self) {
        let rows = self.store.to_be();
        for t in self.state.torrents() {
            let row = rows.torrents.get(&t.record.hash);
            assert_eq!(row.map(durable), Some(durable(&t.record)), "a row is lost");
            assert!(t.record.have_bytes <= t.record.wanted_bytes, "{t:?}");
            if t.live.phase == Phase::Moving {
                assert!(t.record.moving.is_some(), "{t:?}");
                assert!(!self.started.contains_key(&t.record.hash), "{t:?}");
            }
            assert!(
                !t.is_listed() || self.state.tombstone(t.record.hash).is_none(),
                "{t:?}"
            );
            for label in &t.record.labels {
                assert!(rows.labels.contains_key(label), "no label {label}");
            }
            if t.record.summary.is_some() {
                assert!(rows.metainfo.contains_key(&t.record.hash));
            }
        }
        assert_eq!(rows.torrents.len(), self.state.torrents().count());
        assert_eq!(&rows.labels, self.state.labels());
        assert_eq!(&rows.prefs, self.state.prefs());
        let known = |hash| rows.torrents.contains_key(hash);
        assert!(rows.logs.keys().all(known), "a log of nothing");
        assert_eq!(&rows.loaded_settings(), self.state.settings());
        assert!(rows.undo.len() <= UNDO_STEPS_MAX, "{}", rows.undo.len());
        assert_eq!(
            rows.undo.values().rfind(|s| !s.undone),
            self.state.next_undo()
        );
        assert_eq!(
            rows.undo.values().find(|s| s.undone),
            self.state.next_redo()
        );
        let watches = rows.watches.values();
        assert!(watches.eq(self.state.watch_folders()), "a watch folder");
        let buried = |hash: &InfoHash| self.state.tombstone(*hash);
        assert!(
            rows.tombstones.iter().all(|(h, at)| buried(h) == Some(*at)),
            "a tombstone is lost"
        );
        assert_eq!(rows.tombstones.len(), self.state.tombstone_count());
        let ranks: BTreeSet<i64> = self.state.torrents().map(|t| t.record.rank).collect();
        assert_eq!(ranks.len(), self.state.torrents().count(), "a place twice");
        self.check_queue();
        assert!(self.replies.values().all(|r| r.len() == 1));
        assert!(self.exits <= 1);
    }
}

impl World {
    /// No more run than there are slots, and none that waits runs.
    fn check_queue(&self) {
        let settings = self.state.settings();
        let lines = [
            (false, settings.queue_downloads, self.state.download_slots()),
            (true, settings.queue_seeds, self.state.seed_slots()),
        ];
        for (complete, slots, in_use) in lines {
            let slots = usize::from(slots);
            let runs = |t: &&Torrent| {
                let phases = [Phase::FetchingMetadata, Phase::Starting, Phase::Running];
                t.record.is_complete() == complete
                    && t.record.intent != Intent::ForceRun
                    && phases.contains(&t.live.phase)
            };
            if slots == 0 || self.quitting {
                continue;
            }
            assert!(in_use.counted <= slots, "{in_use:?} of {slots}");
            assert!(in_use.held <= 2 * slots, "{in_use:?} of {slots}");
            let running: Vec<_> = self.state.torrents().filter(runs).collect();
            assert!(running.len() <= in_use.held, "{in_use:?}: {running:#?}");
            assert!(running.iter().all(|t| t.live.place.is_none()));
        }
    }
}

/// A record without what is stored now and then only.
fn durable(record: &TorrentRecord) -> TorrentRecord {
    TorrentRecord {
        have_bytes: 0,
        downloaded_bytes: 0,
        uploaded_bytes: 0,
        seeded_s: 0,
        idle_s: 0,
        ..record.clone()
    }
}
