//! What the engine's tasks and storage tell its loop. Plain data; each note carries the number of
//! the run it belongs to, so that one from an earlier run is recognised and dropped.

use std::{net::SocketAddr, sync::Arc};

use librqbit::ManagedTorrent;
use shoal_core::OpId;
use shoal_metainfo::{InfoHash, Metainfo};

use crate::fault::Fault;

/// A torrent in librqbit's session.
pub(crate) type Handle = Arc<ManagedTorrent>;

/// Metadata and the peers seen on the way, or a code.
pub(crate) type Fetched = Result<(Arc<Metainfo>, Vec<SocketAddr>), String>;

/// One message to the loop.
pub(crate) enum Note {
    /// An add ended.
    Added {
        hash: InfoHash,
        run: u64,
        result: Result<Handle, Fault>,
    },
    /// A torrent is out of the session.
    Left { hash: InfoHash, run: u64 },
    /// Storage met a fault.
    Fault {
        hash: InfoHash,
        run: u64,
        fault: Fault,
    },
    /// Files are whole and are to get their final names.
    Whole { hash: InfoHash, run: u64 },
    /// The last wanted piece was verified.
    Complete { hash: InfoHash, run: u64 },
    /// The rest of what is to be on disk is there.
    Finished { hash: InfoHash, run: u64 },
    /// A fetch of metadata ended.
    Fetched {
        hash: InfoHash,
        op: OpId,
        fetch: u64,
        result: Fetched,
    },
}
