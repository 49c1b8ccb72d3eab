//! A ticket's text, folded for matching, with the way back to what was typed.
//!
//! Steps that read the whole text run here, in one order: which lines are quoted ([`zone`]), markup ([`markup`]), characters
//! ([`unicode`]), keyboard layout ([`rewrite`], before words are split, because `,` is «б» on the other layout). Steps that mend single
//! words ([`lookalike`], [`translit`]) are called by [`crate::token`], which knows the words.
//!
//! Promises: every folded range maps to a non-empty original range on character boundaries; time and memory are linear in the length
//! of the text; the folded text is at most four times as long as the original. This room knows nothing of rules.

pub(crate) mod layout;
pub(crate) mod lookalike;
pub(crate) mod map;
pub(crate) mod markup;
pub(crate) mod plain;
pub(crate) mod rewrite;
pub(crate) mod translit;
pub(crate) mod unicode;
pub(crate) mod zone;

use map::OffsetMap;
use markup::Piece;
use unicode::Folded;
use zone::Zone;

use crate::limits::TICKET_BYTES;
use crate::span::Span;

/// A folded ticket. Reused from ticket to ticket, so that folding needs no memory of its own after a while.
#[derive(Default)]
pub(crate) struct Text {
    pub(crate) folded: String,
    map: OffsetMap,
    /// Where each zone begins in `folded`; the first begins at 0.
    zones: Vec<(usize, Zone)>,
    /// Whether the middle of the ticket was left out for its length.
    pub(crate) truncated: bool,
    /// Whether folding was put off: `folded` and `map` are empty, and places are the same in both texts.
    deferred: bool,
    lines: Vec<(usize, usize, Zone)>,
    pieces: Vec<Piece>,
    spare: String,
    spare_map: OffsetMap,
}

/// The one character of a text whose folding was put off that becomes several.
const DOTS: char = '…';
/// Most bytes of a character.
const WIDEST: usize = 4;

impl Text {
    /// Puts the folding of `ticket` off, if it is not too long to be read whole; whether it did. Every place in the folded text must be the same as in the ticket, as it is for
    /// most: [`crate::token::Cut::read_as_typed`] tells, and [`Text::read`] is for the others.
    ///
    /// Words are cut from such a ticket itself, so that its folded text is needed for little more than regexes: see [`Text::settle`].
    pub(crate) fn defer(&mut self, ticket: &str) -> bool {
        self.clear();
        self.truncated = false;
        self.deferred = ticket.len() <= TICKET_BYTES;
        self.deferred
    }

    /// What words are cut from: the folded text, or the ticket if folding was put off.
    pub(crate) fn source<'a>(&'a self, ticket: &'a str) -> &'a str {
        if self.deferred { ticket } else { &self.folded }
    }

    pub(crate) fn is_deferred(&self) -> bool {
        self.deferred
    }

    /// Whether `part` stands at `at` of the folded text; `None` where folding was put off and only that text can tell.
    pub(crate) fn stands(&self, ticket: &str, at: usize, part: &[u8]) -> Option<bool> {
        if !self.deferred {
            return Some(self.folded.as_bytes()[at..].starts_with(part));
        }
        let end = at + part.len();
        // Most are settled by one character.
        let same = |(there, byte): (&u8, &u8)| !byte.is_ascii() || there.to_ascii_lowercase() == *byte || !there.is_ascii_graphic();
        if end > ticket.len() || !ticket.as_bytes()[at..].iter().zip(part).take(2).all(same) {
            return Some(false);
        }
        let Ok(part) = std::str::from_utf8(part) else { return None };
        let Some(there) = ticket.get(at..end) else {
            // Only dots can be cut.
            let cut = |at: usize| {
                !ticket.is_char_boundary(at)
                    && ticket.as_bytes()[at.saturating_sub(2)..].starts_with(&[0xe2, 0x80])
                        | ticket.as_bytes()[at - 1..].starts_with(&[0xe2, 0x80])
            };
            return if cut(at) || cut(end) { None } else { Some(false) };
        };
        let folded = |c: char| if c == DOTS { "...".chars().chain(None) } else { "".chars().chain(Some(unicode::in_place(c))) };
        Some(there.chars().flat_map(folded).eq(part.chars()))
    }

    /// The folded text of a part whose folding was put off, with a character more on either side, and where it begins.
    pub(crate) fn part<'a>(&self, ticket: &str, from: usize, to: usize, out: &'a mut String) -> (&'a str, usize) {
        let boundary = |step: fn(usize) -> usize, mut at: usize| {
            while !ticket.is_char_boundary(at) {
                at = step(at);
            }
            at
        };
        let from = boundary(|at| at - 1, from.saturating_sub(WIDEST));
        let to = boundary(|at| at + 1, ticket.len().min(to + WIDEST));
        fold_in_place(&ticket[from..to], out);
        (out, from)
    }

    /// Makes up for folding that was put off.
    pub(crate) fn settle(&mut self, ticket: &str) {
        if std::mem::take(&mut self.deferred) && !ticket.is_empty() {
            self.enter(Zone::Own);
            self.fold(ticket, 0);
        }
    }

    fn clear(&mut self) {
        self.folded.clear();
        self.map.clear();
        self.zones.clear();
        self.pieces.clear();
        self.deferred = false;
    }

    /// Folds `ticket`.
    pub(crate) fn read(&mut self, ticket: &str) {
        self.clear();
        let (head, tail) = ends(ticket);
        self.truncated = tail.is_some();
        self.take(ticket, 0, head);
        if let Some(tail) = tail {
            self.pieces.push(Piece::Char { c: '\n', start: head, end: tail, zone: Zone::Own });
            self.take(ticket, tail, ticket.len());
        }
        let pieces = std::mem::take(&mut self.pieces);
        for piece in &pieces {
            match *piece {
                Piece::Text { start, end, zone } => {
                    self.enter(zone);
                    self.fold(&ticket[start..end], start);
                }
                Piece::Char { c, start, end, zone } => {
                    self.enter(zone);
                    self.whole(c, start, end - start);
                }
            }
        }
        self.pieces = pieces;
    }

    /// Appends the pieces of `ticket[from..to]`.
    fn take(&mut self, ticket: &str, from: usize, to: usize) {
        let text = &ticket[from..to];
        if !plain::has_markup(text) {
            if !text.is_empty() {
                self.pieces.push(Piece::Text { start: from, end: to, zone: Zone::Own });
            }
            return;
        }
        self.lines.clear();
        zone::lines(text, &mut self.lines);
        let first = self.pieces.len();
        markup::pieces(text, &self.lines, &mut self.pieces);
        if from > 0 {
            for piece in &mut self.pieces[first..] {
                match piece {
                    Piece::Text { start, end, .. } | Piece::Char { start, end, .. } => {
                        *start += from;
                        *end += from;
                    }
                }
            }
        }
    }

    fn enter(&mut self, zone: Zone) {
        if self.zones.last().is_none_or(|last| last.1 != zone) {
            self.zones.push((self.folded.len(), zone));
        }
    }

    fn fold(&mut self, part: &str, start: usize) {
        let mut run_from = start;
        let mut run_folded = self.folded.len();
        let mut next = 0;
        while next < part.len() {
            let same = unchanged(part, next);
            self.folded.push_str(&part[next..same]);
            next = same;
            let mut chars = part[next..].chars();
            let Some(c) = chars.next() else { break };
            let at = start + next;
            let mut len = c.len_utf8();
            let composed = chars.next().filter(|mark| *mark == unicode::BREVE).and_then(|_| unicode::compose(c));
            let folded = match composed {
                Some(composed) => {
                    len += unicode::BREVE.len_utf8();
                    Folded::Other(composed)
                }
                None => unicode::fold(c),
            };
            next += len;
            if let Folded::Same(c) = folded {
                self.folded.push(c);
                continue;
            }
            if run_from < at {
                self.map.push_exact(run_folded, run_from, at - run_from);
            }
            match folded {
                Folded::Other(c) => self.whole(c, at, len),
                Folded::Many(chars, count) => {
                    self.map.push_whole(self.folded.len(), at, len);
                    self.folded.extend(&chars[..count]);
                }
                Folded::Nothing | Folded::Same(_) => {}
            }
            run_from = at + len;
            run_folded = self.folded.len();
        }
        let end = start + part.len();
        if run_from < end {
            self.map.push_exact(run_folded, run_from, end - run_from);
        }
    }

    fn whole(&mut self, c: char, start: usize, len: usize) {
        self.map.push_whole(self.folded.len(), start, len);
        self.folded.push(c);
    }

    /// The original range of a non-empty range of the folded text.
    pub(crate) fn span(&self, start: usize, end: usize) -> Span {
        if self.deferred {
            return Span::new(start, end);
        }
        self.map.span(start, end)
    }

    /// Where each zone begins in the folded text, ascending.
    pub(crate) fn zones(&self) -> &[(usize, Zone)] {
        &self.zones
    }
}

/// Replaces `out` by a text whose folding was put off, folded.
pub(crate) fn fold_in_place(text: &str, out: &mut String) {
    out.clear();
    let mut next = 0;
    loop {
        let same = small(text.as_bytes(), next);
        out.push_str(&text[next..same]);
        let Some(c) = text[same..].chars().next() else { break };
        match c {
            DOTS => out.push_str("..."),
            c => out.push(unicode::in_place(c)),
        }
        next = same + c.len_utf8();
    }
}

/// Where the run of characters from `at` on ends that folding leaves as they are: small Russian letters and most of ASCII.
#[inline]
fn unchanged(part: &str, from: usize) -> usize {
    let bytes = part.as_bytes();
    let at = small(bytes, plain::unchanged(bytes, from));
    // A mark belongs to the letter before it.
    if at > from && part[at..].starts_with(unicode::BREVE) {
        return at - if bytes[at - 1] < 0x80 { 1 } else { 2 };
    }
    at
}

/// The same without looking at blocks of bytes, nor at marks.
#[inline]
fn small(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() {
        let byte = bytes[at];
        if byte < 0x80 {
            if !unicode::SAME[byte as usize] {
                break;
            }
            at += 1;
        } else if at + 1 < bytes.len() {
            let pair = u16::from_be_bytes([byte, bytes[at + 1]]);
            // а to п, р to я.
            if pair.wrapping_sub(0xd0b0) >= 16 && pair.wrapping_sub(0xd180) >= 16 {
                break;
            }
            at += 2;
        } else {
            break;
        }
    }
    at
}

/// The end of the part read first and the start of the part read last of a ticket that is too long.
fn ends(ticket: &str) -> (usize, Option<usize>) {
    if ticket.len() <= TICKET_BYTES {
        return (ticket.len(), None);
    }
    let mut head = TICKET_BYTES / 2;
    while !ticket.is_char_boundary(head) {
        head -= 1;
    }
    let mut tail = ticket.len() - TICKET_BYTES / 2;
    while !ticket.is_char_boundary(tail) {
        tail += 1;
    }
    (head, Some(tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(ticket: &str) -> Text {
        let mut text = Text::default();
        text.read(ticket);
        text
    }

    /// Every non-empty folded range maps to a non-empty range on character boundaries, and never runs backwards.
    fn check_map(ticket: &str) {
        let text = read(ticket);
        let bounds: Vec<usize> = text.folded.char_indices().map(|(at, _)| at).chain([text.folded.len()]).collect();
        let mut last = 0;
        for pair in bounds.windows(2) {
            let span = text.span(pair[0], pair[1]);
            assert!(ticket.get(span.range()).is_some_and(|part| !part.is_empty()), "{ticket:?} {pair:?}");
            assert!(span.start() >= last, "{ticket:?} runs backwards at {pair:?}");
            last = span.start();
        }
    }

    #[test]
    fn folded_text_and_its_way_back() {
        let rows = [
            ("Счёт за МАРТ", "счет за март"),
            ("и\u{306}од", "йод"),
            ("🙂 Привет", "🙂 привет"),
            ("ﬁle №5 ½", "file №5 1⁄2"),
            ("a&nbsp;b", "a b"),
            ("[b]Ж[/b]ирно", "жирно"),
            ("", ""),
            ("\u{AD}", ""),
        ];
        for (ticket, want) in rows {
            assert_eq!(read(ticket).folded, want, "{ticket:?}");
            check_map(ticket);
        }
    }

    #[test]
    fn spans_point_at_what_was_typed() {
        let ticket = "[b]Ж[/b]ирно и\u{306}од";
        let text = read(ticket);
        assert_eq!(text.span(0, "жирно".len()).slice(ticket), "Ж[/b]ирно");
        let at = text.folded.find("йод").unwrap();
        assert_eq!(text.span(at, at + "йод".len()).slice(ticket), "и\u{306}од");
    }

    #[test]
    fn a_signature_is_one_whatever_stands_before_it() {
        for opening in ["С уважением, Иван", "Отправлено с iPhone", "—\nИван", "___\nИван", "--\nИван"]
        {
            for letter in ["Портал упал", "Вопрос: портал упал"] {
                let zones: Vec<Zone> = read(&format!("{letter}\n\n{opening}")).zones().iter().map(|zone| zone.1).collect();
                assert_eq!(zones, [Zone::Own, Zone::Quote], "{letter:?} {opening:?}");
            }
        }
    }

    #[test]
    fn a_long_ticket_is_read_at_both_ends() {
        let ticket = format!("начало {} конец", "ж".repeat(TICKET_BYTES));
        let text = read(&ticket);
        assert!(text.truncated && text.folded.len() <= TICKET_BYTES + 8);
        assert!(text.folded.starts_with("начало") && text.folded.ends_with("конец"));
        let at = text.folded.find("конец").unwrap();
        assert_eq!(text.span(at, at + 10).slice(&ticket), "конец");
        assert!(!read(&"а".repeat(TICKET_BYTES / 2)).truncated);
    }
}
