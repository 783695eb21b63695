//! Linux: logind tells of a shutdown and waits a moment, a session manager of GNOME's kind tells of a log-off.

use std::{env, sync::Arc};

use futures_util::StreamExt as _;
use parking_lot::Mutex;
use tokio::{sync::watch, time::sleep};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use zbus::{
    Connection, MatchRule, MessageStream,
    fdo::DBusProxy,
    message::Type,
    names::MemberName,
    zvariant::{OwnedFd, OwnedObjectPath},
};

use crate::{
    APP_ID,
    bus::{Bus, GNOME, LOGIND, RETRY},
};

/// How a session manager talks to one of its clients.
const CLIENT: &str = "org.gnome.SessionManager.ClientPrivate";

/// Tells when the session ends, and lets the machine wait until all is saved. Clones are the same one.
#[derive(Clone, Debug)]
pub struct Session {
    ending: watch::Receiver<bool>,
    delay: Delay,
}

/// What makes logind wait: closed means go on. The process's end closes it, too.
type Delay = Arc<Mutex<Option<OwnedFd>>>;

impl Session {
    /// Until the session ends, by shutdown, restart or log-off.
    pub async fn ending(&self) {
        let mut ending = self.ending.clone();
        if ending.wait_for(|ending| *ending).await.is_err() {
            // Nobody listens any more: Shoal quits already.
            std::future::pending::<()>().await;
        }
    }

    /// All is saved: the machine may go down.
    pub fn saved(&self) {
        drop(self.delay.lock().take());
    }
}

/// Starts listening; `why` is the sentence that the system shows for a machine that waits.
pub fn spawn(
    session: &Bus,
    system: &Bus,
    why: String,
    tasks: &TaskTracker,
    end: &CancellationToken,
) -> Session {
    let (told, ending) = watch::channel(false);
    let told = Arc::new(told);
    let delay = Delay::default();
    let (bus, held, tell) = (system.clone(), delay.clone(), told.clone());
    let machine = async move { shutdowns(&bus, &held, &why, &tell).await };
    tasks.spawn(end.clone().run_until_cancelled_owned(machine));
    let bus = session.clone();
    let person = async move { log_offs(&bus, &told).await };
    tasks.spawn(end.clone().run_until_cancelled_owned(person));
    Session { ending, delay }
}

/// Listens to logind, on every connection that there is.
async fn shutdowns(bus: &Bus, delay: &Delay, why: &str, told: &watch::Sender<bool>) {
    loop {
        if let Some(connection) = bus.get().await
            && let Err(e) = until_shutdown(&connection, delay, why, told).await
        {
            tracing::debug!(error = %e, "logind is not heard");
        }
        sleep(RETRY).await;
    }
}

async fn until_shutdown(
    connection: &Connection,
    delay: &Delay,
    why: &str,
    told: &watch::Sender<bool>,
) -> zbus::Result<()> {
    let rule = MatchRule::builder()
        .msg_type(Type::Signal)
        .sender(LOGIND.name)?
        .interface(LOGIND.interface)?
        .member("PrepareForShutdown")?
        .path(LOGIND.path)?
        .build();
    let mut signals = MessageStream::for_match_rule(rule, connection, None).await?;
    let mut owners = DBusProxy::new(connection)
        .await?
        .receive_name_owner_changed_with_args(&[(0, LOGIND.name)])
        .await?;
    loop {
        if LOGIND.is_there(connection).await {
            let body = ("shutdown", "Shoal", why, "delay");
            let asked: zbus::Result<OwnedFd> = LOGIND.call(connection, "Inhibit", &body).await;
            *delay.lock() = asked.ok();
        }
        loop {
            tokio::select! {
                signal = signals.next() => {
                    let Some(signal) = signal else { return Ok(()) };
                    let signal = signal?;
                    let goes_down = signal.body().deserialize().unwrap_or(false);
                    if goes_down && LOGIND.sent(connection, &signal).await {
                        tracing::info!("the machine goes down");
                        told.send_replace(true);
                    }
                }
                owner = owners.next() => match owner {
                    Some(_) => break,
                    None => return Ok(()),
                },
            }
        }
    }
}

/// Listens to the session manager, on every connection that there is.
async fn log_offs(bus: &Bus, told: &watch::Sender<bool>) {
    loop {
        if let Some(connection) = bus.get().await
            && let Err(e) = until_log_off(&connection, told).await
        {
            tracing::debug!(error = %e, "the session manager is not heard");
        }
        sleep(RETRY).await;
    }
}

async fn until_log_off(connection: &Connection, told: &watch::Sender<bool>) -> zbus::Result<()> {
    let rule = MatchRule::builder()
        .msg_type(Type::Signal)
        .sender(GNOME.name)?
        .interface(CLIENT)?
        .build();
    let mut signals = MessageStream::for_match_rule(rule, connection, None).await?;
    let mut owners = DBusProxy::new(connection)
        .await?
        .receive_name_owner_changed_with_args(&[(0, GNOME.name)])
        .await?;
    loop {
        let client = register(connection).await;
        loop {
            tokio::select! {
                signal = signals.next() => {
                    let Some(signal) = signal else { return Ok(()) };
                    let signal = signal?;
                    let header = signal.header();
                    let ours = header.path().is_some_and(|path| {
                        client.as_ref().is_some_and(|client| path.as_str() == client.as_str())
                    });
                    let member = header.member().map(MemberName::as_str);
                    match member {
                        Some("QueryEndSession") if ours => agree(connection, client.as_ref()).await,
                        Some("EndSession" | "Stop")
                            if ours && GNOME.sent(connection, &signal).await =>
                        {
                            tracing::info!("the session ends");
                            told.send_replace(true);
                        }
                        _ => (),
                    }
                }
                owner = owners.next() => match owner {
                    Some(_) => break,
                    None => return Ok(()),
                },
            }
        }
    }
}

/// Makes Shoal a client of the session manager, if one runs.
async fn register(connection: &Connection) -> Option<OwnedObjectPath> {
    let id = env::var("DESKTOP_AUTOSTART_ID").unwrap_or_default();
    let asked: zbus::Result<OwnedObjectPath> = GNOME
        .call(connection, "RegisterClient", &(APP_ID, id))
        .await;
    asked.ok()
}

/// Nothing here speaks against the end of the session.
async fn agree(connection: &Connection, client: Option<&OwnedObjectPath>) {
    let Some(client) = client else {
        return;
    };
    let answered = connection
        .call_method(
            Some(GNOME.name),
            client,
            Some(CLIENT),
            "EndSessionResponse",
            &(true, ""),
        )
        .await;
    if let Err(e) = answered {
        tracing::debug!(error = %e, "the session manager took no answer");
    }
}
