//! A fixed number of yes/no answers, one per piece, in the order of the wire (BEP 3: the first
//! piece is the highest bit of the first byte). The spare bits of the last byte are always zero.

/// One bit per piece, most significant bit first (BEP 3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bitfield {
    len: u32,
    bytes: Vec<u8>,
}

impl Bitfield {
    /// All zero, for `len` pieces.
    pub fn new(len: u32) -> Self {
        Self {
            len,
            bytes: vec![0; Self::byte_len(len)],
        }
    }

    /// All one, for `len` pieces.
    pub fn full(len: u32) -> Self {
        let mut field = Self {
            len,
            bytes: vec![0xff; Self::byte_len(len)],
        };
        field.clear_spare_bits();
        field
    }

    /// Takes bytes from the wire or from disk. `None` if their number does not fit `len`; spare
    /// bits are cleared.
    pub fn from_bytes(len: u32, bytes: &[u8]) -> Option<Self> {
        if bytes.len() != Self::byte_len(len) {
            return None;
        }
        let mut field = Self {
            len,
            bytes: bytes.to_vec(),
        };
        field.clear_spare_bits();
        Some(field)
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The number of bits, not of bytes.
    pub fn len(&self) -> u32 {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether bit `index` is set; `false` past the end.
    pub fn get(&self, index: u32) -> bool {
        index < self.len && self.bytes[(index / 8) as usize] & Self::mask(index) != 0
    }

    /// Sets or clears bit `index`; does nothing past the end.
    pub fn set(&mut self, index: u32, value: bool) {
        if index >= self.len {
            return;
        }
        let byte = &mut self.bytes[(index / 8) as usize];
        if value {
            *byte |= Self::mask(index);
        } else {
            *byte &= !Self::mask(index);
        }
    }

    pub fn count_ones(&self) -> u32 {
        self.bytes.iter().map(|b| b.count_ones()).sum()
    }

    /// Whether every bit is set. An empty bitfield is full.
    pub fn is_full(&self) -> bool {
        self.count_ones() == self.len
    }

    /// The indices of the set bits, ascending.
    pub fn iter_ones(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.len).filter(|&i| self.get(i))
    }

    fn byte_len(len: u32) -> usize {
        len.div_ceil(8) as usize
    }

    fn mask(index: u32) -> u8 {
        0x80 >> (index % 8)
    }

    fn clear_spare_bits(&mut self) {
        let used = self.len % 8;
        if used != 0
            && let Some(last) = self.bytes.last_mut()
        {
            *last &= !(0xff >> used);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_in_wire_order() {
        let mut field = Bitfield::new(10);
        field.set(0, true);
        field.set(9, true);
        field.set(10, true);
        assert_eq!(field.as_bytes(), [0x80, 0x40]);
        assert_eq!(field.iter_ones().collect::<Vec<_>>(), [0, 9]);
        field.set(0, false);
        assert!(!field.get(0) && field.get(9) && !field.get(10));
        assert_eq!(field.count_ones(), 1);
    }

    #[test]
    fn spare_bits_never_count() {
        assert_eq!(Bitfield::full(10).as_bytes(), [0xff, 0xc0]);
        let field = Bitfield::from_bytes(10, &[0xff, 0xff]).unwrap();
        assert_eq!(field, Bitfield::full(10));
        assert!(field.is_full());
        assert_eq!(Bitfield::from_bytes(10, &[0xff]), None);
        assert_eq!(Bitfield::from_bytes(10, &[0, 0, 0]), None);
        assert_eq!(Bitfield::full(8).as_bytes(), [0xff]);
        assert!(Bitfield::new(0).is_full() && Bitfield::new(0).is_empty());
    }
}
