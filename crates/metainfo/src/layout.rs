//! Chooses where each file of a torrent lies: relative paths of safe components, unique even on a
//! disk that ignores case and Unicode form. It must never pass on a name that tries to leave the
//! torrent's folder, and the same torrent must always get the same paths.

use std::collections::{HashMap, HashSet};

use unicode_normalization::UnicodeNormalization;

use crate::{
    MAX_DEPTH,
    error::MetainfoError,
    sanitize::{MAX_COMPONENT_BYTES, safe_component, strip_invisible, with_suffix},
};

/// The longest component that is looked at, in bytes of decoded text. No disk takes a tenth of it.
const MAX_DECODED_BYTES: usize = 4096;

/// Room kept for ` (50000)` when a name is made unique.
const SUFFIX_BYTES: usize = 12;

/// The decoded components of one path, checked: nothing in them leaves its folder. Empty and `.`
/// components are dropped; the others are as the torrent gives them.
///
/// # Errors
/// `PathUnsafe` for `..` (also between separators, or behind invisible characters), for an absolute
/// path, and for NUL; `PathTooDeep` beyond [`MAX_DEPTH`] components, `PathTooLong` for a component
/// beyond [`MAX_DECODED_BYTES`].
pub(crate) fn check_components(decoded: Vec<String>) -> Result<Vec<String>, MetainfoError> {
    let mut kept = Vec::with_capacity(decoded.len().min(MAX_DEPTH));
    for component in decoded {
        if component.len() > MAX_DECODED_BYTES {
            return Err(MetainfoError::PathTooLong);
        }
        let visible = strip_invisible(&component);
        if visible.contains('\0') || visible.starts_with('/') {
            return Err(MetainfoError::PathUnsafe);
        }
        if visible.split(['/', '\\']).any(|part| part.trim() == "..") {
            return Err(MetainfoError::PathUnsafe);
        }
        if matches!(visible.trim(), "" | ".") {
            continue;
        }
        if kept.len() == MAX_DEPTH {
            return Err(MetainfoError::PathTooDeep);
        }
        kept.push(component);
    }
    Ok(kept)
}

/// The name of a torrent's own file or folder, a safe component that is not hidden: a torrent
/// called `.config` or `.ssh` must not merge with the user's folder when downloads go to the home
/// folder.
pub fn top_level_name(name: &str) -> String {
    let safe = safe_component(name);
    match safe.strip_prefix('.') {
        Some(rest) => safe_component(&format!("_{rest}")),
        None => safe,
    }
}

/// What makes two names the same file on a disk that ignores case and Unicode form.
///
/// Coarser than any real disk (`ß` equals `ss`): too many renames do no harm, a missed one does.
pub fn fold(name: &str) -> String {
    name.nfd()
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .nfc()
        .collect()
}

type FolderId = u32;

/// Gives out the paths of one torrent, in the order it is asked. Folders that differ only in case,
/// form or unsafe characters are merged; files never are, the later one is renamed.
#[derive(Default)]
pub(crate) struct Layout {
    /// Every name taken in a folder, by file or folder.
    taken: HashSet<(FolderId, String)>,
    /// Folders by the name the torrent uses, folded; with the name on disk.
    folders: HashMap<(FolderId, String), (FolderId, String)>,
    /// The next number to try for a name, so that many equal names stay cheap.
    next_number: HashMap<(FolderId, String), u32>,
}

impl Layout {
    /// Chooses the path of one file; `components` come from [`check_components`], not empty.
    pub(crate) fn place(&mut self, components: &[String]) -> Vec<String> {
        let Some((file, folders)) = components.split_last() else {
            return Vec::new();
        };
        let mut folder = 0;
        let mut path = Vec::with_capacity(components.len());
        for name in folders {
            let (id, on_disk) = self.enter(folder, safe_component(name));
            folder = id;
            path.push(on_disk);
        }
        path.push(self.claim(folder, safe_component(file)));
        path
    }

    fn enter(&mut self, parent: FolderId, name: String) -> (FolderId, String) {
        let key = (parent, fold(&name));
        if let Some((id, on_disk)) = self.folders.get(&key) {
            return (*id, on_disk.clone());
        }
        let on_disk = self.claim(parent, name);
        let id = FolderId::try_from(self.folders.len() + 1)
            .expect("there are at most MAX_FILES * MAX_DEPTH folders");
        self.folders.insert(key, (id, on_disk.clone()));
        (id, on_disk)
    }

    /// Takes `name` in `folder`, or the first free `name (2)`, `name (3)`, …
    fn claim(&mut self, folder: FolderId, name: String) -> String {
        if self.taken.insert((folder, fold(&name))) {
            return name;
        }
        // All numbered variants are cut to the same length, so names that become equal when cut
        // share one counter and no name is ever tried twice.
        let base = with_suffix(&name, "", MAX_COMPONENT_BYTES - SUFFIX_BYTES);
        let counter = self.next_number.entry((folder, fold(&base))).or_insert(2);
        loop {
            let candidate = with_suffix(&base, &format!(" ({counter})"), MAX_COMPONENT_BYTES);
            *counter += 1;
            if self.taken.insert((folder, fold(&candidate))) {
                return candidate;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place_all(paths: &[&str]) -> Vec<String> {
        let mut layout = Layout::default();
        paths
            .iter()
            .map(|path| {
                let components: Vec<_> = path.split('/').map(str::to_owned).collect();
                layout.place(&components).join("/")
            })
            .collect()
    }

    #[test]
    fn equal_paths_are_numbered() {
        assert_eq!(
            place_all(&["a.txt", "A.txt", "a (2).txt", "a.TXT", "b/x", "B/X", "b"]),
            [
                "a.txt",
                "A (2).txt",
                "a (2) (2).txt",
                "a (3).TXT",
                "b/x",
                "b/X (2)",
                "b (2)"
            ]
        );
        assert_eq!(
            place_all(&["a", "a/b", "a/c", "A/b"]),
            ["a", "a (2)/b", "a (2)/c", "a (2)/b (2)"]
        );
        assert_eq!(
            place_all(&["caf\u{e9}", "cafe\u{301}"]),
            ["café", "cafe\u{301} (2)"]
        );
        assert_eq!(place_all(&["x?", "x*"]), ["x_", "x_ (2)"]);
    }

    #[test]
    fn many_equal_long_names_are_quick() {
        let mut layout = Layout::default();
        let mut seen = std::collections::HashSet::new();
        for i in 0..5_000 {
            let name = format!("{}{:03}", "x".repeat(252), i % 300);
            let path = layout.place(&[name]);
            assert!(path[0].len() <= MAX_COMPONENT_BYTES);
            assert!(seen.insert(path));
        }
    }

    #[test]
    fn traversal_is_refused() {
        let check = |c: &[&str]| check_components(c.iter().map(|&s| s.to_owned()).collect());
        for bad in [
            "..",
            "\u{feff}..",
            ".\u{200b}.",
            " .. ",
            "a/../b",
            "..\\x",
            "/etc",
            "a\0",
        ] {
            assert_eq!(
                check(&["a", bad]),
                Err(MetainfoError::PathUnsafe),
                "{bad:?}"
            );
        }
        assert_eq!(check(&["", ".", "a", "\u{200b}"]).unwrap(), ["a"]);
        assert_eq!(check(&["a"; 17]), Err(MetainfoError::PathTooDeep));
        assert!(check(&["a"; 16]).is_ok());
        let long = "a".repeat(MAX_DECODED_BYTES + 1);
        assert_eq!(check(&[&long]), Err(MetainfoError::PathTooLong));
    }

    #[test]
    fn the_top_level_is_never_hidden() {
        for (name, expected) in [("x", "x"), (".ssh", "_ssh"), ("..x", "_.x"), ("a/b", "a_b")] {
            assert_eq!(top_level_name(name), expected);
        }
    }
}
