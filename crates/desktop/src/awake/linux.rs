//! Linux: the desktop's own service is asked first, since it counts what is idle; logind where there is none.

use std::time::{Duration, Instant};

use futures_util::{
    StreamExt as _,
    stream::{Select, select},
};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use zbus::{
    Connection,
    fdo::{DBusProxy, NameOwnerChangedStream},
    zvariant::OwnedFd,
};

use super::{Choice, Model};
use crate::{
    APP_ID, Summary,
    bus::{Bus, GNOME, LOGIND, PATIENCE, RETRY, Service},
};

/// KDE and Xfce.
const POWER: Service = Service {
    name: "org.freedesktop.PowerManagement",
    path: "/org/freedesktop/PowerManagement/Inhibit",
    interface: "org.freedesktop.PowerManagement.Inhibit",
};

/// Of GNOME's flags: suspending by itself.
const SUSPEND: u32 = 4;

/// How long letting go may take at the end. Services notice by themselves when the process has ended.
const LAST: Duration = Duration::from_millis(300);

/// For how long nothing is held after somebody wants the system to rest: it is asleep by then, or stays.
const ASIDE: Duration = Duration::from_secs(30);

/// Who is told when nothing is held any more.
type Aside = oneshot::Sender<()>;

/// Holds the system awake when it is told of a reason.
#[derive(Clone, Debug)]
pub struct Awake {
    set: watch::Sender<(Choice, Summary)>,
    aside: mpsc::Sender<Aside>,
}

impl Awake {
    /// What is chosen, and what all torrents are doing now. Returns at once.
    pub fn set(&self, choice: Choice, summary: &Summary) {
        self.set.send_replace((choice, summary.clone()));
    }

    /// Comes back when nothing is held any more, and nothing is for half a minute: newer systems refuse to rest
    /// while somebody, be it the one who asks, holds them awake.
    pub async fn step_aside(&self) {
        let (tell, told) = oneshot::channel();
        if self.aside.send(tell).await.is_ok() {
            let _ = timeout(PATIENCE, told).await;
        }
    }
}

/// Starts the task behind an [`Awake`]; `why` is the sentence that a desktop shows beside Shoal's name.
pub fn spawn(
    session: &Bus,
    system: &Bus,
    why: String,
    tasks: &TaskTracker,
    end: &CancellationToken,
) -> Awake {
    let (set, told) = watch::channel((Choice::Never, Summary::default()));
    let (aside, asides) = mpsc::channel(1);
    let holder = Holder {
        session: session.clone(),
        system: system.clone(),
        why,
        held: None,
        ask_at: Instant::now(),
        owners: None,
    };
    tasks.spawn(holder.run(told, asides, end.clone()));
    Awake { set, aside }
}

#[derive(Debug)]
enum Held {
    Power(Connection, u32),
    Gnome(Connection, u32),
    Logind {
        // Closing it lets go.
        _fd: OwnedFd,
    },
}

type Owners = Select<NameOwnerChangedStream, NameOwnerChangedStream>;

struct Holder {
    session: Bus,
    system: Bus,
    why: String,
    held: Option<Held>,
    /// When it is asked for at the earliest, since nobody took it.
    ask_at: Instant,
    /// Comings and goings of the desktop's services, while the system is held.
    owners: Option<Owners>,
}

impl Holder {
    async fn run(
        mut self,
        mut told: watch::Receiver<(Choice, Summary)>,
        mut asides: mpsc::Receiver<Aside>,
        end: CancellationToken,
    ) {
        let mut model = Model::default();
        loop {
            let (hold, mut again) = {
                let (choice, summary) = &*told.borrow_and_update();
                model.take(*choice, summary, Instant::now())
            };
            if !hold {
                self.let_go().await;
            } else if self.held.is_none() && self.ask_at <= Instant::now() {
                self.hold().await;
            }
            if hold && self.held.is_none() {
                again = Some(again.map_or(self.ask_at, |again| again.min(self.ask_at)));
            }
            tokio::select! {
                () = end.cancelled() => break,
                changed = told.changed() => if changed.is_err() { break },
                () = until(again) => (),
                Some(tell) = asides.recv() => {
                    self.ask_at = Instant::now() + ASIDE;
                    self.let_go().await;
                    let _ = tell.send(());
                }
                // A service that came knows nothing of us, one that went holds nothing more.
                () = changes(&mut self.owners) => {
                    self.ask_at = Instant::now();
                    self.let_go().await;
                }
            }
        }
        let _ = timeout(LAST, self.let_go()).await;
    }

    async fn hold(&mut self) {
        if let Some(connection) = self.session.get().await {
            self.owners = owners(&connection).await.ok();
            self.held = self.ask_desktop(&connection).await;
        }
        if self.held.is_none() {
            self.held = self.ask_logind().await;
        }
        if let Some(held) = &self.held {
            tracing::info!(by = held.name(), "the system does not sleep by itself");
        } else {
            self.ask_at = Instant::now() + RETRY;
            tracing::debug!("nothing here keeps the system awake");
        }
    }

    async fn ask_desktop(&self, connection: &Connection) -> Option<Held> {
        let asked: zbus::Result<u32> = POWER
            .call(connection, "Inhibit", &("Shoal", &self.why))
            .await;
        if let Ok(cookie) = asked {
            return Some(Held::Power(connection.clone(), cookie));
        }
        let body = (APP_ID, 0u32, &self.why, SUSPEND);
        let asked: zbus::Result<u32> = GNOME.call(connection, "Inhibit", &body).await;
        asked
            .ok()
            .map(|cookie| Held::Gnome(connection.clone(), cookie))
    }

    async fn ask_logind(&self) -> Option<Held> {
        let connection = self.system.get().await?;
        let body = ("idle", "Shoal", &self.why, "block");
        let asked: zbus::Result<OwnedFd> = LOGIND.call(&connection, "Inhibit", &body).await;
        asked.ok().map(|fd| Held::Logind { _fd: fd })
    }

    async fn let_go(&mut self) {
        self.owners = None;
        let Some(held) = self.held.take() else {
            return;
        };
        tracing::info!(by = held.name(), "the system may sleep by itself");
        let gone: zbus::Result<()> = match &held {
            Held::Power(connection, cookie) => POWER.call(connection, "UnInhibit", cookie).await,
            Held::Gnome(connection, cookie) => GNOME.call(connection, "Uninhibit", cookie).await,
            Held::Logind { .. } => Ok(()),
        };
        if let Err(e) = gone {
            tracing::debug!(error = %e, "what held the system awake is gone");
        }
    }
}

impl Held {
    fn name(&self) -> &'static str {
        match self {
            Self::Power(..) => POWER.name,
            Self::Gnome(..) => GNOME.name,
            Self::Logind { .. } => LOGIND.name,
        }
    }
}

async fn owners(connection: &Connection) -> zbus::Result<Owners> {
    let bus = DBusProxy::new(connection).await?;
    let power = bus
        .receive_name_owner_changed_with_args(&[(0, POWER.name)])
        .await?;
    let gnome = bus
        .receive_name_owner_changed_with_args(&[(0, GNOME.name)])
        .await?;
    Ok(select(power, gnome))
}

/// Until a service came or went; for ever while nobody looks.
async fn changes(owners: &mut Option<Owners>) {
    match owners {
        Some(stream) => {
            if stream.next().await.is_none() {
                // The bus has gone, and what it held with it. Asking at once would find the same.
                tokio::time::sleep(PATIENCE).await;
            }
        }
        None => std::future::pending().await,
    }
}

async fn until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}
