//! The fuzz targets. Each takes any bytes and panics when a promise is broken; none looks at
//! anything outside of a temporary folder of its own.

mod store;

use shoal_core::{SETTINGS, Settings, parse_setting};
use shoal_metainfo::{MAX_PIECES, MAX_TOTAL_LENGTH, Magnet, Metainfo, sanitize::safe_component};

pub use store::store;

/// A target.
pub type Target = fn(&[u8]);

/// All targets by name.
pub const TARGETS: &[(&str, Target)] = &[
    ("metainfo", metainfo),
    ("magnet", magnet),
    ("settings", settings),
    ("store", store),
];

/// What is parsed is bounded, has safe paths, and comes back the same from its re-wrap.
pub fn metainfo(data: &[u8]) {
    let Ok(meta) = Metainfo::parse(data) else {
        // Peers send the info dictionary alone.
        if let Ok(meta) = Metainfo::from_info(data, Vec::new()) {
            holds(&meta);
        }
        return;
    };
    holds(&meta);
    let again = Metainfo::parse(&meta.to_torrent_bytes(&meta.trackers));
    assert_eq!(again.as_ref(), Ok(&meta), "the re-wrap is another torrent");
    let alone = Metainfo::from_info(meta.info_bytes(), Vec::new());
    assert_eq!(alone.map(|alone| alone.info_hash), Ok(meta.info_hash));
}

fn holds(meta: &Metainfo) {
    assert!((1..=MAX_TOTAL_LENGTH).contains(&meta.total_length));
    assert!((1..=MAX_PIECES).contains(&meta.piece_count));
    assert_eq!(meta.piece_hashes().len(), meta.piece_count as usize * 20);
    let pieces = (0..meta.piece_count).map(|piece| u64::from(meta.piece_size(piece)));
    assert_eq!(pieces.sum::<u64>(), meta.total_length);
    assert_eq!(safe_component(&meta.disk_name), meta.disk_name);
    let mut offset = 0;
    for (index, file) in meta.files.iter().enumerate() {
        assert_eq!(file.offset, offset);
        offset += file.length;
        assert!(!file.path.is_empty());
        for component in &file.path {
            assert_eq!(&safe_component(component), component);
        }
        assert!(meta.pieces_of_file(index).end <= meta.piece_count);
    }
    assert_eq!(offset, meta.total_length);
}

/// A link that is read can be written, and is read back the same.
pub fn magnet(data: &[u8]) {
    let Ok(magnet) = Magnet::parse(&String::from_utf8_lossy(data)) else {
        return;
    };
    let again = Magnet::parse(&magnet.to_uri()).expect("a written link can be read");
    assert_eq!(again.info_hash, magnet.info_hash);
    assert_eq!(again.trackers, magnet.trackers);
}

/// A key and its value, a line each, or a byte that chooses the key: what is taken is kept as given.
pub fn settings(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (key, value) = text.split_once('\n').unwrap_or((&text, ""));
    let chosen = data.first().map_or(0, |byte| usize::from(*byte)) % SETTINGS.len();
    for key in [key, SETTINGS[chosen].key] {
        let mut settings = Settings::default();
        if let Ok(value) = parse_setting(key, value) {
            settings
                .set(key, value.clone())
                .expect("what was read is in range");
            assert_eq!(settings.get(key), Some(value));
        }
    }
}
