//! The other programs of a desktop, played by small processes (`tools/`): what Shoal sees is the real protocol.

mod drag;
mod notices;
mod power;
mod tray;

pub use power::{Lock, PowerHost};
pub use drag::{DragSource, Goods};
