//! Cuts folded text into words and sentences.

use crate::limits::WORD_CHARS;
use crate::text::Text;
use crate::text::markup::{MAY_OPEN, opens};
use crate::text::plain::is_odd;
use crate::text::zone::Zone;

/// One word of the folded text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Token {
    /// Byte range in the folded text.
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Number of the sentence, from 0.
    pub(crate) sentence: u32,
    /// Number of the part of a sentence between commas and the like, from 0 over the whole text.
    pub(crate) clause: u32,
    pub(crate) zone: Zone,
}

impl Token {
    pub(crate) fn word<'a>(&self, text: &'a Text) -> &'a str {
        &text.folded[self.start as usize..self.end as usize]
    }
}

/// A whole word as one number, so that finding it again compares no text: seven bits a letter for Russian and Latin letters, digits and `_`; capitals are small ones, ё is
/// е. Letters come in halves of eight, the first lowest; the 17th and the 18th stand above the halves.
///
/// Two keys are equal where the words are; [`Key::NONE`] stands for words that do not fit (over 18 letters, or with other letters).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) low: u64,
    pub(crate) high: u64,
}

impl Key {
    pub(crate) const NONE: Key = Key { low: 0, high: 0 };
    /// Most letters.
    const LETTERS: u32 = 18;
    /// Letters of a half, without the last two of a word.
    const HALF: u32 = 8;
    /// Bits of a letter.
    pub(crate) const BITS: u32 = 7;

    /// The key of a word that is not cut from a text.
    pub(crate) fn of(word: &str) -> Key {
        let (spelling, end) = Spelling::read(word.as_bytes(), 0);
        if end == word.len() { spelling.key() } else { Key::NONE }
    }

    /// The first four letters, or fewer.
    #[inline(always)]
    pub(crate) fn start(self) -> u32 {
        (self.low & 0xfff_ffff) as u32
    }

    /// Whether two neighbouring letters hold a test, given as one number, the first lowest. Also asks for numbers below `1 << 7`, which are no pair.
    #[inline(always)]
    pub(crate) fn any_pair(self, test: impl Fn(u32) -> bool) -> bool {
        // No branches: how long a word is cannot be foreseen.
        let within = |half: u64| (0..Key::HALF - 1).fold(false, |any, at| any | test((half >> (at * Key::BITS)) as u32 & 0x3fff));
        within(self.low) || self.high != 0 && (within(self.high) || self.seams().into_iter().any(test))
    }

    /// The pairs on the seams of the halves and the last two letters.
    fn seams(self) -> [u32; 3] {
        let last = Key::HALF * Key::BITS;
        let seam = |before: u64, after: u64| (before & 0x7f | (after & 0x7f) << Key::BITS) as u32;
        [
            seam(self.low >> (last - Key::BITS), self.high),
            seam(self.high >> (last - Key::BITS), self.low >> last),
            seam(self.low >> last, self.high >> last),
        ]
    }
}

/// A key while its word is read.
#[derive(Clone, Copy, Default)]
struct Spelling {
    key: Key,
    letters: u32,
    /// Whether there was another letter than a plain one.
    other: bool,
}

impl Spelling {
    /// Reads plain letters from `at` on; where they end.
    #[inline(always)]
    fn read(bytes: &[u8], at: usize) -> (Spelling, usize) {
        let mut spelling = Spelling::default();
        match bytes.get(at) {
            Some(0xd0 | 0xd1) => {
                if let Some(read) = Spelling::russian(bytes, at) {
                    return read;
                }
            }
            Some(byte) if byte.is_ascii() && ASCII[*byte as usize] != 0 => {}
            // Only letters of other alphabets are left, which are not plain.
            _ => return (spelling, at),
        }
        let end = spelling.any(bytes, at);
        (spelling, end)
    }

    /// The same for a word of Russian letters other than ё that ends before an ASCII mark or blank: most words. `None` for all others.
    ///
    /// The key is put together from groups at fixed places, and where the next group begins does not wait for what is in this one.
    #[inline(always)]
    fn russian(bytes: &[u8], start: usize) -> Option<(Spelling, usize)> {
        let mut key = Key::NONE;
        let mut at = start;
        for group in 0..GROUPS {
            let (letters, count) = four(u64::from_le_bytes(*bytes.get(at..)?.first_chunk::<8>()?))?;
            *if group < 2 { &mut key.low } else { &mut key.high } |= letters << (Key::BITS * FOUR * (group % 2));
            if count < FOUR {
                let end = at + 2 * count as usize;
                let ends = ASCII[usize::from(bytes[end] & 0x7f)] == 0;
                return ends.then_some((Spelling { key, letters: group * FOUR + count, other: false }, end));
            }
            at += 2 * FOUR as usize;
        }
        None
    }

    /// Reads any plain letters.
    fn any(&mut self, bytes: &[u8], mut at: usize) -> usize {
        while at < bytes.len() {
            let (number, len) = letter(bytes, at);
            if number == 0 {
                break;
            }
            self.push(number);
            at += len;
        }
        at
    }

    fn push(&mut self, letter: u8) {
        let place = match self.letters {
            at @ ..Key::HALF => (0, at),
            at @ ..16 => (1, at - Key::HALF),
            at => (at % 2, Key::HALF),
        };
        if self.letters < Key::LETTERS {
            *if place.0 == 0 { &mut self.key.low } else { &mut self.key.high } |= u64::from(letter) << (place.1 * Key::BITS);
        }
        self.letters += 1;
    }

    /// Whether the word may be one of a signature, or is too long to tell: «уважением», «отправлено».
    #[inline(always)]
    fn signs(self) -> bool {
        const HALF: u64 = (1 << (Key::HALF * Key::BITS)) - 1;
        let half = self.key.low & HALF;
        half == RESPECT || half == SENT || self.letters > Key::LETTERS
    }

    #[inline(always)]
    fn key(self) -> Key {
        if self.other || self.letters > Key::LETTERS { Key::NONE } else { self.key }
    }
}

/// Groups of letters in the two halves of a key.
const GROUPS: u32 = 4;

/// The number of е; а is 1.
const E: u8 = 6;

/// Numbers of the letters of one byte: `_`, digits, Latin letters; 0 for all else.
const ASCII: [u8; 128] = {
    let mut letters = [0; 128];
    let (mut byte, mut next) = (0, 33);
    while byte < 128 {
        if matches!(byte as u8, b'0'..=b'9' | b'a'..=b'z' | b'_') {
            letters[byte] = next;
            next += 1;
        }
        byte += 1;
    }
    byte = b'A' as usize;
    while byte <= b'Z' as usize {
        letters[byte] = letters[byte + 32];
        byte += 1;
    }
    letters
};

/// Numbers of а to я, А to Я, ё and Ё by what is left of U+0400 to U+047F; 0 for all else.
const RUSSIAN: [u8; 128] = {
    let mut letters = [0; 128];
    let mut at = 0;
    while at < 32 {
        letters[0x10 + at] = at as u8 + 1;
        letters[0x30 + at] = at as u8 + 1;
        at += 1;
    }
    letters[0x01] = E;
    letters[0x51] = E;
    letters
};

/// The number of the letter at `at` as in a [`Key`], 0 if it has none, and its bytes.
#[inline]
pub(crate) fn letter(bytes: &[u8], at: usize) -> (u8, usize) {
    match bytes[at..] {
        [byte @ ..0x80, ..] => (ASCII[byte as usize], 1),
        [first @ (0xd0 | 0xd1), second, ..] => (RUSSIAN[usize::from((first & 1) << 6 | second & 0x3f)], 2),
        [..0xe0, ..] => (0, 2),
        [..0xf0, ..] => (0, 3),
        _ => (0, 4),
    }
}

/// The first eight letters of «уважением» and of «отправлено».
const RESPECT: u64 = half("уважение");
const SENT: u64 = half("отправле");

/// Eight Russian letters as the half of a key.
const fn half(letters: &str) -> u64 {
    let (bytes, mut at, mut half) = (letters.as_bytes(), 0, 0);
    while at < bytes.len() {
        half |= (RUSSIAN[((bytes[at] & 1) << 6 | bytes[at + 1] & 0x3f) as usize] as u64) << (at as u32 / 2 * Key::BITS);
        at += 2;
    }
    half
}

/// Letters that [`four`] takes at a time.
const FOUR: u32 = 4;

/// The Russian letters before the first ASCII character in eight bytes, seven bits each, the first lowest, and how many they are; `None` if there is anything else before it, ё included.
///
/// Four letters of two bytes are one number of 64 bits, and all are worked out at once in its four parts of 16 bits.
#[inline(always)]
fn four(chunk: u64) -> Option<(u64, u32)> {
    const EACH: u64 = 0x0001_0001_0001_0001;
    let ascii = !chunk & 0x8080_8080_8080_8080;
    // All bits below the first ASCII character.
    let before = ((ascii & ascii.wrapping_neg()) >> 7).wrapping_sub(1);
    // All letters of the alphabet are U+0400 to U+047F: 0xD0 or 0xD1, then six bits.
    let foreign = (chunk ^ (0xd0 * EACH)) & (0xfe * EACH);
    let code = (chunk & EACH) << 6 | chunk >> 8 & (0x3f * EACH);
    // А to Я are 0x10 to 0x2F, а to я 0x30 to 0x4F. Adding what is missing to 0x80 compares all four.
    let letter = (code + 0x70 * EACH) & !(code + 0x30 * EACH);
    if (!letter & (0x80 * EACH) | foreign) & before != 0 {
        return None;
    }
    let numbers = (((code + 0x10 * EACH) & (0x1f * EACH)) + EACH) & before;
    let pairs = numbers | numbers >> 9;
    Some(((pairs & 0x3fff) | (pairs >> 18 & 0xfff_c000), ascii.trailing_zeros() / 16))
}

/// A text cut into words; reused.
#[derive(Default)]
pub(crate) struct Cut {
    pub(crate) tokens: Vec<Token>,
    /// Their keys.
    pub(crate) keys: Vec<Key>,
    /// The sentences that end in a question mark, ascending.
    pub(crate) asked: Vec<u32>,
    /// Words longer than [`WORD_CHARS`], which are no tokens: they are keys, hashes and noise.
    pub(crate) skipped: Vec<(u32, u32)>,
    /// Where the marks stand that were to be noted.
    pub(crate) marked: Vec<u32>,
}

impl Cut {
    /// Cuts a folded text. `marks` are the ASCII characters to note where they stand; a `…` is three dots.
    pub(crate) fn read(&mut self, text: &str, zones: &[(usize, Zone)], marks: &[bool; 128]) {
        self.cut::<false>(text, zones, marks);
    }

    /// Cuts a ticket as typed into what would be cut from its folded text, at the same places; false where that cannot be: it has markup, quotes or a signature, perhaps,
    /// or a character that is not as wide when it is folded.
    pub(crate) fn read_as_typed(&mut self, ticket: &str, marks: &[bool; 128]) -> bool {
        self.cut::<true>(ticket, &[], marks)
    }

    #[inline(always)]
    fn cut<const TYPED: bool>(&mut self, text: &str, zones: &[(usize, Zone)], marks: &[bool; 128]) -> bool {
        let Cut { tokens, keys, asked, skipped, marked } = self;
        tokens.clear();
        keys.clear();
        asked.clear();
        skipped.clear();
        marked.clear();
        let bytes = text.as_bytes();
        // The first zone is entered, not changed to.
        let mut zone = zones.first().map_or(Zone::Own, |first| first.1);
        let (mut next_zone, mut zone_at) = (1, zones.get(1).map_or(usize::MAX, |next| next.0));
        let mut sentence = u32::from(zone != Zone::Own);
        let mut clause = sentence;
        let mut at = 0;
        while at < bytes.len() {
            while zone_at <= at {
                // Another zone is another sentence: a quoted question is not the writer's.
                sentence += u32::from(zones[next_zone].1 != zone);
                clause += u32::from(zones[next_zone].1 != zone);
                zone = zones[next_zone].1;
                next_zone += 1;
                zone_at = zones.get(next_zone).map_or(usize::MAX, |next| next.0);
            }
            if bytes[at] == b' ' {
                at += 1;
                continue;
            }
            let start = at;
            let (mut spelling, mut end) = Spelling::read(bytes, at);
            while end < bytes.len() && bytes[end] >= 0x80 {
                // A letter of another alphabet, or the end of the word. Marks as `…` are the most frequent there.
                if bytes[end..].starts_with(&[0xe2, 0x80]) {
                    break;
                }
                if TYPED {
                    if is_odd(&bytes[end..]) {
                        return false;
                    }
                    break;
                }
                let Some(letter) = text[end..].chars().next().filter(|c| c.is_alphanumeric()) else { break };
                spelling.letters += 1;
                spelling.other = true;
                end = spelling.any(bytes, end + letter.len_utf8());
            }
            at = end;
            if spelling.letters > 0 {
                if TYPED && (spelling.signs() || bytes[start] == b'_') && signs(text, start, at) {
                    return false;
                }
                let (start, end) = (start as u32, at as u32);
                if spelling.letters as usize <= WORD_CHARS {
                    tokens.push(Token { start, end, sentence, clause, zone });
                    keys.push(spelling.key());
                } else {
                    skipped.push((start, end));
                }
                continue;
            }
            if marks.get(bytes[at] as usize) == Some(&true) {
                marked.push(at as u32);
            }
            if TYPED
                && MAY_OPEN.get(bytes[at] as usize) != Some(&false)
                && ((!bytes[at].is_ascii() && is_odd(&bytes[at..])) || opens(text, at))
            {
                return false;
            }
            let mut rest = text[at..].chars();
            let Some(c) = rest.next() else { break };
            if c == '…' && marks[b'.' as usize] {
                marked.extend([0, 1, 2].map(|byte| at as u32 + byte));
            }
            at += c.len_utf8();
            let next = || rest.clone().next();
            let ends = match c {
                '\n' | '!' | '?' => true,
                // Where folding was put off, `…` stands for the three dots it becomes.
                '.' | '…' => next().is_none_or(|next| next.is_whitespace() || next.is_control()),
                _ => false,
            };
            if c == '?' && asked.last() != Some(&sentence) {
                asked.push(sentence);
            }
            if ends {
                sentence += u32::from(next().is_none_or(|next| next != c));
                clause += 1;
            } else if matches!(c, ',' | ';' | ':' | '(' | ')' | '—' | '–') {
                clause += 1;
            }
        }
        true
    }
}

/// Whether a word that may sign does: it begins with «уважением», or something opens there.
#[cold]
fn signs(text: &str, start: usize, end: usize) -> bool {
    let small = text[start..end].chars().take(SIGNING.len()).flat_map(char::to_lowercase).collect::<String>();
    small.starts_with(SIGNING) || (start..end.min(start + 3)).any(|at| opens(text, at))
}

const SIGNING: &str = "уважением";

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(ticket: &str) -> (String, Vec<u32>) {
        let (mut text, mut cut) = (Text::default(), Cut::default());
        text.read(ticket);
        cut.read(&text.folded, text.zones(), &[false; 128]);
        for (token, key) in cut.tokens.iter().zip(&cut.keys) {
            assert_eq!(Key::of(token.word(&text)), *key, "{ticket:?}");
        }
        let words: Vec<String> = cut.tokens.iter().map(|token| format!("{}{}", token.word(&text), token.sentence)).collect();
        let (folded, was) = (words.join(" "), cut.asked.clone());
        // Where folding can wait, the same words are cut from the ticket itself.
        let (tokens, keys) = (cut.tokens.clone(), cut.keys.clone());
        if cut.read_as_typed(ticket, &[false; 128]) {
            assert_eq!((&cut.tokens, &cut.keys, &cut.asked), (&tokens, &keys, &was), "{ticket:?}");
        }
        (folded, was)
    }

    #[test]
    fn words_and_sentences() {
        let rows: &[(&str, &str, &[u32])] = &[
            ("Портал упал. Что делать?", "портал0 упал0 что1 делать1", &[1]),
            ("php-fpm, nginx.conf", "php0 fpm0 nginx0 conf0", &[]),
            ("innodb_buffer_pool_size=1", "innodb_buffer_pool_size0 10", &[]),
            ("как??? поднять", "как0 поднять1", &[0]),
            ("раз\nдва", "раз0 два1", &[]),
            ("Раз… два…три… Ещё\0да.\r\nНет", "раз0 два1 три1 еще2 да2 нет4", &[]),
            ("Ёж, ЕЩЁ Как?! PHP_8 ОШИБКА500", "еж0 еще0 как0 php_82 ошибка5002", &[0]),
            ("", "", &[]),
        ];
        for (ticket, words, asked) in rows {
            assert_eq!(shown(ticket), (words.to_string(), asked.to_vec()), "{ticket:?}");
        }
    }

    #[test]
    fn a_word_without_end_is_left_out() {
        assert_eq!(shown(&format!("да {} нет", "ж".repeat(WORD_CHARS + 1))).0, "да0 нет0");
        assert_eq!(shown(&"ж".repeat(WORD_CHARS)).0.chars().count(), WORD_CHARS + 1);
    }

    #[test]
    fn equal_keys_are_equal_words() {
        let words = ["я", "яя", "a", "аa", "z", "0", "_", "ааааааааааааааааа", "аааааааааааааааааа", "php8", "php_8", "администрирование"];
        for (at, one) in words.iter().enumerate() {
            assert_ne!(Key::of(one), Key::NONE, "{one}");
            words[at + 1..].iter().for_each(|other| assert_ne!(Key::of(one), Key::of(other), "{one} {other}"));
        }
        for word in ["ааааааааааааааааааа", "ў", "naïve", "слово-слово", "№"] {
            assert_eq!(Key::of(word), Key::NONE, "{word}");
        }
    }
}
