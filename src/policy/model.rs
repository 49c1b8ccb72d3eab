//! A validated policy: what [`super::build`] makes of the files, and what the matcher compiles.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::term::{Slots, Term};
use crate::diagnostic::Diagnostic;
use crate::verdict::{Lang, Side};

/// Text in both languages.
#[derive(Clone, Debug, Default)]
pub(crate) struct Texts {
    pub(crate) ru: String,
    pub(crate) en: String,
}

impl Texts {
    pub(crate) fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ru => &self.ru,
            Lang::En => &self.en,
        }
    }
}

/// What a writer asks for. The list is part of the program, since decisions depend on it; the cues are data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Want {
    Advice,
    DoIt,
    FindFault,
    Report,
    WriteCode,
    Wish,
}

impl Want {
    pub(crate) const ALL: [Want; 6] = [Want::Advice, Want::DoIt, Want::FindFault, Want::Report, Want::WriteCode, Want::Wish];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Want::Advice => "advice",
            Want::DoIt => "do_it",
            Want::FindFault => "find_fault",
            Want::Report => "report",
            Want::WriteCode => "write_code",
            Want::Wish => "wish",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Want> {
        Want::ALL.into_iter().find(|want| want.name() == name)
    }
}

/// A term or a concept that a condition looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Leaf {
    Term(u32),
    Concept(u32),
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Phrase(Vec<Leaf>),
    Near {
        leaves: Vec<Leaf>,
        within: u32,
        ordered: bool,
    },
    /// One of the leaves (if there are any) and one of the wants (if there are any).
    Pair {
        about: Vec<Leaf>,
        wants: Vec<Want>,
    },
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Vec<Condition>),
    Regex(u32),
}

/// A validated condition.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub(crate) kind: Kind,
    pub(crate) weight: u8,
    pub(crate) decisive: bool,
    pub(crate) unless: Vec<Condition>,
    /// Whether it was laid over the policy by a later layer, so that a model learned below may not know it.
    pub(crate) overlay: bool,
    /// As written, on one line: what explanations show.
    pub(crate) label: String,
}

/// A test of a topic: the ticket without its marks, and the marked byte ranges.
#[derive(Clone, Debug)]
pub(crate) struct Test {
    pub(crate) ticket: String,
    pub(crate) marks: Vec<(usize, usize)>,
    pub(crate) file: String,
    pub(crate) line: usize,
}

/// One item of the policy.
///
/// # Examples
///
/// ```
/// use support_triage::{Lang, Policy, Side};
///
/// let policy = Policy::builtin();
/// let topic = policy.topic("performance.caching").unwrap();
/// assert_eq!(topic.side(), Side::In);
/// assert_eq!(topic.category(), "performance");
/// assert!(!topic.title(Lang::En).is_empty());
/// ```
#[derive(Clone, Debug)]
pub struct Topic {
    pub(crate) id: String,
    pub(crate) category: usize,
    pub(crate) side: Side,
    pub(crate) advice: bool,
    pub(crate) title: Texts,
    pub(crate) reply: Texts,
    pub(crate) when: Vec<Condition>,
    pub(crate) unless: Vec<Condition>,
    pub(crate) hit: Vec<Test>,
    pub(crate) miss: Vec<Test>,
}

impl Topic {
    /// The full id, `category.topic`. Never changes once published.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The id of the category.
    pub fn category(&self) -> &str {
        self.id.split('.').next().unwrap_or("")
    }

    /// Whether support takes tickets of this topic.
    pub fn side(&self) -> Side {
        self.side
    }

    /// Whether the policy promises general recommendations although the topic is out of scope.
    pub fn advice(&self) -> bool {
        self.advice
    }

    /// A few words for people.
    pub fn title(&self, lang: Lang) -> &str {
        self.title.get(lang)
    }
}

/// One category of the policy.
///
/// # Examples
///
/// ```
/// use support_triage::{Lang, Policy};
///
/// let policy = Policy::builtin();
/// let ids: Vec<&str> = policy.categories().iter().map(|category| category.id()).collect();
/// assert!(ids.contains(&"update"));
/// ```
#[derive(Clone, Debug)]
pub struct Category {
    pub(crate) id: String,
    pub(crate) title: Texts,
}

impl Category {
    /// The id, such as `update`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// A few words for people.
    pub fn title(&self, lang: Lang) -> &str {
        self.title.get(lang)
    }
}

/// When to decide and when to abstain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Thresholds {
    /// Least probability of the side that is answered.
    pub(crate) answer: f32,
    /// Least share of the out side, of what is covered, for a refusal.
    pub(crate) refuse: f32,
    /// How many times as likely as "none" the side must be.
    pub(crate) none: f32,
    /// What "none" weighs where there is no model, in points.
    pub(crate) points: f32,
}

impl Default for Thresholds {
    fn default() -> Thresholds {
        Thresholds { answer: 0.4, refuse: 0.5, none: 1.0, points: 2.0 }
    }
}

/// A concept, its references resolved.
#[derive(Clone, Debug)]
pub(crate) struct Concept {
    pub(crate) name: String,
    /// All its terms, those of referenced concepts included.
    pub(crate) terms: Vec<u32>,
}

/// The sentences around a topic's reply; an empty one is left out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Framing {
    pub(crate) greeting: Texts,
    pub(crate) ask: Texts,
    pub(crate) unmet: Texts,
    pub(crate) check: Texts,
    pub(crate) answer: Texts,
    pub(crate) answer_after: Texts,
    pub(crate) reference: Texts,
}

/// Everything under a rules folder, checked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parts {
    pub(crate) name: String,
    pub(crate) source: String,
    pub(crate) version: String,
    pub(crate) categories: Vec<Category>,
    pub(crate) topics: Vec<Topic>,
    pub(crate) terms: Vec<Term>,
    /// What stands at the places of the terms.
    pub(crate) slots: Slots,
    pub(crate) concepts: Vec<Concept>,
    /// Terms by want, in the order of [`Want::ALL`].
    pub(crate) wants: [Vec<u32>; 6],
    pub(crate) negation: Vec<u32>,
    pub(crate) regexes: Vec<String>,
    pub(crate) thresholds: Thresholds,
    pub(crate) framing: Framing,
    /// By the two topics, the smaller index first.
    pub(crate) questions: HashMap<(usize, usize), Texts>,
    pub(crate) fallbacks: HashMap<String, Texts>,
    pub(crate) warnings: Vec<Diagnostic>,
    /// Common words of the language, the most frequent first, with spaces between: what a misprint must not be mended away from.
    pub(crate) words: String,
    pub(crate) model: Option<Arc<Cow<'static, [u8]>>>,
}
