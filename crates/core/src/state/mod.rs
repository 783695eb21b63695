//! The state machine: every torrent, label and setting, and the one function that changes them.
//!
//! [`State::handle`] never waits and performs no IO. A message whose changes must be durable
//! returns [`Effect::Store`] first; until the caller answers with [`Msg::Stored`] or
//! [`Msg::StoreFailed`] it sends nothing else, so that a refused write can be taken back whole.

mod add;
mod changes;
mod commands;
mod done;
mod engine;
mod goals;
mod journal;
mod label_match;
mod label_rules;
mod labels;
mod log;
mod names;
mod place;
mod prefs;
mod prepared;
mod probe;
mod queue;
mod quit;
mod ranks;
mod reconcile;
mod relocate;
mod rules;
mod sample;
mod speed;
mod terms;
mod tombstones;
mod trash;
mod watch;
mod watched;
mod wishes;
mod write;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use shoal_metainfo::InfoHash;

use crate::{
    Effect, EngineFault, EngineRequest, Label, Live, LogNote, Msg, NetworkOptions, OpId, Settings,
    StoreOp, Timestamp, TorrentRecord, UndoStep, Wall, WatchMemory,
};

pub use done::{ALL_DONE_AFTER_MS, AllDone, AllDoneKind, PROGRAM_NOT_BEGUN};
pub use goals::{GoalKind, GoalView, STEP_MAX_MS};
pub use label_match::Brings;
pub use labels::{LABEL_CHARS_MAX, LABELS_EACH_MAX, LABELS_MAX};
pub use prefs::{PREF_BYTES_MAX, PREFS_MAX, check_pref};
pub use queue::SlotsInUse;
pub use sample::{Moved, Movement};
pub use speed::{Around, InForce, LOW_UP_BPS, Limits, RELIMIT_AFTER_MS, Why};
pub(crate) use terms::Terms;
use write::{Before, Owner};

/// Most torrents in the list.
pub const TORRENTS_MAX: usize = 100_000;
/// Totals are stored this often while they grow, in milliseconds.
const TOTALS_EVERY_MS: u64 = 30_000;
/// A failed session is tried again after this many milliseconds.
const SESSION_RETRY_MS: i64 = 30_000;

/// One torrent: what is remembered and what is happening.
#[derive(Clone, Debug)]
pub struct Torrent {
    /// What the store keeps.
    pub record: TorrentRecord,
    /// What is happening.
    pub live: Live,
}

impl Torrent {
    /// Whether it is in the list.
    pub fn is_listed(&self) -> bool {
        self.record.removed_at.is_none()
    }
}

/// The connection to the network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Session {
    /// Starting, or connecting anew.
    #[default]
    Starting,
    /// Running.
    Running {
        /// Port it listens on; 0 when nobody can call in.
        port: u16,
    },
    /// Not running; tried again by itself.
    Failed {
        /// Why.
        fault: EngineFault,
        /// Technical text.
        detail: String,
        /// When it is tried again.
        retry_at: Timestamp,
    },
}

/// What has changed since the last look, for publishing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent parts of what is shown"
)]
pub struct Changes {
    /// Torrents that are new or different; also those that are gone.
    pub torrents: BTreeSet<InfoHash>,
    /// Labels.
    pub labels: bool,
    /// Undo and redo.
    pub undo: bool,
    /// Settings.
    pub settings: bool,
    /// The rules of watch folders.
    pub watch: bool,
    /// Speeds, connection.
    pub totals: bool,
}

/// Everything Shoal knows.
#[derive(Debug, Default)]
pub struct State {
    /// Each in a place of its own: the map grows without moving them, and keeps no room for others.
    torrents: HashMap<InfoHash, Box<Torrent>>,
    labels: BTreeMap<String, Label>,
    settings: Settings,
    prefs: BTreeMap<String, String>,
    /// Shared, because a transaction remembers all of it, and a step may name thousands.
    journal: Vec<Arc<UndoStep>>,
    watching: watch::Watching,
    tombstones: tombstones::Tombstones,
    /// The first and the last place in the list's own order.
    ranks: (i64, i64),
    session: Session,
    dht_nodes: Option<u32>,
    next_op: u64,
    quitting: bool,
    /// The engine has ended and answers nothing any more.
    engine_down: bool,
    exited: bool,
    totals_stored_at: Timestamp,
    /// What the clock on the wall showed last.
    wall: Wall,
    before: Option<Before>,
    queue: queue::Queue,
    names: Option<names::NameIndex>,
    avoided: names::Avoided,
    speed: speed::Speed,
    goals: goals::Goals,
    doing: done::Doing,
    /// As of which change of rules, labels or settings it is what holds for torrents.
    terms_epoch: u64,
    /// What was transferred since somebody asked.
    moved: Movement,
    changes: Changes,
    /// What is to be added to the logs of torrents, of the message that is being handled.
    notes: Vec<(InfoHash, LogNote)>,
}

/// What the store had at start.
#[derive(Clone, Debug, Default)]
pub struct Restored {
    /// Every row, removed ones too.
    pub torrents: Vec<TorrentRecord>,
    /// Labels.
    pub labels: Vec<Label>,
    /// Settings.
    pub settings: Settings,
    /// How the window is arranged, by key.
    pub prefs: BTreeMap<String, String>,
    /// Undo journal, oldest first.
    pub journal: Vec<UndoStep>,
    /// Watch folders, and what was removed.
    pub watch: WatchMemory,
    /// What the clock on the wall shows, if that is known: the schedule holds before anything runs.
    pub wall: Option<Wall>,
}

impl State {
    /// Builds the state from what was stored. The effects start the session.
    pub fn restore(restored: Restored, now: Timestamp) -> (Self, Vec<Effect>) {
        let mut state = Self {
            settings: restored.settings,
            prefs: restored.prefs,
            totals_stored_at: now,
            ..Self::default()
        };
        state.labels = restored
            .labels
            .into_iter()
            .map(|l| (l.name.clone(), l))
            .collect();
        let steps = restored.journal.iter().flat_map(|step| &step.inverse);
        state.watching = watch::Watching::of(restored.watch.folders, restored.watch.next, steps);
        state.tombstones = restored.watch.tombstones.into_iter().collect();
        state.note_ranks_of_steps(&restored.journal);
        state.journal = restored.journal.into_iter().map(Arc::new).collect();
        state.torrents.reserve(restored.torrents.len());
        for record in restored.torrents {
            state.note_rank(record.rank);
            let active_at = record.completed_at.unwrap_or_default().max(record.added_at);
            let live = Live {
                active_at,
                trash_due: trash::due_at_start(&record),
                peers: record.peers.clone(),
                looked: !record.disk_name.is_empty(),
                ..Live::default()
            };
            let torrent = Torrent { record, live };
            state
                .torrents
                .insert(torrent.record.hash, Box::new(torrent));
        }
        state.restore_done();
        state.renew_terms();
        if let Some(wall) = restored.wall {
            state.wall = wall;
            state.on_wall(wall);
        }
        let mut effects = vec![
            Effect::Engine(EngineRequest::Configure(state.network_options())),
            state.tell_watch(),
        ];
        state.tell_limits(&mut effects, now);
        state.form_lines();
        state.settle_queue(&mut effects);
        // What was promised needs no network.
        let promised = |t: &&Torrent| t.record.moving.is_some() || t.live.trash_due.is_some();
        let promised = state.torrents().filter(promised);
        let promised: Vec<InfoHash> = promised.map(|t| t.record.hash).collect();
        for hash in promised {
            state.reconcile(hash, &mut effects);
        }
        let forgotten = state.forget_old_steps(now);
        if !forgotten.is_empty() {
            effects.push(Effect::StoreSoon(forgotten));
        }
        (state, effects)
    }

    /// Takes one message and says what must be done, in order.
    pub fn handle(&mut self, msg: Msg, now: Timestamp) -> Vec<Effect> {
        debug_assert!(
            self.before.is_none() || matches!(msg, Msg::Stored | Msg::StoreFailed(_)),
            "a transaction is open"
        );
        let mut effects = self.take(msg, now);
        self.settle_queue(&mut effects);
        self.tell_limits(&mut effects, now);
        self.write_notes(effects, now)
    }

    fn take(&mut self, msg: Msg, now: Timestamp) -> Vec<Effect> {
        match msg {
            Msg::Command(id, command) => {
                if terms::may_change(&command) {
                    self.renew_terms();
                }
                self.on_command(id, command, now)
            }
            Msg::Engine(event) => self.on_engine(event, now),
            Msg::Tick(wall) => {
                self.wall = wall;
                self.on_wall(wall);
                self.on_tick(now)
            }
            Msg::CheckProgress {
                hash,
                op,
                done_bytes,
                total_bytes,
            } => {
                if let Some(t) = self
                    .current(hash, op)
                    .filter(|t| t.live.phase == crate::Phase::Checking)
                {
                    t.live.check = Some((done_bytes, total_bytes));
                    t.live.measure(done_bytes, now);
                    self.touch(hash);
                }
                vec![]
            }
            Msg::Prepared { hash, op, outcome } => self.on_prepared(hash, op, outcome, now),
            Msg::Flushed { hash, op, ok } => self.on_flushed(hash, op, ok, now),
            Msg::TrashDone { hash, error } => self.on_trash_done(hash, error, now),
            Msg::Relocated { hash, op, outcome } => self.on_relocated(hash, op, outcome, now),
            Msg::MoveProgress {
                hash,
                op,
                done_bytes,
                total_bytes,
            } => {
                self.on_move_progress(hash, op, (done_bytes, total_bytes), now);
                vec![]
            }
            Msg::Probed { hash, passed } => self.on_probed(hash, passed),
            Msg::FilesChanged { hash } => self.on_files_changed(hash, now),
            Msg::Stored => {
                self.before = None;
                self.count_done(true);
                vec![]
            }
            Msg::StoreFailed(detail) => {
                self.count_done(false);
                self.roll_back(&detail, now)
            }
            Msg::Around(around) => {
                self.on_around(around);
                vec![]
            }
            Msg::ProgramEnded {
                hash,
                outcome,
                output,
            } => self.on_program_ended(hash, outcome, &output, now),
            Msg::Quit => self.on_quit(),
        }
    }

    /// All torrents, removed ones too.
    pub fn torrents(&self) -> impl Iterator<Item = &Torrent> {
        self.torrents.values().map(Box::as_ref)
    }

    /// One torrent of the list.
    pub fn torrent(&self, hash: InfoHash) -> Option<&Torrent> {
        self.any_torrent(hash).filter(|t| t.is_listed())
    }

    /// One torrent, even if it is removed and only undo knows it.
    pub fn any_torrent(&self, hash: InfoHash) -> Option<&Torrent> {
        self.torrents.get(&hash).map(Box::as_ref)
    }

    /// Labels by name.
    pub fn labels(&self) -> &BTreeMap<String, Label> {
        &self.labels
    }

    /// Present settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Torrents that were removed and can still be brought back.
    pub fn removed(&self) -> impl Iterator<Item = InfoHash> + '_ {
        let removed = self
            .torrents
            .values()
            .filter(|t| t.record.removed_at.is_some());
        removed.map(|t| t.record.hash)
    }

    /// How the window is arranged, by key.
    pub fn prefs(&self) -> &BTreeMap<String, String> {
        &self.prefs
    }

    /// What the last [`Sample`](crate::EngineEvent::Sample), and every end of a run since, added to the
    /// totals of torrents, and how many became complete: each is told once.
    pub fn take_moved(&mut self) -> Movement {
        std::mem::take(&mut self.moved)
    }

    /// The connection to the network.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Nodes of the DHT, when it is on.
    pub fn dht_nodes(&self) -> Option<u32> {
        self.dht_nodes
    }

    /// What has changed since the last call.
    pub fn take_changes(&mut self) -> Changes {
        std::mem::take(&mut self.changes)
    }

    /// What the clock on the wall showed at the last tick.
    pub fn wall(&self) -> Wall {
        self.wall
    }

    /// How the engine is to use the network.
    pub fn network_options(&self) -> NetworkOptions {
        let s = &self.settings;
        NetworkOptions {
            port: s.port,
            dht: s.dht,
            lsd: s.lsd,
            utp: s.utp,
            upnp: s.upnp,
            peer_limit: s.peer_limit,
            allow_loopback: s.allow_loopback,
        }
    }

    fn new_op(&mut self) -> OpId {
        self.next_op += 1;
        OpId(self.next_op)
    }

    /// The torrent, if `op` is what it is doing now.
    fn current(&mut self, hash: InfoHash, op: OpId) -> Option<&mut Torrent> {
        let t = self.torrents.get_mut(&hash).map(Box::as_mut);
        t.filter(|t| t.live.op == op)
    }

    fn touch(&mut self, hash: InfoHash) {
        self.changes.torrents.insert(hash);
        self.queue.note(hash);
    }

    /// The rows whose totals grew since they were stored; with `times` also those that merely got older
    /// as seeds.
    fn dirty_totals(&mut self, times: bool) -> Vec<StoreOp> {
        let is_dirty = |t: &&mut Box<Torrent>| t.live.totals_dirty || (times && t.live.times_dirty);
        let dirty = self.torrents.values_mut().filter(is_dirty);
        let put = dirty.map(|t| {
            t.live.totals_dirty = false;
            t.live.times_dirty = false;
            StoreOp::PutTorrent(Box::new(t.record.clone()))
        });
        put.collect()
    }
}
