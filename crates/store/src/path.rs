//! Paths as bytes in the database, without loss. A path must never pass through text: file names
//! are any bytes on Unix and any 16-bit units on Windows. A database is not carried from one kind
//! of system to another, so each stores its own form.

use std::path::{Path, PathBuf};

/// The bytes that stand for `path`.
#[cfg(unix)]
pub(crate) fn to_bytes(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().to_vec()
}

/// The path that `bytes` stand for.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "same shape as on Windows")]
pub(crate) fn from_bytes(bytes: &[u8]) -> Result<PathBuf, String> {
    use std::os::unix::ffi::OsStrExt;
    Ok(PathBuf::from(std::ffi::OsStr::from_bytes(bytes)))
}

/// The bytes that stand for `path`: UTF-16, low byte first, lone surrogates included.
#[cfg(windows)]
pub(crate) fn to_bytes(path: &Path) -> Vec<u8> {
    use std::os::windows::ffi::OsStrExt;
    path.as_os_str()
        .encode_wide()
        .flat_map(u16::to_le_bytes)
        .collect()
}

/// The path that `bytes` stand for.
#[cfg(windows)]
pub(crate) fn from_bytes(bytes: &[u8]) -> Result<PathBuf, String> {
    use std::os::windows::ffi::OsStringExt;
    if !bytes.len().is_multiple_of(2) {
        return Err("a path cut in the middle of a character".to_owned());
    }
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .map(|b| u16::from_le_bytes([b[0], b[1]]))
        .collect();
    Ok(PathBuf::from(std::ffi::OsString::from_wide(&units)))
}
