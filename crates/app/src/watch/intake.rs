//! What is done with files that are found: read, added some in one commit, or said to be bad.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Instant,
};

use shoal_core::{
    AfterState, Command, InfoHash, Reply, WatchEntry, WatchId, WatchNote, WatchOutcome, WatchRules,
    WatchedFile, WatchedReply,
};
use shoal_metainfo::sanitize::{MAX_DISPLAY_CHARS, display_text};
use shoal_watchdir::{After, BadFile, Found, Kind, Ticket, Verdict};

use super::{
    book,
    news::Came,
    read::{self, Bad, Holds, Way},
    seen, views,
    work::{BATCH, Worker},
};

/// A file that is on its way to core.
struct Ready {
    ticket: Ticket,
    rules: Arc<WatchRules>,
    file: WatchedFile,
}

/// A file that is bad for good, on its way to the history.
struct Wrong {
    ticket: Ticket,
    rules: Arc<WatchRules>,
    note: WatchNote,
}

impl Worker {
    pub(super) fn add_found(&mut self, found: Vec<Found>) {
        let downloads = self.desk.setup.lock().as_ref().map(|s| s.downloads.clone());
        let downloads = downloads.unwrap_or_default();
        let (mut ready, mut wrong) = (vec![], vec![]);
        for found in found {
            let rules = self.desk.book.lock().rules(found.folder);
            let Some(rules) = rules.filter(|rules| rules.enabled) else {
                self.desk.answer(found.ticket, Verdict::Retry);
                continue;
            };
            let way = Way {
                rules: &rules,
                downloads: &downloads,
            };
            match self.look_into(found, &way) {
                Looked::Ready(ticket, file) => ready.push(Ready {
                    ticket,
                    rules,
                    file,
                }),
                Looked::Wrong(ticket, note) => wrong.push(Wrong {
                    ticket,
                    rules,
                    note,
                }),
                Looked::Later => {}
            }
        }
        while !ready.is_empty() {
            let rest = ready.split_off(ready.len().min(BATCH));
            self.add(std::mem::replace(&mut ready, rest));
        }
        self.say_wrong(wrong);
    }

    fn look_into(&self, found: Found, way: &Way<'_>) -> Looked {
        let Found {
            ticket,
            folder,
            file,
            stamp,
            kind,
            content,
            attempt,
            last_try,
        } = found;
        // What never becomes a file is not waited for.
        let final_word = matches!(content, Err(BadFile::Link | BadFile::NotAFile));
        let cut = kind == Kind::Magnets && content.as_ref().is_ok_and(|text| !read::is_ended(text));
        if cut && attempt == 1 && !last_try {
            // The rest of a line that is still being written would be lost.
            let mut book = self.desk.book.lock();
            book.try_again(folder, &file, Some(views::SETTLING));
            drop(book);
            self.desk.answer(ticket, Verdict::Retry);
            return Looked::Later;
        }
        let held = catch_unwind(AssertUnwindSafe(|| {
            read::read(way, &file, kind, stamp.size, content)
        }));
        let held = held.unwrap_or_else(|_| {
            tracing::error!("reading a file of a watch folder panicked");
            Err(Bad::new("watch_bad_io").with("detail", "Shoal failed inside"))
        });
        let (stamp, folder_id) = (seen::stamp(stamp), WatchId(folder));
        match held {
            Ok(Holds {
                torrents,
                bad_lines,
            }) => {
                let book = self.desk.book.lock();
                let known = book.seen.get(folder, &file);
                Looked::Ready(
                    ticket,
                    WatchedFile {
                        folder: folder_id,
                        stamp,
                        torrents,
                        bad_lines,
                        known: known.map(|seen| seen.hashes.clone()).unwrap_or_default(),
                        again: false,
                        settled: None,
                        file,
                    },
                )
            }
            Err(bad) if last_try || final_word => Looked::Wrong(
                ticket,
                WatchNote {
                    folder: folder_id,
                    file,
                    stamp,
                    outcome: bad.outcome(),
                    after: if way.rules.bad_folder.is_some() {
                        AfterState::Pending
                    } else {
                        AfterState::None
                    },
                },
            ),
            Err(bad) => {
                let mut book = self.desk.book.lock();
                book.try_again(folder, &file, Some(bad.code));
                drop(book);
                self.desk.answer(ticket, Verdict::Retry);
                Looked::Later
            }
        }
    }

    fn add(&mut self, ready: Vec<Ready>) {
        let (files, rest): (Vec<WatchedFile>, Vec<_>) = ready
            .into_iter()
            .map(|ready| (ready.file, (ready.ticket, ready.rules)))
            .unzip();
        let names: Vec<Vec<(InfoHash, String)>> = files.iter().map(names_of).collect();
        let replies = match self.ask(Command::AddWatched(files)) {
            Some(Reply::Watched(replies)) if replies.len() == rest.len() => replies,
            refused => {
                self.later(rest.into_iter().map(|(ticket, _)| ticket), refused.as_ref());
                return;
            }
        };
        let mut none_owed = vec![];
        for ((reply, (ticket, rules)), names) in replies.into_iter().zip(rest).zip(names) {
            let Some(entry) = reply.entry.clone() else {
                self.desk.answer(ticket, Verdict::Retry);
                continue;
            };
            self.came(&entry, came_of(&entry, &reply, &names));
            let owed = entry.after == AfterState::Pending;
            let verdict = verdict(&entry, &rules);
            if owed && matches!(verdict, Verdict::Leave | Verdict::Bad { move_to: None }) {
                none_owed.push((entry.id, AfterState::None));
            }
            self.desk.book.lock().stored(entry, true);
            self.desk.answer(ticket, verdict);
        }
        if !none_owed.is_empty() {
            self.ask(Command::WatchAfter(none_owed));
        }
    }

    fn say_wrong(&mut self, wrong: Vec<Wrong>) {
        if wrong.is_empty() {
            return;
        }
        let (notes, rest): (Vec<WatchNote>, Vec<_>) = wrong
            .into_iter()
            .map(|wrong| {
                let key = (wrong.note.folder, wrong.note.file.clone());
                (wrong.note, (wrong.ticket, wrong.rules, key))
            })
            .unzip();
        let entries = match self.ask(Command::NoteWatch(notes)) {
            Some(Reply::Noted(entries)) => entries,
            refused => {
                let tickets = rest.into_iter().map(|(ticket, ..)| ticket);
                self.later(tickets, refused.as_ref());
                return;
            }
        };
        let mut entries = entries.into_iter().peekable();
        for (ticket, rules, key) in rest {
            // Those of a folder that is not watched any more were left out.
            let own = |entry: &WatchEntry| entry.folder == key.0 && entry.file == key.1;
            let Some(entry) = entries.next_if(own) else {
                self.desk.answer(ticket, Verdict::Retry);
                continue;
            };
            let name = display_text(&entry.file.to_string_lossy(), MAX_DISPLAY_CHARS);
            let came = Came {
                bad: 1,
                name,
                ..Came::default()
            };
            self.came(&entry, came);
            self.desk.book.lock().stored(entry, true);
            let move_to = rules.bad_folder.clone();
            self.desk.answer(ticket, Verdict::Bad { move_to });
        }
    }

    /// The store has no room, or Shoal quits: what was found is found again.
    fn later(&self, tickets: impl Iterator<Item = Ticket>, refused: Option<&Reply>) {
        tracing::warn!(?refused, "files of watch folders could not be added yet");
        for ticket in tickets {
            self.desk.answer(ticket, Verdict::Retry);
        }
    }

    pub(super) fn came(&mut self, entry: &WatchEntry, came: Came) {
        let path = crate::dirs::shown(&entry.folder_path);
        self.news.add(entry.folder.0, &path, came, Instant::now());
    }
}

/// What looking into a file came to.
enum Looked {
    Ready(Ticket, WatchedFile),
    Wrong(Ticket, WatchNote),
    /// Answered already.
    Later,
}

pub(super) fn names_of(file: &WatchedFile) -> Vec<(InfoHash, String)> {
    let names = file.torrents.iter().map(|t| (t.hash, t.name.clone()));
    names.collect()
}

pub(super) fn came_of(
    entry: &WatchEntry,
    reply: &WatchedReply,
    names: &[(InfoHash, String)],
) -> Came {
    let count = |hashes: &[InfoHash]| u32::try_from(hashes.len()).unwrap_or(u32::MAX);
    let hash = reply.added.first().copied();
    let of = |hash: &InfoHash| names.iter().find(|(one, _)| one == hash);
    let name = hash.or_else(|| reply.already.first().copied());
    let name = name.and_then(|hash| Some(of(&hash)?.1.clone()));
    let file = || display_text(&entry.file.to_string_lossy(), MAX_DISPLAY_CHARS);
    Came {
        added: count(&reply.added),
        already: count(&reply.already),
        bad: u32::from(entry.outcome.is_bad()),
        hash,
        name: name.unwrap_or_else(file),
    }
}

/// What is to become of the original of an entry that is stored.
fn verdict(entry: &WatchEntry, rules: &WatchRules) -> Verdict {
    let owed = entry.after == AfterState::Pending;
    match &entry.outcome {
        WatchOutcome::Bad { .. } => Verdict::Bad {
            move_to: rules.bad_folder.clone().filter(|_| owed),
        },
        _ => match book::after(rules) {
            After::Keep => Verdict::Leave,
            _ if !owed => Verdict::Leave,
            action => Verdict::Done(action),
        },
    }
}
