//! A lexical check of a portal's public address, as an administrator types it into the settings.
//!
//! Nothing is resolved or contacted: an address without findings has the right shape, and may still not answer. `parse` takes the text apart,
//! `name` and `ip` know what cannot be public, `kind` says how bad each finding is, `wording` what to do about it.

mod ip;
mod kind;
mod name;
mod parse;
mod wording;

#[cfg(test)]
mod tests;

use std::net::IpAddr;

pub use kind::AddressFindingKind;

use crate::diagnostic::Severity;
use crate::verdict::Lang;
use AddressFindingKind as Kind;
use parse::Host;

/// Longest address that is read, in bytes. Browsers and servers agree on about as much.
pub const ADDRESS_BYTES: usize = 2_048;
/// Most characters of the address that a text repeats.
const SHOWN_CHARS: usize = 60;

/// What [`check_address`] found.
///
/// # Examples
///
/// ```
/// use support_triage::address::check_address;
///
/// let check = check_address("http://Портал.РФ/");
/// assert_eq!(check.host_ascii(), Some("xn--80awhdgm.xn--p1ai"));
/// assert_eq!(check.suggestion(), Some("https://xn--80awhdgm.xn--p1ai"));
/// assert!(!check.is_usable());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressCheck {
    findings: Vec<AddressFinding>,
    host_ascii: Option<String>,
    suggestion: Option<String>,
}

impl AddressCheck {
    /// What was found: errors first, then warnings, each in reading order. Empty for an address without fault.
    pub fn findings(&self) -> &[AddressFinding] {
        &self.findings
    }

    /// Whether nothing found makes the address unusable. Only its text is judged.
    pub fn is_usable(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity() != Severity::Error)
    }

    /// The host in lower case and Punycode, without the dot at its end; an IP address in its usual spelling, without brackets. None if no
    /// host could be read.
    pub fn host_ascii(&self) -> Option<&str> {
        self.host_ascii.as_deref()
    }

    /// The address as it should be typed, where that follows from the text alone. It passes the check itself. Whether the site answers there
    /// is for its administrator to see.
    pub fn suggestion(&self) -> Option<&str> {
        self.suggestion.as_deref()
    }
}

/// One finding about an address.
///
/// # Examples
///
/// ```
/// use support_triage::{Lang, address::check_address};
///
/// let check = check_address("https://192.168.0.10");
/// let finding = &check.findings()[0];
/// assert_eq!((finding.kind().as_str(), finding.topic()), ("private", "connection.private_address"));
/// assert!(finding.text(Lang::En).starts_with("192.168.0.10 "));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressFinding {
    kind: AddressFindingKind,
    /// The host for texts, shortened; empty if none was read.
    host: String,
}

impl AddressFinding {
    /// What was found.
    pub fn kind(&self) -> AddressFindingKind {
        self.kind
    }

    /// [`Severity::Error`] if the address cannot be used as it stands.
    pub fn severity(&self) -> Severity {
        self.kind.severity()
    }

    /// The id of the topic whose reply explains it.
    pub fn topic(&self) -> &'static str {
        self.kind.topic()
    }

    /// What is wrong and what to do, in one or two sentences of plain text. Names the host at most: never a password, path or parameter.
    /// The host is the writer's own text, so escape it where the text goes into markup.
    pub fn text(&self, lang: Lang) -> String {
        wording::text(self.kind, &self.host, lang)
    }
}

/// Checks the text of a public address, without any network.
///
/// Takes time linear in `url.len()`; a text over [`ADDRESS_BYTES`] bytes gets that one finding. No text is an error or a panic.
///
/// # Examples
///
/// ```
/// use support_triage::address::check_address;
///
/// assert!(check_address("https://portal.company.ru").findings().is_empty());
///
/// let kinds = |url: &str| -> Vec<&str> { check_address(url).findings().iter().map(|finding| finding.kind().as_str()).collect() };
/// assert_eq!(kinds("portal.company.ru"), ["no_scheme"]);
/// assert_eq!(kinds("https://0x7f.1/"), ["loopback", "unusual_ipv4"]);
/// ```
pub fn check_address(url: &str) -> AddressCheck {
    let mut found = Vec::new();
    let trimmed = url.trim();
    if trimmed.len() < url.len() && !trimmed.is_empty() {
        found.push(Kind::SurroundingSpaces);
    }
    if trimmed.is_empty() || trimmed.len() > ADDRESS_BYTES {
        found.push(if trimmed.is_empty() { Kind::Empty } else { Kind::TooLong });
        return finish(found, None, None, "");
    }
    // What is not seen is taken out, so that the rest can be judged as its author sees it.
    for (is_bad, kind) in [(is_hidden as fn(char) -> bool, Kind::HiddenCharacters), (char::is_whitespace, Kind::Spaces)] {
        if trimmed.contains(is_bad) {
            found.push(kind);
        }
    }
    let visible: String = trimmed.chars().filter(|&c| !is_hidden(c) && !c.is_whitespace()).collect();
    let rest = parse::without_scheme(&visible, &mut found);
    let authority = parse::authority(rest, &mut found);
    let (host, port) = parse::host_and_port(authority, &mut found);
    let host_ascii = match host {
        Host::Name("") => {
            found.push(Kind::NoHost);
            None
        }
        Host::Name(name) => name_or_ipv4(name, &mut found),
        Host::V6(address) => {
            found.extend(ip::findings(IpAddr::V6(address)));
            push_public(&mut found);
            Some(address.to_ipv4_mapped().map_or(address.to_string(), |address| address.to_string()))
        }
        Host::Broken => None,
    };
    finish(found, host_ascii, port, authority)
}

/// A domain name in lower case and Punycode without the dot at its end, to compare names with; none if it has no such form.
pub(crate) fn name_ascii(name: &str) -> Option<String> {
    name::ascii(name.get(..name.len().min(ADDRESS_BYTES))?, &mut Vec::new())
}

fn name_or_ipv4(host: &str, found: &mut Vec<Kind>) -> Option<String> {
    let name = name::ascii(host, found)?;
    match ip::ipv4(&name) {
        Some(Ok((address, is_usual))) => {
            if !is_usual {
                found.push(Kind::UnusualIpv4);
            }
            found.extend(ip::findings(IpAddr::V4(address)));
            push_public(found);
            Some(address.to_string())
        }
        Some(Err(())) => {
            found.push(Kind::InvalidIpv4);
            None
        }
        None if name::is_well_formed(&name) => {
            found.extend(name::findings(&name));
            Some(name)
        }
        None => {
            found.push(Kind::MalformedHost);
            None
        }
    }
}

/// An address of no special range is told as such: certificates for bare addresses are rare.
fn push_public(found: &mut Vec<Kind>) {
    if !found.iter().any(|kind| kind.is_range()) {
        found.push(Kind::PublicIp);
    }
}

fn finish(mut found: Vec<Kind>, host: Option<String>, port: Option<u16>, authority: &str) -> AddressCheck {
    // Reading order stays inside one severity; a kind is told once.
    let mut seen = Vec::new();
    found.retain(|kind| {
        !seen.contains(kind) && {
            seen.push(*kind);
            true
        }
    });
    found.sort_by_key(|kind| std::cmp::Reverse(kind.severity()));
    let wants_change = found.iter().any(|kind| !matches!(kind, Kind::Port | Kind::PublicIp));
    let mended = found.iter().all(|kind| kind.severity() == Severity::Warning || kind.is_mechanical());
    let suggestion = host.as_deref().filter(|_| wants_change && mended).map(|host| {
        let host = if host.contains(':') { format!("[{host}]") } else { host.to_string() };
        port.map_or_else(|| format!("https://{host}"), |port| format!("https://{host}:{port}"))
    });
    let host_ascii = host.filter(|_| !found.contains(&Kind::Spaces));
    let shown: String = host_ascii.as_deref().unwrap_or(authority).chars().filter(|c| !c.is_control()).take(SHOWN_CHARS).collect();
    let findings = found.into_iter().map(|kind| AddressFinding { kind, host: shown.clone() }).collect();
    AddressCheck { findings, host_ascii, suggestion }
}

/// Control characters, and what Unicode has for layout only. Ordinary blanks are not among them.
fn is_hidden(c: char) -> bool {
    let layout = matches!(
        c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}'
    );
    layout || c.is_control() && !c.is_whitespace()
}

impl AddressFindingKind {
    /// Whether it is about the range of an IP address.
    fn is_range(self) -> bool {
        self >= Kind::Loopback || self == Kind::CompatibleIpv4
    }

    /// Whether writing `https://` and the host alone mends it.
    fn is_mechanical(self) -> bool {
        matches!(
            self,
            Kind::HiddenCharacters
                | Kind::NoScheme
                | Kind::Http
                | Kind::OtherScheme
                | Kind::MalformedScheme
                | Kind::Credentials
                | Kind::Query
                | Kind::Fragment
        )
    }
}
