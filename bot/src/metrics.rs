//! Figures for Prometheus. Other parts say what happened; which counter that moves is this file's business.
//!
//! Nothing here holds words of a ticket. Label values are bounded: routes and outcomes are fixed, categories come from the policy, codes of the portal are cut
//! to a few dozen.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicU64};
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::policy::Loaded;
use crate::store::Depth;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfDecision {
    source: &'static str,
    category: String,
    verdict: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRequest {
    route: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRoute {
    route: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Of {
    kind: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfPolicy {
    name: String,
    version: String,
}

type Seconds = Gauge<f64, AtomicU64>;
type Whole = Gauge<i64, AtomicI64>;

/// Counters, gauges and histograms of one server.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    decisions: Family<OfDecision, Counter>,
    decide: Histogram,
    requests: Family<OfRequest, Counter>,
    request: Family<OfRoute, Histogram, fn() -> Histogram>,
    events: Family<Of, Counter>,
    answer: Histogram,
    upstream: Family<Of, Counter>,
    parked: Counter,
    feedback: Family<Of, Counter>,
    reloads: Family<Of, Counter>,
    waiting: Whole,
    parked_now: Whole,
    policy: Family<OfPolicy, Whole>,
    policy_loaded: Seconds,
    policy_broken: Whole,
    /// Codes of the portal met so far.
    codes: Mutex<BTreeSet<String>>,
}

/// Distinct codes of the portal that get a line of their own.
const CODES: usize = 48;

/// From 10 µs (a short ticket) to 2.6 s, by fours.
fn short() -> Histogram {
    Histogram::new((0..10).map(|step| 1e-5 * 4f64.powi(step)))
}

/// From 1 ms to 16 s by twos.
fn request() -> Histogram {
    Histogram::new((0..15).map(|step| 1e-3 * 2f64.powi(step)))
}

/// From 20 ms to over an hour: an answer may have to wait for the portal.
fn long() -> Histogram {
    Histogram::new([0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 15.0, 60.0, 300.0, 1_200.0, 3_600.0])
}

impl Default for Metrics {
    fn default() -> Metrics {
        let mut registry = Registry::with_prefix("support_triage");
        let decisions = Family::default();
        registry.register("decisions", "Tickets decided", decisions.clone());
        let decide = short();
        registry.register_with_unit("decide", "Time to decide on one ticket", Unit::Seconds, decide.clone());
        let requests = Family::default();
        registry.register("http_requests", "Requests answered, by route and status", requests.clone());
        let by_route: Family<OfRoute, Histogram, fn() -> Histogram> = Family::new_with_constructor(request);
        registry.register_with_unit("http_request", "Time to answer a request", Unit::Seconds, by_route.clone());
        let events = Family::default();
        registry.register("events", "Events of the portal, by what became of them", events.clone());
        let answer = long();
        registry.register_with_unit("answer", "Time from an event to its answer", Unit::Seconds, answer.clone());
        let upstream = Family::default();
        registry.register("upstream_errors", "Calls to the portal that failed, by code", upstream.clone());
        let parked = Counter::default();
        registry.register("messages_parked", "Messages given up on", parked.clone());
        let feedback = Family::default();
        registry.register("feedback", "Buttons pressed below an answer", feedback.clone());
        let reloads = Family::default();
        registry.register("policy_reloads", "Readings of the policy's files, by outcome", reloads.clone());
        let waiting = Gauge::default();
        registry.register("queue_waiting", "Messages that wait for their answer", waiting.clone());
        let parked_now = Gauge::default();
        registry.register("queue_parked", "Messages that wait for a person to look at them", parked_now.clone());
        let policy = Family::default();
        registry.register("policy_info", "The policy in use", policy.clone());
        let policy_loaded = Seconds::default();
        registry.register_with_unit("policy_loaded_timestamp", "When the policy in use was loaded", Unit::Seconds, policy_loaded.clone());
        let policy_broken = Gauge::default();
        registry.register("policy_broken", "1 if the policy's files cannot be used and an older policy serves on", policy_broken.clone());
        registry.register("build", "The program", Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]));
        Metrics {
            registry,
            decisions,
            decide,
            requests,
            request: by_route,
            events,
            answer,
            upstream,
            parked,
            feedback,
            reloads,
            waiting,
            parked_now,
            policy,
            policy_loaded,
            policy_broken,
            codes: Mutex::default(),
        }
    }
}

impl Metrics {
    /// An event arrived; `outcome` is one of `queued`, `duplicate`, `ignored`, `refused`.
    pub fn event(&self, outcome: &'static str) {
        self.events.get_or_create(&Of { kind: outcome.into() }).inc();
    }

    /// A ticket was decided, by the bot (`source` is `bot`) or for a caller of the API (`api`, `page`).
    pub fn decision(&self, source: &'static str, category: Option<&str>, verdict: &'static str, took: Duration) {
        self.decisions.get_or_create(&OfDecision { source, category: category.unwrap_or("none").into(), verdict }).inc();
        self.decide.observe(took.as_secs_f64());
    }

    /// A request was answered.
    pub fn request(&self, route: &'static str, status: u16, took: Duration) {
        self.requests.get_or_create(&OfRequest { route, status }).inc();
        self.request.get_or_create(&OfRoute { route }).observe(took.as_secs_f64());
    }

    /// A message was answered, `since` after its event arrived.
    pub fn answer(&self, since: Duration) {
        self.answer.observe(since.as_secs_f64());
    }

    /// A call to the portal failed with this code of the portal's (`QUERY_LIMIT_EXCEEDED`, …) or ours (`timeout`, `connect`, `http`).
    pub fn upstream_error(&self, code: &str) {
        self.upstream.get_or_create(&Of { kind: self.bounded(code) }).inc();
    }

    /// A message was parked.
    pub fn parked(&self) {
        self.parked.inc();
    }

    /// A person pressed a button below an answer: `wrong` or `person`.
    pub fn feedback(&self, kind: &'static str) {
        self.feedback.get_or_create(&Of { kind: kind.into() }).inc();
    }

    /// The policy's files were read.
    pub fn reload(&self, outcome: &'static str) {
        self.reloads.get_or_create(&Of { kind: outcome.into() }).inc();
    }

    /// The policy in use, and whether its files are broken by now.
    pub fn policy(&self, loaded: &Loaded, broken: bool) {
        let labels = OfPolicy { name: loaded.classifier.policy().name().into(), version: loaded.hash.clone() };
        if self.policy.get(&labels).is_none() {
            // One version at a time: the old one must not be shown beside the new.
            self.policy.clear();
            self.policy.get_or_create(&labels).set(1);
        }
        self.policy_loaded.set(loaded.loaded_at.as_second() as f64);
        self.policy_broken.set(broken.into());
    }

    /// Everything as text in the OpenMetrics format.
    pub fn render(&self, depth: Depth) -> String {
        self.waiting.set(depth.waiting.try_into().unwrap_or(i64::MAX));
        self.parked_now.set(depth.parked.try_into().unwrap_or(i64::MAX));
        let mut out = String::new();
        // Writing to a string does not fail; if an encoder ever does, less is shown.
        let _ = encode(&mut out, &self.registry);
        out
    }

    /// A code of the portal as a label: a name, and not too many of them, whatever the portal sends.
    fn bounded(&self, code: &str) -> String {
        let is_name = (1..=48).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let mut codes = self.codes.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if is_name && (codes.contains(code) || codes.len() < CODES) {
            codes.insert(code.to_string());
            return code.to_string();
        }
        "other".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::PolicyHolder;

    #[test]
    fn what_happened_can_be_read_and_the_portal_cannot_flood_it() {
        let metrics = Metrics::default();
        metrics.decision("api", Some("update"), "in_scope", Duration::from_micros(40));
        metrics.decision("api", None, "undetermined", Duration::from_micros(40));
        metrics.request("/v1/classify", 200, Duration::from_millis(2));
        metrics.upstream_error("QUERY_LIMIT_EXCEEDED");
        for code in 0..1_000 {
            metrics.upstream_error(&format!("CODE_{code}"));
        }
        metrics.upstream_error("\"} 1\nforged 1");
        let holder = PolicyHolder::builtin();
        metrics.policy(&holder.current(), true);
        let text = metrics.render(Depth { waiting: 7, parked: 1 });
        for line in [
            "support_triage_decisions_total{source=\"api\",category=\"update\",verdict=\"in_scope\"} 1",
            "support_triage_decisions_total{source=\"api\",category=\"none\",verdict=\"undetermined\"} 1",
            "support_triage_http_requests_total{route=\"/v1/classify\",status=\"200\"} 1",
            "support_triage_upstream_errors_total{kind=\"QUERY_LIMIT_EXCEEDED\"} 1",
            "support_triage_queue_waiting 7",
            "support_triage_queue_parked 1",
            "support_triage_policy_broken 1",
            "support_triage_decide_seconds_count 2",
            "# EOF",
        ] {
            assert!(text.lines().any(|found| found == line), "no {line} in\n{text}");
        }
        assert!(text.contains(&format!("version=\"{}\"", holder.current().hash)));
        assert!(!text.contains("forged 1\n") && text.matches("upstream_errors_total{").count() <= CODES + 1);
    }
}
