//! A child process that cannot outlive the test, with its own home, a clean environment and a log.
//!
//! Dropping it ends it and reaps it; a test that is killed itself takes it along, because a small
//! shell beside it waits for the end of a pipe. It must never end anything but that one child.

use std::{
    ffi::OsStr,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use tempfile::TempDir;

use crate::wait;

/// Runs "$@", writes its pid to the file $1, and ends it when stdin comes to an end.
const GUARD: &str = r#"
exec 3<&0
pid_file=$1
shift
"$@" 3<&- </dev/null &
child=$!
echo "$child" >"$pid_file.new" && mv "$pid_file.new" "$pid_file"
{ read -r _ <&3; kill -9 "$child"; } >/dev/null 2>&1 &
watch=$!
exec 3<&-
wait "$child"
code=$?
kill "$watch" 2>/dev/null
exit "$code"
"#;

const REAP: Duration = Duration::from_secs(15);
const LOG_TAIL: usize = 60;

/// A child process with a folder of its own, which holds its home, its log and what else it needs.
/// All of it goes when this is dropped; if the test is failing, the log is printed first.
#[derive(Debug)]
pub struct Process {
    name: String,
    guard: Child,
    dir: TempDir,
    exit: Option<i32>,
}

impl Process {
    /// A folder for the configuration of a process, to be handed to [`Process::spawn_in`].
    pub fn dir() -> TempDir {
        tempfile::Builder::new()
            .prefix("shoal-test-")
            .tempdir()
            .unwrap()
    }

    /// Starts `command` with a folder of its own.
    pub fn spawn(name: &str, command: &Command) -> Self {
        Self::spawn_in(name, command, Self::dir())
    }

    /// Starts `command` with `dir` as its folder. Of the environment only `PATH` and what is set
    /// in `command` is passed on; the home and the XDG folders lie below `dir`.
    pub fn spawn_in(name: &str, command: &Command, dir: TempDir) -> Self {
        let home = dir.path().join("home");
        fs::create_dir_all(&home).unwrap();
        let log = File::create(dir.path().join("log")).unwrap();
        let mut guard = Command::new("/bin/sh");
        guard
            .args(["-c", GUARD, "guard"])
            .arg(dir.path().join("pid"))
            .arg(command.get_program())
            .args(command.get_args())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("LC_ALL", "C.UTF-8")
            .env("TMPDIR", dir.path());
        for variable in [
            "HOME",
            "XDG_CONFIG_HOME",
            "XDG_DATA_HOME",
            "XDG_CACHE_HOME",
            "XDG_STATE_HOME",
        ] {
            guard.env(variable, &home);
        }
        for (key, value) in command.get_envs() {
            match value {
                Some(value) => guard.env(key, value),
                None => guard.env_remove(key),
            };
        }
        let guard = guard
            .current_dir(command.get_current_dir().unwrap_or(&home))
            .stdin(Stdio::piped())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap_or_else(|e| panic!("{name}: {e}"));
        Self {
            name: name.to_owned(),
            guard,
            dir,
            exit: None,
        }
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Its process id, for `/proc/<pid>` and signals.
    pub fn pid(&self) -> u32 {
        let file = self.path().join("pid");
        let read = || fs::read_to_string(&file).ok()?.trim().parse().ok();
        wait::until_or_dump(wait::GENEROUS, "a process id", read, || self.log_tail())
    }

    /// All it wrote to stdout and stderr until now.
    pub fn log(&self) -> String {
        let bytes = fs::read(self.path().join("log")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The end of the log, headed by the name.
    pub fn log_tail(&self) -> String {
        let log = self.log();
        let lines: Vec<_> = log.lines().collect();
        let tail = lines[lines.len().saturating_sub(LOG_TAIL)..].join("\n");
        format!(
            "--- {} (exit code {:?}), end of the log:\n{tail}\n---",
            self.name, self.exit
        )
    }

    /// The exit code (128 + number for a signal) once it has ended.
    pub fn exit_code(&mut self) -> Option<i32> {
        if self.exit.is_none() {
            let status = self.guard.try_wait().unwrap();
            self.exit = status.map(|status| status.code().unwrap_or(-1));
        }
        self.exit
    }

    /// Waits for the end; panics with the log when `limit` has passed.
    #[track_caller]
    pub fn wait(&mut self, limit: Duration) -> i32 {
        match wait::poll(limit, || self.exit_code()) {
            Some(code) => code,
            None => panic!(
                "{} did not end in {limit:?}\n{}",
                self.name,
                self.log_tail()
            ),
        }
    }

    /// Waits until `look` gives something, as long as the process lives; panics with its log.
    #[track_caller]
    pub fn until<T>(
        &mut self,
        limit: Duration,
        what: &str,
        mut look: impl FnMut() -> Option<T>,
    ) -> T {
        let found = wait::poll(limit, || match look() {
            Some(found) => Some(Some(found)),
            None => self.exit_code().map(|_| None),
        });
        match found {
            Some(Some(found)) => found,
            Some(None) => panic!("{} ended before {what}\n{}", self.name, self.log_tail()),
            None => panic!("waited {limit:?} in vain for {what}\n{}", self.log_tail()),
        }
    }

    /// Sends a signal, for example `STOP`, `CONT` or `TERM`.
    pub fn signal(&self, signal: &str) {
        let pid = self.pid().to_string();
        let sent = Command::new("kill")
            .args(["-s", signal, &pid])
            .status()
            .unwrap();
        assert!(sent.success(), "kill -s {signal} {}", self.name);
    }

    /// Ends it by force now.
    pub fn stop(&mut self) {
        // The end of the pipe is what the guard waits for.
        drop(self.guard.stdin.take());
        if wait::poll(REAP, || self.exit_code()).is_none() {
            eprintln!("{} could not be ended", self.name);
        }
    }

    /// Whether this process still exists (and is not a zombie).
    pub fn is_alive(pid: u32) -> bool {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        stat.rsplit_once(") ")
            .is_some_and(|(_, rest)| !rest.starts_with('Z'))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop();
        if thread::panicking() {
            eprintln!("{}", self.log_tail());
        }
    }
}

/// Where a program lies, looked up in `PATH` and the administrator's folders.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let extra = ["/usr/sbin", "/sbin"].map(PathBuf::from);
    let found = std::env::split_paths(&path)
        .chain(extra)
        .map(|dir| dir.join(name));
    found.into_iter().find(|path| path.is_file())
}

/// Where a program lies; panics with the Debian package that has it.
pub(crate) fn need_program(name: &str, package: &str) -> PathBuf {
    find_program(name).unwrap_or_else(|| panic!("{name} is not installed (Debian: {package})"))
}

/// A command line argument `--name=value`.
pub(crate) fn flag(name: &str, value: impl AsRef<OsStr>) -> std::ffi::OsString {
    let mut text = std::ffi::OsString::from(name);
    text.push("=");
    text.push(value);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_exit_code_and_the_output() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo \"$HOME\"; echo bad >&2; exit 7"]);
        let mut process = Process::spawn("sh", &command);
        assert_eq!(process.wait(wait::GENEROUS), 7);
        let home = process.path().join("home");
        assert_eq!(process.log(), format!("{}\nbad\n", home.display()));
    }

    #[test]
    fn dropping_ends_the_child_even_a_stopped_one() {
        let process = Process::spawn("sleep", Command::new("sleep").arg("600"));
        let pid = process.pid();
        process.signal("STOP");
        assert!(Process::is_alive(pid));
        drop(process);
        assert!(!Process::is_alive(pid));
    }
}
