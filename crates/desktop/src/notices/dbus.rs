//! The program that shows notifications on Linux, asked over the bus. It may be started by asking, may end, and
//! may be another one afterwards. Each call has its time.

use std::{collections::HashMap, time::Instant};

use futures_util::StreamExt as _;
use tokio::{sync::watch, time};
use zbus::{
    Connection, Message, Proxy,
    fdo::DBusProxy,
    names::BusName,
    proxy::{Builder, CacheProperties, OwnerChangedStream, SignalStream},
    zvariant::Value,
};

use super::{
    Heard, Kind,
    text::{Able, Text},
};
use crate::{
    APP_ID,
    bus::{Bus, RETRY},
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
}

struct Live {
    proxy: Proxy<'static>,
    /// What it tells; of others who use its names nothing comes through.
    signals: SignalStream<'static>,
    owners: OwnerChangedStream<'static>,
    able: Option<Able>,
}

impl Server {
    pub(super) fn new(bus: &Bus, can: watch::Sender<bool>) -> Self {
        Self {
            bus: bus.clone(),
            live: None,
            can,
            retry: Instant::now(),
        }
    }

    /// What it can do; none when nobody shows notifications.
    pub(super) async fn able(&mut self) -> Option<Able> {
        self.connect().await;
        let live = self.live.as_mut()?;
        if live.able.is_none() {
            live.able = ask(&live.proxy).await;
            self.can.send_if_modified(|can| {
                let able = live.able.is_some();
                std::mem::replace(can, able) != able
            });
        }
        live.able
    }

    /// Shows a notification, in place of `replaced`; its number.
    pub(super) async fn show(
        &mut self,
        kind: Kind,
        text: &Text,
        replaced: Option<u32>,
    ) -> Option<u32> {
        let live = self.live.as_ref()?;
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
        match live.proxy.call::<_, _, u32>("Notify", &body).await {
            Ok(id) => Some(id),
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
            tokio::select! {
                signal = live.signals.next() => match signal {
                    Some(signal) => if let Some(heard) = read(&signal) {
                        return heard;
                    },
                    None => return self.lost(),
                },
                owner = live.owners.next() => {
                    live.able = None;
                    let Some(owner) = owner else {
                        return self.lost();
                    };
                    let connection = live.proxy.connection().clone();
                    let can = owner.is_some() || can_start(&connection).await;
                    self.can.send_replace(can);
                    return Heard::Anew;
                }
            }
        }
    }

    fn lost(&mut self) -> Heard {
        self.live = None;
        self.retry = Instant::now() + RETRY;
        self.can.send_replace(false);
        Heard::Anew
    }

    async fn connect(&mut self) {
        if self.live.is_some() {
            return;
        }
        self.retry = Instant::now() + RETRY;
        let Some(connection) = self.bus.get().await else {
            return;
        };
        match open(&connection).await {
            Ok(live) => {
                self.can.send_replace(is_there(&connection).await);
                self.live = Some(live);
            }
            Err(error) => tracing::info!(%error, "notifications cannot be heard of"),
        }
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
    })
}

/// Whether it runs, or would if it was asked. Nothing is started.
async fn is_there(connection: &Connection) -> bool {
    let (Ok(bus), Ok(name)) = (DBusProxy::new(connection).await, BusName::try_from(NAME)) else {
        return false;
    };
    bus.name_has_owner(name).await.unwrap_or(false) || can_start(connection).await
}

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
        Kind::RunsOn => None,
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
