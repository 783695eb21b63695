//! Progress and a number on Shoal's place in taskbar or dock.

use shoal_desktop::{bus::Bus, launcher::Badge};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::system::System;

/// Shows it.
#[cfg(target_os = "linux")]
pub(super) struct Shown(shoal_desktop::launcher::Launcher);

#[cfg(target_os = "linux")]
impl Shown {
    pub(super) fn new(_: &System, bus: &Bus, tasks: &TaskTracker, end: &CancellationToken) -> Self {
        Self(shoal_desktop::launcher::spawn(bus, tasks, end))
    }

    pub(super) fn set(&mut self, badge: Badge) {
        self.0.set(badge);
    }

    /// The panel keeps what it was told.
    #[expect(clippy::unused_self, reason = "on other systems the window has it")]
    pub(super) fn forget(&self) {}
}

/// Shows it on the window that is there.
#[cfg(not(target_os = "linux"))]
pub(super) struct Shown {
    system: System,
    last: Option<Badge>,
}

#[cfg(not(target_os = "linux"))]
impl Shown {
    pub(super) fn new(system: &System, _: &Bus, _: &TaskTracker, _: &CancellationToken) -> Self {
        Self {
            system: system.clone(),
            last: None,
        }
    }

    pub(super) fn set(&mut self, badge: Badge) {
        use tauri::{
            Manager as _,
            window::{ProgressBarState, ProgressBarStatus},
        };

        let tauri = self.system.handle();
        let window = tauri.and_then(|tauri| tauri.get_webview_window(crate::window::MAIN));
        let Some(window) = window.filter(|_| self.last != Some(badge)) else {
            return;
        };
        let status = match badge.percent {
            Some(_) => ProgressBarStatus::Normal,
            None => ProgressBarStatus::None,
        };
        let progress = ProgressBarState {
            status: Some(status),
            progress: Some(badge.percent.map_or(0, u64::from)),
        };
        let _ = window.set_progress_bar(progress);
        let _ = window.set_badge_count((badge.count > 0).then_some(badge.count.into()));
        self.last = Some(badge);
    }

    /// The window is another one now.
    pub(super) fn forget(&mut self) {
        self.last = None;
    }
}
