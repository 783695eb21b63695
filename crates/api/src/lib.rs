//! The wire: commands, views, events and error codes, as plain data.
//!
//! Everything that crosses to the window or the browser is one of these types, and only these are
//! `Serialize`. Core's own types never are, so they stay free to change. TypeScript for all of it is
//! generated into `ui/src/lib/backend/generated/` by the test `export_typescript`.

mod arrange;
mod command;
mod create;
mod desk;
mod error;
mod event;
mod export;
mod find;
mod glance;
mod history;
mod packed;
mod rules;
mod settings;
mod storage;
mod view;
mod watch;

pub use arrange::*;
pub use command::*;
pub use create::*;
pub use desk::*;
pub use error::*;
pub use event::*;
pub use export::*;
pub use find::*;
pub use glance::*;
pub use history::*;
pub use packed::*;
pub use rules::*;
pub use settings::*;
pub use storage::*;
pub use view::*;
pub use watch::*;
