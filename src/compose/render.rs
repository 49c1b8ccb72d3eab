//! Parts of a reply as plain text, BBCode or HTML, within a length.

use super::ReplyFormat;
use super::blocks::{Block, Part};

/// Writes the parts in at most `limit` characters.
pub(super) fn within(mut parts: Vec<Part>, format: ReplyFormat, limit: usize) -> String {
    loop {
        let text = write(&parts, format);
        let length = text.chars().count();
        if length <= limit {
            return text;
        }
        let spare = (0..parts.len()).filter(|&at| parts[at].spare > 0).max_by_key(|&at| parts[at].spare);
        if let Some(at) = spare {
            parts.remove(at);
        } else if !parts.iter_mut().any(|part| shorten(part, length - limit)) {
            return String::new();
        }
    }
}

/// Takes characters off a text, at least one; false if nothing is left.
fn shorten(part: &mut Part, excess: usize) -> bool {
    let Block::Text(text) = &mut part.block else { return false };
    let length = text.trim_end_matches('…').chars().count();
    if length == 0 {
        return false;
    }
    // One more for the sign of omission. Markup may shrink by more than it must, never by less.
    let keep = length.saturating_sub(excess + 1);
    let mut cut: String = text.chars().take(keep).collect();
    if let Some(space) = cut.rfind(char::is_whitespace).filter(|space| *space > cut.len() / 2) {
        cut.truncate(space);
    }
    let cut = cut.trim_end();
    *text = if cut.is_empty() { String::new() } else { format!("{cut}…") };
    true
}

fn write(parts: &[Part], format: ReplyFormat) -> String {
    let mut written: Vec<String> = Vec::new();
    for part in parts {
        let text = match &part.block {
            Block::Text(text) => paragraph(text, format),
            Block::List { lead, items } => list(lead, items, format),
            Block::Reference(text) => reference(text, format),
        };
        if !text.is_empty() {
            written.push(text);
        }
    }
    written.join(if format == ReplyFormat::Html { "\n" } else { "\n\n" })
}

fn paragraph(text: &str, format: ReplyFormat) -> String {
    match format {
        _ if text.is_empty() => String::new(),
        ReplyFormat::Html => format!("<p>{}</p>", escape(text, format)),
        _ => escape(text, format),
    }
}

fn list(lead: &str, items: &[String], format: ReplyFormat) -> String {
    let items = items.iter().map(|item| escape(item, format));
    let lead = escape(lead, format);
    match format {
        ReplyFormat::Html => {
            let lead = if lead.is_empty() { lead } else { format!("<p>{lead}</p>\n") };
            let items: String = items.map(|item| format!("<li>{item}</li>")).collect();
            format!("{lead}<ul>{items}</ul>")
        }
        _ => {
            let lead = match format {
                _ if lead.is_empty() => None,
                ReplyFormat::BbCode => Some(format!("[b]{lead}[/b]")),
                _ => Some(lead),
            };
            lead.into_iter().chain(items.map(|item| format!("• {item}"))).collect::<Vec<_>>().join("\n")
        }
    }
}

/// A sentence with an address: a link where the format has links of its own; messengers and mail programs find plain addresses themselves.
fn reference(text: &str, format: ReplyFormat) -> String {
    let address = text.find("https://").or_else(|| text.find("http://"));
    let (ReplyFormat::Html, Some(start)) = (format, address) else { return paragraph(text, format) };
    let end = text[start..].find(char::is_whitespace).map_or(text.len(), |length| start + length);
    let (before, link, after) = (&text[..start], &text[start..end], &text[end..]);
    let link = escape(link, format);
    format!("<p>{}<a href=\"{link}\">{link}</a>{}</p>", escape(before, format), escape(after, format))
}

/// Takes the meaning of markup from a text.
fn escape(text: &str, format: ReplyFormat) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match (format, c) {
            (ReplyFormat::Plain, _) => out.push(c),
            // An address keeps its ampersands: only what the messenger would read as an entity must not be one.
            (ReplyFormat::BbCode, '&') if is_entity(&text[at..]) => out.push_str("&amp;"),
            (ReplyFormat::BbCode, '[') => out.push_str("&#91;"),
            (ReplyFormat::BbCode, ']') => out.push_str("&#93;"),
            // `#BR#` is a line break to the messenger.
            (ReplyFormat::BbCode, '#') if text[at..].get(..4).is_some_and(|tag| tag.eq_ignore_ascii_case("#br#")) => {
                out.push_str("#\u{2060}")
            }
            (ReplyFormat::Html, '&') => out.push_str("&amp;"),
            (ReplyFormat::Html | ReplyFormat::BbCode, '<') => out.push_str("&lt;"),
            (ReplyFormat::Html | ReplyFormat::BbCode, '>') => out.push_str("&gt;"),
            (ReplyFormat::Html, '"') => out.push_str("&quot;"),
            (ReplyFormat::Html, '\'') => out.push_str("&#39;"),
            (ReplyFormat::Html, '\n') => out.push_str("<br>\n"),
            _ => out.push(c),
        }
    }
    out
}

/// Whether a text that begins with `&` begins with an entity.
fn is_entity(text: &str) -> bool {
    let name = text[1..].split(';').next().unwrap_or("");
    let closed = text[1..].len() > name.len();
    closed && (1..=10).contains(&name.len()) && name.chars().enumerate().all(|(at, c)| c.is_ascii_alphanumeric() || at == 0 && c == '#')
}
