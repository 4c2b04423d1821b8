#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| crosstalk::fuzzing::run("seed_file", data));
