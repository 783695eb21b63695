//! What is pressed outside of the window, on the tray's icon and on notifications, and what becomes of it.

use std::{future::Future, time::Duration};

use shoal_api::{ApiResult, GoTo};
use shoal_desktop::{
    notices::{Act, Goal, Pressed},
    tray::{TrayEvent, Wish},
};
use tokio::time::timeout;

use super::Front;
use crate::clipboard;

/// The window system is there within this time, or the clipboard is not asked for.
const LOADS: Duration = Duration::from_secs(5);

impl Front {
    pub(super) fn wish(&self, TrayEvent { wish, token }: TrayEvent) {
        let keeper = &self.keeper;
        match wish {
            Wish::Toggle => keeper.toggle(token),
            Wish::Open => keeper.show(token),
            Wish::Hide => keeper.put_away(),
            Wish::Add => keeper.go(GoTo::Add, token),
            Wish::Attention => keeper.go(GoTo::Attention, token),
            Wish::Settings => keeper.go(GoTo::Settings, token),
            Wish::Quit => self.life.quit(),
            Wish::Paste => {
                let (keeper, system) = (keeper.clone(), self.system.clone());
                self.tasks.spawn(async move {
                    let text = match timeout(LOADS, system.there()).await {
                        Ok(tauri) => clipboard::text(&tauri).await,
                        Err(_) => None,
                    };
                    keeper.go(GoTo::Paste { text }, token);
                });
            }
            Wish::StopAll => {
                let app = self.app.clone();
                self.begin(async move { app.stop_all().await });
            }
            Wish::StartAll => {
                let app = self.app.clone();
                self.begin(async move { app.start_all().await });
            }
            Wish::Slow => {
                let app = self.app.clone();
                self.begin(async move { app.toggle_slow().await });
            }
        }
    }

    fn begin(&self, act: impl Future<Output = ApiResult<()>> + Send + 'static) {
        self.tasks.spawn(async move {
            if let Err(error) = act.await {
                tracing::warn!(code = %error.code, "what the tray was asked for could not be done");
            }
        });
    }

    pub(super) fn pressed(&self, Pressed { act, goal, token }: Pressed) {
        let keeper = &self.keeper;
        match goal {
            Goal::Window => keeper.show(token),
            Goal::Finished => keeper.go(GoTo::Finished, token),
            Goal::Attention => keeper.go(GoTo::Attention, token),
            Goal::Torrent(hash) if act == Act::Show => keeper.go(GoTo::Torrent { hash }, token),
            Goal::Torrent(hash) => {
                let (keeper, app) = (keeper.clone(), self.app.clone());
                let reach = self.system.reach().clone();
                self.tasks.spawn(async move {
                    let done = match act {
                        // What could run is asked about, by the page.
                        Act::Open => match app.to_open(&hash, None, false).await {
                            Ok(path) => reach.open(path).await,
                            Err(error) => Err(error),
                        },
                        Act::Folder | Act::Show => match app.to_reveal(&hash, None).await {
                            Ok(path) => reach.reveal(path).await,
                            Err(error) => Err(error),
                        },
                    };
                    if let Err(error) = done {
                        tracing::info!(code = %error.code, "a notification's button did not do");
                        keeper.go(GoTo::Torrent { hash }, token);
                    }
                });
            }
        }
    }
}
