//! What callers send and get. The OpenAPI document is made from these types.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use support_triage::Lang;
use support_triage::requirements::Facts;
use utoipa::ToSchema;

use super::schema::{FactsSchema, LangSchema, SideSchema, StateSchema, TicketId, VerdictSchema};

/// One ticket (`text`), or several (`tickets`). Unknown fields are refused, so that a misspelt one is not silently ignored.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassifyRequest {
    /// Comes back with the decision, as sent: a text of at most 256 bytes or a number.
    #[serde(default)]
    #[schema(value_type = Option<TicketId>)]
    pub(crate) id: Option<Value>,
    /// The ticket as its writer typed it. Of one over 256 KiB the first and last 128 KiB are read.
    #[schema(example = "Как увеличить лимит памяти для php?")]
    pub(crate) text: Option<String>,
    /// Several tickets in place of `text`, 1,000 at most unless configured otherwise.
    pub(crate) tickets: Option<Vec<Ticket>>,
    /// What is known of the writer and the portal; holds for every ticket that has no `facts` of its own.
    #[serde(default)]
    #[schema(value_type = Option<FactsSchema>)]
    pub(crate) facts: Option<Facts>,
    /// Language of explanation, question, reply and requirements; `ru` if not given.
    #[serde(default)]
    #[schema(value_type = Option<LangSchema>)]
    pub(crate) lang: Option<Lang>,
    /// Also say what speaks for and against the nearest topics.
    #[serde(default)]
    pub(crate) explain: bool,
    /// Full ids of topics; for each it is said why it did not win. At most 64.
    #[serde(default)]
    #[schema(example = json!(["performance.hands_on_tuning"]))]
    pub(crate) why_not: Vec<String>,
}

/// One of several tickets.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ticket {
    /// As for one ticket.
    #[serde(default)]
    #[schema(value_type = Option<TicketId>)]
    pub(crate) id: Option<Value>,
    /// As for one ticket.
    pub(crate) text: String,
    /// In place of the facts of the request.
    #[serde(default)]
    #[schema(value_type = Option<FactsSchema>)]
    pub(crate) facts: Option<Facts>,
    /// In place of the language of the request.
    #[serde(default)]
    #[schema(value_type = Option<LangSchema>)]
    pub(crate) lang: Option<Lang>,
}

/// The answer to several tickets.
#[derive(Debug, Serialize, ToSchema)]
pub struct Decisions<'a> {
    /// The policy that decided all of them.
    pub(crate) policy: &'a str,
    /// In the order of the tickets.
    pub(crate) decisions: Vec<Decided<'a>>,
}

/// The answer to one ticket: the line that `support-triage classify` prints, with the reply and the requirements.
#[derive(Debug, Serialize, ToSchema)]
pub struct Decided<'a> {
    /// As sent; null if none was sent.
    #[schema(value_type = Option<TicketId>)]
    pub(crate) id: &'a Value,
    /// The category; null if undetermined.
    pub(crate) category: Option<&'a str>,
    /// The full id of the topic; null if undetermined.
    pub(crate) topic: Option<&'a str>,
    /// Whether support takes the ticket.
    #[schema(value_type = VerdictSchema)]
    pub(crate) verdict: &'static str,
    /// How sure that is, 0 to 1.
    pub(crate) confidence: f32,
    /// The topics by falling probability, at most ten.
    pub(crate) topics: Vec<Ranked<'a>>,
    /// The words the decision rests on, by place; at most 200 of them.
    pub(crate) evidence: Vec<Evidence<'a>>,
    /// One sentence for people.
    pub(crate) explanation: String,
    /// Why it is undetermined: `nothing_matched`, `not_covered`, `too_close`, `not_russian`, `too_little_text`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<&'static str>,
    /// The question whose answer would decide an undetermined ticket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) question: Option<String>,
    /// What to answer the writer, as plain text.
    pub(crate) reply: String,
    /// What must hold before support answers; there if facts were sent, be they empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) requirements: Option<Vec<Requirement>>,
    /// There if it was asked for by `explain` or `why_not`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) why: Option<Why<'a>>,
    /// Whether only the first and last part of the ticket were read.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) truncated: bool,
    /// The version of the policy that decided.
    pub(crate) policy: &'a str,
}

/// A topic of the ranking.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ranked<'a> {
    /// The full id.
    pub(crate) topic: &'a str,
    /// Probability, 0 to 1.
    pub(crate) score: f32,
}

/// Words of the ticket that speak for or against a topic.
#[derive(Debug, Serialize, ToSchema)]
pub struct Evidence<'a> {
    /// The first byte of the words in the ticket's UTF-8.
    pub(crate) start: usize,
    /// The byte after the last.
    pub(crate) end: usize,
    /// The words as typed.
    pub(crate) text: &'a str,
    /// The topic they speak for, or against if the weight is negative.
    pub(crate) topic: &'a str,
    /// Whole points for a rule, logits for what was learned.
    pub(crate) weight: f32,
    /// The condition of the rule file; empty for what was learned.
    pub(crate) rule: &'a str,
}

/// What speaks for and against.
#[derive(Debug, Serialize, ToSchema)]
pub struct Why<'a> {
    /// Of the nearest topics, what was learned included; at most 200.
    pub(crate) evidence: Vec<Evidence<'a>>,
    /// What the writer asks for, strongest first: `advice`, `do_it`, `find_fault`, `report`, `write_code`, `wish`.
    pub(crate) wants: Vec<&'static str>,
    /// Words under an explicit refusal, which do not count.
    pub(crate) refused: Vec<Place>,
    /// For each topic asked about, why it did not win; null for the winner.
    pub(crate) why_not: Vec<WhyNot<'a>>,
}

/// A place in the ticket, in bytes.
#[derive(Debug, Serialize, ToSchema)]
pub struct Place {
    /// The first byte.
    pub(crate) start: usize,
    /// The byte after the last.
    pub(crate) end: usize,
}

/// Why a topic did not win.
#[derive(Debug, Serialize, ToSchema)]
pub struct WhyNot<'a> {
    /// The topic asked about.
    pub(crate) topic: &'a str,
    /// A sentence in English; null if the topic did win.
    pub(crate) because: Option<String>,
}

/// One requirement, judged by the facts.
#[derive(Debug, Serialize, ToSchema)]
pub struct Requirement {
    /// `administrator`, `licence`, `public_address`, …
    pub(crate) id: &'static str,
    /// `met`, `unmet`, or `unknown` where the facts do not say.
    #[schema(value_type = StateSchema)]
    pub(crate) state: &'static str,
    /// Why, as a stable name: `demo`, `expired`, `self_signed`, …
    pub(crate) case: &'static str,
    /// The topic whose reply explains it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) topic: Option<String>,
    /// A short name.
    pub(crate) title: String,
    /// What is known, and what to do.
    pub(crate) text: String,
}

/// The policy in use.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyAnswer<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// The page it is published on.
    pub(crate) source: &'a str,
    /// 16 hexadecimal digits that change with every change of its files; every decision carries them.
    #[schema(example = "0123456789abcdef")]
    pub(crate) policy: &'a str,
    /// Since when it is in use, RFC 3339.
    pub(crate) loaded_at: String,
    /// Whether it has learned weights beside its rules.
    pub(crate) has_model: bool,
    /// Its categories in order.
    pub(crate) categories: Vec<CategoryAnswer<'a>>,
}

/// One category.
#[derive(Debug, Serialize, ToSchema)]
pub struct CategoryAnswer<'a> {
    /// The id, such as `update`.
    pub(crate) id: &'a str,
    /// For people.
    pub(crate) title: Texts<'a>,
    /// Its topics in order.
    pub(crate) topics: Vec<TopicAnswer<'a>>,
}

/// One topic.
#[derive(Debug, Serialize, ToSchema)]
pub struct TopicAnswer<'a> {
    /// The full id, `category.topic`.
    pub(crate) id: &'a str,
    /// `in` if support takes such tickets, else `out`.
    #[schema(value_type = SideSchema)]
    pub(crate) side: &'static str,
    /// Whether general recommendations are promised although the topic is out of scope.
    pub(crate) advice: bool,
    /// For people.
    pub(crate) title: Texts<'a>,
}

/// A text in both languages.
#[derive(Debug, Serialize, ToSchema)]
pub struct Texts<'a> {
    /// Russian.
    pub(crate) ru: &'a str,
    /// English.
    pub(crate) en: &'a str,
}

/// Whether the server can do its work.
#[derive(Debug, Serialize, ToSchema)]
pub struct Readiness<'a> {
    /// `ready`, or `degraded` while the files of the policy are broken and an older policy serves on.
    pub(crate) status: &'static str,
    /// The version of the policy in use.
    pub(crate) policy: &'a str,
    /// Since when it is in use.
    pub(crate) loaded_at: String,
    /// What is wrong with the files as they are now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refused: Option<Refused<'a>>,
    /// Messages that wait for their answer.
    pub(crate) queue_waiting: u64,
    /// Messages that wait for a person to look at them.
    pub(crate) queue_parked: u64,
}

/// Why the files of the policy are not in use.
#[derive(Debug, Serialize, ToSchema)]
pub struct Refused<'a> {
    /// Since when.
    pub(crate) at: String,
    /// The first line of what is wrong.
    pub(crate) message: &'a str,
    /// The mistakes, at most 20.
    pub(crate) diagnostics: Vec<Mistake<'a>>,
}

/// A mistake in a rule file.
#[derive(Debug, Serialize, ToSchema)]
pub struct Mistake<'a> {
    /// The stable code, such as `E104`.
    pub(crate) code: &'static str,
    /// The file, below the folder of the policy.
    pub(crate) file: &'a str,
    /// From 1.
    pub(crate) line: usize,
    /// In characters, from 1.
    pub(crate) column: usize,
    /// What is wrong.
    pub(crate) message: &'a str,
    /// How to mend it.
    pub(crate) help: &'a str,
}
