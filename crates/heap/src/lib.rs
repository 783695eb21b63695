//! Has the C library's allocator give back what was freed. Owns one of the two `unsafe` blocks of our
//! crates ([ADR 0020](../../../docs/adr/0020-freed-memory-goes-back.md)), and must never do anything else.

/// Free bytes at the end of a part of the heap from which on they are given back at once. It is glibc's own default;
/// once set it stays, where glibc would raise it to many megabytes as soon as a large picture was freed.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const KEPT_BYTES: libc::c_int = 128 * 1024;

/// Gives freed memory back to the system, and from then on sooner than by itself. Takes some milliseconds, in which
/// other threads may wait for memory. Does nothing where the C library is not glibc.
pub fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[expect(unsafe_code, reason = "the C library does not offer it any other way")]
    // SAFETY: both take numbers and no pointers, leave alone what is in use, and may be called at any time by any
    // thread (mallopt(3), malloc_trim(3)). A refusal leaves all as it was, which is no more than wasteful.
    unsafe {
        libc::mallopt(libc::M_TRIM_THRESHOLD, KEPT_BYTES);
        libc::malloc_trim(0);
    }
}
