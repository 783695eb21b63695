//! Whether somebody looks at the window. The system's own dialogs in front of it count: to the window they are a
//! loss of the focus like any other.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::Duration,
};

use tokio::{sync::oneshot, time::sleep};

use super::Keeper;

/// A window that lost the focus this recently still counts as looked at: a press on the tray's icon takes the
/// focus first.
const LINGERS: Duration = Duration::from_millis(300);

#[derive(Default)]
pub(super) struct Focus {
    is: AtomicBool,
    /// It was lost so lately that it is not known yet where it went.
    lingers: AtomicBool,
    /// Counts what the system told.
    told: AtomicU64,
}

impl Focus {
    pub(super) fn lose(&self) {
        self.told.fetch_add(1, Ordering::Relaxed);
        self.is.store(false, Ordering::Relaxed);
    }
}

impl Keeper {
    /// Whether the window, or a dialog of it, is in front.
    pub(crate) fn is_focused(&self) -> bool {
        self.inner.focus.is.load(Ordering::Relaxed)
    }

    /// Whether somebody looks at the window, or at a dialog of it. What happens in doubt is told.
    pub(crate) fn is_looked_at(&self) -> bool {
        let focus = &self.inner.focus;
        focus.is.load(Ordering::Relaxed) && !focus.lingers.load(Ordering::Relaxed)
    }

    /// The window got the focus, or lost it.
    pub(crate) fn focused(&self, focused: bool) {
        let focus = &self.inner.focus;
        let told = focus.told.fetch_add(1, Ordering::Relaxed) + 1;
        focus.lingers.store(!focused, Ordering::Relaxed);
        if focused {
            focus.is.store(true, Ordering::Relaxed);
            return;
        }
        let keeper = self.clone();
        tauri::async_runtime::spawn(async move {
            let focus = &keeper.inner.focus;
            loop {
                sleep(LINGERS).await;
                if focus.told.load(Ordering::Relaxed) != told {
                    return;
                }
                if !keeper.has_dialog_in_front().await {
                    focus.is.store(false, Ordering::Relaxed);
                    return;
                }
                focus.lingers.store(false, Ordering::Relaxed);
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
