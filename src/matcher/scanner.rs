//! Which of many literals stand in a text, found on the way that the words take anyway.
//!
//! A literal is looked for only where its rarest two letters stand next to each other inside a word, or its mark (`->`) if it has no such. Whether a word has the two letters of
//! any literal is known once the word is, so most texts cost nothing at all. Literals with neither («ж», two blanks) are looked for in the plain way.

use crate::token::{Key, letter};

/// Literals ready to be looked for.
pub(crate) struct Scanner {
    /// Each literal, and what it stands for.
    literals: Vec<(Box<[u8]>, u32)>,
    /// By two letters: whether a literal is anchored in them.
    pairs: Box<[u64; PAIRS / 64]>,
    /// By character: whether a literal is anchored in it.
    pub(super) marks: Marks,
    /// Ascending.
    anchors: Vec<Anchor>,
    /// By hash of the sign: the sign, and where its anchors begin plus one; open addressing.
    signs: Vec<(u32, u32)>,
    /// Literals without an anchor.
    loose: Vec<u32>,
}

/// Numbers of two letters.
const PAIRS: usize = 1 << (2 * Key::BITS);

/// By ASCII character: whether it is looked for.
pub(crate) type Marks = [bool; 128];

/// Where a literal can be found: two letters or a mark, the literal, and where in it they stand, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Anchor {
    sign: u32,
    literal: u32,
    offset: u32,
}

/// Two letters as one number, the first lowest, as in a [`Key`].
fn pair(first: u8, second: u8) -> u32 {
    u32::from(second) << Key::BITS | u32::from(first)
}

/// A mark and what follows it, as a number that is no pair; 0 where anything may follow.
fn mark(byte: u8, next: u8) -> u32 {
    1 << (2 * Key::BITS + 2) | u32::from(byte) << 8 | u32::from(next)
}

/// How often a letter stands in Russian texts, roughly; Latin letters and digits are rarer than any.
fn frequency(letter: u8) -> u32 {
    const COMMON: &str = "оеаинтсрвлкмдпуязыьбгйчжхшюцщэф";
    let number = |c: char| u8::try_from(u32::from(c) - 0x430 + 1).unwrap_or(0);
    COMMON.chars().position(|c| number(c) == letter).map_or(1, |rank| 40 - rank as u32)
}

impl Scanner {
    /// Folded literals, each with what it stands for.
    pub(crate) fn new<T: AsRef<[u8]>>(literals: impl IntoIterator<Item = (T, u32)>) -> Scanner {
        let mut literals: Vec<(Box<[u8]>, u32)> = literals.into_iter().map(|(literal, id)| (literal.as_ref().into(), id)).collect();
        literals.sort();
        literals.dedup();
        let mut scanner = Scanner {
            pairs: Box::new([0; PAIRS / 64]),
            marks: [false; 128],
            anchors: Vec::new(),
            signs: Vec::new(),
            loose: Vec::new(),
            literals,
        };
        for literal in 0..scanner.literals.len() as u32 {
            match scanner.anchor(literal) {
                Some(anchor) => scanner.anchors.push(anchor),
                None => scanner.loose.push(literal),
            }
        }
        scanner.anchors.sort_unstable();
        scanner.signs = vec![(0, 0); (scanner.anchors.len() * 2).next_power_of_two()];
        for (at, anchor) in scanner.anchors.iter().enumerate() {
            if at == 0 || scanner.anchors[at - 1].sign != anchor.sign {
                let mut place = Scanner::place(anchor.sign, scanner.signs.len());
                while scanner.signs[place].1 != 0 {
                    place = (place + 1) % scanner.signs.len();
                }
                scanner.signs[place] = (anchor.sign, at as u32 + 1);
            }
        }
        scanner
    }

    /// The anchor of a literal.
    fn anchor(&mut self, literal: u32) -> Option<Anchor> {
        let bytes = &self.literals[literal as usize].0;
        let mut best: Option<(u32, Anchor)> = None;
        let (mut at, mut before) = (0, (0, 0));
        while at < bytes.len() {
            let (number, len) = letter(bytes, at);
            if before.0 != 0 && number != 0 {
                let often = frequency(before.0) * frequency(number);
                if best.as_ref().is_none_or(|best| often < best.0) {
                    best = Some((often, Anchor { sign: pair(before.0, number), literal, offset: before.1 as u32 }));
                }
            }
            before = (number, at);
            at += len;
        }
        if let Some((_, anchor)) = best {
            self.pairs[anchor.sign as usize / 64] |= 1 << (anchor.sign % 64);
            return Some(anchor);
        }
        let at = (0..bytes.len()).find(|&at| bytes[at].is_ascii_punctuation() && letter(bytes, at).0 == 0)?;
        self.marks[bytes[at] as usize] = true;
        let next = bytes.get(at + 1).copied().filter(u8::is_ascii_graphic);
        Some(Anchor { sign: mark(bytes[at], next.unwrap_or(0)), literal, offset: at as u32 })
    }

    #[inline]
    fn anchored(&self, pair: u32) -> bool {
        self.pairs[pair as usize % PAIRS / 64] & 1 << (pair % 64) != 0
    }

    /// Whether a literal may be anchored in a word.
    #[inline]
    pub(super) fn in_key(&self, key: Key) -> bool {
        key.any_pair(|pair| self.anchored(pair))
    }

    /// Calls `found` with each literal that may stand in `text` with its anchor within a range, and where it would begin. What is there must still be compared.
    pub(super) fn within(&self, text: &str, start: usize, end: usize, found: &mut impl FnMut(u32, usize)) {
        let bytes = text.as_bytes();
        let (mut at, mut before) = (start, (0, start));
        while at < end {
            let (number, len) = letter(bytes, at);
            if before.0 != 0 && number != 0 && self.anchored(pair(before.0, number)) {
                self.of_sign(pair(before.0, number), before.1, found);
            }
            before = (number, at);
            at += len;
        }
    }

    /// The same for a mark at `at`; where folding was put off, each byte of a `…` is a dot.
    pub(super) fn at_mark(&self, text: &str, at: usize, found: &mut impl FnMut(u32, usize)) {
        let bytes = text.as_bytes();
        let folded = |at: usize| bytes.get(at).map(|byte| if byte.is_ascii() { byte.to_ascii_lowercase() } else { b'.' });
        let Some(byte) = folded(at) else { return };
        self.of_sign(mark(byte, 0), at, found);
        // Behind a letter of two bytes or more this says too much, which is no harm.
        if let Some(next) = folded(at + 1).filter(u8::is_ascii_graphic) {
            self.of_sign(mark(byte, next), at, found);
        }
    }

    fn of_sign(&self, sign: u32, at: usize, found: &mut impl FnMut(u32, usize)) {
        let mut place = Scanner::place(sign, self.signs.len());
        let from = loop {
            match self.signs[place] {
                (_, 0) => return,
                (there, from) if there == sign => break from as usize - 1,
                _ => place = (place + 1) % self.signs.len(),
            }
        };
        for anchor in self.anchors[from..].iter().take_while(|anchor| anchor.sign == sign) {
            if let Some(start) = at.checked_sub(anchor.offset as usize) {
                found(anchor.literal, start);
            }
        }
    }

    /// Where a sign belongs in a table of so many places, a power of two.
    fn place(sign: u32, places: usize) -> usize {
        (sign.wrapping_mul(0x9e37_79b1) >> 8) as usize & (places - 1)
    }

    /// The same for literals without an anchor, which are compared already.
    pub(super) fn loose(&self, text: &str, found: &mut impl FnMut(u32, usize)) {
        for &literal in &self.loose {
            let bytes = &self.literals[literal as usize].0;
            text.as_bytes()
                .windows(bytes.len())
                .enumerate()
                .filter(|(_, window)| *window == &**bytes)
                .for_each(|(at, _)| found(literal, at));
        }
    }

    pub(super) fn has_loose(&self) -> bool {
        !self.loose.is_empty()
    }

    /// A literal, and what it stands for.
    pub(super) fn literal(&self, literal: u32) -> (&[u8], u32) {
        let (bytes, id) = &self.literals[literal as usize];
        (bytes, *id)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.literals.is_empty()
    }

    pub(crate) fn memory_usage(&self) -> usize {
        let literals: usize = self.literals.iter().map(|(literal, _)| literal.len() + size_of::<(Box<[u8]>, u32)>()).sum();
        size_of_val(&*self.pairs) + self.anchors.capacity() * size_of::<Anchor>() + self.loose.capacity() * 4 + literals
    }
}
