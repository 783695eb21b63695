//! What a name says: whether a file or folder is looked at, and which name comes next when one is
//! taken. Pure, but for the look for a browser's placeholder.

use std::{
    ffi::{OsStr, OsString},
    fs,
    path::Path,
};

use crate::Kind;

/// Most bytes of a name that every file system takes.
const NAME_MAX_BYTES: usize = 255;

/// Put behind the name of a file whose torrents were added.
const ADDED: &str = ".added";

/// How browsers and others call what is not whole yet.
const PARTS: [&str; 4] = [".part", ".crdownload", ".tmp", ".!qB"];

/// What a file is by its name; none for all that is not looked at. Half files (`.part`,
/// `.crdownload`, ...) and `.added` ones end otherwise, so they are none either.
pub(crate) fn kind_of(name: &OsStr) -> Option<Kind> {
    if is_hidden(name) {
        return None;
    }
    let path = Path::new(name);
    let end = path.extension()?.to_str()?;
    if end.eq_ignore_ascii_case("torrent") {
        Some(Kind::Torrent)
    } else if end.eq_ignore_ascii_case("magnet") {
        Some(Kind::Magnets)
    } else {
        None
    }
}

/// Whether a file or folder is hidden.
pub(crate) fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().first() == Some(&b'.')
}

/// Whether an empty file only keeps the name for a download that goes on beside it.
pub(crate) fn is_placeholder(path: &Path, size: u64) -> bool {
    let beside = |end: &&str| -> bool {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        fs::symlink_metadata(name).is_ok()
    };
    size == 0 && PARTS.iter().any(beside)
}

/// `x.torrent.added`, then `x.torrent (2).added`, ...
pub(crate) fn added(name: &OsStr, number: u32) -> OsString {
    let tail = match number {
        0 | 1 => ADDED.to_owned(),
        _ => format!(" ({number}){ADDED}"),
    };
    with_tail(name, &tail)
}

/// `x.torrent`, then `x (2).torrent`, ...
pub(crate) fn numbered(name: &OsStr, number: u32) -> OsString {
    if number < 2 {
        return name.to_owned();
    }
    let path = Path::new(name);
    let (Some(stem), Some(end)) = (path.file_stem(), path.extension()) else {
        return with_tail(name, &format!(" ({number})"));
    };
    match end.to_str() {
        Some(end) => with_tail(stem, &format!(" ({number}).{end}")),
        None => with_tail(name, &format!(" ({number})")),
    }
}

/// Cut before the tail if it would be too long.
fn with_tail(name: &OsStr, tail: &str) -> OsString {
    let room = NAME_MAX_BYTES.saturating_sub(tail.len());
    let mut name = match name.to_str() {
        Some(text) => cut(text, room).into(),
        None => name.to_owned(),
    };
    name.push(tail);
    name
}

/// At most this many bytes of it, in whole characters.
fn cut(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn only_whole_visible_torrents_and_magnets_are_looked_at() {
        let kind = |name: &str| kind_of(OsStr::new(name));
        assert_eq!(kind("a.torrent"), Some(Kind::Torrent));
        assert_eq!(kind("A.TORRENT"), Some(Kind::Torrent));
        assert_eq!(kind("a.Magnet"), Some(Kind::Magnets));
        for other in [
            "a.torrent.part",
            "a.torrent.crdownload",
            "a.torrent.tmp",
            "a.torrent.!qB",
            "a.torrent.added",
            ".a.torrent",
            ".torrent",
            "torrent",
            "a.txt",
            "",
        ] {
            assert_eq!(kind(other), None, "{other}");
        }
    }

    #[test]
    fn the_next_name_keeps_its_ending_and_fits() {
        let name = OsStr::new("a.b.torrent");
        assert_eq!(added(name, 1), "a.b.torrent.added");
        assert_eq!(added(name, 2), "a.b.torrent (2).added");
        assert_eq!(numbered(name, 1), "a.b.torrent");
        assert_eq!(numbered(name, 3), "a.b (3).torrent");
        assert_eq!(numbered(OsStr::new("plain"), 2), "plain (2)");
        let long = OsString::from(format!("{}.torrent", "ä".repeat(123)));
        for next in [added(&long, 1), added(&long, 12), numbered(&long, 12)] {
            assert!(next.len() <= 255 && next.to_str().is_some(), "{next:?}");
        }
        assert!(
            numbered(&long, 12)
                .to_str()
                .unwrap()
                .ends_with(" (12).torrent")
        );
        assert!(added(&long, 1).to_str().unwrap().ends_with(ADDED));
    }

    #[test]
    fn an_empty_file_beside_its_download_is_a_placeholder() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.torrent");
        assert!(!is_placeholder(&file, 0));
        fs::write(dir.path().join("a.torrent.part"), "half").unwrap();
        assert!(is_placeholder(&file, 0) && !is_placeholder(&file, 1));
    }
}
