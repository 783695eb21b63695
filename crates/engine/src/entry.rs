//! One torrent as the engine's loop sees it: how far it is and who waits for what. Plain state;
//! the steps are in [`crate::runner`].

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use librqbit::limits::LimitsConfig;
use shoal_core::{EngineEvent, OpId, StartSpec};
use shoal_metainfo::{Bitfield, InfoHash};
use tokio::{sync::Mutex, task::AbortHandle};

use crate::{
    fault::Fault, note::Handle, reunion::Reunion, steer::Heading, storage::TorrentFiles,
    watch::Watch,
};

/// How far a torrent is.
pub(crate) enum Phase {
    /// Being looked at and added.
    Adding,
    /// In the session.
    Running(Handle),
    /// Being taken out.
    Leaving,
}

/// One torrent.
pub(crate) struct Entry {
    /// Its start.
    pub(crate) op: OpId,
    /// Numbers its runs; notes of other runs are stale.
    pub(crate) run: u64,
    pub(crate) files: Arc<TorrentFiles>,
    pub(crate) phase: Phase,
    pub(crate) watch: Watch,
    /// Stops that wait for it.
    pub(crate) stops: Vec<OpId>,
    /// Why it leaves, if it did not work.
    pub(crate) failure: Option<Fault>,
    /// A start that waits until it is out.
    pub(crate) next: Option<Box<StartSpec>>,
    /// Told to the add: do not bother.
    pub(crate) given_up: Arc<AtomicBool>,
    pub(crate) adding: AbortHandle,
    /// What it keeps within by itself.
    pub(crate) limits: LimitsConfig,
    /// A selection that waits until it runs.
    pub(crate) selection: Option<Bitfield>,
    /// Which pieces are to come first, until it runs.
    pub(crate) heading: Option<Heading>,
    /// Selections are applied one by one.
    pub(crate) selecting: Arc<Mutex<()>>,
    /// It was complete before its start was told.
    pub(crate) complete_early: bool,
    /// Its start was told.
    pub(crate) told: bool,
    /// Whether peers are to be met anew.
    pub(crate) reunion: Reunion,
}

impl Entry {
    pub(crate) fn new(
        op: OpId,
        run: u64,
        files: Arc<TorrentFiles>,
        given_up: Arc<AtomicBool>,
        adding: AbortHandle,
    ) -> Self {
        Self {
            op,
            run,
            files,
            phase: Phase::Adding,
            watch: Watch::default(),
            stops: Vec::new(),
            failure: None,
            next: None,
            given_up,
            adding,
            limits: LimitsConfig::default(),
            selection: None,
            heading: None,
            selecting: Arc::default(),
            complete_early: false,
            told: false,
            reunion: Reunion::Over,
        }
    }

    pub(crate) fn give_up(&self) {
        self.given_up.store(true, Ordering::Release);
    }

    pub(crate) fn is_given_up(&self) -> bool {
        self.given_up.load(Ordering::Acquire)
    }

    /// What is to be told when it is out: of its failure, and every stop that waited. `unasked`
    /// tells of a stop that nobody asked for, as when the session ends.
    pub(crate) fn farewell(&self, hash: InfoHash, unasked: bool) -> Vec<EngineEvent> {
        let (have, owned) = (Some(self.files.have()), Some(self.files.owned()));
        let transferred = self.watch.transferred();
        let mut events = Vec::new();
        if let Some(fault) = &self.failure {
            events.push(EngineEvent::TorrentFailed {
                hash,
                op: self.op,
                fault: fault.kind,
                detail: fault.detail.clone(),
                have: have.clone(),
                owned: owned.clone(),
                transferred,
            });
        }
        let mut stops = self.stops.clone();
        if unasked && stops.is_empty() && self.failure.is_none() {
            stops.push(OpId::default());
        }
        events.extend(stops.into_iter().map(|op| EngineEvent::Stopped {
            hash,
            op,
            have: have.clone(),
            owned: owned.clone(),
            transferred,
        }));
        events
    }
}
