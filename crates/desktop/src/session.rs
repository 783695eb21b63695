//! Log-off, restart and shutdown, which are quits like any other. Must never hold a shutdown up for longer than
//! saving takes.

#[cfg(target_os = "linux")]
#[path = "session/linux.rs"]
mod listening;

#[cfg(target_os = "linux")]
pub use listening::{Session, spawn};

#[cfg(not(target_os = "linux"))]
pub use elsewhere::{Session, spawn};

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use tokio_util::{sync::CancellationToken, task::TaskTracker};

    use crate::bus::Bus;

    /// The window system itself tells of the session's end here.
    #[derive(Clone, Debug)]
    pub struct Session;

    impl Session {
        /// Never.
        pub async fn ending(&self) {
            std::future::pending::<()>().await;
        }

        /// Nothing is held up.
        pub fn saved(&self) {}
    }

    /// Does nothing.
    pub fn spawn(
        _session: &Bus,
        _system: &Bus,
        _why: String,
        _tasks: &TaskTracker,
        _end: &CancellationToken,
    ) -> Session {
        Session
    }
}
