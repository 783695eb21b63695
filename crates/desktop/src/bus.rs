//! The connection to the session bus: opened once, in the background, within a bounded time, again when it is
//! lost, and done without where there is none.
