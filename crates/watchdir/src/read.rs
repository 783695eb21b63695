//! Reads one file whole, within the limit of its kind, and notices when it is not, or no longer,
//! what was looked at.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use shoal_files::{Disk, FileErrorKind};

use crate::{
    BadFile, Kind, Stamp,
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
    let opened = match opened {
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
    match content(&opened, &opened, &seen.stamp) {
        Ok(content) => content.map(Ok),
        Err(e) => Some(Err(BadFile::Io(e.to_string()))),
    }
}

/// One file in the folder `root`, read as those that are found there: whole, within the limit of its
/// kind, through no link below `root`. None when no file is there, or it changes just now.
pub fn read_file(
    root: &Path,
    file: &Path,
    kind: Kind,
) -> Result<Option<(Stamp, Vec<u8>)>, BadFile> {
    let seen = Seen::of(&root.join(file), kind).map_err(|e| match e.kind() {
        io::ErrorKind::PermissionDenied => BadFile::Denied,
        _ => BadFile::Io(e.to_string()),
    })?;
    let Some(seen) = seen else {
        return Ok(None);
    };
    let content = read(root, file, &seen).transpose()?;
    Ok(content.map(|content| (seen.stamp, content)))
}

/// All of `file`, read by `reader`, if it looks as the stamp says before and after.
fn content(file: &File, reader: impl Read, stamp: &Stamp) -> io::Result<Option<Vec<u8>>> {
    let is_same = || {
        let now = shoal_files::Stamp::of_file(file)?;
        Ok::<_, io::Error>(Stamp::from(now) == *stamp)
    };
    if !is_same()? {
        return Ok(None);
    }
    let capacity = usize::try_from(stamp.size.min(FIRST_BYTES)).unwrap_or_default();
    let mut content = Vec::with_capacity(capacity);
    reader.take(stamp.size + 1).read_to_end(&mut content)?;
    let whole = u64::try_from(content.len()).is_ok_and(|len| len == stamp.size);
    Ok((whole && is_same()?).then_some(content))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_changed_between_the_look_and_the_reading_is_not_handed_over() {
        let dir = tempfile::tempdir().unwrap();
        let (root, file) = (dir.path(), Path::new("sub/a.torrent"));
        let path = root.join(file);
        fs::create_dir(root.join("sub")).unwrap();
        fs::write(&path, "whole").unwrap();
        let seen = Seen::of(&path, Kind::Torrent).unwrap().unwrap();
        assert_eq!(read(root, file, &seen), Some(Ok(b"whole".to_vec())));

        fs::write(&path, "other").unwrap();
        let longer = Stamp {
            size: 6,
            ..seen.stamp
        };
        assert_eq!(read(root, file, &seen), None);
        assert_eq!(
            read(
                root,
                file,
                &Seen {
                    stamp: longer,
                    ..seen
                }
            ),
            None
        );

        let now = read_file(root, file, Kind::Torrent).unwrap().unwrap();
        let seen_now = Seen::of(&path, Kind::Torrent).unwrap().unwrap();
        assert_eq!(now, (seen_now.stamp, b"other".to_vec()));
        fs::remove_file(&path).unwrap();
        assert_eq!(read(root, file, &seen), None);
        assert_eq!(read_file(root, file, Kind::Torrent), Ok(None));
        fs::create_dir(&path).unwrap();
        assert_eq!(read(root, file, &seen), None);
        assert_eq!(read_file(root, file, Kind::Torrent), Ok(None));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_or_a_pipe_that_takes_its_place_is_not_followed_and_not_waited_for() {
        use std::os::unix::fs::symlink;
        let dir = tempfile::tempdir().unwrap();
        let (root, file) = (dir.path().join("root"), Path::new("sub/a.torrent"));
        let (path, away) = (root.join(file), dir.path().join("away"));
        fs::create_dir_all(root.join("sub")).unwrap();
        fs::write(&path, "whole").unwrap();
        let seen = Seen::of(&path, Kind::Torrent).unwrap().unwrap();

        // The same file, even, behind a link in the place of its folder, and in its own.
        fs::rename(root.join("sub"), &away).unwrap();
        symlink(&away, root.join("sub")).unwrap();
        assert_eq!(read(&root, file, &seen), None);
        fs::remove_file(root.join("sub")).unwrap();
        fs::create_dir(root.join("sub")).unwrap();
        symlink(away.join("a.torrent"), &path).unwrap();
        assert_eq!(read(&root, file, &seen), None);
        let told = read_file(&root, file, Kind::Torrent);
        assert_eq!(told, Err(BadFile::Link));

        fs::remove_file(&path).unwrap();
        let made = std::process::Command::new("mkfifo").arg(&path).status();
        assert!(made.unwrap().success());
        assert_eq!(read(&root, file, &seen), None);
    }

    #[test]
    fn a_file_that_changes_while_it_is_read_is_not_handed_over() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.torrent");
        fs::write(&path, "whole").unwrap();
        let stamp = Seen::of(&path, Kind::Torrent).unwrap().unwrap().stamp;
        let mut file = File::options().read(true).write(true).open(&path).unwrap();
        let whole = content(&file, &file, &stamp).unwrap();
        assert_eq!(whole, Some(b"whole".to_vec()));
        // Read from the middle on: not as long as it was said to be.
        io::Seek::seek(&mut file, io::SeekFrom::Start(2)).unwrap();
        assert_eq!(content(&file, &file, &stamp).unwrap(), None);
        // As long as before, but with another time by the time it was read.
        let busy = Busy(&file, &b"other"[..]);
        assert_eq!(content(&file, busy, &stamp).unwrap(), None);
        // And another one before it is read at all.
        let whole = content(&file, &b"whole"[..], &stamp).unwrap();
        assert_eq!(whole, None);
    }

    /// Somebody writes while it is read.
    struct Busy<'a>(&'a File, &'a [u8]);

    impl Read for Busy<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.set_modified(std::time::SystemTime::UNIX_EPOCH)?;
            self.1.read(buffer)
        }
    }
}
