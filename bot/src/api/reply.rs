//! The reply that a decision gets, for the API and the page alike.

use jiff::Timestamp;
use support_triage::requirements::RequirementResult;
use support_triage::{Decision, Lang};

use crate::policy::Loaded;

/// Plain text for the writer of a ticket.
pub(crate) fn compose(
    decision: &Decision,
    _requirements: Option<&[RequirementResult]>,
    lang: Lang,
    _loaded: &Loaded,
    _now: Timestamp,
) -> String {
    decision.reply(lang)
}
