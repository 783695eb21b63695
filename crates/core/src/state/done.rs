//! What is done when a torrent has become complete, and when none downloads any more.
//!
//! For a torrent, in this order: its data goes to the folder that its labels or the settings name for
//! complete ones, it gets a label, and a program is run. That this is due is in the record from the
//! moment of completion on, so that a restart in the middle of a long move loses nothing; the program is
//! asked for behind the commit that says so, and never begun twice. One program runs at a time: those
//! whose turn has not come are due still, also after a restart. A move that did not work holds up
//! nothing behind it.
//!
//! When all is done the computer or Shoal may rest, after a minute in which anybody can say no.

use std::{
    collections::{BTreeSet, VecDeque},
    ffi::{OsStr, OsString},
};

use shoal_metainfo::InfoHash;

use super::{Owner, State, Torrent};
use crate::{
    Change, Effect, Flush, LogNote, Phase, Reply, Retry, SettingValue, StoreOp, Timestamp, Tone,
    TorrentRecord, label_and_above,
};

/// How long it is shown that all is done before anything follows, in milliseconds.
pub const ALL_DONE_AFTER_MS: u64 = 60_000;
/// Why there is no status of a program that was asked for in the moment in which Shoal quit.
pub const PROGRAM_NOT_BEGUN: &str = "not_begun";

/// What follows when no torrent downloads any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AllDoneKind {
    /// Shoal quits.
    Quit,
    /// The computer sleeps.
    Sleep,
    /// The computer is shut down.
    Shutdown,
}

/// What is about to happen because no torrent downloads any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AllDone {
    /// What.
    pub kind: AllDoneKind,
    /// When.
    pub at: Timestamp,
}

/// A program that is to be run for a torrent.
struct ProgramCall {
    /// The program and its arguments, with what stands for something of the torrent filled in.
    argv: Vec<OsString>,
    /// What is added to its environment.
    env: Vec<(&'static str, OsString)>,
}

#[derive(Debug)]
struct Countdown {
    what: AllDone,
    left_ms: u64,
}

/// What is due of that, and under way.
#[derive(Debug, Default)]
pub(super) struct Doing {
    /// Torrents whose record says that something is due.
    due: BTreeSet<InfoHash>,
    /// Others, for which only label and program are due, in the order in which it is their turn.
    queue: VecDeque<InfoHash>,
    /// Those whose data was sent away for it: whatever came of that, it is not sent again.
    sent: BTreeSet<InfoHash>,
    /// One whose data is sent away behind the commit that is open.
    sends: Option<InfoHash>,
    /// A program is asked for behind the commit that is open.
    asks: bool,
    /// Programs that were asked for and have not ended: one at most.
    programs: usize,
    /// A torrent has become complete since it was asked what follows.
    some: bool,
    countdown: Option<Countdown>,
}

impl State {
    /// What is about to happen because no torrent downloads any more.
    pub fn all_done(&self) -> Option<AllDone> {
        self.doing.countdown.as_ref().map(|c| c.what)
    }

    /// A torrent has just become complete: what follows that is due from now on.
    pub(super) fn begin_done(&mut self, hash: InfoHash) {
        self.doing.some = true;
        let Some(t) = self.torrent(hash) else {
            return;
        };
        let done = self.done_of(&t.record);
        if done == crate::Done::default() {
            return;
        }
        // From the folder for unfinished ones it goes there at once, not home before.
        let is_away = t.record.unfinished_path.is_some() && t.record.moving.is_none();
        let name = t.record.disk_name.clone();
        let to = done.move_to.filter(|_| is_away);
        let to = to.filter(|folder| !self.is_claimed(hash, &[folder], &name));
        if self.before.is_none() {
            // It is of one transaction only.
            self.names = None;
        }
        if let Some(t) = self.torrents.get_mut(&hash) {
            t.record.done_due = true;
            if let Some(folder) = to {
                t.record.save_path = folder;
            }
            self.doing.due.insert(hash);
        }
    }

    /// What was due when Shoal ended.
    pub(super) fn restore_done(&mut self) {
        let due = self.torrents.values().filter(|t| t.record.done_due);
        self.doing.due = due.map(|t| t.record.hash).collect();
    }

    /// What is to be done with a torrent when it is complete: what the first of its labels says, or one
    /// that label is below, else the settings.
    fn done_of(&self, record: &TorrentRecord) -> crate::Done {
        let names = record.labels.iter().flat_map(|name| label_and_above(name));
        let mut done = crate::Done::default();
        for label in names.filter_map(|name| self.labels.get(name)) {
            let of = &label.done;
            done.move_to = done.move_to.or_else(|| of.move_to.clone());
            done.label = done.label.or_else(|| of.label.clone());
            done.program = done.program.or_else(|| of.program.clone());
        }
        let s = &self.settings;
        let folder = (!s.done_move_to.as_os_str().is_empty()).then(|| s.done_move_to.clone());
        let words: Vec<String> = s.done_program.lines().map(str::to_owned).collect();
        crate::Done {
            move_to: done.move_to.or(folder),
            label: (done.label).or((!s.done_label.is_empty()).then(|| s.done_label.clone())),
            program: done.program.or((!words.is_empty()).then_some(words)),
        }
    }

    /// Takes the next step for one torrent that something is due for, in a commit of its own.
    pub(super) fn go_on_done(&mut self, now: Timestamp) -> Vec<Effect> {
        if self.before.is_some() || self.quitting {
            return vec![];
        }
        let Some(hash) = self.next_due() else {
            return vec![];
        };
        let Some(t) = self.torrent(hash).filter(|t| t.record.done_due) else {
            self.doing.due.remove(&hash);
            self.doing.sent.remove(&hash);
            return vec![];
        };
        let done = self.done_of(&t.record);
        let goal = t.record.goal();
        if let Some(folder) = done.move_to.filter(|folder| *folder != goal.save_path)
            && !self.doing.sent.contains(&hash)
        {
            let mut goal = goal;
            goal.place.folder.clone_from(&folder);
            goal.save_path = folder;
            self.begin(Owner::Nobody);
            let (mut ops, mut then) = (vec![], vec![]);
            self.apply(Change::Move(hash, Box::new(goal)), now, &mut ops, &mut then);
            then.push(Effect::Publish);
            if ops.is_empty() {
                self.doing.sent.insert(hash);
            } else {
                self.doing.sends = Some(hash);
            }
            return self.commit(ops, then);
        }
        if done.program.is_some() && self.is_program_asked() {
            self.doing.due.remove(&hash);
            self.doing.queue.push_back(hash);
            return vec![];
        }
        self.finish_done(hash, done.label, done.program.as_deref(), now)
    }

    /// Whether a program was asked for that has not ended.
    pub(super) fn is_program_asked(&self) -> bool {
        self.doing.programs > 0
    }

    /// The next torrent for which something can be done: first one that has waited for a program to end.
    fn next_due(&mut self) -> Option<InfoHash> {
        let ready = |hash: &InfoHash| self.torrents.get(hash).is_none_or(|t| !waits(t));
        if !self.is_program_asked()
            && let Some(hash) = self.doing.queue.pop_front()
        {
            // Until it is stored that nothing is due any more.
            self.doing.due.insert(hash);
            if ready(&hash) {
                return Some(hash);
            }
        }
        self.doing.due.iter().copied().find(ready)
    }

    /// Label and program, and that nothing is due any more, in one commit.
    fn finish_done(
        &mut self,
        hash: InfoHash,
        label: Option<String>,
        program: Option<&[String]>,
        now: Timestamp,
    ) -> Vec<Effect> {
        self.begin(Owner::Nobody);
        self.remember(hash);
        let (mut ops, mut then) = (vec![], vec![]);
        let Some(t) = self.torrents.get(&hash) else {
            return self.commit(ops, then);
        };
        let mut labels = t.record.labels.clone();
        labels.extend(label.filter(|name| !labels.contains(name)));
        // A label too many for one torrent is left away.
        if let Ok(names) = self.make_labels(&labels, now, &mut ops, &mut then) {
            self.apply_labels(hash, &names, &mut ops);
            self.renew_terms();
        }
        if let Some(t) = self.torrents.get_mut(&hash) {
            t.record.done_due = false;
            ops.push(StoreOp::PutTorrent(Box::new(t.record.clone())));
        }
        self.touch(hash);
        let t = self.torrents.get(&hash);
        if let Some((t, words)) = t.zip(program) {
            let ProgramCall { argv, env } = call(&t.record, words);
            let begins = LogNote::new("log_program_begins", Tone::Neutral);
            let program = argv.first().map(|word| word.to_string_lossy());
            self.note(hash, begins.with("program", &program.unwrap_or_default()));
            then.push(Effect::RunProgram { hash, argv, env });
            self.doing.asks = true;
        }
        then.push(Effect::Publish);
        self.commit(ops, then)
    }

    /// The commit that is open ended well or not: data behind it is sent away and a program run, or not.
    /// Until that has ended, not all is done.
    pub(super) fn count_done(&mut self, stored: bool) {
        let sent = self.doing.sends.take().filter(|_| stored);
        self.doing.sent.extend(sent);
        let asks = std::mem::take(&mut self.doing.asks);
        self.doing.programs += usize::from(asks && stored);
    }

    pub(super) fn on_program_ended(
        &mut self,
        hash: InfoHash,
        outcome: Result<i32, String>,
        output: &str,
        now: Timestamp,
    ) -> Vec<Effect> {
        self.doing.programs = self.doing.programs.saturating_sub(1);
        let mut effects = vec![];
        if outcome.as_ref().is_err_and(|why| why == PROGRAM_NOT_BEGUN) {
            effects = self.due_again(hash);
        }
        if self.any_torrent(hash).is_some() {
            self.note_program(hash, outcome, output);
        }
        self.leave_if_done(&mut effects);
        effects.extend(self.go_on_done(now));
        effects
    }

    /// Nobody has begun the program of a torrent: its turn comes again, after the next start.
    fn due_again(&mut self, hash: InfoHash) -> Vec<Effect> {
        let Some(t) = self.torrents.get_mut(&hash) else {
            return vec![];
        };
        t.record.done_due = true;
        self.doing.due.insert(hash);
        let put = StoreOp::PutTorrent(Box::new(t.record.clone()));
        vec![Effect::StoreSoon(vec![put])]
    }

    fn note_program(&mut self, hash: InfoHash, outcome: Result<i32, String>, output: &str) {
        let note = match outcome {
            Ok(0) => LogNote::new("log_program_ended", Tone::Good),
            Ok(status) => LogNote::new("log_program_status", Tone::Bad).with("status", &status),
            Err(why) => LogNote::new("log_program_failed", Tone::Bad).with("reason", &why),
        };
        let note = if output.is_empty() {
            note
        } else {
            note.with_output(output)
        };
        self.note(hash, note);
    }

    /// Counts down while nothing downloads, if something is to follow that. `passed_ms` really passed
    /// since the last tick.
    pub(super) fn count_down(&mut self, passed_ms: u64, now: Timestamp) -> Vec<Effect> {
        let before = self.all_done();
        let kind = self.settings.all_done_kind();
        if kind.is_none() {
            self.doing.some = false;
        }
        let kind = kind.filter(|_| self.doing.some && !self.quitting && self.is_all_done());
        let Some(kind) = kind else {
            self.doing.countdown = None;
            self.changes.totals |= before.is_some();
            return vec![];
        };
        let counted = self.doing.countdown.get_or_insert(Countdown {
            what: AllDone { kind, at: now },
            left_ms: ALL_DONE_AFTER_MS + passed_ms,
        });
        counted.left_ms = counted.left_ms.saturating_sub(passed_ms);
        let left_ms = i64::try_from(counted.left_ms).unwrap_or(0);
        let at = now.plus_millis(left_ms);
        if before.is_none() || passed_ms == 0 || counted.what.kind != kind {
            counted.what = AllDone { kind, at };
        }
        self.changes.totals |= before != Some(counted.what);
        if counted.left_ms > 0 || self.before.is_some() {
            return vec![];
        }
        self.end_countdown();
        self.forget_all_done(vec![Effect::WhenAllDone(kind), Effect::Publish], now)
    }

    /// Nothing follows when all is done, this time.
    pub(super) fn cancel_all_done(&mut self, now: Timestamp) -> (Vec<StoreOp>, Vec<Effect>, Reply) {
        self.end_countdown();
        let (mut ops, mut then) = (vec![], vec![]);
        self.apply(nothing_follows(), now, &mut ops, &mut then);
        (ops, then, Reply::Done)
    }

    fn end_countdown(&mut self) {
        self.doing.countdown = None;
        self.doing.some = false;
        self.changes.totals = true;
    }

    /// It is done once: then nothing follows again.
    fn forget_all_done(&mut self, effects: Vec<Effect>, now: Timestamp) -> Vec<Effect> {
        self.begin(Owner::Nobody);
        let (mut ops, mut then) = (vec![], vec![]);
        self.apply(nothing_follows(), now, &mut ops, &mut then);
        then.extend(effects);
        self.commit(ops, then)
    }

    /// Whether no torrent is on its way to be complete, and nothing is under way for one that is. What
    /// only the user can help, or is waiting for the user, is on no way.
    fn is_all_done(&self) -> bool {
        let busy = |t: &Torrent| {
            let r = &t.record;
            let never = |trouble: &crate::Trouble| trouble.retry == Retry::Never;
            let stuck = t.live.trouble.as_ref().is_some_and(never) || r.awaiting_choice;
            let comes = r.intent.wants_run() && !r.is_complete() && !stuck;
            let flushes = matches!(t.live.flush, Flush::Pending(_));
            t.is_listed() && (comes || flushes || r.moving.is_some())
        };
        self.doing.programs == 0
            && self.doing.due.is_empty()
            && self.doing.queue.is_empty()
            && !self.torrents.values().any(|t| busy(t))
    }
}

fn nothing_follows() -> Change {
    let nothing = SettingValue::Text("nothing".to_owned());
    Change::Setting("done.all".to_owned(), nothing)
}

/// Whether something else with it comes to an end first.
fn waits(t: &Torrent) -> bool {
    let rests = matches!(t.live.phase, Phase::Idle | Phase::Running);
    t.is_listed()
        && t.record.done_due
        && (!rests || t.record.moving.is_some() || State::is_home_due(t))
}

/// What is run for a torrent: in the arguments `%N` is its name, `%F` its folder, `%P` the path of its
/// file or folder, `%H` its info-hash, `%L` its labels with commas, `%T` the host of its first tracker,
/// `%Z` its size in bytes, `%%` a percent sign. Which program it is no torrent decides, nor what is an
/// option for it: a value that would make its argument begin with a dash loses its dashes. The
/// environment has it as it is.
fn call(record: &TorrentRecord, words: &[String]) -> ProgramCall {
    let path = record
        .content_path()
        .unwrap_or_else(|| record.folder().to_owned());
    let tracker = record.tracker_hosts().into_iter().next();
    let values: [(char, &'static str, OsString); 7] = [
        ('N', "SHOAL_NAME", record.name.clone().into()),
        ('F', "SHOAL_FOLDER", record.folder().into()),
        ('P', "SHOAL_PATH", path.into()),
        ('H', "SHOAL_HASH", record.hash.to_string().into()),
        ('L', "SHOAL_LABELS", record.labels.join(",").into()),
        ('T', "SHOAL_TRACKER", tracker.unwrap_or_default().into()),
        ('Z', "SHOAL_BYTES", record.wanted_bytes.to_string().into()),
    ];
    let fill = |word: &String| {
        let (mut filled, mut chars) = (OsString::new(), word.chars());
        while let Some(c) = chars.next() {
            let mut text = [0; 4];
            if c != '%' {
                filled.push(c.encode_utf8(&mut text));
                continue;
            }
            let after = chars.clone().next();
            let value = values.iter().find(|(key, ..)| Some(*key) == after);
            match value {
                Some((_, _, value)) if filled.is_empty() => filled.push(undashed(value)),
                Some((_, _, value)) => filled.push(value),
                None => filled.push("%"),
            }
            if value.is_some() || after == Some('%') {
                chars.next();
            }
        }
        filled
    };
    let arguments = words.iter().skip(1).map(fill);
    let program = words.first().map(OsString::from);
    ProgramCall {
        argv: program.into_iter().chain(arguments).collect(),
        env: values
            .into_iter()
            .map(|(_, name, value)| (name, value))
            .collect(),
    }
}

/// A torrent's words as the begin of an argument, which no program takes for an option.
fn undashed(value: &OsStr) -> &OsStr {
    // What is no text is a path, and begins with no dash.
    let text = value.to_str().map(|text| text.trim_start_matches('-'));
    text.map_or(value, OsStr::new)
}
