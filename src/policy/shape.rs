//! Which keys may stand where. The deserialiser stops at its first error; this walk finds every unknown key and every value of the wrong
//! kind, each with its place and, for a key, the nearest known one. A test holds it to the types of [`super::syntax`].

use super::guard::{Key, Kind, Node, Source};
use crate::diagnostic::Diagnostic;

/// What may stand at a place of a file.
pub(crate) enum Shape {
    /// Text, a number or true/false; the deserialiser sees to which.
    Scalar,
    /// A list of scalars or one scalar.
    Scalars,
    List(&'static Shape),
    Map(&'static [(&'static str, &'static Shape)]),
    /// A scalar, or a map of these keys, which may hold conditions again.
    Condition,
}

use Shape::{List, Map, Scalar, Scalars};

const TEXTS: Shape = Map(&[("ru", &Scalar), ("en", &Scalar)]);
const CONDITIONS: Shape = List(&Shape::Condition);
pub(crate) const CONDITION: &[(&str, &Shape)] = &[
    ("phrase", &Scalars),
    ("near", &List(&Scalar)),
    ("within", &Scalar),
    ("ordered", &Scalar),
    ("about", &Scalars),
    ("wants", &Scalars),
    ("all", &CONDITIONS),
    ("any", &CONDITIONS),
    ("none", &CONDITIONS),
    ("regex", &Scalar),
    ("weight", &Scalar),
    ("decisive", &Scalar),
    ("unless", &CONDITIONS),
];
const TOPIC: Shape = Map(&[
    ("topic", &Scalar),
    ("title", &TEXTS),
    ("advice", &Scalar),
    ("replace", &Scalar),
    ("when", &CONDITIONS),
    ("unless", &CONDITIONS),
    ("reply", &TEXTS),
    ("tests", &Map(&[("hit", &List(&Scalar)), ("miss", &List(&Scalar))])),
]);
/// `<category>.yaml`.
pub(crate) const RULE_SET: Shape =
    Map(&[("category", &Scalar), ("title", &TEXTS), ("in_scope", &List(&TOPIC)), ("out_of_scope", &List(&TOPIC))]);
/// `lexicon/*.yaml`.
pub(crate) const LEXICON: Shape = Map(&[
    ("concepts", &List(&Map(&[("concept", &Scalar), ("note", &Scalar), ("replace", &Scalar), ("terms", &List(&Scalar))]))),
    ("wants", &List(&Map(&[("want", &Scalar), ("note", &Scalar), ("terms", &List(&Scalar))]))),
]);
/// `policy.yaml`.
pub(crate) const POLICY: Shape = Map(&[
    ("name", &Scalar),
    ("source", &Scalar),
    ("categories", &List(&Scalar)),
    ("negation", &List(&Scalar)),
    ("thresholds", &Map(&[("answer", &Scalar), ("refuse", &Scalar), ("points", &Scalar)])),
    (
        "reply",
        &Map(&[
            ("greeting", &TEXTS),
            ("ask", &TEXTS),
            ("unmet", &TEXTS),
            ("check", &TEXTS),
            ("answer", &TEXTS),
            ("answer_after", &TEXTS),
            ("reference", &TEXTS),
        ]),
    ),
]);
/// `questions.yaml`.
pub(crate) const QUESTIONS: Shape = Map(&[
    ("questions", &List(&Map(&[("between", &List(&Scalar)), ("ask", &TEXTS)]))),
    ("fallbacks", &List(&Map(&[("reason", &Scalar), ("ask", &TEXTS)]))),
]);

/// Finds what in `node` is not of `shape`.
pub(crate) fn check(source: &Source, node: &Node, shape: &Shape, found: &mut Vec<Diagnostic>) {
    let mut wrong = |want: &str| {
        let is = match node.kind {
            Kind::Scalar { .. } => "a single value",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a map",
        };
        found.push(source.at(
            node.range,
            "E022",
            format!("{want} is expected here, this is {is}"),
            "see the field reference in rules/README.md",
        ));
    };
    match (shape, &node.kind) {
        (Scalar | Scalars | Shape::Condition, Kind::Scalar { .. }) => {}
        (Scalars, Kind::List(items)) => items.iter().for_each(|item| check(source, item, &Scalar, found)),
        (List(item_shape), Kind::List(items)) => items.iter().for_each(|item| check(source, item, item_shape, found)),
        (Map(keys), Kind::Map(entries)) => map(source, entries, keys, found),
        (Shape::Condition, Kind::Map(entries)) => map(source, entries, CONDITION, found),
        (Scalar, _) => wrong("a single value"),
        (Scalars, _) => wrong("a value or a list of values"),
        (List(_), _) => wrong("a list"),
        (Map(_), _) => wrong("a map"),
        (Shape::Condition, _) => wrong("a term or a condition"),
    }
}

fn map(source: &Source, entries: &[(Key, Node)], keys: &[(&str, &Shape)], found: &mut Vec<Diagnostic>) {
    for (key, value) in entries {
        match keys.iter().find(|(name, _)| *name == key.name.as_ref()) {
            Some((_, shape)) => check(source, value, shape, found),
            None => {
                let known = keys.iter().map(|(name, _)| *name);
                let help = match nearest(&key.name, known) {
                    Some(name) => format!("did you mean `{name}`?"),
                    None => format!("the keys known here: {}", keys.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")),
                };
                found.push(source.at(key.range, "E020", format!("unknown key \"{}\"", key.name), help));
            }
        }
    }
}

/// The known name nearest to a misspelt one, if one is near.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let near = known.map(|known| (distance(name, known), known)).min_by_key(|(distance, _)| *distance)?;
    (near.0 <= 1 + name.chars().count() / 4).then_some(near.1)
}

/// Edits (insert, delete, replace) from one name to the other. Names are short: the plain table will do.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().take(64).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let cost = diagonal + usize::from(ca != *cb);
            diagonal = row[j + 1];
            row[j + 1] = cost.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn misspelt_keys() {
        let known = ["phrase", "near", "within", "weight"];
        for (name, want) in [("wieght", Some("weight")), ("phrse", Some("phrase")), ("colour", None)] {
            assert_eq!(nearest(name, known.into_iter()), want);
        }
    }
}
