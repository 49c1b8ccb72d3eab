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

/// A letter, digit or `_` (`innodb_buffer_pool_size` is one word).
fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Replaces `tokens` with the words of `text`. Words longer than [`WORD_CHARS`] are left out: they are keys, hashes and noise.
/// `asked` gets the numbers of the sentences that end in a question mark, ascending.
pub(crate) fn split(text: &Text, tokens: &mut Vec<Token>, asked: &mut Vec<u32>) {
    tokens.clear();
    asked.clear();
    let folded = text.folded.as_str();
    let mut zones = text.zones().iter().peekable();
    let mut zone = Zone::Own;
    let (mut sentence, mut clause) = (0, 0);
    let mut chars = folded.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        while let Some(&&(_, next)) = zones.peek().filter(|next| next.0 <= start) {
            // Another zone is another sentence: a quoted question is not the writer's.
            sentence += u32::from(next != zone);
            clause += u32::from(next != zone);
            zone = next;
            zones.next();
        }
        if in_word(c) {
            let (mut end, mut count) = (start + c.len_utf8(), 1);
            while let Some((at, c)) = chars.next_if(|&(_, c)| in_word(c)) {
                end = at + c.len_utf8();
                count += 1;
            }
            if count <= WORD_CHARS {
                tokens.push(Token { start: start as u32, end: end as u32, sentence, clause, zone });
            }
            continue;
        }
        let next = chars.peek().map(|&(_, c)| c);
        let ends = match c {
            '\n' | '!' | '?' | '…' => true,
            '.' => next.is_none_or(char::is_whitespace),
            _ => false,
        };
        if c == '?' && asked.last() != Some(&sentence) {
            asked.push(sentence);
        }
        if ends {
            sentence += u32::from(next.is_none_or(|next| next != c));
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
        let (mut text, mut tokens, mut asked) = (Text::default(), Vec::new(), Vec::new());
        text.read(ticket);
        split(&text, &mut tokens, &mut asked);
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
}
