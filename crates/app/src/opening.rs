//! What is opened from outside, by the command line, another start or the system: it is offered, in order, and never
//! added by itself, but for a torrent that `create --seed` has just made.

use std::time::Duration;

use parking_lot::Mutex;
use shoal_api::Event;

use crate::{
    App,
    handover::{self, Handed},
    turns::Turns,
};

/// How long what was opened later waits for what was opened before.
const OPEN_TURN: Duration = Duration::from_secs(2);

type Raise = Box<dyn Fn(Option<String>) + Send + Sync>;

/// Who shows Shoal, and in which order things are opened.
#[derive(Default)]
pub(crate) struct Opening {
    raise: Mutex<Option<Raise>>,
    turns: Turns,
}

impl App {
    /// Offers .torrent paths, magnets or URLs to the interface: the add dialog opens. May be called on
    /// any thread. Offers come in the order of the calls; only one that takes long, mostly because it is
    /// fetched, is overtaken.
    pub fn open(&self, what: Vec<String>) {
        if what.is_empty() {
            return;
        }
        let inner = self.inner.clone();
        let stop = self.inner.stop.clone();
        let mut turn = inner.opening.turns.take();
        let offer = async move {
            let (previews, errors) = inner.inspect_all(what).await;
            turn.come(OPEN_TURN).await;
            inner.hub.offer(Event::OpenRequest { previews, errors });
        };
        let offer = async move { stop.run_until_cancelled(offer).await };
        self.inner.runtime.spawn(offer);
    }

    /// Calls `f` whenever another start asks this one to show itself, with what lets it come to the front.
    pub fn on_raise(&self, f: impl Fn(Option<String>) + Send + Sync + 'static) {
        *self.inner.opening.raise.lock() = Some(Box::new(f));
    }

    /// Takes what another start hands over; false when it could not be done.
    pub(crate) async fn take_over(self, handed: Handed) -> bool {
        let seed = match handed {
            Handed::Open(what) => {
                self.show(what, None);
                return true;
            }
            Handed::Show { open, token } => {
                self.show(open, handover::token(Some(token)));
                return true;
            }
            Handed::Seed(seed) => seed,
        };
        let added = self.inner.seed(seed).await;
        if let Err(error) = &added {
            tracing::warn!(%error, "a torrent that was just made could not be added");
        }
        added.is_ok()
    }

    fn show(&self, what: Vec<String>, token: Option<String>) {
        if let Some(raise) = &*self.inner.opening.raise.lock() {
            raise(token);
        }
        self.open(what);
    }
}
