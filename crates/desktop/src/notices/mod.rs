//! Notifications: what happened, told to somebody who does not look, through whatever program the desktop has
//! for that. `planner` decides when and how much, `text` what is said, and a task of their own shows it.
//!
//! Must never tell who has the window in front, put a name where it is read as anything but text, or act on
//! what a signal says beyond which of our own notifications was pressed.

mod planner;
mod text;

#[cfg(target_os = "linux")]
mod dbus;
#[cfg(target_os = "linux")]
use dbus as system;
#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(not(target_os = "linux"))]
use elsewhere as system;

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::Instant,
};

use shoal_api::Hash;
use tokio::{
    sync::{mpsc, oneshot, watch},
    time,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{News, bus::Bus, words::Words};

pub use planner::{Kind, Kinds};
use planner::{Notice, Planner};
use text::Text;

/// Most things that wait for the task; what comes then is not told.
const WAITING_MAX: usize = 256;
/// Most notifications whose press is understood; of those before it is too late.
const SHOWN_MAX: usize = 64;

/// How notifications are to be.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Manner {
    /// Which are wanted.
    pub kinds: Kinds,
    /// Their language.
    pub words: Words,
    /// Sizes are counted in KiB rather than kB.
    pub binary_units: bool,
}

/// What can be pressed on a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// To show the window, at what the notification is about.
    Show,
    /// To open the content.
    Open,
    /// To show the content in its folder.
    Folder,
}

/// What a notification is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Goal {
    /// Nothing in particular.
    #[default]
    Window,
    /// One torrent.
    Torrent(Hash),
    /// Torrents that finished.
    Finished,
    /// Torrents that need somebody.
    Attention,
}

/// A press on a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pressed {
    /// What was pressed.
    pub act: Act,
    /// What it is about.
    pub goal: Goal,
    /// What lets a window come to the front, where the system wants that.
    pub token: Option<String>,
}

/// Says whether somebody has the window in front.
pub type Looks = Arc<dyn Fn() -> bool + Send + Sync>;

enum Say {
    News(News),
    RunsOn(bool, oneshot::Sender<bool>),
    Manner(Manner),
    Forget(Hash),
    Seen,
    InTray,
    RestsNot,
}

/// Tells what happens. Cheap to clone; nothing here waits for the desktop.
#[derive(Clone, Debug)]
pub struct Notices {
    say: mpsc::Sender<Say>,
    shows: watch::Receiver<bool>,
}

impl std::fmt::Debug for Say {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Say")
    }
}

/// Starts telling, until `end`; what is pressed comes out of the receiver. Needs a tokio runtime.
pub fn spawn(
    bus: &Bus,
    manner: Manner,
    looks: Looks,
    tasks: &TaskTracker,
    end: &CancellationToken,
) -> (Notices, mpsc::Receiver<Pressed>) {
    let (say, said) = mpsc::channel(WAITING_MAX);
    let (press, pressed) = mpsc::channel(WAITING_MAX);
    let (can, shows) = watch::channel(false);
    let mut teller = Teller {
        planner: Planner::default(),
        manner,
        looks,
        system: system::Server::new(bus, can),
        shown: VecDeque::new(),
        last: BTreeMap::new(),
        says_no_icon: false,
        tokens: VecDeque::new(),
        press,
    };
    teller.planner.set_kinds(manner.kinds);
    let end = end.clone();
    tasks.spawn(async move { end.run_until_cancelled(teller.run(said)).await });
    (Notices { say, shows }, pressed)
}

impl Notices {
    /// Something happened.
    pub fn tell(&self, news: News) {
        self.say(Say::News(news));
    }

    /// Says that Shoal runs on without a window; whether some program has taken it. Within four seconds.
    pub async fn runs_on(&self, in_tray: bool) -> bool {
        let (tell, told) = oneshot::channel();
        self.say(Say::RunsOn(in_tray, tell));
        told.await.unwrap_or(false)
    }

    /// From now on in this manner.
    pub fn set_manner(&self, manner: Manner) {
        self.say(Say::Manner(manner));
    }

    /// A torrent is gone: nothing about it is told any more.
    pub fn forget(&self, hash: Hash) {
        self.say(Say::Forget(hash));
    }

    /// The window is there: what waits is seen in it, and it need not be told any more how to get it.
    pub fn seen(&self) {
        self.say(Say::Seen);
    }

    /// The tray shows Shoal: that it runs on without is true no more.
    pub fn in_tray(&self) {
        self.say(Say::InTray);
    }

    /// What was about to happen because all is done is not any more.
    pub fn rests_not(&self) {
        self.say(Say::RestsNot);
    }

    /// Whether some program shows notifications.
    pub fn shows(&self) -> watch::Receiver<bool> {
        self.shows.clone()
    }

    fn say(&self, what: Say) {
        if self.say.try_send(what).is_err() {
            tracing::debug!("too much happens at once to tell it");
        }
    }
}

/// What the system told about a notification, by its number.
enum Heard {
    /// Something on it was pressed.
    Pressed(u32, String),
    /// What lets a window come to the front after the press that follows.
    Token(u32, String),
    /// Somebody dismissed it.
    Dismissed(u32),
    /// The program that showed notifications is another one now, or gone: all of them are.
    Anew,
}

/// A notification that is shown.
struct Taken {
    /// Its number.
    id: u32,
    /// Another program shows it than those before it, which knows nothing of them.
    by_another: bool,
}

struct Shown {
    id: u32,
    kind: Kind,
    goal: Goal,
}

struct Teller {
    planner: Planner,
    manner: Manner,
    looks: Looks,
    system: system::Server,
    /// The last ones, oldest first.
    shown: VecDeque<Shown>,
    /// The last one of each kind.
    last: BTreeMap<Kind, u32>,
    /// The last one that says where Shoal is says that it has no icon.
    says_no_icon: bool,
    tokens: VecDeque<(u32, String)>,
    press: mpsc::Sender<Pressed>,
}

impl Teller {
    async fn run(&mut self, mut said: mpsc::Receiver<Say>) {
        loop {
            let next = self.planner.next();
            let wait = async {
                match next {
                    Some(next) => time::sleep_until(next.into()).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                say = said.recv() => match say {
                    Some(say) => self.take(say).await,
                    None => return,
                },
                heard = self.system.next() => self.hear(heard),
                () = wait => {
                    self.tell().await;
                }
            };
        }
    }

    async fn take(&mut self, say: Say) {
        match say {
            Say::News(news) => {
                self.planner.take(news, Instant::now(), (self.looks)());
                self.tell().await;
            }
            Say::RunsOn(in_tray, answer) => {
                self.planner
                    .take(News::RunsOn { in_tray }, Instant::now(), false);
                let _ = answer.send(self.tell().await);
            }
            Say::Manner(manner) => {
                self.planner.set_kinds(manner.kinds);
                self.manner = manner;
            }
            Say::Forget(hash) => self.planner.forget(&hash),
            Say::InTray if self.says_no_icon => self.take_back(Kind::RunsOn).await,
            Say::InTray => (),
            Say::RestsNot => self.take_back(Kind::Rests).await,
            Say::Seen => {
                self.planner.seen();
                self.take_back(Kind::RunsOn).await;
                self.take_back(Kind::Rests).await;
                self.take_back(Kind::Stays).await;
            }
        }
    }

    /// Takes away what was said and no longer holds.
    async fn take_back(&mut self, kind: Kind) {
        if let Some(id) = self.last.remove(&kind) {
            self.system.close(id).await;
        }
    }

    /// Shows what is due; whether all of it was taken.
    async fn tell(&mut self) -> bool {
        let mut taken = true;
        if (self.looks)() {
            self.planner.seen();
        }
        for notice in self.planner.due(Instant::now()) {
            taken &= self.show(&notice).await;
        }
        taken
    }

    async fn show(&mut self, notice: &Notice) -> bool {
        let Some(able) = self.system.able().await else {
            return false;
        };
        let manner = self.manner;
        let text: Text = text::write(notice, manner.words, manner.binary_units, able);
        let replaced = self.last.get(&notice.kind).filter(|_| notice.replaces);
        let shown = self
            .system
            .show(notice.kind, &text, replaced.copied())
            .await;
        let Some(Taken { id, by_another }) = shown else {
            return false;
        };
        if by_another {
            self.hear(Heard::Anew);
        }
        self.last.insert(notice.kind, id);
        if notice.kind == Kind::RunsOn {
            self.says_no_icon = !notice.in_tray;
        }
        self.shown.retain(|shown| shown.id != id);
        self.shown.push_back(Shown {
            id,
            kind: notice.kind,
            goal: text.goal,
        });
        if self.shown.len() > SHOWN_MAX {
            self.shown.pop_front();
        }
        true
    }

    fn hear(&mut self, heard: Heard) {
        match heard {
            Heard::Pressed(id, key) => self.pressed(id, &key),
            Heard::Token(id, token) => {
                if self.shown.iter().any(|shown| shown.id == id) {
                    self.tokens.push_back((id, token));
                    if self.tokens.len() > SHOWN_MAX {
                        self.tokens.pop_front();
                    }
                }
            }
            Heard::Dismissed(id) => {
                if let Some(shown) = self.shown.iter().find(|shown| shown.id == id) {
                    self.planner.closed(shown.kind);
                }
            }
            Heard::Anew => {
                self.shown.clear();
                self.tokens.clear();
                self.last.clear();
            }
        }
    }

    fn pressed(&mut self, id: u32, key: &str) {
        let Some(shown) = self.shown.iter().find(|shown| shown.id == id) else {
            return;
        };
        let Some(act) = Act::of(key) else {
            return;
        };
        self.planner.closed(shown.kind);
        let token = self.tokens.iter().position(|(of, _)| *of == id);
        let token = token.and_then(|at| self.tokens.remove(at));
        let pressed = Pressed {
            act,
            goal: shown.goal.clone(),
            token: token.map(|(_, token)| token),
        };
        if self.press.try_send(pressed).is_err() {
            tracing::debug!("a press on a notification came to nobody");
        }
    }
}

impl Act {
    const ALL: [Self; 3] = [Self::Show, Self::Open, Self::Folder];

    /// What the system calls it.
    fn key(self) -> &'static str {
        match self {
            Self::Show => "default",
            Self::Open => "open",
            Self::Folder => "folder",
        }
    }

    fn of(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.key() == key)
    }
}
