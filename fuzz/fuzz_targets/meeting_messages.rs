#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| crosstalk::fuzzing::run("meeting_messages", data));
