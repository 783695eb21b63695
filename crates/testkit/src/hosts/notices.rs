//! A program that shows notifications, as a process of its own that a test can ask.
