//! The variant without root: every host is an address of its own in 127.0.0.0/8. Addresses differ
//! between processes too, so that tests that run side by side do not meet.

use std::{
    net::Ipv4Addr,
    sync::atomic::{AtomicU32, Ordering},
};

/// The next address. Outside Linux only 127.0.0.1 exists, and ports alone keep hosts apart.
pub(super) fn next_addr() -> Ipv4Addr {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    if !cfg!(target_os = "linux") {
        return Ipv4Addr::LOCALHOST;
    }
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let pid = std::process::id();
    let octet = |value: u32| u8::try_from(value).unwrap();
    // Never 127.0.x.y: 127.0.0.1 is the machine's own, 127.0.0.53 and others are resolvers.
    Ipv4Addr::new(
        127,
        octet(1 + pid % 254),
        octet((pid / 254 + number / 254) % 256),
        octet(1 + number % 254),
    )
}
