//! Progress and a count on the icon of the taskbar or dock.
