//! Opens what was downloaded with the system's own programs, and shows it in the file manager. Which
//! path that is, `shoal-app` decides: the page names a torrent and the number of a file, or an entry in the
//! history of watch folders. Never a shell and never a command line: one path is handed to the program that
//! the system has for it.
//!
//! That program, or the bus that leads to it, may take any time: it gets a few seconds, and only so many
//! are waited for at once.

#[cfg(target_os = "linux")]
mod launch;

use std::{path::Path, path::PathBuf, sync::Arc, time::Duration};

use shoal_api::{ApiError, ApiResult};
use shoal_app::App;
use tauri::State;
use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};

/// How long the system may take to begin.
const PATIENCE: Duration = Duration::from_secs(8);
/// Programs that may be on their way at once.
const AT_ONCE: usize = 8;

/// What the system can do with a path. Every call may block.
trait System: Send + Sync {
    /// Opens it with the program for its kind; errors are technical text.
    fn open(&self, path: &Path) -> Result<(), String>;
    /// Shows it, selected, in the file manager.
    fn reveal(&self, path: &Path) -> Result<(), String>;
}

/// The desktop that Shoal runs on.
struct Desktop;

impl System for Desktop {
    fn open(&self, path: &Path) -> Result<(), String> {
        #[cfg(target_os = "linux")]
        return launch::open(path, shoal_drivers::own());
        #[cfg(not(target_os = "linux"))]
        tauri_plugin_opener::open_path(path, None::<&str>).map_err(|e| e.to_string())
    }

    fn reveal(&self, path: &Path) -> Result<(), String> {
        tauri_plugin_opener::reveal_item_in_dir(path).map_err(|e| e.to_string())
    }
}

/// The way to the system's programs.
pub(crate) struct Reach {
    system: Arc<dyn System>,
    turns: Arc<Semaphore>,
    patience: Duration,
}

impl Default for Reach {
    fn default() -> Self {
        Self::with(Arc::new(Desktop), PATIENCE)
    }
}

impl Reach {
    fn with(system: Arc<dyn System>, patience: Duration) -> Self {
        Self {
            system,
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            patience,
        }
    }

    /// Opens it with the program that the system has for it.
    pub(crate) async fn open(&self, path: PathBuf) -> ApiResult<()> {
        let failed = refusal("open_failed", &path);
        let open = move |system: &dyn System| system.open(&path);
        self.hand_over(open)
            .await
            .map_err(|e| failed.with("detail", e))
    }

    /// Shows it in its folder. Where there is no file manager that can select, the folder around it is opened.
    pub(crate) async fn reveal(&self, path: PathBuf) -> ApiResult<()> {
        let failed = refusal("reveal_failed", &path);
        let reveal = move |system: &dyn System| {
            let around = path.parent().unwrap_or(&path);
            system.reveal(&path).or_else(|error| {
                tracing::debug!(%error, "the file manager selects nothing");
                system.open(around)
            })
        };
        self.hand_over(reveal)
            .await
            .map_err(|e| failed.with("detail", e))
    }

    async fn hand_over(
        &self,
        act: impl FnOnce(&dyn System) -> Result<(), String> + Send + 'static,
    ) -> Result<(), String> {
        let Ok(turn) = self.turns.clone().try_acquire_owned() else {
            return Err("too many programs are on their way".to_owned());
        };
        let system = self.system.clone();
        // The turn ends with the call, not with our patience.
        let acted = spawn_blocking(move || {
            let acted = act(&*system);
            drop(turn);
            acted
        });
        match timeout(self.patience, acted).await {
            Ok(Ok(acted)) => acted,
            Ok(Err(e)) => Err(e.to_string()),
            Err(_) => Err("the system did not answer".to_owned()),
        }
    }
}

fn refusal(code: &str, path: &Path) -> ApiError {
    ApiError::new(code).with(
        "name",
        path.file_name().unwrap_or_default().to_string_lossy(),
    )
}

/// Opens a torrent's content, or one of its files. What could run, or is not all there, only when the
/// user is `sure`.
#[tauri::command]
pub(crate) async fn open(
    app: State<'_, App>,
    reach: State<'_, Arc<Reach>>,
    hash: String,
    file: Option<u32>,
    sure: bool,
) -> ApiResult<()> {
    reach.open(app.to_open(&hash, file, sure).await?).await
}

/// Shows a torrent's content, or one of its files, in the file manager.
#[tauri::command]
pub(crate) async fn reveal(
    app: State<'_, App>,
    reach: State<'_, Arc<Reach>>,
    hash: String,
    file: Option<u32>,
) -> ApiResult<()> {
    reach.reveal(app.to_reveal(&hash, file).await?).await
}

/// Shows the file of an entry in the history of watch folders in the file manager, where it lies now.
#[tauri::command]
pub(crate) async fn reveal_watched(
    app: State<'_, App>,
    reach: State<'_, Arc<Reach>>,
    entry: u64,
) -> ApiResult<()> {
    reach.reveal(app.to_reveal_watched(entry).await?).await
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use std::sync::{Mutex, mpsc};

    use super::*;

    /// Remembers what it was asked to do, and does it as well as it was made to.
    #[derive(Default)]
    struct Fake {
        asked: Mutex<Vec<(&'static str, PathBuf)>>,
        cannot: &'static [&'static str],
        hangs: Option<Mutex<mpsc::Receiver<()>>>,
    }

    impl Fake {
        fn take(&self, what: &'static str, path: &Path) -> Result<(), String> {
            self.asked.lock().unwrap().push((what, path.to_owned()));
            if let Some(hangs) = &self.hangs {
                let _ = hangs.lock().unwrap().recv();
            }
            if self.cannot.contains(&what) {
                return Err(format!("no {what}"));
            }
            Ok(())
        }
    }

    impl System for Fake {
        fn open(&self, path: &Path) -> Result<(), String> {
            self.take("open", path)
        }

        fn reveal(&self, path: &Path) -> Result<(), String> {
            self.take("reveal", path)
        }
    }

    fn asked(fake: &Fake) -> Vec<(&'static str, PathBuf)> {
        fake.asked.lock().unwrap().clone()
    }

    fn able(cannot: &'static [&'static str]) -> (Arc<Fake>, Reach) {
        let fake = Arc::new(Fake {
            cannot,
            ..Fake::default()
        });
        (fake.clone(), Reach::with(fake, PATIENCE))
    }

    #[tokio::test]
    async fn a_path_is_opened_and_shown_as_it_is() {
        let (fake, reach) = able(&[]);
        let path = PathBuf::from("/x/-a b$(id).mkv");
        reach.open(path.clone()).await.unwrap();
        reach.reveal(path.clone()).await.unwrap();
        assert_eq!(asked(&fake), [("open", path.clone()), ("reveal", path)]);
    }

    #[tokio::test]
    async fn without_a_file_manager_that_selects_the_folder_opens() {
        let (fake, reach) = able(&["reveal"]);
        reach.reveal("/x/a".into()).await.unwrap();
        assert_eq!(
            asked(&fake),
            [("reveal", "/x/a".into()), ("open", "/x".into())]
        );
    }

    #[tokio::test]
    async fn what_does_not_work_is_a_code_with_the_name() {
        let (_, reach) = able(&["open", "reveal"]);
        let open = reach.open("/x/a".into()).await.unwrap_err();
        let reveal = reach.reveal("/x/a".into()).await.unwrap_err();
        assert_eq!((&*open.code, &*open.params["name"]), ("open_failed", "a"));
        assert_eq!(
            (&*reveal.code, &*reveal.params["name"]),
            ("reveal_failed", "a")
        );
        assert_eq!(open.params["detail"], "no open");
    }

    #[tokio::test]
    async fn a_system_that_hangs_is_waited_for_only_so_long_and_so_often() {
        let (let_go, hangs) = mpsc::channel();
        let fake = Arc::new(Fake {
            hangs: Some(Mutex::new(hangs)),
            ..Fake::default()
        });
        let reach = Reach::with(fake.clone(), Duration::from_millis(5));
        for _ in 0..AT_ONCE {
            let error = reach.open("/x/a".into()).await.unwrap_err();
            assert_eq!(error.params["detail"], "the system did not answer");
        }
        let error = reach.open("/x/a".into()).await.unwrap_err();
        assert_eq!(error.params["detail"], "too many programs are on their way");
        drop(let_go);
        let all = reach
            .turns
            .acquire_many(u32::try_from(AT_ONCE).unwrap())
            .await;
        drop(all.unwrap());
        reach.open("/x/a".into()).await.unwrap();
    }
}
