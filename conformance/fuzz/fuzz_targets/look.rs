#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conformance::leak::fuzzing::look(bytes));
