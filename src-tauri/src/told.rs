//! What waits to be told to the page: offers to add, and where to go. Bounded; what concerns only a window that is
//! there does not wait for another.

use std::{
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
};

use shoal_api::Event;
use tokio::sync::Notify;

/// Most things that wait, offers to add not counted, which become one.
const WAITING_MAX: usize = 16;
/// Most torrents of one offer; as many as the shelf of previews holds for long.
const PREVIEWS_MAX: usize = 2_000;

/// The queue of one window.
#[derive(Default)]
pub(crate) struct Told {
    waiting: Mutex<Waiting>,
    pub(crate) added: Notify,
}

#[derive(Default)]
struct Waiting {
    /// A page has its snapshot and listens.
    live: bool,
    events: Vec<Event>,
}

impl Told {
    /// Adds something for the page that is there, or for the next one if it can wait.
    pub(crate) fn add(&self, event: Event) {
        let mut waiting = self.lock();
        if !waiting.live && hovers(&event) {
            return;
        }
        waiting.put(event);
        if waiting.live {
            self.added.notify_one();
        }
    }

    /// Adds something for whenever a page takes it.
    pub(crate) fn keep(&self, event: Event) {
        self.lock().put(event);
    }

    /// A page listens.
    pub(crate) fn live(&self) {
        self.lock().live = true;
    }

    /// No page listens for now.
    pub(crate) fn deaf(&self) {
        let mut waiting = self.lock();
        waiting.live = false;
        waiting.events.retain(|event| !hovers(event));
    }

    /// The window is gone.
    pub(crate) fn forget_window(&self) {
        self.deaf();
        let is_its_own = |event: &Event| matches!(event, Event::CloseAsked | Event::DeskChanged);
        self.lock().events.retain(|event| !is_its_own(event));
    }

    /// All that waits, in order.
    pub(crate) fn take(&self) -> Vec<Event> {
        mem::take(&mut self.lock().events)
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn put(&mut self, mut event: Event) {
        if let Event::OpenRequest { previews, errors } = &mut event {
            let before = self.events.iter_mut().find_map(|event| match event {
                Event::OpenRequest { previews, errors } => Some((previews, errors)),
                _ => None,
            });
            if let Some((all, all_errors)) = before {
                all.append(previews);
                all_errors.append(errors);
                all.truncate(PREVIEWS_MAX);
                all_errors.truncate(PREVIEWS_MAX);
                return;
            }
        }
        if !matches!(event, Event::Dropped { .. } | Event::OpenRequest { .. }) {
            // Only the newest of its kind means anything.
            let kind = mem::discriminant(&event);
            self.events.retain(|event| mem::discriminant(event) != kind);
        }
        if self.events.len() < WAITING_MAX || matches!(event, Event::OpenRequest { .. }) {
            self.events.push(event);
        }
    }
}

/// What means nothing a moment later.
fn hovers(event: &Event) -> bool {
    matches!(event, Event::DropHover { .. } | Event::DropLeft)
}

#[cfg(test)]
mod tests {
    use shoal_api::{ApiError, GoTo};

    use super::*;

    fn offer(code: &str) -> Event {
        Event::OpenRequest {
            previews: vec![],
            errors: vec![ApiError::new(code)],
        }
    }

    fn go(to: GoTo) -> Event {
        Event::Go { to }
    }

    #[test]
    fn offers_become_one_in_their_order() {
        let told = Told::default();
        let codes: Vec<String> = (0..40).map(|n| format!("e{n}")).collect();
        for code in &codes {
            told.keep(offer(code));
        }
        let taken = told.take();
        let [Event::OpenRequest { errors, .. }] = &taken[..] else {
            panic!("{taken:?}");
        };
        let got: Vec<_> = errors.iter().map(|error| error.code.clone()).collect();
        assert_eq!(got, codes, "none is lost");
        assert!(told.take().is_empty());
    }

    #[test]
    fn what_was_pressed_last_is_where_the_window_goes() {
        let told = Told::default();
        told.add(go(GoTo::Settings));
        told.add(offer("x"));
        told.add(go(GoTo::Attention));
        let taken = told.take();
        assert!(matches!(taken[0], Event::OpenRequest { .. }), "{taken:?}");
        assert!(
            matches!(
                taken[1],
                Event::Go {
                    to: GoTo::Attention
                }
            ),
            "{taken:?}"
        );
        assert_eq!(taken.len(), 2);
    }

    #[test]
    fn what_hovers_over_no_page_is_not_kept() {
        let told = Told::default();
        told.add(Event::DropLeft);
        assert!(told.take().is_empty());
        told.live();
        told.add(Event::DropLeft);
        told.add(go(GoTo::Add));
        told.deaf();
        let taken = told.take();
        assert!(
            matches!(taken[..], [Event::Go { to: GoTo::Add }]),
            "{taken:?}"
        );
    }

    #[test]
    fn a_question_of_a_window_goes_with_it() {
        let told = Told::default();
        told.add(Event::CloseAsked);
        told.deaf();
        assert_eq!(told.take().len(), 1, "it was only hidden");
        told.add(Event::CloseAsked);
        told.add(offer("x"));
        told.forget_window();
        let taken = told.take();
        assert!(
            matches!(taken[..], [Event::OpenRequest { .. }]),
            "{taken:?}"
        );
    }
}
