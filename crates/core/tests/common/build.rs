//! Torrents for the tests: real metainfo, made-up piece hashes.

use std::sync::Arc;

use shoal_core::{
    Bitfield, Existing, InfoHash, Intent, NewTorrent, Prepared, Selection, SelectionChange, Source,
    wanted_bytes,
};
use shoal_metainfo::Metainfo;

pub const PIECE: u64 = 16_384;

fn text(s: &str) -> String {
    format!("{}:{s}", s.len())
}

fn info(body: &str, name: &str, bytes: u64) -> Arc<Metainfo> {
    let hashes = vec![b'h'; usize::try_from(bytes.div_ceil(PIECE)).unwrap() * 20];
    let head = format!(
        "d{body}{}{}{}i{PIECE}e{}{}:",
        text("name"),
        text(name),
        text("piece length"),
        text("pieces"),
        hashes.len()
    );
    let mut raw = head.into_bytes();
    raw.extend(hashes);
    raw.push(b'e');
    Arc::new(Metainfo::from_info(&raw, vec![]).unwrap())
}

/// One file of `pieces` pieces and a bit.
pub fn single(name: &str, pieces: u64) -> Arc<Metainfo> {
    let bytes = pieces * PIECE;
    let body = format!("{}i{bytes}e", text("length"));
    info(&body, name, bytes)
}

/// A folder with files of these lengths; a negative length is padding.
pub fn folder(name: &str, lengths: &[i64]) -> Arc<Metainfo> {
    let file = |(i, length): (usize, &i64)| {
        let attr = if *length < 0 { "4:attr1:p" } else { "" };
        let bytes = length.unsigned_abs();
        let path = text(&format!("file{i}.bin"));
        format!("d{attr}6:lengthi{bytes}e4:pathl{path}ee")
    };
    let files: String = lengths.iter().enumerate().map(file).collect();
    let total = lengths.iter().map(|l| l.unsigned_abs()).sum();
    info(&format!("5:filesl{files}e"), name, total)
}

/// A torrent from a file, to be run.
pub fn from_file(meta: &Arc<Metainfo>) -> NewTorrent {
    NewTorrent {
        hash: meta.info_hash,
        name: meta.name.clone(),
        source: Source::File("a.torrent".into()),
        trackers: vec![vec!["http://one.example/announce".into()]],
        peers: vec![],
        meta: Some(meta.clone()),
        file: None,
        save_path: "/downloads".into(),
        selection: Selection::All,
        intent: Intent::Run,
        labels: vec![],
        only_labels: false,
        choose_files: false,
        existing: Existing::Ask,
        priorities: Arc::default(),
        order: None,
        first_last: None,
        disk_name: None,
        top: false,
        resume: None,
    }
}

/// The same by a magnet link.
pub fn from_magnet(hash: InfoHash) -> NewTorrent {
    NewTorrent {
        hash,
        name: hash.to_string(),
        source: Source::Magnet,
        trackers: vec![vec!["http://two.example/announce".into()]],
        peers: vec![],
        meta: None,
        file: None,
        save_path: "/downloads".into(),
        selection: Selection::All,
        intent: Intent::Run,
        labels: vec![],
        only_labels: false,
        choose_files: false,
        existing: Existing::Ask,
        priorities: Arc::default(),
        order: None,
        first_last: None,
        disk_name: None,
        top: false,
        resume: None,
    }
}

/// Bytes of wanted files in verified pieces, counted one by one.
pub fn have_bytes(meta: &Metainfo, selection: &Selection, have: &Bitfield) -> u64 {
    let mut sum = 0;
    for (i, file) in meta.files.iter().enumerate() {
        if !file.on_disk() || !selection.wants(i) {
            continue;
        }
        for piece in meta.pieces_of_file(i).filter(|p| have.get(*p)) {
            let start = u64::from(piece) * PIECE;
            let end = start + u64::from(meta.piece_size(piece));
            let (from, to) = (file.offset, file.offset + file.length);
            sum += end.min(to).saturating_sub(start.max(from));
        }
    }
    sum
}

/// A choice of the files with these numbers.
pub fn choice(meta: &Metainfo, files: &[u32], have: &Bitfield) -> SelectionChange {
    let mut bits = Bitfield::new(u32::try_from(meta.files.len()).unwrap());
    for i in files {
        bits.set(*i, true);
    }
    let selection = if bits.is_full() {
        Selection::All
    } else {
        Selection::Only(bits)
    };
    SelectionChange {
        wanted_bytes: wanted_bytes(meta, &selection),
        have_bytes: have_bytes(meta, &selection, have),
        selection,
    }
}

/// What a preparation finds when these pieces are there.
pub fn found(meta: &Metainfo, selection: &Selection, have: &Bitfield, name: &str) -> Prepared {
    Prepared {
        have: have.clone(),
        owned: Bitfield::full(u32::try_from(meta.files.len()).unwrap()),
        have_bytes: have_bytes(meta, selection, have),
        disk_name: name.to_owned(),
        unfinished_path: None,
        volume: None,
        stamps: vec![],
    }
}
