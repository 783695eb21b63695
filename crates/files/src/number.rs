//! Whether the numbers that a file system gives its files can be trusted to stay. FAT has none:
//! Linux makes them up, and anew when it has forgotten a file for a while, so that the same file
//! would look like another one. Reads the table of mounts and nothing else.

use std::{
    collections::HashMap,
    fs,
    sync::RwLock,
    time::{Duration, Instant},
};

/// How long an answer counts: another drive may get the number of one that went.
const FRESH: Duration = Duration::from_secs(30);

static ANSWERS: RwLock<Option<HashMap<u64, (Instant, bool)>>> = RwLock::new(None);

/// Whether files of the device `dev` keep their numbers. One that nobody knows does.
pub(crate) fn lasts(dev: u64) -> bool {
    let known = ANSWERS.read().ok().and_then(|answers| {
        let (at, lasts) = *answers.as_ref()?.get(&dev)?;
        (at.elapsed() < FRESH).then_some(lasts)
    });
    if let Some(lasts) = known {
        return lasts;
    }
    let table = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let lasts = lasts_by(&table, rustix::fs::major(dev), rustix::fs::minor(dev));
    if let Ok(mut answers) = ANSWERS.write() {
        let answers = answers.get_or_insert_default();
        answers.retain(|_, (at, _)| at.elapsed() < FRESH);
        answers.insert(dev, (Instant::now(), lasts));
    }
    lasts
}

fn lasts_by(table: &str, major: u32, minor: u32) -> bool {
    let device = format!("{major}:{minor}");
    let of_device = |line: &&str| line.split(' ').nth(2) == Some(device.as_str());
    let kind = |line: &str| {
        let mut fields = line.split(' ').skip_while(|field| *field != "-");
        fields.nth(1).map(str::to_owned)
    };
    let kind = table.lines().find(of_device).and_then(kind);
    !kind.is_some_and(|kind| {
        kind.starts_with("fuse")
            || matches!(
                kind.as_str(),
                "vfat" | "msdos" | "exfat" | "cifs" | "smb3" | "9p"
            )
    })
}

/// From now on `dev` is taken for one that does, or does not.
#[cfg(test)]
pub(crate) fn teach(dev: u64, lasts: bool) {
    let mut answers = ANSWERS.write().expect("nobody panics here");
    let answers = answers.get_or_insert_default();
    answers.insert(dev, (Instant::now(), lasts));
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
23 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 23 8:17 / /mnt/my\\040stick rw,nosuid shared:7 master:2 - vfat /dev/sdb1 rw,uid=1000
31 23 8:18 / /mnt/b rw - exfat /dev/sdb2 rw
32 23 0:45 / /mnt/c rw - fuse.sshfs box:/ rw
33 23 0:46 / /mnt/net rw - nfs4 box:/share rw
";

    #[test]
    fn numbers_that_are_made_up_are_not_trusted() {
        for (major, minor) in [(8, 17), (8, 18), (0, 45)] {
            assert!(!lasts_by(TABLE, major, minor), "{major}:{minor}");
        }
        for (major, minor) in [(254, 0), (0, 46), (9, 9)] {
            assert!(lasts_by(TABLE, major, minor), "{major}:{minor}");
        }
    }

    #[test]
    fn a_device_is_asked_about_once() {
        let dev = rustix::fs::makedev(9_999, 9);
        assert!(lasts(dev));
        teach(dev, false);
        assert!(!lasts(dev));
    }
}
