//! Linux: the launcher entry that Plasma, Ubuntu's dock and others show, found by the name of the desktop file.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
    time::Duration,
};

use parking_lot::Mutex;
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use zbus::{Connection, interface, zvariant::Value};

use super::Badge;
use crate::{APP_ID, bus::Bus};

const PATH: &str = "/io/github/shoalbt/Shoal";
const INTERFACE: &str = "com.canonical.Unity.LauncherEntry";

/// Changes are told at most this often.
const PAUSE: Duration = Duration::from_secs(1);

/// How long taking all of it away may take at the end.
const LAST: Duration = Duration::from_millis(300);

/// Shows a badge on the launcher's icon.
#[derive(Debug)]
pub struct Launcher(watch::Sender<Badge>);

impl Launcher {
    /// What the icon is to show from now on. Returns at once.
    pub fn set(&self, badge: Badge) {
        self.0.send_if_modified(|shown| {
            let changed = *shown != badge;
            *shown = badge;
            changed
        });
    }
}

/// Starts the task behind a [`Launcher`]. A session without a bus shows nothing.
pub fn spawn(session: &Bus, tasks: &TaskTracker, end: &CancellationToken) -> Launcher {
    let (set, wanted) = watch::channel(Badge::default());
    let teller = Teller {
        bus: session.clone(),
        shown: Arc::default(),
        served: None,
    };
    tasks.spawn(teller.run(wanted, end.clone()));
    Launcher(set)
}

struct Teller {
    bus: Bus,
    /// For a launcher that was started later and asks.
    shown: Arc<Mutex<Badge>>,
    served: Option<Connection>,
}

impl Teller {
    async fn run(mut self, mut wanted: watch::Receiver<Badge>, end: CancellationToken) {
        loop {
            tokio::select! {
                () = end.cancelled() => break,
                changed = wanted.changed() => if changed.is_err() { break },
            }
            let badge = *wanted.borrow_and_update();
            self.tell(badge).await;
            tokio::select! {
                () = end.cancelled() => break,
                () = sleep(PAUSE) => (),
            }
        }
        if *self.shown.lock() != Badge::default() {
            let _ = timeout(LAST, self.tell(Badge::default())).await;
        }
    }

    async fn tell(&mut self, badge: Badge) {
        *self.shown.lock() = badge;
        let Some(connection) = self.bus.get().await else {
            return;
        };
        if let Err(e) = self.tell_on(&connection, badge).await {
            tracing::debug!(error = %e, "the launcher is not told");
        }
    }

    async fn tell_on(&mut self, connection: &Connection, badge: Badge) -> zbus::Result<()> {
        // A connection that was lost took its objects along.
        let same = self
            .served
            .as_ref()
            .is_some_and(|served| !served.is_closed());
        if !same {
            let entry = Entry(self.shown.clone());
            connection.object_server().at(PATH, entry).await?;
            self.served = Some(connection.clone());
        }
        let body = (uri(), properties(badge));
        connection
            .emit_signal(None::<&str>, PATH, INTERFACE, "Update", &body)
            .await
    }
}

/// Answers a launcher that asks what to show.
struct Entry(Arc<Mutex<Badge>>);

#[interface(name = "com.canonical.Unity.LauncherEntry")]
impl Entry {
    fn query(&self) -> (String, HashMap<&'static str, Value<'static>>) {
        (uri().to_owned(), properties(*self.0.lock()))
    }
}

fn uri() -> &'static str {
    static URI: OnceLock<String> = OnceLock::new();
    URI.get_or_init(|| format!("application://{APP_ID}.desktop"))
}

fn properties(badge: Badge) -> HashMap<&'static str, Value<'static>> {
    let progress = f64::from(badge.percent.unwrap_or(0)) / 100.0;
    HashMap::from([
        ("progress", Value::from(progress)),
        ("progress-visible", Value::from(badge.percent.is_some())),
        ("count", Value::from(i64::from(badge.count))),
        ("count-visible", Value::from(badge.count > 0)),
    ])
}
