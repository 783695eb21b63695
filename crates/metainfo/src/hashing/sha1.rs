//! The SHA-1 of a piece (BEP 3). The `sha1` crate uses the processor's own instructions for it where
//! there are any (SHA-NI, `ARMv8`), found out while running. A piece of nothing but zeros is hashed
//! once, however many there are.

use sha1::{Digest, Sha1};

use super::PieceHash;

#[derive(Default)]
pub(crate) struct Sha1Piece {
    hasher: Sha1,
    /// Zeros at the start that the hasher has not seen yet.
    leading_zeros: u64,
    /// The hasher has seen something.
    begun: bool,
    zeros: Option<(u64, [u8; 20])>,
}

impl PieceHash for Sha1Piece {
    type Out = [u8; 20];

    fn data(&mut self, data: &[u8]) {
        self.begin();
        self.hasher.update(data);
    }

    fn zeros(&mut self, count: u64) {
        if self.begun {
            hash_zeros(&mut self.hasher, count);
        } else {
            self.leading_zeros += count;
        }
    }

    fn finish(&mut self) -> [u8; 20] {
        if self.begun {
            self.begun = false;
            return self.hasher.finalize_reset().into();
        }
        let count = std::mem::take(&mut self.leading_zeros);
        match self.zeros {
            Some((known, hash)) if known == count => hash,
            _ => {
                hash_zeros(&mut self.hasher, count);
                let hash = self.hasher.finalize_reset().into();
                self.zeros = Some((count, hash));
                hash
            }
        }
    }
}

impl Sha1Piece {
    fn begin(&mut self) {
        if !self.begun {
            self.begun = true;
            hash_zeros(&mut self.hasher, std::mem::take(&mut self.leading_zeros));
        }
    }
}

fn hash_zeros(hasher: &mut Sha1, mut length: u64) {
    const ZEROS: [u8; 16 * 1024] = [0; 16 * 1024];
    while length > 0 {
        let part = usize::try_from(length).map_or(ZEROS.len(), |left| left.min(ZEROS.len()));
        hasher.update(&ZEROS[..part]);
        length -= part as u64;
    }
}
