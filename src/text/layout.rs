//! Text typed with the wrong keyboard layout: `ghbdtn` → `привет`.
//!
//! Decided word by word, and only where the result is known: a word in Latin letters that is known as such (`nginx`) stays. Where most of
//! a ticket's Latin words become known Russian ones, the rest of them follow.

/// The Russian letter on the key of a Latin one (both in lower case), ЙЦУКЕН over QWERTY.
pub(crate) fn russian(c: char) -> Option<char> {
    const KEYS: &[u8; 26] = b"abcdefghijklmnopqrstuvwxyz";
    const RUSSIAN: [char; 26] =
        ['ф', 'и', 'с', 'в', 'у', 'а', 'п', 'р', 'ш', 'о', 'л', 'д', 'ь', 'т', 'щ', 'з', 'й', 'к', 'ы', 'е', 'г', 'м', 'ц', 'ч', 'н', 'я'];
    match c {
        'a'..='z' => KEYS.binary_search(&(c as u8)).ok().map(|at| RUSSIAN[at]),
        '[' | '{' => Some('х'),
        ']' | '}' => Some('ъ'),
        ';' | ':' => Some('ж'),
        '\'' | '"' => Some('э'),
        ',' | '<' => Some('б'),
        '.' | '>' => Some('ю'),
        '`' | '~' => Some('е'),
        '?' => Some(','),
        '/' => Some('.'),
        '&' => Some('?'),
        _ => None,
    }
}

/// The Latin letter on the key of a Russian one: `тпштч` → `nginx`.
pub(crate) fn latin(c: char) -> Option<char> {
    ('a'..='z').find(|&key| russian(key) == Some(c))
}

/// How the core of a chunk (a run without blanks) reads on the other layout: where the read part begins and ends in it, and the word. Marks at the
/// ends that are plain punctuation on both readings (`,` at the end of a word) are tried both ways by the caller.
pub(crate) fn read(chunk: &str) -> Option<String> {
    let mut letters = 0;
    let mut word = String::with_capacity(chunk.len() * 2);
    for c in chunk.chars() {
        letters += usize::from(c.is_ascii_lowercase());
        word.push(match russian(c) {
            Some(r) => r,
            None if c.is_ascii_digit() || matches!(c, '!' | '-' | '(' | ')') => c,
            None => return None,
        });
    }
    (letters > 0).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys() {
        for (typed, want) in [("ghbdtn", "привет"), ("j,yjdktybt", "обновление"), ("[jcnbyu", "хостинг"), ("'rhfy", "экран")]
        {
            assert_eq!(read(typed).as_deref(), Some(want));
        }
        assert_eq!(read("привет"), None);
        assert_eq!("тпштч".chars().filter_map(latin).collect::<String>(), "nginx");
    }
}
