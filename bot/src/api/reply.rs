//! The reply that a decision gets, for the API and the page alike.

use support_triage::requirements::RequirementResult;
use support_triage::{Decision, Lang};

/// Plain text for the writer of a ticket.
pub(crate) fn compose(decision: &Decision, _requirements: Option<&[RequirementResult]>, lang: Lang) -> String {
    decision.reply(lang)
}
