//! What is opened from outside, by the command line, another start or the system: it is offered, in order, and never
//! added by itself, but for a torrent that `create --seed` has just made.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use parking_lot::Mutex;
use shoal_api::Event;

use crate::{
    App,
    handover::{self, Handed, Taken},
    turns::Turns,
};

/// How long what was opened later waits for what was opened before.
const OPEN_TURN: Duration = Duration::from_secs(2);

type Raise = Box<dyn Fn(Option<String>) + Send + Sync>;

/// Who shows Shoal, in which order things are opened, and until when.
#[derive(Default)]
pub(crate) struct Opening {
    raise: Mutex<Raising>,
    turns: Turns,
    /// Shoal quits: what is opened now is for the next one.
    is_over: AtomicBool,
    /// Nobody ever shows it here.
    is_faceless: bool,
}

/// Who shows Shoal.
#[derive(Default)]
enum Raising {
    /// Nobody yet.
    #[default]
    Nobody,
    /// Nobody yet, but it is wanted, by whom the system gave this.
    Wanted(Option<String>),
    By(Raise),
}

impl Opening {
    pub(crate) fn new(is_faceless: bool) -> Self {
        Self {
            is_faceless,
            ..Self::default()
        }
    }

    /// From now on nothing is taken.
    pub(crate) fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }

    fn raise(&self, token: Option<String>) {
        match &mut *self.raise.lock() {
            Raising::By(raise) => raise(token),
            waiting => *waiting = Raising::Wanted(token),
        }
    }
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

    /// Calls `f` whenever another start asks this one to show itself, with what lets it come to the front; at once
    /// when one has asked already.
    pub fn on_raise(&self, f: impl Fn(Option<String>) + Send + Sync + 'static) {
        let mut raise = self.inner.opening.raise.lock();
        if let Raising::Wanted(token) = &mut *raise {
            f(token.take());
        }
        *raise = Raising::By(Box::new(f));
    }

    /// To be called as soon as it is known that Shoal quits: what another start wants from now on is not taken from
    /// it. That start waits and takes this one's place.
    pub fn leave(&self) {
        self.inner.opening.end();
    }

    /// Takes what another start hands over; none when Shoal quits.
    pub(crate) async fn take_over(self, handed: Handed) -> Option<Taken> {
        if self.inner.opening.is_over.load(Ordering::Relaxed) {
            return None;
        }
        let shown = if self.inner.opening.is_faceless {
            Taken::Unseen
        } else {
            Taken::Done
        };
        let seed = match handed {
            Handed::Open(what) => {
                self.show(what, None);
                return Some(shown);
            }
            Handed::Show { open, token } => {
                self.show(open, handover::token(Some(token)));
                return Some(shown);
            }
            Handed::Seed(seed) => seed,
        };
        let added = self.inner.seed(seed).await;
        if let Err(error) = &added {
            tracing::warn!(%error, "a torrent that was just made could not be added");
        }
        Some(added.map_or(Taken::Refused, |()| Taken::Done))
    }

    fn show(&self, what: Vec<String>, token: Option<String>) {
        self.inner.opening.raise(token);
        self.open(what);
    }
}
