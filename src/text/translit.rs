//! Russian written in Latin letters: `ne obnovlyaetsya` → `не обновляется`.
//!
//! People mix schemes inside one word, so every way to read a cluster is tried until a known word comes out; the number of tries is bounded.

/// Ways to read a Latin cluster, longest clusters first, the likeliest reading first.
const CLUSTERS: &[(&str, &[&str])] = &[
    ("shch", &["щ"]),
    ("sch", &["щ", "сч"]),
    ("zh", &["ж"]),
    ("kh", &["х"]),
    ("ts", &["ц", "тс"]),
    ("tc", &["ц"]),
    ("ch", &["ч"]),
    ("sh", &["ш"]),
    ("yo", &["е", "йо"]),
    ("jo", &["е", "йо"]),
    ("yu", &["ю"]),
    ("ju", &["ю"]),
    ("iu", &["ю", "иу"]),
    ("ya", &["я"]),
    ("ja", &["я"]),
    ("ia", &["я", "иа"]),
    ("ye", &["е", "ые"]),
    ("je", &["е", "э"]),
    ("yi", &["ый", "ы"]),
    ("iy", &["ий"]),
    ("yy", &["ый"]),
    ("ij", &["ий"]),
    ("yj", &["ый"]),
    ("sj", &["ш"]),
    ("ie", &["ие", "ье"]),
    ("a", &["а"]),
    ("b", &["б"]),
    ("c", &["ц", "с", "к"]),
    ("d", &["д"]),
    ("e", &["е", "э"]),
    ("f", &["ф"]),
    ("g", &["г", "ж"]),
    ("h", &["х", "г"]),
    ("i", &["и", "й", "ы"]),
    ("j", &["й", "ж", "ь"]),
    ("k", &["к"]),
    ("l", &["л", "ль"]),
    ("m", &["м"]),
    ("n", &["н", "нь"]),
    ("o", &["о"]),
    ("p", &["п"]),
    ("q", &["я", "к"]),
    ("r", &["р"]),
    ("s", &["с", "ш", "сь"]),
    ("t", &["т", "ть"]),
    ("u", &["у", "ю"]),
    ("v", &["в"]),
    ("w", &["ш", "в", "щ"]),
    ("x", &["х", "кс"]),
    ("y", &["ы", "й", "и", "ь"]),
    ("z", &["з", "ж"]),
    ("'", &["ь"]),
    ("`", &["ь"]),
    ("4", &["ч"]),
    ("6", &["ш"]),
];

/// Most steps of the search for a reading of one word: parts that lead nowhere count like whole readings, or a word of many ambiguous letters and one
/// that has no reading would take for ever.
const STEPS: usize = 3_000;

/// The first reading of `word` that `known` accepts.
pub(crate) fn read(word: &str, known: &mut dyn FnMut(&str) -> bool) -> Option<String> {
    let mut steps = 0;
    let mut out = String::with_capacity(word.len() * 2);
    search(word, &mut out, &mut steps, known)
}

fn search(rest: &str, out: &mut String, steps: &mut usize, known: &mut dyn FnMut(&str) -> bool) -> Option<String> {
    *steps += 1;
    if rest.is_empty() {
        return known(out).then(|| out.clone());
    }
    for (cluster, readings) in CLUSTERS {
        let Some(rest) = rest.strip_prefix(cluster) else { continue };
        for reading in *readings {
            if *steps >= STEPS {
                return None;
            }
            let before = out.len();
            out.push_str(reading);
            let found = search(rest, out, steps, known);
            out.truncate(before);
            if found.is_some() {
                return found;
            }
        }
    }
    None
}

/// The likeliest reading, for words that nobody knows; `None` if there is something else than letters in it.
pub(crate) fn plain(word: &str) -> Option<String> {
    let (mut rest, mut out) = (word, String::with_capacity(word.len() * 2));
    while !rest.is_empty() {
        let (cluster, readings) = CLUSTERS.iter().find(|(cluster, _)| rest.starts_with(cluster))?;
        out.push_str(readings[0]);
        rest = &rest[cluster.len()..];
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dead_ends_are_bounded() {
        // Found by fuzzing: two readings a letter and a last character without any.
        for word in ["cccccccccccccc7", "iiiiiiiiiiiiiiiiiiiiiii2", "yyyyyyyyyyyyyyyyyyyyyyyy"] {
            let mut tried = 0;
            let found = read(word, &mut |_| {
                tried += 1;
                false
            });
            assert!(found.is_none() && tried <= STEPS, "{word}");
        }
    }

    #[test]
    fn schemes() {
        let known = ["не", "обновляется", "что", "подскажите", "ставится", "ошибка", "лицензия", "сейчас", "хостинг", "настройка", "жизнь"];
        let rows = [
            ("obnovlyaetsya", "обновляется"),
            ("obnovljaetsja", "обновляется"),
            ("obnovlaetsa", ""),
            ("chto", "что"),
            ("podskazhite", "подскажите"),
            ("podskajite", "подскажите"),
            ("oshibka", "ошибка"),
            ("owibka", "ошибка"),
            ("licenziya", "лицензия"),
            ("litsenziya", "лицензия"),
            ("seychas", "сейчас"),
            ("nastroyka", "настройка"),
            ("nastrojka", "настройка"),
            ("zhizn'", "жизнь"),
        ];
        for (typed, want) in rows {
            let got = read(typed, &mut |w| known.contains(&w));
            assert_eq!(got.as_deref().unwrap_or(""), want, "{typed}");
        }
    }
}
