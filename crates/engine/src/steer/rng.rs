//! Numbers for choosing pieces. Fast and small; nothing secret may depend on them.

use std::hash::{BuildHasher, Hasher, RandomState};

/// A `SplitMix64` generator: one word of state, the same numbers for the same seed.
#[derive(Clone, Debug)]
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// Another one each time.
    pub(crate) fn fresh() -> Self {
        Self::seeded(RandomState::new().build_hasher().finish())
    }

    /// A number below `end`, each as likely; 0 when `end` is 0.
    pub(crate) fn below(&mut self, end: u32) -> u32 {
        // The high half of the product; its bias of end in 2^32 is of no importance here.
        let wide = u64::from(u32::try_from(self.next() >> 32).unwrap_or(0)) * u64::from(end);
        u32::try_from(wide >> 32).unwrap_or(0)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_comes_and_none_past_the_end() {
        let mut rng = Rng::seeded(1);
        let mut seen = [0_u32; 10];
        for _ in 0..10_000 {
            seen[rng.below(10) as usize] += 1;
        }
        assert!(seen.iter().all(|n| (800..1200).contains(n)), "{seen:?}");
        assert_eq!((rng.below(0), rng.below(1)), (0, 0));
        let draw = |seed| {
            let mut rng = Rng::seeded(seed);
            [rng.below(1000), rng.below(1000), rng.below(1000)]
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }
}
