//! The one place where streams of the engine are opened and counted. Each holds a permit of the
//! session that disk work needs too, so there must never be many; who asks for one more is refused
//! and goes without. A stream that a person watches takes from the same cap.

use std::{io::SeekFrom, pin::Pin, sync::Arc, time::Duration};

use tokio::{
    io::AsyncSeek,
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::note::Handle;

/// Streams of all torrents together that steering may hold: the busiest downloads have them.
pub(crate) const STEERING_STREAMS: usize = 200;
/// Opening waits for nothing but a torrent that is being added or taken out.
const PATIENCE: Duration = Duration::from_secs(1);

/// Counts streams.
#[derive(Clone)]
pub(crate) struct Streams {
    free: Arc<Semaphore>,
}

/// An open stream, counted until it is dropped. Never read.
pub(super) struct Stream {
    /// The engine's own type has no public name.
    inner: Pin<Box<dyn AsyncSeek + Send>>,
    pub(super) file: usize,
    _counted: OwnedSemaphorePermit,
}

impl Streams {
    pub(crate) fn new(cap: usize) -> Self {
        let free = Arc::new(Semaphore::new(cap));
        Self { free }
    }

    /// How many may be opened still.
    pub(super) fn left(&self) -> usize {
        self.free.available_permits()
    }

    /// Opens one at the beginning of a file. None when there are too many, or the torrent does not
    /// run. From then on the engine asks for the pieces of this file first.
    pub(super) async fn open(&self, handle: &Handle, file: usize) -> Option<Stream> {
        let counted = self.free.clone().try_acquire_owned().ok()?;
        match timeout(PATIENCE, handle.clone().stream(file)).await {
            Ok(Ok(inner)) => Some(Stream {
                inner: Box::pin(inner),
                file,
                _counted: counted,
            }),
            Ok(Err(e)) => {
                tracing::debug!(file, "no stream: {e:#}");
                None
            }
            Err(_) => None,
        }
    }
}

impl Stream {
    /// Moves it to this byte of its file; past the end it stays where it is.
    pub(super) fn seek(&mut self, offset: u64) {
        if let Err(e) = self.inner.as_mut().start_seek(SeekFrom::Start(offset)) {
            tracing::debug!(offset, "no seek: {e:#}");
        }
    }
}
