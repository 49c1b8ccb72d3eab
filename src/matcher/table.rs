//! Numbers with lists of numbers, and words with lists: a policy has 100,000 forms, so they lie in a few long blocks instead of 100,000 small ones.

pub(crate) use crate::words::Words;

/// A list of numbers for each number.
#[derive(Default)]
pub(crate) struct Lists {
    starts: Vec<u32>,
    values: Vec<u32>,
}

impl Lists {
    /// Lists of `len` owners from pairs of owner and value, which are gone through twice; each list ascending and without repetitions.
    pub(crate) fn new<P: Iterator<Item = (u32, u32)>>(len: usize, pairs: impl Fn() -> P) -> Lists {
        let mut ends = vec![0u32; len];
        for (owner, _) in pairs() {
            ends[owner as usize] += 1;
        }
        let mut total = 0;
        for end in &mut ends {
            total += *end;
            *end = total - *end;
        }
        let mut values = vec![0; total as usize];
        for (owner, value) in pairs() {
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
    pub(crate) fn new<P: Iterator<Item = (u32, u32)>>(words: Words, pairs: impl Fn() -> P) -> Table {
        let lists = Lists::new(words.len(), pairs);
        Table { words, lists }
    }

    pub(crate) fn words(&self) -> &Words {
        &self.words
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
    fn lists_are_those_of_their_owners() {
        let lists = Lists::new(5, || [(3, 9), (1, 7), (1, 4), (1, 7)].into_iter());
        let all: Vec<&[u32]> = (0..5).map(|owner| lists.get(owner)).collect();
        assert_eq!(all, [&[][..], &[4, 7], &[], &[9], &[]]);
    }
}
