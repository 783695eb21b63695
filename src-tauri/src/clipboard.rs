//! Looks into the clipboard when the window gets the focus, and offers a magnet link that is there, once.
