//! What the system says of the computer goes to the app, and what was chosen for when all is done to the system.

use shoal_api::{AllDoneKind, Event, Rest};
use shoal_app::{App, desk::Around};
use shoal_desktop::{News, around, bus::Bus, machine};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::Front;

/// Hands on what the system says, each time it says something else.
pub(super) fn follow(
    app: &App,
    session: &Bus,
    system: &Bus,
    tasks: &TaskTracker,
    end: &CancellationToken,
) {
    let app = app.clone();
    let mut told = around::spawn(session, system, tasks, end);
    let run = async move {
        while told.changed().await.is_ok() {
            let now = *told.borrow_and_update();
            app.around(Around {
                battery: now.battery,
                metered: now.metered,
                fullscreen: now.full_screen,
            })
            .await;
        }
    };
    tasks.spawn(end.clone().run_until_cancelled_owned(run));
}

impl Front {
    /// Does what was chosen for when all is done. A machine that goes down ends Shoal by the session's end.
    pub(super) fn rest(&self, kind: AllDoneKind) {
        let what = match kind {
            AllDoneKind::Quit => {
                return self.life.quit();
            }
            AllDoneKind::Sleep => Rest::Sleep,
            AllDoneKind::Shutdown => Rest::Shutdown,
        };
        let (bus, awake) = (self.system_bus.clone(), self.awake.clone());
        let (notices, system) = (self.notices.clone(), self.system.clone());
        self.tasks.spawn(async move {
            awake.step_aside().await;
            if let Err(why) = machine::rest(&bus, what).await {
                notices.tell(News::Stays { what, why });
                system.streams().tell(Event::Stays { what, why });
            }
        });
    }
}
