//! Terms → a matcher, on as many threads as there is work for.

use super::lexicon::{AtomId, Lexicon};
use super::literals::Literals;
use super::mend;
use super::phrases::{self, Phrases};
use super::starts::{self, Starts};
use super::table::{Lists, Table, Words};
use super::{Matcher, Source};
use crate::beside::both;
use crate::limits::Limits;
use crate::policy::term::Atom;
use crate::token::inflect::{self, Forms};
use crate::token::stem::stem;

impl Matcher {
    pub(crate) fn new(source: &Source, limits: &Limits) -> Matcher {
        let (used, phrases, roots) = phrases(source);
        let (lexicon, literals) = both(|| lexicon(source, &used, roots), || Literals::new(source.regexes, source.signs, limits));
        Matcher { lexicon, phrases, literals, terms: source.terms.len(), across: source.across }
    }
}

/// The sequences of all terms; the slots they use, numbered anew in the order they are met, since hits are told in the order of these numbers.
fn phrases(source: &Source) -> (Vec<u32>, Phrases, Vec<u32>) {
    let mut numbers: Vec<Option<AtomId>> = vec![None; source.slots.iter().len()];
    let (mut used, mut builder) = (Vec::new(), phrases::Builder::default());
    let mut sequence: Vec<(bool, AtomId)> = Vec::new();
    for (id, term) in source.terms.iter().enumerate() {
        for variant in term.variants() {
            sequence.clear();
            sequence.extend(variant.iter().map(|place| {
                let number = *numbers[place.slot() as usize].get_or_insert_with(|| {
                    used.push(place.slot());
                    used.len() as AtomId - 1
                });
                (place.gap(), number)
            }));
            builder.add(&sequence, id as u32);
        }
    }
    let (phrases, roots) = builder.build();
    (used, phrases, roots)
}

/// Words of slots by how they stand there, each with its slot.
#[derive(Default)]
struct Atoms<'a> {
    exact: Vec<(&'a str, AtomId)>,
    prefixes: Vec<(&'a str, AtomId)>,
    /// Words that stand for all their forms, by their order among `forms`.
    any: Vec<(u32, AtomId)>,
    /// A word of many slots is spelled out once.
    spelled: Vec<&'a str>,
}

impl<'a> Atoms<'a> {
    fn of(source: &Source<'a>, used: &[u32]) -> Atoms<'a> {
        let slots: Vec<&[Atom]> = source.slots.iter().collect();
        let words = &source.slots.words;
        let mut numbers: Vec<Option<u32>> = vec![None; words.len()];
        let mut atoms = Atoms::default();
        for (id, slot) in (0..).zip(used) {
            for atom in slots[*slot as usize] {
                match *atom {
                    Atom::Exact(word) => atoms.exact.push((words.get(word), id)),
                    Atom::Prefix(word) => atoms.prefixes.push((words.get(word), id)),
                    Atom::Any(word) => {
                        let number = *numbers[word as usize].get_or_insert_with(|| {
                            atoms.spelled.push(words.get(word));
                            atoms.spelled.len() as u32 - 1
                        });
                        atoms.any.push((number, id));
                    }
                }
            }
        }
        atoms
    }
}

/// Words spelled out, one after the other.
struct Spelled {
    forms: Forms,
    /// Where the forms of each word end.
    ends: Vec<usize>,
    /// Bytes of each form that are a stem its word is found by; 0 for none.
    stems: Vec<u8>,
}

impl Spelled {
    fn of(words: &[&str], source: &Source) -> Spelled {
        /// Letters of a stem that is one of many words, unless it is the word's own; the forms themselves are listed anyway.
        const FEW: usize = 5;
        const FEW_OF_ITS_OWN: usize = 3;
        let letters = |word: &str| word.len() / "я".len();
        let mut spelled = Spelled { forms: Forms::default(), ends: Vec::with_capacity(words.len()), stems: Vec::new() };
        for word in words {
            let from = spelled.forms.len();
            inflect::forms(word, source.least, &mut spelled.forms);
            if source.any_form {
                inflect::infinitives(word).iter().for_each(|infinitive| inflect::forms(infinitive, source.least, &mut spelled.forms));
            }
            let (own, long) = (stem(word), letters(word) >= source.least);
            spelled.stems.extend((from..spelled.forms.len()).map(|at| {
                let stem = if long { stem(spelled.forms.get(at)) } else { "" };
                let tells = letters(stem) >= FEW || stem == own && letters(own) >= FEW_OF_ITS_OWN;
                if tells { stem.len() as u8 } else { 0 }
            }));
            spelled.ends.push(spelled.forms.len());
        }
        spelled
    }

    /// The forms of each word, each with its stem.
    fn words(&self) -> impl Iterator<Item = impl Iterator<Item = (&str, &str)>> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(from, to)| {
            (from..*to).map(|at| {
                let form = self.forms.get(at);
                (form, &form[..usize::from(self.stems[at])])
            })
        })
    }
}

fn lexicon(source: &Source, used: &[u32], roots: Vec<u32>) -> Lexicon {
    let atoms = Atoms::of(source, used);
    let (first, second) = atoms.spelled.split_at(atoms.spelled.len() / 2);
    let (first, second) = both(|| Spelled::of(first, source), || Spelled::of(second, source));
    let spelled = [first, second];
    let (forms, (by_stem, prefixes, (common, mender))) =
        both(|| forms(&atoms, &spelled), || (stems(&atoms, &spelled), prefixes(&atoms), common(source, &atoms)));
    let starts = starts(source, &forms, &by_stem, &prefixes);
    Lexicon { forms, by_stem, prefixes, starts, common, roots, mender, mends: source.mends }
}

/// How the words of these tables begin, for a matcher that takes words as they are typed.
fn starts(source: &Source, forms: &Table, by_stem: &Table, prefixes: &Table) -> Starts {
    let mut starts = starts::Builder::default();
    if !source.mends {
        forms.words().iter().for_each(|form| starts.word(form));
        by_stem.words().iter().for_each(|stem| starts.prefix(stem, true));
        prefixes.words().iter().for_each(|prefix| starts.prefix(prefix, false));
    }
    starts.build()
}

/// All forms as they stand in tickets.
fn forms(atoms: &Atoms, spelled: &[Spelled]) -> Table {
    let count = |of: fn(&Forms) -> usize| spelled.iter().map(|spelled| of(&spelled.forms)).sum::<usize>();
    let mut words = Words::with_capacity(count(Forms::len) + atoms.exact.len(), count(Forms::bytes));
    let mut numbers = Lists::default();
    for word in spelled.iter().flat_map(Spelled::words) {
        numbers.push(word.map(|(form, _)| words.insert(form)));
    }
    let exact: Vec<(u32, AtomId)> = atoms.exact.iter().map(|&(word, slot)| (words.insert(word), slot)).collect();
    words.shrink_to_fit();
    Table::new(words, || pairs(&atoms.any, &numbers).chain(exact.iter().copied()))
}

/// The stems of all forms that tell their word.
fn stems(atoms: &Atoms, spelled: &[Spelled]) -> Table {
    let (mut words, mut numbers) = (Words::default(), Lists::default());
    let mut stems: Vec<u32> = Vec::new();
    for word in spelled.iter().flat_map(Spelled::words) {
        stems.clear();
        // Forms next to each other mostly have the same stem.
        let mut last = "";
        for (_, stem) in word.filter(|(_, stem)| !stem.is_empty()) {
            if stem != last {
                stems.push(words.insert(stem));
                last = stem;
            }
        }
        stems.sort_unstable();
        stems.dedup();
        numbers.push(stems.iter().copied());
    }
    Table::new(words, || pairs(&atoms.any, &numbers))
}

/// What belongs to a word, with each slot the word stands in.
fn pairs(any: &[(u32, AtomId)], numbers: &Lists) -> impl Iterator<Item = (u32, AtomId)> {
    any.iter().flat_map(|&(word, slot)| numbers.get(word).iter().map(move |&number| (number, slot)))
}

fn prefixes(atoms: &Atoms) -> Table {
    let mut words = Words::default();
    let pairs: Vec<(u32, AtomId)> = atoms.prefixes.iter().map(|&(prefix, slot)| (words.insert(prefix), slot)).collect();
    Table::new(words, || pairs.iter().copied())
}

/// Common words of the language and their stems; stems to mend towards, the policy's own before the others.
fn common(source: &Source, atoms: &Atoms) -> (Words, mend::Index) {
    let mut common = Words::default();
    let mut ranked = Words::default();
    let mut rank = |stem: &str| {
        if source.mends && mend::is_long(stem) {
            ranked.insert(stem);
        }
    };
    atoms.spelled.iter().for_each(|word| rank(stem(word)));
    for word in source.words.split_whitespace() {
        let stem = stem(word);
        common.insert(stem);
        common.insert(word);
        rank(stem);
    }
    (common, mend::Index::new(ranked))
}
