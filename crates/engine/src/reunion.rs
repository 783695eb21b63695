//! Peers that will never hear what we have, and when to meet them anew. The engine sends no list of
//! pieces while it has none, and tells a peer of a new piece only when it knows what that one has:
//! two such engines that connect while both are empty say nothing to one another for as long as the
//! connection lasts. Whoever connects with a piece in hand ends it for both.
//!
//! That is up to the one who dialled: one who was dialled cannot call back, and when it hangs up,
//! the other dials again only after ten seconds or twenty. Were both to hang up, or all of several at
//! once, they would be parted for so long. One who was dialled does it only when the other does not.
//!
//! It only looks and decides. Everything is dropped for it, so it is done once a run at most, right
//! after the first piece, and only where such peers are a good part of few.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use crate::{
    note::Handle,
    storage::TorrentFiles,
    watch::{self, Contact},
};

/// In which a peer that knows what we have, or tells what it has, would have asked or been asked.
const GRACE: Duration = Duration::from_millis(600);
/// In which those that dialled us do it, if they ever do.
const COURTESY: Duration = Duration::from_secs(6);
/// How long a peer that sends is waited for which can be called back.
const PATIENCE: Duration = Duration::from_secs(20);
/// With more peers than this there is enough to get without those few.
const MOST_PEERS: u32 = 30;
/// Of so many connected peers at least one has to be silent.
const WORTH_ONE_IN: u32 = 4;
/// How the engine names itself where no application gives it a name.
const BARE_ENGINE: &str = "rqbit";

/// Where one run is with it.
pub(crate) enum Reunion {
    /// It began with nothing and has nothing yet.
    Empty,
    /// It has a piece since then; these peers were connected before and had moved no byte.
    Unsure {
        since: Instant,
        silent: HashSet<String>,
    },
    /// Done, or never needed.
    Over,
}

impl Reunion {
    /// For a run that begins: what has a piece sends its list to everyone.
    pub(crate) fn of(files: &TorrentFiles) -> Self {
        let nothing = files.have().count_ones() == 0 && !files.progress().1;
        if nothing { Self::Empty } else { Self::Over }
    }

    pub(crate) fn is_over(&self) -> bool {
        matches!(self, Self::Over)
    }

    /// One look, some a second. True, once at most, when all are to be met anew. `family` is how
    /// the names of our own kind begin.
    pub(crate) fn look(&mut self, handle: &Handle, files: &TorrentFiles, family: &str) -> bool {
        let (have_bytes, is_complete) = files.progress();
        if is_complete {
            *self = Self::Over;
        }
        match self {
            Self::Over => false,
            Self::Empty => {
                if have_bytes > 0 {
                    let silent: HashSet<String> = silent(handle, family).map(|p| p.addr).collect();
                    *self = if silent.is_empty() {
                        Self::Over
                    } else {
                        let since = Instant::now();
                        Self::Unsure { since, silent }
                    };
                }
                false
            }
            Self::Unsure { since, silent: old } => {
                let waited = since.elapsed();
                if waited < GRACE {
                    return false;
                }
                let Some(live) = handle.live() else {
                    return false;
                };
                let (mut still, mut ours_to_end) = (0, waited >= COURTESY);
                for peer in silent(handle, family).filter(|p| old.contains(&p.addr)) {
                    still += 1;
                    ours_to_end |= !peer.incoming;
                }
                let peers = live.stats_snapshot().peer_stats;
                let worth = is_worth_it(still, peers.live, peers.live_seeders);
                let sure = worth && ours_to_end && has_dialled_source(handle);
                if sure || !worth || waited > PATIENCE {
                    *self = Self::Over;
                }
                sure
            }
        }
    }
}

/// Connected peers of our own kind that neither sent nor got anything.
fn silent(handle: &Handle, family: &str) -> impl Iterator<Item = Contact> {
    let ours = move |name: &str| name.starts_with(family) || name.starts_with(BARE_ENGINE);
    let silent = |p: &Contact| p.fetched_bytes == 0 && p.uploaded_bytes == 0;
    let peers = watch::connected(handle).into_iter();
    peers.filter(move |p| silent(p) && p.client.as_deref().is_some_and(ours))
}

/// Whether one of those who sent something can be called back at once. One that called us comes
/// when it likes.
fn has_dialled_source(handle: &Handle) -> bool {
    let peers = watch::connected(handle);
    peers.iter().any(|p| p.fetched_bytes > 0 && !p.incoming)
}

/// Whether `silent` of the connected peers are worth to part with all of them for a moment. Those
/// that are known to have everything have told so.
fn is_worth_it(silent: usize, connected: u32, seeders: u32) -> bool {
    let others = connected.saturating_sub(seeders);
    let silent = u32::try_from(silent).unwrap_or(u32::MAX).min(others);
    silent > 0 && connected <= MOST_PEERS && silent.saturating_mul(WORTH_ONE_IN) >= connected
}

#[cfg(test)]
mod tests {
    use super::is_worth_it;

    #[test]
    fn few_are_met_anew_for_a_good_part_of_them() {
        assert!(is_worth_it(2, 3, 1));
        assert!(is_worth_it(1, 4, 0));
        assert!(is_worth_it(8, 30, 5));
    }

    #[test]
    fn nobody_is_dropped_for_nobody_for_seeders_or_for_one_of_many() {
        assert!(!is_worth_it(0, 3, 0));
        assert!(!is_worth_it(3, 3, 3));
        assert!(!is_worth_it(1, 5, 0));
        assert!(!is_worth_it(31, 31, 0));
    }
}
