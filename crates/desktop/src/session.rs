//! Log-off, restart and shutdown, which are quits like any other.
