//! The name that a torrent's file or folder gets on disk. Looks whether names are free; makes nothing.

use std::{collections::HashSet, path::Path};

use shoal_core::TorrentRecord;
use shoal_metainfo::Metainfo;

/// Highest number in "name (n)".
const NAMES_MAX: u32 = 9_999;

/// The name it has, else the metainfo's, else the first free "name (n)". A `fresh` one is one that
/// nothing on disk has.
pub(super) fn disk_name(
    record: &TorrentRecord,
    meta: &Metainfo,
    avoid: &[String],
    fresh: bool,
) -> String {
    if !fresh && !record.disk_name.is_empty() {
        return record.disk_name.clone();
    }
    let lowered = meta.disk_name.to_lowercase();
    let folder = record.folder();
    let there =
        |name: &str| lies_there(folder, name) || lies_there(folder, &format!("{name}.part"));
    let is_taken = avoid.iter().any(|a| is_same(a, &lowered));
    if !(is_taken || fresh && there(&meta.disk_name)) {
        return meta.disk_name.clone();
    }
    // Many names are tried among many.
    let avoid: HashSet<String> = avoid.iter().map(|a| a.to_lowercase()).collect();
    let taken = |name: &str| avoid.contains(&name.to_lowercase());
    let mut numbered = (2..=NAMES_MAX).map(|n| number(&meta.disk_name, n, meta.single_file));
    let unused = |name: &String| !taken(name) && !there(name);
    numbered
        .find(unused)
        .unwrap_or_else(|| format!("torrent-{}", record.hash))
}

/// Whether a disk that ignores case takes both for one. With 10,000 torrents in a folder this is asked as
/// often for each that is added, so nothing is copied where it need not be.
fn is_same(name: &str, lowered: &str) -> bool {
    if name.is_ascii() {
        name.eq_ignore_ascii_case(lowered)
    } else {
        name.to_lowercase() == lowered
    }
}

fn lies_there(folder: &Path, name: &str) -> bool {
    folder.join(name).symlink_metadata().is_ok()
}

/// "name (n)", with the number before the extension of a file, within 255 bytes.
fn number(name: &str, n: u32, is_file: bool) -> String {
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if is_file && !stem.is_empty() && extension.len() <= 16 => {
            (stem, Some(extension))
        }
        _ => (name, None),
    };
    let tail = extension.map_or_else(|| format!(" ({n})"), |e| format!(" ({n}).{e}"));
    let mut end = stem.len().min(255 - tail.len());
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{tail}", &stem[..end])
}

#[cfg(test)]
mod tests {
    use super::{is_same, number};

    #[test]
    fn names_are_the_same_when_a_disk_that_ignores_case_takes_them_so() {
        for (one, two, same) in [
            ("Film.mkv", "fILM.MKV", true),
            ("Film.mkv", "Film.mkw", false),
            ("ÜBER", "über", true),
            ("über", "uber", false),
            ("ΟΔΟΣ", "οδος", true),
            // The sign for kelvin.
            ("\u{212a}.bin", "k.bin", true),
        ] {
            for (one, two) in [(one, two), (two, one)] {
                assert_eq!(is_same(one, &two.to_lowercase()), same, "{one} {two}");
            }
        }
    }

    #[test]
    fn the_number_stands_before_the_extension_of_a_file() {
        assert_eq!(number("film.mkv", 2, true), "film (2).mkv");
        assert_eq!(number("v1.0 disc", 3, false), "v1.0 disc (3)");
        assert_eq!(number(".hidden", 2, true), ".hidden (2)");
        assert!(number(&"ä".repeat(127), 10, true).len() <= 255);
    }
}
