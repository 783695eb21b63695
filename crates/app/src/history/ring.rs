//! Rings of steps: the last so many of each length, older ones overwritten.

use super::clock::Stretch;

/// Milliseconds and number of the steps of each ring.
pub(super) const STEPS: [(u64, usize); 3] = [(1_000, 600), (10_000, 360), (120_000, 720)];

/// One ring for each of [`STEPS`].
pub(super) struct Rings<T>([Ring<T>; 3]);

struct Ring<T> {
    /// Number of the newest step written.
    newest: u64,
    slots: Vec<T>,
}

/// The part of a stretch of time that lies in one step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// Milliseconds.
    pub(super) ms: u64,
    /// Share of the stretch, above 0 and at most 1.
    pub(super) share: f64,
}

impl<T: Copy + Default> Default for Rings<T> {
    /// Empty, and without room taken: that comes with the first write.
    fn default() -> Self {
        Self(std::array::from_fn(|_| Ring {
            newest: 0,
            slots: Vec::new(),
        }))
    }
}

impl<T: Copy + Default> Rings<T> {
    /// Writes to every step that `stretch` lies in.
    pub(super) fn spread(&mut self, stretch: Stretch, mut write: impl FnMut(&mut T, Part)) {
        let length_ms = stretch.to_ms - stretch.from_ms;
        for (ring, (step_ms, count)) in self.0.iter_mut().zip(STEPS) {
            let mut at_ms = stretch.from_ms;
            while at_ms < stretch.to_ms {
                let step = at_ms / step_ms;
                let end_ms = ((step + 1) * step_ms).min(stretch.to_ms);
                #[expect(clippy::cast_precision_loss, reason = "milliseconds of one look")]
                let share = (end_ms - at_ms) as f64 / length_ms as f64;
                let ms = end_ms - at_ms;
                write(ring.slot(step, count), Part { ms, share });
                at_ms = end_ms;
            }
        }
    }

    /// What was written to a step; the default when nothing was, or it is too old.
    pub(super) fn get(&self, ring: usize, step: u64) -> T {
        let ring = &self.0[ring];
        let count = ring.slots.len() as u64;
        if step > ring.newest || step + count <= ring.newest {
            return T::default();
        }
        ring.slots[index(step, ring.slots.len())]
    }
}

impl<T: Copy + Default> Ring<T> {
    /// The slot of `step`, which is never older than the newest one written.
    fn slot(&mut self, step: u64, count: usize) -> &mut T {
        if self.slots.is_empty() {
            self.slots = vec![T::default(); count];
            self.newest = step;
        }
        let skipped = step.saturating_sub(self.newest).min(count as u64);
        for old in 0..skipped {
            self.slots[index(step - old, count)] = T::default();
        }
        self.newest = self.newest.max(step);
        &mut self.slots[index(step, count)]
    }
}

fn index(step: u64, count: usize) -> usize {
    usize::try_from(step % count as u64).unwrap_or(0)
}
