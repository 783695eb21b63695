//! Linux: the files of the freedesktop specifications.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use shoal_api::Handler;

use super::{State, Wanted, autostart, desktop_file, file, mimeapps};

/// The name of Shoal's desktop file.
pub(super) const ID: &str = "io.github.shoalbt.Shoal.desktop";

/// A kind of link or file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Magnet,
    Torrent,
}

impl Kind {
    /// The type by which the system knows it.
    pub(super) fn mime(self) -> &'static str {
        match self {
            Self::Magnet => "x-scheme-handler/magnet",
            Self::Torrent => "application/x-bittorrent",
        }
    }
}

impl Wanted {
    fn kinds(self) -> Vec<Kind> {
        let magnets = self.magnets.then_some(Kind::Magnet);
        let torrents = self.torrents.then_some(Kind::Torrent);
        magnets.into_iter().chain(torrents).collect()
    }
}

/// Where the system's files about programs are.
#[derive(Clone, Debug)]
pub struct Places {
    pub(super) config_home: PathBuf,
    pub(super) config_dirs: Vec<PathBuf>,
    pub(super) data_home: PathBuf,
    pub(super) data_dirs: Vec<PathBuf>,
    /// The desktop's names in small letters, the closest first.
    pub(super) desktops: Vec<String>,
    /// The person's language as names of desktop files have it, the closest first.
    pub(super) locales: Vec<String>,
    /// What starts Shoal.
    pub(super) program: PathBuf,
    pub(super) sandboxed: bool,
}

impl Places {
    /// Those of the person who runs Shoal. None when there is no home, or nothing that could be started again.
    pub fn of_this_person() -> Option<Self> {
        let home = env::var_os("HOME").map(PathBuf::from);
        let home_of = |variable: &str, folder: &str| {
            folders(variable)
                .into_iter()
                .next()
                .or_else(|| Some(home.as_ref()?.join(folder)))
        };
        let or = |found: Vec<PathBuf>, usual: &[&str]| {
            if found.is_empty() {
                usual.iter().map(PathBuf::from).collect()
            } else {
                found
            }
        };
        let app_image = env::var_os("APPIMAGE").map(PathBuf::from);
        let desktops = env::var("XDG_CURRENT_DESKTOP").unwrap_or_default();
        Some(Self {
            config_home: home_of("XDG_CONFIG_HOME", ".config")?,
            config_dirs: or(folders("XDG_CONFIG_DIRS"), &["/etc/xdg"]),
            data_home: home_of("XDG_DATA_HOME", ".local/share")?,
            data_dirs: or(
                folders("XDG_DATA_DIRS"),
                &["/usr/local/share", "/usr/share"],
            ),
            desktops: desktops
                .split(':')
                .filter(|name| !name.is_empty() && !name.contains('/'))
                .map(str::to_ascii_lowercase)
                .collect(),
            locales: locales(),
            program: app_image.or_else(|| env::current_exe().ok())?,
            sandboxed: Path::new("/.flatpak-info").exists() || env::var_os("SNAP").is_some(),
        })
    }

    /// Where desktop files are, the closest first.
    pub(super) fn application_folders(&self) -> Vec<PathBuf> {
        let folders = [&self.data_home].into_iter().chain(&self.data_dirs);
        folders.map(|folder| folder.join("applications")).collect()
    }

    /// The lists of default programs, the closest first.
    pub(super) fn association_lists(&self) -> Vec<PathBuf> {
        let homes = [&self.config_home].into_iter().chain(&self.config_dirs);
        let folders = homes.cloned().chain(self.application_folders());
        folders
            .flat_map(|folder| {
                let special = self.desktops.iter().map(|name| format!("{name}-"));
                let names = special.chain([String::new()]);
                names
                    .map(|name| folder.join(format!("{name}mimeapps.list")))
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    pub(super) fn state(&self) -> State {
        if self.sandboxed {
            return State::unknown(true);
        }
        State {
            magnets: self.handler(Kind::Magnet),
            torrents: self.handler(Kind::Torrent),
            autostart: autostart::is_on(self),
            sandboxed: false,
        }
    }

    fn handler(&self, kind: Kind) -> Handler {
        match mimeapps::default(self, kind) {
            Some(id) if id == ID => Handler::Ours,
            Some(id) => Handler::Other {
                name: desktop_file::name(self, &id),
            },
            None => Handler::Nobody,
        }
    }

    /// Makes it so. `before` is what was so until now; none at the start.
    pub(super) fn apply(&self, wanted: Wanted, before: Option<&Wanted>) {
        if self.sandboxed {
            return;
        }
        let told = |what: &str, done: io::Result<()>| {
            if let Err(e) = done {
                tracing::warn!(what, error = %e, "the system's links could not be changed");
            }
        };
        // A file of ours that offers less names what may be taken back, also at the start.
        let offered =
            desktop_file::read(&desktop_file::own(self)).filter(|t| desktop_file::is_ours(t));
        let offered = offered.unwrap_or_default();
        let offered = desktop_file::value(&offered, "MimeType").unwrap_or_default();
        let taken: Vec<_> = [Kind::Magnet, Kind::Torrent]
            .into_iter()
            .filter(|kind| !wanted.kinds().contains(kind))
            .filter(|kind| {
                let switched = before.is_some_and(|before| before.kinds().contains(kind));
                switched || offered.split(';').any(|mime| mime == kind.mime())
            })
            .collect();
        told("defaults", self.change(&taken, mimeapps::without));
        told("desktop file", self.offer(&wanted.kinds()));
        let list = mimeapps::read(&mimeapps::own(self)).unwrap_or_default();
        let given: Vec<_> = wanted
            .kinds()
            .into_iter()
            .filter(|kind| match before {
                // What another program was chosen for since is not taken back at a start.
                None => !mimeapps::has_added(&list, *kind),
                Some(before) => !before.kinds().contains(kind),
            })
            .collect();
        told("defaults", self.change(&given, mimeapps::with));
        let asked = before.is_some_and(|before| before.autostart != wanted.autostart);
        told("autostart", autostart::apply(self, wanted.autostart, asked));
    }

    /// Changes the person's list of default programs.
    fn change(&self, kinds: &[Kind], how: fn(&[u8], Kind) -> Vec<u8>) -> io::Result<()> {
        let path = mimeapps::own(self);
        let there = path.symlink_metadata().is_ok();
        let list = mimeapps::read(&path);
        if kinds.is_empty() {
            return Ok(());
        }
        if there && list.is_none() {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let old = list.clone().unwrap_or_default();
        let new = kinds
            .iter()
            .fold(old.clone(), |list, kind| how(&list, *kind));
        if new == old {
            return Ok(());
        }
        if new.is_empty() && !path.is_symlink() {
            return fs::remove_file(path);
        }
        file::write(&path, list.as_deref(), &new)
    }

    /// Offers Shoal for these kinds, unless a package does.
    fn offer(&self, kinds: &[Kind]) -> io::Result<()> {
        let path = desktop_file::own(self);
        let there = desktop_file::read(&path);
        let ours = there.as_deref().is_some_and(desktop_file::is_ours);
        if !ours && path.symlink_metadata().is_ok() {
            return Ok(());
        }
        let mut packages = self.application_folders().into_iter().skip(1);
        if kinds.is_empty() || packages.any(|folder| folder.join(ID).exists()) {
            return if ours { fs::remove_file(path) } else { Ok(()) };
        }
        let text =
            desktop_file::offering(&self.program, kinds).ok_or(io::ErrorKind::InvalidInput)?;
        if there.as_deref() == Some(&text) {
            return Ok(());
        }
        file::write(&path, there.as_ref().map(String::as_bytes), text.as_bytes())
    }
}

/// The absolute folders of a variable: others do not count.
fn folders(variable: &str) -> Vec<PathBuf> {
    let value = env::var_os(variable).unwrap_or_default();
    let paths = env::split_paths(&value);
    paths.filter(|path| path.is_absolute()).collect()
}

fn locales() -> Vec<String> {
    let variables = ["LC_ALL", "LC_MESSAGES", "LANG"];
    let mut values = variables.iter().filter_map(|name| env::var(name).ok());
    let locale = values.find(|value| !value.is_empty()).unwrap_or_default();
    let locale = locale.split(['.', '@']).next().unwrap_or_default();
    let language = locale.split('_').next().unwrap_or_default();
    let names = [locale, language].into_iter();
    names
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
#[path = "linux_tests.rs"]
mod tests;
