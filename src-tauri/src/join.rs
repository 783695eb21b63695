//! The one loop between app, tray, notifications and window: what happens goes out, what is pressed comes in.
//!
//! Must never decide about torrents, and never wait for the desktop: what takes time is done beside the loop.

mod around;
mod badge;
mod pressed;

use std::{path::Path, sync::Arc};

use shoal_api::{DeskState, Event};
use shoal_app::{
    App,
    desk::{Desk, Happening},
};
#[cfg(target_os = "linux")]
use shoal_desktop::tray;
use shoal_desktop::{
    News, Summary,
    awake::{self, Awake},
    bus::Bus,
    host::Host,
    launcher,
    links::{self, Links},
    notices::{self, Kinds, Manner, Notices},
    session::{self, Session},
    words::Words,
};
use tauri::{AppHandle, Manager as _};
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

#[cfg(not(target_os = "linux"))]
use crate::tray_elsewhere as tray;
use crate::{
    keeper::{Keeper, RunsOn},
    lifecycle::Lifecycle,
    system::System,
};
use badge::Shown;

/// What is asked of the desktop now and then.
#[derive(Clone)]
pub(crate) struct Joined {
    host: watch::Receiver<Host>,
    shows: watch::Receiver<bool>,
    links: Arc<Links>,
    /// Held until the process ends: with it the session's end is let happen.
    _session: Session,
}

/// All that hears of what happens.
struct Front {
    system: System,
    life: Arc<Lifecycle>,
    app: App,
    keeper: Keeper,
    tray: tray::Tray,
    notices: Notices,
    awake: Awake,
    badge: Shown,
    links: Arc<Links>,
    tasks: TaskTracker,
    /// What the desktop knows of the feed.
    desk: Arc<Desk>,
    /// The bus of the machine.
    system_bus: Bus,
    manner: Manner,
}

/// Starts it, until Shoal quits. To be called before the first window is made, and to be managed with it.
pub(crate) fn start(system: &System, life: &Arc<Lifecycle>, keeper: &Keeper, app: &App) -> Joined {
    let runtime = tauri::async_runtime::handle();
    let _inside = runtime.inner().enter();
    let (tasks, end) = (life.tasks().clone(), life.ending());
    let (session_bus, system_bus) = (Bus::session(), Bus::system());
    let desk = app.desk().borrow().clone();
    let manner = manner(&desk);
    let (tray, wishes) = start_tray(system, app, &session_bus, &tasks, &end);
    let looking = keeper.clone();
    let looks = Arc::new(move || looking.is_looked_at());
    let (notices, presses) = notices::spawn(&session_bus, manner, looks, &tasks, &end);
    let say = |key: &str| manner.words.say(key, &[]);
    let why = say("desk.notice_awake");
    let awake = awake::spawn(&session_bus, &system_bus, why, &tasks, &end);
    let why = say("desk.notice_saving");
    let session = session::spawn(&session_bus, &system_bus, why, &tasks, &end);
    around::follow(app, &session_bus, &system_bus, &tasks, &end);
    let links = Arc::new(links::spawn(links::Places::of_this_person(), &tasks, &end));
    let joined = Joined {
        host: tray.host(),
        shows: notices.shows(),
        links: links.clone(),
        _session: session.clone(),
    };
    let front = Front {
        badge: Shown::new(system, &session_bus, &tasks, &end),
        system: system.clone(),
        life: life.clone(),
        app: app.clone(),
        keeper: keeper.clone(),
        tray,
        notices,
        awake,
        links,
        tasks: tasks.clone(),
        desk,
        system_bus,
        manner,
    };
    let heard = Heard {
        wishes,
        presses,
        session,
    };
    let run = front.run(heard);
    tasks.spawn(async move { end.run_until_cancelled(run).await });
    joined
}

#[cfg(target_os = "linux")]
fn start_tray(
    _: &System,
    app: &App,
    bus: &Bus,
    tasks: &TaskTracker,
    end: &CancellationToken,
) -> (
    tray::Tray,
    tokio::sync::mpsc::Receiver<shoal_desktop::tray::TrayEvent>,
) {
    let options = tray::Options {
        data_dir: app.data_dir(),
        sandboxed: Path::new("/.flatpak-info").exists(),
        bus: bus.clone(),
    };
    tray::spawn(options, tasks, end)
}

#[cfg(not(target_os = "linux"))]
fn start_tray(
    system: &System,
    _: &App,
    _: &Bus,
    tasks: &TaskTracker,
    end: &CancellationToken,
) -> (
    tray::Tray,
    tokio::sync::mpsc::Receiver<shoal_desktop::tray::TrayEvent>,
) {
    tray::spawn(system, tasks, end)
}

/// What the system offers.
pub(crate) async fn state(tauri: &AppHandle) -> DeskState {
    let joined = tauri.state::<Joined>();
    let links = joined.links.state().await;
    let tray_host = *joined.host.borrow() == Host::Here;
    let notices = *joined.shows.borrow();
    DeskState {
        tray_host,
        notices,
        magnets: links.magnets,
        torrents: links.torrents,
        autostart: links.autostart,
        sandboxed: links.sandboxed,
    }
}

/// What comes in from the desktop.
struct Heard {
    wishes: tokio::sync::mpsc::Receiver<shoal_desktop::tray::TrayEvent>,
    presses: tokio::sync::mpsc::Receiver<notices::Pressed>,
    session: Session,
}

impl Front {
    async fn run(mut self, mut heard: Heard) {
        let (mut feed, mut happenings) = (self.app.desk(), self.app.happenings());
        let (mut host, mut shows) = (self.tray.host(), self.notices.shows());
        let (mut window, mut made) = (self.keeper.shown(), self.links.changes());
        let mut runs_on = self.keeper.runs_on();
        self.show(true);
        self.tell_ways();
        loop {
            tokio::select! {
                Ok(()) = feed.changed() => {
                    let desk = feed.borrow_and_update().clone();
                    let first = !self.desk.ready && desk.ready;
                    let set = first || self.desk.settings != desk.settings;
                    match (self.desk.all_done, desk.all_done) {
                        (None, Some(soon)) => self.notices.tell(News::Rests(soon.kind)),
                        (Some(_), None) => self.notices.rests_not(),
                        _ => (),
                    }
                    self.desk = desk;
                    self.show(set);
                }
                Some(what) = happenings.recv() => self.tell(what),
                Some(event) = heard.wishes.recv() => self.wish(event),
                Some(pressed) = heard.presses.recv() => self.pressed(pressed),
                Ok(()) = window.changed() => {
                    if *window.borrow_and_update() {
                        self.notices.seen();
                        self.badge.forget();
                    }
                    self.show(false);
                }
                Ok(()) = host.changed() => self.tell_ways(),
                Ok(()) = shows.changed() => self.tell_ways(),
                Ok(()) = made.changed() => self.say(Event::DeskChanged),
                Some(where_it_is) = next(&mut runs_on) => self.runs_on(where_it_is),
                () = heard.session.ending() => {
                    self.life.quit();
                    return;
                }
                else => return,
            }
        }
    }

    /// Shows the feed wherever it is seen; `set` when settings may have changed.
    fn show(&mut self, set: bool) {
        let desk = self.desk.clone();
        if set {
            let manner = manner(&desk);
            if manner != self.manner {
                self.manner = manner;
                self.notices.set_manner(manner);
            }
            self.tray.switch(desk.is_on("desktop.tray"));
            if desk.ready {
                self.links.set(links::Wanted {
                    magnets: desk.is_on("desktop.handle_magnets"),
                    torrents: desk.is_on("desktop.handle_torrents"),
                    autostart: desk.is_on("desktop.autostart"),
                });
            }
        }
        self.show_tray();
        let summary = summary(&desk);
        self.awake
            .set(awake::Choice::of(desk.choice("desktop.awake")), &summary);
        self.badge
            .set(launcher::badge(desk.is_on("desktop.taskbar"), &summary));
    }

    fn show_tray(&self) {
        let shown = *self.keeper.shown().borrow();
        self.tray
            .update(&summary(&self.desk), self.manner.words, shown);
    }

    /// What brings a window back that was closed, for who closes it; the page shows it, too.
    fn tell_ways(&self) {
        let tray = *self.tray.host().borrow() == Host::Here;
        self.keeper.ways(tray, *self.notices.shows().borrow());
        if tray {
            self.notices.in_tray();
        }
        self.say(Event::DeskChanged);
    }

    fn say(&self, event: Event) {
        self.system.streams().tell(event);
    }

    fn tell(&self, what: Happening) {
        let news = match what {
            Happening::Finished { hash, name } => News::Finished { hash, name },
            Happening::Failed {
                hash,
                name,
                sentence,
            } => News::Failed {
                hash,
                name,
                sentence,
            },
            Happening::Attention {
                hash,
                name,
                sentence,
            } => News::Attention {
                hash,
                name,
                sentence,
            },
            Happening::Watched(news) => News::Watched(news),
            Happening::AllDone(kind) => return self.rest(kind),
            Happening::Over { hash } => return self.notices.forget(hash),
        };
        self.notices.tell(news);
    }

    fn runs_on(&self, RunsOn { in_tray }: RunsOn) {
        let (notices, keeper) = (self.notices.clone(), self.keeper.clone());
        self.tasks.spawn(async move {
            if !notices.runs_on(in_tray).await {
                keeper.unheard();
            }
        });
    }
}

/// The next one; none ever when nobody tells.
async fn next<T>(told: &mut Option<tokio::sync::mpsc::Receiver<T>>) -> Option<T> {
    match told {
        Some(told) => told.recv().await,
        None => std::future::pending().await,
    }
}

fn manner(desk: &Desk) -> Manner {
    Manner {
        kinds: Kinds {
            finished: desk.is_on("notify.finished"),
            failed: desk.is_on("notify.failed"),
            attention: desk.is_on("notify.attention"),
            watched: desk.is_on("notify.watched"),
        },
        words: Words::of(desk.choice("appearance.language")),
        binary_units: desk.is_on("appearance.binary_units"),
    }
}

fn summary(desk: &Desk) -> Summary {
    Summary {
        downloading: desk.downloading,
        seeding: desk.seeding,
        checking: desk.checking,
        waiting: desk.waiting,
        attention: desk.attention,
        stopped: desk.stopped,
        listed: desk.listed,
        down_bps: desk.down_bps,
        up_bps: desk.up_bps,
        done_bytes: desk.done_bytes,
        wanted_bytes: desk.wanted_bytes,
        slowed: desk.slowed,
        binary_units: desk.is_on("appearance.binary_units"),
    }
}
