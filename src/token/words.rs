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
pub(crate) struct Key(pub(crate) u128);

impl Key {
    pub(crate) const NONE: Key = Key(0);
    const LETTERS: usize = 18;

    /// The key of a word that is not cut from a text.
    pub(crate) fn of(word: &str) -> Key {
        let (mut key, mut count, mut plain) = (0, 0, true);
        let mut rest = word.as_bytes();
        while let Some(&first) = rest.first() {
            let (letter, len) = letter(first, rest.get(1).copied().unwrap_or(0));
            plain &= letter != 0;
            key = key << 7 | u128::from(letter);
            count += 1;
            rest = rest.get(len..).unwrap_or(&[]);
        }
        if plain && count <= Key::LETTERS { Key(key) } else { Key::NONE }
    }
}

/// Numbers of the letters of one byte: `_`, digits, Latin letters; 0 for all else.
const ASCII: [u8; 128] = {
    let mut letters = [0; 128];
    let (mut byte, mut next) = (0, 33);
    while byte < 128 {
        if (byte as u8).is_ascii_alphanumeric() || byte == b'_' as usize {
            letters[byte] = next;
            next += 1;
        }
        byte += 1;
    }
    letters
};

/// The number of the letter that begins with these bytes, and its length; 0 for any other character.
#[inline(always)]
fn letter(first: u8, second: u8) -> (u8, usize) {
    match first {
        0..0x80 => (ASCII[first as usize], 1),
        0xd0 if second >= 0xb0 => (second - 0xaf, 2),
        0xd1 if second < 0x90 => (second - 0x6f, 2),
        _ => (0, 2),
    }
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
        let (mut key, mut count, mut plain) = (0u128, 0, true);
        while at < bytes.len() {
            let (number, len) = letter(bytes[at], bytes.get(at + 1).copied().unwrap_or(0));
            if number == 0 {
                // Nothing but a plain letter: the end of the word, or a letter of another alphabet.
                if bytes[at] < 0x80 {
                    break;
                }
                match folded[at..].chars().next().filter(|c| c.is_alphanumeric()) {
                    Some(c) => at += c.len_utf8(),
                    None => break,
                }
                plain = false;
            } else {
                key = key << 7 | u128::from(number);
                at += len;
            }
            count += 1;
        }
        if count > 0 {
            if count <= WORD_CHARS {
                tokens.push(Token { start: start as u32, end: at as u32, sentence, clause, zone });
                keys.push(if plain && count <= Key::LETTERS { Key(key) } else { Key::NONE });
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
        for word in ["ааааааааааааааааааа", "ў", "naïve", "слово-слово", "№"] {
            assert_eq!(Key::of(word), Key::NONE, "{word}");
        }
    }
}
