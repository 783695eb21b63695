//! Where the window was, and where it can be now: always on a screen. Pure.
