//! BBCode, HTML and entities, as the messenger, mail and exports of the product really send them.
//!
//! One walk over the text, no nesting is followed: each tag stands for itself, so 100,000 unclosed tags cost what 100,000 letters cost.

use super::zone::Zone;

/// A part of the text that is read, in order. Whatever lies between two pieces is markup.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Piece {
    /// Original bytes.
    Text { start: usize, end: usize, zone: Zone },
    /// One character written as an entity or a code.
    Char { c: char, start: usize, end: usize, zone: Zone },
}

/// BBCode tags that go and leave their content.
const BB: &[&str] = &[
    "b",
    "i",
    "u",
    "size",
    "color",
    "url",
    "user",
    "chat",
    "pch",
    "context",
    "dialog",
    "send",
    "put",
    "call",
    "quote",
    "list",
    "*",
    "br",
    "table",
    "tr",
    "td",
    "th",
    "font",
    "center",
    "left",
    "right",
    "justify",
    "p",
    "spoiler",
    "cut",
    "email",
    "video",
    "attach",
    "rating",
    "icon",
    "disk",
    "timestamp",
    "img",
    "code",
    "s",
];

/// HTML elements that are known as such; any other `<…>` stays as text.
const HTML: &[&str] = &[
    "a",
    "abbr",
    "article",
    "b",
    "big",
    "blockquote",
    "body",
    "br",
    "center",
    "code",
    "col",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "img",
    "label",
    "li",
    "meta",
    "o:p",
    "ol",
    "p",
    "pre",
    "s",
    "script",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "title",
    "tr",
    "tt",
    "u",
    "ul",
];

/// Elements that end a line.
const BREAKS: &[&str] =
    &["br", "p", "div", "li", "tr", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "*", "table", "ul", "ol", "title"];

/// Named entities that the product itself decodes, and those that mail programs add.
const ENTITIES: &[(&str, char)] = &[
    ("nbsp", ' '),
    ("quot", '"'),
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("apos", '\''),
    ("laquo", '«'),
    ("raquo", '»'),
    ("mdash", '—'),
    ("ndash", '–'),
    ("hellip", '…'),
    ("copy", '©'),
    ("reg", '®'),
    ("trade", '™'),
    ("bull", '•'),
    ("shy", '\u{AD}'),
    ("minus", '−'),
];

/// Longest tag, in bytes: a lone `[` or `<` must not swallow the text behind it.
const TAG_BYTES: usize = 400;

/// Whether something begins at `at` that could be markup, a quote or a signature. Most tickets have nothing such; [`super::plain`] finds the places worth asking about.
pub(crate) fn opens(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let starts = |part: &str| bytes[at..].starts_with(part.as_bytes());
    let opens_line = || text[..at].trim_end_matches(|c: char| c.is_whitespace() && c != '\n').chars().next_back().is_none_or(|c| c == '\n');
    let tag = |close: u8, names: &[&'static str]| inside(text, at, close).is_some_and(|inside| known(names, name_of(inside).1).is_some());
    match bytes[at] {
        b'[' => tag(b']', BB),
        b'<' => starts("<!--") || tag(b'>', HTML),
        b'&' => bytes[at..].iter().take(ENTITY_BYTES + 1).any(|byte| *byte == b';'),
        b'`' => starts("```") && opens_line(),
        b'>' => opens_line(),
        b'-' => starts("--") && opens_line(),
        b':' => starts(":f0") || starts(":e2"),
        b'#' => starts("#BR#"),
        // A signature may begin with a line of these.
        b'_' => starts("___") && opens_line(),
        0xe2 => starts("—") && opens_line() && text[at..].trim_start_matches('—').trim_start_matches(BLANKS).starts_with('\n'),
        // «С уважением» and «Отправлено с iPhone», written either way.
        0xd0 => starts("важением"),
        0xd1 => {
            starts("тправлено ") && text[..at].strip_suffix(['о', 'О']).is_some_and(|line| line.trim_end_matches(BLANKS).ends_with('\n'))
        }
        _ => false,
    }
}

/// ASCII characters other than letters that [`opens`] is about.
pub(crate) const MAY_OPEN: [bool; 128] = {
    let mut may = [false; 128];
    let (list, mut at) = (b"[<&`>-:#", 0);
    while at < list.len() {
        may[list[at] as usize] = true;
        at += 1;
    }
    may
};

const BLANKS: [char; 3] = [' ', '\t', '\r'];
/// Most bytes between `&` and `;`.
const ENTITY_BYTES: usize = 10;

/// Bytes that may begin markup, a quote or a signature.
const OPENS: [bool; 256] = {
    let mut opens = [false; 256];
    let list = b"[<&`>:#-_\n\xb6\xe2";
    let mut at = 0;
    while at < list.len() {
        opens[list[at] as usize] = true;
        at += 1;
    }
    opens
};

/// Cuts `text` into pieces; `lines` are the zones found by [`super::zone::lines`].
pub(crate) fn pieces(text: &str, lines: &[(usize, usize, Zone)], out: &mut Vec<Piece>) {
    Walk { text, lines, out, at: 0, kept_from: 0, line: 0, code: 0, quote: 0 }.run();
}

struct Walk<'a> {
    text: &'a str,
    lines: &'a [(usize, usize, Zone)],
    out: &'a mut Vec<Piece>,
    at: usize,
    /// Start of the plain text not yet pushed.
    kept_from: usize,
    /// The first of `lines` that does not end before `at`.
    line: usize,
    code: u32,
    quote: u32,
}

impl<'a> Walk<'a> {
    fn run(mut self) {
        let bytes = self.text.as_bytes();
        while self.at < bytes.len() {
            if self.line < self.lines.len() {
                let (start, end, _) = self.lines[self.line];
                if self.at == start || self.at == end {
                    self.flush(self.at);
                    if self.at == end {
                        self.line += 1;
                        continue;
                    }
                }
            }
            // Up to the next line that is quoted, most bytes open nothing.
            let until = self.lines.get(self.line).map_or(bytes.len(), |&(start, end, _)| if self.at < start { start } else { end });
            while self.at < until && !OPENS[bytes[self.at] as usize] {
                self.at += 1;
            }
            if self.at == until {
                continue;
            }
            let skipped = match bytes[self.at] {
                b'[' => self.bbcode(),
                b'<' => self.html(),
                b'&' => self.entity(),
                b':' => self.emoji(),
                b'#' => self.line_break(),
                _ => false,
            };
            if !skipped {
                self.at += 1;
            }
        }
        self.flush(bytes.len());
    }

    fn zone(&self) -> Zone {
        let line = match self.lines.get(self.line) {
            Some(&(start, _, zone)) if start <= self.at.saturating_sub(1).max(self.kept_from) => zone,
            _ => Zone::Own,
        };
        match (line, self.quote > 0, self.code > 0) {
            (Zone::Quote, ..) | (_, true, _) => Zone::Quote,
            (Zone::Code, ..) | (.., true) => Zone::Code,
            _ => Zone::Own,
        }
    }

    /// Pushes the plain text up to `end`.
    fn flush(&mut self, end: usize) {
        if self.kept_from < end {
            let zone = self.zone();
            self.out.push(Piece::Text { start: self.kept_from, end, zone });
        }
        self.kept_from = end;
    }

    /// Drops `len` bytes at the current place.
    fn skip(&mut self, len: usize) {
        self.flush(self.at);
        self.at += len;
        self.kept_from = self.at;
    }

    /// Puts `c` in the place of `len` bytes.
    fn replace(&mut self, len: usize, c: char) {
        self.flush(self.at);
        let zone = self.zone();
        self.out.push(Piece::Char { c, start: self.at, end: self.at + len, zone });
        self.at += len;
        self.kept_from = self.at;
    }

    /// The inside of a tag that opens here and closes with `close`.
    fn tag(&self, close: u8) -> Option<&'a str> {
        inside(self.text, self.at, close)
    }

    fn bbcode(&mut self) -> bool {
        let Some(inside) = self.tag(b']') else { return false };
        let (closing, name) = name_of(inside);
        let Some(name) = known(BB, name) else { return false };
        if self.code > 0 && name != "code" {
            return false;
        }
        let len = inside.len() + 2;
        match (name, closing) {
            ("code", false) => self.code_opens(len),
            ("code", true) => self.code_closes(len),
            ("quote", _) => self.quoted(len, closing),
            ("s" | "img", false) => self.skip_to(len, if name == "s" { "[/s]" } else { "[/img]" }),
            // The address stays: domains say what a ticket is about. The label follows.
            ("url", false) if inside.as_bytes().get(3) == Some(&b'=') => {
                self.skip(5);
                self.at += inside.len() - 4;
                self.flush(self.at);
                self.replace(1, ' ');
            }
            (name, _) if BREAKS.contains(&name) => self.replace(len, '\n'),
            _ => self.skip(len),
        }
        true
    }

    fn html(&mut self) -> bool {
        if self.text[self.at..].starts_with("<!--") {
            return match find(&self.text[self.at..], "-->") {
                Some(end) => {
                    self.skip(end + 3);
                    true
                }
                None => false,
            };
        }
        let Some(inside) = self.tag(b'>') else { return false };
        let (closing, name) = name_of(inside);
        let Some(name) = known(HTML, name) else { return false };
        let len = inside.len() + 2;
        match (name, closing) {
            ("code" | "pre", false) => self.code_opens(len),
            ("code" | "pre", true) => self.code_closes(len),
            ("blockquote", _) => self.quoted(len, closing),
            ("script", false) => self.skip_to(len, "</script>"),
            ("style", false) => self.skip_to(len, "</style>"),
            (name, _) if BREAKS.contains(&name) => self.replace(len, '\n'),
            ("td" | "th", _) => self.replace(len, ' '),
            _ => self.skip(len),
        }
        true
    }

    fn code_opens(&mut self, len: usize) {
        self.replace(len, '\n');
        self.code = 1;
    }

    fn code_closes(&mut self, len: usize) {
        self.flush(self.at);
        self.code = 0;
        self.replace(len, '\n');
    }

    fn quoted(&mut self, len: usize, closing: bool) {
        self.flush(self.at);
        if closing {
            self.quote = self.quote.saturating_sub(1);
        }
        self.replace(len, '\n');
        if !closing {
            self.quote += 1;
        }
    }

    /// Drops a tag with its content, if it is closed near enough; the tag alone otherwise.
    fn skip_to(&mut self, tag: usize, close: &str) {
        let len = find(&self.text[self.at..], close).map_or(tag, |at| at + close.len());
        self.skip(len);
    }

    fn entity(&mut self) -> bool {
        let rest = &self.text.as_bytes()[self.at + 1..];
        let window = &rest[..rest.len().min(ENTITY_BYTES)];
        let Some(end) = window.iter().position(|&b| b == b';') else { return false };
        let Some(name) = self.text.get(self.at + 1..self.at + 1 + end) else { return false };
        let decoded = match name.strip_prefix('#') {
            Some(number) => match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok(),
                None => number.parse().ok(),
            }
            .and_then(char::from_u32),
            None => ENTITIES.iter().find(|(known, _)| *known == name).map(|&(_, c)| c),
        };
        match decoded {
            Some(c) => self.replace(end + 2, c),
            None => return false,
        }
        true
    }

    /// An emoji as databases and exports of the product hold it: `:f09f938e:`.
    fn emoji(&mut self) -> bool {
        let rest = &self.text.as_bytes()[self.at + 1..];
        let digits = rest.iter().take(41).take_while(|b| b.is_ascii_hexdigit()).count();
        if digits < 6 || digits % 2 != 0 || rest.get(digits) != Some(&b':') || !rest.starts_with(b"f0") && !rest.starts_with(b"e2") {
            return false;
        }
        self.replace(digits + 2, ' ');
        true
    }

    fn line_break(&mut self) -> bool {
        if !self.text[self.at..].starts_with("#BR#") {
            return false;
        }
        self.replace(4, '\n');
        true
    }
}

/// What stands between the tag's first character at `at` and `close` on the same line.
fn inside(text: &str, at: usize, close: u8) -> Option<&str> {
    let rest = &text.as_bytes()[at + 1..];
    let window = &rest[..rest.len().min(TAG_BYTES)];
    let end = window.iter().position(|&b| b == close || b == b'\n')?;
    if window[end] != close {
        return None;
    }
    text.get(at + 1..at + 1 + end)
}

/// How far a tag that goes with its content may reach, in bytes: a lone `[s]` must not swallow the ticket, and looking for its end
/// again and again must stay linear.
const CONTENT_BYTES: usize = 2_000;

fn find(text: &str, close: &str) -> Option<usize> {
    let mut end = text.len().min(CONTENT_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let window = &text.as_bytes()[..end];
    window.windows(close.len()).position(|w| w.eq_ignore_ascii_case(close.as_bytes()))
}

/// `"/b"` → closing, `b`; `"url=…"` → opening, `url`.
fn name_of(inside: &str) -> (bool, &str) {
    let (closing, rest) = match inside.strip_prefix('/') {
        Some(rest) => (true, rest),
        None => (false, inside),
    };
    let end = rest.find(|c: char| c == '=' || c == '/' || c.is_whitespace()).unwrap_or(rest.len());
    (closing, &rest[..end])
}

fn known(names: &[&'static str], name: &str) -> Option<&'static str> {
    names.iter().find(|known| known.eq_ignore_ascii_case(name)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The read text, `~` before code and `>` before quoted pieces.
    fn read(text: &str) -> String {
        let (mut lines, mut out) = (Vec::new(), Vec::new());
        super::super::zone::lines(text, &mut lines);
        pieces(text, &lines, &mut out);
        let mut shown = String::new();
        for piece in out {
            let (part, zone) = match piece {
                Piece::Text { start, end, zone } => (text[start..end].to_string(), zone),
                Piece::Char { c, zone, .. } => (c.to_string(), zone),
            };
            match zone {
                Zone::Own => {}
                Zone::Code if part.trim().is_empty() => {}
                Zone::Code => shown.push('~'),
                Zone::Quote if part.trim().is_empty() => {}
                Zone::Quote => shown.push('>'),
            }
            shown.push_str(&part);
        }
        shown
    }

    #[test]
    fn tags() {
        let rows = [
            ("без разметки", "без разметки"),
            ("[b]жирно[/b] и [I]криво[/I]", "жирно и криво"),
            ("[USER=5 REPLACE]Иван[/USER], привет", "Иван, привет"),
            ("[url=https://a.example/x]сюда[/url]!", "https://a.example/x сюда!"),
            ("[url]https://a.example[/url]", "https://a.example"),
            ("было [s]зачёркнуто[/s] стало", "было  стало"),
            ("[img size=small]https://a.example/1.png [/img]скрин", "скрин"),
            ("[code]SELECT [b]1[/b][/code]", "\n~SELECT [b]1[/b]\n"),
            ("[quote]старое[/quote]новое", "\n>старое\nновое"),
            ("$arr[0] и [ERR] остаются", "$arr[0] и [ERR] остаются"),
            ("a &lt;b&gt; &amp; &#33;&nbsp;&zzz;", "a <b> & ! &zzz;"),
            ("<p>Раз</p><b>два</b><br/>три", "\nРаз\nдва\nтри"),
            ("<?php echo 1; ?> и <моё>", "<?php echo 1; ?> и <моё>"),
            ("<script>x()</script>текст", "текст"),
            ("<!-- нет -->да", "да"),
            ("раз#BR#два :f09f938e: три", "раз\nдва   три"),
            ("[незакрыто и < тоже & всё", "[незакрыто и < тоже & всё"),
            (">> старое\nновое", ">>> старое\nновое"),
        ];
        for (text, want) in rows {
            assert_eq!(read(text), want, "{text:?}");
        }
    }
}
