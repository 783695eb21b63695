//! Runs programs that a person has chosen for torrents that are complete: one at a time, in order, without a
//! shell, in a process group of their own, for at most ten minutes, with an end of what they say.
//!
//! Must never put a torrent's words where a shell or a program's options could take them for something else: they
//! are whole arguments and values, given by core. What runs when Shoal quits is ended, what has not begun is not
//! begun; either is told, so that core leaves after that and knows what is due still.

use std::{ffi::OsString, io, path::PathBuf, process::Stdio, sync::Arc, time::Duration};

use parking_lot::Mutex;
use shoal_core::{InfoHash, LOG_OUTPUT_BYTES_MAX, Msg, PROGRAM_NOT_BEGUN};
use shoal_metainfo::sanitize::strip_invisible;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    process::{Child, Command},
    sync::mpsc,
    task::JoinHandle,
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::disk::Report;

/// Most programs that wait for their turn.
pub(crate) const WAITING_MAX: usize = 1_000;
/// How long one may run.
const TIME_MAX: Duration = Duration::from_secs(600);
/// How long one that is to end may take for that before it is ended.
const GRACE: Duration = Duration::from_secs(2);
/// The same when Shoal quits.
const GRACE_AT_QUIT: Duration = Duration::from_millis(500);
/// How long what one has said is still read when it has ended: another may hold its output open.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// A program that is to run.
pub(crate) struct Job {
    /// For which torrent.
    pub(crate) hash: InfoHash,
    /// Itself, then its arguments.
    pub(crate) argv: Vec<OsString>,
    /// What it finds in its environment besides what Shoal has.
    pub(crate) env: Vec<(&'static str, OsString)>,
}

/// What came of one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ran {
    /// For which torrent.
    pub(crate) hash: InfoHash,
    /// What it ended with; else `timeout`, `too_many`, `stopped`, [`PROGRAM_NOT_BEGUN`], or the system's words.
    pub(crate) outcome: Result<i32, String>,
    /// What it said, as safe text of several lines.
    pub(crate) output: String,
}

impl Ran {
    /// Nothing came of it.
    fn none(job: &Job, why: &str) -> Self {
        Self {
            hash: job.hash,
            outcome: Err(why.to_owned()),
            output: String::new(),
        }
    }
}

/// Gets what came of each.
pub(crate) type Tell = Arc<dyn Fn(Ran) + Send + Sync>;

/// Hands it to the state machine.
pub(crate) fn sink(report: mpsc::UnboundedSender<Report>) -> Tell {
    Arc::new(move |ran| {
        let msg = Msg::ProgramEnded {
            hash: ran.hash,
            outcome: ran.outcome,
            output: ran.output,
        };
        drop(report.send(msg.into()));
    })
}

/// The queue.
pub(crate) struct Programs {
    jobs: mpsc::Sender<Job>,
    tell: Tell,
}

impl Programs {
    /// Starts the task that runs them, until `end`. None gets what is in `own` of Shoal's environment. Needs a runtime.
    pub(crate) fn start(
        tell: Tell,
        own: &'static [&'static str],
        tasks: &TaskTracker,
        end: CancellationToken,
    ) -> Self {
        Self::start_within(TIME_MAX, tell, own, tasks, end)
    }

    fn start_within(
        time: Duration,
        tell: Tell,
        own: &'static [&'static str],
        tasks: &TaskTracker,
        end: CancellationToken,
    ) -> Self {
        let (jobs, mut queue) = mpsc::channel::<Job>(WAITING_MAX);
        let told = tell.clone();
        tasks.spawn(async move {
            while let Some(Some(job)) = end.run_until_cancelled(queue.recv()).await {
                let hash = job.hash;
                let (outcome, output) = run(job, own, time, &end).await;
                told(Ran {
                    hash,
                    outcome,
                    output,
                });
            }
            queue.close();
            while let Some(job) = queue.recv().await {
                told(Ran::none(&job, PROGRAM_NOT_BEGUN));
            }
        });
        Self { jobs, tell }
    }

    /// Runs one when it is its turn. Waits for nothing.
    pub(crate) fn push(&self, job: Job) {
        let (job, why) = match self.jobs.try_send(job) {
            Ok(()) => return,
            Err(mpsc::error::TrySendError::Full(job)) => (job, "too_many"),
            Err(mpsc::error::TrySendError::Closed(job)) => (job, PROGRAM_NOT_BEGUN),
        };
        (self.tell)(Ran::none(&job, why));
    }
}

async fn run(
    job: Job,
    own: &[&str],
    time: Duration,
    end: &CancellationToken,
) -> (Result<i32, String>, String) {
    if end.is_cancelled() {
        return (Err(PROGRAM_NOT_BEGUN.to_owned()), String::new());
    }
    let (mut child, said) = match begin(job, own) {
        Ok(begun) => begun,
        Err(error) => return (Err(error.to_string()), String::new()),
    };
    let outcome = tokio::select! {
        ended = child.wait() => ended.map_or_else(|e| Err(e.to_string()), ended_with),
        () = sleep(time) => {
            stop(&mut child, GRACE).await;
            Err("timeout".to_owned())
        }
        () = end.cancelled() => {
            stop(&mut child, GRACE_AT_QUIT).await;
            Err("stopped".to_owned())
        }
    };
    (outcome, said.text().await)
}

fn begin(job: Job, own: &[&str]) -> io::Result<(Child, Reading)> {
    let mut words = job.argv.into_iter();
    let program = words.next().filter(|program| !program.is_empty());
    let program = program.ok_or(io::ErrorKind::NotFound)?;
    let mut command = Command::new(program);
    for name in own {
        command.env_remove(name);
    }
    command
        .args(words)
        .envs(job.env)
        .current_dir(home())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    let mut child = command.spawn()?;
    let said = Said::default();
    let readers = [
        child.stdout.take().map(|from| said.read(from)),
        child.stderr.take().map(|from| said.read(from)),
    ];
    let readers = readers.into_iter().flatten().collect();
    Ok((child, Reading { said, readers }))
}

fn home() -> PathBuf {
    let home = directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_owned());
    let home = home.filter(|home| home.is_dir());
    home.unwrap_or_else(std::env::temp_dir)
}

fn ended_with(status: std::process::ExitStatus) -> Result<i32, String> {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return Err(format!("signal {signal}"));
    }
    status.code().ok_or_else(|| status.to_string())
}

/// Ends one with all that it has started, as far as that is in its group still.
async fn stop(child: &mut Child, grace: Duration) {
    #[cfg(unix)]
    {
        use rustix::process::Signal;

        signal(child, Signal::TERM);
        if timeout(grace, child.wait()).await.is_ok() {
            return;
        }
        signal(child, Signal::KILL);
    }
    #[cfg(not(unix))]
    let _ = child.start_kill();
    let _ = timeout(grace, child.wait()).await;
}

/// Only while it has not been waited for: its number is nobody else's then.
#[cfg(unix)]
fn signal(child: &Child, signal: rustix::process::Signal) {
    let id = child.id().and_then(|id| i32::try_from(id).ok());
    if let Some(group) = id.and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, signal);
    }
}

/// What a program has said so far, from both of its outputs.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<u8>>>);

impl Said {
    fn read(&self, from: impl AsyncRead + Send + Unpin + 'static) -> JoinHandle<()> {
        let (said, mut from) = (self.clone(), from);
        tokio::spawn(async move {
            let mut some = [0; 4_096];
            // What is too much is read, too: nobody is to wait until his words are heard.
            while let Ok(count @ 1..) = from.read(&mut some).await {
                let mut all = said.0.lock();
                let room = LOG_OUTPUT_BYTES_MAX.saturating_sub(all.len());
                all.extend_from_slice(&some[..count.min(room)]);
            }
        })
    }
}

/// Those who read it.
struct Reading {
    said: Said,
    readers: Vec<JoinHandle<()>>,
}

impl Reading {
    async fn text(self) -> String {
        for mut reader in self.readers {
            if timeout(LAST_WORDS, &mut reader).await.is_err() {
                reader.abort();
            }
        }
        safe_text(&self.said.0.lock())
    }
}

/// Lines of text without anything that hides or moves others, and without what a cut has left half.
fn safe_text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let lines = text.replace("\r\n", "\n");
    let lines: String = lines
        .chars()
        .filter(|c| matches!(c, '\n' | '\t') || !c.is_control())
        .filter(|c| !matches!(c, '\u{2028}' | '\u{2029}'))
        .collect();
    let mut text = strip_invisible(lines.trim_end()).into_owned();
    // What could not be read takes more bytes than before.
    while text.len() > LOG_OUTPUT_BYTES_MAX {
        text.pop();
    }
    text
}

#[cfg(all(test, unix))]
#[path = "programs/tests.rs"]
mod tests;
