//! What is in a folder now, without touching anything or waiting.

use std::{convert::Infallible, ops::ControlFlow, path::Path};

use crate::{
    BadFile, DryEnd, DryFile, FolderSpec, Options,
    patterns::Patterns,
    read::read,
    walk::{Seen, Stop, Walk},
};

/// Lists a folder once and gives its files in the order of their names, each read within the limits
/// of its kind, until `visit` breaks. `skip` is asked as [`Sink::skip`](crate::Sink::skip) is.
/// Waits for the disk: not for a thread that must not.
pub fn dry_run(
    spec: &FolderSpec,
    skip: &dyn Fn(&Path) -> bool,
    visit: &mut dyn FnMut(DryFile) -> ControlFlow<()>,
) -> DryEnd {
    let walk = Walk {
        spec,
        patterns: &Patterns::new(&spec.include, &spec.exclude),
        entries: Options::default().entries,
        skip,
        with_excluded: true,
    };
    let listing = match walk.run::<Infallible>(&mut |_, _, _| Ok(())) {
        Ok(listing) => listing,
        Err(Stop::Unreachable(why)) => return DryEnd::Unreachable(why),
        Err(Stop::Refused(never)) => match never {},
    };
    for (file, seen) in listing.files {
        let content = if seen.excluded {
            Ok(Vec::new())
        } else {
            now(&spec.path, &file, &seen)
        };
        let visited = visit(DryFile {
            file,
            stamp: seen.stamp,
            kind: seen.kind,
            excluded: seen.excluded,
            content,
        });
        if visited.is_break() {
            return DryEnd::More;
        }
    }
    if listing.too_many {
        DryEnd::More
    } else {
        DryEnd::Whole
    }
}

/// What is in the file, or was when it changed under our eyes.
fn now(root: &Path, file: &Path, seen: &Seen) -> Result<Vec<u8>, BadFile> {
    if let Some(content) = read(root, file, seen) {
        return content;
    }
    let again = Seen::of(&root.join(file), seen.kind).ok().flatten();
    let again = again.and_then(|seen| read(root, file, &seen));
    again.unwrap_or_else(|| Err(BadFile::Io("it changes".to_owned())))
}
