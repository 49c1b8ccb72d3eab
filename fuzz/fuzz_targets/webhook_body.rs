//! Bodies as anybody may post them to the bot: decoding never panics, and what is decoded keeps within its caps.
#![no_main]

use libfuzzer_sys::fuzz_target;
use support_triage_bot::event::{self, form};

fuzz_target!(|body: &[u8]| {
    if let Ok(value) = form::decode(body) {
        fn depth(value: &serde_json::Value) -> usize {
            value.as_object().map_or(0, |map| 1 + map.values().map(depth).max().unwrap_or(0))
        }
        assert!(depth(&value) <= form::MAX_DEPTH);
    }
    let _ = event::decode(body);
});
