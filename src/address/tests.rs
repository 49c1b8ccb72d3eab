//! Rows: an address, its host, and every finding in order.

use proptest::prelude::*;

use super::{ADDRESS_BYTES, AddressFindingKind, check_address};
use crate::diagnostic::Severity;
use crate::verdict::Lang;

const GOOD: &[(&str, &str)] = &[
    ("https://portal.company.ru", "portal.company.ru"),
    ("https://portal.company.ru/", "portal.company.ru"),
    ("https://portal.company.ru:443", "portal.company.ru"),
    ("https://portal.company.ru:", "portal.company.ru"),
    ("HTTPS://PORTAL.Company.RU", "portal.company.ru"),
    ("https://b24.xn--80awhdgm.xn--p1ai", "b24.xn--80awhdgm.xn--p1ai"),
    ("https://1c-portal.24.company.online", "1c-portal.24.company.online"),
    ("https://127.0.0.1.nip.io", "127.0.0.1.nip.io"),
    ("https://10.company.ru", "10.company.ru"),
    ("https://local.company.ru", "local.company.ru"),
    ("https://lan.ru", "lan.ru"),
    ("https://notlocalhost.ru", "notlocalhost.ru"),
    ("https://myexample.com", "myexample.com"),
    ("https://123.xn--p1ai", "123.xn--p1ai"),
];

/// Address, host (`-` if none), findings.
const BAD: &[(&str, &str, &str)] = &[
    // Scheme
    ("", "-", "empty"),
    ("   ", "-", "empty"),
    ("portal.company.ru", "portal.company.ru", "no_scheme"),
    ("//portal.company.ru", "portal.company.ru", "no_scheme"),
    ("http://portal.company.ru", "portal.company.ru", "http"),
    ("HTTP://portal.company.ru/", "portal.company.ru", "http"),
    ("ftp://portal.company.ru", "portal.company.ru", "other_scheme"),
    ("htpps://portal.company.ru", "portal.company.ru", "other_scheme"),
    ("хттпс://portal.company.ru", "portal.company.ru", "other_scheme"),
    ("https:/portal.company.ru", "portal.company.ru", "malformed_scheme"),
    ("https//portal.company.ru", "portal.company.ru", "malformed_scheme"),
    ("https;//portal.company.ru", "portal.company.ru", "malformed_scheme"),
    (r"https:\\portal.company.ru", "portal.company.ru", "malformed_scheme"),
    ("https:portal.company.ru", "portal.company.ru", "malformed_scheme"),
    ("https:///portal.company.ru", "portal.company.ru", "malformed_scheme"),
    ("https://https://portal.company.ru", "portal.company.ru", "malformed_scheme"),
    ("https://http://portal.company.ru", "portal.company.ru", "malformed_scheme"),
    ("https://", "-", "no_host"),
    ("https:///", "-", "no_host"),
    ("https://?x", "-", "query no_host"),
    ("https", "https", "no_scheme no_dots"),
    // Around and inside
    (" https://portal.company.ru\n", "portal.company.ru", "surrounding_spaces"),
    ("https:// portal.company.ru", "-", "spaces"),
    ("https://portal company.ru", "-", "spaces"),
    ("https://a.ru, https://b.ru", "-", "spaces malformed_host path"),
    ("https://portal\u{A0}.company.ru", "-", "spaces"),
    ("https://portal\u{200B}.company.ru", "portal.company.ru", "hidden_characters"),
    ("\u{FEFF}https://portal.company.ru", "portal.company.ru", "hidden_characters"),
    ("https://por\u{AD}tal.company.ru", "portal.company.ru", "hidden_characters"),
    ("https://admin:secret@portal.company.ru", "portal.company.ru", "credentials"),
    ("https://admin@portal.company.ru", "portal.company.ru", "credentials"),
    ("admin@portal.company.ru", "portal.company.ru", "no_scheme credentials"),
    ("https://a@b@portal.company.ru", "portal.company.ru", "credentials"),
    ("https://portal.company.ru:8443", "portal.company.ru", "port"),
    ("https://portal.company.ru:80/", "portal.company.ru", "port"),
    ("portal.company.ru:8080", "portal.company.ru", "no_scheme port"),
    ("https://portal.company.ru:0", "portal.company.ru", "invalid_port"),
    ("https://portal.company.ru:65536", "portal.company.ru", "invalid_port"),
    ("https://portal.company.ru:+80", "portal.company.ru", "invalid_port"),
    ("https://portal.company.ru:https", "portal.company.ru", "invalid_port"),
    ("https://portal.company.ru/pub/", "portal.company.ru", "path"),
    (r"https://portal.company.ru\pub", "portal.company.ru", "path"),
    ("https://portal.company.ru/index.php?login=yes", "portal.company.ru", "query path"),
    ("https://portal.company.ru/#top", "portal.company.ru", "fragment"),
    ("https://portal.company.ru?x=https://a.ru", "portal.company.ru", "query"),
    // Names
    ("https://portal", "portal", "no_dots"),
    ("https://портал", "xn--80awhdgm", "no_dots idn"),
    ("https://localhost", "localhost", "localhost"),
    ("localhost:8080", "localhost", "no_scheme localhost port"),
    ("https://LocalHost./", "localhost", "localhost trailing_dot"),
    ("https://b24.localhost", "b24.localhost", "localhost"),
    ("https://localhost.localdomain", "localhost.localdomain", "localhost"),
    ("https://portal.local", "portal.local", "local_name"),
    ("https://portal.company.internal", "portal.company.internal", "local_name"),
    ("https://b24.lan", "b24.lan", "local_name"),
    ("https://b24.home", "b24.home", "local_name"),
    ("https://b24.home.arpa", "b24.home.arpa", "local_name"),
    ("https://b24.corp", "b24.corp", "local_name"),
    ("https://b24.test", "b24.test", "reserved_name"),
    ("https://b24.example", "b24.example", "reserved_name"),
    ("https://portal.example.com", "portal.example.com", "reserved_name"),
    ("https://b24.invalid", "b24.invalid", "reserved_name"),
    ("https://портал.рф", "xn--80awhdgm.xn--p1ai", "idn"),
    ("https://ПОРТАЛ.РФ", "xn--80awhdgm.xn--p1ai", "idn"),
    ("https://б24.company.com", "xn--24-9kc.company.com", "idn"),
    ("https://портал。рф", "xn--80awhdgm.xn--p1ai", "idn"),
    ("https://роrtal.company.com", "xn--rtal-45dl.company.com", "mixed_alphabets idn"),
    ("https://портал.ru", "xn--80awhdgm.ru", "mixed_alphabets idn"),
    ("https://portal.рф", "portal.xn--p1ai", "mixed_alphabets idn"),
    ("https://xn--.ru", "-", "invalid_idn"),
    ("https://xn--zzzzzzzzzz99999999.ru", "-", "invalid_idn"),
    ("https://portal.company.ru.", "portal.company.ru", "trailing_dot"),
    ("https://portal.company.ru..", "-", "malformed_host trailing_dot"),
    ("https://portal..ru", "-", "malformed_host"),
    ("https://.company.ru", "-", "malformed_host"),
    ("https://-portal.ru", "-", "malformed_host"),
    ("https://portal-.ru", "-", "malformed_host"),
    ("https://my_portal.ru", "-", "malformed_host"),
    ("https://*.company.ru", "-", "malformed_host"),
    ("https://%70ortal.ru", "-", "malformed_host"),
    ("https://<portal.ru>", "-", "malformed_host"),
    ("https://portal,company.ru", "-", "malformed_host"),
    ("https://portal.ru:80:80", "-", "malformed_host"),
    // IPv4
    ("https://8.8.8.8", "8.8.8.8", "public_ip"),
    ("https://127.0.0.1", "127.0.0.1", "loopback"),
    ("http://127.255.0.9:8080/", "127.255.0.9", "http loopback port"),
    ("https://10.0.0.5", "10.0.0.5", "private"),
    ("https://172.16.0.1", "172.16.0.1", "private"),
    ("https://172.31.255.255", "172.31.255.255", "private"),
    ("https://172.15.0.1", "172.15.0.1", "public_ip"),
    ("https://172.32.0.1", "172.32.0.1", "public_ip"),
    ("192.168.1.10", "192.168.1.10", "no_scheme private"),
    ("https://169.254.10.10", "169.254.10.10", "link_local"),
    ("https://100.64.0.1", "100.64.0.1", "carrier_nat"),
    ("https://100.127.255.255", "100.127.255.255", "carrier_nat"),
    ("https://100.128.0.0", "100.128.0.0", "public_ip"),
    ("https://192.0.2.1", "192.0.2.1", "documentation"),
    ("https://198.51.100.7", "198.51.100.7", "documentation"),
    ("https://203.0.113.7", "203.0.113.7", "documentation"),
    ("https://224.0.0.1", "224.0.0.1", "multicast"),
    ("https://239.255.255.255", "239.255.255.255", "multicast"),
    ("https://255.255.255.255", "255.255.255.255", "broadcast"),
    ("https://240.0.0.1", "240.0.0.1", "reserved"),
    ("https://198.18.0.1", "198.18.0.1", "reserved"),
    ("https://0.0.0.0", "0.0.0.0", "unspecified"),
    ("https://0.1.2.3", "0.1.2.3", "reserved"),
    ("https://2130706433", "127.0.0.1", "loopback unusual_ipv4"),
    ("https://0177.0.0.1", "127.0.0.1", "loopback unusual_ipv4"),
    ("https://0x7f.0.0.1", "127.0.0.1", "loopback unusual_ipv4"),
    ("https://0X7F000001", "127.0.0.1", "loopback unusual_ipv4"),
    ("https://127.1", "127.0.0.1", "loopback unusual_ipv4"),
    ("https://192.168.257", "192.168.1.1", "private unusual_ipv4"),
    ("https://010.010.010.010", "8.8.8.8", "unusual_ipv4 public_ip"),
    ("https://0x", "0.0.0.0", "unspecified unusual_ipv4"),
    ("https://127.0.0.1.", "127.0.0.1", "loopback trailing_dot"),
    ("https://１２７.0.0.1", "127.0.0.1", "loopback idn"),
    ("https://256.0.0.1", "-", "invalid_ipv4"),
    ("https://1.2.3.4.5", "-", "invalid_ipv4"),
    ("https://4294967296", "-", "invalid_ipv4"),
    ("https://99999999999999999999999999", "-", "invalid_ipv4"),
    ("https://08.0.0.1", "-", "invalid_ipv4"),
    ("https://portal.1", "-", "invalid_ipv4"),
    // IPv6
    ("https://[2a00:1450:4010::1]/", "2a00:1450:4010::1", "public_ip"),
    ("https://[::1]", "::1", "loopback"),
    ("::1", "::1", "no_scheme invalid_ipv6 loopback"),
    ("https://[::]:8080", "::", "unspecified port"),
    ("https://[fe80::1]", "fe80::1", "link_local"),
    ("https://[fe80::1%25eth0]", "fe80::1", "invalid_ipv6 link_local"),
    ("https://[fd12:3456::1]", "fd12:3456::1", "unique_local"),
    ("https://[fec0::1]", "fec0::1", "unique_local"),
    ("https://[2001:db8::1]", "2001:db8::1", "documentation"),
    ("https://[3fff:fff::1]", "3fff:fff::1", "documentation"),
    ("https://[ff02::1]", "ff02::1", "multicast"),
    ("https://[::ffff:192.168.0.1]", "192.168.0.1", "private mapped_ipv4"),
    ("https://[::ffff:8.8.8.8]", "8.8.8.8", "mapped_ipv4 public_ip"),
    ("https://[::127.0.0.1]", "::7f00:1", "compatible_ipv4 loopback"),
    ("https://[::8.8.8.8]", "::808:808", "compatible_ipv4"),
    ("https://[64:ff9b::192.168.0.1]", "64:ff9b::c0a8:1", "private"),
    ("https://[2002:c0a8:1::1]", "2002:c0a8:1::1", "private"),
    ("https://[2001:0:1::1]", "2001:0:1::1", "reserved"),
    ("https://[100::1]", "100::1", "reserved"),
    ("https://[::1", "-", "invalid_ipv6"),
    ("https://[::1]x", "-", "invalid_ipv6"),
    ("https://[portal.ru]", "-", "invalid_ipv6"),
    ("https://2a00:1450:4010::1/", "2a00:1450:4010::1", "invalid_ipv6 public_ip"),
];

fn kinds(url: &str) -> String {
    let names: Vec<&str> = check_address(url).findings().iter().map(|finding| finding.kind().as_str()).collect();
    names.join(" ")
}

#[test]
fn good_addresses_have_no_findings() {
    for &(url, host) in GOOD {
        assert_eq!((kinds(url).as_str(), check_address(url).host_ascii()), ("", Some(host)), "{url}");
        assert_eq!(check_address(url).suggestion(), None, "{url}");
    }
}

#[test]
fn bad_addresses_have_theirs() {
    for &(url, host, findings) in BAD {
        assert_eq!(kinds(url), findings, "{url}");
        assert_eq!(check_address(url).host_ascii().unwrap_or("-"), host, "{url}");
    }
}

#[test]
fn every_row_is_there_once_and_every_kind_in_a_row() {
    let mut urls: Vec<&str> = BAD.iter().map(|row| row.0).chain(GOOD.iter().map(|row| row.0)).collect();
    let rows = urls.len();
    urls.sort_unstable();
    urls.dedup();
    assert_eq!(urls.len(), rows);
    for kind in AddressFindingKind::ALL {
        let shown = BAD.iter().any(|row| row.2.split(' ').any(|name| name == kind.as_str()));
        assert!(shown || *kind == AddressFindingKind::TooLong, "{kind}");
    }
}

#[test]
fn names_differ_and_texts_say_what_to_do() {
    let mut seen = std::collections::HashSet::new();
    for kind in AddressFindingKind::ALL {
        assert!(seen.insert(kind.as_str()), "{kind}");
        let [ru, en] = [Lang::Ru, Lang::En].map(|lang| super::wording::text(*kind, "HOST", lang));
        assert!(ru.chars().any(|c| ('а'..='я').contains(&c)) && ru.len() > 40, "{kind}: {ru}");
        assert!(en.is_ascii() && en.len() > 40, "{kind}: {en}");
        assert_eq!(ru.contains("HOST"), en.contains("HOST"), "{kind}");
        assert!(!ru.contains('{') && !en.contains('{'), "{kind}");
    }
}

#[test]
fn suggestions() {
    for (url, want) in [
        ("portal.company.ru", Some("https://portal.company.ru")),
        (" HTTP://Portal.Company.RU/pub/?x#y ", Some("https://portal.company.ru")),
        ("https//портал.рф:8443", Some("https://xn--80awhdgm.xn--p1ai:8443")),
        ("https://admin:secret@portal.company.ru.", Some("https://portal.company.ru")),
        ("https://[::ffff:8.8.8.8]", Some("https://8.8.8.8")),
        ("http://[2a00:1450:4010::1]:444/", Some("https://[2a00:1450:4010::1]:444")),
        ("https://portal.company.ru:8443", None),
        ("http://portal", None),
        ("http://192.168.0.1", None),
        ("https://a.ru https://b.ru", None),
        ("https://portal.рф", None),
        ("", None),
    ] {
        assert_eq!(check_address(url).suggestion(), want, "{url}");
    }
}

#[test]
fn texts_never_repeat_secrets() {
    for url in
        ["https://admin:S3cret@portal", "https://portal.ru/?token=S3cret", "admin:S3cret@192.168.0.1#S3cret", "https://a:S3cret@[::1"]
    {
        for finding in check_address(url).findings() {
            assert!(!finding.text(Lang::Ru).contains("S3cret") && !finding.text(Lang::En).contains("S3cret"), "{url}");
        }
    }
}

#[test]
fn long_addresses_are_not_read() {
    let url = format!("https://{}.ru", "a".repeat(ADDRESS_BYTES));
    assert_eq!(kinds(&url), "too_long");
    assert_eq!(kinds(&format!("https://{}.ru", "a".repeat(64))), "malformed_host");
    assert_eq!(kinds(&format!("https://{}.ru", "a.".repeat(200).trim_end_matches('.'))), "malformed_host");
    let started = std::time::Instant::now();
    for text in ["п", "https://", "1.", "[", "@", "xn--", "%", "a."] {
        let _ = check_address(&text.repeat(1_000_000 / text.len()));
        let _ = check_address(&text.repeat(ADDRESS_BYTES / text.len()));
    }
    assert!(started.elapsed().as_secs() < 5);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn nothing_panics_and_suggestions_are_usable(url in prop_oneof!["\\PC{0,60}", "(https?:?/{0,3})?[a-zа-я0-9.:@/?#\\[\\]\\\\%_ -]{0,40}", "https://[0-9a-fx.:\\[\\]]{0,24}"]) {
        let check = check_address(&url);
        for finding in check.findings() {
            prop_assert!(!finding.text(Lang::Ru).is_empty());
        }
        prop_assert_eq!(check.is_usable(), check.findings().iter().all(|finding| finding.severity() == Severity::Warning));
        if let Some(suggestion) = check.suggestion() {
            let again = check_address(suggestion);
            prop_assert!(again.is_usable(), "{} for {}", suggestion, url);
            prop_assert_eq!(again.suggestion(), None);
        }
    }

    #[test]
    fn every_ipv4_spelling_means_the_same(value: u32) {
        let address = std::net::Ipv4Addr::from(value);
        let (usual, [a, b, c, d]) = (address.to_string(), address.octets());
        let spellings = [
            format!("https://{value}"), format!("https://{value:#x}"), format!("https://0{value:o}"), format!("https://{a}.{b}.{c}.{d}"),
            format!("https://0{a:o}.{b:#x}.{c}.{d}"), format!("https://{a}.{}", value & 0xff_ffff), format!("https://{a}.{b}.{}", value & 0xffff),
        ];
        for url in spellings {
            let check = check_address(&url);
            prop_assert_eq!(check.host_ascii(), Some(usual.as_str()), "{}", url);
        }
    }
}
