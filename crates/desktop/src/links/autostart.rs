//! The file that starts Shoal at log-in. A person who said no elsewhere is not overruled by a restart.

use std::{fs, io, path::PathBuf};

use super::{ID, Places, desktop_file, file};

/// Where it is.
pub(super) fn own(places: &Places) -> PathBuf {
    places.config_home.join("autostart").join(ID)
}

/// Whether the system starts Shoal at log-in.
pub(super) fn is_on(places: &Places) -> bool {
    let folders = [&places.config_home].into_iter().chain(&places.config_dirs);
    let mut files = folders.map(|folder| folder.join("autostart").join(ID));
    // The first one counts, also when it says no.
    let first = files.find_map(|path| desktop_file::read(&path));
    first.is_some_and(|text| !says_no(&text))
}

fn says_no(text: &str) -> bool {
    desktop_file::value(text, "Hidden") == Some("true")
        || desktop_file::value(text, "X-GNOME-Autostart-enabled") == Some("false")
}

/// Makes it so; `asked` when a person has just switched it, not when Shoal started.
pub(super) fn apply(places: &Places, on: bool, asked: bool) -> io::Result<()> {
    let path = own(places);
    let there = desktop_file::read(&path);
    let ours = there.as_deref().is_some_and(desktop_file::is_ours);
    if !on {
        return if ours { fs::remove_file(path) } else { Ok(()) };
    }
    let refused = there.as_deref().is_some_and(says_no);
    let foreign = !ours && path.symlink_metadata().is_ok();
    if foreign || (refused && !asked) {
        return Ok(());
    }
    let text = desktop_file::at_log_in(&places.program).ok_or(io::ErrorKind::InvalidInput)?;
    if there.as_deref() == Some(&text) {
        return Ok(());
    }
    file::write(&path, there.as_ref().map(String::as_bytes), text.as_bytes())
}
