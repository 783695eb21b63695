//! The hashes of version 2 (BEP 52): SHA-256 trees over blocks of 16 KiB, beside the SHA-1 of the
//! same piece, in one pass over the data.

use sha2::{Digest, Sha256};

use crate::hashing::{PieceHash, Sha1Piece};

pub(super) type Hash = [u8; 32];

pub(super) const BLOCK_BYTES: usize = 16 * 1024;

/// What is known of one piece of a hybrid torrent.
#[derive(Clone, Copy, Default)]
pub(super) struct HybridHash {
    pub(super) sha1: [u8; 20],
    /// The root over a whole piece, missing blocks as zeros: a node of the piece layer.
    pub(super) layer: Hash,
    /// The root over no more blocks than needed: that of a file of one piece.
    pub(super) root: Hash,
}

pub(super) struct HybridPiece {
    sha1: Sha1Piece,
    block: Sha256,
    /// Bytes of the block that were seen.
    in_block: usize,
    leaves: Vec<Hash>,
    blocks_per_piece: usize,
}

impl HybridPiece {
    pub(super) fn new(piece_length: u32) -> Self {
        Self {
            sha1: Sha1Piece::default(),
            block: Sha256::new(),
            in_block: 0,
            leaves: Vec::new(),
            blocks_per_piece: piece_length as usize / BLOCK_BYTES,
        }
    }

    fn end_block(&mut self) {
        self.leaves.push(self.block.finalize_reset().into());
        self.in_block = 0;
    }
}

impl PieceHash for HybridPiece {
    type Out = HybridHash;

    fn data(&mut self, mut data: &[u8]) {
        self.sha1.data(data);
        while !data.is_empty() {
            let (part, rest) = data.split_at(data.len().min(BLOCK_BYTES - self.in_block));
            self.block.update(part);
            self.in_block += part.len();
            data = rest;
            if self.in_block == BLOCK_BYTES {
                self.end_block();
            }
        }
    }

    /// Padding is of version 1 alone.
    fn zeros(&mut self, count: u64) {
        self.sha1.zeros(count);
    }

    fn finish(&mut self) -> HybridHash {
        if self.in_block > 0 {
            self.end_block();
        }
        let leaves = std::mem::take(&mut self.leaves);
        let needed = leaves.len().next_power_of_two();
        HybridHash {
            sha1: self.sha1.finish(),
            layer: root(leaves.clone(), self.blocks_per_piece, [0; 32]),
            root: root(leaves, needed, [0; 32]),
        }
    }
}

/// The root of the tree over `nodes`, filled up with `fill` to `width`, a power of two.
pub(super) fn root(mut nodes: Vec<Hash>, mut width: usize, mut fill: Hash) -> Hash {
    while width > 1 {
        let pair = |left: &Hash, right: &Hash| -> Hash {
            let mut hasher = Sha256::new();
            hasher.update(left);
            hasher.update(right);
            hasher.finalize().into()
        };
        nodes = nodes
            .chunks(2)
            .map(|two| pair(&two[0], two.get(1).unwrap_or(&fill)))
            .collect();
        fill = pair(&fill, &fill);
        width /= 2;
    }
    nodes.first().copied().unwrap_or(fill)
}

/// The root of a file of several pieces, given its piece layer.
pub(super) fn file_root(layer: Vec<Hash>, piece_length: u32) -> Hash {
    let blocks_per_piece = piece_length as usize / BLOCK_BYTES;
    let empty_piece = root(Vec::new(), blocks_per_piece, [0; 32]);
    let width = layer.len().next_power_of_two();
    root(layer, width, empty_piece)
}
