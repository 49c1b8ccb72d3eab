//! What a classification answers.

use std::sync::Arc;

use serde::Serialize;

use crate::policy::Policy;
use crate::policy::model::Topic;
use crate::span::Span;
use crate::verdict::{Lang, Verdict};

/// Why a ticket was left undetermined.
///
/// # Examples
///
/// ```
/// use support_triage::{AbstainReason, Classifier};
///
/// let decision = Classifier::builtin().classify("👍");
/// assert_eq!(decision.reason(), Some(AbstainReason::TooLittleText));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AbstainReason {
    /// No word of the ticket says anything about the policy.
    NothingMatched,
    /// There are words of the policy, but the ticket is most likely about something it does not cover.
    NotCovered,
    /// Topics of both sides are too close to each other.
    TooClose,
    /// The ticket is not in Russian.
    NotRussian,
    /// The ticket has too little text.
    TooLittleText,
}

impl AbstainReason {
    /// The name used in machine-readable output and in `questions.yaml`.
    pub fn as_str(self) -> &'static str {
        match self {
            AbstainReason::NothingMatched => "nothing_matched",
            AbstainReason::NotCovered => "not_covered",
            AbstainReason::TooClose => "too_close",
            AbstainReason::NotRussian => "not_russian",
            AbstainReason::TooLittleText => "too_little_text",
        }
    }

    /// A sentence for people.
    pub fn text(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (AbstainReason::NothingMatched, Lang::Ru) => "в обращении нет слов, по которым можно узнать тему",
            (AbstainReason::NothingMatched, Lang::En) => "no word of the ticket tells its topic",
            (AbstainReason::NotCovered, Lang::Ru) => "похоже, вопрос не относится к правилам поддержки",
            (AbstainReason::NotCovered, Lang::En) => "the ticket seems to be about something the policy does not cover",
            (AbstainReason::TooClose, Lang::Ru) => "подходят две темы по разные стороны границы",
            (AbstainReason::TooClose, Lang::En) => "topics of both sides are too close",
            (AbstainReason::NotRussian, Lang::Ru) => "обращение написано не по-русски",
            (AbstainReason::NotRussian, Lang::En) => "the ticket is not in Russian",
            (AbstainReason::TooLittleText, Lang::Ru) => "слишком мало текста",
            (AbstainReason::TooLittleText, Lang::En) => "too little text",
        }
    }
}

/// A topic and its probability, by number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ranked {
    pub(crate) topic: usize,
    pub(crate) score: f32,
}

/// A topic in the ranking of a decision.
///
/// # Examples
///
/// ```
/// use support_triage::Classifier;
///
/// let decision = Classifier::builtin().classify("Как очистить кеш портала?");
/// let best = decision.topics().next().unwrap();
/// assert_eq!(best.id, "performance.caching");
/// assert!(best.score > 0.5);
/// ```
#[derive(Clone, Copy, Debug, Serialize)]
pub struct RankedTopic<'a> {
    /// The full id.
    #[serde(rename = "topic")]
    pub id: &'a str,
    /// Probability, 0 to 1. All topics and "none of them" together make 1.
    pub score: f32,
}

/// Words of a ticket that speak for a topic.
///
/// # Examples
///
/// ```
/// use support_triage::Classifier;
///
/// let ticket = "Как очистить кеш портала?";
/// let decision = Classifier::builtin().classify(ticket);
/// let words: Vec<&str> = decision.evidence().iter().map(|evidence| evidence.span().slice(ticket)).collect();
/// assert!(words.iter().any(|words| words.contains("кеш")));
/// ```
#[derive(Clone, Debug)]
pub struct Evidence {
    pub(crate) span: Span,
    pub(crate) topic: usize,
    pub(crate) weight: f32,
    /// Which of the topic's conditions; `None` for learned evidence.
    pub(crate) condition: Option<u32>,
    /// Shared by the evidence of one decision: threads that decide at the same time would fight for a count of the policy's own.
    pub(crate) policy: Arc<Policy>,
}

impl Evidence {
    /// Where the words stand in the ticket, in bytes.
    pub fn span(&self) -> Span {
        self.span
    }

    /// The full id of the topic they speak for.
    pub fn topic(&self) -> &str {
        self.policy.topics()[self.topic].id()
    }

    /// How much they count: whole points for a rule, logits for learned evidence. Learned evidence may speak against its topic.
    pub fn weight(&self) -> f32 {
        self.weight
    }

    /// The condition of the rule file as written; empty for learned evidence.
    pub fn rule(&self) -> &str {
        self.condition.map_or("", |condition| &self.policy.topics()[self.topic].when[condition as usize].label)
    }

    /// Whether the weight was learned from labelled tickets rather than written by hand.
    pub fn is_learned(&self) -> bool {
        self.condition.is_none()
    }
}

/// The answer for one ticket.
///
/// # Examples
///
/// ```
/// use support_triage::{Classifier, Lang, Verdict};
///
/// let decision = Classifier::builtin().classify("Установите нам nginx на наш сервер, доступ дадим");
/// assert_eq!(decision.verdict(), Verdict::OutOfScope);
/// assert_eq!(decision.topic(), Some("installation.server_software_setup"));
/// assert!(decision.confidence() > 0.5);
/// assert!(!decision.reply(Lang::Ru).is_empty());
/// ```
#[derive(Clone, Debug)]
pub struct Decision {
    pub(crate) policy: Arc<Policy>,
    pub(crate) verdict: Verdict,
    pub(crate) topic: Option<usize>,
    pub(crate) confidence: f32,
    pub(crate) ranked: Vec<Ranked>,
    pub(crate) reason: Option<AbstainReason>,
    pub(crate) evidence: Vec<Evidence>,
    /// The words the decision rests on, as typed.
    pub(crate) words: Vec<String>,
    pub(crate) truncated: bool,
}

impl Decision {
    /// Whether support takes the ticket.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// The full id of the topic; `None` if undetermined.
    pub fn topic(&self) -> Option<&str> {
        self.answered().map(Topic::id)
    }

    /// The id of the category; `None` if undetermined.
    pub fn category(&self) -> Option<&str> {
        self.answered().map(Topic::category)
    }

    /// The topic itself; `None` if undetermined.
    pub fn answered(&self) -> Option<&Topic> {
        self.topic.filter(|_| self.verdict != Verdict::Undetermined).map(|topic| &self.policy.topics()[topic])
    }

    /// The topic that is nearest, answered or not; `None` if there is no text at all.
    pub fn best_guess(&self) -> Option<&str> {
        self.topic.map(|topic| self.policy.topics()[topic].id())
    }

    /// How sure the verdict is, 0 to 1: of a hundred tickets answered with 0.9, about ninety are answered rightly. For an undetermined ticket, how sure
    /// it is that none of the sides should have been taken.
    pub fn confidence(&self) -> f32 {
        self.confidence
    }

    /// The topics by falling probability, at most ten; those below 0.001 are left out.
    pub fn topics(&self) -> impl ExactSizeIterator<Item = RankedTopic<'_>> {
        self.ranked.iter().map(|ranked| RankedTopic { id: self.policy.topics()[ranked.topic].id(), score: ranked.score })
    }

    /// The words that the rules found for the topic (the best guess, if undetermined), ascending by place. [`Explanation`](crate::Explanation) has more.
    pub fn evidence(&self) -> &[Evidence] {
        &self.evidence
    }

    /// Why the ticket was left undetermined; `None` if it was not.
    pub fn reason(&self) -> Option<AbstainReason> {
        self.reason
    }

    /// Whether only the first and the last part of the ticket were read (see [`limits::TICKET_BYTES`](crate::limits::TICKET_BYTES)).
    pub fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// The policy that decided.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }
}
