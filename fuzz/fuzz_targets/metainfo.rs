//! See `shoal_fuzz::metainfo`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| shoal_fuzz::metainfo(data));
