//! Linux: `UPower`, `NetworkManager`, and the session managers of GNOME and KDE, each where it runs.

use std::sync::Arc;

use futures_util::StreamExt as _;
use tokio::{sync::watch, time::sleep};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use zbus::{
    Connection, MatchRule, MessageStream, fdo::DBusProxy, message::Type, zvariant::OwnedValue,
};

use super::Around;
use crate::bus::{Bus, RETRY, Service};

const UPOWER: Service = Service {
    name: "org.freedesktop.UPower",
    path: "/org/freedesktop/UPower",
    interface: "org.freedesktop.DBus.Properties",
};

const NETWORK: Service = Service {
    name: "org.freedesktop.NetworkManager",
    path: "/org/freedesktop/NetworkManager",
    interface: "org.freedesktop.DBus.Properties",
};

const GNOME: Service = Service {
    name: "org.gnome.SessionManager",
    path: "/org/gnome/SessionManager",
    interface: "org.gnome.SessionManager",
};

const KDE: Service = Service {
    name: "org.kde.Solid.PowerManagement.PolicyAgent",
    path: "/org/kde/Solid/PowerManagement/PolicyAgent",
    interface: "org.kde.Solid.PowerManagement.PolicyAgent",
};

/// Of GNOME's flags: the session counts as used. Shoal itself asks for another one.
const NOT_IDLE: u32 = 8;
/// Of KDE's: the screen stays lit.
const SCREEN_LIT: u32 = 4;
/// Of `NetworkManager`'s: it is metered, and it is guessed to be.
const METERED: [u32; 2] = [1, 3];

/// One thing that is told.
#[derive(Clone, Copy, Debug)]
enum Fact {
    Battery,
    Metered,
    Gnome,
    Kde,
}

/// Where it is gathered.
struct Board {
    /// Whether each [`Fact`] holds.
    known: parking_lot::Mutex<[bool; 4]>,
    tell: watch::Sender<Around>,
}

pub(super) fn spawn(
    session: &Bus,
    system: &Bus,
    tell: watch::Sender<Around>,
    tasks: &TaskTracker,
    end: &CancellationToken,
) {
    let board = Arc::new(Board {
        known: parking_lot::Mutex::default(),
        tell,
    });
    let facts = [
        (Fact::Battery, system),
        (Fact::Metered, system),
        (Fact::Gnome, session),
        (Fact::Kde, session),
    ];
    for (fact, bus) in facts {
        let (bus, board) = (bus.clone(), board.clone());
        let run = async move { follow(&bus, fact, &board).await };
        tasks.spawn(end.clone().run_until_cancelled_owned(run));
    }
}

/// Listens on every connection that there is.
async fn follow(bus: &Bus, fact: Fact, board: &Board) {
    loop {
        if let Some(connection) = bus.get().await
            && let Err(e) = until_lost(&connection, fact, board).await
        {
            tracing::debug!(?fact, error = %e, "the system is not heard");
        }
        board.set(fact, false);
        sleep(RETRY).await;
    }
}

async fn until_lost(connection: &Connection, fact: Fact, board: &Board) -> zbus::Result<()> {
    let service = fact.service();
    let rule = MatchRule::builder()
        .msg_type(Type::Signal)
        .sender(service.name)?
        .path(service.path)?
        .build();
    let mut signals = MessageStream::for_match_rule(rule, connection, Some(16)).await?;
    let mut owners = DBusProxy::new(connection)
        .await?
        .receive_name_owner_changed_with_args(&[(0, service.name)])
        .await?;
    loop {
        // Whatever it says has changed: what is asked for is read anew.
        let holds = fact.ask(connection).await.unwrap_or(false);
        board.set(fact, holds);
        let more = tokio::select! {
            signal = signals.next() => signal.is_some(),
            owner = owners.next() => owner.is_some(),
        };
        if !more {
            return Ok(());
        }
    }
}

impl Fact {
    fn service(self) -> Service {
        match self {
            Self::Battery => UPOWER,
            Self::Metered => NETWORK,
            Self::Gnome => GNOME,
            Self::Kde => KDE,
        }
    }

    async fn ask(self, connection: &Connection) -> zbus::Result<bool> {
        let service = self.service();
        match self {
            Self::Battery => {
                let body = ("org.freedesktop.UPower", "OnBattery");
                let value: OwnedValue = service.call(connection, "Get", &body).await?;
                Ok(bool::try_from(value)?)
            }
            Self::Metered => {
                let body = ("org.freedesktop.NetworkManager", "Metered");
                let value: OwnedValue = service.call(connection, "Get", &body).await?;
                Ok(METERED.contains(&u32::try_from(value)?))
            }
            Self::Gnome => service.call(connection, "IsInhibited", &NOT_IDLE).await,
            Self::Kde => service.call(connection, "HasInhibition", &SCREEN_LIT).await,
        }
    }
}

impl Board {
    fn set(&self, fact: Fact, holds: bool) {
        let around = {
            let mut known = self.known.lock();
            known[fact as usize] = holds;
            Around {
                battery: known[Fact::Battery as usize],
                metered: known[Fact::Metered as usize],
                full_screen: known[Fact::Gnome as usize] || known[Fact::Kde as usize],
            }
        };
        self.tell.send_if_modified(|told| {
            let differs = *told != around;
            *told = around;
            differs
        });
    }
}
