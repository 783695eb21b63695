//! Keeps the icon on the panel: puts it there when a panel comes, brings it up to date, takes it away when
//! nobody wants it. One task; what is wanted lies in a channel that has the newest only.

use std::{
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use tokio::{
    sync::{mpsc, watch},
    time::{self, Instant},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{Model, TrayEvent, icons, item::Item, model, seat::Seat};
use crate::{
    Summary,
    bus::{Bus, PATIENCE, RETRY},
    host::{self, Host, Panel},
    words::Words,
};

/// Clicks that nobody has read yet.
const EVENTS: usize = 16;

/// What the icon needs to know once.
#[derive(Clone, Debug)]
pub struct Options {
    /// Shoal's data folder: the drawings are put below it where no theme has them.
    pub data_dir: PathBuf,
    /// In a sandbox, no name may be owned on the bus.
    pub sandboxed: bool,
    /// The session's bus.
    pub bus: Bus,
}

/// The icon. None is seen before [`Tray::switch`] and [`Tray::update`].
#[derive(Debug)]
pub struct Tray {
    wanted: watch::Sender<Wanted>,
    host: watch::Receiver<Host>,
}

#[derive(Clone, Debug, Default)]
struct Wanted {
    /// None until somebody said so.
    is_on: Option<bool>,
    model: Option<Arc<Model>>,
}

impl Wanted {
    /// What is to be seen, if anything is.
    fn shown(&self) -> Option<Arc<Model>> {
        self.model.clone().filter(|_| self.is_on == Some(true))
    }
}

impl Tray {
    /// What there is to show. Returns at once; the panel hears of it when it looks any different, within a
    /// second.
    pub fn update(&self, summary: &Summary, words: Words, is_window_shown: bool) {
        let model = model(summary, words, is_window_shown);
        self.wanted.send_if_modified(|wanted| {
            let is_news = wanted.model.as_deref() != Some(&model);
            if is_news {
                wanted.model = Some(Arc::new(model));
            }
            is_news
        });
    }

    /// Whether there is to be an icon at all.
    pub fn switch(&self, is_on: bool) {
        self.wanted.send_if_modified(|wanted| {
            let is_news = wanted.is_on != Some(is_on);
            wanted.is_on = Some(is_on);
            is_news
        });
    }

    /// Whether somebody can see it. An icon that is switched off is not seen.
    pub fn host(&self) -> watch::Receiver<Host> {
        self.host.clone()
    }
}

/// Starts to keep the icon, until `end`. Clicks come out of the channel.
pub fn spawn(
    options: Options,
    tasks: &TaskTracker,
    end: &CancellationToken,
) -> (Tray, mpsc::Receiver<TrayEvent>) {
    let (wanted, wishes) = watch::channel(Wanted::default());
    let (host, seen) = watch::channel(Host::Unknown);
    let (events, clicks) = mpsc::channel(EVENTS);
    let mut keeper = Keeper {
        options,
        wanted: wishes,
        host,
        events,
        seat: Seat::new(),
        theme_path: OnceLock::new(),
    };
    let end = end.clone();
    tasks.spawn(async move {
        end.run_until_cancelled(Box::pin(keeper.run())).await;
        keeper.seat.leave().await;
    });
    (Tray { wanted, host: seen }, clicks)
}

struct Keeper {
    options: Options,
    wanted: watch::Receiver<Wanted>,
    host: watch::Sender<Host>,
    events: mpsc::Sender<TrayEvent>,
    seat: Seat,
    /// Found out when it is first needed.
    theme_path: OnceLock<Option<String>>,
}

impl Keeper {
    /// Returns when nobody can want anything any more.
    async fn run(&mut self) {
        loop {
            let wanted = self.wanted.borrow_and_update().clone();
            if wanted.shown().is_none() {
                if wanted.is_on == Some(false) {
                    self.tell(Host::None);
                }
                if self.wanted.changed().await.is_err() {
                    return;
                }
                continue;
            }
            let Some(connection) = self.options.bus.get().await else {
                self.tell(Host::None);
                tokio::select! {
                    changed = self.wanted.changed() => if changed.is_err() { return },
                    () = time::sleep(RETRY) => {}
                }
                continue;
            };
            let (panel, seen) = watch::channel(None);
            let lost = tokio::select! {
                followed = host::follow(&connection, &panel) => Some(followed),
                () = self.show(seen) => None,
            };
            self.seat.leave().await;
            self.tell(Host::None);
            if let Some(followed) = lost {
                tracing::debug!(?followed, "the bus was lost");
                time::sleep(PATIENCE).await;
            }
        }
    }

    /// Shows the icon until it is not wanted any more.
    async fn show(&mut self, mut panel: watch::Receiver<Option<Panel>>) {
        let mut listed = self.seat.listed();
        loop {
            let Some(model) = self.wanted.borrow_and_update().shown() else {
                return;
            };
            let now = panel.borrow_and_update().clone();
            if let Some(panel) = &now {
                self.put(panel, &model).await;
                listed.borrow_and_update();
                let is_seen = panel.has_host && self.seat.is_taken();
                self.tell(if is_seen { Host::Here } else { Host::None });
            }
            let (due, again) = (self.seat.due(&model), self.seat.again());
            tokio::select! {
                changed = self.wanted.changed() => if changed.is_err() { return },
                _ = panel.changed() => {}
                _ = listed.changed() => {}
                () = until(due) => self.seat.refresh(model).await,
                () = until(again) => {}
            }
        }
    }

    async fn put(&mut self, panel: &Panel, model: &Arc<Model>) {
        let data_dir = &self.options.data_dir;
        let theme_path = self.theme_path.get_or_init(|| {
            let path = icons::theme_path(data_dir)?;
            Some(path.to_str()?.to_owned())
        });
        let make = |is_listed| Item {
            model: model.clone(),
            theme_path: theme_path.clone(),
            events: self.events.clone(),
            is_listed,
        };
        self.seat.take(panel, self.options.sandboxed, make).await;
    }

    fn tell(&self, host: Host) {
        self.host.send_if_modified(|told| {
            let is_news = *told != host;
            *told = host;
            is_news
        });
    }
}

/// Never, without an instant.
async fn until(at: Option<Instant>) {
    match at {
        Some(at) => time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
