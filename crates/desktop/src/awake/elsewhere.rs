//! macOS and Windows, which ask the thread that holds the system to stay.

use std::{sync::mpsc, thread, time::Instant};

use keepawake::KeepAwake;
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{Choice, Model};
use crate::{APP_ID, Summary, bus::Bus};

/// Holds the system awake when it is told of a reason.
#[derive(Clone, Debug)]
pub struct Awake(watch::Sender<(Choice, Summary)>);

impl Awake {
    /// What is chosen, and what all torrents are doing now. Returns at once.
    pub fn set(&self, choice: Choice, summary: &Summary) {
        self.0.send_replace((choice, summary.clone()));
    }

    /// Nothing that is held here keeps a system awake that is told to rest.
    #[expect(clippy::unused_async, reason = "same shape as on Linux")]
    pub async fn step_aside(&self) {}
}

/// Starts the task behind an [`Awake`]; `why` is the sentence that a system shows beside Shoal's name.
pub fn spawn(
    _session: &Bus,
    _system: &Bus,
    why: String,
    tasks: &TaskTracker,
    end: &CancellationToken,
) -> Awake {
    let (set, told) = watch::channel((Choice::Never, Summary::default()));
    let (hold, orders) = mpsc::channel();
    let thread = thread::Builder::new().name("shoal-awake".to_owned());
    if let Err(e) = thread.spawn(move || obey(&orders, &why)) {
        tracing::warn!(error = %e, "nothing keeps the system awake");
    }
    tasks.spawn(run(told, hold, end.clone()));
    Awake(set)
}

async fn run(
    mut told: watch::Receiver<(Choice, Summary)>,
    hold: mpsc::Sender<bool>,
    end: CancellationToken,
) {
    let mut model = Model::default();
    loop {
        let (wanted, again) = {
            let (choice, summary) = &*told.borrow_and_update();
            model.take(*choice, summary, Instant::now())
        };
        if hold.send(wanted).is_err() {
            return;
        }
        let again = async {
            match again {
                Some(again) => tokio::time::sleep_until(again.into()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = end.cancelled() => return,
            changed = told.changed() => if changed.is_err() { return },
            () = again => (),
        }
    }
}

/// Holds and lets go until nobody orders any more.
fn obey(orders: &mpsc::Receiver<bool>, why: &str) {
    let mut held: Option<KeepAwake> = None;
    while let Ok(wanted) = orders.recv() {
        if !wanted {
            held = None;
        } else if held.is_none() {
            let made = keepawake::Builder::default()
                .idle(true)
                .reason(why)
                .app_name("Shoal")
                .app_reverse_domain(APP_ID)
                .create();
            match made {
                Ok(made) => held = Some(made),
                Err(e) => tracing::debug!(error = %e, "nothing keeps the system awake"),
            }
        }
    }
}
