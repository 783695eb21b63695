//! Reads what a drag or the clipboard holds: lists of addresses as file managers and browsers give them
//! (`text/uri-list`, RFC 2483), and plain text with links. Touches no file.
//!
//! Only `file:` addresses are percent-decoded: in a magnet link, `%26` is part of a name and `&` is not.

use std::path::PathBuf;

use shoal_api::ApiError;
use shoal_core::InfoHash;
use shoal_metainfo::{MAX_MAGNET_BYTES, sanitize::display_text};
use url::Url;

use super::{Drag, Dropped, NAME_CHARS_MAX, THINGS_MAX};

/// More lines than this are no list of links but something else that was selected.
const LINES_MAX: usize = 64;

/// What a list of addresses names. `host` is what this machine calls itself: some programs write it into
/// the addresses of its own files.
pub(super) fn of_list(bytes: &[u8], host: &str) -> Drag {
    let mut drag = Drag::default();
    for line in bytes.split(|byte| matches!(byte, b'\n' | b'\r' | 0)) {
        let line = line.trim_ascii();
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        if drag.things.len() < THINGS_MAX {
            drag.things.push(thing_of(line, host));
        } else {
            drag.more = drag.more.saturating_add(1);
        }
    }
    drag
}

/// What a text names, one link a line. Text without any link is one thing that is refused.
pub(super) fn of_text(text: &str, host: &str) -> Drag {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    if text.is_empty() {
        return Drag::default();
    }
    if text.len() > MAX_MAGNET_BYTES {
        return Drag::of(vec![refused(text, too_long())]);
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut drag = Drag::default();
    for line in lines {
        if drag.things.len() < LINES_MAX {
            drag.things.push(thing_of(line.as_bytes(), host));
        } else {
            drag.more = drag.more.saturating_add(1);
        }
    }
    let is_refused = |thing: &Dropped| matches!(thing, Dropped::Refused { .. });
    if drag.things.len() > 1 && drag.things.iter().all(is_refused) {
        return Drag::of(vec![refused(text, ApiError::new("not_a_link"))]);
    }
    drag
}

/// Whether `text` is one link that says by itself what it is for: a number alone does not.
pub(super) fn is_magnet(text: &str) -> bool {
    has_prefix(text.as_bytes(), b"magnet:") && !text.contains(char::is_whitespace)
}

fn thing_of(line: &[u8], host: &str) -> Dropped {
    if has_prefix(line, b"file:") {
        return file_of(line, &line[b"file:".len()..], host);
    }
    let text = String::from_utf8_lossy(line);
    if text.len() > MAX_MAGNET_BYTES {
        return refused(&text, too_long());
    }
    if has_prefix(line, b"magnet:") || text.parse::<InfoHash>().is_ok() {
        return Dropped::Link(text.into_owned());
    }
    match Url::parse(&text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Dropped::Url(text.into_owned()),
        // "Note: ..." is prose, not an address.
        Ok(url) if !text.contains(char::is_whitespace) => {
            let error = ApiError::new("url_scheme").with("scheme", url.scheme());
            refused(&text, error)
        }
        _ => refused(&text, ApiError::new("not_a_link")),
    }
}

fn file_of(line: &[u8], after_scheme: &[u8], host: &str) -> Dropped {
    let unreadable = |detail: &str| {
        let shown = String::from_utf8_lossy(line);
        let error = ApiError::new("file_unreadable")
            .with("name", display_text(&shown, NAME_CHARS_MAX))
            .with("detail", detail);
        refused(&shown, error)
    };
    let path = match after_scheme.strip_prefix(b"//") {
        None => after_scheme,
        Some(rest) => {
            let slash = rest.iter().position(|byte| *byte == b'/');
            let (machine, path) = rest.split_at(slash.unwrap_or(rest.len()));
            let is_ours = machine.is_empty()
                || machine.eq_ignore_ascii_case(b"localhost")
                || machine.eq_ignore_ascii_case(host.as_bytes());
            if !is_ours {
                return unreadable("it is on another machine");
            }
            path
        }
    };
    let path = decoded(path);
    if !path.starts_with(b"/") || path.contains(&0) {
        return unreadable("its address is not that of a file");
    }
    match path_of(path) {
        Some(path) => Dropped::Path(path),
        None => unreadable("its name is not text"),
    }
}

#[cfg(unix)]
#[expect(
    clippy::unnecessary_wraps,
    reason = "elsewhere not every name can be said"
)]
fn path_of(bytes: Vec<u8>) -> Option<PathBuf> {
    use std::{ffi::OsString, os::unix::ffi::OsStringExt as _};

    Some(PathBuf::from(OsString::from_vec(bytes)))
}

#[cfg(not(unix))]
fn path_of(bytes: Vec<u8>) -> Option<PathBuf> {
    let text = String::from_utf8(bytes).ok()?;
    // "/C:/folder"
    let has_drive = text.as_bytes().get(2) == Some(&b':');
    Some(PathBuf::from(if has_drive {
        &text[1..]
    } else {
        &text[..]
    }))
}

/// `bytes` with `%XX` replaced; a `%` that begins nothing stays.
fn decoded(bytes: &[u8]) -> Vec<u8> {
    let digit = |at: usize| {
        let byte = char::from(*bytes.get(at)?);
        u8::try_from(byte.to_digit(16)?).ok()
    };
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if let (b'%', Some(high), Some(low)) = (byte, digit(at + 1), digit(at + 2)) {
            out.push(high << 4 | low);
            at += 3;
        } else {
            out.push(byte);
            at += 1;
        }
    }
    out
}

fn has_prefix(text: &[u8], prefix: &[u8]) -> bool {
    let begin = text.get(..prefix.len());
    begin.is_some_and(|begin| begin.eq_ignore_ascii_case(prefix))
}

fn too_long() -> ApiError {
    ApiError::new("too_long").with("max_bytes", MAX_MAGNET_BYTES)
}

fn refused(text: &str, error: ApiError) -> Dropped {
    let name = display_text(text.lines().next().unwrap_or_default(), NAME_CHARS_MAX);
    Dropped::Refused { name, error }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use proptest::prelude::*;

    use super::*;

    const MAGNET: &str = "magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567&dn=a%26b%20c&tr=http%3A%2F%2Ft%2Fa%3Fx%3D1%26y";

    fn list(text: &str) -> Vec<Dropped> {
        of_list(text.as_bytes(), "attic").things
    }

    fn path(path: &str) -> Dropped {
        Dropped::Path(PathBuf::from(path))
    }

    fn code(thing: &Dropped) -> &str {
        match thing {
            Dropped::Refused { error, .. } => &error.code,
            other => panic!("{other:?} was not refused"),
        }
    }

    #[test]
    fn a_list_of_a_file_manager_is_read_with_either_line_ending() {
        let text = "# comment\r\nfile:///tmp/a%20b.torrent\r\n\r\nfile://localhost/b\nfile:/c\nFILE://ATTIC/d\0";
        let expected = ["/tmp/a b.torrent", "/b", "/c", "/d"].map(path);
        assert_eq!(list(text), expected);
    }

    #[test]
    fn only_files_are_decoded() {
        let text = format!("{MAGNET}\r\nhttps://example.org/a%20b.torrent?x=%26\r\n");
        let expected = [
            Dropped::Link(MAGNET.to_owned()),
            Dropped::Url("https://example.org/a%20b.torrent?x=%26".to_owned()),
        ];
        assert_eq!(list(&text), expected);
        assert_eq!(list("file:///100%25%2526%zz%4"), [path("/100%%26%zz%4")]);
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_no_text_is_a_name_all_the_same() {
        use std::os::unix::ffi::OsStrExt as _;

        let things = list("file:///%FF%FE.torrent");
        let [Dropped::Path(path)] = &things[..] else {
            panic!("{things:?}");
        };
        assert_eq!(path.as_os_str().as_bytes(), b"/\xff\xfe.torrent");
    }

    #[test]
    fn what_cannot_be_reached_is_refused_with_its_reason() {
        for (text, expected) in [
            ("file://elsewhere/a.torrent", "file_unreadable"),
            ("file:a.torrent", "file_unreadable"),
            ("file://", "file_unreadable"),
            ("file:///a%00.torrent", "file_unreadable"),
            ("smb://server/a.torrent", "url_scheme"),
            ("javascript:alert(1)", "url_scheme"),
            ("just words", "not_a_link"),
            ("Note: words", "not_a_link"),
        ] {
            let things = list(text);
            assert_eq!(things.len(), 1, "{text}");
            assert_eq!(code(&things[0]), expected, "{text}");
        }
        let long = format!("magnet:?dn={}", "x".repeat(MAX_MAGNET_BYTES));
        assert_eq!(code(&list(&long)[0]), "too_long");
    }

    #[test]
    fn text_has_a_link_a_line() {
        let hash = "0123456789ABCDEF0123456789ABCDEF01234567";
        let text = format!("\n{MAGNET}\n  {hash}\nMAGNET:?x\nhttp://a/b\nfile:///c\nwords\n");
        let things = of_text(&text, "").things;
        let expected = [
            Dropped::Link(MAGNET.to_owned()),
            Dropped::Link(hash.to_owned()),
            Dropped::Link("MAGNET:?x".to_owned()),
            Dropped::Url("http://a/b".to_owned()),
            path("/c"),
        ];
        assert_eq!(things[..5], expected);
        assert_eq!(code(&things[5]), "not_a_link");
        assert_eq!(of_text(" \n\0", ""), Drag::default());
    }

    #[test]
    fn prose_is_one_thing_whatever_its_lines() {
        let drag = of_text("One line.\nAnother: line.\nftp://a third", "");
        assert_eq!(drag.things.len(), 1);
        assert_eq!(code(&drag.things[0]), "not_a_link");
        let Dropped::Refused { name, .. } = &drag.things[0] else {
            panic!();
        };
        assert_eq!(name, "One line.");
        let long = of_text(&"a long text ".repeat(10_000), "");
        assert_eq!(code(&long.things[0]), "too_long");
    }

    #[test]
    fn neither_kind_takes_more_than_its_share() {
        let many = "file:///a\n".repeat(THINGS_MAX + 7);
        let drag = of_list(many.as_bytes(), "");
        assert_eq!((drag.things.len(), drag.more), (THINGS_MAX, 7));
        let drag = of_text(&"http://a/b\n".repeat(LINES_MAX + 7), "");
        assert_eq!((drag.things.len(), drag.more), (LINES_MAX, 7));
    }

    #[test]
    fn a_number_alone_is_not_offered_from_the_clipboard() {
        assert!(is_magnet(MAGNET));
        assert!(is_magnet("MAGNET:?xt=x"));
        assert!(!is_magnet("0123456789abcdef0123456789abcdef01234567"));
        assert!(!is_magnet("see magnet:?xt=x"));
        assert!(!is_magnet("magnet:?xt=x magnet:?xt=y"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(bytes: Vec<u8>, host: String) {
            let drag = of_list(&bytes, &host);
            prop_assert!(drag.things.len() <= bytes.len());
            of_text(&String::from_utf8_lossy(&bytes), &host);
        }

        #[cfg(unix)]
        #[test]
        fn every_path_comes_back_as_it_was(name in proptest::collection::vec(1_u8..=255, 0..60)) {
            use std::{fmt::Write as _, os::unix::ffi::OsStrExt as _};

            let mut uri = String::from("file:///");
            for byte in &name {
                write!(uri, "%{byte:02X}").unwrap();
            }
            let things = list(&uri);
            let [Dropped::Path(path)] = &things[..] else {
                panic!("{things:?}");
            };
            let mut expected = b"/".to_vec();
            expected.extend(&name);
            prop_assert_eq!(path.as_os_str().as_bytes(), &expected[..]);
        }

        #[test]
        fn lines_that_look_like_addresses_are_read_without_a_panic(
            text in "((file:/{0,4}|magnet:|http://|#|%|ftp:)[a-z%0-9/#: ]{0,20}(\r\n|\n|\0)){0,8}",
        ) {
            let drag = of_list(text.as_bytes(), "a");
            let is_sound = |thing: &Dropped| match thing {
                Dropped::Path(path) => path.has_root(),
                Dropped::Link(link) | Dropped::Url(link) => !link.contains(['\r', '\n', '\0']),
                Dropped::Refused { name, .. } => name.chars().count() <= NAME_CHARS_MAX,
            };
            prop_assert!(drag.things.iter().all(is_sound));
        }
    }
}
