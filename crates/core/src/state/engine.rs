//! What the engine's reports do to the state.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use shoal_metainfo::{Bitfield, InfoHash, Metainfo, NameRisk};

use super::{Owner, SESSION_RETRY_MS, Session, State};
use crate::{
    Effect, EngineEvent, EngineFault, EngineSample, Fault, MetaSummary, OpId, Phase, Selection,
    SettingValue, StoreOp, Timestamp, TorrentSample, wanted_bytes,
};

/// Weight of the newest second in the smoothed speed.
const PACE_WEIGHT: f64 = 0.1;

impl State {
    pub(super) fn on_engine(&mut self, event: EngineEvent, now: Timestamp) -> Vec<Effect> {
        match event {
            EngineEvent::Ready { port } => self.on_ready(port),
            EngineEvent::Failed { fault, detail } => {
                let retry_at = now.plus_millis(SESSION_RETRY_MS);
                self.session = Session::Failed {
                    fault,
                    detail,
                    retry_at,
                };
                self.changes.totals = true;
                vec![Effect::Publish]
            }
            EngineEvent::Started { hash, op } => {
                if let Some(t) = self
                    .current(hash, op)
                    .filter(|t| t.live.phase == Phase::Starting)
                {
                    t.live.phase = Phase::Running;
                    self.touch(hash);
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
            } => self.on_torrent_failed(hash, op, (fault, detail), have.zip(owned), now),
            EngineEvent::Stopped {
                hash,
                op,
                have,
                owned,
            } => self.on_stopped(hash, op, have.zip(owned)),
            EngineEvent::Metadata {
                hash,
                op,
                meta,
                peers,
            } => {
                let fetching = |t: &&mut super::Torrent| t.live.phase == Phase::FetchingMetadata;
                if self.current(hash, op).filter(fetching).is_none() {
                    return vec![];
                }
                self.on_metadata(hash, &meta, peers, now)
            }
            EngineEvent::MetadataFailed { hash, op, code } => {
                if self
                    .current(hash, op)
                    .is_none_or(|t| t.live.phase != Phase::FetchingMetadata)
                {
                    return vec![];
                }
                let fault = if code == "internal" {
                    Fault::Internal(code)
                } else {
                    Fault::BadMetadata(code)
                };
                self.fail(hash, fault, now);
                vec![Effect::Publish]
            }
            EngineEvent::Finished {
                hash,
                op,
                have,
                owned,
            } => {
                let Some(t) = self.current(hash, op) else {
                    return vec![];
                };
                t.live.active_at = now;
                self.touch(hash);
                vec![Effect::Flush {
                    hash,
                    op,
                    have,
                    owned,
                }]
            }
            EngineEvent::Sample(sample) => self.on_sample(&sample, now),
            EngineEvent::Down => vec![Effect::Exit],
            // Answers to questions that the composition asked, not this machine.
            EngineEvent::Peers { .. } | EngineEvent::Pieces { .. } => vec![],
        }
    }

    fn on_ready(&mut self, port: u16) -> Vec<Effect> {
        self.session = Session::Running { port };
        self.changes.totals = true;
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
            .map(|t| (t.record.added_at, t.record.hash))
            .collect();
        hashes.sort_unstable();
        for (_, hash) in hashes {
            self.reconcile(hash, &mut effects);
        }
        effects.push(Effect::Publish);
        effects
    }

    fn on_torrent_failed(
        &mut self,
        hash: InfoHash,
        op: OpId,
        (fault, detail): (EngineFault, String),
        kept: Option<(Bitfield, Bitfield)>,
        now: Timestamp,
    ) -> Vec<Effect> {
        let mut effects = vec![];
        let Some(t) = self.current(hash, op) else {
            return effects;
        };
        let path = t
            .record
            .content_path()
            .unwrap_or_else(|| t.record.save_path.clone());
        let needed_bytes = t.record.wanted_bytes.saturating_sub(t.record.have_bytes);
        let fault = fault_of(
            fault,
            detail,
            path,
            t.record.save_path.clone(),
            needed_bytes,
        );
        if let Some((have, owned)) = kept {
            effects.push(Effect::SaveResume { hash, have, owned });
        }
        self.fail(hash, fault, now);
        effects.push(Effect::Publish);
        effects
    }

    fn on_stopped(
        &mut self,
        hash: InfoHash,
        op: OpId,
        kept: Option<(Bitfield, Bitfield)>,
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
        if let Some((have, owned)) = kept {
            effects.push(Effect::SaveResume { hash, have, owned });
        }
        effects.push(Effect::StoreSoon(vec![StoreOp::PutTorrent(Box::new(
            t.record.clone(),
        ))]));
        self.settle(hash);
        if op == OpId::default() {
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
        let ops = self.take_metadata(hash, meta, now);
        if let Some(t) = self.torrents.get_mut(&hash) {
            t.live.settle();
            t.live.trouble = None;
            t.live.peers = peers;
        }
        let mut then = vec![Effect::Publish];
        self.reconcile(hash, &mut then);
        self.commit(ops, then)
    }

    /// Writes the metainfo into the record; part of a transaction.
    pub(super) fn take_metadata(
        &mut self,
        hash: InfoHash,
        meta: &Arc<Metainfo>,
        now: Timestamp,
    ) -> Vec<StoreOp> {
        let leave_out = self.settings.leave_out_disguised;
        let Some(t) = self.torrents.get_mut(&hash) else {
            return vec![];
        };
        t.record.name.clone_from(&meta.name);
        t.record.summary = Some(MetaSummary::of(meta));
        t.record.selection = default_selection(meta, leave_out);
        t.record.wanted_bytes = wanted_bytes(meta, &t.record.selection);
        t.live.active_at = now;
        let bytes = Arc::new(meta.to_torrent_bytes(&t.record.trackers));
        let record = Box::new(t.record.clone());
        self.touch(hash);
        vec![
            StoreOp::PutMetainfo(hash, bytes),
            StoreOp::PutTorrent(record),
        ]
    }

    fn on_sample(&mut self, sample: &EngineSample, now: Timestamp) -> Vec<Effect> {
        if self.dht_nodes != sample.dht_nodes {
            self.dht_nodes = sample.dht_nodes;
            self.changes.totals = true;
        }
        for (hash, s) in &sample.torrents {
            let Some(t) = self
                .torrents
                .get_mut(hash)
                .filter(|t| t.live.phase == Phase::Running)
            else {
                continue;
            };
            if absorb(t, s, now) {
                self.changes.torrents.insert(*hash);
                self.changes.totals = true;
            }
        }
        vec![Effect::Publish]
    }
}

/// Takes a sample into a torrent; tells whether anything that is shown has changed.
fn absorb(t: &mut super::Torrent, s: &TorrentSample, now: Timestamp) -> bool {
    let (record, live) = (&mut t.record, &mut t.live);
    let fetched = s.fetched_bytes.saturating_sub(live.run_fetched);
    let uploaded = s.uploaded_bytes.saturating_sub(live.run_uploaded);
    (live.run_fetched, live.run_uploaded) = (s.fetched_bytes, s.uploaded_bytes);
    record.downloaded_bytes = record.downloaded_bytes.saturating_add(fetched);
    record.uploaded_bytes = record.uploaded_bytes.saturating_add(uploaded);
    let moved = fetched > 0 || uploaded > 0 || record.have_bytes != s.have_bytes;
    if moved {
        live.tries = 0;
        live.totals_dirty = true;
        live.active_at = now;
    }
    #[expect(clippy::cast_precision_loss, reason = "a speed in a sentence")]
    let speed = s.down_bps as f64;
    live.pace_bps = if live.pace_bps == 0.0 {
        speed
    } else {
        live.pace_bps * (1.0 - PACE_WEIGHT) + speed * PACE_WEIGHT
    };
    let shown = (
        s.down_bps,
        s.up_bps,
        s.peers_connected,
        s.peers_sending,
        s.peers_known,
        s.peers_connecting,
    );
    let before = (
        live.down_bps,
        live.up_bps,
        live.peers_connected,
        live.peers_sending,
        live.peers_known,
        live.peers_connecting,
    );
    record.have_bytes = s.have_bytes.min(record.wanted_bytes);
    (
        live.down_bps,
        live.up_bps,
        live.peers_connected,
        live.peers_sending,
        live.peers_known,
        live.peers_connecting,
    ) = shown;
    moved || shown != before
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

fn fault_of(
    fault: EngineFault,
    detail: String,
    path: PathBuf,
    folder: PathBuf,
    needed_bytes: u64,
) -> Fault {
    match fault {
        EngineFault::DiskFull => Fault::DiskFull { needed_bytes },
        EngineFault::FolderMissing => Fault::FolderMissing(folder),
        EngineFault::PermissionDenied => Fault::PermissionDenied(path),
        EngineFault::FileInTheWay => Fault::FileInTheWay(path),
        EngineFault::Io => Fault::Io(detail),
        EngineFault::Internal | EngineFault::PortTaken => Fault::Internal(detail),
    }
}
