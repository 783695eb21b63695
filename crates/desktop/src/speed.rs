//! Speeds in words, as the window writes them.
