//! What goes into the logs of torrents, and when.
//!
//! An entry is written together with what it tells of, or soon after; it never makes a commit of its
//! own that somebody waits for.

use shoal_metainfo::InfoHash;

use super::State;
use crate::{
    Effect, Fault, LOG_RECOVERED, LogNote, Prepared, Selection, Source, StoreOp, Timestamp, Told,
    Tone, TorrentRecord, Whereabouts, status::of_fault,
};

/// Most entries in one write that may wait.
const NOTES_AT_ONCE: usize = 200;

impl State {
    /// Adds an entry to the log of a torrent, of the time of the message that is being handled.
    pub(super) fn note(&mut self, hash: InfoHash, note: LogNote) {
        self.notes.push((hash, note));
    }

    /// Hands on the entries of the message that was handled, which led to `effects`.
    pub(super) fn write_notes(&mut self, mut effects: Vec<Effect>, now: Timestamp) -> Vec<Effect> {
        if self.notes.is_empty() {
            return effects;
        }
        let notes = std::mem::take(&mut self.notes);
        let dated = notes.into_iter().map(|(hash, mut note)| {
            note.at = now;
            StoreOp::Log(hash, note)
        });
        let stored = effects.iter_mut().find_map(|effect| match effect {
            Effect::Store(ops) => Some(ops),
            _ => None,
        });
        let waits = stored.is_some();
        match stored {
            Some(ops) if dated.len() <= NOTES_AT_ONCE => ops.extend(dated),
            _ => {
                let ops: Vec<StoreOp> = dated.collect();
                let parts = ops.chunks(NOTES_AT_ONCE);
                // Nobody waits for thousands of lines; what is refused drops them, as all behind it.
                let at = if waits { effects.len() } else { 0 };
                effects.splice(at..at, parts.map(|part| Effect::StoreSoon(part.to_vec())));
            }
        }
        effects
    }

    pub(super) fn note_added(&mut self, record: &TorrentRecord, made_here: bool) {
        let note = match &record.source {
            _ if made_here => LogNote::new("log_made", Tone::Neutral),
            Source::File(name) => {
                LogNote::new("log_added_file", Tone::Neutral).with("source", name)
            }
            Source::Url(url) => LogNote::new("log_added_url", Tone::Neutral).with("source", url),
            Source::Magnet => LogNote::new("log_added_magnet", Tone::Neutral),
        };
        self.note(record.hash, note);
    }

    /// What is wrong with a torrent, unless that was said before.
    pub(super) fn note_trouble(&mut self, hash: InfoHash) {
        let Some(t) = self.torrents.get_mut(&hash) else {
            return;
        };
        let Some(trouble) = &t.live.trouble else {
            return;
        };
        // Its turn comes: nothing is wrong.
        if trouble.fault == Fault::TooManyRunning {
            return;
        }
        let note = trouble_note(&trouble.fault);
        let told = Told::Trouble(of_fault(&trouble.fault).code);
        if std::mem::replace(&mut t.live.told, told) != told {
            self.note(hash, note);
        }
    }

    /// What went wrong while a torrent goes on.
    pub(super) fn note_mishap(&mut self, hash: InfoHash) {
        let mishap = self.torrents.get(&hash);
        if let Some(fault) = mishap.and_then(|t| t.live.mishap.as_ref()) {
            let note = trouble_note(fault);
            self.note(hash, note);
        }
    }

    /// What was wrong is over. Whether anything was in the run before, the store knows.
    pub(super) fn note_recovered(&mut self, hash: InfoHash) {
        if let Some(t) = self.torrents.get_mut(&hash)
            && std::mem::replace(&mut t.live.told, Told::Well) != Told::Well
        {
            self.note(hash, LogNote::new(LOG_RECOVERED, Tone::Good));
        }
    }

    /// It runs again. That is the end of a trouble only if a start can tell.
    pub(super) fn note_running(&mut self, hash: InfoHash) {
        let told = self.torrents.get(&hash).map(|t| t.live.told);
        if !matches!(told, Some(Told::Trouble("internal" | "io"))) {
            self.note_recovered(hash);
        }
    }

    /// What a check has found, when there was one that is worth a line. To be called before it is
    /// taken into the record.
    pub(super) fn note_checked(&mut self, hash: InfoHash, prepared: &Prepared) {
        let Some(t) = self.torrents.get(&hash) else {
            return;
        };
        let (good, before) = (prepared.have_bytes, t.record.have_bytes);
        let total = t.record.wanted_bytes;
        let read = t.live.check.is_some_and(|(_, bytes)| bytes > 0);
        if !(t.live.recheck || read && good != before) {
            return;
        }
        let tone = match (good >= total, before >= total) {
            (true, _) => Tone::Good,
            (false, true) => Tone::Warn,
            (false, false) => Tone::Neutral,
        };
        let note = LogNote::new("log_checked", tone).with("good", &good);
        self.note(hash, note.with("total", &total));
    }

    pub(super) fn note_finished(&mut self, hash: InfoHash, now: Timestamp) {
        self.moved.completed = self.moved.completed.saturating_add(1);
        if let Some(t) = self.torrents.get(&hash) {
            let seconds = now.millis_since(t.record.added_at) / 1_000;
            let note = LogNote::new("log_finished", Tone::Good)
                .with("bytes", &t.record.wanted_bytes)
                .with("seconds", &seconds);
            self.note(hash, note);
        }
    }

    pub(super) fn note_chosen(&mut self, hash: InfoHash) {
        let Some(t) = self.torrents.get(&hash) else {
            return;
        };
        let total = t.record.summary.as_ref().map_or(0, |s| s.file_count);
        let n = match &t.record.selection {
            Selection::All => total,
            Selection::Only(bits) => bits.count_ones().min(total),
        };
        let note = LogNote::new("log_files_chosen", Tone::Neutral).with("n", &n);
        self.note(hash, note.with("total", &total));
    }

    pub(super) fn note_labels(&mut self, hash: InfoHash) {
        let Some(t) = self.torrents.get(&hash) else {
            return;
        };
        let note = if t.record.labels.is_empty() {
            LogNote::new("log_no_labels", Tone::Neutral)
        } else {
            let labels = t.record.labels.join(", ");
            LogNote::new("log_labels", Tone::Neutral).with("labels", &labels)
        };
        self.note(hash, note);
    }

    /// A torrent that lay at `before` lies where its record tells now.
    pub(super) fn note_place(&mut self, hash: InfoHash, before: &Whereabouts) {
        let Some(t) = self.torrents.get(&hash) else {
            return;
        };
        let now = t.record.whereabouts();
        let (from, to) = if before.place.folder == now.place.folder {
            (&before.save_path, &now.save_path)
        } else {
            (&before.place.folder, &now.place.folder)
        };
        let moved = (from != to).then(|| {
            LogNote::new("log_moved", Tone::Neutral)
                .with("from", &from.display())
                .with("to", &to.display())
        });
        let (old, new) = (&before.place.renames, &now.place.renames);
        let gone = old.keys().filter(|i| !new.contains_key(i)).count();
        let other = new.iter().filter(|(i, name)| old.get(i) != Some(name));
        let named = !before.place.disk_name.is_empty();
        let top = named && before.place.disk_name != now.place.disk_name;
        let n = gone + other.count() + usize::from(top);
        let renamed =
            (n > 0).then(|| LogNote::new("log_files_renamed", Tone::Neutral).with("n", &n));
        for note in moved.into_iter().chain(renamed) {
            self.note(hash, note);
        }
    }
}

fn trouble_note(fault: &Fault) -> LogNote {
    let said = of_fault(fault);
    let tone = match fault {
        // It goes on where it was.
        Fault::MoveFailed { .. } => Tone::Warn,
        _ => Tone::Bad,
    };
    let note = LogNote::new("log_trouble", tone).with("code", &said.code);
    let add = |note: LogNote, (name, value): (&'static str, String)| note.with(name, &value);
    said.params.into_iter().fold(note, add)
}
