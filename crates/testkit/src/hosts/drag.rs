//! A program that files and links are dragged from, as a process of its own that a test can ask.
