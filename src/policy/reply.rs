//! Reply texts and their slots.

use super::guard::{Kind, Node, Source};
use super::model::Texts;
use super::shape;
use crate::diagnostic::Diagnostic;

/// The slots the reply of a topic may have.
pub(crate) const SLOTS: &[&str] = &["words", "topic", "category", "source", "opening"];
/// The slots the sentences around it may have.
pub(crate) const FRAMING_SLOTS: &[&str] = &["source", "opening"];

/// A piece of a reply.
pub(crate) enum Piece<'a> {
    Text(&'a str),
    Slot(&'a str),
    /// A brace that opens a slot and never closes.
    Broken,
}

/// Cuts a reply into text and slots; `{{` and `}}` are braces that are meant.
pub(crate) fn pieces(mut text: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    while let Some(at) = text.find(['{', '}']) {
        if at > 0 {
            out.push(Piece::Text(&text[..at]));
        }
        let rest = &text[at..];
        if rest.starts_with("{{") || rest.starts_with("}}") {
            out.push(Piece::Text(&rest[..1]));
            text = &rest[2..];
        } else if let Some(close) = rest.strip_prefix('{').and_then(|inside| inside.find('}')) {
            out.push(Piece::Slot(&rest[1..1 + close]));
            text = &rest[close + 2..];
        } else {
            out.push(Piece::Broken);
            text = &rest[1..];
        }
    }
    if !text.is_empty() {
        out.push(Piece::Text(text));
    }
    out
}

/// Finds slots that do not exist here.
pub(crate) fn check(texts: &Texts, slots: &[&str], source: &Source, node: &Node, found: &mut Vec<Diagnostic>) {
    let Kind::Map(entries) = &node.kind else { return };
    for (key, value) in entries {
        let text = if key.name == "ru" { &texts.ru } else { &texts.en };
        for piece in pieces(text) {
            let (message, help) = match piece {
                Piece::Slot(name) if slots.contains(&name) => continue,
                Piece::Text(_) => continue,
                Piece::Slot(name) => {
                    let help = shape::nearest(name, slots.iter().copied())
                        .map_or_else(|| format!("the slots are {}", slots.join(", ")), |near| format!("did you mean `{{{near}}}`?"));
                    (format!("there is no slot `{{{name}}}`"), help)
                }
                Piece::Broken => ("a brace that opens or closes nothing".into(), "double it if the brace itself is meant".into()),
            };
            found.push(source.at(value.range, "E070", message, help));
        }
    }
}
