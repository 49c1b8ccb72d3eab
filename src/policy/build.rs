//! Files → a checked policy. Finds every mistake it can instead of stopping at the first.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::conditions::{self, Lookup};
use super::files::{Content, File};
use super::guard::{Node, Source};
use super::model::{Category, Concept, Condition, Parts, Test, Texts, Thresholds, Topic, Want};
use super::terms::{Seen, Terms};
use super::{reply, shape, syntax};
use crate::diagnostic::Diagnostic;
use crate::limits::Limits;
use crate::verdict::Side;

/// A concept before its references are resolved.
struct Draft<'a> {
    terms: Vec<u32>,
    refs: Vec<(String, &'a Source<'a>, &'a Node<'a>)>,
    place: (&'a Source<'a>, &'a Node<'a>),
    layer: usize,
}

/// A topic before its title, reply and tests are known to be there.
struct TopicDraft<'a> {
    topic: Topic,
    place: (&'a Source<'a>, &'a Node<'a>),
    layer: usize,
}

/// Builds a policy of layers; a later layer adds to the earlier ones or replaces parts of them.
pub(crate) fn build(layers: &[Vec<File>], limits: &Limits) -> Result<Parts, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let mut parts = Parts::default();
    let mut terms = Terms::new(limits);
    let files = || layers.iter().enumerate().flat_map(|(layer, files)| files.iter().map(move |file| (layer, file)));

    for (_, file) in files() {
        if let Content::Policy(content) = &file.content {
            settings(file, content, &mut parts, &mut terms, &mut found);
        }
    }
    let mut drafts: BTreeMap<String, Draft> = BTreeMap::new();
    for (layer, file) in files() {
        if let Content::Lexicon(content) = &file.content {
            lexicon(layer, file, content, &mut parts, &mut terms, &mut drafts, &mut found);
        }
    }
    parts.concepts = resolve(&drafts, &mut found);
    let concept_ids: HashMap<String, u32> =
        parts.concepts.iter().enumerate().map(|(at, concept)| (concept.name.clone(), at as u32)).collect();
    let mut lookup = Lookup { concepts: concept_ids, used: HashSet::new(), regexes: Vec::new(), checked: false };
    for draft in drafts.values() {
        lookup.used.extend(draft.refs.iter().map(|(name, ..)| name.clone()));
    }
    let mut topics: Vec<TopicDraft> = Vec::new();
    for (layer, file) in files() {
        if let Content::Rules(content) = &file.content {
            lookup.checked = file.checked;
            rule_set(layer, file, content, &mut parts, &mut topics, &mut terms, &mut lookup, &mut found);
        }
    }
    complete(&topics, &mut found);
    super::lint::both_sides(&topics.iter().map(|draft| (&draft.topic, draft.place)).collect::<Vec<_>>(), &terms, &mut found);
    for (name, draft) in &drafts {
        if !lookup.used.contains(name) {
            found.push(draft.place.0.at(
                place_of(draft.place.1, "concept"),
                "W102",
                format!("the concept `{name}` is never used"),
                "use it in a rule, or delete it",
            ));
        }
    }
    parts.topics = topics.into_iter().map(|draft| draft.topic).collect();
    order(&mut parts);
    for (_, file) in files() {
        if let Content::Questions(content) = &file.content {
            questions(file, content, &mut parts, &mut found);
        }
    }
    if parts.topics.is_empty() && found.is_empty() {
        let empty = Source::new("rules", "");
        found.push(empty.at((0, 0), "E080", "the policy has no topics".into(), "add a rule set with `in_scope` or `out_of_scope` topics"));
    }
    (parts.terms, parts.slots) = terms.finish();
    parts.regexes = lookup.regexes;
    for (have, limit, what) in [
        (parts.topics.len(), limits.topics, "topics"),
        (parts.terms.len(), limits.terms, "terms"),
        (parts.regexes.len(), limits.regexes, "regexes"),
    ] {
        if have > limit {
            let whole = Source::new("rules", "");
            found.push(whole.at(
                (0, 0),
                "E001",
                format!("{have} {what}, the limit is {limit}"),
                format!("raise Limits::{what}, or split the policy"),
            ));
        }
    }
    let (errors, warnings): (Vec<_>, Vec<_>) = found.into_iter().partition(|d| d.severity == crate::diagnostic::Severity::Error);
    parts.warnings = warnings;
    // What seems unused or doubtful may only be so because of the errors: warnings are told once there are none.
    if errors.is_empty() { Ok(parts) } else { Err(errors) }
}

/// The place of a key's value, or of the whole node.
fn place_of(node: &Node, key: &str) -> (usize, usize) {
    node.get(key).map_or((node.range.0, node.range.0 + 1), |value| value.range)
}

fn is_id(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// The id under `key` if it is one.
fn id<'a>(value: &'a str, key: &str, source: &Source, node: &Node, found: &mut Vec<Diagnostic>) -> Option<&'a str> {
    if node.get(key).is_none() {
        found.push(source.at((node.range.0, node.range.0 + 1), "E021", format!("`{key}` is missing"), format!("add `{key}: …`")));
        return None;
    }
    if !is_id(value) {
        found.push(source.at(place_of(node, key), "E032", format!("\"{value}\" is not an id"), "use small Latin letters, digits and `_`"));
        return None;
    }
    Some(value)
}

fn framing(written: &syntax::Framing, node: &Node, source: &Source, parts: &mut Parts, found: &mut Vec<Diagnostic>) {
    let framing = &mut parts.framing;
    for (key, written, target) in [
        ("greeting", &written.greeting, &mut framing.greeting),
        ("ask", &written.ask, &mut framing.ask),
        ("unmet", &written.unmet, &mut framing.unmet),
        ("check", &written.check, &mut framing.check),
        ("answer", &written.answer, &mut framing.answer),
        ("answer_after", &written.answer_after, &mut framing.answer_after),
        ("reference", &written.reference, &mut framing.reference),
    ] {
        if let (Some(text), Some(place)) = (texts(written.as_ref(), key, source, node, found), node.get(key)) {
            reply::check(&text, reply::FRAMING_SLOTS, source, place, found);
            *target = text;
        }
    }
}

fn settings(file: &File, content: &syntax::PolicyFile, parts: &mut Parts, terms: &mut Terms, found: &mut Vec<Diagnostic>) {
    if !content.name.is_empty() {
        parts.name.clone_from(&content.name);
    }
    if !content.source.is_empty() {
        parts.source.clone_from(&content.source);
    }
    for category in &content.categories {
        if !parts.categories.iter().any(|known| known.id == *category) {
            parts.categories.push(Category { id: category.clone(), title: Texts::default() });
        }
    }
    if let Some(node) = file.root.get("negation") {
        for (at, written) in content.negation.iter().enumerate() {
            parts.negation.extend(terms.id(written, &file.source, node.item_or_self(at), found));
        }
    }
    if let (Some(written), Some(node)) = (&content.reply, file.root.get("reply")) {
        framing(written, node, &file.source, parts, found);
    }
    let Some(written) = &content.thresholds else { return };
    let Thresholds { answer, refuse, none, points } = parts.thresholds;
    parts.thresholds = Thresholds {
        answer: written.answer.unwrap_or(answer),
        refuse: written.refuse.unwrap_or(refuse),
        none,
        points: written.points.unwrap_or(points),
    };
    let Some(node) = file.root.get("thresholds") else { return };
    for (key, value) in [("answer", written.answer), ("refuse", written.refuse)] {
        if value.is_some_and(|value| !(0.0..=1.0).contains(&value)) {
            found.push(file.source.at(place_of(node, key), "E055", format!("`{key}` must be from 0 to 1"), "it is a probability"));
        }
    }
}

#[allow(clippy::too_many_arguments)]
fn lexicon<'a>(
    layer: usize,
    file: &'a File<'a>,
    content: &'a syntax::Lexicon,
    parts: &mut Parts,
    terms: &mut Terms,
    drafts: &mut BTreeMap<String, Draft<'a>>,
    found: &mut Vec<Diagnostic>,
) {
    let source = &file.source;
    let nodes = |key: &str| file.root.get(key).map_or(&[][..], Node::items);
    let mut seen = Seen::default();
    for (concept, node) in content.concepts.iter().zip(nodes("concepts")) {
        let Some(name) = id(&concept.concept, "concept", source, node, found) else { continue };
        if let Some(first) = drafts.get(name).filter(|first| first.layer == layer) {
            let first = first.place.0.at(place_of(first.place.1, "concept"), "E031", String::new(), "");
            let message = format!("the concept `{name}` stands twice, first in {}:{}", first.file, first.line);
            found.push(source.at(place_of(node, "concept"), "E031", message, "put the terms together, or rename one"));
            continue;
        }
        if concept.replace {
            drafts.remove(name);
        }
        let draft =
            drafts.entry(name.to_string()).or_insert_with(|| Draft { terms: Vec::new(), refs: Vec::new(), place: (source, node), layer });
        draft.layer = layer;
        if concept.terms.is_empty() {
            found.push(source.at(place_of(node, "concept"), "E050", format!("the concept `{name}` has no terms"), "add `terms: […]`"));
        }
        let Some(term_nodes) = node.get("terms") else { continue };
        seen.next();
        for (written, node) in concept.terms.iter().zip(term_nodes.items()) {
            match written.strip_prefix('@') {
                Some(other) => draft.refs.push((other.to_string(), source, node)),
                None => {
                    let Some(id) = terms.id(written, source, node, found) else { continue };
                    if seen.stands_twice(id) {
                        found.push(source.at(node.range, "W103", format!("the term \"{written}\" stands twice in `{name}`"), "delete one"));
                    }
                    draft.terms.push(id);
                }
            }
        }
    }
    for (want, node) in content.wants.iter().zip(nodes("wants")) {
        let Some(known) = Want::from_name(&want.want) else {
            let known = Want::ALL.map(Want::name);
            let help = match shape::nearest(&want.want, known.into_iter()) {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("the wants are {}", known.join(", ")),
            };
            found.push(source.at(place_of(node, "want"), "E043", format!("there is no want \"{}\"", want.want), help));
            continue;
        };
        let Some(term_nodes) = node.get("terms") else { continue };
        for (written, node) in want.terms.iter().zip(term_nodes.items()) {
            parts.wants[known as usize].extend(terms.id(written, source, node, found));
        }
    }
}

/// Resolves references between concepts; circles and dangling ones go to `found`.
fn resolve(drafts: &BTreeMap<String, Draft>, found: &mut Vec<Diagnostic>) -> Vec<Concept> {
    for draft in drafts.values() {
        for (other, source, node) in &draft.refs {
            if !drafts.contains_key(other) {
                found.push(conditions::dangling(other, drafts.keys().map(String::as_str), source, node));
            }
        }
    }
    let mut out = Vec::new();
    let mut told = HashSet::new();
    for name in drafts.keys() {
        // Depth first without recursion; `path` is the way from `name` to the concept at hand.
        let (mut all, mut done) = (Vec::new(), HashSet::new());
        let mut path: Vec<(&str, usize)> = vec![(name, 0)];
        while let Some((at, next)) = path.last_mut() {
            let draft = &drafts[*at];
            if *next == 0 && done.insert(at.to_string()) {
                all.extend(&draft.terms);
            }
            let Some((other, source, node)) = draft.refs.get(*next) else {
                path.pop();
                continue;
            };
            *next += 1;
            if path.iter().any(|(on_path, _)| on_path == other) {
                if told.insert((source.name, node.range)) {
                    let way: Vec<&str> = path.iter().map(|(name, _)| *name).chain([other.as_str()]).collect();
                    found.push(source.at(
                        node.range,
                        "E041",
                        format!("the concepts refer to each other in a circle: {}", way.join(" → ")),
                        "take one reference out",
                    ));
                }
            } else if !done.contains(other) && drafts.contains_key(other) {
                path.push((other, 0));
            }
        }
        all.sort_unstable();
        all.dedup();
        out.push(Concept { name: name.clone(), terms: all });
    }
    out
}

#[allow(clippy::too_many_arguments)]
fn rule_set<'a>(
    layer: usize,
    file: &'a File<'a>,
    content: &'a syntax::RuleSet,
    parts: &mut Parts,
    topics: &mut Vec<TopicDraft<'a>>,
    terms: &mut Terms,
    lookup: &mut Lookup,
    found: &mut Vec<Diagnostic>,
) {
    let source = &file.source;
    let Some(category) = id(&content.category, "category", source, &file.root, found) else { return };
    let index = match parts.categories.iter().position(|known| known.id == category) {
        Some(index) => index,
        None => {
            parts.categories.push(Category { id: category.to_string(), title: Texts::default() });
            parts.categories.len() - 1
        }
    };
    if let Some(title) = texts(content.title.as_ref(), "title", source, &file.root, found) {
        parts.categories[index].title = title;
    } else if parts.categories[index].title.ru.is_empty() && content.title.is_none() {
        found.push(source.at((0, 1), "E021", format!("the category `{category}` has no `title`"), "add `title: { ru: …, en: … }`"));
    }
    for (side, written, key) in [(Side::In, &content.in_scope, "in_scope"), (Side::Out, &content.out_of_scope, "out_of_scope")] {
        let nodes = file.root.get(key).map_or(&[][..], Node::items);
        for (topic, node) in written.iter().zip(nodes) {
            let Some(name) = id(&topic.topic, "topic", source, node, found) else { continue };
            let full = format!("{category}.{name}");
            let known = topics.iter().position(|draft| draft.topic.id == full);
            if let Some(first) = known.map(|at| &topics[at]).filter(|first| first.layer == layer) {
                let first = first.place.0.at(place_of(first.place.1, "topic"), "E030", String::new(), "");
                let message = format!("the topic `{full}` stands twice, first in {}:{}", first.file, first.line);
                found.push(source.at(place_of(node, "topic"), "E030", message, "put them together, or rename one"));
                continue;
            }
            if let Some(at) = known.filter(|_| topic.replace) {
                topics.remove(at);
            }
            let at = match known.filter(|_| !topic.replace) {
                Some(at) => at,
                None => {
                    let empty = Topic {
                        id: full.clone(),
                        category: index,
                        side,
                        advice: false,
                        title: Texts::default(),
                        reply: Texts::default(),
                        when: vec![],
                        unless: vec![],
                        hit: vec![],
                        miss: vec![],
                    };
                    topics.push(TopicDraft { topic: empty, place: (source, node), layer });
                    topics.len() - 1
                }
            };
            let draft = &mut topics[at];
            if draft.topic.side != side {
                let message = format!("the topic `{full}` stands on the other side in the policy below");
                found.push(source.at(place_of(node, "topic"), "E034", message, "move it, or add `replace: true`"));
                continue;
            }
            draft.layer = layer;
            draft.place = (source, node);
            let target = &mut draft.topic;
            target.advice = topic.advice.unwrap_or(target.advice);
            if topic.advice == Some(true) && side == Side::In {
                found.push(source.at(
                    place_of(node, "advice"),
                    "E034",
                    "`advice` is for out-of-scope topics".into(),
                    "delete it: support takes this topic",
                ));
            }
            if let Some(title) = texts(topic.title.as_ref(), "title", source, node, found) {
                target.title = title;
            }
            if let Some(text) = texts(topic.reply.as_ref(), "reply", source, node, found) {
                reply::check(&text, reply::SLOTS, source, node.get("reply").unwrap_or(node), found);
                target.reply = text;
            }
            for (list, key, out) in [(&topic.when, "when", &mut target.when), (&topic.unless, "unless", &mut target.unless)] {
                let nodes = node.get(key).map_or(&[][..], Node::items);
                for (condition, node) in list.iter().zip(nodes) {
                    let built = conditions::build(condition, source, node, terms, lookup, found);
                    out.extend(built.map(|condition| Condition { overlay: layer > 0, ..condition }));
                }
            }
            if let (Some(tests), Some(node)) = (&topic.tests, node.get("tests")) {
                for (list, key, out) in [(&tests.hit, "hit", &mut target.hit), (&tests.miss, "miss", &mut target.miss)] {
                    let nodes = node.get(key).map_or(&[][..], Node::items);
                    for (text, node) in list.iter().zip(nodes) {
                        out.extend(test(text, source, node, found));
                    }
                }
            }
        }
    }
}

/// Both languages, or a diagnostic for each that is missing.
fn texts(written: Option<&syntax::Texts>, key: &str, source: &Source, node: &Node, found: &mut Vec<Diagnostic>) -> Option<Texts> {
    let written = written?;
    for (lang, text) in [("ru", &written.ru), ("en", &written.en)] {
        if text.trim().is_empty() {
            found.push(source.at(place_of(node, key), "E071", format!("the {key} has no text in `{lang}`"), format!("add `{lang}: …`")));
        }
    }
    Some(Texts { ru: written.ru.trim().to_string(), en: written.en.trim().to_string() })
}

fn test(text: &str, source: &Source, node: &Node, found: &mut Vec<Diagnostic>) -> Option<Test> {
    let mut ticket = String::with_capacity(text.len());
    let (mut marks, mut rest) = (Vec::new(), text);
    let mut broken = None;
    while let Some(open) = rest.find("[[") {
        ticket.push_str(&rest[..open]);
        let Some(close) = rest[open..].find("]]") else {
            broken = Some("`[[` without `]]`");
            break;
        };
        let marked = &rest[open + 2..open + close];
        if marked.trim().is_empty() {
            broken = Some("nothing between `[[` and `]]`");
        }
        marks.push((ticket.len(), ticket.len() + marked.len()));
        ticket.push_str(marked);
        rest = &rest[open + close + 2..];
    }
    ticket.push_str(rest);
    if let Some(broken) = broken {
        found.push(source.at(node.range, "E073", format!("a test mark is broken: {broken}"), "mark the words like [[this]]"));
        return None;
    }
    Some(Test { ticket, marks, file: source.name.to_string(), line: source.line(node.range.0) })
}

/// What every topic must have once all layers are read.
fn complete(topics: &[TopicDraft], found: &mut Vec<Diagnostic>) {
    for draft in topics {
        let (topic, (source, node)) = (&draft.topic, draft.place);
        let mut missing = |code, what: &str, help: &str| {
            found.push(source.at(place_of(node, "topic"), code, format!("the topic `{}` has no {what}", topic.id), help));
        };
        if topic.title.ru.is_empty() && node.get("title").is_none() {
            missing("E021", "`title`", "add `title: { ru: …, en: … }`");
        }
        if topic.reply.ru.is_empty() && node.get("reply").is_none() {
            missing("E071", "`reply`", "add `reply: { ru: …, en: … }`");
        }
        if topic.when.is_empty() && node.get("when").is_none() {
            missing("E050", "conditions", "add `when: […]`");
        }
        if topic.hit.is_empty() || topic.miss.is_empty() {
            missing("E072", "tests", "add `tests: { hit: […], miss: […] }` with at least one ticket each");
        }
    }
}

/// Topics in the order of their categories, in-scope ones first, as the policy lists them.
fn order(parts: &mut Parts) {
    parts.topics.sort_by_key(|topic| (topic.category, topic.side == Side::Out));
    let used: Vec<bool> = (0..parts.categories.len()).map(|at| parts.topics.iter().any(|topic| topic.category == at)).collect();
    let mut new_index = Vec::new();
    let mut kept = 0;
    for used in &used {
        new_index.push(kept);
        kept += usize::from(*used);
    }
    let mut at = 0;
    parts.categories.retain(|_| {
        at += 1;
        used[at - 1]
    });
    for topic in &mut parts.topics {
        topic.category = new_index[topic.category];
    }
}

fn questions(file: &File, content: &syntax::Questions, parts: &mut Parts, found: &mut Vec<Diagnostic>) {
    let source = &file.source;
    let nodes = |key: &str| file.root.get(key).map_or(&[][..], Node::items);
    for (question, node) in content.questions.iter().zip(nodes("questions")) {
        let Some(ask) = texts(Some(&question.ask), "ask", source, node, found) else { continue };
        let between = node.get("between").unwrap_or(node);
        let mut indices = Vec::new();
        for (at, topic) in question.between.iter().enumerate() {
            match parts.topics.iter().position(|known| known.id == *topic) {
                Some(index) => indices.push(index),
                None => {
                    let known = parts.topics.iter().map(|topic| topic.id.as_str());
                    let help = shape::nearest(topic, known)
                        .map_or("`support-triage topics` lists them".to_string(), |near| format!("did you mean `{near}`?"));
                    found.push(source.at(between.item_or_self(at).range, "E042", format!("there is no topic \"{topic}\""), help));
                }
            }
        }
        match indices[..] {
            [a, b] if a != b => {
                if parts.questions.insert((a.min(b), a.max(b)), ask).is_some() {
                    found.push(source.at(
                        between.range,
                        "W104",
                        "a second question between the same topics".into(),
                        "the later one is used; delete one",
                    ));
                }
            }
            _ if question.between.len() == 2 && indices.len() < 2 => {}
            _ => found.push(source.at(
                between.range,
                "E042",
                "a question stands between two different topics".into(),
                "write `between: [category.one, category.two]`",
            )),
        }
    }
    const REASONS: &[&str] = &["nothing_matched", "too_little_text", "not_russian", "too_close", "not_covered"];
    for (fallback, node) in content.fallbacks.iter().zip(nodes("fallbacks")) {
        let Some(ask) = texts(Some(&fallback.ask), "ask", source, node, found) else { continue };
        if !REASONS.contains(&fallback.reason.as_str()) {
            found.push(source.at(
                place_of(node, "reason"),
                "E042",
                format!("there is no reason \"{}\"", fallback.reason),
                format!("the reasons are {}", REASONS.join(", ")),
            ));
        }
        parts.fallbacks.insert(fallback.reason.clone(), ask);
    }
}
