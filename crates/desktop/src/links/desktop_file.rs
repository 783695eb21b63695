//! The text of desktop files, made and read: what starts Shoal, and what other programs are called. Pure, but for
//! looking a program up. Must never write a program's path in a way that means another command.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{ID, Kind, Places};
use crate::APP_ID;

/// A desktop file that is longer is not read.
const MAX_LEN: u64 = 256 * 1024;

/// A program's name is cut after that many characters.
const NAME_CHARS: usize = 120;

/// Tells files that Shoal made from those of a package or a person.
const MARK: &str = "X-Shoal-Made";

/// The file that offers `program` for these kinds of links. None when no desktop file can name that program.
pub(super) fn offering(program: &Path, kinds: &[Kind]) -> Option<String> {
    let exec = exec(program, "%U")?;
    let types: Vec<_> = kinds.iter().map(|kind| kind.mime()).collect();
    let types = types.join(";");
    Some(format!(
        "[Desktop Entry]\nType=Application\nName=Shoal\nGenericName=BitTorrent client\nExec={exec}\n\
         Icon={APP_ID}\nTerminal=false\nCategories=Network;FileTransfer;P2P;\nMimeType={types};\n\
         StartupNotify=true\nStartupWMClass={APP_ID}\n{MARK}=true\n"
    ))
}

/// The file that starts `program` at log-in, without a window.
pub(super) fn at_log_in(program: &Path) -> Option<String> {
    let exec = exec(program, "--hidden")?;
    Some(format!(
        "[Desktop Entry]\nType=Application\nName=Shoal\nExec={exec}\nIcon={APP_ID}\nTerminal=false\n\
         X-GNOME-Autostart-enabled=true\n{MARK}=true\n"
    ))
}

/// Whether Shoal made this file.
pub(super) fn is_ours(text: &str) -> bool {
    value(text, MARK) == Some("true")
}

/// A value of the group `Desktop Entry`; the last one when there are several.
pub(super) fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let mut inside = false;
    let mut found = None;
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            inside = line == "[Desktop Entry]";
        } else if inside
            && let Some((name, value)) = line.split_once('=')
            && name.trim_end() == key
        {
            found = Some(value.trim_start());
        }
    }
    found
}

/// A text file of sane size.
pub(super) fn read(path: &Path) -> Option<String> {
    let length = fs::metadata(path).ok()?;
    if !length.is_file() || length.len() > MAX_LEN {
        return None;
    }
    fs::read_to_string(path).ok()
}

/// The command line of a desktop file: quoted where it must be and only there, since some programs that read it
/// know no quotes.
fn exec(program: &Path, argument: &str) -> Option<String> {
    let program = program.to_str()?;
    if program.is_empty() || program.chars().any(char::is_control) {
        return None;
    }
    let mut quoted = String::new();
    let mut needed = false;
    for char in program.chars() {
        match char {
            '"' | '`' | '$' | '\\' => {
                needed = true;
                quoted.push('\\');
            }
            ' ' | '\'' | '>' | '<' | '~' | '|' | '&' | ';' | '*' | '?' | '#' | '(' | ')' => {
                needed = true;
            }
            // A lone one would stand for what is opened.
            '%' => quoted.push('%'),
            _ => (),
        }
        quoted.push(char);
    }
    if !needed {
        return Some(format!("{quoted} {argument}"));
    }
    // The whole value is a string of the file, in which a backslash escapes once more.
    Some(format!("\"{}\" {argument}", quoted.replace('\\', "\\\\")))
}

/// The desktop file that an id of the lists stands for, unless it says that it was deleted.
pub(super) fn find(places: &Places, id: &str) -> Option<String> {
    if id.contains('/') || !id.ends_with(".desktop") {
        return None;
    }
    let folders = places.application_folders();
    let path = folders.iter().find_map(|folder| {
        let mut names = names(id);
        names.find_map(|name| Some(folder.join(name)).filter(|path| path.is_file()))
    })?;
    read(&path).filter(|text| value(text, "Hidden") != Some("true"))
}

/// The files that an id may mean: a dash may be a folder.
fn names(id: &str) -> impl Iterator<Item = PathBuf> {
    let dashes = id.matches('-').count();
    let id = id.to_owned();
    (0..=dashes).map(move |folders| PathBuf::from(id.replacen('-', "/", folders)))
}

/// What a program is called in this person's language; its id when its file does not say.
pub(super) fn name(places: &Places, id: &str) -> String {
    let text = find(places, id).unwrap_or_default();
    let mut keys = places
        .locales
        .iter()
        .map(|locale| format!("Name[{locale}]"))
        .chain(["Name".to_owned()]);
    let named = keys.find_map(|key| value(&text, &key));
    let bare = id.strip_suffix(".desktop").unwrap_or(id);
    let name: String = named
        .unwrap_or(bare)
        .chars()
        .filter(|char| !char.is_control() && !is_directional(*char))
        .take(NAME_CHARS)
        .collect();
    name.trim().to_owned()
}

/// Characters that turn the direction of the text around them.
fn is_directional(char: char) -> bool {
    matches!(char, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Where this person's own desktop file for Shoal is.
pub(super) fn own(places: &Places) -> PathBuf {
    places.data_home.join("applications").join(ID)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};

    use proptest::prelude::*;

    use super::*;

    /// Reads a command line as the specification of desktop files says.
    fn arguments(text: &str) -> Vec<String> {
        let exec = value(text, "Exec").unwrap();
        let mut plain = String::new();
        let mut chars = exec.chars();
        while let Some(char) = chars.next() {
            match char {
                '\\' => plain.push(match chars.next().unwrap() {
                    's' => ' ',
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    '\\' => '\\',
                    other => panic!("no such escape: {other}"),
                }),
                char => plain.push(char),
            }
        }
        let mut arguments = vec![String::new()];
        let mut quoted = false;
        let mut chars = plain.chars();
        while let Some(char) = chars.next() {
            let last = arguments.last_mut().unwrap();
            match char {
                '"' => quoted = !quoted,
                '\\' if quoted => last.push(chars.next().unwrap()),
                ' ' if !quoted => arguments.push(String::new()),
                '%' => {
                    last.push('%');
                    match chars.next().unwrap() {
                        '%' => (),
                        other => last.push(other),
                    }
                }
                char => last.push(char),
            }
        }
        assert!(!quoted, "{exec}");
        arguments
    }

    #[test]
    fn a_plain_path_is_not_quoted() {
        let text = offering(Path::new("/usr/bin/shoal"), &[Kind::Magnet]).unwrap();
        assert_eq!(value(&text, "Exec"), Some("/usr/bin/shoal %U"));
        assert_eq!(value(&text, "MimeType"), Some("x-scheme-handler/magnet;"));
        assert_eq!(value(&text, "StartupWMClass"), Some(APP_ID));
        assert!(is_ours(&text));
    }

    #[test]
    fn a_path_with_a_space_is_quoted() {
        let text = at_log_in(Path::new("/opt/my apps/shoal")).unwrap();
        assert_eq!(
            value(&text, "Exec"),
            Some("\"/opt/my apps/shoal\" --hidden")
        );
        assert!(is_ours(&text));
    }

    #[test]
    fn what_a_desktop_file_cannot_say_is_not_written() {
        assert_eq!(exec(Path::new("/opt/a\nExec=rm"), "%U"), None);
        assert_eq!(exec(Path::new(""), "%U"), None);
        let bytes = OsStr::from_bytes(b"/opt/\xff");
        assert_eq!(exec(Path::new(bytes), "%U"), None);
    }

    #[test]
    fn only_the_entry_itself_has_values() {
        let text = "X-Shoal-Made=true\n[Desktop Entry]\nName = One\n# Name=Two\n\
                    [Desktop Action a]\nName=Three\nX-Shoal-Made=true\n";
        assert_eq!(value(text, "Name"), Some("One"));
        assert!(!is_ours(text));
    }

    proptest! {
        #[test]
        fn a_path_is_read_back_as_it_was(path in "/[ -~äß中]{1,40}") {
            let text = offering(Path::new(&path), &[Kind::Magnet, Kind::Torrent]).unwrap();
            prop_assert_eq!(arguments(&text), [path, "%U".to_owned()]);
        }
    }
}
