//! Watch folders among all that happens: whatever their rules, each step is taken back whole, no torrent
//! comes twice, and none that was removed comes back by itself.

use std::collections::BTreeSet;

use shoal_core::{
    AfterAdd, Command, InfoHash, Label, NewTorrent, Reply, WatchFolder, WatchId, WatchRules,
    WatchedFile, WatchedReply,
};

use super::{
    Play,
    acts::{Act, File},
    choices::label,
    common::{build::from_file, watch::*},
};

/// Before anything was removed.
const OLD: i64 = 1_000;

/// Torrents that must not be in the list after what happens now.
pub(super) struct Buried(BTreeSet<InfoHash>);

impl Play {
    /// Torrents that were removed and that nobody asks for by what happens now.
    pub(super) fn buried(&self, act: &Act) -> Buried {
        let asks = matches!(
            act,
            Act::Add(..) | Act::Magnet(..) | Act::Undo | Act::Redo | Act::Found(_)
        );
        let all = self.metas.iter().map(|m| m.info_hash);
        let buried = all.filter(|h| {
            // Files that cannot go to the trash bring their torrent back into sight.
            let going = self.w.state.any_torrent(*h);
            let going = going.is_some_and(|t| t.record.trash_pending);
            !asks && !going && self.w.state.tombstone(*h).is_some()
        });
        Buried(buried.collect())
    }

    pub(super) fn stay_away(&self, before: Buried) {
        for hash in before.0 {
            let t = self.w.state.torrent(hash);
            assert!(t.is_none(), "came back by itself: {t:?}");
        }
    }

    fn folders(&self) -> (Vec<WatchFolder>, Vec<Label>) {
        let folders = self.w.state.watch_folders().cloned();
        (
            folders.collect(),
            self.w.state.labels().values().cloned().collect(),
        )
    }

    fn watched(&self, path: &str) -> Option<WatchId> {
        let mut all = self.w.state.watch_folders();
        all.find(|f| f.rules.path == *path).map(|f| f.id)
    }

    pub(super) fn watch(&mut self, folder: u8, how: u8) {
        let path = format!("/in/{folder}");
        let rules = WatchRules {
            enabled: how != 1,
            labels: vec![label(how)],
            top: how == 2,
            after: if how == 3 {
                AfterAdd::Keep
            } else {
                AfterAdd::Rename
            },
            ..rules(&path)
        };
        let id = self.watched(&path);
        self.there_and_back(Command::PutWatch(id, Box::new(rules)));
    }

    pub(super) fn unwatch(&mut self, folder: u8) {
        let id = self
            .watched(&format!("/in/{folder}"))
            .unwrap_or(WatchId(999));
        self.there_and_back(Command::DropWatch(id));
    }

    /// A step, taken back and done again.
    fn there_and_back(&mut self, command: Command) {
        let step = |play: &Self| play.w.state.next_undo().map(|s| s.id);
        let (before, last) = (self.folders(), step(self));
        let refused = matches!(self.w.command(command), Reply::Refused(_));
        let after = self.folders();
        assert_eq!(self.w.watched, after.0, "who watches knows");
        if refused || step(self) == last {
            assert_eq!(before, after);
            return;
        }
        assert_eq!(self.w.command(Command::Undo), Reply::Done);
        assert_eq!(self.folders(), before);
        assert_eq!(self.w.command(Command::Redo), Reply::Done);
        assert_eq!(self.folders(), after);
        assert_eq!(self.w.watched, after.0, "who watches knows");
    }

    pub(super) fn found(&mut self, files: Vec<File>) {
        let made: Vec<WatchedFile> = files.into_iter().filter_map(|f| self.file(f)).collect();
        if made.is_empty() {
            return;
        }
        let state = &self.w.state;
        let all = self.metas.iter().map(|m| m.info_hash);
        let mut listed: BTreeSet<_> = all.filter(|h| state.torrent(*h).is_some()).collect();
        let gone = |h: &InfoHash| state.tombstone(*h).is_some();
        let gone: BTreeSet<_> = self
            .metas
            .iter()
            .map(|m| m.info_hash)
            .filter(gone)
            .collect();
        let before = (listed.clone(), self.w.store.rows.entries.len());
        let replies = match self.w.command(Command::AddWatched(made.clone())) {
            Reply::Watched(replies) => replies,
            Reply::Refused(_) => {
                listed.retain(|h| self.w.is_in_list(*h));
                assert_eq!((listed, self.w.store.rows.entries.len()), before);
                return;
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(replies.len(), made.len());
        for (file, reply) in made.iter().zip(replies) {
            let WatchedReply {
                entry,
                added,
                already,
                removed,
            } = reply;
            let Some(entry) = entry else {
                assert!(added.is_empty() && already.is_empty() && removed.is_empty());
                continue;
            };
            assert_eq!(self.w.store.rows.entries.get(&entry.id), Some(&entry));
            for hash in added {
                assert!(listed.insert(hash), "added twice");
                let old = file.stamp.mtime_ns == OLD * 1_000_000 || file.known.contains(&hash);
                let kept = gone.contains(&hash) && old && !file.again;
                assert!(!kept, "came back by itself: {file:?}");
            }
            assert!(already.iter().all(|h| listed.contains(h)));
            assert!(removed.iter().all(|h| !listed.contains(h) && !file.again));
        }
        assert!(listed.iter().all(|h| self.w.is_in_list(*h)));
    }

    fn file(&self, (folder, name, torrent, new, again): File) -> Option<WatchedFile> {
        let folder = self.watched(&format!("/in/{folder}"))?;
        let mtime = if new { self.w.now.0 } else { OLD };
        let name = format!("{name}.torrent");
        let rules = &self.w.state.watch_folder(folder)?.rules;
        let torrent = NewTorrent {
            labels: rules.labels.clone(),
            top: rules.top,
            ..from_file(&self.metas[torrent])
        };
        let mut file = file_with(folder, &name, vec![torrent], mtime);
        let newest = self.w.newest_entry(folder, &file.file);
        file.known = newest.map(|e| e.hashes.clone()).unwrap_or_default();
        file.again = again;
        Some(file)
    }
}
