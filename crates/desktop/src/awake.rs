//! Keeps the system from going to sleep by itself while something downloads. Must never stand in the way of a
//! person who sends it to sleep.
