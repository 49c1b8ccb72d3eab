//! Masks what a copied ticket must not carry: passwords, licence keys, tokens, mail addresses, phone numbers, IP addresses.
//!
//! Rules run in one fixed order: what has a label or an unmistakable form first, loose forms (long digits) last. Where a value may or may not be a secret
//! it is masked: a lost word costs less than a leaked password. Masks survive a second pass unchanged.

mod masks;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use regex::Captures;
use support_triage::Lang;

use masks::{MASKS, Mask, Seen};

/// What stands behind a mask.
#[derive(Clone, Copy)]
enum Kind {
    Password,
    Key,
    Token,
    Mail,
    Phone,
    Address,
}

impl Kind {
    const ALL: [Kind; 6] = [Kind::Password, Kind::Key, Kind::Token, Kind::Mail, Kind::Phone, Kind::Address];

    fn mask(self, lang: Lang) -> &'static str {
        let (ru, en) = match self {
            Kind::Password => ("[пароль]", "[password]"),
            Kind::Key => ("[ключ]", "[key]"),
            Kind::Token => ("[токен]", "[token]"),
            Kind::Mail => ("[почта]", "[mail]"),
            Kind::Phone => ("[телефон]", "[phone]"),
            Kind::Address => ("[IP]", "[IP]"),
        };
        if lang == Lang::Ru { ru } else { en }
    }
}

/// The text with every secret and address replaced by a mask in the language, `[пароль]` or `[password]`.
///
/// Borrowed if nothing was masked. Time is linear in the length of the text; a text without labels, digits and `@` costs one look.
pub(crate) fn redact(text: &str, lang: Lang) -> Cow<'_, str> {
    let seen = Seen::of(text);
    let mut masked = Cow::Borrowed(text);
    for mask in MASKS.iter().filter(|mask| (mask.gate)(&seen)) {
        if let Some(next) = apply(mask, &masked, lang) {
            masked = Cow::Owned(next);
        }
    }
    masked
}

fn apply(mask: &Mask, text: &str, lang: Lang) -> Option<String> {
    let mut out = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(found) = mask.regex.captures_at(text, at) {
        let whole = found.get(0)?;
        let (start, end) = secret(&found).unwrap_or((whole.start(), whole.end()));
        let value = &text[start..end];
        at = whole.end().max(at + 1);
        if !is_mask(value) && (mask.meant)(&text[..start], value, &text[end..]) {
            out.push_str(&text[copied..start]);
            out.push_str(mask.kind.mask(lang));
            copied = end;
        }
        if at >= text.len() {
            break;
        }
    }
    (copied > 0).then(|| out + &text[copied..])
}

/// The part of a match that is the secret, where it is not the whole.
fn secret(found: &Captures<'_>) -> Option<(usize, usize)> {
    ["x", "quoted", "single", "guillemets", "bare"].iter().find_map(|name| found.name(name)).map(|group| (group.start(), group.end()))
}

fn is_mask(value: &str) -> bool {
    Kind::ALL.iter().any(|kind| [Lang::Ru, Lang::En].iter().any(|lang| value.contains(kind.mask(*lang))))
}
