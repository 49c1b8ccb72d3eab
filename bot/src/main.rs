//! The bot server of support-triage.

fn main() {}
