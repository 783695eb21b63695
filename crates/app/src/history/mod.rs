//! Speeds over time: of everything together, and of the torrents that moved bytes lately. In memory
//! only, and bounded: rings of fixed length, for at most [`TORRENTS_MAX`] torrents.
//!
//! What is not known is never shown as nothing: a step in which Shoal did not look, because the machine
//! slept, and one that was forgotten are none, not 0.

mod clock;
mod ring;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use shoal_api::{SpeedHistory, SpeedSpan};
use shoal_core::{InfoHash, Moved, Timestamp};

pub(crate) use clock::Moment;

use clock::{Clock, Stretch};
use ring::{Rings, STEPS};

/// Torrents whose speeds are kept; 14 KiB each.
pub(crate) const TORRENTS_MAX: usize = 512;
/// A torrent that moved nothing for so long gives way to another one.
const IDLE_MS: u64 = 60_000;

/// Bytes received and sent.
type Bytes = [f32; 2];

/// The speeds of this session.
pub(crate) struct History {
    clock: Clock,
    /// Milliseconds of each step that were looked at.
    covered: Rings<u32>,
    all: Rings<Bytes>,
    torrents: HashMap<InfoHash, Entry>,
    /// The torrent that somebody asked about last. It is always kept.
    asked: Option<InfoHash>,
    /// Up to here speeds of torrents without an entry may have been forgotten.
    forgotten_ms: u64,
}

/// The speeds of one torrent.
struct Entry {
    speeds: Rings<Bytes>,
    /// Since when it is kept.
    from_ms: u64,
    /// When it last moved bytes or was asked about.
    used_ms: u64,
}

impl History {
    /// Begins now.
    pub(crate) fn new(now: Moment) -> Self {
        let clock = Clock::new(now);
        Self {
            covered: Rings::default(),
            all: Rings::default(),
            torrents: HashMap::new(),
            asked: None,
            forgotten_ms: clock.at_ms(),
            clock,
        }
    }

    /// Takes what moved since the last call.
    pub(crate) fn feed(&mut self, now: Moment, moved: &[Moved]) {
        let stretch = self.clock.advance(now);
        self.covered.spread(stretch, |ms, part| {
            *ms += u32::try_from(part.ms).unwrap_or(0);
        });
        let mut idle = None;
        let mut sum = [0_u64; 2];
        for one in moved {
            let bytes = [one.fetched_bytes, one.uploaded_bytes];
            if bytes == [0, 0] {
                continue;
            }
            sum = [
                sum[0].saturating_add(bytes[0]),
                sum[1].saturating_add(bytes[1]),
            ];
            match self.entry(one.hash, stretch, &mut idle) {
                Some(entry) => {
                    entry.used_ms = stretch.to_ms;
                    add(&mut entry.speeds, stretch, bytes);
                }
                None => self.forgotten_ms = stretch.to_ms,
            }
        }
        if sum != [0, 0] {
            add(&mut self.all, stretch, sum);
        }
    }

    /// The entry of a torrent that moves; none when all are needed more. `idle` keeps, for one round,
    /// which torrents may go, the first to go last.
    fn entry(
        &mut self,
        hash: InfoHash,
        stretch: Stretch,
        idle: &mut Option<Vec<InfoHash>>,
    ) -> Option<&mut Entry> {
        if !self.torrents.contains_key(&hash) && self.torrents.len() >= TORRENTS_MAX {
            let idle = idle.get_or_insert_with(|| self.idle(stretch.to_ms));
            let mut gone = idle.pop();
            if gone.is_none() && self.asked == Some(hash) {
                gone = self.longest_unused();
            }
            let gone = self.torrents.remove(&gone?)?;
            self.forgotten_ms = self.forgotten_ms.max(gone.used_ms);
        }
        let made = || Entry {
            speeds: Rings::default(),
            from_ms: stretch.from_ms,
            used_ms: stretch.to_ms,
        };
        Some(self.torrents.entry(hash).or_insert_with(made))
    }

    fn idle(&self, at_ms: u64) -> Vec<InfoHash> {
        let old = |entry: &Entry| entry.used_ms + IDLE_MS <= at_ms;
        let mut idle: Vec<_> = self
            .torrents
            .iter()
            .filter(|(hash, entry)| old(entry) && self.asked != Some(**hash))
            .map(|(hash, entry)| (entry.used_ms, *hash))
            .collect();
        idle.sort_unstable_by(|a, b| b.cmp(a));
        idle.into_iter().map(|(_, hash)| hash).collect()
    }

    fn longest_unused(&self) -> Option<InfoHash> {
        let oldest = self.torrents.iter().min_by_key(|(_, entry)| entry.used_ms);
        oldest.map(|(hash, _)| *hash)
    }

    /// The speeds of everything together.
    pub(crate) fn of_all(&self, span: SpeedSpan) -> SpeedHistory {
        self.view(span, |_, _| true, &self.all)
    }

    /// The speeds of one torrent, which was added at `added_at`.
    pub(crate) fn of_torrent(
        &mut self,
        hash: InfoHash,
        added_at: Timestamp,
        span: SpeedSpan,
    ) -> SpeedHistory {
        self.asked = Some(hash);
        let at_ms = self.clock.at_ms();
        if let Some(entry) = self.torrents.get_mut(&hash) {
            entry.used_ms = at_ms;
        }
        let added_ms = self.clock.of_wall(added_at);
        let none = Rings::default();
        let entry = self.torrents.get(&hash);
        let kept_from_ms = entry.map_or(u64::MAX, |entry| entry.from_ms);
        let is_known = |from_ms: u64, to_ms: u64| {
            // Before it was kept it moved nothing, as far as nothing was forgotten.
            let kept = to_ms > kept_from_ms || from_ms >= self.forgotten_ms;
            kept && to_ms > added_ms
        };
        self.view(span, is_known, entry.map_or(&none, |entry| &entry.speeds))
    }

    fn view(
        &self,
        span: SpeedSpan,
        is_known: impl Fn(u64, u64) -> bool,
        bytes: &Rings<Bytes>,
    ) -> SpeedHistory {
        let (ring, count) = match span {
            SpeedSpan::Minute => (0, 60),
            SpeedSpan::TenMinutes => (0, 600),
            SpeedSpan::Hour => (1, 360),
            SpeedSpan::Day => (2, 720),
        };
        let step_ms = STEPS[ring].0;
        // The step that the last look lies in, or ends.
        let newest = self.clock.at_ms().saturating_sub(1) / step_ms;
        let (mut down, mut up) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for back in (0..count as u64).rev() {
            let step = newest.checked_sub(back);
            let speed = step.and_then(|step| {
                let covered_ms = self.covered.get(ring, step);
                let known = covered_ms > 0 && is_known(step * step_ms, (step + 1) * step_ms);
                known.then(|| speed(bytes.get(ring, step), covered_ms))
            });
            down.push(speed.map(|[down, _]| down));
            up.push(speed.map(|[_, up]| up));
        }
        SpeedHistory {
            step_ms: u32::try_from(step_ms).unwrap_or(u32::MAX),
            end_at: self.clock.to_wall((newest + 1) * step_ms).0,
            down,
            up,
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a share of bytes for a picture"
)]
fn add(rings: &mut Rings<Bytes>, stretch: Stretch, bytes: [u64; 2]) {
    rings.spread(stretch, |slot, part| {
        for (sum, bytes) in slot.iter_mut().zip(bytes) {
            *sum += (bytes as f64 * part.share) as f32;
        }
    });
}

/// Bytes a second.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "never negative; at the top it stays at the top"
)]
fn speed(bytes: Bytes, covered_ms: u32) -> [u32; 2] {
    bytes.map(|bytes| (f64::from(bytes) * 1_000.0 / f64::from(covered_ms)).round() as u32)
}
