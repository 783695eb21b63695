//! One Shoal a data folder: a second start hands what it was to open to the first, and leaves.
//!
//! The first listens on a socket in the data folder, which only its owner may enter. What arrives is
//! text to be offered to the user, who decides; only a torrent that `create --seed` has just made is
//! added at once.

use std::{future::Future, path::Path, path::PathBuf, pin::Pin, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use shoal_store::InstanceLock;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use crate::turns::{Turn, Turns};

/// Most bytes of one handover.
const HANDOVER_BYTES_MAX: u64 = 4 << 20;
/// Longest token of the window system's.
const TOKEN_BYTES_MAX: usize = 1_024;
/// Longest time a handover may take.
const HANDOVER_TIME: Duration = Duration::from_secs(5);
/// How long a start tries to find out who runs: longer than one that quits has for that.
const STARTING_TIME: Duration = Duration::from_secs(8);
/// Between two tries.
pub(crate) const TRY_AGAIN: Duration = Duration::from_millis(50);
/// How long one that came later waits for those before it to say what they want.
const TURN_TIME: Duration = Duration::from_secs(1);
const DONE: &[u8; 3] = b"ok\n";
/// Done, and nobody sees it here.
const UNSEEN: &[u8; 3] = b"un\n";
const REFUSED: &[u8; 3] = b"no\n";

/// What came of a handover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    Done,
    /// Done by a Shoal without a window.
    Unseen,
    Refused,
}

impl Taken {
    fn word(self) -> &'static [u8; 3] {
        match self {
            Self::Done => DONE,
            Self::Unseen => UNSEEN,
            Self::Refused => REFUSED,
        }
    }
}

/// What a start finds on its data folder.
#[derive(Debug)]
pub(crate) enum Found {
    /// Nobody, or no longer.
    Free(InstanceLock),
    /// A Shoal that took what it was given, and whether it shows itself.
    Other { shows: bool },
}

/// A torrent made by `create --seed`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Seed {
    /// Full path of the .torrent file.
    pub(crate) torrent: PathBuf,
    /// Full path of what it was made of.
    pub(crate) content: PathBuf,
    /// Size, time of change and number of each file when it was read; see
    /// [`FileStamp`](shoal_core::FileStamp).
    pub(crate) stamps: Vec<(Option<u64>, i64, u64)>,
}

/// What is handed over.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Handed {
    /// To be offered to the user; empty when Shoal is only to show itself.
    Open(Vec<String>),
    /// To be added and offered to others.
    Seed(Seed),
    /// Like `Open`, with what lets the window come to the front.
    Show {
        /// What to offer.
        open: Vec<String>,
        /// What the system gave the other start; see [`token`].
        token: String,
    },
}

/// What a system gives to a program that is started by a person, so that its window may come to the front; none
/// when it is nothing that a system gives.
pub(crate) fn token(given: Option<String>) -> Option<String> {
    let is_token = |token: &String| {
        let fits = (1..=TOKEN_BYTES_MAX).contains(&token.len());
        fits && token.bytes().all(|byte| (b' '..=b'~').contains(&byte))
    };
    given.filter(is_token)
}

/// Gets what another start hands over, and says what came of it; none when this Shoal quits and takes nothing
/// any more.
pub(crate) type OnHandover =
    Arc<dyn Fn(Handed) -> Pin<Box<dyn Future<Output = Option<Taken>> + Send>> + Send + Sync>;

/// Hands `seed` to the Shoal that runs on `dir`; false when none does, or it quits.
pub(crate) async fn hand_over_seed(dir: &Path, seed: Seed) -> anyhow::Result<bool> {
    let talk = async {
        let Ok(stream) = sys::connect(dir).await else {
            return Ok(false);
        };
        Ok(talk(stream, &Handed::Seed(seed)).await?.is_some())
    };
    let talked = tokio::time::timeout(HANDOVER_TIME, talk).await;
    talked.unwrap_or_else(|_| Err(anyhow::anyhow!("the running Shoal does not answer")))
}

/// Hands `open` to the Shoal that runs on `dir`, which shows itself; `token` lets its window come to the front. One
/// that quits takes nothing any more: the lock is given once it has gone, for a Shoal in its place.
pub(crate) async fn hand_over(
    dir: &Path,
    open: Vec<String>,
    given: Option<String>,
) -> anyhow::Result<Found> {
    let handed = match token(given) {
        Some(token) => Handed::Show { open, token },
        None => Handed::Open(open),
    };
    let find_out = async {
        loop {
            // The other one may just be starting: its socket comes a moment after its lock.
            if let Ok(stream) = sys::connect(dir).await
                && let Some(shows) = talk(stream, &handed).await?
            {
                return Ok(Found::Other { shows });
            }
            if let Some(lock) = InstanceLock::acquire(dir)? {
                return Ok(Found::Free(lock));
            }
            tokio::time::sleep(TRY_AGAIN).await;
        }
    };
    let found_out = tokio::time::timeout(STARTING_TIME, find_out).await;
    found_out.unwrap_or_else(|_| {
        Err(anyhow::anyhow!(
            "another Shoal uses {} but does not answer",
            dir.display()
        ))
    })
}

/// Says it to the Shoal that runs, and whether that one shows itself; none when it hung up.
async fn talk(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    handed: &Handed,
) -> anyhow::Result<Option<bool>> {
    let mut line = serde_json::to_vec(handed)?;
    anyhow::ensure!(
        line.len() as u64 <= HANDOVER_BYTES_MAX,
        "there are too many files"
    );
    line.push(b'\n');
    let mut answer = [0; DONE.len()];
    let talk = async {
        stream.write_all(&line).await?;
        stream.flush().await?;
        stream.read_exact(&mut answer).await
    };
    if talk.await.is_err() {
        return Ok(None);
    }
    anyhow::ensure!(&answer != REFUSED, "the running Shoal could not add it");
    let shows = &answer == DONE;
    anyhow::ensure!(
        shows || &answer == UNSEEN,
        "the running Shoal did not understand"
    );
    Ok(Some(shows))
}

/// Listens for other starts until `stop`. Trouble is logged: Shoal runs without it.
pub(crate) async fn listen(dir: &Path, on: OnHandover, stop: tokio_util::sync::CancellationToken) {
    let run = async {
        if let Err(error) = sys::serve(dir, on).await {
            tracing::warn!(%error, "a second start cannot hand its arguments over");
        }
    };
    stop.run_until_cancelled(run).await;
    sys::tidy(dir);
}

async fn answer(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    on: OnHandover,
    mut turn: Turn,
) -> anyhow::Result<()> {
    let mut line = vec![];
    let mut chunk = [0; 4096];
    while !line.ends_with(b"\n") {
        let n = stream.read(&mut chunk).await?;
        anyhow::ensure!(n > 0, "cut off");
        line.extend_from_slice(&chunk[..n]);
        anyhow::ensure!(line.len() as u64 <= HANDOVER_BYTES_MAX, "too long");
    }
    let handed = serde_json::from_slice(&line)?;
    turn.come(TURN_TIME).await;
    let taken = on(handed).await;
    drop(turn);
    let Some(taken) = taken else {
        // Whoever called finds out by itself when it may start.
        return Ok(());
    };
    stream.write_all(taken.word()).await?;
    Ok(stream.flush().await?)
}

fn answer_apart(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    on: OnHandover,
    turn: Turn,
) {
    tokio::spawn(async move {
        match tokio::time::timeout(HANDOVER_TIME, answer(stream, on, turn)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "a second start sent nonsense"),
            Err(_) => tracing::warn!("a second start took too long"),
        }
    });
}

#[cfg(unix)]
mod sys {
    use std::{io, path::Path};

    use tokio::net::{UnixListener, UnixStream};

    use super::{OnHandover, Turns};

    const NAME: &str = "socket";

    pub(super) async fn connect(dir: &Path) -> io::Result<UnixStream> {
        UnixStream::connect(dir.join(NAME)).await
    }

    pub(super) async fn serve(dir: &Path, on: OnHandover) -> io::Result<()> {
        // The lock is ours, so a socket that lies here belongs to a Shoal that was killed.
        let _ = std::fs::remove_file(dir.join(NAME));
        let listener = UnixListener::bind(dir.join(NAME))?;
        let turns = Turns::default();
        loop {
            match listener.accept().await {
                Ok((stream, _)) => super::answer_apart(stream, on.clone(), turns.take()),
                // Mostly for want of file descriptors; later starts are to be heard all the same.
                Err(error) => {
                    tracing::warn!(%error, "a second start was not heard");
                    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
                }
            }
        }
    }

    pub(super) fn tidy(dir: &Path) {
        let _ = std::fs::remove_file(dir.join(NAME));
    }
}

#[cfg(windows)]
mod sys {
    use std::{
        hash::{DefaultHasher, Hash as _, Hasher as _},
        io,
        path::Path,
    };

    use tokio::net::windows::named_pipe::{ClientOptions, NamedPipeClient, ServerOptions};

    use super::{OnHandover, Turns};

    fn name(dir: &Path) -> String {
        let mut hasher = DefaultHasher::new();
        dir.hash(&mut hasher);
        format!(r"\\.\pipe\shoal-{:016x}", hasher.finish())
    }

    pub(super) async fn connect(dir: &Path) -> io::Result<NamedPipeClient> {
        ClientOptions::new().open(name(dir))
    }

    pub(super) async fn serve(dir: &Path, on: OnHandover) -> io::Result<()> {
        let mut server = ServerOptions::new()
            .first_pipe_instance(true)
            .create(name(dir))?;
        let turns = Turns::default();
        loop {
            server.connect().await?;
            let next = ServerOptions::new().create(name(dir))?;
            super::answer_apart(
                std::mem::replace(&mut server, next),
                on.clone(),
                turns.take(),
            );
        }
    }

    pub(super) fn tidy(_: &Path) {}
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::*;

    fn read(line: &str) -> Handed {
        serde_json::from_str(line).unwrap()
    }

    #[test]
    fn every_form_of_a_hand_over_is_read() {
        assert!(matches!(read(r#"["a"]"#), Handed::Open(open) if open == ["a"]));
        let show = read(r#"{"open":["a","b"],"token":"t"}"#);
        assert!(matches!(show, Handed::Show { open, token } if open == ["a", "b"] && token == "t"));
        let seed = read(r#"{"torrent":"/t","content":"/c","stamps":[[1,2,3]]}"#);
        assert!(matches!(seed, Handed::Seed(seed) if seed.stamps.len() == 1));
        for line in [r#"{"open":["a"]}"#, "{}", "3", "[1]"] {
            assert!(serde_json::from_str::<Handed>(line).is_err(), "{line}");
        }
    }

    #[test]
    fn a_token_is_short_and_plain() {
        let plain = "gnome-shell/Files/123-0-host_TIME4711".to_owned();
        assert_eq!(token(Some(plain.clone())), Some(plain));
        let long = "x".repeat(TOKEN_BYTES_MAX + 1);
        for odd in ["", "a\0b", "a\nb", "ä", &long] {
            assert_eq!(token(Some(odd.to_owned())), None, "{odd:?}");
        }
        assert_eq!(token(None), None);
    }
}
