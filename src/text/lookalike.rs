//! Letters of the other alphabet that look the same: `вoзвpaт` with Latin o, p, a.

const PAIRS: &[(char, char)] = &[
    ('a', 'а'),
    ('b', 'в'),
    ('c', 'с'),
    ('e', 'е'),
    ('h', 'н'),
    ('k', 'к'),
    ('m', 'м'),
    ('n', 'п'),
    ('o', 'о'),
    ('p', 'р'),
    ('r', 'г'),
    ('t', 'т'),
    ('u', 'и'),
    ('x', 'х'),
    ('y', 'у'),
    ('0', 'о'),
    ('3', 'з'),
    ('6', 'б'),
    ('4', 'ч'),
    ('ı', 'і'),
    ('i', 'і'),
];

/// A word of mixed alphabets in Cyrillic letters only, where every Latin letter has a look-alike; `None` where it has not.
pub(crate) fn cyrillic(word: &str) -> Option<String> {
    word.chars()
        .map(|c| match c {
            'а'..='я' => Some(c),
            c if c.is_ascii() => PAIRS.iter().find(|(latin, _)| *latin == c).map(|&(_, cyrillic)| cyrillic),
            c => Some(c),
        })
        .collect()
}

/// The other way: `пhp` stays, `сrоn` with Cyrillic с and о becomes `cron`.
pub(crate) fn latin(word: &str) -> Option<String> {
    word.chars()
        .map(|c| match c {
            'а'..='я' => PAIRS.iter().find(|(latin, cyrillic)| *cyrillic == c && latin.is_ascii_alphabetic()).map(|&(latin, _)| latin),
            c => Some(c),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways() {
        assert_eq!(cyrillic("вoзвpaт").as_deref(), Some("возврат"));
        assert_eq!(cyrillic("0шибка").as_deref(), Some("ошибка"));
        assert_eq!(cyrillic("dбаза"), None);
        assert_eq!(latin("сrоn").as_deref(), Some("cron"));
    }
}
