//! The one window: made, put away and made anew. Everybody who wants it shown asks here, from any thread.
