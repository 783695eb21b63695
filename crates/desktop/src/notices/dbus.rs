//! The program that shows notifications on Linux, asked over the bus. It may be started by asking, may end, and
//! may be another one afterwards. Each call has its time.

use std::{collections::HashMap, time::Instant};

use futures_util::StreamExt as _;
use tokio::{sync::watch, time};
use zbus::{
    Connection, Message, Proxy,
    fdo::DBusProxy,
    names::OwnedUniqueName,
    proxy::{Builder, CacheProperties, OwnerChangedStream, SignalStream},
    zvariant::Value,
};

use super::{
    Heard, Kind, Taken,
    text::{Able, Text},
};
use crate::{
    APP_ID,
    bus::{Bus, RETRY, owner_of},
};

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
/// Somebody closed it with a click or a key.
const DISMISSED: u32 = 2;
/// How urgent it is.
const LOW: u8 = 0;
const NORMAL: u8 = 1;
/// It stays as long as the system finds right.
const USUAL: i32 = -1;

pub(super) struct Server {
    bus: Bus,
    live: Option<Live>,
    can: watch::Sender<bool>,
    /// When the bus is looked for again.
    retry: Instant,
    /// Somebody came or went who shows notifications, and it has not been looked up who does now.
    unsure: bool,
}

struct Live {
    proxy: Proxy<'static>,
    /// What it tells; of others who use its names nothing comes through.
    signals: SignalStream<'static>,
    owners: OwnerChangedStream<'static>,
    able: Option<Able>,
    /// Who has shown something: its own name on the bus.
    shower: Option<OwnedUniqueName>,
}

impl Server {
    pub(super) fn new(bus: &Bus, can: watch::Sender<bool>) -> Self {
        Self {
            bus: bus.clone(),
            live: None,
            can,
            retry: Instant::now(),
            unsure: false,
        }
    }

    /// What it can do; none when nobody shows notifications.
    pub(super) async fn able(&mut self) -> Option<Able> {
        self.connect().await;
        let live = self.live.as_mut()?;
        if live.able.is_none() {
            let able = ask(&live.proxy).await;
            live.able = able;
            self.tell(able.is_some());
            return able;
        }
        live.able
    }

    /// Shows a notification, in place of `replaced`.
    pub(super) async fn show(
        &mut self,
        kind: Kind,
        text: &Text,
        replaced: Option<u32>,
    ) -> Option<Taken> {
        let live = self.live.as_mut()?;
        let actions = text.acts.iter();
        let actions: Vec<&str> = actions
            .flat_map(|(act, label)| [act.key(), label])
            .collect();
        let body = (
            "Shoal",
            replaced.unwrap_or(0),
            APP_ID,
            &*text.title,
            &*text.body,
            actions,
            hints(kind),
            USUAL,
        );
        let answer = live.proxy.call_method("Notify", &body).await;
        let taken = answer.and_then(|answer| {
            let by = answer.header().sender().map(|by| by.to_owned().into());
            Ok((answer.body().deserialize::<u32>()?, by))
        });
        match taken {
            Ok((id, by)) => Some(Taken {
                id,
                by_another: std::mem::replace(&mut live.shower, by.clone()) != by,
            }),
            Err(error) => {
                tracing::info!(%error, "a notification could not be shown");
                None
            }
        }
    }

    /// Takes a notification away.
    pub(super) async fn close(&mut self, id: u32) {
        if let Some(live) = &self.live {
            let _ = live
                .proxy
                .call::<_, _, ()>("CloseNotification", &(id,))
                .await;
        }
    }

    /// What it tells next. Safe to cancel.
    pub(super) async fn next(&mut self) -> Heard {
        loop {
            let Some(live) = &mut self.live else {
                time::sleep_until(self.retry.into()).await;
                self.connect().await;
                continue;
            };
            if self.unsure {
                let connection = live.proxy.connection().clone();
                if let Some(heard) = self.look(&connection).await {
                    return heard;
                }
                continue;
            }
            tokio::select! {
                signal = live.signals.next() => match signal {
                    Some(signal) => if let Some(heard) = read(&signal) {
                        return heard;
                    },
                    None => return self.lost(),
                },
                owner = live.owners.next() => match owner {
                    Some(_) => {
                        live.able = None;
                        self.unsure = true;
                    }
                    None => return self.lost(),
                },
            }
        }
    }

    /// Finds out who shows notifications now. One that was started to show the first one, and came since, has shown
    /// it.
    async fn look(&mut self, connection: &Connection) -> Option<Heard> {
        let owner = owner_of(connection, NAME).await;
        let can = owner.is_some() || can_start(connection).await;
        self.unsure = false;
        self.tell(can);
        let live = self.live.as_mut()?;
        let is_same = live.shower.is_none() || live.shower == owner;
        if is_same {
            return None;
        }
        live.shower = None;
        Some(Heard::Anew)
    }

    fn tell(&self, can: bool) {
        self.can
            .send_if_modified(|told| std::mem::replace(told, can) != can);
    }

    fn lost(&mut self) -> Heard {
        self.live = None;
        self.retry = Instant::now() + RETRY;
        self.tell(false);
        Heard::Anew
    }

    async fn connect(&mut self) {
        if self.live.is_some() {
            return;
        }
        // Whoever asks may be interrupted: what was not tried to the end is tried again at once.
        if let Some(connection) = self.bus.get().await {
            match open(&connection).await {
                Ok(live) => {
                    (self.live, self.unsure) = (Some(live), true);
                    return;
                }
                Err(error) => tracing::info!(%error, "notifications cannot be heard of"),
            }
        }
        self.retry = Instant::now() + RETRY;
    }
}

async fn open(connection: &Connection) -> zbus::Result<Live> {
    let proxy: Proxy<'static> = Builder::new(connection)
        .destination(NAME)?
        .path(PATH)?
        .interface(NAME)?
        .cache_properties(CacheProperties::No)
        .build()
        .await?;
    Ok(Live {
        signals: proxy.receive_all_signals().await?,
        owners: proxy.receive_owner_changed().await?,
        proxy,
        able: None,
        shower: None,
    })
}

/// Whether it would be started by asking it.
async fn can_start(connection: &Connection) -> bool {
    let Ok(bus) = DBusProxy::new(connection).await else {
        return false;
    };
    let names = bus.list_activatable_names().await.unwrap_or_default();
    names.iter().any(|name| name.as_str() == NAME)
}

async fn ask(proxy: &Proxy<'static>) -> Option<Able> {
    let asked = proxy.call::<_, _, Vec<String>>("GetCapabilities", &());
    let can = asked.await.ok()?;
    let has = |what: &str| can.iter().any(|c| c == what);
    Some(Able {
        actions: has("actions"),
        markup: has("body-markup"),
    })
}

fn hints(kind: Kind) -> HashMap<&'static str, Value<'static>> {
    let category = match kind {
        Kind::Finished => Some("transfer.complete"),
        Kind::Failed | Kind::Attention => Some("transfer.error"),
        Kind::Watched => Some("transfer"),
        Kind::RunsOn | Kind::Rests | Kind::Stays => None,
    };
    let urgency = if kind == Kind::RunsOn { LOW } else { NORMAL };
    let mut hints = HashMap::from([
        ("desktop-entry", Value::from(APP_ID)),
        ("urgency", Value::from(urgency)),
    ]);
    if let Some(category) = category {
        hints.insert("category", Value::from(category));
    }
    hints
}

fn read(signal: &Message) -> Option<Heard> {
    let header = signal.header();
    let body = signal.body();
    match header.member()?.as_str() {
        "ActionInvoked" => {
            let (id, key): (u32, String) = body.deserialize().ok()?;
            Some(Heard::Pressed(id, key))
        }
        "ActivationToken" => {
            let (id, token): (u32, String) = body.deserialize().ok()?;
            Some(Heard::Token(id, token))
        }
        "NotificationClosed" => {
            let (id, why): (u32, u32) = body.deserialize().ok()?;
            (why == DISMISSED).then_some(Heard::Dismissed(id))
        }
        _ => None,
    }
}
