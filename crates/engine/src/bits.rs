//! Bits that several threads set while others look: verified pieces, owned files. Grows never,
//! locks never, and knows nothing of what the bits mean.

use std::sync::atomic::{AtomicU8, Ordering};

use shoal_metainfo::Bitfield;

/// A fixed number of bits in wire order (most significant bit first), each set or read at once.
pub(crate) struct AtomicBits {
    len: u32,
    bytes: Box<[AtomicU8]>,
}

impl AtomicBits {
    pub(crate) fn new(len: u32) -> Self {
        Self::from_bits(&Bitfield::new(len))
    }

    pub(crate) fn from_bits(bits: &Bitfield) -> Self {
        let bytes = bits.as_bytes().iter().map(|&b| AtomicU8::new(b)).collect();
        Self {
            len: bits.len(),
            bytes,
        }
    }

    pub(crate) fn get(&self, index: u32) -> bool {
        index < self.len && self.byte(index).load(Ordering::Acquire) & mask(index) != 0
    }

    /// Sets one bit; true when it was not set before. Past the end nothing happens.
    pub(crate) fn set(&self, index: u32) -> bool {
        index < self.len
            && self.byte(index).fetch_or(mask(index), Ordering::AcqRel) & mask(index) == 0
    }

    pub(crate) fn clear(&self, index: u32) {
        if index < self.len {
            self.byte(index).fetch_and(!mask(index), Ordering::AcqRel);
        }
    }

    /// The byte that holds bit `index`, as it would stand in a file.
    pub(crate) fn byte_of(&self, index: u32) -> u8 {
        self.byte(index).load(Ordering::Acquire)
    }

    /// Replaces all bits; those of another length are ignored.
    pub(crate) fn store(&self, bits: &Bitfield) {
        if bits.len() == self.len {
            for (to, &from) in self.bytes.iter().zip(bits.as_bytes()) {
                to.store(from, Ordering::Release);
            }
        }
    }

    pub(crate) fn snapshot(&self) -> Bitfield {
        let bytes: Vec<u8> = self
            .bytes
            .iter()
            .map(|b| b.load(Ordering::Acquire))
            .collect();
        Bitfield::from_bytes(self.len, &bytes).unwrap_or_else(|| Bitfield::new(self.len))
    }

    fn byte(&self, index: u32) -> &AtomicU8 {
        &self.bytes[(index / 8) as usize]
    }
}

fn mask(index: u32) -> u8 {
    0x80 >> (index % 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_set_once_and_survive_a_snapshot() {
        let bits = AtomicBits::new(10);
        assert!(bits.set(9) && !bits.set(9) && !bits.set(10));
        assert!(bits.get(9) && !bits.get(8) && !bits.get(10));
        assert_eq!(bits.byte_of(9), 0x40);
        let copy = AtomicBits::from_bits(&bits.snapshot());
        copy.clear(9);
        assert_eq!(
            (bits.snapshot().count_ones(), copy.snapshot().count_ones()),
            (1, 0)
        );
        copy.store(&Bitfield::full(10));
        assert!(copy.snapshot().is_full());
    }
}
