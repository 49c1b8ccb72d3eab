//! Which of many literals stand in a text, in one pass.
//!
//! Two bytes decide at most places that none begins there, and four where two would be one letter only («о» begins many literals, «ош» few). A general automaton
//! takes ten times as long on Russian text, most of whose bytes are one of two.

/// Literals ready to be looked for.
pub(crate) struct Scanner {
    /// Bytes that a literal begins with.
    first: [bool; 256],
    /// By the first two bytes: whether a literal of less than four bytes may begin so, and whether a longer one may.
    pairs: Vec<u8>,
    /// By a hash of the first four bytes: whether a longer literal may begin so.
    quads: Vec<u64>,
    /// Literals in byte order, and what each stands for.
    literals: Vec<(Box<[u8]>, u32)>,
}

const SHORT: u8 = 1;
const LONG: u8 = 2;

fn quad(bytes: [u8; 4]) -> usize {
    (u32::from_le_bytes(bytes).wrapping_mul(0x9e37_79b1) >> 18) as usize
}

impl Scanner {
    /// Literals of at least two bytes, each with what it stands for.
    pub(crate) fn new<T: AsRef<[u8]>>(literals: impl IntoIterator<Item = (T, u32)>) -> Scanner {
        let mut literals: Vec<(Box<[u8]>, u32)> = literals.into_iter().map(|(literal, id)| (literal.as_ref().into(), id)).collect();
        literals.sort();
        literals.dedup();
        let mut scanner = Scanner { first: [false; 256], pairs: vec![0; 1 << 16], quads: vec![0; (1 << 14) / 64], literals };
        for (literal, _) in &scanner.literals {
            debug_assert!(literal.len() >= 2);
            scanner.first[literal[0] as usize] = true;
            let pair = usize::from(u16::from_le_bytes([literal[0], literal[1]]));
            match literal.first_chunk::<4>() {
                Some(first) => {
                    scanner.pairs[pair] |= LONG;
                    scanner.quads[quad(*first) / 64] |= 1 << (quad(*first) % 64);
                }
                None => scanner.pairs[pair] |= SHORT,
            }
        }
        scanner
    }

    /// Calls `found` with what each literal in `text` stands for and where it begins, once for every place, ascending.
    pub(crate) fn find(&self, text: &str, mut found: impl FnMut(u32, usize)) {
        let bytes = text.as_bytes();
        for (at, pair) in bytes.windows(2).enumerate() {
            if !self.first[pair[0] as usize] {
                continue;
            }
            let may = self.pairs[usize::from(u16::from_le_bytes([pair[0], pair[1]]))];
            if may == 0 {
                continue;
            }
            let rest = &bytes[at..];
            let long = rest.first_chunk::<4>().is_some_and(|first| self.quads[quad(*first) / 64] & 1 << (quad(*first) % 64) != 0);
            if may & SHORT != 0 || long {
                self.at(rest, pair, &mut |id| found(id, at));
            }
        }
    }

    #[cold]
    fn at(&self, rest: &[u8], pair: &[u8], found: &mut impl FnMut(u32)) {
        let from = self.literals.partition_point(|(literal, _)| literal[..2] < *pair);
        for (literal, id) in self.literals[from..].iter().take_while(|(literal, _)| literal[..2] == *pair) {
            if rest.starts_with(literal) {
                found(*id);
            }
        }
    }

    pub(crate) fn memory_usage(&self) -> usize {
        self.pairs.len() + self.quads.len() * 8 + self.literals.iter().map(|(literal, _)| literal.len() + 24).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_found_wherever_they_stand() {
        let literals = ["->", "::", "10.", "error", "err", "ошибк", "ош", "ж"];
        let scanner = Scanner::new(literals.iter().enumerate().map(|(id, literal)| (literal, id as u32)));
        for text in ["", "-", "->", "a->b", "php::x 10.0", "error", "errors err", "ошибка", "хорош", "оши", "жжж", "ошибк", "1", "0ж"]
        {
            let mut got = Vec::new();
            scanner.find(text, |id, at| {
                assert!(text.as_bytes()[at..].starts_with(literals[id as usize].as_bytes()));
                got.push(id);
            });
            got.sort_unstable();
            got.dedup();
            let want: Vec<u32> = (0..literals.len()).filter(|id| text.contains(literals[*id])).map(|id| id as u32).collect();
            assert_eq!(got, want, "{text:?}");
        }
    }
}
