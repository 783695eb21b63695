//! Volumes on Linux, as the kernel's table of mounts tells. Mounts nothing and changes nothing.

use std::{
    ffi::OsString,
    fs, io,
    os::unix::ffi::OsStringExt,
    path::{Path, PathBuf},
};

use rustix::fs::{StatVfsMountFlags, statvfs};

use super::{Volume, VolumeId, is_network, max_file_bytes};

/// One line of `/proc/self/mountinfo`.
#[derive(Debug, PartialEq, Eq)]
struct Mount {
    /// The part of the file system that is seen there: `/`, or a folder or subvolume of it.
    part: PathBuf,
    at: PathBuf,
    file_system: String,
    source: PathBuf,
}

pub(super) fn volume_at(path: &Path) -> io::Result<Volume> {
    let stat = statvfs(path)?;
    let table = fs::read("/proc/self/mountinfo")?;
    let mounts = table.split(|b| *b == b'\n').filter_map(parse);
    let mount = covering(mounts, path).ok_or(io::ErrorKind::NotFound)?;
    let block = stat.f_frsize;
    Ok(Volume {
        id: id_of(&mount, stat.f_fsid),
        free_bytes: stat.f_bavail.saturating_mul(block),
        size_bytes: stat.f_blocks.saturating_mul(block),
        read_only: stat.f_flag.contains(StatVfsMountFlags::RDONLY),
        network: is_network(&mount.file_system),
        max_file_bytes: max_file_bytes(&mount.file_system),
        mount: mount.at,
    })
}

/// The mount nearest to the path; of several at one place the last, which hides the others.
fn covering(mounts: impl Iterator<Item = Mount>, path: &Path) -> Option<Mount> {
    mounts
        .filter(|mount| path.starts_with(&mount.at))
        .max_by_key(|mount| mount.at.components().count())
}

/// `id parent major:minor part at options [tags] - file-system source options`
fn parse(line: &[u8]) -> Option<Mount> {
    let mut fields = line.split(|b| *b == b' ');
    let part = unescape(fields.nth(3)?);
    let at = unescape(fields.next()?);
    let mut fields = fields.skip_while(|field| *field != b"-").skip(1);
    let file_system = String::from_utf8_lossy(fields.next()?).into_owned();
    let source = unescape(fields.next()?);
    Some(Mount {
        part,
        at,
        file_system,
        source,
    })
}

/// The table writes blanks, line ends and backslashes as `\` and three octal digits.
fn unescape(field: &[u8]) -> PathBuf {
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field;
    while let [first, tail @ ..] = rest {
        let escaped = match tail {
            [
                a @ b'0'..=b'3',
                b @ b'0'..=b'7',
                c @ b'0'..=b'7',
                after @ ..,
            ] if *first == b'\\' => Some(((a - b'0') * 64 + (b - b'0') * 8 + (c - b'0'), after)),
            _ => None,
        };
        let (byte, after) = escaped.unwrap_or((*first, tail));
        bytes.push(byte);
        rest = after;
    }
    OsString::from_vec(bytes).into()
}

/// A stick keeps its UUID in whatever port it is; without one, file systems that derive their
/// number from it do as well. The name of a device is the last resort, because it may be another's
/// tomorrow.
fn id_of(mount: &Mount, number: u64) -> VolumeId {
    let kind = &mount.file_system;
    let own = match uuid(&mount.source) {
        Some(uuid) => format!("uuid={uuid}"),
        None if number_lasts(kind) && number != 0 => format!("fsid={number:016x}"),
        None => format!("source={}", mount.source.display()),
    };
    // Subvolumes are volumes of their own; folders bound elsewhere are not.
    let part = match kind.as_str() {
        "btrfs" | "bcachefs" => format!(" part={}", mount.part.display()),
        _ => String::new(),
    };
    VolumeId(format!("{kind} {own}{part}"))
}

/// Whether the file system's number comes from itself and not from the port it is in.
fn number_lasts(kind: &str) -> bool {
    matches!(
        kind,
        "ext2" | "ext3" | "ext4" | "xfs" | "btrfs" | "f2fs" | "zfs" | "bcachefs" | "tmpfs"
    )
}

fn uuid(source: &Path) -> Option<String> {
    let device = source.is_absolute().then(|| source.canonicalize().ok())??;
    let links = fs::read_dir("/dev/disk/by-uuid").ok()?;
    let link = links
        .flatten()
        .find(|link| link.path().canonicalize().is_ok_and(|to| to == device))?;
    Some(link.file_name().to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &[&str] = &[
        "23 1 254:0 / / rw,relatime - ext4 /dev/vda rw",
        "30 23 8:17 / /mnt/my\\040stick rw,nosuid shared:7 master:2 - vfat /dev/sdb1 rw,uid=1000",
        "31 23 0:44 /@home /home rw - btrfs /dev/sda2 rw,subvol=/@home",
        "32 23 0:45 / /mnt/net rw - nfs4 box:/share rw",
        "33 23 0:46 / /mnt/net ro - tmpfs none ro",
    ];

    fn mount(path: &str) -> Mount {
        let mounts = TABLE.iter().filter_map(|line| parse(line.as_bytes()));
        covering(mounts, Path::new(path)).expect("a mount")
    }

    #[test]
    fn the_nearest_mount_is_found_and_the_last_of_several() {
        assert_eq!(mount("/home/me").at, Path::new("/home"));
        assert_eq!(mount("/homes/me").at, Path::new("/"));
        assert_eq!(mount("/mnt/my stick/a").source, Path::new("/dev/sdb1"));
        assert_eq!(mount("/mnt/net/a").file_system, "tmpfs");
    }

    #[test]
    fn a_stick_that_is_gone_leaves_another_volume_behind() {
        let with = id_of(&mount("/mnt/my stick"), 1);
        let without = id_of(&mount("/mnt/my"), 0xabc);
        assert_eq!(with.as_str(), "vfat source=/dev/sdb1");
        assert_eq!(without.as_str(), "ext4 fsid=0000000000000abc");
    }

    #[test]
    fn subvolumes_are_told_apart() {
        let id = id_of(&mount("/home/me"), 5);
        assert_eq!(id.as_str(), "btrfs fsid=0000000000000005 part=/@home");
    }

    #[test]
    fn what_is_no_line_of_the_table_is_passed_over() {
        for line in [
            "",
            "1 2 3",
            "1 2 3 / / rw ext4 /dev/a",
            "1 2 3 / / rw - ext4",
        ] {
            assert_eq!(parse(line.as_bytes()), None, "{line}");
        }
        assert_eq!(unescape(b"a\\134b\\9\\04"), Path::new("a\\b\\9\\04"));
    }
}
