//! Words of a policy → a lexicon.

use std::collections::HashMap;

use super::lexicon::{AtomId, Lexicon};
use super::mend;
use super::starts;
use super::table::{Lists, Table, Words};
use crate::policy::term::Atom;
use crate::token::inflect;
use crate::token::stem::stem;

/// Collects words while a policy is compiled.
#[derive(Default)]
pub(crate) struct Builder {
    /// Fewest letters of a word that has forms.
    least: usize,
    /// Whether a word that is a form of a verb stands for the others, too.
    any_form: bool,
    slots: HashMap<Vec<Atom>, AtomId>,
    forms: Words,
    stems: Words,
    prefixes: Words,
    common: Words,
    /// (form, slot), and so on.
    form_slots: Vec<(u32, AtomId)>,
    stem_slots: Vec<(u32, AtomId)>,
    prefix_slots: Vec<(u32, AtomId)>,
    /// Words of terms in any form, with the numbers of their forms and of the stems of those: a word of many terms is spelled out once.
    any: Words,
    any_forms: Lists,
    any_stems: Lists,
    /// Stems in the order of their frequency, for the mender.
    ranked: Vec<Box<str>>,
}

impl Builder {
    pub(crate) fn new(least: usize, any_form: bool) -> Builder {
        Builder { least, any_form, ..Builder::default() }
    }

    /// The number of a slot.
    pub(crate) fn slot(&mut self, atoms: &[Atom]) -> AtomId {
        if let Some(&id) = self.slots.get(atoms) {
            return id;
        }
        let id = self.slots.len() as AtomId;
        self.slots.insert(atoms.to_vec(), id);
        for atom in atoms {
            match atom {
                Atom::Exact(word) => self.form_slots.push((self.forms.insert(word), id)),
                Atom::Prefix(prefix) => self.prefix_slots.push((self.prefixes.insert(prefix), id)),
                Atom::Any(word) => {
                    let word = self.spell_out(word);
                    self.form_slots.extend(self.any_forms.get(word).iter().map(|&form| (form, id)));
                    self.stem_slots.extend(self.any_stems.get(word).iter().map(|&stem| (stem, id)));
                }
            }
        }
        id
    }

    fn spell_out(&mut self, word: &str) -> u32 {
        let known = self.any.len();
        let id = self.any.insert(word);
        if (id as usize) < known {
            return id;
        }
        let own = stem(word);
        let long = word.chars().count() >= self.least;
        let (mut forms, mut stems) = (Vec::new(), Vec::new());
        let mut spelled = inflect::forms(word, self.least);
        if self.any_form {
            spelled.extend(inflect::infinitives(word).iter().flat_map(|infinitive| inflect::forms(infinitive, self.least)));
        }
        for form in spelled {
            let stem = stem(&form);
            // A stem of three letters is a stem of many words; the forms themselves are listed anyway.
            if long && (stem == own && own.chars().count() >= 3 || stem.chars().count() >= 5) {
                stems.push(self.stems.insert(stem));
            }
            forms.push(self.forms.insert(&form));
        }
        for list in [&mut forms, &mut stems] {
            list.sort_unstable();
            list.dedup();
        }
        self.any_forms.push(forms);
        self.any_stems.push(stems);
        self.ranked.push(own.into());
        id
    }

    /// Adds a common word of the language, the most frequent first.
    pub(crate) fn common(&mut self, word: &str) {
        let stem = stem(word);
        self.common.insert(stem);
        self.common.insert(word);
        self.ranked.push(stem.into());
    }

    /// `roots` are the states that the slots lead to; `mends` says whether damaged words are undone.
    pub(crate) fn build(self, roots: Vec<u32>, mends: bool) -> Lexicon {
        let mut starts = starts::Builder::default();
        if !mends {
            self.forms.iter().for_each(|form| starts.word(form));
            self.stems.iter().for_each(|stem| starts.prefix(stem, true));
            self.prefixes.iter().for_each(|prefix| starts.prefix(prefix, false));
        }
        Lexicon {
            forms: Table::new(self.forms, &self.form_slots),
            by_stem: Table::new(self.stems, &self.stem_slots),
            prefixes: Table::new(self.prefixes, &self.prefix_slots),
            common: self.common,
            starts: starts.build(),
            roots,
            mender: if mends { mend::Index::new(&self.ranked) } else { mend::Index::default() },
            mends,
        }
    }
}
