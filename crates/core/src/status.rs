//! The one place where a torrent's shown status and its sentence are derived.
