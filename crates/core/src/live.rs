//! What is happening to a torrent right now: never stored, rebuilt at every start.

use std::net::SocketAddr;

use crate::{Fault, OpId, Timestamp, VolumeMark};

/// What is being done with a torrent. Each phase but `Idle` belongs to one [`OpId`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Nothing.
    #[default]
    Idle,
    /// The swarm is asked for a magnet's metadata.
    FetchingMetadata,
    /// What is on disk is being found out.
    Checking,
    /// The engine was asked to run it.
    Starting,
    /// The engine runs it.
    Running,
    /// The engine was asked to let go of it.
    Stopping,
    /// Its files are on their way to or from the trash.
    Trashing,
    /// Its files are on their way to another place or name.
    Moving,
}

/// Why a torrent stands still, and whether it is tried again by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What is wrong.
    pub fault: Fault,
    /// When it is tried again.
    pub retry: Retry,
}

/// When a troubled torrent is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Only the user can help.
    Never,
    /// By itself, at this time.
    At(Timestamp),
    /// A try is under way.
    Now,
}

/// The live side of one torrent.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent marks, each set and cleared by itself"
)]
pub struct Live {
    /// What is being done.
    pub phase: Phase,
    /// Which operation the phase belongs to.
    pub op: OpId,
    /// What is wrong, until an attempt succeeds.
    pub trouble: Option<Trouble>,
    /// Failures in a row without any progress between them.
    pub(crate) tries: u32,
    /// Bytes read and to read, once a check has really begun.
    pub check: Option<(u64, u64)>,
    /// Bytes moved and to move, once a relocation has really begun.
    pub moved: Option<(u64, u64)>,
    /// Its check is paused.
    pub held: bool,
    /// Bytes a second that a check or a relocation gets through; 0 when not known yet.
    pub work_bps: f64,
    /// When `work_bps` was last measured, and how far the work was then.
    pub(crate) work_from: Option<(Timestamp, u64)>,
    /// It is complete, and stays where it is nevertheless: it could not go where it belongs.
    pub(crate) stays: bool,
    /// The engine is to be told the order of its pieces as soon as it runs.
    pub(crate) steer_due: bool,
    /// When a look at what it waits for was asked for that is not answered yet.
    pub(crate) probed_at: Option<Timestamp>,
    /// The volume its data lies on, as found by the last preparation.
    pub volume: Option<VolumeMark>,
    /// What went wrong while it goes on nevertheless, until the user does something with it.
    pub mishap: Option<Fault>,
    /// What its log says last of how it is.
    pub(crate) told: Told,
    /// A full check was asked for.
    pub recheck: bool,
    /// Files that are there are its own, whatever is in them.
    pub adopt: bool,
    /// What lies where it is saved was looked at since it was added, or since it last failed.
    pub(crate) looked: bool,
    /// Its place among those that wait for a slot of the queue, the first being 1; none: it does not wait.
    pub place: Option<u32>,
    /// The same among those whose data is to be checked, as of the last tick.
    pub(crate) check_place: Option<u32>,
    /// Its place on disk is taken: use a free name.
    pub fresh_name: bool,
    /// It must be stopped and started once for changes to take hold.
    pub restart: bool,
    /// Its files are to go to the trash, to be deleted, or to come back from the trash.
    pub trash_due: Option<TrashMove>,
    /// Bytes a second.
    pub down_bps: u64,
    /// Bytes a second.
    pub up_bps: u64,
    /// Smoothed download speed, for the time left.
    pub pace_bps: f64,
    /// Smoothed upload speed, for the time left to a ratio.
    pub up_pace_bps: f64,
    /// Connected peers.
    pub peers_connected: u32,
    /// Peers being dialled.
    pub peers_connecting: u32,
    /// Peers heard of.
    pub peers_known: u32,
    /// Peers that sent something lately.
    pub peers_sending: u32,
    /// Peers to begin with.
    pub peers: Vec<SocketAddr>,
    /// When it last moved data or was changed.
    pub active_at: Timestamp,
    /// Bytes received as of the last sample of this run.
    pub(crate) run_fetched: u64,
    /// Bytes sent as of the last sample of this run.
    pub(crate) run_uploaded: u64,
    /// Totals grew since they were stored.
    pub(crate) totals_dirty: bool,
    /// Seconds of seeding grew since they were stored.
    pub(crate) times_dirty: bool,
    /// What holds for it, and as of which change of rules.
    pub(crate) terms: Option<(u64, crate::Terms)>,
    /// The limits that it was started with.
    pub(crate) limits: crate::Limits,
    /// It is stopped and started for other limits.
    pub(crate) relimit: bool,
    /// Whether what arrived is safely on disk.
    pub(crate) flush: Flush,
    /// It was added anew to another place while the engine still had it: what the engine says at
    /// last is of the old one.
    pub(crate) displaced: bool,
    /// The selection changed since the last sample: what the engine calls finished may be the old one.
    pub(crate) reselected: bool,
}

/// What the log of a torrent says last of how it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Told {
    /// Not known: nothing was said of it since Shoal was started.
    #[default]
    Unknown,
    /// Nothing is wrong, as far as is known, or somebody does something about it.
    Well,
    /// The trouble of this code.
    Trouble(&'static str),
}

/// How far the flush of a torrent is that has just finished.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Flush {
    /// None asked for.
    #[default]
    None,
    /// On its way, asked for by the start with this number.
    Pending(OpId),
    /// Done.
    Done,
}

/// Which way files go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrashMove {
    /// To the trash.
    Into,
    /// Nowhere: they are deleted for good. Not remembered over a restart: what a kill left goes to
    /// the trash then, or is asked about again.
    Gone,
    /// Back from it.
    OutOf,
}

/// Weight of the newest measurement in the speed of a check or a relocation.
const WORK_WEIGHT: f64 = 0.3;
/// Shortest time between two measurements, in milliseconds.
const WORK_EVERY_MS: u64 = 500;

impl Live {
    /// The user does something with it: what went wrong before is over.
    pub(crate) fn forgive(&mut self) {
        self.trouble = None;
        self.told = Told::Well;
        self.mishap = None;
        self.relimit = false;
        self.tries = 0;
        self.stays = false;
    }

    /// Takes the progress of a check or a relocation into its speed.
    pub(crate) fn measure(&mut self, done_bytes: u64, now: Timestamp) {
        let Some((then, before)) = self.work_from else {
            self.work_from = Some((now, done_bytes));
            return;
        };
        let passed_ms = now.millis_since(then);
        if now < then || done_bytes < before {
            self.work_from = Some((now, done_bytes));
        } else if passed_ms >= WORK_EVERY_MS {
            #[expect(clippy::cast_precision_loss, reason = "an estimate")]
            let speed = (done_bytes - before) as f64 * 1_000.0 / passed_ms as f64;
            self.work_bps = if self.work_bps == 0.0 {
                speed
            } else {
                self.work_bps * (1.0 - WORK_WEIGHT) + speed * WORK_WEIGHT
            };
            self.work_from = Some((now, done_bytes));
        }
    }

    /// Forgets what only a running torrent has.
    pub(crate) fn settle(&mut self) {
        self.phase = Phase::Idle;
        self.check = None;
        self.check_place = None;
        self.moved = None;
        self.work_bps = 0.0;
        self.work_from = None;
        self.down_bps = 0;
        self.up_bps = 0;
        self.pace_bps = 0.0;
        self.up_pace_bps = 0.0;
        self.peers_connected = 0;
        self.peers_connecting = 0;
        self.peers_sending = 0;
        self.run_fetched = 0;
        self.run_uploaded = 0;
        self.reselected = false;
        self.steer_due = false;
        self.displaced = false;
    }
}
