//! Chance that can be repeated.

use std::io::Write as _;

/// A small generator of numbers that a seed repeats.
pub struct Dice(u64);

impl Dice {
    pub fn new() -> Self {
        let clock = || std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
        let seed = std::env::var("SHOAL_SEED")
            .ok()
            .and_then(|s| s.parse().ok())
            .unwrap_or_else(clock);
        // Not captured by the test runner: a green run tells its seed too.
        let _ = writeln!(std::io::stderr(), "seed: {seed}");
        Self(seed)
    }

    /// 0 to `below` - 1.
    pub fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % below
    }
}

/// Rounds of a story: a few in a normal run, many in a soak (`SHOAL_SOAK`).
pub fn rounds(normal: u32, soak: u32) -> u32 {
    if std::env::var_os("SHOAL_SOAK").is_some() {
        soak
    } else {
        normal
    }
}
