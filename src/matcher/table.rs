//! Words with numbers, and numbers with lists of numbers: a policy has 100,000 forms, so they lie in a few long blocks instead of 100,000 small ones.

use crate::hash::Seed;

/// Distinct words, numbered from 0 in the order they came.
pub(crate) struct Words {
    text: String,
    /// Where each word ends in `text`.
    ends: Vec<u32>,
    /// Open addressing: the upper half of the hash, and the number of the word plus one.
    slots: Vec<(u32, u32)>,
    seed: Seed,
}

impl Default for Words {
    fn default() -> Words {
        Words { text: String::new(), ends: Vec::new(), slots: vec![(0, 0); 16], seed: Seed::new() }
    }
}

impl Words {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn get(&self, id: u32) -> &str {
        let id = id as usize;
        let start = if id == 0 { 0 } else { self.ends[id - 1] as usize };
        &self.text[start..self.ends[id] as usize]
    }

    /// All words, in the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len() as u32).map(|id| self.get(id))
    }

    #[inline]
    pub(crate) fn find(&self, word: &str) -> Option<u32> {
        self.slot(word, self.seed.of_bytes(word.as_bytes())).ok()
    }

    pub(crate) fn contains(&self, word: &str) -> bool {
        self.find(word).is_some()
    }

    /// The number of a word, a new one if need be.
    pub(crate) fn insert(&mut self, word: &str) -> u32 {
        let hash = self.seed.of_bytes(word.as_bytes());
        match self.slot(word, hash) {
            Ok(id) => id,
            Err(at) => {
                let id = self.ends.len() as u32;
                self.text.push_str(word);
                self.ends.push(self.text.len() as u32);
                self.slots[at] = ((hash >> 32) as u32, id + 1);
                if self.ends.len() * 2 > self.slots.len() {
                    self.grow();
                }
                id
            }
        }
    }

    /// The number of the word, or the free slot for it.
    #[inline]
    fn slot(&self, word: &str, hash: u64) -> Result<u32, usize> {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            match self.slots[at] {
                (_, 0) => return Err(at),
                (tag, id) if tag == (hash >> 32) as u32 && self.get(id - 1) == word => return Ok(id - 1),
                _ => at = (at + 1) & mask,
            }
        }
    }

    fn grow(&mut self) {
        let mut slots = vec![(0, 0); self.slots.len() * 2];
        let mask = slots.len() - 1;
        for id in 0..self.ends.len() as u32 {
            let hash = self.seed.of_bytes(self.get(id).as_bytes());
            let mut at = hash as usize & mask;
            while slots[at].1 != 0 {
                at = (at + 1) & mask;
            }
            slots[at] = ((hash >> 32) as u32, id + 1);
        }
        self.slots = slots;
    }

    pub(crate) fn memory_usage(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * 4 + self.slots.capacity() * 8
    }
}

/// A list of numbers for each number.
#[derive(Default)]
pub(crate) struct Lists {
    starts: Vec<u32>,
    values: Vec<u32>,
}

impl Lists {
    /// Lists of `len` owners from pairs of owner and value; each list ascending and without repetitions.
    pub(crate) fn new(len: usize, pairs: &[(u32, u32)]) -> Lists {
        let mut ends = vec![0u32; len];
        for &(owner, _) in pairs {
            ends[owner as usize] += 1;
        }
        let mut total = 0;
        for end in &mut ends {
            total += *end;
            *end = total - *end;
        }
        let mut values = vec![0; pairs.len()];
        for &(owner, value) in pairs {
            let end = &mut ends[owner as usize];
            values[*end as usize] = value;
            *end += 1;
        }
        let (mut starts, mut kept, mut from) = (Vec::with_capacity(len + 1), 0, 0);
        for end in ends.into_iter().map(|end| end as usize) {
            starts.push(kept as u32);
            let list = &mut values[from..end];
            if !list.is_sorted() {
                list.sort_unstable();
            }
            let first = kept;
            for at in from..end {
                if kept == first || values[kept - 1] != values[at] {
                    values[kept] = values[at];
                    kept += 1;
                }
            }
            from = end;
        }
        starts.push(kept as u32);
        values.truncate(kept);
        values.shrink_to_fit();
        Lists { starts, values }
    }

    /// Appends a list; its owner is the next number.
    pub(crate) fn push(&mut self, list: impl IntoIterator<Item = u32>) {
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        self.values.extend(list);
        self.starts.push(self.values.len() as u32);
    }

    #[inline]
    pub(crate) fn get(&self, owner: u32) -> &[u32] {
        let owner = owner as usize;
        &self.values[self.starts[owner] as usize..self.starts[owner + 1] as usize]
    }

    pub(crate) fn memory_usage(&self) -> usize {
        (self.starts.capacity() + self.values.capacity()) * 4
    }
}

/// Words with a list each.
#[derive(Default)]
pub(crate) struct Table {
    words: Words,
    lists: Lists,
}

impl Table {
    pub(crate) fn new(words: Words, pairs: &[(u32, u32)]) -> Table {
        let lists = Lists::new(words.len(), pairs);
        Table { words, lists }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.words.len() == 0
    }

    pub(crate) fn contains(&self, word: &str) -> bool {
        self.words.contains(word)
    }

    /// The list of a word; `None` if the word is not there.
    #[inline]
    pub(crate) fn get(&self, word: &str) -> Option<&[u32]> {
        self.words.find(word).map(|id| self.lists.get(id))
    }

    pub(crate) fn memory_usage(&self) -> usize {
        self.words.memory_usage() + self.lists.memory_usage()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_their_numbers_while_the_table_grows() {
        let mut words = Words::default();
        let names: Vec<String> = (0..1_000).map(|n| format!("слово{n}")).collect();
        for (id, name) in names.iter().enumerate() {
            assert_eq!(words.insert(name), id as u32);
        }
        for (id, name) in names.iter().enumerate() {
            assert_eq!((words.insert(name), words.find(name), words.get(id as u32)), (id as u32, Some(id as u32), name.as_str()));
        }
        assert_eq!((words.len(), words.find("нет"), words.insert("")), (1_000, None, 1_000));
    }

    #[test]
    fn lists_are_those_of_their_owners() {
        let lists = Lists::new(5, &[(3, 9), (1, 7), (1, 4), (1, 7)]);
        let all: Vec<&[u32]> = (0..5).map(|owner| lists.get(owner)).collect();
        assert_eq!(all, [&[][..], &[4, 7], &[], &[9], &[]]);
    }
}
