//! One character of a ticket → what it is folded to: compatibility forms, case, ё→е, invisible characters.

use unicode_normalization::UnicodeNormalization;

/// What becomes of a character.
pub(crate) enum Folded {
    /// As many bytes as before: the common case, and the only one that keeps an exact run of the offset map going.
    Same(char),
    /// Another width; stands for the original character as a whole.
    Other(char),
    /// Several characters (`½`, `ﬁ`).
    Many([char; MANY], usize),
    /// Nothing: soft hyphens, zero-width characters, stress marks, direction marks.
    Nothing,
}

/// Most characters one character may become. A few ligatures have up to 18; they are read as a blank, which bounds the growth of any text.
pub(crate) const MANY: usize = 4;

/// ASCII characters that folding leaves as they are.
pub(crate) const SAME: [bool; 128] = {
    let mut same = [false; 128];
    let mut byte = 0;
    while byte < 128 {
        same[byte] = matches!(byte as u8, b' '..=b'@' | b'['..=b'~' | b'\n' | b'\t');
        byte += 1;
    }
    same
};

/// A mark that makes another letter of the one before it.
pub(crate) const BREVE: char = '\u{306}';

/// Folds one character.
#[inline]
pub(crate) fn fold(c: char) -> Folded {
    match c {
        'а'..='я' | 'a'..='z' | ' '..='@' | '['..='`' | '{'..='~' | '\n' | '\t' => Folded::Same(c),
        'А'..='Я' => Folded::Same(char::from_u32(c as u32 + 32).unwrap_or(c)),
        'A'..='Z' => Folded::Same(c.to_ascii_lowercase()),
        'ё' | 'Ё' => Folded::Same('е'),
        // NFKC would make it the Latin letters "No".
        '№' => Folded::Same(c),
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' => Folded::Other(' '),
        '\u{2028}' | '\u{2029}' => Folded::Other('\n'),
        '«' | '»' | '“' | '”' | '„' | '—' | '–' | '’' | '•' => Folded::Same(c),
        '…' => Folded::Many(['.', '.', '.', ' '], 3),
        c if invisible(c) => Folded::Nothing,
        c => rare(c),
    }
}

/// Folds one character of a text whose folding was put off, where all but `…` become one that is as wide.
#[inline]
pub(crate) fn in_place(c: char) -> char {
    match fold(c) {
        Folded::Same(c) | Folded::Other(c) => c,
        Folded::Many(..) | Folded::Nothing => c,
    }
}

fn invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E0FFF}')
        || combining(c)
}

/// Marks that sit on the letter before them. They are dropped: a stress mark, a heap of them («zalgo») and и + breve (which
/// [`compose`] sees first) must not make another word.
fn combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
}

/// й written as и and a combining [`BREVE`], as some systems store it.
pub(crate) fn compose(base: char) -> Option<char> {
    matches!(base, 'и' | 'И').then_some('й')
}

fn rare(c: char) -> Folded {
    let mut out = [' '; MANY];
    let mut len = 0;
    for folded in std::iter::once(c).nfkc().flat_map(char::to_lowercase) {
        if combining(folded) {
            continue;
        }
        if len == MANY {
            return Folded::Other(' ');
        }
        out[len] = match folded {
            'ё' => 'е',
            folded if folded.is_control() => ' ',
            folded => folded,
        };
        len += 1;
    }
    match len {
        0 => Folded::Nothing,
        1 if out[0].len_utf8() == c.len_utf8() => Folded::Same(out[0]),
        1 => Folded::Other(out[0]),
        len => Folded::Many(out, len),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        text.chars()
            .flat_map(|c| match fold(c) {
                Folded::Same(c) | Folded::Other(c) => vec![c],
                Folded::Many(chars, len) => chars[..len].to_vec(),
                Folded::Nothing => vec![],
            })
            .collect()
    }

    #[test]
    fn what_is_the_same_is_folded_to_itself() {
        for byte in 0..128u8 {
            let same = matches!(fold(char::from(byte)), Folded::Same(c) if c == char::from(byte));
            assert_eq!(SAME[byte as usize], same, "{byte}");
        }
    }

    #[test]
    fn characters() {
        let rows = [
            ("Ёлка", "елка"),
            ("NGINX", "nginx"),
            ("№5", "№5"),
            ("по\u{301}ртал", "портал"),
            ("пор\u{AD}тал\u{200B}", "портал"),
            ("ｐｈｐ", "php"),
            ("½", "1⁄2"),
            ("ﬁle", "file"),
            ("\u{FDFA}", " "),
            ("a\0b", "a b"),
            ("Ў", "ў"),
            ("İ", "i"),
        ];
        for (text, want) in rows {
            assert_eq!(folded(text), want, "{text:?}");
        }
    }
}
