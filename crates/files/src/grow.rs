//! Gives a file its whole length before its bytes come. Never makes a file shorter than it was.

use std::{fs::File, io, path::Path};

use crate::{Disk, FileError, Result, shim::Op};

/// How much of a file's space is taken before its bytes come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Preallocation {
    /// Nothing: the file grows with what is written.
    None,
    /// The length only; the file system gives space as bytes come.
    #[default]
    Sparse,
    /// All of the space, where the file system can; else as [`Preallocation::Sparse`].
    Full,
}

impl Disk {
    /// Makes the file that the caller owns at least `len` bytes long, as `mode` says. `path` is
    /// for the error only. Nobody else may write to the file meanwhile.
    ///
    /// [`crate::FileErrorKind::Full`] and [`crate::FileErrorKind::TooBig`] leave the file as long
    /// as it was.
    pub fn preallocate(
        &self,
        file: &File,
        path: &Path,
        len: u64,
        mode: Preallocation,
    ) -> Result<()> {
        let failed = |e| FileError::io("reserve space for", path, e);
        if mode == Preallocation::None {
            return Ok(());
        }
        let now = file.metadata().map_err(failed)?.len();
        self.step(Op::Grow).map_err(failed)?;
        if mode == Preallocation::Full
            && let Err(e) = take_space(file, len)
        {
            // Part of the space may have been taken behind the end; this gives it back.
            if let Ok(meta) = file.metadata() {
                let _ = file.set_len(meta.len());
            }
            return Err(failed(e));
        }
        if len > now {
            file.set_len(len).map_err(failed)?;
        }
        Ok(())
    }
}

/// Takes space for `len` bytes without making the file longer, so that a failure leaves nothing to
/// take back but space. Does nothing where the file system cannot.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn take_space(file: &File, len: u64) -> io::Result<()> {
    use rustix::{
        fs::{FallocateFlags, fallocate},
        io::Errno,
    };
    if len == 0 {
        return Ok(());
    }
    loop {
        match fallocate(file, FallocateFlags::KEEP_SIZE, 0, len) {
            Err(Errno::INTR) => {}
            Err(Errno::OPNOTSUPP | Errno::NOSYS) => return Ok(()),
            taken => return Ok(taken?),
        }
    }
}

/// NTFS takes the space as the file gets longer; on macOS the file stays sparse.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
#[expect(clippy::unnecessary_wraps, reason = "it can fail on Linux")]
fn take_space(_: &File, _: u64) -> io::Result<()> {
    Ok(())
}
