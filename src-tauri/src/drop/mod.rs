//! What is dragged over the window and dropped on it. Must never navigate the page, follow a link or keep the
//! source's files busy.
