//! What surrounds Shoal and may be a reason to go slower: a battery, a network that is paid by the byte, a program
//! that wants the screen to itself. Where the system does not tell, nothing of it is so.
//!
//! Must never decide what follows from it.

use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::bus::Bus;

#[cfg(target_os = "linux")]
#[path = "around/linux.rs"]
mod listening;

/// What the system tells of its own circumstances.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Around {
    /// The machine runs on its battery.
    pub battery: bool,
    /// The network in use is paid by what goes over it.
    pub metered: bool,
    /// Another program keeps the screen lit: a film or a game in full screen, a call, a talk.
    pub full_screen: bool,
}

/// Starts listening. What is told is so as long as the system has not said otherwise.
pub fn spawn(
    session: &Bus,
    system: &Bus,
    tasks: &TaskTracker,
    end: &CancellationToken,
) -> watch::Receiver<Around> {
    let (tell, told) = watch::channel(Around::default());
    #[cfg(target_os = "linux")]
    listening::spawn(session, system, tell, tasks, end);
    // Held until the end, so that whoever waits is not told that nothing will ever come.
    #[cfg(not(target_os = "linux"))]
    {
        let _ = (session, system);
        let end = end.clone();
        tasks.spawn(async move {
            end.cancelled().await;
            drop(tell);
        });
    }
    told
}
