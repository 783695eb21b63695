//! Stories of files and folders, told to a folder's state at chosen moments on real folders. Each
//! is told twice: once where the system tells of changes, and once where the folder is polled.
//! Nothing waits for a clock: only, where the system tells, for its last event to have come.

mod afterwards;
mod crash;
mod files;
mod folders;
mod kinds;
mod many;
mod stage;
mod telling;

/// Makes a test of each story for both ways of watching.
macro_rules! stories {
    ($($story:ident),* $(,)?) => {
        mod told {
            $(#[test]
            fn $story() {
                super::$story(crate::tests::stage::Stage::new(crate::tests::stage::How::Told));
            })*
        }
        mod polled {
            $(#[test]
            fn $story() {
                super::$story(crate::tests::stage::Stage::new(crate::tests::stage::How::Polled));
            })*
        }
    };
}
pub(crate) use stage::until_told;
pub(crate) use stories;
