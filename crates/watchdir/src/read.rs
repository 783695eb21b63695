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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fs;

    use super::*;
    use crate::Kind;

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

        fs::remove_file(&path).unwrap();
        assert_eq!(read(root, file, &seen), None);
        fs::create_dir(&path).unwrap();
        assert_eq!(read(root, file, &seen), None);
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
        assert_eq!(content(&mut file, &stamp).unwrap(), Some(b"whole".to_vec()));
        // Read from the middle on: not as long as it was said to be.
        io::Seek::seek(&mut file, io::SeekFrom::Start(2)).unwrap();
        assert_eq!(content(&mut file, &stamp).unwrap(), None);
        file.set_len(6).unwrap();
        assert_eq!(content(&mut file, &stamp).unwrap(), None);
    }
}
