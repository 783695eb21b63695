//! Turns foreign text into text that is safe to show, and foreign names into names that are safe on
//! every disk. The same input gives the same name on every system, so a list can move between
//! machines. Nothing here may return a separator, `.`, `..`, a control or an invisible character.

use std::borrow::Cow;

pub use crate::layout::{fold, top_level_name};

/// The longest shown text, in characters.
pub const MAX_DISPLAY_CHARS: usize = 512;

/// The longest file name, in bytes of UTF-8. ext4, APFS and NTFS all take this much.
pub const MAX_COMPONENT_BYTES: usize = 255;

/// An extension longer than this, in bytes with its dot, is not kept when a name is shortened.
const MAX_EXTENSION_BYTES: usize = 20;

/// Characters without a shape of their own that reorder, hide or join others: bidirectional
/// controls, zero-width characters, byte order marks, soft hyphen, tags.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180b}'..='\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Control characters (C0, DEL, C1) and the two Unicode line separators.
fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// `text` without its invisible characters.
pub fn strip_invisible(text: &str) -> Cow<'_, str> {
    if text.contains(is_invisible) {
        text.replace(is_invisible, "").into()
    } else {
        text.into()
    }
}

/// One line of text that is safe to show as text: no control and no invisible characters, every
/// run of white space one space, at most `max_chars` characters (the last is `…` if cut).
///
/// It is NOT escaped: the page must insert it as text, never as HTML.
pub fn display_text(text: &str, max_chars: usize) -> String {
    let mut out = String::new();
    let mut chars = 0;
    let mut space = false;
    for c in text.chars().filter(|&c| !is_invisible(c)) {
        if c.is_whitespace() || is_control(c) {
            // A control character that is not white space vanishes without a trace.
            space |= c.is_whitespace() && !out.is_empty();
            continue;
        }
        let needed = 1 + usize::from(space);
        if chars + needed > max_chars {
            out.pop();
            if max_chars > 0 {
                out.push('…');
            }
            break;
        }
        if space {
            out.push(' ');
        }
        space = false;
        out.push(c);
        chars += needed;
    }
    out
}

/// A name that is safe as ONE component of a path on Linux, macOS and Windows, never empty, at most
/// [`MAX_COMPONENT_BYTES`] bytes. A safe name comes back unchanged.
///
/// Separators and other characters that a system forbids become `_`, invisible characters and
/// trailing dots and spaces go, reserved device names get a `_` in front, long names lose the end of
/// their stem but keep the extension.
pub fn safe_component(name: &str) -> String {
    let mut safe: String = name
        .chars()
        .filter(|&c| !is_invisible(c))
        .map(|c| if is_forbidden(c) { '_' } else { c })
        .collect();
    trim_end(&mut safe);
    if safe.is_empty() {
        return "_".to_owned();
    }
    if is_reserved(&safe) {
        safe.insert(0, '_');
    }
    if safe.len() > MAX_COMPONENT_BYTES {
        safe = with_suffix(&safe, "", MAX_COMPONENT_BYTES);
    }
    safe
}

/// `name` with `suffix` between stem and extension, the stem cut so that the whole has at most
/// `max_bytes` bytes: `("film.mkv", " (2)")` gives `film (2).mkv`.
pub(crate) fn with_suffix(name: &str, suffix: &str, max_bytes: usize) -> String {
    let (stem, extension) = split_extension(name);
    let room = max_bytes.saturating_sub(suffix.len() + extension.len());
    let mut out = cut(stem, room).to_owned();
    if !extension.is_empty() {
        // "a .txt" and "a..txt" are fine, but a cut stem must not end in half a thought.
        out.truncate(out.trim_end_matches(' ').len().max(1));
    } else if suffix.is_empty() {
        trim_end(&mut out);
    }
    out.push_str(suffix);
    out.push_str(extension);
    out
}

/// Splits `film.mkv` into `film` and `.mkv`. A leading dot starts no extension, nor does a dot
/// before something long or spaced.
pub(crate) fn split_extension(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) if dot > 0 => {
            let extension = &name[dot..];
            if extension.len() > MAX_EXTENSION_BYTES || extension.contains(' ') {
                (name, "")
            } else {
                (&name[..dot], extension)
            }
        }
        _ => (name, ""),
    }
}

/// The longest prefix of at most `max_bytes` bytes that cuts no character.
fn cut(text: &str, max_bytes: usize) -> &str {
    let mut end = max_bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Windows drops dots and spaces at the end of a name, so two names could be one file there.
fn trim_end(name: &mut String) {
    name.truncate(name.trim_end_matches(['.', ' ']).len());
}

fn is_forbidden(c: char) -> bool {
    is_control(c) || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
}

/// Names of devices on Windows, alone or before any extension.
fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name);
    let stem = stem.trim_end().to_uppercase();
    if let Some(port) = stem.strip_prefix("COM").or(stem.strip_prefix("LPT")) {
        return matches!(port, "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9")
            || matches!(port, "0" | "¹" | "²" | "³");
    }
    matches!(
        &*stem,
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" | "CLOCK$"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components() {
        let long = format!("{}.mkv", "é".repeat(200));
        let long_safe = format!("{}.mkv", "é".repeat(125));
        let cases = [
            ("film.mkv", "film.mkv"),
            (".hidden", ".hidden"),
            ("", "_"),
            (".", "_"),
            ("..", "_"),
            (". .", "_"),
            ("\u{feff}..", "_"),
            ("a/b\\c:d", "a_b_c_d"),
            ("C:", "C_"),
            ("what?*<>|\"", "what______"),
            ("a\0b\nc\u{7f}\u{85}d\u{2028}e", "a_b_c__d_e"),
            ("ann\u{202e}gpj.exe", "anngpj.exe"),
            ("z\u{200b}ero", "zero"),
            ("end. . ", "end"),
            ("con", "_con"),
            ("NUL.txt", "_NUL.txt"),
            ("Aux .tar.gz", "_Aux .tar.gz"),
            ("com1", "_com1"),
            ("LPT³.log", "_LPT³.log"),
            ("CONIN$", "_CONIN$"),
            ("community", "community"),
            ("console.log", "console.log"),
            (&long, &long_safe),
        ];
        for (name, expected) in cases {
            assert_eq!(safe_component(name), expected, "{name:?}");
            assert_eq!(safe_component(expected), expected, "stable");
        }
    }

    #[test]
    fn long_names() {
        for name in [
            "x".repeat(300),
            "x. ".repeat(300),
            "é".repeat(300),
            ".é".repeat(200),
        ] {
            let safe = safe_component(&name);
            assert!(safe.len() <= MAX_COMPONENT_BYTES && safe.len() > 200);
            assert_eq!(safe_component(&safe), safe, "stable");
        }
    }

    #[test]
    fn shown_text() {
        let cases = [
            ("plain", 10, "plain"),
            ("  a\r\n\tb  ", 10, "a b"),
            ("\u{1b}[31mred\u{7}", 10, "[31mred"),
            ("x\u{202e}y\u{200d}\u{feff}z\u{2066}", 10, "xyz"),
            ("<b>&amp;", 10, "<b>&amp;"),
            ("123456", 5, "1234…"),
            ("123 56", 5, "123 …"),
            ("abc", 0, ""),
            ("\u{85}\u{2028}a", 5, "a"),
        ];
        for (text, max, expected) in cases {
            assert_eq!(display_text(text, max), expected, "{text:?}");
        }
    }
}
