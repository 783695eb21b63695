//! Sends the machine to sleep, or switches it off, when a person has asked for that once all is done. Must never do
//! so against what another program or person has asked of the system: it is asked, not forced.

use shoal_api::{Rest, WhyAwake};

use crate::bus::Bus;

#[cfg(target_os = "linux")]
#[path = "machine/linux.rs"]
mod asking;
#[cfg(not(target_os = "linux"))]
#[path = "machine/elsewhere.rs"]
mod asking;

/// Asks for it. When the system has agreed, it happens some time soon.
///
/// # Errors
/// Why the system does not do it, as far as it says that.
pub async fn rest(system: &Bus, what: Rest) -> Result<(), WhyAwake> {
    match asking::ask(system, what).await {
        Ok(()) => {
            tracing::info!(?what, "the machine was asked to rest, as all is done");
            Ok(())
        }
        Err((why, error)) => {
            tracing::warn!(?what, ?why, error, "the machine does not rest");
            Err(why)
        }
    }
}
