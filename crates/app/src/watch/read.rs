//! Makes what is added of what a file holds, by the rules of its folder. Looks at bytes alone: asks no
//! disk and no state, so that a dry run says the very same.

use std::{path::Path, sync::Arc};

use shoal_api::Sentence;
use shoal_core::{
    Existing, Intent, LABEL_CHARS_MAX, LABELS_EACH_MAX, NewTorrent, Priorities, Selection, Source,
    Subfolders, WatchOutcome, WatchRules,
};
use shoal_metainfo::{
    Magnet, Metainfo,
    sanitize::{MAX_DISPLAY_CHARS, display_text},
};
use shoal_watchdir::{BadFile, Kind};

use super::views;

/// Most links in one file.
const LINKS_MAX: usize = 1_000;

/// Why a file cannot be added: a code of the history, with what its words need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bad {
    pub(super) code: &'static str,
    pub(super) params: Vec<(&'static str, String)>,
}

impl Bad {
    pub(super) fn new(code: &'static str) -> Self {
        Self {
            code,
            params: vec![],
        }
    }

    pub(super) fn outcome(self) -> WatchOutcome {
        let params = self.params.into_iter();
        WatchOutcome::Bad {
            code: self.code.into(),
            params: params.map(|(name, value)| (name.into(), value)).collect(),
        }
    }

    pub(super) fn sentence(self) -> Sentence {
        let params = self.params.into_iter();
        Sentence {
            code: self.code.to_owned(),
            params: params
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        }
    }

    pub(super) fn with(mut self, name: &'static str, value: &(impl ToString + ?Sized)) -> Self {
        self.params.push((name, value.to_string()));
        self
    }
}

/// What a file holds.
#[derive(Clone, Debug)]
pub(super) struct Holds {
    /// At least one.
    pub(super) torrents: Vec<NewTorrent>,
    /// Lines that are no links.
    pub(super) bad_lines: u32,
}

/// Where and how the torrents of a folder are added.
#[derive(Clone, Debug)]
pub(super) struct Way<'a> {
    pub(super) rules: &'a WatchRules,
    /// For rules that name no folder.
    pub(super) downloads: &'a Path,
}

/// Reads `content`, of the file that lies at `file` in the folder.
pub(super) fn read(
    way: &Way<'_>,
    file: &Path,
    kind: Kind,
    size: u64,
    content: Result<Vec<u8>, BadFile>,
) -> Result<Holds, Bad> {
    let bytes = content.map_err(|bad| why(bad, size))?;
    let label = match way.rules.subfolders {
        Subfolders::Labels => label_of(file),
        Subfolders::Off | Subfolders::On => None,
    };
    match kind {
        Kind::Torrent => torrent(way, file, label, bytes),
        Kind::Magnets => magnets(way, label.as_ref(), &bytes),
    }
}

fn why(bad: BadFile, size: u64) -> Bad {
    match bad {
        BadFile::Link => Bad::new("watch_bad_link"),
        BadFile::NotAFile => Bad::new("watch_bad_kind"),
        BadFile::TooBig { limit } => Bad::new("watch_bad_size")
            .with("bytes", &size)
            .with("limit", &limit),
        BadFile::Denied => Bad::new("watch_bad_denied"),
        BadFile::Io(detail) => Bad::new("watch_bad_io").with("detail", &views::detail(&detail)),
    }
}

fn torrent(
    way: &Way<'_>,
    file: &Path,
    label: Option<String>,
    bytes: Vec<u8>,
) -> Result<Holds, Bad> {
    if bytes.is_empty() {
        return Err(Bad::new("watch_bad_empty"));
    }
    let meta = Metainfo::parse(&bytes)
        .map_err(|error| Bad::new("watch_bad_torrent").with("code", error.code()))?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let new = NewTorrent {
        hash: meta.info_hash,
        name: meta.name.clone(),
        source: Source::File(display_text(&name, MAX_DISPLAY_CHARS)),
        trackers: meta.trackers.clone(),
        peers: vec![],
        meta: Some(Arc::new(meta)),
        file: Some(Arc::new(bytes)),
        ..plain(way, label)
    };
    Ok(Holds {
        torrents: vec![new],
        bad_lines: 0,
    })
}

fn magnets(way: &Way<'_>, label: Option<&String>, bytes: &[u8]) -> Result<Holds, Bad> {
    let text = text_of(bytes);
    let links: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    if links.is_empty() {
        return Err(Bad::new("watch_bad_empty"));
    }
    if links.len() > LINKS_MAX {
        return Err(Bad::new("watch_bad_links")
            .with("n", &links.len())
            .with("max", &LINKS_MAX));
    }
    let (mut torrents, mut bad_lines) = (vec![], 0);
    for link in &links {
        let Ok(magnet) = Magnet::parse(link) else {
            bad_lines += 1;
            continue;
        };
        torrents.push(NewTorrent {
            hash: magnet.info_hash,
            name: magnet.name.unwrap_or_else(|| magnet.info_hash.to_string()),
            trackers: magnet.trackers,
            peers: magnet.peers,
            ..plain(way, label.cloned())
        });
    }
    if torrents.is_empty() {
        return Err(Bad::new("watch_bad_magnet"));
    }
    Ok(Holds {
        torrents,
        bad_lines,
    })
}

/// Whether a text ends with the end of a line, in one byte a character or in two.
pub(super) fn is_ended(text: &[u8]) -> bool {
    let last = text.iter().rev().take(2).find(|byte| **byte != 0);
    last.is_none_or(|byte| matches!(byte, b'\n' | b'\r'))
}

/// Editors of one system write text in two bytes a character, and say so in front.
fn text_of(bytes: &[u8]) -> String {
    let wide = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = rest.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        String::from_utf16_lossy(&units.collect::<Vec<_>>())
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// A torrent by the rules, with nothing in it yet.
fn plain(way: &Way<'_>, label: Option<String>) -> NewTorrent {
    let rules = way.rules;
    let mut labels = rules.labels.clone();
    labels.extend(label.filter(|label| !rules.labels.contains(label)));
    labels.truncate(LABELS_EACH_MAX);
    NewTorrent {
        hash: shoal_core::InfoHash::of_info(&[]),
        name: String::new(),
        source: Source::Magnet,
        trackers: vec![],
        peers: vec![],
        meta: None,
        file: None,
        save_path: rules.save_to.as_deref().unwrap_or(way.downloads).to_owned(),
        selection: Selection::All,
        intent: if rules.start {
            Intent::Run
        } else {
            Intent::Stop
        },
        labels,
        only_labels: false,
        choose_files: false,
        existing: Existing::Ask,
        priorities: Priorities::default(),
        order: None,
        first_last: None,
        disk_name: None,
        resume: None,
        top: rules.top,
    }
}

/// The label that a subfolder stands for: its path, `/` between the parts. None for the folder itself.
fn label_of(file: &Path) -> Option<String> {
    let parts = file.parent()?.components();
    let parts: Vec<_> = parts
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    let label = display_text(&parts.join("/"), LABEL_CHARS_MAX);
    (!label.is_empty()).then_some(label)
}
