//! Signals that ask the process to end: which are heard, and when another one says that nobody wants to wait. Must
//! never end anything itself.

use std::time::Duration;

use tokio::time::sleep;

/// Whoever closes a terminal or ends a session sends several at once: only what comes later than this means that
/// somebody does not want to wait.
const AT_ONCE: Duration = Duration::from_millis(500);

/// SIGTERM, SIGINT and, unless the process was started to ignore it as `nohup` does, SIGHUP; Ctrl C where there are no
/// signals.
pub struct Asked(Heard);

impl Asked {
    /// Hears from now on; none when that cannot be. To be called in a runtime.
    pub fn hear() -> Option<Self> {
        Heard::new().map(Self)
    }

    /// Comes back with the first.
    pub async fn first(&mut self) {
        self.0.next().await;
    }

    /// After the first: comes back when somebody does not want to wait. A hang-up says nothing of the kind.
    pub async fn again(self) {
        sleep(AT_ONCE).await;
        // What came with the first is heard no more.
        match Heard::of_people() {
            Some(mut heard) => heard.next().await,
            None => std::future::pending().await,
        }
    }
}

#[cfg(unix)]
struct Heard(Vec<tokio::signal::unix::Signal>);

#[cfg(unix)]
impl Heard {
    fn new() -> Option<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        let is_ignored = is_hangup_ignored();
        let mut heard = Self::of_people()?;
        if !is_ignored {
            heard.0.push(signal(SignalKind::hangup()).ok()?);
        }
        Some(heard)
    }

    fn of_people() -> Option<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        let kinds = [SignalKind::terminate(), SignalKind::interrupt()];
        let heard = kinds.map(|kind| signal(kind).ok());
        heard.into_iter().collect::<Option<_>>().map(Self)
    }

    async fn next(&mut self) {
        std::future::poll_fn(|cx| {
            let came = self.0.iter_mut().any(|s| s.poll_recv(cx).is_ready());
            if came {
                std::task::Poll::Ready(())
            } else {
                std::task::Poll::Pending
            }
        })
        .await;
    }
}

/// Whether SIGHUP, the first signal, was ignored when the process was started. Unknown but on Linux.
#[cfg(unix)]
fn is_hangup_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    is_first_in(&status)
}

#[cfg(unix)]
fn is_first_in(status: &str) -> bool {
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.and_then(|hex| u64::from_str_radix(hex.trim(), 16).ok());
    mask.is_some_and(|mask| mask & 1 != 0)
}

#[cfg(not(unix))]
struct Heard;

#[cfg(not(unix))]
impl Heard {
    #[expect(clippy::unnecessary_wraps, reason = "same shape as on Unix")]
    fn new() -> Option<Self> {
        Some(Self)
    }

    #[expect(clippy::unnecessary_wraps, reason = "same shape as on Unix")]
    fn of_people() -> Option<Self> {
        Some(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::is_first_in;

    #[test]
    fn nohup_is_seen() {
        assert!(is_first_in(
            "Name:\tx\nSigIgn:\t0000000000001001\nSigCgt:\t0\n"
        ));
        assert!(!is_first_in(
            "Name:\tx\nSigIgn:\t0000000000001000\nSigCgt:\t1\n"
        ));
        assert!(!is_first_in(""));
    }
}
