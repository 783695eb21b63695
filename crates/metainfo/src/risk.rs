//! Says which names would run as a program when opened, and which of these pretend not to. It only
//! judges names: it must never be the reason to trust a file.

use crate::sanitize::{is_invisible, strip_invisible};

/// Why opening a file needs a question first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NameRisk {
    /// The extension is one that a system runs.
    Executable,
    /// As `Executable`, and the name hides it: `film.mp4.scr`, many spaces before the extension, or
    /// invisible characters in the name.
    Disguised,
}

/// Extensions that some desktop system, or an office program for the macros in it, runs or follows when
/// the file is opened.
const EXECUTABLE: &[&str] = &[
    // Programs, and what installs them.
    "exe",
    "com",
    "scr",
    "pif",
    "cpl",
    "msi",
    "msp",
    "mst",
    "msix",
    "msu",
    "diagcab",
    "appx",
    "appinstaller",
    "jar",
    "jnlp",
    "app",
    "appimage",
    "run",
    "deb",
    "rpm",
    "pkg",
    "apk",
    "flatpak",
    "flatpakref",
    "snap",
    "gadget",
    "application",
    "xbap",
    "xll",
    // Scripts.
    "bat",
    "cmd",
    "ps1",
    "psm1",
    "js",
    "jse",
    "vbs",
    "vbe",
    "vb",
    "wsf",
    "wsh",
    "ws",
    "sct",
    "hta",
    "sh",
    "bash",
    "zsh",
    "csh",
    "ksh",
    "fish",
    "command",
    "terminal",
    "tool",
    "workflow",
    "scpt",
    "applescript",
    "py",
    "pyw",
    "pyz",
    "pl",
    "rb",
    // Shortcuts, and what leads or is taken somewhere else.
    "lnk",
    "url",
    "desktop",
    "webloc",
    "inetloc",
    "fileloc",
    "directory",
    "theme",
    "themepack",
    "wsb",
    "shb",
    "shs",
    "scf",
    "website",
    "library-ms",
    "search-ms",
    "settingcontent-ms",
    "appref-ms",
    "rdp",
    "reg",
    "inf",
    "msc",
    "chm",
    "hlp",
    "mobileconfig",
    // Documents with macros, or that fetch what they then run.
    "docm",
    "dotm",
    "xlsm",
    "xltm",
    "xlam",
    "xlsb",
    "pptm",
    "potm",
    "ppam",
    "ppsm",
    "sldm",
    "accde",
    "mde",
    "ade",
    "iqy",
    "slk",
];

/// Extensions that people take for harmless content.
const HARMLESS: &[&str] = &[
    "3gp", "aac", "ac3", "ape", "avi", "bmp", "csv", "cue", "divx", "doc", "docx", "epub", "flac",
    "flv", "gif", "heic", "iso", "jpeg", "jpg", "m2ts", "m3u", "m4a", "m4b", "m4v", "mid", "mka",
    "mkv", "mobi", "mov", "mp3", "mp4", "mpeg", "mpg", "nfo", "odt", "ogg", "ogv", "opus", "pdf",
    "png", "ppt", "pptx", "rar", "rtf", "srt", "sub", "svg", "ts", "txt", "vob", "wav", "webm",
    "webp", "wma", "wmv", "xls", "xlsx", "zip", "7z",
];

/// So many spaces in a row push the extension out of sight.
const HIDING_SPACES: usize = 5;

/// Judges the decoded path of a file as the torrent gives it, before it is made safe.
pub fn name_risk<S: AsRef<str>>(original_components: &[S]) -> Option<NameRisk> {
    let (file, folders) = original_components.split_last()?;
    // Folders that macOS runs as programs.
    let in_bundle = folders.iter().any(|folder| {
        matches!(
            extension(&tidy(folder.as_ref())).1.as_str(),
            "app" | "workflow"
        )
    });
    let original = file.as_ref();
    let name = tidy(original);
    let (stem, last) = extension(&name);
    if !EXECUTABLE.contains(&&*last) {
        return in_bundle.then_some(NameRisk::Executable);
    }
    let inner = extension(stem.trim_end()).1;
    let disguised =
        original.contains(is_invisible) || HARMLESS.contains(&&*inner) || has_wide_gap(stem);
    Some(if disguised {
        NameRisk::Disguised
    } else {
        NameRisk::Executable
    })
}

/// The name as a system would see it: nothing invisible, no dots and white space at the end.
fn tidy(name: &str) -> String {
    strip_invisible(name)
        .trim_end_matches(|c: char| c == '.' || c.is_whitespace() || c.is_control())
        .to_owned()
}

/// Stem and lower-case extension without its dot, empty if there is none.
fn extension(name: &str) -> (&str, String) {
    name.rsplit_once('.')
        .map_or((name, String::new()), |(stem, ext)| {
            (stem, ext.trim().to_lowercase())
        })
}

fn has_wide_gap(stem: &str) -> bool {
    let mut run = 0;
    stem.chars().any(|c| {
        // The blank braille pattern looks like a space and is none.
        let blank = c.is_whitespace() || c == '\u{2800}' || c.is_control();
        run = if blank { run + 1 } else { 0 };
        run >= HIDING_SPACES
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn risks() {
        use NameRisk::{Disguised, Executable};
        let cases: &[(&[&str], Option<NameRisk>)] = &[
            (&["film.mkv"], None),
            (&["setup.exe"], Some(Executable)),
            (&["Setup.EXE"], Some(Executable)),
            (&["setup.exe. ."], Some(Executable)),
            (&["setup-1.2.AppImage"], Some(Executable)),
            (&["invoice.docm"], Some(Executable)),
            (&["invoice.pdf.py"], Some(Disguised)),
            (&["invoice.docx"], None),
            (&["read me.inetloc"], Some(Executable)),
            (&["film.mp4.scr"], Some(Disguised)),
            (&["film.mp4 .scr"], Some(Disguised)),
            (&["film           .lnk"], Some(Disguised)),
            (&["ann\u{202e}gpj.exe"], Some(Disguised)),
            (&["x.e\u{200b}xe"], Some(Disguised)),
            (&["ann\u{202e}exe.jpg"], None),
            (&["exe"], None),
            (&["Tool.app", "Contents", "Info.plist"], Some(Executable)),
            (&["setup.exe", "readme.txt"], None),
            (&[], None),
        ];
        for (path, expected) in cases {
            assert_eq!(name_risk(path), *expected, "{path:?}");
        }
    }
}
