//! The heart of Shoal: what the torrents are, what the user wants of them, and what must happen next.
//!
//! Core is a pure state machine. [`State::handle`] takes one [`Msg`] and the time, changes the
//! state, and returns the [`Effect`]s that somebody else carries out. It performs no IO, reads no
//! clock, waits for nothing, and knows neither the engine's library, nor SQL, nor a window.

mod effect;
mod labels;
mod live;
mod log;
mod msg;
mod place;
mod port;
mod record;
mod setting;
mod settings;
mod state;
mod status;
mod time;
mod undo;
mod watch;

pub use effect::*;
pub use labels::*;
pub use live::*;
pub use log::*;
pub use msg::*;
pub use place::*;
pub use port::*;
pub use record::*;
pub use setting::*;
pub use settings::*;
pub use shoal_metainfo::{Bitfield, InfoHash};
pub use state::*;
pub use status::*;
pub use time::*;
pub use undo::*;
pub use watch::*;
