//! Everything Shoal remembers: the list, .torrent bytes, what is known of the data on disk, labels,
//! settings and the undo journal, in one `SQLite` database with rolling backups.
//!
//! What was acknowledged is on disk and survives `kill -9` and power loss. A write that fails leaves
//! nothing of itself behind. What cannot be read, one row or the whole database, is put beside and
//! reported, never overwritten and never a reason not to start. This is the only crate that names
//! `rusqlite`; it decides nothing about torrents.

mod atomic;
mod backup;
mod damage;
mod error;
mod load;
mod lock;
mod open;
mod path;
mod queue;
mod reserve;
mod schema;
mod store;
mod table;
mod watched;
mod worker;

#[cfg(test)]
mod tests;

pub use atomic::atomic_write;
pub use error::StoreError;
pub use load::{Loaded, SetAside};
pub use lock::InstanceLock;
pub use reserve::Room;
pub use store::Store;
pub use table::{
    file_names::Found,
    tally::{DAYS_MAX, Tallied},
    watch_entries::WatchSum,
};
