//! The whole program as a person meets it: the real binary in a real window on a display of its
//! own, driven through `WebKitWebDriver`, with a real tracker and real peers. `SHOAL_SHOTS=dir` makes
//! the test `shots` take pictures of every screen.
//!
//! A story that fails leaves a picture of its display in `target/window`.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
#![allow(
    clippy::print_stdout,
    reason = "what a failure looked like belongs beside the test's output"
)]
#![allow(unreachable_pub, reason = "a test has no outside")]
#![cfg(target_os = "linux")]

mod arrival;
mod away;
mod desktop;
mod drops;
mod everyday;
mod folders;
mod links;
mod manners;
mod notices;
mod page;
mod places;
mod reach;
mod restart;
mod resting;
mod shots;
mod stage;
mod tray;
mod whole;
mod window;
