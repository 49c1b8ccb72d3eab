//! What a text has beyond plain words.
//!
//! Most tickets are Russian or Latin letters, blanks and the usual marks. Tests of a block of bytes settle with a few instructions a byte that there is no markup and that folding
//! changes nothing, written so that the compiler takes 16 or more bytes at once; only blocks that fail are looked at byte by byte.

use super::markup;

/// Bytes of a block.
const BLOCK: usize = 32;
/// Bytes before a block that its tests see.
const BEFORE: usize = 4;
/// A block with what is before it.
type Window = [u8; BEFORE + BLOCK];

/// Whether a text has something that could be markup, a quote or a signature.
pub(super) fn has_markup(text: &str) -> bool {
    let bytes = text.as_bytes();
    (0..bytes.len()).step_by(BLOCK).filter(|at| of_block(bytes, *at, suspicious)).any(|at| {
        let end = bytes.len().min(at + BLOCK);
        (at.saturating_sub(BEFORE + 1)..end).any(|place| markup::opens(text, place))
    })
}

/// Whether folding changes the width of a character beyond ASCII that is no Russian letter, or it is a letter: most such characters are marks that stay.
pub(crate) fn is_odd(character: &[u8]) -> bool {
    !MARKS.iter().any(|mark| character.starts_with(mark.as_bytes())) && !is_picture(character)
}

/// Where the run from `at` on ends that folding leaves as it is, in whole blocks; `at` is the beginning of a character.
pub(super) fn unchanged(bytes: &[u8], mut at: usize) -> usize {
    while at + BLOCK <= bytes.len() && !of_block(bytes, at, changes) {
        at += BLOCK;
    }
    // The last letter may reach over the end of its block.
    if at < bytes.len() && bytes[at] & 0xc0 == 0x80 { at - 1 } else { at }
}

/// The answer of a test for the block at `at`, which is read where it lies unless it is the first or the last.
#[inline(always)]
fn of_block(bytes: &[u8], at: usize, test: impl Fn(&Window) -> bool) -> bool {
    if let Some(window) = at.checked_sub(BEFORE).and_then(|from| bytes[from..].first_chunk()) {
        return test(window);
    }
    let mut window = [b' '; BEFORE + BLOCK];
    let (before, end) = (at.min(BEFORE), bytes.len().min(at + BLOCK));
    window[BEFORE - before..BEFORE + end - at].copy_from_slice(&bytes[at - before..end]);
    test(&window)
}

/// Whether a test holds anywhere in a block. It gets a byte and the four before it, the nearest first.
#[inline(always)]
fn any(window: &Window, test: impl Fn(u8, [u8; BEFORE]) -> bool) -> bool {
    let mut found = [0u8; BLOCK];
    for (at, found) in found.iter_mut().enumerate() {
        let at = at + BEFORE;
        *found = u8::from(test(window[at], [window[at - 1], window[at - 2], window[at - 3], window[at - 4]]));
    }
    found.iter().fold(0, |all, found| all | found) != 0
}

/// Whether a block may have something that opens markup.
#[inline(never)]
fn suspicious(window: &Window) -> bool {
    // `|` and `&` instead of their lazy twins: branches would take the bytes one by one.
    any(window, |byte, [first, second, _, fourth]| {
        let mark = (byte == b'[') | (byte == b'<') | (byte == b'&') | (byte == b'`') | (byte == b'>') | (byte == 0xe2);
        let pair = (byte == first) & ((byte == b'-') | (byte == b'_'))
            | (first == b':') & ((byte == b'f') | (byte == b'e'))
            | (first == b'#') & (byte == b'B');
        // «уважением» and «отправлено»: the second bytes of «важ» and «тпр».
        let signature = (fourth == 0xb2) & (second == 0xb0) & (byte == 0xb6) | (fourth == 0x82) & (second == 0xbf) & (byte == 0x80);
        mark | pair | signature
    })
}

/// Whether folding changes something in a block.
#[inline(never)]
fn changes(window: &Window) -> bool {
    any(window, |byte, [first, ..]| {
        let capital = byte.wrapping_sub(b'A') < 26;
        let control = (byte < b' ') & (byte != b'\n') & (byte != b'\t') | (byte == 0x7f);
        capital | control | (byte >= 0xc0) & (byte & 0xfe != 0xd0) | (first == 0xd0) & (byte < 0xb0) | (first == 0xd1) & (byte > 0x8f)
    })
}

/// Marks that folding leaves as they are, and one that becomes three of a byte each.
const MARKS: [&str; 11] = ["—", "–", "«", "»", "…", "№", "“", "”", "„", "’", "•"];

/// The emoji of U+1F300 to U+1F6FF and U+1F900 to U+1F9FF, which fold to themselves.
fn is_picture(bytes: &[u8]) -> bool {
    matches!(bytes, [0xf0, 0x9f, 0x8c..=0x9b | 0xa4..=0xa7, ..])
}

#[cfg(test)]
mod tests {
    use super::super::unicode::{Folded, fold};
    use super::*;

    #[test]
    fn a_character_that_is_not_odd_keeps_its_width() {
        for c in ('\u{80}'..=char::MAX).filter(|c| !is_odd(c.to_string().as_bytes())) {
            let kept = match fold(c) {
                Folded::Same(to) => to == c,
                Folded::Many(..) => c == '…',
                Folded::Other(_) | Folded::Nothing => false,
            };
            assert!(kept && !c.is_alphanumeric(), "{c:?}");
        }
        for c in ('\0'..='\u{7f}').chain('а'..='я').chain('А'..='Я').chain(['ё', 'Ё']) {
            assert!(matches!(fold(c), Folded::Same(to) | Folded::Other(to) if to.len_utf8() == c.len_utf8()), "{c:?}");
        }
    }

    #[test]
    fn markup_is_found_wherever_it_stands() {
        let rows = [
            ("[b]", true),
            ("[error] <моё> a&b: x > y -- z", false),
            ("&amp;", true),
            ("\n > да", true),
            ("\n--", true),
            ("\n  ___", true),
            ("__", false),
            ("\nОтправлено с iPhone", true),
            ("отправлено", false),
            ("с уважением", true),
            ("важе", false),
            (":f09f98", true),
            ("#BR#", true),
            ("\n—\n", true),
            ("— и «…», №5", false),
        ];
        for (part, markup) in rows {
            for before in 0..70 {
                for after in [0, 1, 5, 70] {
                    let text = format!("{}{part}{}", "я".repeat(before / 2) + &"x".repeat(before % 2), " я".repeat(after));
                    assert_eq!(has_markup(&text), markup, "{text:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_unchanged_ends_before_what_is_not() {
        for odd in ["Я", "ё", "А", "A", "\r", "\u{306}", "«", "ў"] {
            for before in 0..80 {
                let text = format!("{}{odd}{}", "xя ".repeat(before), "я".repeat(40));
                let end = unchanged(text.as_bytes(), 0);
                assert!(end <= before * 4 && text.is_char_boundary(end) && end + BLOCK + 1 > before * 4, "{text:?} {end}");
            }
        }
    }
}
