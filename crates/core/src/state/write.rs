//! Transactions: what is written before anything is done, and how all of it is taken back when the
//! store refuses.

use std::{collections::BTreeMap, sync::Arc};

use shoal_metainfo::InfoHash;

use super::{Session, State, Torrent, names::Avoided};
use crate::{
    CommandId, Effect, Label, Refusal, Reply, Rules, Settings, StoreOp, Timestamp, UndoStep,
    WatchFolder, WatchId,
};

/// Who is told when a transaction fails.
#[derive(Clone, Debug)]
pub(super) enum Owner {
    Command(CommandId),
    Torrent(InfoHash),
    /// A complete torrent that was to go where it belongs.
    Home(InfoHash),
    /// What follows by itself, and is due again when it cannot be written.
    Nobody,
}

/// What a transaction has touched, as it was before.
#[derive(Clone, Debug)]
pub(super) struct Before {
    owner: Owner,
    torrents: BTreeMap<InfoHash, Option<Box<Torrent>>>,
    /// Labels of torrents of which nothing else was changed, perhaps.
    given: BTreeMap<InfoHash, Vec<String>>,
    /// The same with their places in the list's own order.
    ranks: BTreeMap<InfoHash, i64>,
    /// The same with their limits and goals.
    rules: BTreeMap<InfoHash, Rules>,
    pub(super) labels: Option<BTreeMap<String, Label>>,
    pub(super) settings: Option<(Settings, Session)>,
    journal: Option<Vec<Arc<UndoStep>>>,
    pub(super) prefs: Option<BTreeMap<String, String>>,
    pub(super) watch: Option<BTreeMap<WatchId, WatchFolder>>,
    pub(super) tombstones: BTreeMap<InfoHash, Option<Timestamp>>,
}

impl State {
    pub(super) fn begin(&mut self, owner: Owner) {
        self.names = None;
        self.avoided = Avoided::Shared(None);
        self.before = Some(Before {
            owner,
            torrents: BTreeMap::new(),
            given: BTreeMap::new(),
            ranks: BTreeMap::new(),
            rules: BTreeMap::new(),
            labels: None,
            settings: None,
            journal: None,
            prefs: None,
            watch: None,
            tombstones: BTreeMap::new(),
        });
    }

    /// Remembers a torrent as it is, once a transaction, before it is changed.
    pub(super) fn remember(&mut self, hash: InfoHash) {
        if let Some(before) = &mut self.before {
            let now = || self.torrents.get(&hash).cloned();
            before.torrents.entry(hash).or_insert_with(now);
        }
    }

    /// Remembers the labels of a torrent, before they are changed: thousands may be at once.
    pub(super) fn remember_given(&mut self, hash: InfoHash) {
        if let Some(before) = &mut self.before
            && let Some(t) = self.torrents.get(&hash)
        {
            let now = || t.record.labels.clone();
            before.given.entry(hash).or_insert_with(now);
        }
    }

    /// Remembers the place of a torrent in the list's own order, before it is changed.
    pub(super) fn remember_rank(&mut self, hash: InfoHash, rank: i64) {
        if let Some(before) = &mut self.before {
            before.ranks.entry(hash).or_insert(rank);
        }
    }

    /// Remembers the limits and goals of a torrent, before they are changed.
    pub(super) fn remember_rules(&mut self, hash: InfoHash, rules: Rules) {
        if let Some(before) = &mut self.before {
            before.rules.entry(hash).or_insert(rules);
        }
    }

    pub(super) fn remember_journal(&mut self) {
        if let Some(before) = &mut self.before {
            before.journal.get_or_insert_with(|| self.journal.clone());
        }
    }

    /// Ends a transaction: what is written comes first, what depends on it after.
    pub(super) fn commit(&mut self, ops: Vec<StoreOp>, mut then: Vec<Effect>) -> Vec<Effect> {
        self.names = None;
        self.avoided = Avoided::Apart;
        if ops.is_empty() {
            self.before = None;
            return then;
        }
        then.insert(0, Effect::Store(ops));
        then
    }

    pub(super) fn roll_back(&mut self, detail: &str, now: Timestamp) -> Vec<Effect> {
        let Some(before) = self.before.take() else {
            return vec![];
        };
        self.renew_terms();
        for (hash, torrent) in before.torrents {
            match torrent {
                Some(t) => self.torrents.insert(hash, t),
                None => self.torrents.remove(&hash),
            };
            self.touch(hash);
        }
        // After the torrents: one that was remembered later has labels that were changed already.
        for (hash, labels) in before.given {
            if let Some(t) = self.torrents.get_mut(&hash) {
                t.record.labels = labels;
            }
            self.touch(hash);
        }
        for (hash, rank) in before.ranks {
            if let Some(t) = self.torrents.get_mut(&hash) {
                t.record.rank = rank;
            }
            self.touch(hash);
        }
        for (hash, rules) in before.rules {
            if let Some(t) = self.torrents.get_mut(&hash) {
                t.record.rules = rules;
            }
            self.touch(hash);
        }
        if let Some(labels) = before.labels {
            self.labels = labels;
            self.changes.labels = true;
        }
        if let Some((settings, session)) = before.settings {
            self.settings = settings;
            self.session = session;
            self.changes.settings = true;
            self.changes.totals = true;
        }
        if let Some(prefs) = before.prefs {
            self.prefs = prefs;
        }
        if let Some(folders) = before.watch {
            self.watching.folders = folders;
            self.changes.watch = true;
        }
        self.bring_back_tombstones(before.tombstones);
        if let Some(journal) = before.journal {
            self.journal = journal;
            self.changes.undo = true;
        }
        match before.owner {
            Owner::Command(id) => {
                vec![
                    Effect::Reply(id, Reply::Refused(Refusal::StoreFailed(detail.to_owned()))),
                    Effect::Publish,
                ]
            }
            Owner::Torrent(hash) => {
                self.fail(hash, crate::Fault::Io(detail.to_owned()), now);
                vec![Effect::Publish]
            }
            Owner::Nobody => vec![Effect::Publish],
            Owner::Home(hash) => {
                self.on_home_unstored(hash, detail.to_owned());
                vec![Effect::Publish]
            }
        }
    }
}
