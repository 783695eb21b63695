//! Waiting for conditions with a deadline. Must never wait for a fixed time: the only sleep here is
//! the interval between two looks.

use std::{
    thread,
    time::{Duration, Instant},
};

/// Time between two looks.
pub const POLL: Duration = Duration::from_millis(25);

/// A deadline that is generous for anything on a busy two-core machine.
pub const GENEROUS: Duration = Duration::from_secs(45);

/// Looks until `look` gives something. Panics with `what` when `limit` has passed.
#[track_caller]
pub fn until<T>(limit: Duration, what: &str, look: impl FnMut() -> Option<T>) -> T {
    until_or_dump(limit, what, look, String::new)
}

/// Like [`until`], and the panic also shows `dump()`.
#[track_caller]
pub fn until_or_dump<T>(
    limit: Duration,
    what: &str,
    look: impl FnMut() -> Option<T>,
    dump: impl FnOnce() -> String,
) -> T {
    if let Some(found) = poll(limit, look) {
        return found;
    }
    let state = dump();
    let gap = if state.is_empty() { "" } else { "\n" };
    panic!("waited {limit:?} in vain for {what}{gap}{state}");
}

/// Like [`until`], but gives `None` instead of a panic when `limit` has passed.
pub fn poll<T>(limit: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + limit;
    loop {
        // Whether time is up is decided before the look, so that one look follows the deadline.
        let last = Instant::now() >= deadline;
        if let Some(found) = look() {
            return Some(found);
        }
        if last {
            return None;
        }
        thread::sleep(POLL.min(deadline.saturating_duration_since(Instant::now())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_what_the_look_found() {
        let mut looks = 0;
        let found = until(GENEROUS, "the third look", || {
            looks += 1;
            (looks == 3).then_some(looks)
        });
        assert_eq!(found, 3);
    }

    #[test]
    #[should_panic(expected = "for the moon\nphase: new")]
    fn panics_with_the_description_and_the_state() {
        until_or_dump(
            Duration::ZERO,
            "the moon",
            || None::<()>,
            || "phase: new".into(),
        );
    }
}
