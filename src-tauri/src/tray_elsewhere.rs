//! The tray's icon on systems that have their own way, macOS and Windows, by tauri.
