//! Whether somebody looks at the window. The system's own dialogs in front of it count: to the window they are a
//! loss of the focus like any other.

use std::{sync::Mutex, time::Duration};

use tokio::{sync::oneshot, time::sleep};

use super::{Keeper, lock};

/// A window that lost the focus this recently still counts as looked at: a press on the tray's icon takes the
/// focus first.
const LINGERS: Duration = Duration::from_millis(300);

#[derive(Default)]
pub(super) struct Focus(Mutex<Known>);

#[derive(Default)]
struct Known {
    is: Is,
    /// Counts what the system told.
    told: u64,
}

/// Where the focus is.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Is {
    #[default]
    Elsewhere,
    /// The window lost it so lately that it is not known yet where it went.
    InDoubt,
    /// The window has it, or a dialog of it.
    Here,
}

impl Focus {
    pub(super) fn lose(&self) {
        let mut known = lock(&self.0);
        known.told += 1;
        known.is = Is::Elsewhere;
    }

    fn is(&self) -> Is {
        lock(&self.0).is
    }

    /// The system told whether the window has it. Which time that was, when it has to be found out where it went.
    fn tell(&self, focused: bool) -> Option<u64> {
        let mut known = lock(&self.0);
        known.told += 1;
        known.is = match (focused, known.is) {
            (true, _) => Is::Here,
            (false, Is::Elsewhere) => Is::Elsewhere,
            (false, _) => Is::InDoubt,
        };
        (known.is == Is::InDoubt).then_some(known.told)
    }

    /// It is known where it went, unless the system told something else since; whether that is so.
    fn settle(&self, told: u64, is: Is) -> bool {
        let mut known = lock(&self.0);
        let is_last = known.told == told;
        if is_last {
            known.is = is;
        }
        is_last
    }
}

impl Keeper {
    /// Whether the window, or a dialog of it, is in front.
    pub(crate) fn is_focused(&self) -> bool {
        self.inner.focus.is() != Is::Elsewhere
    }

    /// Whether somebody looks at the window, or at a dialog of it. What happens in doubt is told.
    pub(crate) fn is_looked_at(&self) -> bool {
        self.inner.focus.is() == Is::Here
    }

    /// The window got the focus, or lost it.
    pub(crate) fn focused(&self, focused: bool) {
        let Some(told) = self.inner.focus.tell(focused) else {
            return;
        };
        let keeper = self.clone();
        tauri::async_runtime::spawn(async move {
            loop {
                sleep(LINGERS).await;
                let is = if keeper.has_dialog_in_front().await {
                    Is::Here
                } else {
                    Is::Elsewhere
                };
                if !keeper.inner.focus.settle(told, is) || is == Is::Elsewhere {
                    return;
                }
            }
        });
    }

    async fn has_dialog_in_front(&self) -> bool {
        let (tell, told) = oneshot::channel();
        let look = move || {
            let _ = tell.send(in_front());
        };
        if !self.inner.system.run_on_main(look) {
            return false;
        }
        told.await.unwrap_or(false)
    }
}

#[cfg(target_os = "linux")]
fn in_front() -> bool {
    use gtk::{
        Window,
        glib::Cast as _,
        prelude::{GtkWindowExt as _, WidgetExt as _},
    };

    let mut windows = Window::list_toplevels().into_iter();
    windows.any(|widget| {
        let window = widget.downcast::<Window>();
        window.is_ok_and(|window| window.is_visible() && window.is_active())
    })
}

/// There, a dialog leaves the focus with its window or is part of it.
#[cfg(not(target_os = "linux"))]
fn in_front() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_it_went_is_in_doubt_until_that_is_known_and_nothing_else_was_told() {
        let focus = Focus::default();
        assert_eq!(focus.tell(false), None, "there is nothing to lose");
        assert_eq!(focus.tell(true), None);
        assert!(focus.is() == Is::Here);
        let lost = focus.tell(false).unwrap_or_default();
        assert!(focus.is() == Is::InDoubt);
        assert!(focus.settle(lost, Is::Here), "a dialog has it");
        assert!(focus.settle(lost, Is::Elsewhere));
        assert!(focus.is() == Is::Elsewhere);

        focus.tell(true);
        let lost = focus.tell(false).unwrap_or_default();
        focus.tell(true);
        assert!(!focus.settle(lost, Is::Elsewhere), "it came back meanwhile");
        assert!(focus.is() == Is::Here);
        focus.lose();
        assert!(focus.is() == Is::Elsewhere);
    }
}
