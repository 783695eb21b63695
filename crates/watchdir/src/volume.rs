//! Whether the system can be asked to tell of changes where a folder lies. Reads only.

use std::path::{Component, Path, Prefix};

use shoal_files::Disk;

/// Whether it lies on another machine, or in a file system that may change without the system's
/// knowledge. When nobody knows: no.
pub(crate) fn tells_nothing(path: &Path) -> bool {
    Disk::real()
        .volume_of(path)
        .is_ok_and(|volume| volume.network)
        || is_fuse(path)
        || is_share(path)
}

/// Windows tells by the whole path, also of shares that have a letter, and not in its list of volumes.
fn is_share(path: &Path) -> bool {
    let whole = path.canonicalize();
    whole.is_ok_and(|whole| match whole.components().next() {
        Some(Component::Prefix(prefix)) => {
            matches!(prefix.kind(), Prefix::UNC(..) | Prefix::VerbatimUNC(..))
        }
        _ => false,
    })
}

/// Programs that play file system: shares, clouds, archives.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn is_fuse(path: &Path) -> bool {
    const FUSE_SUPER_MAGIC: u64 = 0x6573_5546;
    rustix::fs::statfs(path).is_ok_and(|volume| {
        #[expect(
            clippy::allow_attributes,
            reason = "the next one holds on some systems only"
        )]
        #[allow(clippy::cast_sign_loss, reason = "the type differs by system")]
        let kind = volume.f_type as u64;
        kind == FUSE_SUPER_MAGIC
    })
}

/// Known by name elsewhere.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn is_fuse(_: &Path) -> bool {
    false
}
