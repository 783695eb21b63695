//! Makes torrents: as jobs for the interface, and as `create` on the command line. The making itself
//! is `metainfo::create`; here is who asks for it and where it goes. Writes nothing but the .torrent
//! file that the command line asks for, and never replaces one unless told to.

mod args;
mod cli;
mod jobs;
mod make;
mod seeding;

pub use cli::{WORD, run};
pub(crate) use jobs::{Job, Jobs};
pub(crate) use make::{Made, Making, look, make};
pub(crate) use seeding::{handed, new_torrent, stamps_of};
