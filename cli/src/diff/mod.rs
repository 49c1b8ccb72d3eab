//! What changes for the tickets of an export when one rule set takes the place of another.
//!
//! [`cause`] finds the rule that a change comes from, [`groups`] gathers the changes by it, [`show`] prints them.

pub(crate) mod cause;
pub(crate) mod groups;
pub(crate) mod show;

use serde::Serialize;
use support_triage::{Classifier, Decision, Lang, Verdict};

use cause::Cause;

/// The most that changes for a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Level {
    Verdict,
    Topic,
    Reply,
}

/// Where a ticket stands by one rule set.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub(crate) struct Stand {
    pub(crate) verdict: Verdict,
    pub(crate) topic: Option<String>,
}

/// A change of one ticket.
pub(crate) struct Change {
    pub(crate) level: Level,
    pub(crate) from: Stand,
    pub(crate) to: Stand,
    pub(crate) cause: Cause,
    /// The replies, if they differ: in the language asked for, or the other if only that one changed.
    pub(crate) replies: Option<(String, String)>,
}

/// Decides on a ticket by both rule sets; none if verdict, topic and both replies are the same.
pub(crate) fn compare(a: &Classifier, b: &Classifier, text: &str, lang: Lang) -> Option<Change> {
    let (from, to) = (a.classify(text), b.classify(text));
    let other = if lang == Lang::Ru { Lang::En } else { Lang::Ru };
    let replies = [lang, other].into_iter().map(|lang| (from.reply(lang), to.reply(lang))).find(|(from, to)| from != to);
    let level = if from.verdict() != to.verdict() {
        Level::Verdict
    } else if from.topic() != to.topic() {
        Level::Topic
    } else if replies.is_some() {
        Level::Reply
    } else {
        return None;
    };
    // Only what changes is worth the price of an explanation.
    let cause = cause::find(level, &a.explain(text), &b.explain(text));
    Some(Change { level, from: stand(&from), to: stand(&to), cause, replies })
}

fn stand(decision: &Decision) -> Stand {
    Stand { verdict: decision.verdict(), topic: decision.topic().map(str::to_string) }
}
