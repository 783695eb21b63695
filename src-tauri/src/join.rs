//! The one loop between app, tray, notifications and window: what happens goes out, what is pressed comes in.
