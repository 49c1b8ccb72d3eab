//! Cuts folded text into words and sentences.

use crate::limits::WORD_CHARS;
use crate::text::Text;
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

/// A whole word as one number, so that finding it again compares no text: seven bits a letter, for Russian and Latin letters, digits and `_`.
///
/// Two keys are equal where the words are; [`Key::NONE`] stands for words that do not fit (over 18 letters, or with other letters).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    /// The first nine letters, and the next nine.
    pub(crate) low: u64,
    pub(crate) high: u64,
}

impl Key {
    pub(crate) const NONE: Key = Key { low: 0, high: 0 };
    /// Letters of each half.
    const HALF: usize = 9;

    /// The key of a word that is not cut from a text.
    pub(crate) fn of(word: &str) -> Key {
        let mut spelling = Spelling::default();
        let end = spelling.read(word.as_bytes(), 0);
        if end == word.len() { spelling.key() } else { Key::NONE }
    }
}

/// A key while its word is read.
#[derive(Clone, Copy, Default)]
struct Spelling {
    key: (u64, u64),
    letters: usize,
    /// Whether there was another letter than a plain one.
    other: bool,
}

impl Spelling {
    /// Reads plain letters from `at` on; where they end.
    #[inline(always)]
    fn read(&mut self, bytes: &[u8], at: usize) -> usize {
        if self.letters > 0 {
            // Behind another letter, where there is no key any more.
            let (_, letters, end) = plain(bytes, at, usize::MAX);
            self.letters += letters;
            return end;
        }
        let (low, first, end) = plain(bytes, at, Key::HALF);
        self.key.0 = low;
        self.letters = first;
        if first < Key::HALF {
            return end;
        }
        let (high, second, end) = plain(bytes, end, Key::HALF);
        self.key.1 = high;
        let (_, rest, end) = plain(bytes, end, usize::MAX);
        self.letters += second + rest;
        end
    }

    fn key(self) -> Key {
        if self.other || self.letters > 2 * Key::HALF { Key::NONE } else { Key { low: self.key.0, high: self.key.1 } }
    }
}

/// Numbers of the letters of one byte: `_`, digits, small Latin letters; 0 for all else.
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
    letters
};

/// Numbers of а to я, 1 to 32, by the lowest bit of the first byte and the second; 0 for all else.
const CYRILLIC: [u8; 512] = {
    let mut letters = [0; 512];
    let mut number = 1;
    while number <= 32 {
        let code = 0x430 + number as usize - 1;
        letters[(code >> 6 & 1) << 8 | 0x80 | code & 63] = number;
        number += 1;
    }
    letters
};

/// Reads at most so many plain letters from `at` on: their numbers, how many they are, where they end.
#[inline(always)]
fn plain(bytes: &[u8], mut at: usize, most: usize) -> (u64, usize, usize) {
    let (mut key, mut letters) = (0u64, 0);
    while letters < most && at < bytes.len() {
        let byte = bytes[at];
        let (number, len) = if byte < 0x80 {
            (ASCII[byte as usize], 1)
        } else if at + 1 < bytes.len() {
            let pair = u16::from_be_bytes([byte, bytes[at + 1]]);
            if pair & 0xfe00 != 0xd000 {
                break;
            }
            (CYRILLIC[usize::from(pair & 0x1ff)], 2)
        } else {
            break;
        };
        if number == 0 {
            break;
        }
        key = key << 7 | u64::from(number);
        letters += 1;
        at += len;
    }
    (key, letters, at)
}

/// Replaces `tokens` with the words of `text`, and `keys` with their keys. Words longer than [`WORD_CHARS`] are left out: they are keys, hashes and noise.
/// `asked` gets the numbers of the sentences that end in a question mark, ascending.
pub(crate) fn split(text: &Text, tokens: &mut Vec<Token>, keys: &mut Vec<Key>, asked: &mut Vec<u32>) {
    tokens.clear();
    keys.clear();
    asked.clear();
    let folded = text.folded.as_str();
    let bytes = folded.as_bytes();
    let zones = text.zones();
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
        let start = at;
        let mut spelling = Spelling::default();
        loop {
            at = spelling.read(bytes, at);
            if at == bytes.len() || bytes[at] < 0x80 {
                break;
            }
            // A letter of another alphabet, or the end of the word.
            let Some(letter) = folded[at..].chars().next().filter(|c| c.is_alphanumeric()) else { break };
            at += letter.len_utf8();
            spelling.letters += 1;
            spelling.other = true;
        }
        if spelling.letters > 0 {
            if spelling.letters <= WORD_CHARS {
                tokens.push(Token { start: start as u32, end: at as u32, sentence, clause, zone });
                keys.push(spelling.key());
            }
            continue;
        }
        if bytes[at] == b' ' {
            at += 1;
            continue;
        }
        let mut rest = folded[at..].chars();
        let Some(c) = rest.next() else { break };
        at += c.len_utf8();
        let next = || rest.clone().next();
        let ends = match c {
            '\n' | '!' | '?' | '…' => true,
            '.' => next().is_none_or(char::is_whitespace),
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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(ticket: &str) -> (String, Vec<u32>) {
        let (mut text, mut tokens, mut keys, mut asked) = (Text::default(), Vec::new(), Vec::new(), Vec::new());
        text.read(ticket);
        split(&text, &mut tokens, &mut keys, &mut asked);
        for (token, key) in tokens.iter().zip(&keys) {
            assert_eq!(Key::of(token.word(&text)), *key, "{ticket:?}");
        }
        let words: Vec<String> = tokens.iter().map(|token| format!("{}{}", token.word(&text), token.sentence)).collect();
        (words.join(" "), asked)
    }

    #[test]
    fn words_and_sentences() {
        let rows: &[(&str, &str, &[u32])] = &[
            ("Портал упал. Что делать?", "портал0 упал0 что1 делать1", &[1]),
            ("php-fpm, nginx.conf", "php0 fpm0 nginx0 conf0", &[]),
            ("innodb_buffer_pool_size=1", "innodb_buffer_pool_size0 10", &[]),
            ("как??? поднять", "как0 поднять1", &[0]),
            ("раз\nдва", "раз0 два1", &[]),
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
        for word in ["ааааааааааааааааааа", "ў", "naïve", "слово-слово", "№", "PHP", "Я"] {
            assert_eq!(Key::of(word), Key::NONE, "{word}");
        }
    }
}
