//! Builds small torrents for tests, valid or broken at one place.

use sha1::{Digest, Sha1};

/// A bencoded string.
pub(crate) fn bytes(value: impl AsRef<[u8]>) -> Vec<u8> {
    let value = value.as_ref();
    [format!("{}:", value.len()).as_bytes(), value].concat()
}

pub(crate) fn int(value: i128) -> Vec<u8> {
    format!("i{value}e").into_bytes()
}

pub(crate) fn list(items: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
    let items: Vec<u8> = items.into_iter().flatten().collect();
    [b"l", &*items, b"e"].concat()
}

/// A dictionary of already bencoded values, in the given order.
pub(crate) fn dict(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let items: Vec<u8> = entries
        .iter()
        .flat_map(|(key, value)| [bytes(key), value.clone()].concat())
        .collect();
    [b"d", &*items, b"e"].concat()
}

/// One file of a torrent to build.
pub(crate) struct File {
    pub(crate) path: &'static str,
    pub(crate) data: Vec<u8>,
    pub(crate) attr: &'static str,
}

pub(crate) fn file(path: &'static str, data: Vec<u8>) -> File {
    let attr = "";
    File { path, data, attr }
}

pub(crate) fn padding(length: usize) -> File {
    File {
        path: ".pad/x",
        data: vec![0; length],
        attr: "p",
    }
}

/// Bytes that differ from piece to piece and from seed to seed.
pub(crate) fn noise(seed: u8, length: usize) -> Vec<u8> {
    let mut state = u32::from(seed) + 1;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}

/// The SHA-1 of every piece.
pub(crate) fn hashes(content: &[u8], piece_length: usize) -> Vec<u8> {
    content
        .chunks(piece_length)
        .flat_map(|piece| Sha1::digest(piece).to_vec())
        .collect()
}

/// The info dictionary of a torrent called `t` with these files.
pub(crate) fn info(files: &[File], piece_length: usize) -> Vec<u8> {
    let content: Vec<u8> = files.iter().flat_map(|f| f.data.clone()).collect();
    let entry = |f: &File| {
        let mut entries = vec![
            ("length", int(f.data.len() as i128)),
            ("path", list(f.path.split('/').map(bytes))),
        ];
        if !f.attr.is_empty() {
            entries.insert(0, ("attr", bytes(f.attr)));
        }
        dict(&entries)
    };
    dict(&[
        ("files", list(files.iter().map(entry))),
        ("name", bytes("t")),
        ("piece length", int(piece_length as i128)),
        ("pieces", bytes(hashes(&content, piece_length))),
    ])
}
