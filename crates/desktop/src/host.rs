//! Whether a panel shows tray icons: who watches for them on the bus, and whether anything displays what the
//! watcher lists. Must never start a watcher: asking for one where none is would.

/// Whether the icon can be seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Host {
    /// Not known yet.
    #[default]
    Unknown,
    /// A panel is there and has it.
    Here,
    /// No panel has it.
    None,
}

#[cfg(target_os = "linux")]
pub(crate) use linux::{Panel, follow};

#[cfg(target_os = "linux")]
mod linux {
    use futures_util::StreamExt as _;
    use tokio::{sync::watch, time};
    use zbus::{
        Connection, MatchRule, MessageStream, fdo::DBusProxy, message::Type, names::BusName,
        zvariant::OwnedValue,
    };

    use crate::bus::{RETRY, Service};

    const WATCHER: &str = "org.kde.StatusNotifierWatcher";
    const PATH: &str = "/StatusNotifierWatcher";

    const PROPERTIES: Service = Service {
        name: WATCHER,
        path: PATH,
        interface: "org.freedesktop.DBus.Properties",
    };

    /// Signals that wait to be read; what they say is asked for anew, so that a lost one is made up for.
    const QUEUE: usize = 16;

    /// Who watches for icons.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub(crate) struct Panel {
        /// The watcher's own name on the bus.
        pub(crate) owner: Option<String>,
        /// It says that something displays what it lists.
        pub(crate) has_host: bool,
    }

    /// Tells of every change, until the connection ends. None is told until it is known.
    pub(crate) async fn follow(
        connection: &Connection,
        panel: &watch::Sender<Option<Panel>>,
    ) -> zbus::Result<()> {
        let bus = DBusProxy::new(connection).await?;
        let mut owners = bus
            .receive_name_owner_changed_with_args(&[(0, WATCHER)])
            .await?;
        // Anybody can send these; they only make us look.
        let rule = MatchRule::builder()
            .msg_type(Type::Signal)
            .interface(WATCHER)?
            .path(PATH)?
            .build();
        let mut signals = MessageStream::for_match_rule(rule, connection, Some(QUEUE)).await?;
        loop {
            let now = look(connection, &bus).await;
            // A watcher may own the name before it answers, and never say that it does now.
            let is_half = now.owner.is_some() && !now.has_host;
            panel.send_if_modified(|panel| {
                let is_news = panel.as_ref() != Some(&now);
                *panel = Some(now);
                is_news
            });
            let is_over = tokio::select! {
                change = owners.next() => change.is_none(),
                signal = signals.next() => signal.is_none(),
                () = time::sleep(RETRY), if is_half => false,
            };
            if is_over {
                return Ok(());
            }
        }
    }

    async fn look(connection: &Connection, bus: &DBusProxy<'_>) -> Panel {
        let Ok(name) = BusName::try_from(WATCHER) else {
            return Panel::default();
        };
        let Ok(owner) = bus.get_name_owner(name).await else {
            return Panel::default();
        };
        let asked = (WATCHER, "IsStatusNotifierHostRegistered");
        let answer: zbus::Result<OwnedValue> = PROPERTIES.call(connection, "Get", &asked).await;
        Panel {
            owner: Some(owner.to_string()),
            has_host: answer.is_ok_and(|value| bool::try_from(value).unwrap_or(false)),
        }
    }
}
