//! What all torrents together are doing, and what happened to one, for somebody who does not look at the list:
//! tray, notifications, taskbar. Also while no window is there.
//!
//! Must never read through all torrents for every change, and never wait for who listens.

mod ledger;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::Arc};

use parking_lot::Mutex;
use shoal_api::{AllDone, AllDoneKind, ApiResult, Hash, Sentence, SettingValueView, WatchNews};
pub use shoal_core::Around;
use shoal_core::{Command, Intent, Reply, Settings, State, Torrent};
use tokio::sync::{mpsc, watch};

use crate::{App, Inner, actor::Input, calls, views};

pub(crate) use ledger::Ledger;

/// Most happenings that wait for who listens; those that come then are not told.
const WAITING_MAX: usize = 256;

/// Sums over all torrents, with all settings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Desk {
    /// Torrents that fetch, or ask for what there is to fetch.
    pub downloading: u32,
    /// Torrents that give.
    pub seeding: u32,
    /// Torrents whose files are read through, or moved.
    pub checking: u32,
    /// Torrents that wait for something that comes by itself, or for a choice of files.
    pub waiting: u32,
    /// Torrents that need somebody.
    pub attention: u32,
    /// Torrents that are stopped and in order.
    pub at_rest: u32,
    /// Torrents that somebody stopped, whole ones and such that need somebody too.
    pub stopped: u32,
    /// All torrents.
    pub listed: u32,
    /// Bytes a second.
    pub down_bps: u64,
    /// Bytes a second.
    pub up_bps: u64,
    /// Bytes that are there, of what downloads.
    pub done_bytes: u64,
    /// Bytes that are wanted, of what downloads.
    pub wanted_bytes: u64,
    /// The slow limits are in force.
    pub slowed: bool,
    /// What happens soon, because all downloads are done.
    pub all_done: Option<AllDone>,
    /// The list has been read and the engine was told.
    pub ready: bool,
    /// Every setting's present value, by key. Right from the start on, unlike the sums.
    pub settings: Arc<BTreeMap<String, SettingValueView>>,
}

/// Something that happened to a torrent or a watch folder.
#[derive(Clone, Debug, PartialEq)]
pub enum Happening {
    /// A download is whole.
    Finished {
        /// The torrent.
        hash: Hash,
        /// Its name.
        name: String,
    },
    /// A torrent failed, and not just for the moment.
    Failed {
        /// The torrent.
        hash: Hash,
        /// Its name.
        name: String,
        /// Why.
        sentence: Sentence,
    },
    /// A torrent needs somebody.
    Attention {
        /// The torrent.
        hash: Hash,
        /// Its name.
        name: String,
        /// What for.
        sentence: Sentence,
    },
    /// What came of watch folders.
    Watched(WatchNews),
    /// All downloads are done, and nobody has called off what is to happen then.
    AllDone(AllDoneKind),
    /// What was lately told of a torrent is so no more: it is gone, or goes on.
    Over {
        /// The torrent.
        hash: Hash,
    },
}

impl Desk {
    /// Before any torrent is counted.
    pub(crate) fn of_settings(settings: &Settings) -> Self {
        Self {
            settings: Arc::new(views::settings(settings)),
            ..Self::default()
        }
    }

    /// Whether a setting is on.
    pub fn is_on(&self, key: &str) -> bool {
        matches!(self.settings.get(key), Some(SettingValueView::Bool(true)))
    }

    /// What is chosen of a setting; empty when there is no such choice.
    pub fn choice(&self, key: &str) -> &str {
        match self.settings.get(key) {
            Some(SettingValueView::Text(text)) => text,
            _ => "",
        }
    }
}

/// Where the sums hang, and where happenings go.
#[derive(Default)]
pub(crate) struct Board {
    desk: watch::Sender<Arc<Desk>>,
    listener: Mutex<Option<mpsc::Sender<Happening>>>,
}

impl Board {
    /// Shows the settings, which somebody needs before the torrents are counted.
    pub(crate) fn begin(&self, state: &State) {
        self.show(&Desk::of_settings(state.settings()));
    }

    /// Shows `desk`, if it is another than what is shown.
    pub(crate) fn show(&self, desk: &Desk) {
        self.desk.send_if_modified(|shown| {
            let differs = **shown != *desk;
            if differs {
                *shown = Arc::new(desk.clone());
            }
            differs
        });
    }

    /// Tells who listens, if somebody does.
    pub(crate) fn tell(&self, what: Happening) {
        let Some(listener) = &*self.listener.lock() else {
            return;
        };
        if let Err(mpsc::error::TrySendError::Full(what)) = listener.try_send(what) {
            tracing::debug!(?what, "too much happens at once to tell it");
        }
    }
}

impl App {
    /// The sums as they are, and each time they change: about once a second while somebody looks at the
    /// list, else every five seconds.
    pub fn desk(&self) -> watch::Receiver<Arc<Desk>> {
        self.inner.hub.board.desk.subscribe()
    }

    /// What happens from now on. For one listener: an earlier one's ends.
    pub fn happenings(&self) -> mpsc::Receiver<Happening> {
        let (tell, told) = mpsc::channel(WAITING_MAX);
        *self.inner.hub.board.listener.lock() = Some(tell);
        told
    }

    /// Remembers `value` under `key`, or forgets it.
    pub async fn set_pref(&self, key: &str, value: Option<String>) -> ApiResult<()> {
        self.inner
            .done_by_desk(Command::SetPref(key.to_owned(), value))
            .await
    }

    /// Tells what the system says of the computer, each time it says something else.
    pub async fn around(&self, around: Around) {
        // Nobody to tell: Shoal is about to end.
        let _ = self.inner.inbox.send(Input::Around(around)).await;
    }

    /// Stops every torrent that wants to run.
    pub async fn stop_all(&self) -> ApiResult<()> {
        self.inner
            .intend(Intent::Stop, |t| t.record.intent.wants_run())
            .await
    }

    /// Starts every torrent that is stopped.
    pub async fn start_all(&self) -> ApiResult<()> {
        self.inner
            .intend(Intent::Run, |t| !t.record.intent.wants_run())
            .await
    }

    /// Goes into slow mode, or out of it, whyever it is on.
    pub async fn toggle_slow(&self) -> ApiResult<()> {
        self.inner.done_by_desk(Command::Slow(None)).await
    }
}

impl Inner {
    async fn intend(
        &self,
        intent: Intent,
        which: impl Fn(&Torrent) -> bool + Send + 'static,
    ) -> ApiResult<()> {
        let hashes = self.ask(move |state| {
            let listed = state.torrents().filter(|t| t.is_listed() && which(t));
            listed.map(|t| t.record.hash).collect::<Vec<_>>()
        });
        let hashes = hashes.await?;
        if hashes.is_empty() {
            return Ok(());
        }
        self.done_by_desk(Command::SetIntent(hashes, intent)).await
    }

    async fn done_by_desk(&self, command: Command) -> ApiResult<()> {
        match self.command(command).await? {
            Reply::Refused(refusal) => Err(calls::refused(refusal)),
            _ => Ok(()),
        }
    }
}
