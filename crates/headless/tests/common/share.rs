//! A share of a test's own: a file system (FUSE) that shows a folder which others change without a word.
//! Mounting takes root and `/dev/fuse`: without them the case cannot be made, and that is said.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use shoal_testkit::{Process, wait};

/// A mounted share, and the program that answers for it. Unmounted at the end, whatever holds it.
pub struct Share {
    at: PathBuf,
    server: Process,
}

impl Share {
    /// Shows `folder` at `at`, which is made. None where that cannot be done.
    pub fn mount(folder: &Path, at: &Path) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let tool = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testkit/tools/share_fs.py");
        let mut command = Command::new("python3");
        command.arg(tool).arg(folder).arg(at);
        let server = Process::spawn("share", &command);
        let share = Self {
            at: at.to_owned(),
            server,
        };
        let said = wait::until(wait::GENEROUS, "the share", || {
            Some(share.server.log()).filter(|log| log.contains("mounted") || log.contains("Error"))
        });
        if said.contains("mounted") {
            return Some(share);
        }
        let why = "not run: a share of its own takes root and /dev/fuse, to mount it";
        let _ = writeln!(std::io::stderr(), "{why}");
        None
    }

    /// It answers nobody any more, and says nothing of that.
    pub fn hang(&mut self) {
        self.server.signal("STOP");
    }

    /// It goes on where it was.
    pub fn go_on(&mut self) {
        self.server.signal("CONT");
    }

    /// It is gone: whoever asks for it gets an error.
    pub fn die(&mut self) {
        self.server.signal("KILL");
        self.server.wait(wait::GENEROUS);
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        // First the program: nobody waits for an answer of it then.
        self.server.stop();
        let _ = Command::new("umount").arg("-l").arg(&self.at).status();
    }
}
