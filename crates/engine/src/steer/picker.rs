//! Chooses the next pieces of one torrent. A pure function of what is there, the plan and its own
//! random numbers; it must never choose a piece that is there or that belongs to no wanted file.

use std::ops::Range;

use shoal_core::Order;
use shoal_metainfo::Bitfield;

use super::{
    plan::{Aim, Plan},
    rng::Rng,
};

/// How much is to be chosen at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Demand {
    /// Pieces of one tier that are to lie ahead; at least one.
    pub(super) pieces: u32,
    /// Pieces that may all be on their way already: of a tier that lacks no more than so many, the
    /// next one is begun beside it.
    pub(super) pending: u32,
    /// Streams that may be used for it.
    pub(super) aims: usize,
}

/// Makes choices for one torrent.
pub(super) struct Picker {
    rng: Rng,
}

impl Picker {
    pub(super) fn new(rng: Rng) -> Self {
        Self { rng }
    }

    /// Where the streams are to stand: as few as meet the demand, the most urgent first. Empty when
    /// everything wanted is there.
    pub(super) fn aims(&mut self, plan: &Plan, have: &Bitfield, demand: Demand) -> Vec<Aim> {
        let mut aims = Vec::new();
        for (tier, rank) in plan.tiers.iter().zip(1..) {
            let mut open = minus(&tier.pieces, have);
            let ending = open.count_ones() <= demand.pending && rank < plan.tiers.len();
            // Of several the last one is for the next tier.
            let kept = demand.aims.saturating_sub(usize::from(ending));
            let most = kept.max(aims.len() + 1).min(demand.aims);
            let mut left = demand.pieces.max(1);
            while left > 0 && aims.len() < most {
                // The last one from the beginning, or what lies before the others would be left to
                // the engine's own order when they are used up.
                let last = aims.len() + 1 == most && most > 1;
                let chosen = self.pick(plan.order, &open, last);
                let Some((aim, ahead)) = chosen.and_then(|piece| plan.aim(tier, piece)) else {
                    break;
                };
                aims.push(aim);
                left = left.saturating_sub(clear_run(&mut open, &tier.pieces, ahead));
            }
            if !aims.is_empty() && (!ending || aims.len() >= demand.aims) {
                break;
            }
        }
        aims
    }

    /// One of the set bits; the lowest one when the order or `lowest` says so.
    fn pick(&mut self, order: Order, open: &Bitfield, lowest: bool) -> Option<u32> {
        let count = open.count_ones();
        if count == 0 {
            return None;
        }
        match order {
            Order::Spread if !lowest => nth_one(open, self.rng.below(count)),
            _ => nth_one(open, 0),
        }
    }
}

/// The bits of `a` that are not in `b`, which is as long.
fn minus(a: &Bitfield, b: &Bitfield) -> Bitfield {
    let others = b.as_bytes();
    let bytes: Vec<u8> = a
        .as_bytes()
        .iter()
        .zip(others)
        .map(|(a, b)| a & !b)
        .collect();
    Bitfield::from_bytes(a.len(), &bytes).unwrap_or_else(|| Bitfield::new(a.len()))
}

/// The position of the `n`-th set bit, counted from 0.
fn nth_one(bits: &Bitfield, mut n: u32) -> Option<u32> {
    for (byte, base) in bits.as_bytes().iter().zip((0_u32..).step_by(8)) {
        let ones = byte.count_ones();
        if n < ones {
            return (base..base + 8).filter(|&i| bits.get(i)).nth(n as usize);
        }
        n -= ones;
    }
    None
}

/// Clears the bits of a range up to its first piece of another tier: what a stream at its start
/// soon comes to. Tells how many were set.
fn clear_run(open: &mut Bitfield, tier: &Bitfield, range: Range<u32>) -> u32 {
    let mut cleared = 0;
    for piece in range.take_while(|&piece| tier.get(piece)) {
        cleared += u32::from(open.get(piece));
        open.set(piece, false);
    }
    cleared
}
