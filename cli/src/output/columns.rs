//! The columns of a table that is written: those of the export, then those of the decision.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;
use support_triage::Verdict;

use super::{Decided, Style, id_text};
use crate::Failure;
use crate::args::OutputFormat;
use crate::input::{Layout, Original, plain};

/// Which columns of the export are copied.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Copied {
    All,
    None,
    /// These, in this order.
    Named(Vec<String>),
}

impl Copied {
    pub(crate) fn of(names: &[String]) -> Copied {
        match names {
            [one] if one == "all" => Copied::All,
            [one] if one == "none" => Copied::None,
            names => Copied::Named(names.to_vec()),
        }
    }
}

/// The header, and where each copied column stands in each table.
pub(crate) struct Plan {
    pub(crate) header: Vec<String>,
    /// By table, by copied column.
    places: Vec<Vec<Source>>,
    /// Keys of JSON objects that have a column, if all have one.
    keys: Option<HashSet<String>>,
    /// Rows with a key that none of the first thousand had: no column was made for it.
    pub(crate) late_keys: AtomicU64,
    /// The id needs a column of its own: no copied column holds it.
    own_id: bool,
}

/// Where a copied cell comes from.
#[derive(Clone)]
enum Source {
    Absent,
    Cell { at: usize, id: bool },
    Key(String),
}

impl Plan {
    pub(crate) fn new(style: &Style, layouts: &[(Arc<Layout>, bool)]) -> Result<Plan, Failure> {
        // A name may stand several times in a table («Телефон», «Телефон»): columns are told apart by name and turn.
        let mut names: Vec<(String, usize)> = Vec::new();
        let mut places: Vec<HashMap<(String, usize), usize>> = Vec::new();
        let mut known = HashSet::new();
        for (layout, _) in layouts {
            let mut turns: HashMap<&str, usize> = HashMap::new();
            let mut place = HashMap::new();
            for (at, name) in layout.headers.iter().enumerate() {
                let turn = turns.entry(name).or_default();
                let key = (name.clone(), *turn);
                *turn += 1;
                if known.insert(key.clone()) {
                    names.push(key.clone());
                }
                place.insert(key, at);
            }
            places.push(place);
        }
        let chosen = match &style.copied {
            Copied::All => names,
            Copied::None => Vec::new(),
            Copied::Named(wanted) => {
                let find = |name: &String| {
                    let fold = |name: &str| name.trim().to_lowercase();
                    let found =
                        names.iter().find(|(known, _)| known == name).or_else(|| names.iter().find(|(known, _)| fold(known) == fold(name)));
                    found.cloned().ok_or_else(|| {
                        let all: Vec<String> = names.iter().map(|(name, _)| name.clone()).collect();
                        Failure(format!("no column \"{name}\" to copy; there are: {}", crate::input::columns::listed(&all)))
                    })
                };
                wanted.iter().map(find).collect::<Result<_, _>>()?
            }
        };
        let places: Vec<Vec<Source>> = layouts
            .iter()
            .zip(&places)
            .map(|((layout, objects), place)| {
                let source = |key: &(String, usize)| match place.get(key) {
                    _ if *objects => Source::Key(key.0.clone()),
                    Some(at) => Source::Cell { at: *at, id: layout.roles.id == Some(*at) },
                    None => Source::Absent,
                };
                chosen.iter().map(source).collect()
            })
            .collect();
        let has_id = |(sources, (layout, _)): (&Vec<Source>, &(Arc<Layout>, bool))| {
            let name = layout.roles.id.map(|at| layout.headers[at].as_str());
            sources.iter().any(|source| match source {
                Source::Cell { id, .. } => *id,
                Source::Key(key) => Some(key.as_str()) == name,
                Source::Absent => false,
            })
        };
        let own_id = !places.iter().zip(layouts).all(has_id);
        let mut header: Vec<String> = Vec::new();
        let mut taken: HashSet<String> = chosen.iter().map(|(name, _)| name.to_lowercase()).collect();
        let mut free = |name: &str| {
            let name = if taken.contains(name) { format!("triage_{name}") } else { name.to_string() };
            taken.insert(name.clone());
            name
        };
        if own_id {
            header.push(free("id"));
        }
        // Parquet wants names to differ.
        let unique = style.format == OutputFormat::Parquet;
        header.extend(chosen.iter().map(|(name, turn)| if unique && *turn > 0 { format!("{name} ({})", turn + 1) } else { name.clone() }));
        header.extend(decision_names(style).into_iter().map(free));
        let keys = (style.copied == Copied::All && layouts.iter().any(|(_, objects)| *objects))
            .then(|| chosen.into_iter().map(|(name, _)| name).collect());
        Ok(Plan { header, places, keys, late_keys: AtomicU64::new(0), own_id })
    }

    /// The cells of a row, in the order of the header.
    pub(crate) fn cells<'a>(&self, style: &'a Style, table: usize, decided: &'a Decided<'_>) -> Vec<Cow<'a, str>> {
        let mut cells = Vec::with_capacity(self.header.len());
        if self.own_id {
            cells.push(Cow::Owned(id_text(&decided.record.id)));
        }
        if let (Some(keys), Original::Object(object)) = (&self.keys, &decided.record.original)
            && object.keys().any(|key| !keys.contains(key))
        {
            self.late_keys.fetch_add(1, Ordering::Relaxed);
        }
        for source in self.places.get(table).into_iter().flatten() {
            cells.push(match (source, &decided.record.original) {
                // An id is no phone number, whatever it looks like.
                (Source::Cell { at, id: true }, Original::Cells(row, _)) => Cow::Borrowed(row.get(*at)),
                (Source::Cell { at, .. }, Original::Cells(row, _)) => style.shown(row.get(*at)),
                (Source::Key(key), Original::Object(object)) => match object.get(key) {
                    Some(Value::String(text)) => style.shown(text),
                    Some(value @ (Value::Array(_) | Value::Object(_))) => Cow::Owned(style.shown(&value.to_string()).into_owned()),
                    Some(value) => Cow::Owned(plain(value)),
                    None => Cow::Borrowed(""),
                },
                _ => Cow::Borrowed(""),
            });
        }
        decision_cells(style, decided, &mut cells);
        cells
    }
}

fn decision_names(style: &Style) -> Vec<&'static str> {
    let mut names = vec!["category", "topic", "verdict", "confidence", "explanation", "reason", "question"];
    if style.explain {
        names.extend(["evidence", "alternatives"]);
    }
    if style.reply {
        names.push("reply");
    }
    if style.requirements {
        names.push("unmet");
    }
    names
}

fn decision_cells<'a>(style: &'a Style, decided: &'a Decided<'_>, cells: &mut Vec<Cow<'a, str>>) {
    let decision = decided.decision;
    let masked = |text: String| Cow::Owned(style.shown(&text).into_owned());
    let open = decision.verdict() == Verdict::Undetermined;
    cells.push(decision.category().unwrap_or("").into());
    cells.push(decision.topic().unwrap_or("").into());
    cells.push(decision.verdict().as_str().into());
    cells.push(format!("{:.3}", decision.confidence()).into());
    cells.push(masked(decision.explanation(style.lang)));
    cells.push(decision.reason().map_or("", |reason| reason.as_str()).into());
    cells.push(if open { masked(decision.question(style.lang)) } else { "".into() });
    if style.explain {
        let words = decision
            .evidence()
            .iter()
            .map(|evidence| format!("{} ({:+.1} {})", evidence.span().slice(&decided.record.text), evidence.weight(), evidence.topic()));
        cells.push(masked(words.collect::<Vec<_>>().join("; ")));
        let topics = decision.topics().map(|topic| format!("{} {:.2}", topic.id, topic.score));
        cells.push(topics.collect::<Vec<_>>().join("; ").into());
    }
    if style.reply {
        cells.push(masked(decided.answer.reply.clone().unwrap_or_default()));
    }
    if style.requirements {
        cells.push(decided.answer.unmet().join(" ").into());
    }
}
