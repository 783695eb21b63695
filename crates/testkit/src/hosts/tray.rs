//! A panel of the system that shows tray icons, as a process of its own that a test can ask.
