//! The running Shoal, for who asks for it before it runs: the window is made while the list is still being read, and
//! its page asks at once. Must never open before everything is at hand that the page's commands need.

use std::sync::Arc;

use shoal_app::App;
use tokio::sync::watch;

/// Where the page's questions wait. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Gate {
    app: Arc<watch::Sender<Option<App>>>,
}

impl Gate {
    /// Shoal runs.
    pub(crate) fn open(&self, app: &App) {
        self.app.send_replace(Some(app.clone()));
    }

    /// Shoal, as soon as it runs. When it cannot start, nobody hears any more.
    pub(crate) async fn app(&self) -> App {
        let mut news = self.app.subscribe();
        loop {
            if let Some(app) = news.borrow_and_update().clone() {
                return app;
            }
            // The sender lives as long as `self`.
            let _ = news.changed().await;
        }
    }
}
