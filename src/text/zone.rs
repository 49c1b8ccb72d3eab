//! Which lines of a ticket are the writer's own words, and which are quoted, signed or pasted.

/// What kind of text a part of a ticket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Zone {
    /// The writer's own words.
    Own,
    /// Code, logs, configuration: says what the ticket is about, never what the writer wants.
    Code,
    /// An earlier message or a signature: decides only if there is nothing else.
    Quote,
}

/// A line that opens a quoted message or a signature up to the end of the text.
const REST_IS_QUOTED: &[&str] = &[
    "-------- исходное сообщение",
    "-----original message",
    "---------- forwarded message",
    "-------- пересылаемое сообщение",
    "--- исходное письмо",
];

/// How many lines a signature may have: "С уважением" in the middle of a letter must not hide the rest of it.
const SIGNATURE_LINES: usize = 7;

/// Appends the zone of every line that is not the writer's own: `(start, end, zone)`, ascending, not overlapping.
///
/// Follows the product's own rules: lines that begin with `>>`, and blocks between two lines of exactly 54 hyphens; then mail habits.
pub(crate) fn lines(text: &str, out: &mut Vec<(usize, usize, Zone)>) {
    let mut start = 0;
    let mut ruler_open: Option<usize> = None;
    let mut fence_open: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        let bare = line.trim();
        if let Some(from) = fence_open {
            if bare.starts_with("```") {
                out.push((from, end, Zone::Code));
                fence_open = None;
            }
        } else if bare.starts_with("```") {
            fence_open = Some(start);
        } else if is_ruler(bare) {
            match ruler_open.take() {
                Some(from) => {
                    out.retain(|zone| zone.0 < from);
                    out.push((from, end, Zone::Quote));
                }
                None => ruler_open = Some(start),
            }
        } else if bare.starts_with('>') {
            out.push((start, end, Zone::Quote));
        } else if ruler_open.is_none() && opens_rest(bare) {
            out.push((start, text.len(), Zone::Quote));
            return;
        } else if ruler_open.is_none() && opens_signature(bare) {
            let rest = text[end..].trim();
            if !rest.contains("\n\n") && rest.lines().count() <= SIGNATURE_LINES {
                out.push((start, text.len(), Zone::Quote));
                return;
            }
        }
        start = end;
    }
    if let Some(from) = fence_open {
        out.push((from, text.len(), Zone::Code));
    }
}

fn is_ruler(line: &str) -> bool {
    line.len() == 54 && line.bytes().all(|b| b == b'-')
}

fn opens_rest(line: &str) -> bool {
    line.starts_with("--") && {
        let lower: String = line.chars().take(60).collect::<String>().to_lowercase();
        REST_IS_QUOTED.iter().any(|opening| lower.starts_with(opening))
    }
}

fn opens_signature(line: &str) -> bool {
    if line == "--" || line == "—" || line == "___" {
        return true;
    }
    line.len() < 80 && {
        let lower = line.to_lowercase();
        lower.starts_with("с уважением") || lower.starts_with("отправлено с iphone") || lower.starts_with("отправлено из мобильной")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zones(text: &str) -> Vec<(&str, Zone)> {
        let mut out = Vec::new();
        lines(text, &mut out);
        out.into_iter().map(|(a, b, zone)| (&text[a..b], zone)).collect()
    }

    #[test]
    fn quoted_lines_rulers_and_fences() {
        let ruler = "-".repeat(54);
        let block = format!("{ruler}\nИван [14:20]\nстарое\n{ruler}\n");
        let rows: &[(&str, &[(&str, Zone)])] = &[
            ("новое", &[]),
            (">> старое\nновое", &[(">> старое\n", Zone::Quote)]),
            ("```\ncode\n```\nтекст", &[("```\ncode\n```\n", Zone::Code)]),
            ("```\nне закрыто", &[("```\nне закрыто", Zone::Code)]),
            ("вопрос\n--\nИван Иванов", &[("--\nИван Иванов", Zone::Quote)]),
            ("вопрос\nС уважением,\nИван", &[("С уважением,\nИван", Zone::Quote)]),
        ];
        for (text, want) in rows {
            assert_eq!(&zones(text), want, "{text:?}");
        }
        assert_eq!(zones(&format!("{block}новое")), [(block.as_str(), Zone::Quote)]);
    }

    #[test]
    fn a_ruler_that_is_never_closed_hides_nothing() {
        assert_eq!(zones(&format!("{}\nтекст", "-".repeat(54))), []);
    }
}
