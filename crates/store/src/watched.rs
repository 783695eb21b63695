//! What is asked of the history of watch folders. Bounded by whoever asks, or by the history itself.

use shoal_core::{WatchEntry, WatchId};

use crate::{StoreError, table::watch_entries, worker::Worker};

/// Which entries are meant.
pub(crate) enum WatchQuestion {
    /// At most `n` before the one with the id `before`, newest first.
    Page {
        before: Option<u64>,
        folder: Option<WatchId>,
        problems: bool,
        n: u32,
    },
    /// The newest of each file, and of each folder's news.
    Seen,
    /// These.
    Entries(Vec<u64>),
}

impl Worker {
    pub(crate) fn load_watch(
        &mut self,
        what: &WatchQuestion,
    ) -> Result<Vec<WatchEntry>, StoreError> {
        match what {
            WatchQuestion::Page {
                before,
                folder,
                problems,
                n,
            } => {
                let before = before.and_then(|id| i64::try_from(id).ok());
                let before = before.unwrap_or(i64::MAX);
                match (folder, problems) {
                    (None, false) => self.load(&watch_entries::PAGE, &[&before, n]),
                    (None, true) => self.load(&watch_entries::PROBLEMS, &[&before, n]),
                    (Some(id), false) => self.load(&watch_entries::PAGE_OF, &[&before, n, &id.0]),
                    (Some(id), true) => {
                        self.load(&watch_entries::PROBLEMS_OF, &[&before, n, &id.0])
                    }
                }
            }
            WatchQuestion::Seen => self.load(&watch_entries::SEEN, &[]),
            WatchQuestion::Entries(ids) => {
                let mut entries = vec![];
                for id in ids.iter().filter_map(|id| i64::try_from(*id).ok()) {
                    entries.extend(self.load(&watch_entries::ONE, &[&id])?);
                }
                Ok(entries)
            }
        }
    }
}
