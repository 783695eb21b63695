//! Where things lie on this computer. Only names paths; makes nothing.

use std::path::PathBuf;

/// The data folder: as asked, else `SHOAL_DATA_DIR`, else the system's place for `shoal`.
pub(crate) fn data_dir(asked: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    let from_env = || {
        std::env::var_os("SHOAL_DATA_DIR")
            .filter(|v| !v.is_empty())
            .map(PathBuf::from)
    };
    let system =
        || directories::ProjectDirs::from("", "", "shoal").map(|d| d.data_dir().to_owned());
    let dir = asked.or_else(from_env).or_else(system);
    let dir =
        dir.ok_or_else(|| anyhow::anyhow!("this user has no home folder; set SHOAL_DATA_DIR"))?;
    Ok(std::path::absolute(dir)?)
}

/// The system's downloads folder.
pub(crate) fn downloads() -> PathBuf {
    let dirs = directories::UserDirs::new();
    let dir = dirs
        .as_ref()
        .and_then(|d| d.download_dir().map(PathBuf::from));
    let in_home = || dirs.as_ref().map(|d| d.home_dir().join("Downloads"));
    dir.or_else(in_home)
        .unwrap_or_else(|| PathBuf::from(std::path::MAIN_SEPARATOR_STR).join("Downloads"))
}

/// `path` with a leading `~` filled in.
pub(crate) fn expand(path: &str) -> PathBuf {
    let rest = path
        .strip_prefix('~')
        .filter(|r| r.is_empty() || r.starts_with(['/', '\\']));
    match (rest, directories::UserDirs::new()) {
        (Some(rest), Some(dirs)) => dirs.home_dir().join(rest.trim_start_matches(['/', '\\'])),
        _ => PathBuf::from(path),
    }
}

/// `path` as text.
pub(crate) fn shown(path: &std::path::Path) -> String {
    path.to_string_lossy().into_owned()
}
