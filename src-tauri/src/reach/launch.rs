//! Hands a path to the program that the desktop has for it, by the launchers that the desktop may have.
//!
//! Must never give that program what of the environment is for Shoal alone, and never wait for its end.

use std::{
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

/// How long a launcher has to fail. One that still runs by then is taken to have found its program: some end only
/// when that does.
const TIME_TO_FAIL: Duration = Duration::from_millis(500);

/// Opens it with the first launcher that does not fail. Errors are technical text, of the last one that was there.
pub(super) fn open(path: &Path, own: &[&str]) -> Result<(), String> {
    path.metadata().map_err(|e| e.to_string())?;
    open_by(open::commands(path), own, TIME_TO_FAIL)
}

fn open_by(launchers: Vec<Command>, own: &[&str], time: Duration) -> Result<(), String> {
    let mut failed = "nothing here opens files".to_owned();
    for mut launcher in launchers {
        for name in own {
            launcher.env_remove(name);
        }
        match begin(&mut launcher, time) {
            Ok(None) => return Ok(()),
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => {
                let name = launcher.get_program().to_string_lossy();
                failed = format!("{name}: {status}");
            }
            // Not on this desktop.
            Err(error) => tracing::debug!(%error, "a launcher cannot be started"),
        }
    }
    Err(failed)
}

/// Starts it; how it has ended if it has within that time.
fn begin(launcher: &mut Command, time: Duration) -> std::io::Result<Option<ExitStatus>> {
    let mut child = launcher
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()?;
    let (tell, ended) = mpsc::channel();
    // Somebody has to wait for it, or its entry in the system's table stays.
    thread::spawn(move || {
        if let Ok(status) = child.wait() {
            let _ = tell.send(status);
        }
    });
    Ok(ended.recv_timeout(time).ok())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use std::fs;

    use super::*;

    /// For what ends by itself.
    const LONG: Duration = Duration::from_secs(60);

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_launcher_that_fails_or_is_not_there_leaves_it_to_the_next() {
        let dir = tempfile::tempdir().unwrap();
        let done = dir.path().join("done");
        let says = format!("echo x > '{}'", done.display());
        let launchers = vec![
            Command::new("/no/such"),
            shell("exit 3"),
            shell(&says),
            shell("exit 4"),
        ];
        assert_eq!(open_by(launchers, &[], LONG), Ok(()));
        assert_eq!(fs::read_to_string(done).unwrap(), "x\n");
        let failing = open_by(vec![shell("exit 3"), Command::new("/no/such")], &[], LONG);
        assert_eq!(failing, Err("sh: exit status: 3".to_owned()));
        assert!(open_by(vec![], &[], LONG).is_err());
    }

    #[test]
    fn one_that_waits_for_its_program_is_not_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        // It runs for as long as the folder is there, which is until it was not waited for.
        let waits = format!(
            "while [ -e '{}' ]; do sleep 0.05; done",
            dir.path().display()
        );
        let time = Duration::from_millis(50);
        assert_eq!(open_by(vec![shell(&waits)], &[], time), Ok(()));
    }

    #[test]
    fn what_is_for_shoal_alone_is_taken_out() {
        let dir = tempfile::tempdir().unwrap();
        let found = dir.path().join("found");
        let says = format!("env > '{}'", found.display());
        assert_eq!(open_by(vec![shell(&says)], &["HOME"], LONG), Ok(()));
        let found = fs::read_to_string(found).unwrap();
        assert!(
            !found.lines().any(|line| line.starts_with("HOME=")),
            "{found}"
        );
        assert!(found.contains("PATH="), "{found}");
    }

    #[test]
    fn what_is_not_there_is_not_opened() {
        let dir = tempfile::tempdir().unwrap();
        assert!(open(&dir.path().join("none"), &[]).is_err());
    }
}
