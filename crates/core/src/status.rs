//! The one place where a torrent's shown status and its sentence are derived.
//!
//! Words live in the interface: here are only codes and what to fill in.

use crate::{Fault, GoalKind, Phase, Retry, Session, State, Torrent, Trouble};

/// The one status a row shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Asking peers for a magnet's file list.
    FetchingMetadata,
    /// The file list is known and the user is to choose.
    Choosing,
    /// Reading what is on disk, or about to.
    Checking,
    /// Downloading.
    Downloading,
    /// Complete and offered to others.
    Seeding,
    /// Complete and stopped.
    Finished,
    /// Incomplete and stopped.
    Stopped,
    /// Wants to run and waits for something that comes by itself.
    Waiting,
    /// Cannot go on without the user, or until something outside changes.
    Attention,
}

/// What is going on, as a code with values by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Stable code; the interface has words for it.
    pub code: &'static str,
    /// Values: counts, bytes and seconds as digits, texts as they are.
    pub params: Vec<(&'static str, String)>,
}

impl Explanation {
    fn new(code: &'static str) -> Self {
        Self {
            code,
            params: vec![],
        }
    }

    fn with(mut self, name: &'static str, value: &impl ToString) -> Self {
        self.params.push((name, value.to_string()));
        self
    }
}

/// Longest time left that is worth saying, in seconds: 30 days.
const ETA_MAX_S: u64 = 30 * 24 * 3_600;

/// Seconds left at the present pace.
pub fn eta_s(t: &Torrent) -> Option<u64> {
    let left = t.record.wanted_bytes.saturating_sub(t.record.have_bytes);
    seconds(left, t.live.pace_bps)
}

/// Seconds left of the check or the relocation that is under way; none while that is paused or its
/// speed is not known.
pub fn work_eta_s(t: &Torrent) -> Option<u64> {
    let (done, total) = match t.live.phase {
        Phase::Checking if !t.live.held => t.live.check?,
        Phase::Moving => t.live.moved?,
        _ => return None,
    };
    seconds(total.saturating_sub(done), t.live.work_bps)
}

fn seconds(left_bytes: u64, bps: f64) -> Option<u64> {
    if bps < 1.0 {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    let left = left_bytes as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not negative; saturates"
    )]
    let eta = (left / bps).ceil() as u64;
    (eta > 0 && eta <= ETA_MAX_S).then_some(eta)
}

impl State {
    /// The status of `t` and the sentence that explains it.
    pub fn explain(&self, t: &Torrent) -> (Status, Explanation) {
        // A trouble is said until it is over, also while it is tried again.
        // But when it waits for its turn to be tried again.
        let queued = |trouble: &Trouble| {
            trouble.retry == Retry::Now && t.live.phase == Phase::Idle && t.live.place.is_some()
        };
        if let Some(trouble) = &t.live.trouble
            && t.record.intent.wants_run()
            && !queued(trouble)
        {
            let status = match trouble.fault {
                // Nothing is wrong with it: its turn comes.
                Fault::TooManyRunning => Status::Waiting,
                _ => Status::Attention,
            };
            return (status, of_fault(&trouble.fault));
        }
        let (status, said) = self.explain_phase(t);
        match &t.live.mishap {
            // It goes on; what it does can be seen, and this cannot.
            Some(fault) if is_at_rest(t) => (status, of_fault(fault)),
            _ => (status, said),
        }
    }

    fn explain_phase(&self, t: &Torrent) -> (Status, Explanation) {
        if self.is_reconnecting(t) {
            let status = if t.record.is_complete() {
                Status::Seeding
            } else {
                Status::Downloading
            };
            return (status, Explanation::new("reconnecting_limits"));
        }
        match t.live.phase {
            Phase::FetchingMetadata => {
                let code = Explanation::new("fetching_metadata");
                let said = code
                    .with("connected", &t.live.peers_connected)
                    .with("known", &t.live.peers_known);
                (Status::FetchingMetadata, said)
            }
            Phase::Checking => (Status::Checking, checking(t)),
            Phase::Starting if t.record.is_complete() => {
                (Status::Seeding, Explanation::new("starting"))
            }
            Phase::Starting => (Status::Downloading, Explanation::new("starting")),
            Phase::Running if t.record.is_complete() => (Status::Seeding, self.seeding(t)),
            Phase::Running => (Status::Downloading, downloading(t)),
            Phase::Moving => (Status::Waiting, moving(t)),
            Phase::Idle | Phase::Stopping if t.record.moving.is_some() => {
                (Status::Waiting, Explanation::new("move_waiting"))
            }
            Phase::Trashing => (Status::Waiting, Explanation::new("removing")),
            Phase::Idle | Phase::Stopping => self.explain_idle(t),
        }
    }

    fn explain_idle(&self, t: &Torrent) -> (Status, Explanation) {
        let complete = t.record.is_complete();
        if !t.record.intent.wants_run() {
            return match &t.live.trouble {
                Some(trouble) => (Status::Attention, of_fault(&trouble.fault)),
                None if complete => (Status::Finished, self.finished(t)),
                None => (Status::Stopped, Explanation::new("stopped")),
            };
        }
        if t.record.awaiting_choice && t.record.summary.is_some() {
            return (Status::Choosing, Explanation::new("choosing_files"));
        }
        let said = match self.session() {
            Session::Running { .. } if t.live.place.is_some() => {
                let code = if complete {
                    Explanation::new("queue_seed")
                } else {
                    Explanation::new("queue_download")
                };
                placed(code, t.live.place)
            }
            Session::Running { .. } => Explanation::new("starting"),
            Session::Starting | Session::Failed { .. } => Explanation::new("waiting_network"),
        };
        (Status::Waiting, said)
    }

    /// Whether it is stopped and started for new limits, or about to be, and nothing else is with it.
    fn is_reconnecting(&self, t: &Torrent) -> bool {
        let elsewhere = matches!(t.live.phase, Phase::Moving | Phase::Trashing);
        let busy = elsewhere || t.live.check.is_some() || t.record.moving.is_some();
        let runs = matches!(self.session(), Session::Running { .. });
        self.is_relimited(t) && runs && !busy && t.is_listed() && t.record.intent.wants_run()
    }

    fn seeding(&self, t: &Torrent) -> Explanation {
        let peers = t.live.peers_connected;
        match self.goal_of(t) {
            Some(goal) if goal.reached => {
                Explanation::new("goal_reached").with("kind", &goal.kind.code())
            }
            Some(goal) if goal.kind == GoalKind::Time => {
                Explanation::new("seeding_to_time").with("left_s", &goal.left)
            }
            Some(goal) if goal.kind == GoalKind::Idle => {
                Explanation::new("seeding_to_idle").with("left_s", &goal.left)
            }
            Some(goal) if peers > 0 => {
                let said = Explanation::new("seeding_to_ratio")
                    .with("ratio_percent", &goal.target)
                    .with("left_bytes", &goal.left);
                // Nobody takes anything just now: when they will again, nobody knows.
                let moves = t.live.up_bps > 0;
                let eta = seconds(goal.left, t.live.up_pace_bps);
                with_eta(said, eta.filter(|_| moves))
            }
            _ if peers == 0 => Explanation::new("seeding_idle"),
            _ => Explanation::new("seeding").with("connected", &peers),
        }
    }

    fn finished(&self, t: &Torrent) -> Explanation {
        match self.goal_of(t) {
            Some(goal) if goal.reached && t.record.goal_done => {
                Explanation::new("goal_reached").with("kind", &goal.kind.code())
            }
            _ => Explanation::new("finished"),
        }
    }

    /// The sentence for a session that does not run.
    pub fn explain_session(&self) -> Option<Explanation> {
        let Session::Failed { fault, detail, .. } = self.session() else {
            return None;
        };
        let reason = match fault {
            crate::EngineFault::PortTaken => "port_taken",
            crate::EngineFault::PermissionDenied => "permission_denied",
            crate::EngineFault::DiskFull => "disk_full",
            _ => "internal",
        };
        Some(
            Explanation::new("network_failed")
                .with("reason", &reason)
                .with("detail", &detail),
        )
    }
}

/// Whether nothing of it is more worth saying than what went wrong.
fn is_at_rest(t: &Torrent) -> bool {
    let quiet = matches!(t.live.phase, Phase::Idle | Phase::Starting | Phase::Running);
    quiet && t.record.moving.is_none()
}

fn checking(t: &Torrent) -> Explanation {
    if t.live.held {
        return Explanation::new("check_paused");
    }
    if t.live.check.is_none() {
        return match t.live.check_place {
            None => Explanation::new("check_queued"),
            place => placed(Explanation::new("queue_check"), place),
        };
    }
    with_eta(Explanation::new("checking"), work_eta_s(t))
}

fn placed(said: Explanation, place: Option<u32>) -> Explanation {
    match place {
        Some(place) => said.with("place", &place),
        None => said,
    }
}

fn moving(t: &Torrent) -> Explanation {
    let Some(m) = &t.record.moving else {
        return Explanation::new("move_waiting");
    };
    if m.back {
        return Explanation::new("moving_back");
    }
    let Some((done, total)) = t.live.moved else {
        return Explanation::new("move_waiting");
    };
    let said = Explanation::new("moving")
        .with("done_bytes", &done)
        .with("total_bytes", &total)
        .with("path", &m.to.folder.display());
    with_eta(said, work_eta_s(t))
}

fn with_eta(said: Explanation, eta_s: Option<u64>) -> Explanation {
    match eta_s {
        Some(eta) => said.with("eta_s", &eta),
        None => said,
    }
}

fn downloading(t: &Torrent) -> Explanation {
    let live = &t.live;
    if live.down_bps > 0 {
        let said = Explanation::new("downloading")
            .with("sending", &live.peers_sending)
            .with("connected", &live.peers_connected);
        return with_eta(said, eta_s(t));
    }
    if live.peers_connected > 0 {
        return Explanation::new("downloading")
            .with("sending", &0)
            .with("connected", &live.peers_connected);
    }
    if live.peers_known > 0 {
        return Explanation::new("looking_for_peers").with("known", &live.peers_known);
    }
    Explanation::new("no_peers")
}

pub(crate) fn of_fault(fault: &Fault) -> Explanation {
    match fault {
        Fault::FolderMissing(path) => {
            Explanation::new("folder_missing").with("path", &path.display())
        }
        Fault::FileInTheWay(path) => {
            Explanation::new("file_in_the_way").with("path", &path.display())
        }
        Fault::PermissionDenied(path) => {
            Explanation::new("permission_denied").with("path", &path.display())
        }
        Fault::DiskFull {
            needed_bytes,
            volume,
        } => Explanation::new("disk_full")
            .with("needed_bytes", &needed_bytes)
            .with("volume", &volume.display()),
        Fault::VolumeChanged(path) => {
            Explanation::new("volume_changed").with("path", &path.display())
        }
        Fault::ReadOnly(path) => Explanation::new("read_only").with("path", &path.display()),
        Fault::TooManyRunning => Explanation::new("too_many_running"),
        Fault::FileTooBig(path) => Explanation::new("file_too_big").with("path", &path.display()),
        Fault::MatchesPartly {
            path,
            good_bytes,
            total_bytes,
        } => Explanation::new("matches_partly")
            .with("path", &path.display())
            .with("good_bytes", &good_bytes)
            .with("total_bytes", &total_bytes),
        Fault::MoveFailed { to, why } => Explanation::new("move_failed")
            .with("path", &to.display())
            .with("reason", &of_fault(why).code),
        Fault::FilesChanged => Explanation::new("files_changed"),
        Fault::Io(detail) => Explanation::new("io").with("detail", &detail),
        Fault::Internal(detail) => Explanation::new("internal").with("detail", &detail),
        Fault::NoPeerSource => Explanation::new("no_peer_source"),
        Fault::Unsupported(detail) => Explanation::new("unsupported").with("detail", detail),
        Fault::BadMetadata(reason) => Explanation::new("bad_metadata").with("reason", &reason),
        Fault::StoreDamaged => Explanation::new("store_damaged"),
        Fault::TrashFailed(detail) => Explanation::new("trash_failed").with("detail", &detail),
    }
}
