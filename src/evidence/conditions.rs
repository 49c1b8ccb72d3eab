//! Which conditions of the rules hold for a ticket, and on which words.

use super::wants::Asked;
use crate::limits::HITS_PER_TERM;
use crate::matcher::Scan;
use crate::policy::model::{Condition, Kind, Leaf, Parts, Want};
use crate::text::zone::Zone;

/// Where a condition looked and found: a range of tokens, or of folded bytes for a regex.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Place {
    Tokens(u32, u32),
    Folded(u32, u32),
}

/// A condition that holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    /// Number over all `when` conditions of all topics.
    pub(crate) condition: u32,
    /// Its places in [`Findings::places`].
    pub(crate) places: (u32, u32),
}

/// What was found in one ticket; reused.
#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) held: Vec<Held>,
    pub(crate) places: Vec<Place>,
    /// Topics struck out by an `unless`, with the number of the condition among the topic's `unless`.
    pub(crate) vetoed: Vec<(u32, u32)>,
    /// Points by topic.
    pub(crate) points: Vec<f32>,
    /// Topics with a decisive condition.
    pub(crate) decisive: Vec<u32>,
    /// Occurrences by leaf: terms first, then concepts.
    leaves: Vec<Vec<(u32, u32)>>,
    touched: Vec<u32>,
    todo: Vec<u32>,
    queued: Vec<bool>,
}

/// A `when` condition of some topic.
#[derive(Clone, Copy)]
pub(crate) struct Top {
    pub(crate) topic: u32,
    /// Index among the topic's `when`.
    pub(crate) index: u32,
}

/// The conditions of a policy, found by what they look for.
pub(crate) struct Rules {
    /// Concepts of each term.
    concepts: Vec<Vec<u32>>,
    pub(crate) tops: Vec<Top>,
    by_leaf: Vec<Vec<u32>>,
    by_want: [Vec<u32>; 6],
    by_regex: Vec<Vec<u32>>,
    terms: usize,
    topics: usize,
}

impl Rules {
    pub(crate) fn new(parts: &Parts) -> Rules {
        let terms = parts.terms.len();
        let mut rules = Rules {
            concepts: vec![Vec::new(); terms],
            tops: Vec::new(),
            by_leaf: vec![Vec::new(); terms + parts.concepts.len()],
            by_want: Default::default(),
            by_regex: vec![Vec::new(); parts.regexes.len()],
            terms,
            topics: parts.topics.len(),
        };
        for (id, concept) in parts.concepts.iter().enumerate() {
            for &term in &concept.terms {
                rules.concepts[term as usize].push(id as u32);
            }
        }
        for (topic, data) in parts.topics.iter().enumerate() {
            for (index, condition) in data.when.iter().enumerate() {
                let top = rules.tops.len() as u32;
                rules.tops.push(Top { topic: topic as u32, index: index as u32 });
                rules.index(condition, top);
            }
        }
        rules
    }

    /// Bytes on the heap, about.
    pub(crate) fn memory_usage(&self) -> usize {
        let lists = |lists: &[Vec<u32>]| lists.iter().map(|list| size_of::<Vec<u32>>() + list.capacity() * 4).sum::<usize>();
        let wants: usize = self.by_want.iter().map(|list| list.capacity() * 4).sum();
        lists(&self.concepts) + lists(&self.by_leaf) + lists(&self.by_regex) + wants + self.tops.capacity() * size_of::<Top>()
    }

    /// Files a condition under everything that can make it hold.
    fn index(&mut self, condition: &Condition, top: u32) {
        let terms = self.terms;
        let leaf_index = |leaf: &Leaf| match leaf {
            Leaf::Term(id) => *id as usize,
            Leaf::Concept(id) => terms + *id as usize,
        };
        match &condition.kind {
            Kind::Phrase(leaves) | Kind::Near { leaves, .. } => {
                leaves.iter().for_each(|leaf| push(&mut self.by_leaf[leaf_index(leaf)], top))
            }
            Kind::Pair { about, wants } => {
                about.iter().for_each(|leaf| push(&mut self.by_leaf[leaf_index(leaf)], top));
                if about.is_empty() {
                    wants.iter().for_each(|want| push(&mut self.by_want[*want as usize], top));
                }
            }
            Kind::All(list) | Kind::Any(list) => list.iter().for_each(|condition| self.index(condition, top)),
            Kind::Not(_) => {}
            Kind::Regex(id) => push(&mut self.by_regex[*id as usize], top),
        }
    }

    pub(crate) fn condition<'a>(&self, parts: &'a Parts, top: u32) -> &'a Condition {
        let Top { topic, index } = self.tops[top as usize];
        &parts.topics[topic as usize].when[index as usize]
    }

    /// The leaf's number among terms and concepts.
    fn leaf(&self, leaf: Leaf) -> usize {
        match leaf {
            Leaf::Term(id) => id as usize,
            Leaf::Concept(id) => self.terms + id as usize,
        }
    }

    /// Concepts that stand in the ticket (numbers), after [`Rules::read`].
    pub(crate) fn concepts_found<'a>(&'a self, findings: &'a Findings) -> impl Iterator<Item = u32> + 'a {
        findings.touched.iter().filter(|leaf| **leaf as usize >= self.terms).map(|leaf| leaf - self.terms as u32)
    }

    /// Finds what holds.
    pub(crate) fn read(&self, parts: &Parts, scan: &Scan, asked: &Asked, quotes: bool, findings: &mut Findings) {
        findings.leaves.resize_with(self.by_leaf.len(), Vec::new);
        for leaf in findings.touched.drain(..) {
            findings.leaves[leaf as usize].clear();
        }
        findings.queued.clear();
        findings.queued.resize(self.tops.len(), false);
        findings.points.clear();
        findings.points.resize(self.topics, 0.0);
        findings.held.clear();
        findings.places.clear();
        findings.vetoed.clear();
        findings.decisive.clear();
        for hit in &scan.hits {
            if hit.zone(&scan.cut.tokens) == Zone::Quote && !quotes || asked.is_refused(hit) {
                continue;
            }
            let occurrence = (hit.first, hit.last);
            findings.occurs(hit.term, occurrence);
            for concept in &self.concepts[hit.term as usize] {
                findings.occurs(self.terms as u32 + concept, occurrence);
            }
        }
        let mut todo = std::mem::take(&mut findings.todo);
        todo.clear();
        let mut queue = |list: &[u32], queued: &mut [bool]| {
            for &top in list {
                if !std::mem::replace(&mut queued[top as usize], true) {
                    todo.push(top);
                }
            }
        };
        for leaf in &findings.touched {
            queue(&self.by_leaf[*leaf as usize], &mut findings.queued);
        }
        for want in Want::ALL {
            if asked.wants(want) {
                queue(&self.by_want[want as usize], &mut findings.queued);
            }
        }
        for hit in &scan.regex_hits {
            queue(&self.by_regex[hit.regex as usize], &mut findings.queued);
        }
        todo.sort_unstable();
        for &top in &todo {
            self.try_condition(parts, scan, asked, top, findings);
        }
        findings.todo = todo;
    }

    fn try_condition(&self, parts: &Parts, scan: &Scan, asked: &Asked, top: u32, findings: &mut Findings) {
        let from = findings.places.len();
        let mut places = std::mem::take(&mut findings.places);
        let condition = self.condition(parts, top);
        let view = View { rules: self, scan, asked, leaves: &findings.leaves };
        let holds = view.holds(condition, Some(&mut places));
        if !holds {
            places.truncate(from);
        }
        findings.places = places;
        if !holds {
            return;
        }
        let topic = self.tops[top as usize].topic;
        if findings.points[topic as usize] == 0.0 {
            let view = View { rules: self, scan, asked, leaves: &findings.leaves };
            let veto = parts.topics[topic as usize].unless.iter().position(|condition| view.holds(condition, None));
            if let Some(veto) = veto {
                findings.vetoed.push((topic, veto as u32));
                findings.points[topic as usize] = f32::NEG_INFINITY;
            }
        }
        findings.held.push(Held { condition: top, places: (from as u32, findings.places.len() as u32) });
        findings.points[topic as usize] += f32::from(condition.weight);
        if condition.decisive && findings.points[topic as usize].is_finite() && !findings.decisive.contains(&topic) {
            findings.decisive.push(topic);
        }
    }
}

fn push(list: &mut Vec<u32>, top: u32) {
    if list.last() != Some(&top) {
        list.push(top);
    }
}

impl Findings {
    fn occurs(&mut self, leaf: u32, occurrence: (u32, u32)) {
        let list = &mut self.leaves[leaf as usize];
        if list.is_empty() {
            self.touched.push(leaf);
        }
        if list.len() < HITS_PER_TERM * 4 && list.last() != Some(&occurrence) {
            list.push(occurrence);
        }
    }
}

/// Everything a condition looks at.
struct View<'a> {
    rules: &'a Rules,
    scan: &'a Scan,
    asked: &'a Asked,
    leaves: &'a [Vec<(u32, u32)>],
}

impl View<'_> {
    fn occurrences(&self, leaf: Leaf) -> &[(u32, u32)] {
        &self.leaves[self.rules.leaf(leaf)]
    }

    /// Whether the condition holds; where it does, `places` gets the words.
    fn holds(&self, condition: &Condition, mut places: Option<&mut Vec<Place>>) -> bool {
        let from = places.as_ref().map_or(0, |places| places.len());
        let places_for = &mut places;
        let holds = match &condition.kind {
            Kind::Phrase(leaves) => self.any(leaves, places_for.as_deref_mut()),
            Kind::Near { leaves, within, ordered } => self.near(leaves, *within, *ordered, places_for.as_deref_mut()),
            Kind::Pair { about, wants } => {
                (wants.is_empty() || wants.iter().any(|want| self.asked.wants(*want)))
                    && (about.is_empty() || self.any(about, places_for.as_deref_mut()))
                    && (wants.is_empty() || self.want(wants, places_for.as_deref_mut()))
            }
            Kind::All(list) => list.iter().all(|condition| self.holds(condition, places_for.as_deref_mut())),
            Kind::Any(list) => match places_for {
                Some(places) => list.iter().filter(|condition| self.holds(condition, Some(places))).count() > 0,
                None => list.iter().any(|condition| self.holds(condition, None)),
            },
            Kind::Not(list) => !list.iter().any(|condition| self.holds(condition, None)),
            Kind::Regex(id) => match self.scan.regex_hits.iter().find(|hit| hit.regex == *id) {
                Some(hit) => {
                    if let Some(places) = places_for {
                        places.push(Place::Folded(hit.start, hit.end));
                    }
                    true
                }
                None => false,
            },
        };
        let holds = holds && !condition.unless.iter().any(|condition| self.holds(condition, None));
        if let Some(places) = places.filter(|_| !holds) {
            places.truncate(from);
        }
        holds
    }

    /// Most places shown of one condition: enough for a reader.
    const SHOWN: usize = 4;

    fn any(&self, leaves: &[Leaf], places: Option<&mut Vec<Place>>) -> bool {
        let mut found = leaves.iter().map(|leaf| self.occurrences(*leaf)).filter(|occurrences| !occurrences.is_empty()).peekable();
        let holds = found.peek().is_some();
        if let Some(places) = places {
            let from = places.len();
            for &(first, last) in found.flatten() {
                let place = Place::Tokens(first, last);
                if places.len() == from + Self::SHOWN {
                    break;
                }
                if !places[from..].contains(&place) {
                    places.push(place);
                }
            }
        }
        holds
    }

    fn want(&self, wants: &[Want], mut places: Option<&mut Vec<Place>>) -> bool {
        let mut found = false;
        for &want in wants.iter().filter(|want| self.asked.wants(**want)) {
            found = true;
            if let Some(cue) = self.asked.cues[want as usize] {
                let hit = self.scan.hits[cue as usize];
                if let Some(places) = &mut places {
                    places.push(Place::Tokens(hit.first, hit.last));
                }
            }
        }
        found
    }

    /// All leaves in one sentence, at most `within` words from the first to the last, no two on the same words.
    fn near(&self, leaves: &[Leaf], within: u32, ordered: bool, places: Option<&mut Vec<Place>>) -> bool {
        if leaves.iter().any(|leaf| self.occurrences(*leaf).is_empty()) {
            return false;
        }
        let sentence = |at: u32| self.scan.cut.tokens[at as usize].sentence;
        let mut chosen = Vec::with_capacity(leaves.len());
        'anchor: for &anchor in self.occurrences(leaves[0]) {
            chosen.clear();
            chosen.push(anchor);
            for leaf in &leaves[1..] {
                let last = chosen[chosen.len() - 1];
                let nearest = self
                    .occurrences(*leaf)
                    .iter()
                    .filter(|(first, _)| sentence(*first) == sentence(anchor.0))
                    .filter(|(first, end)| !chosen.iter().any(|(from, to)| first <= to && from <= end))
                    .filter(|(first, _)| !ordered || *first > last.1)
                    .min_by_key(|(first, _)| first.abs_diff(last.1));
                match nearest {
                    Some(&found) => chosen.push(found),
                    None => continue 'anchor,
                }
            }
            let first = chosen.iter().map(|place| place.0).min().unwrap_or(0);
            let last = chosen.iter().map(|place| place.1).max().unwrap_or(0);
            if last - first <= within {
                if let Some(places) = places {
                    places.extend(chosen.iter().map(|&(first, last)| Place::Tokens(first, last)));
                }
                return true;
            }
        }
        false
    }
}
