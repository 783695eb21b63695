//! What a torrent would be made of, before anything is read: for whoever is about to ask for one.

use super::{CreateError, CreateOptions, Skipped, build, choose_piece_length, measure, scan};
use crate::Control;

/// What [`super::create`] would make a torrent of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// Name of the torrent.
    pub name: String,
    pub single_file: bool,
    /// Of all files, padding not counted.
    pub bytes: u64,
    pub file_count: usize,
    /// In bytes.
    pub piece_length: u32,
    pub piece_count: u32,
    /// What would be left out, the first 1,000.
    pub skipped: Vec<Skipped>,
}

/// Checks `options` and lists the files. Reads none of them.
///
/// # Errors
/// As [`super::create`], but for those that come of reading.
pub fn look(options: &CreateOptions, control: &Control) -> Result<Look, CreateError> {
    build::head(options)?;
    let scanned = scan::scan(options, control)?;
    let lengths = || scanned.files.iter().map(|file| file.stamp.size_bytes);
    let piece_length = choose_piece_length(options, lengths())?;
    let padded = options.hybrid && !scanned.single_file;
    let entries = build::entries(lengths(), padded.then_some(piece_length));
    let (_, piece_count) = measure(&entries, piece_length)?;
    Ok(Look {
        bytes: lengths().fold(0, u64::saturating_add),
        file_count: scanned.files.len(),
        name: scanned.name,
        single_file: scanned.single_file,
        piece_length,
        piece_count,
        skipped: scanned.skipped,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::fs;

    use super::*;
    use crate::{Progress, create::SkipReason};

    #[test]
    fn it_says_what_is_then_made() {
        let temp = tempfile::tempdir().unwrap();
        let top = temp.path().join("survey");
        fs::create_dir_all(top.join(".git")).unwrap();
        for (name, length) in [("a.raw", 70_000), ("b.raw", 5), ("c.tmp", 9), (".git/x", 9)] {
            fs::write(top.join(name), vec![7; length]).unwrap();
        }
        for hybrid in [false, true] {
            let options = CreateOptions {
                path: top.clone(),
                name: Some("other".to_owned()),
                hybrid,
                ignore: vec!["*.tmp".to_owned()],
                leave_out_hidden: true,
                ..CreateOptions::default()
            };
            let seen = look(&options, &Control::new()).unwrap();
            assert_eq!(
                (seen.bytes, seen.file_count, seen.single_file),
                (70_005, 2, false)
            );
            let mut reasons: Vec<_> = seen.skipped.iter().map(|s| s.reason).collect();
            reasons.sort_by_key(|reason| *reason != SkipReason::Ignored);
            assert_eq!(reasons, [SkipReason::Ignored, SkipReason::Hidden]);
            let mut quiet = |_: Progress| {};
            let made = super::super::create(&options, &Control::new(), &mut quiet).unwrap();
            assert_eq!(
                (&*seen.name, seen.piece_length, seen.piece_count),
                (
                    &*made.meta.name,
                    made.meta.piece_length,
                    made.meta.piece_count
                )
            );
        }
    }

    #[test]
    fn it_refuses_what_would_be_refused() {
        let temp = tempfile::tempdir().unwrap();
        let top = temp.path().join("empty");
        fs::create_dir(&top).unwrap();
        let options = CreateOptions {
            path: top,
            trackers: vec![vec!["ftp://tracker".to_owned()]],
            ..CreateOptions::default()
        };
        let refused = look(&options, &Control::new());
        assert!(matches!(refused, Err(CreateError::BadTracker { .. })));
        let empty = CreateOptions {
            trackers: vec![],
            ..options
        };
        let refused = look(&empty, &Control::new());
        assert!(matches!(refused, Err(CreateError::NoContent { .. })));
    }
}
