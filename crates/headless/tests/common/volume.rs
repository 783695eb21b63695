//! Small volumes of a test's own, to fill, take away and swap. Mounting takes root: without it the case
//! cannot be made, and that is said.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use super::Shoal;

/// A mounted tmpfs. Unmounted at the end, whatever holds it.
pub struct Volume {
    at: PathBuf,
    mounted: bool,
}

impl Volume {
    /// Mounts a volume of `size_mib` at `at`, which is made. None without root.
    pub fn mount(at: &Path, size_mib: u32) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let mut volume = Self {
            at: at.to_owned(),
            mounted: false,
        };
        if volume.run(&["-t", "tmpfs", "-o", &format!("size={size_mib}m"), "tmpfs"]) {
            volume.mounted = true;
            return Some(volume);
        }
        let _ = writeln!(
            std::io::stderr(),
            "not run: a volume of its own takes root, to mount it"
        );
        None
    }

    pub fn path(&self) -> &Path {
        &self.at
    }

    /// Makes it larger or smaller.
    pub fn resize(&self, size_mib: u32) {
        assert!(self.run(&["-o", &format!("remount,size={size_mib}m")]));
    }

    pub fn read_only(&self, read_only: bool, seen_by: Option<&Shoal>) {
        let options = if read_only {
            "remount,ro"
        } else {
            "remount,rw"
        };
        everywhere(
            seen_by,
            "mount",
            &["-o".as_ref(), options.as_ref(), &self.at],
        );
    }

    /// Fills it up, as somebody else may.
    pub fn fill(&self) {
        let mut filler = fs::File::create(self.at.join("filler")).unwrap();
        let block = vec![7; 1 << 20];
        while filler.write_all(&block).is_ok() {}
    }

    /// Takes away what filled it.
    pub fn make_room(&self) {
        fs::remove_file(self.at.join("filler")).unwrap();
    }

    /// Takes the volume out of sight, as unplugging does, and keeps what is on it: a bare folder is
    /// left at its place.
    pub fn unplug(&mut self, aside: &Path, seen_by: Option<&Shoal>) {
        fs::create_dir_all(aside).unwrap();
        everywhere(seen_by, "mount", &["--bind".as_ref(), &self.at, aside]);
        everywhere(seen_by, "umount", &["-l".as_ref(), &self.at]);
        self.mounted = false;
    }

    /// Brings it back from `aside`.
    pub fn plug_in(&mut self, aside: &Path, seen_by: Option<&Shoal>) {
        everywhere(seen_by, "mount", &["--bind".as_ref(), aside, &self.at]);
        everywhere(seen_by, "umount", &["-l".as_ref(), aside]);
        self.mounted = true;
    }

    fn run(&self, options: &[&str]) -> bool {
        let mut command = Command::new("mount");
        command.args(options).arg(&self.at);
        command.status().is_ok_and(|s| s.success())
    }
}

impl Drop for Volume {
    fn drop(&mut self) {
        if self.mounted {
            let _ = Command::new("umount").arg("-l").arg(&self.at).status();
        }
    }
}

/// Here and, since its host has a view of mounts of its own, for a Shoal that runs.
fn everywhere(seen_by: Option<&Shoal>, program: &str, args: &[&Path]) {
    assert!(Command::new(program).args(args).status().unwrap().success());
    if let Some(shoal) = seen_by {
        let pid = shoal.process.pid().to_string();
        let mut command = Command::new("nsenter");
        command
            .args(["--mount", "--target", &pid, program])
            .args(args);
        assert!(command.status().unwrap().success());
    }
}
