//! See `shoal_fuzz::store`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| shoal_fuzz::store(data));
