//! Shoal without a window: the same interface in a browser, and the API over HTTP and WebSocket.
//!
//! Owns the web server and who may talk to it. Never decides anything about torrents: requests go
//! to a [`Backend`], which is `shoal-app`. Every request passes the guard first, which keeps other
//! web pages out, and the API asks for the token or a session made from it.

mod api;
mod assets;
mod backend;
mod events;
mod guard;
mod limits;
mod reply;
mod server;
mod session;
mod token;

pub use assets::Ui;
pub use backend::{Backend, Events};
pub use limits::Limits;
pub use server::{Config, Server};
pub use token::Token;
