//! The reply that a decision gets, for the API and the page alike.

use jiff::Timestamp;
use support_triage::requirements::RequirementResult;
use support_triage::{Decision, Lang, Reply};

use crate::policy::Loaded;

/// Plain text for the writer of a ticket: the decision, what of the known requirements does not hold, when a person answers.
pub(crate) fn compose(
    decision: &Decision,
    requirements: Option<&[RequirementResult]>,
    lang: Lang,
    loaded: &Loaded,
    now: Timestamp,
) -> String {
    Reply::new(decision).lang(lang).requirements(requirements.unwrap_or_default()).answer_time(&loaded.calendar, now).render()
}
