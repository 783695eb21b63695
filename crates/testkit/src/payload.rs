//! Payload for tests: pseudo-random bytes decided by a seed, trees of files, and the comparison of
//! two trees byte by byte. It must never depend on the machine or on a library's random numbers: the
//! same seed gives the same bytes forever.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

const CHUNK: usize = 64 * 1024;

/// A stream of `SplitMix64` words decided by a seed. Any position can be computed directly.
#[derive(Clone, Copy, Debug)]
pub struct Payload {
    seed: u64,
}

impl Payload {
    pub fn new(seed: u64) -> Self {
        // Neighbouring seeds must not give the same stream shifted by some words.
        Self {
            seed: mix(seed ^ 0x5348_4f41_4c00_0001),
        }
    }

    fn word(self, index: u64) -> u64 {
        mix(self
            .seed
            .wrapping_add(index.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    /// The bytes from `offset` on.
    pub fn fill(self, offset: u64, out: &mut [u8]) {
        let skip = usize::try_from(offset % 8).unwrap();
        let (head, body) = out.split_at_mut(((8 - skip) % 8).min(out.len()));
        let first = offset / 8;
        let word = self.word(first).to_le_bytes();
        for (to, from) in head.iter_mut().zip(&word[skip..]) {
            *to = *from;
        }
        let first = first + u64::from(skip != 0);
        for (index, chunk) in (first..).zip(body.chunks_mut(8)) {
            chunk.copy_from_slice(&self.word(index).to_le_bytes()[..chunk.len()]);
        }
    }

    /// The first `length` bytes.
    pub fn bytes(self, length: usize) -> Vec<u8> {
        let mut out = vec![0; length];
        self.fill(0, &mut out);
        out
    }

    /// Writes the first `length` bytes to a new file; makes the folders above it.
    pub fn write_file(self, path: &Path, length: u64) -> io::Result<()> {
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        let mut file = BufWriter::with_capacity(CHUNK, File::create_new(path)?);
        let mut chunk = vec![0; CHUNK];
        let mut offset = 0;
        while offset < length {
            let take = usize::try_from(length - offset).map_or(CHUNK, |rest| rest.min(CHUNK));
            self.fill(offset, &mut chunk[..take]);
            file.write_all(&chunk[..take])?;
            offset += take as u64;
        }
        file.flush()
    }
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Makes the files `(relative path, length)` below `dir`, each with its own bytes decided by `seed`
/// and its place in the list.
pub fn make_tree(dir: &Path, seed: u64, files: &[(&str, u64)]) {
    for (index, (name, length)) in files.iter().enumerate() {
        Payload::new(mix(seed).wrapping_add(index as u64))
            .write_file(&dir.join(name), *length)
            .unwrap_or_else(|e| panic!("{}: {e}", dir.join(name).display()));
    }
}

/// A tree with what makes trouble: empty files, lengths beside a piece boundary, folders, and names
/// in several scripts.
pub const TRICKY_TREE: &[(&str, u64)] = &[
    ("a first.bin", 300_001),
    ("empty.txt", 0),
    ("inner/exactly one piece.bin", 65_536),
    ("inner/zürich – 東京 🐟.bin", 131_071),
    ("inner/deep/er/one byte", 1),
    ("z last.bin", 1_500_000),
];

/// Compares two files or two trees byte by byte. The error names the first difference. Empty folders
/// do not count.
pub fn same_tree(a: &Path, b: &Path) -> Result<(), String> {
    compare(a, &list(a)?, b, &list(b)?)
}

/// Like [`same_tree`], but empty files of `a` may be missing in `b`, for clients that never make them.
pub fn same_tree_but_empty(a: &Path, b: &Path) -> Result<(), String> {
    let (mut left, right) = (list(a)?, list(b)?);
    left.retain(|name, length| *length > 0 || right.contains_key(name));
    compare(a, &left, b, &right)
}

type Files = BTreeMap<PathBuf, u64>;

fn compare(a: &Path, left: &Files, b: &Path, right: &Files) -> Result<(), String> {
    for (name, length) in left {
        match right.get(name) {
            None => return Err(format!("{} is missing in {}", name.display(), b.display())),
            Some(other) if other != length => {
                let name = name.display();
                return Err(format!("{name}: {length} bytes here, {other} there"));
            }
            Some(_) => {}
        }
    }
    if let Some(extra) = right.keys().find(|name| !left.contains_key(*name)) {
        return Err(format!("{} is missing in {}", extra.display(), a.display()));
    }
    left.keys()
        .try_for_each(|name| same_bytes(&join(a, name), &join(b, name)))
}

fn join(root: &Path, name: &Path) -> PathBuf {
    if name.as_os_str().is_empty() {
        root.to_path_buf()
    } else {
        root.join(name)
    }
}

fn list(root: &Path) -> Result<Files, String> {
    let mut found = BTreeMap::new();
    let mut todo = vec![PathBuf::new()];
    while let Some(name) = todo.pop() {
        let path = join(root, &name);
        let text = |e: io::Error| format!("{}: {e}", path.display());
        let meta = fs::symlink_metadata(&path).map_err(text)?;
        if meta.is_dir() {
            for entry in fs::read_dir(&path).map_err(text)? {
                todo.push(name.join(entry.map_err(text)?.file_name()));
            }
        } else {
            found.insert(name, meta.len());
        }
    }
    Ok(found)
}

fn same_bytes(a: &Path, b: &Path) -> Result<(), String> {
    let text = |e: io::Error| format!("{} or {}: {e}", a.display(), b.display());
    let mut left = BufReader::new(File::open(a).map_err(text)?);
    let mut right = BufReader::new(File::open(b).map_err(text)?);
    let mut chunks = (vec![0; CHUNK], vec![0; CHUNK]);
    let mut offset = 0;
    loop {
        let left_len = read_full(&mut left, &mut chunks.0).map_err(text)?;
        let right_len = read_full(&mut right, &mut chunks.1).map_err(text)?;
        let (ours, theirs) = (&chunks.0[..left_len], &chunks.1[..right_len]);
        if ours != theirs {
            let same = ours.iter().zip(theirs).take_while(|(x, y)| x == y).count();
            let (a, b, at) = (a.display(), b.display(), offset + same);
            return Err(format!("{a} and {b} differ at byte {at}"));
        }
        if left_len == 0 {
            return Ok(());
        }
        offset += left_len;
    }
}

fn read_full(from: &mut impl Read, into: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < into.len() {
        match from.read(&mut into[filled..])? {
            0 => break,
            n => filled += n,
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_bytes_from_any_offset() {
        let whole = Payload::new(7).bytes(100);
        for from in 0..=100_u32 {
            for to in from..=100 {
                let mut part = vec![0; (to - from) as usize];
                Payload::new(7).fill(u64::from(from), &mut part);
                assert_eq!(part, whole[from as usize..to as usize], "{from}..{to}");
            }
        }
        // Pinned: a change would silently change every fixture.
        assert_eq!(whole[..8], PINNED);
        assert_ne!(whole, Payload::new(8).bytes(100));
    }

    const PINNED: [u8; 8] = [74, 131, 159, 76, 194, 212, 167, 36];

    #[test]
    fn trees_are_compared_to_the_byte() {
        let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        make_tree(a.path(), 1, TRICKY_TREE);
        make_tree(b.path(), 1, TRICKY_TREE);
        assert_eq!(same_tree(a.path(), b.path()), Ok(()));

        let file = b.path().join("z last.bin");
        let mut bytes = fs::read(&file).unwrap();
        bytes[1_234_567] ^= 1;
        fs::write(&file, &bytes).unwrap();
        let difference = same_tree(a.path(), b.path()).unwrap_err();
        assert!(
            difference.ends_with("differ at byte 1234567"),
            "{difference}"
        );

        fs::remove_file(b.path().join("empty.txt")).unwrap();
        fs::write(&file, b"short").unwrap();
        let difference = same_tree_but_empty(a.path(), b.path()).unwrap_err();
        assert!(difference.starts_with("z last.bin: "), "{difference}");
        make_tree(b.path(), 1, &[("empty.txt", 0)]);
        let difference = same_tree(a.path(), b.path()).unwrap_err();
        assert_eq!(difference, "z last.bin: 1500000 bytes here, 5 there");

        fs::remove_file(&file).unwrap();
        let difference = same_tree(b.path(), a.path()).unwrap_err();
        assert!(
            difference.starts_with("z last.bin is missing in"),
            "{difference}"
        );
        let difference = same_tree(&a.path().join("nothing"), b.path()).unwrap_err();
        assert!(difference.contains("nothing"), "{difference}");
    }
}
