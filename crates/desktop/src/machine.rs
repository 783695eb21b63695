//! Sends the machine to sleep, or switches it off, when a person has asked for that once all is done. Must never do
//! so against what another program or person has asked of the system: it is asked, not forced.

use crate::bus::Bus;

#[cfg(target_os = "linux")]
#[path = "machine/linux.rs"]
mod asking;
#[cfg(not(target_os = "linux"))]
#[path = "machine/elsewhere.rs"]
mod asking;

/// What is asked of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// Sleep.
    Sleep,
    /// Switch off.
    ShutDown,
}

/// Asks for it; true when the system has agreed. It happens some time soon then.
pub async fn rest(system: &Bus, what: Rest) -> bool {
    match asking::ask(system, what).await {
        Ok(()) => {
            tracing::info!(?what, "the machine was asked to rest, as all is done");
            true
        }
        Err(error) => {
            tracing::warn!(?what, error, "the machine does not rest");
            false
        }
    }
}
