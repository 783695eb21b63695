//! The icon in the tray: a model that is a pure function of a [`crate::Summary`], and the item on the bus that
//! shows it.
