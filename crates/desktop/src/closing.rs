//! What closing the window means, as a pure function of settings and of what the desktop has. Must never hide
//! the window where nothing brings it back.
