//! Taking an address apart: scheme, credentials, host, port, and what follows.

use super::kind::AddressFindingKind as Kind;

/// Takes what stands for `https://` off. What is wrong with it goes to `found`.
pub(super) fn without_scheme<'a>(text: &'a str, found: &mut Vec<Kind>) -> &'a str {
    if let Some(rest) = strip_prefix(text, "https://") {
        return without_more(rest, found);
    }
    if let Some(rest) = strip_prefix(text, "http://") {
        found.push(Kind::Http);
        return without_more(rest, found);
    }
    if let Some(rest) = misspelt(text) {
        found.push(Kind::MalformedScheme);
        return without_more(rest, found);
    }
    let is_scheme = |scheme: &str| !scheme.is_empty() && !scheme.contains(['/', '\\', '?', '#', '@', '.', ':']);
    if let Some((_, rest)) = text.split_once("://").filter(|(scheme, _)| is_scheme(scheme)) {
        found.push(Kind::OtherScheme);
        return without_more(rest, found);
    }
    found.push(Kind::NoScheme);
    text.strip_prefix("//").unwrap_or(text)
}

/// `https` once more, and slashes too many.
fn without_more<'a>(mut rest: &'a str, found: &mut Vec<Kind>) -> &'a str {
    loop {
        let shorter = misspelt(rest).unwrap_or_else(|| rest.trim_start_matches(['/', '\\']));
        if shorter.len() == rest.len() {
            return rest;
        }
        // "https:///" with nothing behind lacks a name, not a slash.
        if !shorter.is_empty() {
            found.push(Kind::MalformedScheme);
        }
        rest = shorter;
    }
}

/// The rest behind `https:/`, `https//`, `http;//`, `https:\\` and the like, `https://` included.
fn misspelt(text: &str) -> Option<&str> {
    let rest = strip_prefix(text, "https").or_else(|| strip_prefix(text, "http"))?;
    let host = rest.trim_start_matches([':', ';', '/', '\\']);
    // A port behind it makes "http" the name of a machine: http:8080.
    let is_port = rest.starts_with(':') && host.starts_with(|c: char| c.is_ascii_digit()) && rest.len() == host.len() + 1;
    (rest.len() > host.len() && !is_port).then_some(host)
}

fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

/// The host with its port as written, credentials, path, query and fragment taken off and told to `found`.
pub(super) fn authority<'a>(text: &'a str, found: &mut Vec<Kind>) -> &'a str {
    let end = text.find(['/', '\\', '?', '#']).unwrap_or(text.len());
    let (authority, tail) = text.split_at(end);
    let (tail, fragment) = tail.split_once('#').map_or((tail, false), |(tail, _)| (tail, true));
    let (path, query) = tail.split_once('?').map_or((tail, false), |(path, _)| (path, true));
    let path = !path.trim_matches(['/', '\\']).is_empty();
    for (is_there, kind) in [(path, Kind::Path), (query, Kind::Query), (fragment, Kind::Fragment)] {
        if is_there {
            found.push(kind);
        }
    }
    match authority.rsplit_once('@') {
        Some((_, host)) => {
            found.push(Kind::Credentials);
            host
        }
        None => authority,
    }
}

/// A host as written, taken apart.
pub(super) enum Host<'a> {
    /// A name or an IPv4 address.
    Name(&'a str),
    /// An IPv6 address, without brackets and zone.
    V6(std::net::Ipv6Addr),
    /// Not to be read; already told.
    Broken,
}

/// Splits the host from its port; the port is none where it is the usual 443.
pub(super) fn host_and_port<'a>(authority: &'a str, found: &mut Vec<Kind>) -> (Host<'a>, Option<u16>) {
    if let Some(inside) = authority.strip_prefix('[') {
        let Some((inside, port)) = inside.split_once(']') else {
            found.push(Kind::InvalidIpv6);
            return (Host::Broken, None);
        };
        if !port.is_empty() && !port.starts_with(':') {
            found.push(Kind::InvalidIpv6);
            return (Host::Broken, None);
        }
        return (v6(inside, found), self::port(port.strip_prefix(':').unwrap_or(""), found));
    }
    match authority.split_once(':') {
        None => (Host::Name(authority), None),
        Some((host, port)) if !port.contains(':') => (Host::Name(host), self::port(port, found)),
        // An IPv6 address that lacks its brackets is worth a look at its range.
        Some(_) => {
            let kind = if v6(authority, &mut Vec::new()).is_v6() { Kind::InvalidIpv6 } else { Kind::MalformedHost };
            found.push(kind);
            (v6(authority, &mut Vec::new()), None)
        }
    }
}

impl Host<'_> {
    fn is_v6(&self) -> bool {
        matches!(self, Host::V6(_))
    }
}

fn v6(text: &str, found: &mut Vec<Kind>) -> Host<'static> {
    // A zone (fe80::1%eth0) means something on one machine only.
    let (address, has_zone) = text.split_once('%').map_or((text, false), |(address, _)| (address, true));
    match address.parse() {
        Ok(address) => {
            if has_zone {
                found.push(Kind::InvalidIpv6);
            }
            Host::V6(address)
        }
        Err(_) => {
            found.push(Kind::InvalidIpv6);
            Host::Broken
        }
    }
}

fn port(text: &str, found: &mut Vec<Kind>) -> Option<u16> {
    if text.is_empty() {
        return None;
    }
    let number = text.parse::<u16>().ok().filter(|&number| number > 0 && !text.starts_with('+'));
    match number {
        Some(443) => None,
        Some(number) => {
            found.push(Kind::Port);
            Some(number)
        }
        None => {
            found.push(Kind::InvalidPort);
            None
        }
    }
}
