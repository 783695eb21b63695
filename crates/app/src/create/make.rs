//! Asks `metainfo::create` for a torrent, and puts what it says in the words of the API and of the
//! command line. Reads the files it is made of; writes nothing.

use std::{path::PathBuf, sync::Arc};

use shoal_api::{ApiError, CreateRequest, CreatedView};
use shoal_core::FileStamp;
use shoal_metainfo::{Control, Metainfo, magnet_uri};

/// What to make.
pub(crate) struct Making<'a> {
    request: &'a CreateRequest,
    /// Leave out files and folders whose name begins with a dot.
    pub(crate) leave_out_hidden: bool,
}

impl<'a> Making<'a> {
    /// All that `request` says.
    pub(crate) fn new(request: &'a CreateRequest) -> Self {
        Self {
            request,
            leave_out_hidden: false,
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
}

impl Made {
    pub(crate) fn view(&self) -> CreatedView {
        let meta = &self.meta;
        let files = meta.files.iter().filter(|f| f.on_disk());
        CreatedView {
            hash: meta.info_hash.to_string(),
            magnet: magnet_uri(meta.info_hash, Some(&meta.name), &meta.trackers),
            name: meta.name.clone(),
            piece_length: meta.piece_length,
            bytes: files.clone().map(|f| f.length).sum(),
            file_count: u32::try_from(files.count()).unwrap_or(u32::MAX),
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
    _control: &Control,
    _progress: &mut dyn FnMut(u64, u64),
) -> Result<Made, MakeError> {
    let _ = (making.request, making.leave_out_hidden);
    Err(MakeError {
        api: ApiError::new("not_ready"),
        sentence: "not ready".to_owned(),
    })
}
