//! The icon in the panel: what it shows ([`fn@model`]) is a pure function of a [`crate::Summary`]; on Linux a
//! `StatusNotifierItem` shows it ([`spawn`]), on other systems the shell does.
//!
//! Must never do what its menu says: a click becomes a [`TrayEvent`]. Nor wait for a panel, or need one.

#[cfg(target_os = "linux")]
mod icons;
#[cfg(target_os = "linux")]
mod item;
#[cfg(target_os = "linux")]
mod keep;
mod model;
#[cfg(target_os = "linux")]
mod seat;

#[cfg(target_os = "linux")]
pub use keep::{Options, Tray, spawn};
pub use model::{Entry, Model, State, model};

/// What somebody wants who clicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wish {
    /// The icon itself was clicked: see the window, or put it away.
    Toggle,
    /// See the window.
    Open,
    /// Put the window away.
    Hide,
    /// Choose torrent files to add.
    Add,
    /// Add the link that is in the clipboard.
    Paste,
    /// Stop all torrents.
    StopAll,
    /// Start all torrents.
    StartAll,
    /// Keep within the slow limits, or no more.
    Slow,
    /// See what needs somebody.
    Attention,
    /// See the settings.
    Settings,
    /// Quit.
    Quit,
}

/// A click on the icon or in its menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrayEvent {
    /// What is wanted.
    pub wish: Wish,
    /// What lets a window come to the front under Wayland; only the panel can give it.
    pub token: Option<String>,
}
