//! The services that keep a machine awake and end its session, as a process of its own that a test can ask.
