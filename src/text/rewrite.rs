//! Keyboard layout, undone in place: the folded text with the words of the other layout written as they were meant.

use super::Text;
use super::layout;
use super::map::OffsetMap;
use super::zone::Zone;

/// Shortest word that is turned on its own, in characters; shorter ones follow the rest of the ticket.
const ALONE_CHARS: usize = 4;

/// What became of a chunk: its range, the part of it that is a word, and how that reads.
struct Turn {
    start: usize,
    core: (usize, usize),
    reads: String,
    sure: bool,
}

impl Text {
    /// Undoes the keyboard layout where the result is known. `known` says whether a word is Russian or a known Latin one.
    pub(crate) fn undo_layout(&mut self, known: &mut dyn FnMut(&str) -> bool) {
        let (mut turns, mut candidates) = (Vec::new(), 0);
        for (start, end) in chunks(&self.folded) {
            if self.zone_at(start) == Zone::Code {
                continue;
            }
            let chunk = &self.folded[start..end];
            let letters = chunk.bytes().filter(u8::is_ascii_lowercase).count();
            if !chunk.is_ascii() || latin_is_known(chunk, known) {
                continue;
            }
            candidates += usize::from(letters >= 2);
            if let Some(turn) = turn(chunk, start, known) {
                turns.push(turn);
            }
        }
        let sure = turns.iter().filter(|turn| turn.sure).count();
        let most = sure >= 2 && sure * 2 >= candidates;
        turns.retain(|turn| most || turn.sure && turn.reads.chars().count() >= ALONE_CHARS);
        if !turns.is_empty() {
            self.apply(&turns);
        }
    }

    fn zone_at(&self, at: usize) -> Zone {
        let after = self.zones.partition_point(|zone| zone.0 <= at);
        if after == 0 { Zone::Own } else { self.zones[after - 1].1 }
    }

    fn apply(&mut self, turns: &[Turn]) {
        let mut folded = std::mem::take(&mut self.spare);
        let mut map = std::mem::take(&mut self.spare_map);
        folded.clear();
        map.clear();
        let mut zones = self.zones.iter_mut().peekable();
        let mut done = 0;
        for turn in turns {
            let (from, to) = (turn.start + turn.core.0, turn.start + turn.core.1);
            while let Some(zone) = zones.next_if(|zone| zone.0 <= from) {
                zone.0 = folded.len() + (zone.0 - done.min(zone.0));
            }
            copy(&self.folded, &self.map, done, from, &mut folded, &mut map);
            // One typed key is one letter, so each letter keeps its own place.
            for (at, c) in turn.reads.chars().enumerate() {
                let span = self.map.span(from + at, from + at + 1);
                map.push_whole(folded.len(), span.start(), span.end() - span.start());
                folded.push(c);
            }
            done = to;
        }
        let grown = folded.len();
        for zone in zones {
            zone.0 = grown + (zone.0 - done.min(zone.0));
        }
        copy(&self.folded, &self.map, done, self.folded.len(), &mut folded, &mut map);
        self.spare = std::mem::replace(&mut self.folded, folded);
        self.spare_map = std::mem::replace(&mut self.map, map);
    }
}

fn copy(text: &str, map: &OffsetMap, start: usize, end: usize, folded: &mut String, out: &mut OffsetMap) {
    if start == end {
        return;
    }
    match map.exact_run(start, end) {
        Some(source) => out.push_exact(folded.len(), source, end - start),
        None => {
            let mut to = folded.len();
            for (at, c) in text[start..end].char_indices() {
                let (at, len) = (start + at, c.len_utf8());
                match map.exact_run(at, at + len) {
                    Some(source) => out.push_exact(to, source, len),
                    None => {
                        let span = map.span(at, at + len);
                        out.push_whole(to, span.start(), span.end() - span.start());
                    }
                }
                to += len;
            }
        }
    }
    folded.push_str(&text[start..end]);
}

/// Runs without blanks that have a small Latin letter in them: the others are never of the other layout.
fn chunks(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut done = 0;
    std::iter::from_fn(move || {
        let letter = done + text.as_bytes()[done..].iter().position(u8::is_ascii_lowercase)?;
        let blank = |c: char| c.is_whitespace();
        let start = text[done..letter].char_indices().rfind(|(_, c)| blank(*c)).map_or(done, |(at, c)| done + at + c.len_utf8());
        let end = text[letter..].find(blank).map_or(text.len(), |at| letter + at);
        done = end;
        Some((start, end))
    })
}

/// Whether a part of the chunk (`nginx` in `/etc/nginx.conf`) is a word people write in Latin letters.
fn latin_is_known(chunk: &str, known: &mut dyn FnMut(&str) -> bool) -> bool {
    if chunk.contains("://")
        || chunk.contains("www.")
        || chunk.contains('@')
        || chunk.contains('\\')
        || chunk.contains('=')
        || chunk.contains('_')
    {
        return true;
    }
    chunk.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word.len() >= 2 && known(word))
}

/// How a chunk reads on the other layout, with as many marks at its ends taken for letters as give a known word.
fn turn(chunk: &str, start: usize, known: &mut dyn FnMut(&str) -> bool) -> Option<Turn> {
    let is_mark = |b: u8| !b.is_ascii_alphanumeric();
    let bytes = chunk.as_bytes();
    let head = bytes.iter().take(2).take_while(|&&b| is_mark(b)).count();
    let tail = bytes.iter().rev().take(3).take_while(|&&b| is_mark(b)).count();
    if head + tail >= bytes.len() {
        return None;
    }
    let mut fallback = None;
    for from in 0..=head {
        for to in (bytes.len() - tail..=bytes.len()).rev() {
            let Some(reads) = layout::read(&chunk[from..to]) else { continue };
            // The parts of «какой-то» are words of their own.
            let sure = reads.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).all(&mut *known);
            let turn = Turn { start, core: (from, to), reads, sure };
            if sure {
                return Some(turn);
            }
            if from == head && to == bytes.len() - tail {
                fallback = Some(turn);
            }
        }
    }
    fallback
}

#[cfg(test)]
mod tests {
    use super::*;

    fn undone(ticket: &str) -> String {
        const WORDS: &[&str] = &["не", "обновляется", "портал", "что", "делать", "хостинг", "nginx", "php", "любой", "блог"];
        let mut text = Text::default();
        text.read(ticket);
        text.undo_layout(&mut |word| WORDS.contains(&word));
        for (at, c) in text.folded.char_indices() {
            assert!(!text.span(at, at + c.len_utf8()).slice(ticket).is_empty());
        }
        text.folded
    }

    #[test]
    fn words_are_turned_where_the_result_is_known() {
        let rows = [
            ("yt j,yjdkztncz gjhnfk? xnj ltkfnm", "не обновляется портал, что делать"),
            ("почему gjhnfk тормозит", "почему портал тормозит"),
            ("nginx и php", "nginx и php"),
            ("hello world", "hello world"),
            ("k.,jq [jcnbyu", "любой хостинг"),
            ("Ghbdtn! gjhnfk xnj", "привет! портал что"),
            ("<b>gjhnfk</b>", "портал"),
        ];
        for (ticket, want) in rows {
            assert_eq!(undone(ticket), want, "{ticket:?}");
        }
    }
}
