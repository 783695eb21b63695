//! Every setting there is: its key, type, default and range, in one list that drives reading,
//! checking, storing and the settings page.
//!
//! Settings hold only what the user chose; nothing derived and nothing secret. Only differences
//! from the defaults are stored.

use std::path::PathBuf;

use crate::{
    Applies, Order, Preallocate, SettingDef, SettingError, SettingKind, SettingValue,
    setting::{Field, check},
};

macro_rules! settings {
    ($( $(#[$doc:meta])* $field:ident: $ty:ty = $default:expr, $key:literal, $kind:expr, $applies:ident, $shown:literal; )*) => {
        /// All settings with their present values.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Settings { $( $(#[$doc])* pub $field: $ty, )* }

        impl Default for Settings {
            fn default() -> Self { Self { $( $field: $default, )* } }
        }

        /// Every setting, in the order of the settings page.
        pub const SETTINGS: &[SettingDef] = &[
            $( SettingDef { key: $key, kind: $kind, applies: Applies::$applies, shown: $shown }, )*
        ];

        impl Settings {
            /// The present value of `key`.
            pub fn get(&self, key: &str) -> Option<SettingValue> {
                match key { $( $key => Some(self.$field.to_value()), )* _ => None }
            }

            fn put(&mut self, key: &str, value: SettingValue) {
                match key { $( $key => self.$field.take(value), )* _ => {} }
            }
        }
    };
}

settings! {
    /// Folder that new torrents are saved to; empty for the system's downloads folder.
    downloads_folder: PathBuf = PathBuf::new(), "downloads.folder", SettingKind::Folder, NewTorrents, true;
    /// Leave programs that pose as films, music or documents unticked when a torrent is added.
    leave_out_disguised: bool = true, "downloads.leave_out_disguised", SettingKind::Bool, NewTorrents, true;
    /// Files that are not whole carry ".part" behind their name.
    part_suffix: bool = false, "downloads.part_suffix", SettingKind::Bool, NewTorrents, true;
    /// Folder that torrents lie in until they are complete; empty for the one they are saved to.
    unfinished_folder: PathBuf = PathBuf::new(), "downloads.unfinished_folder", SettingKind::Folder, NewTorrents, true;
    /// How room on the volume is taken for files before their bytes are there.
    preallocate: String = "none".to_owned(), "downloads.preallocate", SettingKind::Choice(&["none", "sparse", "full"]), Now, true;
    /// In which order pieces are fetched.
    order: String = "spread".to_owned(), "downloads.order", SettingKind::Choice(&["spread", "sequential"]), NewTorrents, true;
    /// Fetch the first and the last pieces of each file before the others.
    first_last: bool = false, "downloads.first_last", SettingKind::Bool, NewTorrents, true;
    /// How long a file in a watch folder must look the same before it is taken, in milliseconds.
    watch_look_ms: u16 = 200, "watch.look_ms", SettingKind::Int { min: 100, max: 10_000 }, Now, true;
    /// Seconds between two looks at a watch folder whose file system tells of no changes.
    watch_poll_s: u16 = 10, "watch.poll_s", SettingKind::Int { min: 1, max: 3_600 }, Now, true;
    /// Port that other people's programs call; 0 until one was chosen.
    port: u16 = 0, "network.port", SettingKind::Int { min: 0, max: 65_535 }, Reconnect, true;
    /// Ask the router to let calls through (UPnP).
    upnp: bool = true, "network.upnp", SettingKind::Bool, Reconnect, true;
    /// Find people without a tracker (DHT, BEP 5).
    dht: bool = true, "network.dht", SettingKind::Bool, Reconnect, true;
    /// Find people on the home network (LSD, BEP 14).
    lsd: bool = true, "network.lsd", SettingKind::Bool, Reconnect, true;
    /// Use uTP, which gives way to other traffic (BEP 29).
    utp: bool = true, "network.utp", SettingKind::Bool, Reconnect, true;
    /// Most peers connected for one torrent.
    peer_limit: u16 = 100, "network.peer_limit", SettingKind::Int { min: 1, max: 1_000 }, Reconnect, true;
    /// Allow loopback and link-local peers, trackers and URLs. For tests on one machine.
    allow_loopback: bool = false, "network.allow_loopback", SettingKind::Bool, Reconnect, false;
    /// An icon in the system's tray.
    desk_tray: bool = true, "desktop.tray", SettingKind::Bool, Now, true;
    /// What closing the window does while the tray's icon is shown.
    desk_close: String = "tray".to_owned(), "desktop.close", SettingKind::Choice(&["tray", "quit"]), Now, true;
    /// What closing the window does where no panel shows the icon.
    desk_close_without_tray: String = "ask".to_owned(), "desktop.close_without_tray", SettingKind::Choice(&["ask", "keep", "quit"]), Now, true;
    /// Minimising puts the window away, as closing does.
    desk_minimise_to_tray: bool = false, "desktop.minimise_to_tray", SettingKind::Bool, Now, true;
    /// Starts with nothing to open show no window.
    desk_start_hidden: bool = false, "desktop.start_hidden", SettingKind::Bool, Now, true;
    /// Start hidden when the person logs in.
    desk_autostart: bool = false, "desktop.autostart", SettingKind::Bool, Now, true;
    /// Be the system's program for magnet links.
    desk_handle_magnets: bool = false, "desktop.handle_magnets", SettingKind::Bool, Now, true;
    /// Be the system's program for torrent files.
    desk_handle_torrents: bool = false, "desktop.handle_torrents", SettingKind::Bool, Now, true;
    /// Offer a link that is in the clipboard when the window gets the focus.
    desk_clipboard: bool = true, "desktop.clipboard", SettingKind::Bool, Now, true;
    /// What keeps the system from going to sleep by itself.
    desk_awake: String = "downloading".to_owned(), "desktop.awake", SettingKind::Choice(&["never", "downloading", "sharing"]), Now, true;
    /// Progress and the number of torrents that need somebody on the icon of the taskbar or dock.
    desk_taskbar: bool = true, "desktop.taskbar", SettingKind::Bool, Now, true;
    /// Tell by the system when a download is finished.
    notify_finished: bool = true, "notify.finished", SettingKind::Bool, Now, true;
    /// Tell by the system when a torrent failed.
    notify_failed: bool = true, "notify.failed", SettingKind::Bool, Now, true;
    /// Tell by the system when a torrent needs somebody.
    notify_attention: bool = true, "notify.attention", SettingKind::Bool, Now, true;
    /// Tell by the system what watch folders added.
    notify_watched: bool = true, "notify.watched", SettingKind::Bool, Now, true;
    /// Colours of the window.
    theme: String = "system".to_owned(), "appearance.theme", SettingKind::Choice(&["system", "light", "dark"]), Now, true;
    /// Count sizes in KiB, MiB, GiB rather than kB, MB, GB.
    binary_units: bool = false, "appearance.binary_units", SettingKind::Bool, Now, true;
    /// Language of the window; `system` for the one of the desktop.
    language: String = "system".to_owned(), "appearance.language", SettingKind::Choice(&["system", "en", "de", "es", "fr", "zh", "ar"]), Now, true;
    /// How strongly lines and small text stand out.
    contrast: String = "system".to_owned(), "appearance.contrast", SettingKind::Choice(&["system", "more"]), Now, true;
    /// How much room a row of the list takes.
    density: String = "comfortable".to_owned(), "window.density", SettingKind::Choice(&["comfortable", "compact"]), Now, true;
    /// Where the details are shown.
    details_side: String = "auto".to_owned(), "window.details_side", SettingKind::Choice(&["auto", "bottom", "right"]), Now, true;
    /// Width of the details panel in CSS pixels, when it is at the side; 0 for a share of the window.
    details_width: u16 = 0, "window.details_width", SettingKind::Int { min: 0, max: 2_000 }, Now, false;
    /// The page on how sharing works was read.
    welcome_done: bool = false, "window.welcome_done", SettingKind::Bool, Now, false;
    /// The sidebar is shown.
    sidebar: bool = true, "window.sidebar", SettingKind::Bool, Now, false;
    /// The details panel is shown.
    details: bool = true, "window.details", SettingKind::Bool, Now, false;
    /// Height of the details panel in CSS pixels.
    details_height: u16 = 264, "window.details_height", SettingKind::Int { min: 140, max: 2_000 }, Now, false;
}

impl Settings {
    /// Changes one setting after checking the value. On error nothing is changed.
    pub fn set(&mut self, key: &str, value: SettingValue) -> Result<(), SettingError> {
        let def = SETTINGS.iter().find(|d| d.key == key);
        let def = def.ok_or_else(|| SettingError::Unknown {
            key: key.to_owned(),
        })?;
        check(def, &value)?;
        self.put(key, value);
        Ok(())
    }

    /// How room is taken for files.
    pub fn preallocate(&self) -> Preallocate {
        match self.preallocate.as_str() {
            "sparse" => Preallocate::Sparse,
            "full" => Preallocate::Full,
            _ => Preallocate::None,
        }
    }

    /// In which order new torrents fetch their pieces.
    pub fn order(&self) -> Order {
        match self.order.as_str() {
            "sequential" => Order::Sequential,
            _ => Order::Spread,
        }
    }

    /// The settings that differ from their defaults.
    pub fn changed(&self) -> Vec<(&'static str, SettingValue)> {
        let default = Self::default();
        let all = SETTINGS
            .iter()
            .filter_map(|d| Some((d.key, self.get(d.key)?)));
        all.filter(|(key, value)| default.get(key).as_ref() != Some(value))
            .collect()
    }
}

/// Reads the value of `key` from text, as given on a command line.
pub fn parse_setting(key: &str, text: &str) -> Result<SettingValue, SettingError> {
    let def = SETTINGS.iter().find(|d| d.key == key);
    let def = def.ok_or_else(|| SettingError::Unknown {
        key: key.to_owned(),
    })?;
    let wrong = |expected| SettingError::WrongType {
        key: key.to_owned(),
        expected,
    };
    let value = match def.kind {
        SettingKind::Bool => match text {
            "true" | "on" | "yes" | "1" => SettingValue::Bool(true),
            "false" | "off" | "no" | "0" => SettingValue::Bool(false),
            _ => return Err(wrong("true or false")),
        },
        SettingKind::Int { .. } => {
            SettingValue::Int(text.parse().map_err(|_| wrong("a whole number"))?)
        }
        SettingKind::Choice(_) | SettingKind::Folder => SettingValue::Text(text.to_owned()),
    };
    check(def, &value)?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn every_setting_can_be_read_and_its_default_is_valid() {
        let mut settings = Settings::default();
        for def in SETTINGS {
            let value = settings.get(def.key).unwrap();
            settings.set(def.key, value).unwrap();
        }
        assert_eq!(settings.changed(), vec![]);
    }

    #[test]
    fn a_refused_value_names_the_field_and_changes_nothing() {
        let mut settings = Settings::default();
        let error = settings
            .set("network.peer_limit", SettingValue::Int(0))
            .unwrap_err();
        assert_eq!(
            (error.key(), error.code()),
            ("network.peer_limit", "setting_out_of_range")
        );
        assert!(
            settings
                .set("network.port", SettingValue::Bool(true))
                .is_err()
        );
        assert!(
            settings
                .set("appearance.theme", SettingValue::Text("mauve".into()))
                .is_err()
        );
        assert!(
            settings
                .set("downloads.folder", SettingValue::Text("relative".into()))
                .is_err()
        );
        assert!(settings.set("no.such", SettingValue::Bool(true)).is_err());
        assert_eq!(settings, Settings::default());
    }

    #[test]
    fn only_differences_are_listed() {
        let mut settings = Settings::default();
        settings
            .set("network.dht", parse_setting("network.dht", "off").unwrap())
            .unwrap();
        assert_eq!(
            settings.changed(),
            vec![("network.dht", SettingValue::Bool(false))]
        );
    }
}
