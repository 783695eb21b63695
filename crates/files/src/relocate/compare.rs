//! Compares two files byte by byte. Changes nothing.

use std::{fs::File, path::Path};

use super::{CHUNK, Watch};
use crate::{
    Disk, FileError, Result,
    folder::{Access, Found},
};

/// Whether two files have the same bytes.
pub(super) fn same_bytes(
    disk: &Disk,
    source: &Found,
    target: &Found,
    watch: &Watch<'_>,
) -> Result<bool> {
    let a = source.0.open(disk, &source.1, Access::Read)?;
    let b = target.0.open(disk, &target.1, Access::Read)?;
    let paths = (source.0.path_of(&source.1), target.0.path_of(&target.1));
    equal(disk, (&a, &paths.0), (&b, &paths.1), watch)
}

/// As [`same_bytes`], of files that are open. Not the same when one has become longer.
pub(super) fn equal(
    disk: &Disk,
    (a, source): (&File, &Path),
    (b, target): (&File, &Path),
    watch: &Watch<'_>,
) -> Result<bool> {
    let failed = |at: &Path, e| FileError::io("read", at, e);
    let len = |file: &File, at| Ok(file.metadata().map_err(|e| failed(at, e))?.len());
    let whole = len(a, source)?;
    if whole != len(b, target)? {
        return Ok(false);
    }
    let (mut left, mut right) = (vec![0; CHUNK], vec![0; CHUNK]);
    let mut at = 0;
    while at < whole {
        watch.go_on(source)?;
        let n = usize::try_from(whole - at).unwrap_or(CHUNK).min(CHUNK);
        disk.read_exact_at(a, at, &mut left[..n])
            .map_err(|e| failed(source, e))?;
        disk.read_exact_at(b, at, &mut right[..n])
            .map_err(|e| failed(target, e))?;
        if left[..n] != right[..n] {
            return Ok(false);
        }
        at += n as u64;
    }
    Ok(true)
}
