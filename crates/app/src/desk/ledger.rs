//! Counts what all torrents do, by what changes: each torrent is looked at once when Shoal starts, and then
//! only when something about it has changed. Says what happened that somebody may want to know.
//!
//! Must never tell what was so already when Shoal started, nor anything twice.

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    sync::Arc,
};

use shoal_api::Sentence;
use shoal_core::{Explanation, InfoHash, Phase, Session, State, Status, Torrent};

use super::{Desk, Happening};
use crate::views;

/// Causes that lie with the data or the engine and do not pass by themselves.
const FAILURES: [&str; 9] = [
    "bad_metadata",
    "files_changed",
    "internal",
    "io",
    "matches_partly",
    "move_failed",
    "store_damaged",
    "trash_failed",
    "unsupported",
];
/// What went wrong with a torrent that goes on.
const MISHAP: &str = "move_failed";
/// Of so many torrents it is known that something was told lately.
const TOLD_MAX: usize = 256;

/// What was last counted of a torrent.
#[derive(Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent marks, each of its own cause"
)]
struct Seen {
    status: Status,
    /// Nobody stopped it.
    wanted: bool,
    completed: bool,
    ailing: bool,
    /// It was there when Shoal started, and has not got anywhere since.
    fresh: bool,
}

/// What flows through a torrent, or is still to come; only of those where something does.
#[derive(Clone, Copy, Default, PartialEq)]
struct Flow {
    down_bps: u64,
    up_bps: u64,
    done_bytes: u64,
    wanted_bytes: u64,
}

/// All torrents, counted.
#[derive(Default)]
pub(crate) struct Ledger {
    seen: HashMap<InfoHash, Seen>,
    flows: HashMap<InfoHash, Flow>,
    /// Of which something was told lately, oldest first.
    told: VecDeque<InfoHash>,
    desk: Desk,
}

impl Ledger {
    /// Counts all torrents as they are at the start; nothing of that is news.
    pub(crate) fn of(state: &State) -> Self {
        let mut ledger = Self::default();
        ledger.take_settings(state);
        ledger.take_totals(state);
        for t in state.torrents().filter(|t| t.is_listed()) {
            let (mut seen, _) = look(state, t);
            seen.fresh = true;
            ledger.put(t.record.hash, seen, flow(t, seen.status));
        }
        ledger
    }

    /// The sums.
    pub(crate) fn desk(&self) -> &Desk {
        &self.desk
    }

    /// Takes the present settings over.
    pub(crate) fn take_settings(&mut self, state: &State) {
        self.desk.settings = Arc::new(views::settings(state.settings()));
    }

    /// Takes over which limits are in force, and what is about to happen.
    pub(crate) fn take_totals(&mut self, state: &State) {
        self.desk.slowed = state.speed_in_force().slow;
        self.desk.all_done = state.all_done().map(views::all_done);
    }

    /// Counts the torrents that changed anew, and says what happened to them.
    pub(crate) fn follow(&mut self, state: &State, changed: &BTreeSet<InfoHash>) -> Vec<Happening> {
        self.desk.ready |= !matches!(state.session(), Session::Starting);
        let mut news = Vec::new();
        for hash in changed {
            let before = self.seen.get(hash).copied();
            let Some(t) = state.torrent(*hash) else {
                self.drop(hash);
                news.extend(self.over(hash));
                continue;
            };
            let (mut now, said) = look(state, t);
            now.fresh = before.is_some_and(|b| b.fresh) && !is_settled(t, now.status);
            self.put(*hash, now, flow(t, now.status));
            if before.is_some_and(|b| b.ailing) && !now.ailing {
                news.extend(self.over(hash));
            }
            if let Some(what) = happened(before, now, t, said) {
                news.push(what);
                self.told.push_back(*hash);
                if self.told.len() > TOLD_MAX {
                    self.told.pop_front();
                }
            }
        }
        news
    }

    /// What was told of it is over, if something was.
    fn over(&mut self, hash: &InfoHash) -> Option<Happening> {
        let before = self.told.len();
        self.told.retain(|told| told != hash);
        let hash = hash.to_string();
        (self.told.len() < before).then_some(Happening::Over { hash })
    }

    fn put(&mut self, hash: InfoHash, seen: Seen, flow: Flow) {
        self.drop(&hash);
        let desk = &mut self.desk;
        desk.listed += 1;
        *count(desk, seen.status) += 1;
        desk.stopped += u32::from(!seen.wanted);
        self.seen.insert(hash, seen);
        if flow != Flow::default() {
            desk.down_bps += flow.down_bps;
            desk.up_bps += flow.up_bps;
            desk.done_bytes += flow.done_bytes;
            desk.wanted_bytes += flow.wanted_bytes;
            self.flows.insert(hash, flow);
        }
    }

    fn drop(&mut self, hash: &InfoHash) {
        let desk = &mut self.desk;
        if let Some(seen) = self.seen.remove(hash) {
            desk.listed -= 1;
            *count(desk, seen.status) -= 1;
            desk.stopped -= u32::from(!seen.wanted);
        }
        if let Some(flow) = self.flows.remove(hash) {
            desk.down_bps -= flow.down_bps;
            desk.up_bps -= flow.up_bps;
            desk.done_bytes -= flow.done_bytes;
            desk.wanted_bytes -= flow.wanted_bytes;
        }
    }
}

/// Where a status is counted.
fn count(desk: &mut Desk, status: Status) -> &mut u32 {
    match status {
        Status::FetchingMetadata | Status::Downloading => &mut desk.downloading,
        Status::Seeding => &mut desk.seeding,
        Status::Checking => &mut desk.checking,
        Status::Choosing | Status::Waiting => &mut desk.waiting,
        Status::Attention => &mut desk.attention,
        Status::Finished | Status::Stopped => &mut desk.at_rest,
    }
}

fn look(state: &State, t: &Torrent) -> (Seen, Explanation) {
    let (status, said) = state.explain(t);
    let seen = Seen {
        status: match t.live.phase {
            // Its files are read and written, whatever its row says.
            Phase::Moving => Status::Checking,
            // Nothing is read until somebody says so.
            Phase::Checking if t.live.held => Status::Waiting,
            _ => status,
        },
        wanted: t.record.intent.wants_run(),
        completed: t.record.completed_at.is_some(),
        ailing: status == Status::Attention || said.code == MISHAP,
        fresh: false,
    };
    (seen, said)
}

/// Whether it has got to where it stays until something happens.
fn is_settled(t: &Torrent, status: Status) -> bool {
    let idle = t.live.phase == Phase::Idle && !t.record.intent.wants_run();
    idle || t.live.phase == Phase::Running || matches!(status, Status::Attention | Status::Choosing)
}

fn flow(t: &Torrent, status: Status) -> Flow {
    let downloads = status == Status::Downloading;
    Flow {
        down_bps: t.live.down_bps,
        up_bps: t.live.up_bps,
        done_bytes: if downloads { t.record.have_bytes } else { 0 },
        wanted_bytes: if downloads { t.record.wanted_bytes } else { 0 },
    }
}

fn happened(before: Option<Seen>, now: Seen, t: &Torrent, said: Explanation) -> Option<Happening> {
    let (hash, name) = (t.record.hash.to_string(), t.record.name.clone());
    let was_whole = before.is_none_or(|b| b.completed);
    if now.completed && !was_whole && t.record.downloaded_bytes > 0 {
        return Some(Happening::Finished { hash, name });
    }
    let (ailed, fresh) = before.map_or((false, false), |b| (b.ailing, b.fresh));
    if !now.ailing || ailed || fresh {
        return None;
    }
    let failed = FAILURES.contains(&said.code);
    let sentence: Sentence = views::sentence(said);
    Some(if failed {
        Happening::Failed {
            hash,
            name,
            sentence,
        }
    } else {
        Happening::Attention {
            hash,
            name,
            sentence,
        }
    })
}
