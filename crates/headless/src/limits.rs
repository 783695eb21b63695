//! How much anybody may ask of the server.

use std::time::Duration;

/// Bounds. The defaults are the ones that hold outside of tests.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a request's body.
    pub body_bytes: usize,
    /// How long a body may take to arrive.
    pub body_time: Duration,
    /// How long a request's head may take to arrive, and a connection may idle.
    pub head_time: Duration,
    /// Streams of events at once.
    pub sockets: usize,
    /// Connections at once, streams included.
    pub connections: usize,
    /// How often a stream is pinged.
    pub ping_every: Duration,
    /// A stream that did not answer for this long is closed.
    pub silence: Duration,
    /// A stream that does not take a message for this long is closed.
    pub send_time: Duration,
    /// How long open connections may take to finish when the server stops.
    pub stop_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 32 << 20,
            body_time: Duration::from_secs(60),
            head_time: Duration::from_secs(10),
            sockets: 32,
            connections: 64 + 32,
            ping_every: Duration::from_secs(20),
            silence: Duration::from_secs(60),
            send_time: Duration::from_secs(20),
            stop_time: Duration::from_secs(1),
        }
    }
}
