//! Asks `metainfo::create` for a torrent, and puts what it says in the words of the API and of the
//! command line. Reads the files it is made of; writes nothing.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use shoal_api::{ApiError, CreateLook, CreateRequest, CreatedView, LeftOut, LeftOutWhy};
use shoal_core::FileStamp;
use shoal_metainfo::{
    Control, HashOptions, Metainfo,
    create::{self, CreateError, CreateOptions, SkipReason, Skipped},
    magnet_uri,
    sanitize::display_text,
};

use crate::USER_AGENT;

/// So many things that are left out are named in a [`CreateLook`].
const LEFT_OUT_NAMED: usize = 20;
/// Longest path of them that is shown, in characters.
const LEFT_OUT_CHARS_MAX: usize = 512;

/// What to make.
pub(crate) struct Making<'a> {
    request: &'a CreateRequest,
    /// Leave out files and folders that are hidden.
    pub(crate) leave_out_hidden: bool,
    /// Give way to everything else on the machine.
    pub(crate) low_priority: bool,
}

impl<'a> Making<'a> {
    /// All that `request` says.
    pub(crate) fn new(request: &'a CreateRequest) -> Self {
        Self {
            request,
            leave_out_hidden: request.leave_out_hidden,
            low_priority: false,
        }
    }
}

/// A torrent that was made.
pub(crate) struct Made {
    /// The .torrent file.
    pub(crate) bytes: Vec<u8>,
    pub(crate) meta: Arc<Metainfo>,
    /// Full path of what it was made of.
    pub(crate) content: PathBuf,
    /// How its files looked when they were read, in metainfo order.
    pub(crate) stamps: Vec<FileStamp>,
    /// What is in the folder but not in the torrent, patterns apart: links, pipes, hidden things.
    pub(crate) left_out: Vec<PathBuf>,
    info_hash_v2: Option<[u8; 32]>,
}

impl Made {
    pub(crate) fn view(&self) -> CreatedView {
        let meta = &self.meta;
        let files = meta.files.iter().filter(|f| f.on_disk());
        CreatedView {
            hash: meta.info_hash.to_string(),
            hash_v2: self.info_hash_v2.map(|hash| hex(&hash)),
            magnet: magnet_uri(meta.info_hash, Some(&meta.name), &meta.trackers),
            name: meta.name.clone(),
            piece_length: meta.piece_length,
            piece_count: meta.piece_count,
            bytes: files.clone().map(|f| f.length).sum(),
            file_count: u32::try_from(files.count()).unwrap_or(u32::MAX),
            left_out_count: u32::try_from(self.left_out.len()).unwrap_or(u32::MAX),
        }
    }
}

/// Why none was made, for the API and for a terminal.
#[derive(Debug)]
pub(crate) struct MakeError {
    pub(crate) api: ApiError,
    pub(crate) sentence: String,
}

/// Makes it. `progress` gets the bytes read and to read.
pub(crate) fn make(
    making: &Making<'_>,
    control: &Control,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Made, MakeError> {
    let options = options(making);
    let mut told = |p: shoal_metainfo::Progress| progress(p.done_bytes, p.total_bytes);
    let created = create::create(&options, control, &mut told).map_err(|e| MakeError {
        api: api_error(&e),
        sentence: e.to_string(),
    })?;
    let stamps = created.stamps.iter().map(|stamp| match stamp {
        Some(stamp) => FileStamp {
            size_bytes: Some(stamp.size_bytes),
            modified_ns: stamp.modified_ns,
            file_id: stamp.file_id,
        },
        None => FileStamp {
            size_bytes: None,
            modified_ns: 0,
            file_id: 0,
        },
    });
    let unasked = |s: &Skipped| s.reason != SkipReason::Ignored;
    let left_out = created.skipped.into_iter().filter(unasked);
    Ok(Made {
        stamps: stamps.collect(),
        left_out: left_out.map(|s| s.path).collect(),
        info_hash_v2: created.info_hash_v2,
        bytes: created.torrent,
        meta: Arc::new(created.meta),
        content: options.path,
    })
}

/// Says what would be made, and reads no file.
pub(crate) fn look(making: &Making<'_>, control: &Control) -> Result<CreateLook, ApiError> {
    let options = options(making);
    let look = create::look(&options, control).map_err(|e| api_error(&e))?;
    let named = look.skipped.iter().take(LEFT_OUT_NAMED);
    Ok(CreateLook {
        path: options.path.to_string_lossy().into_owned(),
        name: look.name,
        is_folder: !look.single_file,
        bytes: look.bytes,
        file_count: u32::try_from(look.file_count).unwrap_or(u32::MAX),
        piece_length: look.piece_length,
        piece_count: look.piece_count,
        left_out: named.map(|s| left_out(s, &options.path)).collect(),
        left_out_count: u32::try_from(look.skipped.len()).unwrap_or(u32::MAX),
    })
}

fn left_out(skipped: &Skipped, top: &Path) -> LeftOut {
    let path = skipped.path.strip_prefix(top).unwrap_or(&skipped.path);
    LeftOut {
        path: display_text(&path.to_string_lossy(), LEFT_OUT_CHARS_MAX),
        why: match skipped.reason {
            SkipReason::Ignored => LeftOutWhy::Pattern,
            SkipReason::Hidden => LeftOutWhy::Hidden,
            SkipReason::Symlink => LeftOutWhy::Link,
            SkipReason::Special => LeftOutWhy::Special,
        },
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn options(making: &Making<'_>) -> CreateOptions {
    let r = making.request;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok();
    let now = now.and_then(|d| i64::try_from(d.as_secs()).ok());
    CreateOptions {
        path: PathBuf::from(&r.path),
        name: r.name.clone(),
        hybrid: r.hybrid,
        piece_length: r.piece_length,
        private: r.private,
        source: r.source.clone(),
        comment: r.comment.clone(),
        created_by: (!r.no_creator).then(|| USER_AGENT.to_owned()),
        creation_date: now.filter(|_| !r.no_date),
        trackers: r.trackers.clone(),
        web_seeds: r.web_seeds.clone(),
        nodes: r.nodes.clone(),
        ignore: r.ignore.clone(),
        leave_out_hidden: making.leave_out_hidden,
        hash: HashOptions {
            low_priority: making.low_priority,
            ..HashOptions::default()
        },
        ..CreateOptions::default()
    }
}

fn api_error(error: &CreateError) -> ApiError {
    let at = |code: &str, path: &Path| ApiError::new(code).with("path", path.display());
    match error {
        CreateError::Cancelled => ApiError::new("cancelled"),
        CreateError::Io { path, source } => ApiError::new("file_unreadable")
            .with("name", path.display())
            .with("detail", source),
        CreateError::NotAFileOrFolder { path } => at("create_not_a_file", path),
        CreateError::NoContent { path } => at("create_no_content", path),
        CreateError::NameNotUnicode { path } | CreateError::NameNotSafe { path } => {
            at("names_not_portable", path)
        }
        CreateError::NameClash { path } => at("create_name_clash", path),
        CreateError::TooDeep { path } => at("create_too_deep", path),
        CreateError::Changed { path } => at("create_changed", path),
        CreateError::TooManyFiles => ApiError::new("too_many_files"),
        CreateError::TooLarge => ApiError::new("length_overflow"),
        CreateError::TooManyPieces { .. } => ApiError::new("too_many_pieces"),
        CreateError::PieceLength => ApiError::new("create_piece_length"),
        CreateError::BadPattern { pattern } => {
            ApiError::new("bad_pattern").with("pattern", pattern)
        }
        CreateError::BadTracker { address } => {
            ApiError::new("bad_tracker").with("address", address)
        }
        CreateError::BadWebSeed { address } => {
            ApiError::new("bad_web_seed").with("address", address)
        }
        CreateError::BadNode { node } => ApiError::new("bad_node").with("node", node),
        CreateError::Invalid(e) => ApiError::new(e.code()).with("detail", e),
    }
}
