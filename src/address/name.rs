//! Domain names: letters, lengths, Punycode, and endings that never lead anywhere.

use super::kind::AddressFindingKind as Kind;

/// Longest domain name, in characters.
const NAME_CHARS: usize = 253;
/// Longest part of a domain name, in characters.
const LABEL_CHARS: usize = 63;

/// Endings that only local networks use: RFC 6762 and its appendix G, RFC 8375, ICANN's `internal`, and habits of administrators.
/// None of them is delegated.
const LOCAL: &[&str] = &["local", "internal", "lan", "home", "corp", "intranet", "private", "localdomain", "loc", "home.arpa"];
/// Endings and names that RFC 2606 and RFC 6761 keep for tests and examples.
const RESERVED: &[&str] = &["test", "example", "invalid", "example.com", "example.net", "example.org"];

/// A name in lower case and Punycode, without the dot at its end. None if it has no such form; why is told to `found`.
pub(super) fn ascii(host: &str, found: &mut Vec<Kind>) -> Option<String> {
    if host.split(['.', '\u{3002}', '\u{FF0E}', '\u{FF61}']).any(mixes_alphabets) {
        found.push(Kind::MixedAlphabets);
    }
    let Ok(mut name) = idna::domain_to_ascii(host) else {
        found.push(Kind::InvalidIdn);
        return None;
    };
    if !host.is_ascii() {
        found.push(Kind::Idn);
    }
    if name.ends_with('.') && name.len() > 1 {
        name.pop();
        found.push(Kind::TrailingDot);
    }
    Some(name)
}

fn mixes_alphabets(label: &str) -> bool {
    label.chars().any(|c| c.is_ascii_alphabetic()) && label.chars().any(|c| matches!(c, '\u{400}'..='\u{52F}'))
}

/// Whether a name in Punycode has the shape of a domain name.
pub(super) fn is_well_formed(name: &str) -> bool {
    let fits = |label: &str| {
        let plain = label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        (1..=LABEL_CHARS).contains(&label.len()) && plain && !label.starts_with('-') && !label.ends_with('-')
    };
    name.len() <= NAME_CHARS && name.split('.').all(fits)
}

/// What is known about a well-formed name from its ending.
pub(super) fn findings(name: &str) -> Vec<Kind> {
    let under = |ending: &str| name.strip_suffix(ending).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    let mut found = Vec::new();
    if under("localhost") || name == "localhost.localdomain" {
        found.push(Kind::Localhost);
    } else if LOCAL.iter().any(|ending| under(ending)) {
        found.push(Kind::LocalName);
    } else if RESERVED.iter().any(|ending| under(ending)) {
        found.push(Kind::ReservedName);
    } else if !name.contains('.') {
        found.push(Kind::NoDots);
    }
    let mut labels = name.rsplit('.');
    if let (Some(zone), Some(label)) = (labels.next(), labels.next()) {
        // The zone .ru has Latin names only, .рф Cyrillic ones only.
        let wrong = match zone {
            "ru" => label.starts_with("xn--"),
            "xn--p1ai" => !label.starts_with("xn--") && label.bytes().any(|b| b.is_ascii_alphabetic()),
            _ => false,
        };
        if wrong {
            found.push(Kind::MixedAlphabets);
        }
    }
    found
}
