//! Words with numbers, in a few long blocks.

use crate::hash::Seed;

/// Distinct words, numbered from 0 in the order they came.
#[derive(Clone)]
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

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Words").field("len", &self.len()).finish_non_exhaustive()
    }
}

impl Words {
    /// Room for so many words of so many bytes together.
    pub(crate) fn with_capacity(words: usize, bytes: usize) -> Words {
        let slots = vec![(0, 0); (words + words / 3 + 1).next_power_of_two().max(16)];
        Words { text: String::with_capacity(bytes), ends: Vec::with_capacity(words), slots, seed: Seed::new() }
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn get(&self, id: u32) -> &str {
        let id = id as usize;
        let start = if id == 0 { 0 } else { self.ends[id - 1] as usize };
        &self.text[start..self.ends[id] as usize]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len() as u32).map(|id| self.get(id))
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
                // Three of four slots taken at most.
                if self.ends.len() * 4 > self.slots.len() * 3 {
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

    /// Gives back the room that nothing came into.
    pub(crate) fn shrink_to_fit(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    pub(crate) fn memory_usage(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * 4 + self.slots.capacity() * 8
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
}
