//! Figures for Prometheus. The core calls these; what they become is this file's business.

use std::time::Duration;

/// Counters and histograms of one server.
#[derive(Debug, Default)]
pub struct Metrics {}

impl Metrics {
    /// An event arrived; `outcome` is one of `queued`, `duplicate`, `ignored`, `refused`.
    pub fn event(&self, _outcome: &'static str) {}

    /// A ticket was decided, by the bot (`source` is `bot`) or for a caller of the API (`api`, `page`).
    pub fn decision(&self, _source: &'static str, _category: Option<&str>, _verdict: &'static str, _took: Duration) {}

    /// A message was answered, `since` after its event arrived.
    pub fn answer(&self, _since: Duration) {}

    /// A call to the portal failed with this code of the portal's (`QUERY_LIMIT_EXCEEDED`, …) or ours (`timeout`, `connect`, `http`).
    pub fn upstream_error(&self, _code: &str) {}

    /// A message was parked.
    pub fn parked(&self) {}
}
