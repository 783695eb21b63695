//! From a torrent that was just made to one in the list that is known to be whole, so that nothing is
//! read a second time. Decides nothing about other torrents.

use std::{path::Path, sync::Arc};

use shoal_api::{ApiError, ApiResult};
use shoal_core::{
    Bitfield, Existing, FileStamp, Intent, NewTorrent, Priorities, ResumeData, Selection, Source,
};
use shoal_metainfo::{
    Metainfo,
    sanitize::{display_text, safe_component},
};

use super::Made;
use crate::handover::Seed;

/// Longest name of a source that is kept, in characters.
const SOURCE_CHARS_MAX: usize = 512;

/// What to add so that the torrent `file` made of `content` is offered at once. `stamps` are those of its
/// files when they were read, in metainfo order: when one looks otherwise by now, core has it checked.
pub(crate) fn new_torrent(
    meta: Arc<Metainfo>,
    file: Option<Arc<Vec<u8>>>,
    content: &Path,
    stamps: Vec<FileStamp>,
) -> ApiResult<NewTorrent> {
    let folder = content.parent();
    let name = content.file_name().and_then(|name| name.to_str());
    let name = name.filter(|name| safe_component(name) == *name);
    // Names that are not safe on every system lie elsewhere in Shoal's eyes than on this disk.
    let mapped = |f: &shoal_metainfo::FileEntry| f.on_disk() && f.renamed && !meta.single_file;
    let (Some(folder), Some(name)) = (folder, name) else {
        return Err(ApiError::new("names_not_portable").with("path", content.display()));
    };
    if let Some(file) = meta.files.iter().find(|f| mapped(f)) {
        return Err(ApiError::new("names_not_portable").with("path", file.path.join("/")));
    }
    if stamps.len() != meta.files.len() {
        return Err(ApiError::new("bad_request").with("detail", "not one stamp a file"));
    }
    let full = |count: u32| {
        let mut bits = Bitfield::new(count);
        for at in 0..count {
            bits.set(at, true);
        }
        bits
    };
    let files = u32::try_from(meta.files.len()).unwrap_or(u32::MAX);
    let resume = ResumeData {
        have: full(meta.piece_count),
        stamps,
        owned: full(files),
        clean: true,
        volume: None,
    };
    Ok(NewTorrent {
        hash: meta.info_hash,
        name: meta.name.clone(),
        source: Source::File(display_text(
            &format!("{}.torrent", meta.name),
            SOURCE_CHARS_MAX,
        )),
        trackers: meta.trackers.clone(),
        peers: vec![],
        save_path: folder.to_owned(),
        selection: Selection::All,
        intent: Intent::Run,
        labels: vec![],
        only_labels: false,
        choose_files: false,
        existing: Existing::Ask,
        priorities: Priorities::default(),
        order: None,
        first_last: None,
        disk_name: Some(name.to_owned()),
        top: false,
        resume: Some(Box::new(resume)),
        meta: Some(meta),
        file,
    })
}

/// What `create --seed` hands to the Shoal that runs.
pub(crate) fn handed(made: &Made, torrent: &Path) -> Seed {
    let stamps = made.stamps.iter();
    Seed {
        torrent: torrent.to_owned(),
        content: made.content.clone(),
        stamps: stamps
            .map(|s| (s.size_bytes, s.modified_ns, s.file_id))
            .collect(),
    }
}

/// The stamps in `seed`.
pub(crate) fn stamps_of(seed: &Seed) -> Vec<FileStamp> {
    let stamp = |&(size_bytes, modified_ns, file_id): &(Option<u64>, i64, u64)| FileStamp {
        size_bytes,
        modified_ns,
        file_id,
    };
    seed.stamps.iter().map(stamp).collect()
}
