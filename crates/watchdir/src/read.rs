//! Reads one file whole, within the limit of its kind, and notices when it is not, or no longer,
//! what was looked at.

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
};

use shoal_files::{Disk, FileErrorKind};

use crate::{
    BadFile, Stamp,
    walk::{Seen, What},
};

/// Most bytes that are asked for before any came.
const FIRST_BYTES: u64 = 1024 * 1024;

/// The file's bytes or why there are none; nothing at all when it is another one by now. Opened
/// without following links below the root and without waiting for a pipe's other end.
pub(crate) fn read(root: &Path, file: &Path, seen: &Seen) -> Option<Result<Vec<u8>, BadFile>> {
    match seen.what {
        What::Link => return Some(Err(BadFile::Link)),
        What::Other => return Some(Err(BadFile::NotAFile)),
        What::File => {}
    }
    let limit = seen.kind.limit();
    if seen.stamp.size > limit {
        return Some(Err(BadFile::TooBig { limit }));
    }
    let opened = Disk::real().for_reading(root, &root.join(file));
    let mut opened = match opened {
        Ok(opened) => opened,
        Err(e) => match e.kind {
            FileErrorKind::NotFound | FileErrorKind::InTheWay => return None,
            FileErrorKind::PermissionDenied => return Some(Err(BadFile::Denied)),
            _ => {
                let text = match &e.source {
                    Some(source) => source.to_string(),
                    None => e.to_string(),
                };
                return Some(Err(BadFile::Io(text)));
            }
        },
    };
    match content(&mut opened, &seen.stamp) {
        Ok(content) => content.map(Ok),
        Err(e) => Some(Err(BadFile::Io(e.to_string()))),
    }
}

/// All of it, if it looks as the stamp says before and after.
fn content(file: &mut File, stamp: &Stamp) -> io::Result<Option<Vec<u8>>> {
    let is_same = |file: &File| {
        let now = shoal_files::Stamp::of_file(file)?;
        Ok::<_, io::Error>(Stamp::from(now) == *stamp)
    };
    if !is_same(file)? {
        return Ok(None);
    }
    let capacity = usize::try_from(stamp.size.min(FIRST_BYTES)).unwrap_or_default();
    let mut content = Vec::with_capacity(capacity);
    file.take(stamp.size + 1).read_to_end(&mut content)?;
    let whole = u64::try_from(content.len()).is_ok_and(|len| len == stamp.size);
    Ok((whole && is_same(file)?).then_some(content))
}
