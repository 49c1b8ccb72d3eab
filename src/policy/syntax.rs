//! Rule files as they are written. The field reference is `rules/README.md`; the JSON Schemas come from these types.

use serde::{Deserialize, Deserializer};

macro_rules! syntax {
    ($($(#[$meta:meta])* pub(crate) struct $name:ident { $($body:tt)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
        #[serde(default)]
        pub(crate) struct $name { $($body)* }
    )*};
}

/// One value or a list of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct OneOrMany(pub(crate) Vec<String>);

#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
enum OneOrManySyntax {
    One(String),
    Many(Vec<String>),
}

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match OneOrManySyntax::deserialize(deserializer)? {
            OneOrManySyntax::One(one) => OneOrMany(vec![one]),
            OneOrManySyntax::Many(many) => OneOrMany(many),
        })
    }
}

syntax! {
    /// Text in both languages.
    pub(crate) struct Texts {
        /// Russian.
        pub(crate) ru: String,
        /// English.
        pub(crate) en: String,
    }

    /// A rule set: one category of the policy.
    pub(crate) struct RuleSet {
        /// Id of the category, `[a-z0-9_]+`.
        pub(crate) category: String,
        /// A few words for people.
        pub(crate) title: Option<Texts>,
        /// Topics that support takes.
        pub(crate) in_scope: Vec<Topic>,
        /// Topics that support does not take.
        pub(crate) out_of_scope: Vec<Topic>,
    }

    /// One item of the policy.
    pub(crate) struct Topic {
        /// Id inside the category, `[a-z0-9_]+`; never changes once published.
        pub(crate) topic: String,
        /// A few words for people.
        pub(crate) title: Option<Texts>,
        /// Out-of-scope topics only: general recommendations are still promised.
        pub(crate) advice: Option<bool>,
        /// In an overlay: forget what the policy below says of this topic.
        pub(crate) replace: bool,
        /// Conditions; the score is the sum of the weights of those that hold.
        pub(crate) when: Vec<Condition>,
        /// Conditions that strike the topic out.
        pub(crate) unless: Vec<Condition>,
        /// The text sent to the client.
        pub(crate) reply: Option<Texts>,
        /// Tickets that must hit and miss.
        pub(crate) tests: Option<Tests>,
    }

    /// Tests of a topic.
    pub(crate) struct Tests {
        /// The topic must win; `[[…]]` must be covered by its evidence.
        pub(crate) hit: Vec<String>,
        /// The topic must not win.
        pub(crate) miss: Vec<String>,
    }

    /// A file of `lexicon/`.
    pub(crate) struct Lexicon {
        /// Named lists of terms.
        pub(crate) concepts: Vec<Concept>,
        /// What writers ask for.
        pub(crate) wants: Vec<Want>,
    }

    /// A named list of terms.
    pub(crate) struct Concept {
        /// Id, `[a-z0-9_]+`, unique over all files of a layer.
        pub(crate) concept: String,
        /// For people.
        pub(crate) note: Option<String>,
        /// In an overlay: forget the terms of the policy below.
        pub(crate) replace: bool,
        /// Terms, and other concepts as `@name`.
        pub(crate) terms: Vec<String>,
    }

    /// The cues of one want.
    pub(crate) struct Want {
        /// `advice`, `do_it`, `find_fault`, `report`, `write_code` or `wish`.
        pub(crate) want: String,
        /// For people.
        pub(crate) note: Option<String>,
        /// Cues as terms.
        pub(crate) terms: Vec<String>,
    }

    /// `policy.yaml`.
    pub(crate) struct PolicyFile {
        /// Name of the policy.
        pub(crate) name: String,
        /// Where the policy is published.
        pub(crate) source: String,
        /// The categories in the order of the policy.
        pub(crate) categories: Vec<String>,
        /// Terms that strike the terms behind them («не нужно»).
        pub(crate) negation: Vec<String>,
        /// When to decide and when to abstain.
        pub(crate) thresholds: Option<Thresholds>,
        /// The sentences around a topic's reply.
        pub(crate) reply: Option<Framing>,
    }

    /// The sentences of a composed reply; one that is not given is left out.
    pub(crate) struct Framing {
        /// The first line.
        pub(crate) greeting: Option<Texts>,
        /// What leads to the question of an undetermined ticket.
        pub(crate) ask: Option<Texts>,
        /// What leads to the requirements that do not hold.
        pub(crate) unmet: Option<Texts>,
        /// What leads to the requirements of which nothing is known.
        pub(crate) check: Option<Texts>,
        /// When a person answers.
        pub(crate) answer: Option<Texts>,
        /// When a person answers once the requirements hold.
        pub(crate) answer_after: Option<Texts>,
        /// Where the policy is published.
        pub(crate) reference: Option<Texts>,
    }

    /// When to decide and when to abstain.
    pub(crate) struct Thresholds {
        /// Least confidence of an answer, 0 to 1.
        pub(crate) answer: Option<f32>,
        /// Least probability of the out side for a refusal, 0 to 1.
        pub(crate) refuse: Option<f32>,
        /// Least score of the rules for an answer without a model, in points.
        pub(crate) points: Option<f32>,
    }

    /// `questions.yaml`.
    pub(crate) struct Questions {
        /// Questions that decide between two topics.
        pub(crate) questions: Vec<Question>,
        /// Questions by the reason of abstaining.
        pub(crate) fallbacks: Vec<Fallback>,
    }

    /// The question that decides between two topics.
    pub(crate) struct Question {
        /// The two topics, in any order.
        pub(crate) between: Vec<String>,
        /// The question.
        pub(crate) ask: Texts,
    }

    /// What to ask where no pair of topics fits.
    pub(crate) struct Fallback {
        /// The reason of abstaining.
        pub(crate) reason: String,
        /// The question.
        pub(crate) ask: Texts,
    }
}

/// A condition: a term alone, or a map with one kind of condition.
#[derive(Clone, Debug, Default)]
pub(crate) struct Condition {
    pub(crate) phrase: Option<OneOrMany>,
    pub(crate) near: Option<Vec<String>>,
    pub(crate) within: Option<usize>,
    pub(crate) ordered: bool,
    pub(crate) about: Option<OneOrMany>,
    pub(crate) wants: Option<OneOrMany>,
    pub(crate) all: Option<Vec<Condition>>,
    pub(crate) any: Option<Vec<Condition>>,
    pub(crate) none: Option<Vec<Condition>>,
    pub(crate) regex: Option<String>,
    pub(crate) weight: Option<i64>,
    pub(crate) decisive: bool,
    pub(crate) unless: Vec<Condition>,
}

/// A condition written as a map.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
#[serde(default)]
#[derive(Default)]
struct ConditionMap {
    /// One of the terms stands in the ticket.
    phrase: Option<OneOrMany>,
    /// All terms stand in one sentence, near each other.
    near: Option<Vec<String>>,
    /// Most words from the first to the last term of `near`; 8 by default.
    within: Option<usize>,
    /// Whether the terms of `near` must stand in this order.
    ordered: bool,
    /// What the ticket is about.
    about: Option<OneOrMany>,
    /// What the writer asks for.
    wants: Option<OneOrMany>,
    /// All of these hold.
    all: Option<Vec<Condition>>,
    /// One of these holds.
    any: Option<Vec<Condition>>,
    /// None of these holds.
    none: Option<Vec<Condition>>,
    /// A regular expression matches the folded text.
    regex: Option<String>,
    /// Points, 1 to 10; 1 by default.
    weight: Option<i64>,
    /// Near certainty: overrules the learned weights.
    decisive: bool,
    /// The condition does not hold if one of these does.
    unless: Vec<Condition>,
}

#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
#[allow(clippy::large_enum_variant)]
enum ConditionSyntax {
    Term(String),
    Map(ConditionMap),
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match ConditionSyntax::deserialize(deserializer)? {
            ConditionSyntax::Term(term) => Condition { phrase: Some(OneOrMany(vec![term])), ..Condition::default() },
            ConditionSyntax::Map(map) => Condition {
                phrase: map.phrase,
                near: map.near,
                within: map.within,
                ordered: map.ordered,
                about: map.about,
                wants: map.wants,
                all: map.all,
                any: map.any,
                none: map.none,
                regex: map.regex,
                weight: map.weight,
                decisive: map.decisive,
                unless: map.unless,
            },
        })
    }
}

#[cfg(feature = "schema")]
mod schema {
    use std::borrow::Cow;

    use schemars::{JsonSchema, Schema, SchemaGenerator};

    use super::{Condition, ConditionSyntax, OneOrMany, OneOrManySyntax};

    impl JsonSchema for OneOrMany {
        fn schema_name() -> Cow<'static, str> {
            "OneOrMany".into()
        }
        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            OneOrManySyntax::json_schema(generator)
        }
    }

    impl JsonSchema for Condition {
        fn schema_name() -> Cow<'static, str> {
            "Condition".into()
        }
        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            ConditionSyntax::json_schema(generator)
        }
    }
}
