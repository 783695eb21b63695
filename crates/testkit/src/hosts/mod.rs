//! The other programs of a desktop, played by small processes (`tools/`): what Shoal sees is the real protocol.

mod asked;
mod drag;
mod machine;
mod notices;
mod power;
mod tray;

pub use asked::Asked;
pub use drag::{DragSource, Goods};
pub use machine::MachineHost;
pub use notices::{NoticeHost, NoticeShown};
pub use power::{Lock, PowerHost};
pub use tray::{MenuEntry, Shown, TrayHost};
