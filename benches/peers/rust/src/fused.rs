//! Folding, stems and matching in one walk over the bytes: what is possible, not something to use.
//!
//! It knows only the word forms of the training tickets, which come from the same vocabulary as the measured ones, and it has neither offsets nor explanations.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::job::{Hits, Matcher, RuleSet, fold, stemmer, words};
use crate::trie::{NONE, StemTrie};

pub struct Fused {
    trie: StemTrie,
    forms: Forms,
}

impl Fused {
    pub fn new(rules: &RuleSet, train: &[String]) -> Result<Self, String> {
        let trie = StemTrie::new(rules, false)?;
        let mut stems = vec![String::new(); trie.stems.len()];
        for (stem, &number) in &trie.stems {
            stems[number as usize].clone_from(stem);
        }
        Ok(Self { forms: Forms::new(&stems, train)?, trie })
    }
}

impl Matcher for Fused {
    fn find(&mut self, text: &str, hits: &mut Hits) {
        let tokens = &mut self.trie.tokens;
        tokens.clear();
        self.forms.scan(text.as_bytes(), |number| tokens.push(number));
        self.trie.walk(hits);
        // Every regex of the workload needs a digit or a Latin letter.
        if text.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
            self.trie.regexes.find(text, hits);
        }
    }
}

/// Slots of the table of forms.
const SLOTS: usize = 1 << 16;

/// From the hash of a folded word form to the number of its stem, by open addressing; forms are not compared, only their hashes.
pub struct Forms {
    ascii: [u8; 256],
    /// By the second byte of a letter, for the first bytes 0xD0 and 0xD1.
    cyrillic: [[u8; 64]; 2],
    table: Vec<(u32, u32)>,
}

impl Forms {
    /// The forms in `train` whose stem is one of `stems`.
    pub fn new(stems: &[String], train: &[String]) -> Result<Self, String> {
        let mut forms = Self { ascii: [0; 256], cyrillic: [[0; 64]; 2], table: vec![(0, NONE); SLOTS] };
        for byte in (0..=255u8).filter(|byte| byte.is_ascii_alphanumeric() || *byte == b'_') {
            forms.ascii[byte as usize] = byte.to_ascii_lowercase();
        }
        for (upper, lower) in ('А'..='Я').zip('а'..='я').chain([('Ё', 'е')]) {
            for c in [upper, upper.to_lowercase().next().unwrap_or(lower)] {
                let mut bytes = [0; 2];
                c.encode_utf8(&mut bytes);
                forms.cyrillic[(bytes[0] - 0xD0) as usize][(bytes[1] & 63) as usize] = 128 + (lower as u32 - 'а' as u32) as u8;
            }
        }
        let stemmer = stemmer();
        let numbers: FxHashMap<&str, u32> = stems.iter().enumerate().map(|(number, stem)| (stem.as_str(), number as u32)).collect();
        let seen: BTreeSet<String> = train.iter().flat_map(|text| words(&fold(text)).map(str::to_string).collect::<Vec<_>>()).collect();
        let known = seen.iter().filter_map(|form| Some((form, *numbers.get(&*stemmer.stem(form))?)));
        for (count, (form, number)) in known.enumerate() {
            if count == SLOTS / 2 {
                return Err("too many forms for the table".into());
            }
            let mut hash = 0;
            forms.hash(form.as_bytes(), |word| hash = word);
            let mut slot = (hash >> 48) as usize;
            while forms.table[slot].1 != NONE {
                slot = (slot + 1) % SLOTS;
            }
            forms.table[slot] = (hash as u32, number);
        }
        Ok(forms)
    }

    #[inline(always)]
    fn hash(&self, bytes: &[u8], mut word: impl FnMut(u64)) {
        let (mut at, mut hash) = (0, 0u64);
        while at < bytes.len() {
            let byte = bytes[at];
            let code = if byte & 0xFE == 0xD0 && at + 1 < bytes.len() {
                at += 2;
                self.cyrillic[(byte & 1) as usize][(bytes[at - 1] & 63) as usize]
            } else {
                at += 1;
                self.ascii[byte as usize]
            };
            if code != 0 {
                hash = (hash.rotate_left(5) ^ code as u64).wrapping_mul(0x517c_c1b7_2722_0a95);
            } else if hash != 0 {
                word(hash);
                hash = 0;
            }
        }
        if hash != 0 {
            word(hash);
        }
    }

    /// Gives the number of the stem of every word, [`NONE`] for a form not known.
    #[inline(always)]
    pub fn scan(&self, bytes: &[u8], mut token: impl FnMut(u32)) {
        self.hash(bytes, |hash| {
            let mut slot = (hash >> 48) as usize;
            loop {
                let (tag, number) = self.table[slot];
                if number == NONE || tag == hash as u32 {
                    break token(number);
                }
                slot = (slot + 1) % SLOTS;
            }
        });
    }
}
