//! What the engine's reports do to the state.

use std::{net::SocketAddr, sync::Arc};

use shoal_metainfo::{Bitfield, InfoHash, Metainfo, NameRisk};

use super::{Owner, SESSION_RETRY_MS, Session, State, names::Avoided};
use crate::{
    Effect, EngineEvent, EngineFault, Fault, Flush, LogNote, MetaSummary, OpId, Phase, Selection,
    SettingValue, StoreOp, Timestamp, Told, Tone, Transferred, wanted_bytes,
};

/// Pieces that were verified and files that are owned when a run ends.
type Kept = Option<(Bitfield, Bitfield)>;

impl State {
    pub(super) fn on_engine(&mut self, event: EngineEvent, now: Timestamp) -> Vec<Effect> {
        match event {
            EngineEvent::Ready { port } => self.on_ready(port),
            EngineEvent::Failed { fault, detail } => self.on_session_failed(fault, detail, now),
            EngineEvent::Started { hash, op } => {
                if let Some(t) = self
                    .current(hash, op)
                    .filter(|t| t.live.phase == Phase::Starting)
                {
                    t.live.phase = Phase::Running;
                    t.live.relimit = false;
                    let steer = t.live.steer_due;
                    self.touch(hash);
                    self.note_running(hash);
                    let mut effects = vec![];
                    if steer {
                        self.steer(hash, &mut effects);
                    }
                    effects.push(Effect::Publish);
                    return effects;
                }
                vec![Effect::Publish]
            }
            EngineEvent::TorrentFailed {
                hash,
                op,
                fault,
                detail,
                have,
                owned,
                transferred,
            } => {
                let kept = have.zip(owned);
                self.on_torrent_failed(hash, op, (fault, detail), (kept, transferred), now)
            }
            EngineEvent::Stopped {
                hash,
                op,
                have,
                owned,
                transferred,
            } => self.on_stopped(hash, op, (have.zip(owned), transferred)),
            EngineEvent::Metadata {
                hash,
                op,
                meta,
                peers,
            } => {
                if !self.is_fetching(hash, op) {
                    return vec![];
                }
                self.on_metadata(hash, &meta, peers, now)
            }
            EngineEvent::MetadataFailed { hash, op, code } => {
                self.on_metadata_failed(hash, op, code, now)
            }
            EngineEvent::Finished {
                hash,
                op,
                have,
                owned,
            } => self.on_finished(hash, op, (have, owned), now),
            EngineEvent::Sample(sample) => self.on_sample(&sample, now),
            EngineEvent::Down => self.on_down(now),
            // Answers to questions that the composition asked, not this machine.
            EngineEvent::Peers { .. } | EngineEvent::Pieces { .. } => vec![],
        }
    }

    fn on_session_failed(
        &mut self,
        fault: EngineFault,
        detail: String,
        now: Timestamp,
    ) -> Vec<Effect> {
        let retry_at = now.plus_millis(SESSION_RETRY_MS);
        self.session = Session::Failed {
            fault,
            detail,
            retry_at,
        };
        self.changes.totals = true;
        self.on_session_gone()
    }

    fn is_fetching(&mut self, hash: InfoHash, op: OpId) -> bool {
        let t = self.current(hash, op);
        t.is_some_and(|t| t.live.phase == Phase::FetchingMetadata)
    }

    fn on_metadata_failed(
        &mut self,
        hash: InfoHash,
        op: OpId,
        code: String,
        now: Timestamp,
    ) -> Vec<Effect> {
        if !self.is_fetching(hash, op) {
            return vec![];
        }
        if code == "no_peer_source" {
            self.fail(hash, Fault::NoPeerSource, now);
        } else if code != "internal" {
            self.fail(hash, Fault::BadMetadata(code), now);
        } else if matches!(self.session, Session::Running { .. }) {
            self.fail(hash, Fault::Internal(code), now);
        } else {
            // The session ended under it; the next one asks again.
            self.settle(hash);
        }
        vec![Effect::Publish]
    }

    fn on_finished(
        &mut self,
        hash: InfoHash,
        op: OpId,
        (have, owned): (Bitfield, Bitfield),
        now: Timestamp,
    ) -> Vec<Effect> {
        let Some(t) = self.current(hash, op).filter(|t| in_engine(t)) else {
            return vec![];
        };
        t.live.active_at = now;
        t.live.flush = Flush::Pending(op);
        if !t.live.reselected {
            t.record.have_bytes = t.record.wanted_bytes;
            t.live.totals_dirty = true;
        }
        self.touch(hash);
        vec![Effect::Flush {
            hash,
            op,
            have,
            owned,
        }]
    }

    fn on_ready(&mut self, port: u16) -> Vec<Effect> {
        self.session = Session::Running { port };
        self.changes.totals = true;
        // Nothing seeded while there was no session.
        self.goals.take_passed_s();
        let mut effects = vec![];
        if self.settings.port == 0 && port != 0 {
            self.settings.port = port;
            self.changes.settings = true;
            let value = SettingValue::Int(i64::from(port));
            effects.push(Effect::StoreSoon(vec![StoreOp::PutSetting(
                "network.port".into(),
                Some(value),
            )]));
        }
        let mut hashes: Vec<_> = self
            .torrents
            .values()
            .map(|t| (t.record.rank, t.record.hash))
            .collect();
        // Those that wait come in the list's own order.
        hashes.sort_unstable();
        self.avoided = Avoided::Shared(None);
        for (_, hash) in hashes {
            self.forget_no_source(hash);
            self.reconcile(hash, &mut effects);
        }
        self.avoided = Avoided::Apart;
        effects.push(Effect::Publish);
        effects
    }

    /// A new session may have a way to find peers that the last one had not.
    fn forget_no_source(&mut self, hash: InfoHash) {
        let Some(t) = self.torrents.get_mut(&hash) else {
            return;
        };
        let fault = t.live.trouble.as_ref().map(|trouble| &trouble.fault);
        if fault == Some(&Fault::NoPeerSource) {
            t.live.trouble = None;
            t.live.tries = 0;
        }
    }

    /// Nothing runs without a session, whatever the engine still had to say about it.
    fn on_session_gone(&mut self) -> Vec<Effect> {
        let mut effects = vec![];
        let held = |t: &&super::Torrent| {
            matches!(t.live.phase, Phase::FetchingMetadata | Phase::Stopping) || in_engine(t)
        };
        let held: Vec<InfoHash> = self
            .torrents()
            .filter(held)
            .map(|t| t.record.hash)
            .collect();
        for hash in held {
            self.settle(hash);
            self.reconcile(hash, &mut effects);
        }
        effects.push(Effect::Publish);
        effects
    }

    fn on_down(&mut self, now: Timestamp) -> Vec<Effect> {
        self.engine_down = true;
        if !self.quitting && !matches!(self.session, Session::Failed { .. }) {
            let retry_at = now.plus_millis(SESSION_RETRY_MS);
            self.session = Session::Failed {
                fault: EngineFault::Internal,
                detail: "the engine has ended".to_owned(),
                retry_at,
            };
            self.changes.totals = true;
        }
        let mut effects = self.on_session_gone();
        self.leave_if_done(&mut effects);
        effects
    }

    fn on_torrent_failed(
        &mut self,
        hash: InfoHash,
        op: OpId,
        (fault, detail): (EngineFault, String),
        (kept, transferred): (Kept, Transferred),
        now: Timestamp,
    ) -> Vec<Effect> {
        let mut effects = vec![];
        let stopping = |t: &super::Torrent| t.live.phase == Phase::Stopping && op < t.live.op;
        if self.any_torrent(hash).is_some_and(stopping) {
            // It ended by itself before it was told to: the answer to that knows nothing of it.
            self.take_last(hash, transferred, &mut effects);
        }
        let Some(t) = self.current(hash, op).filter(|t| in_engine(t)) else {
            return effects;
        };
        let fault = fault_of(fault, detail, t);
        // What lies there now is not what was verified.
        let kept = kept.filter(|_| fault != Fault::FilesChanged);
        if let Some((have, owned)) = kept {
            effects.push(Effect::SaveResume { hash, have, owned });
        }
        let full = matches!(fault, Fault::DiskFull { .. });
        self.take_last(hash, transferred, &mut effects);
        self.fail(hash, fault, now);
        if full {
            self.on_volume_full(hash, now, &mut effects);
        }
        // It may be due to be moved or thrown away.
        self.reconcile(hash, &mut effects);
        effects.push(Effect::Publish);
        effects
    }

    fn on_stopped(
        &mut self,
        hash: InfoHash,
        op: OpId,
        (kept, transferred): (Kept, Transferred),
    ) -> Vec<Effect> {
        let mut effects = vec![];
        let Some(t) = self.torrents.get(&hash) else {
            return effects;
        };
        let ran = matches!(
            t.live.phase,
            Phase::Starting | Phase::Running | Phase::Stopping
        );
        if !ran || (t.live.op != op && op != OpId::default()) {
            return effects;
        }
        let changed = |trouble: &crate::Trouble| trouble.fault == Fault::FilesChanged;
        let changed = t.live.trouble.as_ref().is_some_and(changed);
        if let Some((have, owned)) = kept.filter(|_| !t.live.displaced && !changed) {
            effects.push(Effect::SaveResume { hash, have, owned });
        }
        self.take_last(hash, transferred, &mut effects);
        self.settle(hash);
        if op == OpId::default() && matches!(self.session, Session::Running { .. }) {
            // The session itself went down; its Ready starts everything again.
            self.session = Session::Starting;
        }
        self.reconcile(hash, &mut effects);
        effects.push(Effect::Publish);
        effects
    }

    /// Gives a torrent its metainfo, from the swarm or from a .torrent added later.
    pub(super) fn on_metadata(
        &mut self,
        hash: InfoHash,
        meta: &Arc<Metainfo>,
        peers: Vec<SocketAddr>,
        now: Timestamp,
    ) -> Vec<Effect> {
        self.begin(Owner::Torrent(hash));
        self.remember(hash);
        let ops = self.take_metadata(hash, meta, None, now);
        if let Some(t) = self.torrents.get_mut(&hash) {
            t.live.settle();
            t.live.trouble = None;
            t.live.peers = peers;
        }
        let mut then = vec![Effect::Publish];
        self.reconcile(hash, &mut then);
        self.commit(ops, then)
    }

    /// Writes the metainfo into the record, with the files the user has chosen or else the usual
    /// ones; part of a transaction.
    pub(super) fn take_metadata(
        &mut self,
        hash: InfoHash,
        meta: &Arc<Metainfo>,
        chosen: Option<Selection>,
        now: Timestamp,
    ) -> Vec<StoreOp> {
        let leave_out = self.settings.leave_out_disguised;
        let Some(t) = self.torrents.get_mut(&hash) else {
            return vec![];
        };
        t.record.name.clone_from(&meta.name);
        t.record.summary = Some(MetaSummary::of(meta));
        t.record.selection = chosen.unwrap_or_else(|| default_selection(meta, leave_out));
        t.record.wanted_bytes = wanted_bytes(meta, &t.record.selection);
        t.live.active_at = now;
        t.live.told = Told::Well;
        let sums = t.record.summary.as_ref();
        let note = LogNote::new("log_metadata", Tone::Neutral)
            .with("files", &sums.map_or(0, |s| s.file_count))
            .with("bytes", &sums.map_or(0, |s| s.total_bytes));
        self.notes.push((hash, note));
        let bytes = Arc::new(meta.to_torrent_bytes(&t.record.trackers));
        let record = Box::new(t.record.clone());
        self.touch(hash);
        vec![
            StoreOp::PutMetainfo(hash, bytes),
            StoreOp::PutTorrent(record),
        ]
    }
}

fn in_engine(t: &super::Torrent) -> bool {
    matches!(t.live.phase, Phase::Starting | Phase::Running)
}

/// Every file, or every file but programs that pose as something else.
fn default_selection(meta: &Metainfo, leave_out_disguised: bool) -> Selection {
    let disguised = |i: &usize| meta.files[*i].risk == Some(NameRisk::Disguised);
    let count = meta.files.len();
    let out: Vec<usize> = (0..count).filter(disguised).collect();
    if !leave_out_disguised || out.is_empty() || out.len() == count {
        return Selection::All;
    }
    let mut bits = Bitfield::full(u32::try_from(count).unwrap_or(u32::MAX));
    for i in out {
        bits.set(u32::try_from(i).unwrap_or(u32::MAX), false);
    }
    Selection::Only(bits)
}

fn fault_of(fault: EngineFault, detail: String, t: &super::Torrent) -> Fault {
    let record = &t.record;
    let folder = || record.folder().to_owned();
    let path = || record.content_path().unwrap_or_else(folder);
    match fault {
        EngineFault::DiskFull => Fault::DiskFull {
            needed_bytes: record.wanted_bytes.saturating_sub(record.have_bytes),
            volume: t
                .live
                .volume
                .as_ref()
                .map_or_else(folder, |v| v.mount.clone()),
        },
        EngineFault::FilesChanged => Fault::FilesChanged,
        EngineFault::TooManyRunning => Fault::TooManyRunning,
        EngineFault::ReadOnly => Fault::ReadOnly(folder()),
        EngineFault::FileTooBig => Fault::FileTooBig(path()),
        EngineFault::FolderMissing => Fault::FolderMissing(folder()),
        EngineFault::PermissionDenied => Fault::PermissionDenied(path()),
        EngineFault::FileInTheWay => Fault::FileInTheWay(path()),
        EngineFault::Io => Fault::Io(detail),
        EngineFault::Unsupported => Fault::Unsupported(detail),
        EngineFault::Internal | EngineFault::PortTaken => Fault::Internal(detail),
    }
}
