//! IP addresses: the spellings browsers accept, and the ranges that are not public.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::kind::AddressFindingKind as Kind;

/// A host that ends in a number, as the URL standard reads it: an IPv4 address in any spelling of the C function `inet_aton`, with whether
/// it is spelt a.b.c.d in decimal; an error if it is out of range. None for a name.
pub(super) fn ipv4(host: &str) -> Option<Result<(Ipv4Addr, bool), ()>> {
    let last = host.rsplit('.').next().unwrap_or(host);
    let digits = !last.is_empty() && last.bytes().all(|b| b.is_ascii_digit());
    if !digits && number(last).is_none() {
        return None;
    }
    let parts: Vec<&str> = host.split('.').take(5).collect();
    let numbers: Option<Vec<u64>> = parts.iter().map(|part| number(part)).collect();
    let Some(numbers) = numbers.filter(|numbers| numbers.len() <= 4) else {
        return Some(Err(()));
    };
    // All but the last are bytes; the last fills what is left.
    let (&tail, bytes) = numbers.split_last()?;
    if bytes.iter().any(|&byte| byte > 255) || tail >= 1 << (8 * (4 - bytes.len())) {
        return Some(Err(()));
    }
    let value = bytes.iter().enumerate().fold(tail, |value, (at, &byte)| value | byte << (8 * (3 - at)));
    let address = Ipv4Addr::from(u32::try_from(value).unwrap_or(u32::MAX));
    Some(Ok((address, address.to_string() == host)))
}

/// `10`, `0x0a` or `012`. Too large a number comes out as the largest one, which is out of every range.
fn number(text: &str) -> Option<u64> {
    let lower = text.as_bytes();
    let (digits, radix) = match lower {
        [b'0', b'x' | b'X', digits @ ..] => (digits, 16),
        [b'0', digits @ ..] if !digits.is_empty() => (digits, 8),
        _ if text.is_empty() => return None,
        digits => (digits, 10),
    };
    digits.iter().try_fold(0_u64, |value, &byte| {
        let digit = char::from(byte).to_digit(radix)?;
        Some(value.saturating_mul(u64::from(radix)).saturating_add(u64::from(digit)))
    })
}

/// What is known about an address from its range alone: nothing for one of the public internet.
pub(super) fn findings(address: IpAddr) -> Vec<Kind> {
    match address {
        IpAddr::V4(address) => range_v4(address).into_iter().collect(),
        IpAddr::V6(address) => v6(address),
    }
}

fn range_v4(address: Ipv4Addr) -> Option<Kind> {
    Some(match address.octets() {
        [0, 0, 0, 0] => Kind::Unspecified,
        [127, ..] => Kind::Loopback,
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Kind::Private,
        [169, 254, ..] => Kind::LinkLocal,
        [100, 64..=127, ..] => Kind::CarrierNat,
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Kind::Documentation,
        [224..=239, ..] => Kind::Multicast,
        [255, 255, 255, 255] => Kind::Broadcast,
        // This network, protocol assignments, the old 6to4 relays, benchmarks, the never assigned rest.
        [0, ..] | [192, 0, 0, _] | [192, 88, 99, _] | [198, 18..=19, ..] | [240..=255, ..] => Kind::Reserved,
        _ => return None,
    })
}

fn v6(address: Ipv6Addr) -> Vec<Kind> {
    let segments = address.segments();
    let low = || {
        let [.., a, b, c, d] = address.octets();
        Ipv4Addr::new(a, b, c, d)
    };
    match segments {
        [0, 0, 0, 0, 0, 0, 0, 0] => vec![Kind::Unspecified],
        [0, 0, 0, 0, 0, 0, 0, 1] => vec![Kind::Loopback],
        [0, 0, 0, 0, 0, 0xffff, ..] => [Kind::MappedIpv4].into_iter().chain(range_v4(low())).collect(),
        [0, 0, 0, 0, 0, 0, ..] => [Kind::CompatibleIpv4].into_iter().chain(range_v4(low())).collect(),
        // Translation to IPv4 works inside one network only; what it leads to may say more.
        [0x64, 0xff9b, 0, 0, 0, 0, ..] => vec![range_v4(low()).unwrap_or(Kind::Reserved)],
        [0x2002, high, low, ..] => range_v4(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low))).into_iter().collect(),
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => vec![Kind::Documentation],
        [0xfc00..=0xfdff, ..] | [0xfec0..=0xfeff, ..] => vec![Kind::UniqueLocal],
        [0xfe80..=0xfebf, ..] => vec![Kind::LinkLocal],
        [0xff00..=0xffff, ..] => vec![Kind::Multicast],
        // Protocol assignments such as Teredo; outside 2000::/3 nothing is given out.
        [0x2001, 0..=0x1ff, ..] => vec![Kind::Reserved],
        [0x2000..=0x3fff, ..] => Vec::new(),
        _ => vec![Kind::Reserved],
    }
}
