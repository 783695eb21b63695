//! The values of [`Effective`](crate::Effective) without whose they are, kept beside each torrent: they
//! are asked for every second, and change when somebody changes rules, labels or settings.

use super::{State, Torrent};
use crate::{Command, Then};

/// What holds for one torrent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Terms {
    pub(crate) down: Option<u32>,
    pub(crate) up: Option<u32>,
    pub(crate) ratio_percent: Option<u32>,
    pub(crate) seed_minutes: Option<u32>,
    pub(crate) idle_minutes: Option<u32>,
    pub(crate) then: Then,
}

impl State {
    /// What may change when rules are others: anything that was found out as of another number is old.
    pub(super) fn terms_epoch(&self) -> u64 {
        self.terms_epoch
    }

    /// Rules, labels or settings may be others now.
    pub(super) fn renew_terms(&mut self) {
        self.terms_epoch += 1;
    }

    /// What holds for a torrent, as known beside it or else found out.
    pub(super) fn terms_of(&self, t: &Torrent) -> Terms {
        match t.live.terms {
            Some((epoch, terms)) if epoch == self.terms_epoch => terms,
            _ => {
                let e = self.effective_of(t);
                Terms {
                    down: e.down.value,
                    up: e.up.value,
                    ratio_percent: e.ratio_percent.value,
                    seed_minutes: e.seed_minutes.value,
                    idle_minutes: e.idle_minutes.value,
                    then: e.then.value,
                }
            }
        }
    }
}

/// Whether a command may change what holds for torrents.
pub(super) fn may_change(command: &Command) -> bool {
    matches!(
        command,
        Command::Add(_)
            | Command::AddWatched(_)
            | Command::SetRules(..)
            | Command::SetLabels(..)
            | Command::ChangeLabels { .. }
            | Command::PutLabel(_)
            | Command::PutLabels(_)
            | Command::RenameLabel(..)
            | Command::DropLabel(_)
            | Command::SetSettings(_)
            | Command::Undo
            | Command::Redo
    )
}
