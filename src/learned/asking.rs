//! Sentences that ask.

use crate::matcher::Scan;
use crate::text::zone::Zone;

/// Beginnings of words of request.
const REQUESTS: &[&str] = &[
    "прош",
    "прос",
    "подскаж",
    "помог",
    "сделай",
    "настро",
    "установи",
    "поставьт",
    "перенес",
    "можно",
    "можете",
    "можем",
    "почему",
    "зачем",
    "куда",
    "какой",
    "какие",
    "какая",
    "какую",
    "сколько",
    "нужн",
    "надо",
    "хот",
    "объясн",
    "посовет",
    "напиш",
    "добав",
    "исправ",
    "почин",
    "провер",
    "посмотр",
    "разбер",
    "дораб",
    "пожалуйст",
    "верно",
    "правильно",
    "стоит",
];
/// Words of request as a whole.
const WHOLE: &[&str] = &["как", "где", "что", "чем", "кто", "ли"];

/// Whether a word is one of request.
pub(super) fn requests(word: &str) -> bool {
    WHOLE.contains(&word) || REQUESTS.iter().any(|request| word.starts_with(request))
}

/// Sentences with a question mark or a word of request (as `requests` tells of the token at a place); the last one of the writer's own if there is none.
pub(super) fn sentences(scan: &Scan, requests: impl Fn(usize) -> bool, out: &mut Vec<u32>) {
    out.clear();
    out.extend_from_slice(&scan.cut.asked);
    for (at, token) in scan.cut.tokens.iter().enumerate() {
        if token.zone == Zone::Own && out.last() != Some(&token.sentence) && requests(at) {
            out.push(token.sentence);
        }
    }
    if out.is_empty() {
        out.extend(scan.cut.tokens.iter().rev().find(|token| token.zone == Zone::Own).map(|token| token.sentence));
    }
    out.sort_unstable();
    out.dedup();
}
