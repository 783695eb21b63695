//! The connection to a message bus: opened when it is first wanted, within a bounded time, opened again when
//! it is lost, and done without where there is none. Must never start a service, or block on one.

#[cfg(target_os = "linux")]
pub use linux::{Bus, PATIENCE, RETRY};

#[cfg(target_os = "linux")]
pub(crate) use linux::{GNOME, LOGIND, Service, owner_of};

/// Other systems have no such bus; the type stands where one is handed on.
#[cfg(not(target_os = "linux"))]
#[derive(Clone, Debug, Default)]
pub struct Bus;

#[cfg(not(target_os = "linux"))]
impl Bus {
    /// No bus.
    pub fn session() -> Self {
        Self
    }

    /// No bus.
    pub fn system() -> Self {
        Self
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::{
        sync::Arc,
        time::{Duration, Instant},
    };

    use serde::Serialize;
    use tokio::{sync::Mutex, time::timeout};
    use zbus::{
        Connection, Message,
        connection::Builder,
        fdo::DBusProxy,
        names::{BusName, OwnedUniqueName},
        proxy::{CacheProperties, MethodFlags},
        zvariant::{DynamicDeserialize, DynamicType},
    };

    /// How long opening the bus may take, and each call on it.
    pub const PATIENCE: Duration = Duration::from_secs(2);

    /// After how long something that was not there is tried again, where nothing tells that it came.
    pub const RETRY: Duration = Duration::from_secs(30);

    #[derive(Debug)]
    enum Which {
        Session,
        System,
        At(String),
    }

    /// A bus. Clones share one connection.
    #[derive(Clone, Debug)]
    pub struct Bus(Arc<Inner>);

    #[derive(Debug)]
    struct Inner {
        which: Which,
        state: Mutex<State>,
    }

    #[derive(Debug, Default)]
    struct State {
        connection: Option<Connection>,
        failed: Option<Instant>,
    }

    impl Bus {
        /// The bus of this person's session.
        pub fn session() -> Self {
            Self::new(Which::Session)
        }

        /// The bus of the machine.
        pub fn system() -> Self {
            Self::new(Which::System)
        }

        /// The bus at an address, such as `unix:path=/run/user/1000/bus`.
        pub fn at(address: &str) -> Self {
            Self::new(Which::At(address.to_owned()))
        }

        fn new(which: Which) -> Self {
            Self(Arc::new(Inner {
                which,
                state: Mutex::default(),
            }))
        }

        /// The connection, opened now if need be. None when there is no bus, or it does not answer within
        /// [`PATIENCE`]; then the next one who asks within that time does not wait again.
        ///
        /// A call on it that is not answered within [`PATIENCE`] fails. Streams of it must be read: one that
        /// fills up holds up the others.
        pub async fn get(&self) -> Option<Connection> {
            let mut state = self.0.state.lock().await;
            if let Some(connection) = &state.connection {
                if !connection.is_closed() {
                    return Some(connection.clone());
                }
                state.connection = None;
            }
            if state.failed.is_some_and(|at| at.elapsed() < PATIENCE) {
                return None;
            }
            match timeout(PATIENCE, self.open()).await {
                Ok(Ok(connection)) => {
                    state.failed = None;
                    state.connection = Some(connection.clone());
                    Some(connection)
                }
                Ok(Err(e)) => {
                    tracing::debug!(which = ?self.0.which, error = %e, "there is no bus");
                    state.failed = Some(Instant::now());
                    None
                }
                Err(_) => {
                    tracing::info!(which = ?self.0.which, "the bus does not answer");
                    state.failed = Some(Instant::now());
                    None
                }
            }
        }

        async fn open(&self) -> zbus::Result<Connection> {
            let builder = match &self.0.which {
                Which::Session => Builder::session()?,
                Which::System => Builder::system()?,
                Which::At(address) => Builder::address(address.as_str())?,
            };
            builder.method_timeout(PATIENCE).build().await
        }
    }

    /// Where on a bus a service is.
    #[derive(Clone, Copy, Debug)]
    pub(crate) struct Service {
        pub(crate) name: &'static str,
        pub(crate) path: &'static str,
        pub(crate) interface: &'static str,
    }

    /// The session manager of GNOME, Cinnamon and MATE.
    pub(crate) const GNOME: Service = Service {
        name: "org.gnome.SessionManager",
        path: "/org/gnome/SessionManager",
        interface: "org.gnome.SessionManager",
    };

    /// systemd's or elogind's, on the system's bus.
    pub(crate) const LOGIND: Service = Service {
        name: "org.freedesktop.login1",
        path: "/org/freedesktop/login1",
        interface: "org.freedesktop.login1.Manager",
    };

    impl Service {
        /// Calls a method of it, if it runs: it is not started for that.
        pub(crate) async fn call<B, R>(
            &self,
            connection: &Connection,
            method: &'static str,
            body: &B,
        ) -> zbus::Result<R>
        where
            B: Serialize + DynamicType,
            R: for<'d> DynamicDeserialize<'d>,
        {
            let proxy: zbus::Proxy<'_> = zbus::proxy::Builder::new(connection)
                .destination(self.name)?
                .path(self.path)?
                .interface(self.interface)?
                .cache_properties(CacheProperties::No)
                .build()
                .await?;
            let flags = MethodFlags::NoAutoStart.into();
            let answer = proxy.call_with_flags(method, flags, body).await?;
            // Only a call that wants no answer gets none.
            answer.ok_or(zbus::Error::InvalidReply)
        }

        /// Whether it runs. Nothing is started by asking.
        pub(crate) async fn is_there(&self, connection: &Connection) -> bool {
            owner_of(connection, self.name).await.is_some()
        }

        /// Whether it is the one that sent `message`. The bus sees to that for what it sends to all who listen, but
        /// hands over what anybody, on the system's bus also another person, sends to one program only.
        pub(crate) async fn sent(&self, connection: &Connection, message: &Message) -> bool {
            let owner = owner_of(connection, self.name).await;
            let header = message.header();
            owner.is_some_and(|owner| Some(owner.inner()) == header.sender())
        }
    }

    /// Who has that name on the bus now, if somebody has. Nothing is started by asking.
    pub(crate) async fn owner_of(
        connection: &Connection,
        name: &'static str,
    ) -> Option<OwnedUniqueName> {
        let bus = DBusProxy::new(connection).await.ok()?;
        bus.get_name_owner(BusName::try_from(name).ok()?).await.ok()
    }
}
