//! Conditions as written → checked conditions.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::guard::{Kind as NodeKind, Node, Source};
use super::model::{Condition, Kind, Leaf, Topic, Want};
use super::terms::Terms;
use super::{regexes, shape, syntax};
use crate::diagnostic::Diagnostic;

/// What conditions may refer to.
pub(crate) struct Lookup {
    pub(crate) concepts: HashMap<String, u32>,
    /// Names of concepts that something refers to.
    pub(crate) used: HashSet<String>,
    pub(crate) regexes: Vec<String>,
    /// Whether the regexes at hand were checked before (those of the built-in policy, by its tests): that takes compiling them.
    pub(crate) checked: bool,
}

const DEFAULT_WITHIN: usize = 8;
const MAX_WITHIN: usize = 50;

/// The diagnostic for a reference to a concept that is not there.
pub(crate) fn dangling<'a>(name: &str, known: impl Iterator<Item = &'a str>, source: &Source, node: &Node) -> Diagnostic {
    let help = match shape::nearest(name, known) {
        Some(near) => format!("did you mean `@{near}`?"),
        None => "add it to a file of lexicon/, or quote the term differently if no concept is meant".to_string(),
    };
    source.at(node.range, "E040", format!("there is no concept `{name}`"), help)
}

/// Builds a condition; `None` if it has a mistake, which goes to `found`.
pub(crate) fn build(
    written: &syntax::Condition,
    source: &Source,
    node: &Node,
    terms: &mut Terms,
    lookup: &mut Lookup,
    found: &mut Vec<Diagnostic>,
) -> Option<Condition> {
    let mut builder = Builder { source, terms, lookup, found };
    let condition = builder.condition(written, node)?;
    if !has_positive(&condition.kind) {
        let help = "add something that must stand in the ticket: `phrase`, `near`, `about`, `wants` or `regex`";
        builder.found.push(source.at(node.range, "E050", "the condition holds for tickets that say nothing".into(), help));
        return None;
    }
    Some(condition)
}

/// Whether the condition needs anything to be found at all.
fn has_positive(kind: &Kind) -> bool {
    match kind {
        Kind::Phrase(_) | Kind::Near { .. } | Kind::Pair { .. } | Kind::Regex(_) => true,
        Kind::All(list) => list.iter().any(|condition| has_positive(&condition.kind)),
        Kind::Any(list) => list.iter().all(|condition| has_positive(&condition.kind)),
        Kind::Not(_) => false,
    }
}

struct Builder<'a, 'b> {
    source: &'a Source<'a>,
    terms: &'a mut Terms<'b>,
    lookup: &'a mut Lookup,
    found: &'a mut Vec<Diagnostic>,
}

impl Builder<'_, '_> {
    fn condition(&mut self, written: &syntax::Condition, node: &Node) -> Option<Condition> {
        let place = |key: &str| node.get(key).unwrap_or(node);
        let kinds = [
            ("phrase", written.phrase.is_some()),
            ("near", written.near.is_some()),
            ("all", written.all.is_some()),
            ("any", written.any.is_some()),
            ("none", written.none.is_some()),
            ("regex", written.regex.is_some()),
            ("about", written.about.is_some() || written.wants.is_some()),
        ];
        let given: Vec<&str> = kinds.iter().filter(|(_, given)| *given).map(|(name, _)| *name).collect();
        if given.len() != 1 {
            let (code, message) = match given.len() {
                0 => ("E050", "the condition is empty".to_string()),
                _ => ("E054", format!("a condition is of one kind, this has {}", given.join(" and "))),
            };
            self.found.push(self.source.at(
                node.range,
                code,
                message,
                "use one of phrase, near, about × wants, all, any, none, regex; combine several with `all`",
            ));
            return None;
        }
        let kind = if let Some(list) = &written.phrase {
            let node = node.get("phrase").unwrap_or(node);
            Kind::Phrase(self.leaves(&list.0, node)?)
        } else if let Some(list) = &written.near {
            let leaves = self.leaves(list, place("near"))?;
            if leaves.len() < 2 {
                self.found.push(self.source.at(
                    place("near").range,
                    "E050",
                    "`near` needs at least two terms".into(),
                    "use `phrase` for one term",
                ));
                return None;
            }
            let within = written.within.unwrap_or(DEFAULT_WITHIN);
            if !(1..=MAX_WITHIN).contains(&within) {
                self.found.push(self.source.at(
                    place("within").range,
                    "E055",
                    format!("`within` must be from 1 to {MAX_WITHIN} words"),
                    "8 is usual",
                ));
                return None;
            }
            Kind::Near { leaves, within: within as u32, ordered: written.ordered }
        } else if let Some(list) = &written.all {
            Kind::All(self.list(list, place("all"))?)
        } else if let Some(list) = &written.any {
            Kind::Any(self.list(list, place("any"))?)
        } else if let Some(list) = &written.none {
            Kind::Not(self.list(list, place("none"))?)
        } else if let Some(regex) = &written.regex {
            let check =
                || if self.lookup.checked { Ok(()) } else { regexes::check(regex, self.terms.limits, regexes::Boundaries::Refused) };
            match check() {
                Ok(()) => {
                    self.lookup.regexes.push(regex.clone());
                    Kind::Regex(self.lookup.regexes.len() as u32 - 1)
                }
                Err((code, message, help)) => {
                    self.found.push(self.source.at(place("regex").range, code, message, help));
                    return None;
                }
            }
        } else {
            let about = match &written.about {
                Some(list) => self.leaves(&list.0, place("about"))?,
                None => Vec::new(),
            };
            let wants = match &written.wants {
                Some(list) => self.wants(&list.0, place("wants"))?,
                None => Vec::new(),
            };
            Kind::Pair { about, wants }
        };
        let weight = written.weight.unwrap_or(1);
        if !(1..=10).contains(&weight) {
            self.found.push(self.source.at(
                place("weight").range,
                "E055",
                format!("the weight must be from 1 to 10, found {weight}"),
                "2 is typical, 5 and more are for error messages",
            ));
            return None;
        }
        let unless = match written.unless.is_empty() {
            true => Vec::new(),
            false => self.list(&written.unless, place("unless"))?,
        };
        Some(Condition { kind, weight: weight as u8, decisive: written.decisive, unless, overlay: false, label: self.label(node) })
    }

    fn list(&mut self, list: &[syntax::Condition], node: &Node) -> Option<Vec<Condition>> {
        if list.is_empty() {
            self.found.push(self.source.at(
                node.range,
                "E050",
                "the list of conditions is empty".into(),
                "add a condition, or delete the key",
            ));
            return None;
        }
        let built: Vec<Option<Condition>> =
            list.iter().enumerate().map(|(at, condition)| self.condition(condition, node.item_or_self(at))).collect();
        built.into_iter().collect()
    }

    fn leaves(&mut self, list: &[String], node: &Node) -> Option<Vec<Leaf>> {
        if list.is_empty() {
            self.found.push(self.source.at(node.range, "E050", "the list of terms is empty".into(), "add a term"));
            return None;
        }
        let built: Vec<Option<Leaf>> = list.iter().enumerate().map(|(at, written)| self.leaf(written, node.item_or_self(at))).collect();
        built.into_iter().collect()
    }

    fn leaf(&mut self, written: &str, node: &Node) -> Option<Leaf> {
        let Some(name) = written.strip_prefix('@') else {
            return self.terms.id(written, self.source, node, self.found).map(Leaf::Term);
        };
        self.lookup.used.insert(name.to_string());
        match self.lookup.concepts.get(name) {
            Some(&id) => Some(Leaf::Concept(id)),
            None => {
                self.found.push(dangling(name, self.lookup.concepts.keys().map(String::as_str), self.source, node));
                None
            }
        }
    }

    fn wants(&mut self, list: &[String], node: &Node) -> Option<Vec<Want>> {
        let mut out = Vec::new();
        for (at, name) in list.iter().enumerate() {
            match Want::from_name(name) {
                Some(want) => out.push(want),
                None => {
                    let help = format!("the wants are {}", Want::ALL.map(Want::name).join(", "));
                    self.found.push(self.source.at(node.item_or_self(at).range, "E043", format!("there is no want \"{name}\""), help));
                    return None;
                }
            }
        }
        Some(out)
    }

    /// The condition as written, on one line.
    fn label(&self, node: &Node) -> String {
        const CHARS: usize = 120;
        let (start, end) = node.range;
        let text = match &node.kind {
            NodeKind::Scalar { text, .. } => Cow::Borrowed(text.as_ref()),
            _ => self.source.text.get(start..end).unwrap_or("").split_whitespace().collect::<Vec<_>>().join(" ").into(),
        };
        let text = text.trim_start_matches("{ ").trim_end_matches(" }");
        match text.char_indices().nth(CHARS) {
            Some((at, _)) => format!("{}…", &text[..at]),
            None => text.to_string(),
        }
    }
}

impl Topic {
    /// The conditions that speak for the topic, each as written, on one line, cut after 120 characters: what [`Evidence::rule`](crate::Evidence::rule) names.
    ///
    /// # Examples
    ///
    /// ```
    /// use support_triage::Policy;
    ///
    /// let policy = Policy::builtin();
    /// let caching = policy.topic("performance.caching").unwrap();
    /// assert!(caching.conditions().any(|condition| condition.contains("weight")));
    /// ```
    pub fn conditions(&self) -> impl ExactSizeIterator<Item = &str> {
        self.when.iter().map(|condition| condition.label.as_str())
    }
}
