//! What was inspected and may be added: a bounded shelf of parsed torrents and magnets.

use std::{collections::VecDeque, net::SocketAddr, sync::Arc};

use parking_lot::Mutex;
use shoal_api::Preview;
use shoal_core::{InfoHash, MetaSummary, Source, State};
use shoal_metainfo::Metainfo;

/// Most previews kept; the oldest goes first. As many as somebody may drop on the window at once.
const PREVIEWS_MAX: usize = 2_000;
/// Most bytes of metainfo and files in them.
const BYTES_MAX: usize = 256 << 20;

/// Something that was inspected.
#[derive(Clone)]
pub(crate) struct Inspected {
    pub(crate) hash: InfoHash,
    pub(crate) name: String,
    pub(crate) source: Source,
    pub(crate) trackers: Vec<Vec<String>>,
    pub(crate) peers: Vec<SocketAddr>,
    pub(crate) meta: Option<Arc<Metainfo>>,
    /// The .torrent as it came.
    pub(crate) file: Option<Arc<Vec<u8>>>,
}

/// What the list and the labels say about something that was inspected.
#[derive(Default)]
pub(crate) struct Standing {
    pub(crate) already_added: bool,
    /// Those that it gets by their rules.
    pub(crate) labels: Vec<String>,
}

#[derive(Default)]
struct Shelf {
    next: u64,
    kept: VecDeque<(String, Inspected)>,
    bytes: usize,
}

impl Inspected {
    /// The given labels, and those that it gets by their rules.
    pub(crate) fn labels(&self, state: &State, given: &[String]) -> Vec<String> {
        let bytes = self.meta.as_deref();
        let bytes = bytes.map(|meta| MetaSummary::of(meta).total_bytes);
        state.with_matching(given, &self.name, &self.trackers, bytes)
    }

    /// What the list and the labels say about it.
    pub(crate) fn standing(&self, state: &State) -> Standing {
        let already_added = state.torrent(self.hash).is_some();
        let labels = if already_added {
            vec![]
        } else {
            self.labels(state, &[])
        };
        Standing {
            already_added,
            labels,
        }
    }

    /// How much it takes.
    pub(crate) fn bytes(&self) -> usize {
        let file = self.file.as_ref().map_or(0, |file| file.len());
        let info = self.meta.as_ref().map_or(0, |m| m.info_bytes().len());
        file + info
    }
}

/// The all.
#[derive(Default)]
pub(crate) struct Previews(Mutex<Shelf>);

impl Previews {
    /// Keeps `inspected` and makes the view of it.
    pub(crate) fn keep(&self, inspected: Inspected, standing: Standing) -> Preview {
        let mut all = self.0.lock();
        all.next += 1;
        let id = all.next.to_string();
        let view = view(&id, &inspected, standing);
        all.bytes += inspected.bytes();
        all.kept.push_back((id, inspected));
        while all.kept.len() > PREVIEWS_MAX || all.bytes > BYTES_MAX && all.kept.len() > 1 {
            let Some((_, oldest)) = all.kept.pop_front() else {
                break;
            };
            all.bytes -= oldest.bytes();
        }
        view
    }

    /// What `id` stands for, while it is kept.
    pub(crate) fn get(&self, id: &str) -> Option<Inspected> {
        self.0
            .lock()
            .kept
            .iter()
            .find(|(i, _)| i == id)
            .map(|(_, inspected)| inspected.clone())
    }
}

fn view(id: &str, inspected: &Inspected, standing: Standing) -> Preview {
    let meta = inspected.meta.as_deref();
    Preview {
        id: id.to_owned(),
        hash: inspected.hash.to_string(),
        name: inspected.name.clone(),
        already_added: standing.already_added,
        files: meta.map(|m| super::details::file_rows(m, None, None)),
        total_bytes: meta.map(|m| {
            m.files
                .iter()
                .filter(|f| f.on_disk())
                .map(|f| f.length)
                .sum()
        }),
        private: meta.is_some_and(|m| m.private),
        comment: meta.and_then(|m| m.comment.clone()),
        created_by: meta.and_then(|m| m.created_by.clone()),
        created_at: meta.and_then(|m| m.creation_date),
        tracker_count: u32::try_from(inspected.trackers.iter().map(Vec::len).sum::<usize>())
            .unwrap_or(u32::MAX),
        labels: standing.labels,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_was_dropped_at_once_can_be_added() {
        let previews = Previews::default();
        let magnet = |n: u8| Inspected {
            hash: InfoHash([n; 20]),
            name: n.to_string(),
            source: Source::Magnet,
            trackers: vec![],
            peers: vec![],
            meta: None,
            file: None,
        };
        let ids: Vec<String> = (0..250)
            .map(|n| previews.keep(magnet(n), Standing::default()).id)
            .collect();
        assert!(ids.iter().all(|id| previews.get(id).is_some()));
        for _ in 0..PREVIEWS_MAX {
            previews.keep(magnet(0), Standing::default());
        }
        assert!(previews.get(&ids[0]).is_none());
    }
}
