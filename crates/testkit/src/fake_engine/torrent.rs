//! One running torrent of the fake engine: pieces arrive in order at a given rate. It counts as the
//! port says: bytes since the start, wanted bytes verified, finished once.

use std::sync::Arc;

use shoal_core::{
    Bitfield, EngineEvent, OpId, PeerInfo, PeerState, Priority, StartSpec, TorrentSample,
    Transferred,
};

use super::Steering;

const MS: u64 = 1_000;

#[derive(Debug)]
pub(super) struct Running {
    spec: StartSpec,
    have: Bitfield,
    wanted: Bitfield,
    /// Files that this torrent owns.
    owned: Bitfield,
    /// Missing wanted pieces that are yet to be looked at begin here.
    cursor: u32,
    /// Bytes of the next piece that have arrived.
    partial: u64,
    /// Thousandths of bytes that did not make a whole one.
    down_rest: u64,
    up_rest: u64,
    finished: bool,
    sample: TorrentSample,
    steering: Steering,
}

impl Running {
    pub(super) fn new(spec: StartSpec) -> Self {
        let files = u32::try_from(spec.files.len()).unwrap_or(u32::MAX);
        let mut owned = Bitfield::new(files);
        for (index, file) in (0..).zip(&spec.files) {
            owned.set(index, file.owned);
        }
        let with = (0..).zip(spec.files.iter().map(|f| f.priority));
        let priorities = Arc::new(with.filter(|(_, p)| *p != Priority::Normal).collect());
        let pieces = spec.meta.piece_count;
        let mut torrent = Self {
            have: Bitfield::from_bytes(pieces, spec.have.as_bytes())
                .unwrap_or_else(|| Bitfield::new(pieces)),
            wanted: Bitfield::new(pieces),
            owned,
            cursor: 0,
            partial: 0,
            down_rest: 0,
            up_rest: 0,
            finished: false,
            sample: TorrentSample::default(),
            steering: (spec.order, spec.first_last, priorities),
            spec,
        };
        torrent.mark_wanted();
        // Nothing "has just arrived" in what was complete before.
        torrent.finished = torrent.next_missing().is_none();
        torrent
    }

    pub(super) fn op(&self) -> OpId {
        self.spec.op
    }

    pub(super) fn have(&self) -> &Bitfield {
        &self.have
    }

    pub(super) fn steering(&self) -> &Steering {
        &self.steering
    }

    pub(super) fn steer(&mut self, steering: Steering) {
        self.steering = steering;
    }

    pub(super) fn finished_event(&self) -> EngineEvent {
        EngineEvent::Finished {
            hash: self.spec.meta.info_hash,
            op: self.spec.op,
            have: self.have.clone(),
            owned: self.owned.clone(),
        }
    }

    pub(super) fn transferred(&self) -> Transferred {
        Transferred {
            fetched_bytes: self.sample.fetched_bytes,
            uploaded_bytes: self.sample.uploaded_bytes,
        }
    }

    /// The pieces, and the files it owns.
    pub(super) fn into_parts(self) -> (Bitfield, Bitfield) {
        (self.have, self.owned)
    }

    /// Changes what is wanted. True when everything wanted is there now and was not before.
    pub(super) fn select(&mut self, files: &Bitfield) -> bool {
        for (index, file) in (0..).zip(&mut self.spec.files) {
            file.wanted = files.get(index);
        }
        self.mark_wanted();
        let complete = self.next_missing().is_none();
        let before = std::mem::replace(&mut self.finished, complete);
        complete && !before
    }

    /// Lets time go by. True when everything wanted has just arrived.
    pub(super) fn advance(&mut self, ms: u64, down_bps: u64, up_bps: u64) -> bool {
        let some = self.have.count_ones() > 0;
        self.sample.up_bps = if some { up_bps } else { 0 };
        self.sample.uploaded_bytes += take(&mut self.up_rest, self.sample.up_bps, ms);
        self.sample.down_bps = 0;
        if self.finished {
            return false;
        }
        self.sample.down_bps = down_bps;
        let mut budget = take(&mut self.down_rest, down_bps, ms);
        while let Some(piece) = self.next_missing() {
            let missing = u64::from(self.spec.meta.piece_size(piece)).saturating_sub(self.partial);
            let now = missing.min(budget);
            self.sample.fetched_bytes += now;
            self.partial += now;
            budget -= now;
            if now < missing {
                return false;
            }
            self.partial = 0;
            self.have.set(piece, true);
            self.own_files_of(piece);
        }
        self.down_rest = 0;
        self.sample.down_bps = 0;
        self.finished = true;
        true
    }

    pub(super) fn sample(&self, peers: u32) -> TorrentSample {
        let missing = self.wanted.iter_ones().any(|piece| !self.have.get(piece));
        let verified = self
            .wanted
            .iter_ones()
            .filter(|&piece| self.have.get(piece));
        TorrentSample {
            have_bytes: verified
                .map(|piece| u64::from(self.spec.meta.piece_size(piece)))
                .sum(),
            finished: !missing,
            peers_connected: peers,
            peers_known: peers * 3,
            peers_sending: if self.sample.down_bps > 0 { peers } else { 0 },
            ..self.sample.clone()
        }
    }

    /// Made-up peers that share the torrent's rates.
    pub(super) fn peers(&self, count: u32) -> Vec<PeerInfo> {
        let share = u64::from(count.max(1));
        let peer = |number: u32| PeerInfo {
            // From the block reserved for documentation.
            addr: format!("198.51.100.{}:{}", number % 254 + 1, 6_881 + number),
            client: Some("Fake 1.0".to_owned()),
            transport: Some("tcp"),
            incoming: number % 2 == 1,
            state: PeerState::Connected,
            fetched_bytes: self.sample.fetched_bytes / share,
            uploaded_bytes: self.sample.uploaded_bytes / share,
            down_bps: self.sample.down_bps / share,
            up_bps: self.sample.up_bps / share,
            errors: 0,
        };
        (0..count).map(peer).collect()
    }

    fn mark_wanted(&mut self) {
        self.wanted = Bitfield::new(self.spec.meta.piece_count);
        for (index, file) in self.spec.files.iter().enumerate() {
            if file.wanted && file.path.is_some() {
                for piece in self.spec.meta.pieces_of_file(index) {
                    self.wanted.set(piece, true);
                }
            }
        }
        self.cursor = 0;
    }

    fn next_missing(&mut self) -> Option<u32> {
        let missing = |piece: &u32| self.wanted.get(*piece) && !self.have.get(*piece);
        let next = (self.cursor..self.spec.meta.piece_count).find(missing);
        self.cursor = next.unwrap_or(self.spec.meta.piece_count);
        next
    }

    fn own_files_of(&mut self, piece: u32) {
        for (index, file) in (0..).zip(&self.spec.files) {
            let place = index as usize;
            if file.path.is_some() && self.spec.meta.pieces_of_file(place).contains(&piece) {
                self.owned.set(index, true);
            }
        }
    }
}

/// The whole bytes that a rate gives in a time; what is less than a byte waits in `rest`.
fn take(rest: &mut u64, bytes_per_second: u64, ms: u64) -> u64 {
    let thousandths = bytes_per_second.saturating_mul(ms).saturating_add(*rest);
    *rest = thousandths % MS;
    thousandths / MS
}
