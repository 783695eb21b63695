//! Watch folders, and files that are found in them.

use std::{path::PathBuf, sync::Arc};

use shoal_core::{
    Command, InfoHash, NewTorrent, Reply, WatchEntry, WatchId, WatchOutcome, WatchRules,
    WatchStamp, WatchedFile, WatchedReply,
};
use shoal_metainfo::Metainfo;

use super::{World, build::from_file};

/// The rules of a folder that nothing is special about.
pub fn rules(path: &str) -> WatchRules {
    WatchRules::of(path.into())
}

/// A file with this torrent in it, changed last at `mtime_ms`.
pub fn file_of(folder: WatchId, name: &str, meta: &Arc<Metainfo>, mtime_ms: i64) -> WatchedFile {
    file_with(folder, name, vec![from_file(meta)], mtime_ms)
}

/// A file with these torrents in it.
pub fn file_with(
    folder: WatchId,
    name: &str,
    torrents: Vec<NewTorrent>,
    mtime_ms: i64,
) -> WatchedFile {
    WatchedFile {
        folder,
        file: PathBuf::from(name),
        stamp: WatchStamp {
            size: 1_000,
            mtime_ns: mtime_ms * 1_000_000,
            file_id: 7,
        },
        torrents,
        bad_lines: 0,
        known: vec![],
        again: false,
        settled: None,
    }
}

impl World {
    pub fn put_watch(&mut self, id: Option<WatchId>, rules: WatchRules) -> Reply {
        self.command(Command::PutWatch(id, Box::new(rules)))
    }

    /// A new watch folder.
    pub fn watch(&mut self, rules: WatchRules) -> WatchId {
        match self.put_watch(None, rules) {
            Reply::WatchPut(id) => id,
            other => panic!("{other:?}"),
        }
    }

    /// Files are found; what is known of them is filled in, as the composition does.
    pub fn found(&mut self, mut files: Vec<WatchedFile>) -> Vec<WatchedReply> {
        for file in &mut files {
            for new in &file.torrents {
                if let Some(meta) = &new.meta {
                    self.metas.insert(new.hash, meta.clone());
                }
            }
            let newest = self.newest_entry(file.folder, &file.file);
            file.known = newest.map(|e| e.hashes.clone()).unwrap_or_default();
        }
        match self.command(Command::AddWatched(files)) {
            Reply::Watched(replies) => replies,
            other => panic!("{other:?}"),
        }
    }

    pub fn found_one(&mut self, file: WatchedFile) -> WatchedReply {
        let mut replies = self.found(vec![file]);
        assert_eq!(replies.len(), 1);
        replies.remove(0)
    }

    /// What the history says of a file.
    pub fn newest_entry(&self, folder: WatchId, file: &std::path::Path) -> Option<&WatchEntry> {
        let mut all = self.store.rows.entries.values();
        all.rfind(|e| e.folder == folder && e.file == file)
    }

    pub fn is_in_list(&self, hash: InfoHash) -> bool {
        self.state.torrent(hash).is_some()
    }
}

/// Added, already there, staying away, and bad ones of an entry.
pub fn counts(reply: &WatchedReply) -> (u32, u32, u32, u32) {
    match &reply.entry.as_ref().unwrap().outcome {
        WatchOutcome::Torrents(c) => (c.added, c.already, c.removed, c.bad),
        other => panic!("{other:?}"),
    }
}

/// The code of a bad file.
pub fn bad_code(reply: &WatchedReply) -> &str {
    match &reply.entry.as_ref().unwrap().outcome {
        WatchOutcome::Bad { code, .. } => code,
        other => panic!("{other:?}"),
    }
}
