//! The rules of masking: a regex, what must be seen before it runs, and what tells a secret from a word.

use std::net::Ipv6Addr;
use std::sync::LazyLock;

use regex::{Regex, RegexSet};

use super::Kind;

pub(super) struct Mask {
    pub(super) kind: Kind,
    /// Its group `x` (or one of [`VALUE`]) is masked; without such a group, the whole match.
    pub(super) regex: Regex,
    /// Whether the text can hold a match at all: most tickets hold no secret, and should not pay for thirty regexes.
    pub(super) gate: fn(&Seen) -> bool,
    /// Tells from the text before, the value and the text after whether a secret is meant.
    pub(super) meant: fn(&str, &str, &str) -> bool,
}

/// What one look at a text shows.
#[derive(Default)]
pub(super) struct Seen {
    digits: usize,
    colons: usize,
    /// Longest run of letters and digits that a key or token could be.
    run: usize,
    at_sign: bool,
    password: bool,
    key: bool,
    token: bool,
    url: bool,
}

static LABELS: LazyLock<RegexSet> = LazyLock::new(|| {
    set(&[
        "(?i)парол|пассворд|pass|pwd|pswd|mysql",
        "(?i)лиценз|ключ|licen|купон|coupon|private key",
        "(?i)token|токен|secret|секрет|key|sessid|auth|signature|bearer|basic|/rest/",
        "://",
    ])
});

impl Seen {
    pub(super) fn of(text: &str) -> Seen {
        let mut seen = Seen::default();
        let mut run = 0;
        for byte in text.bytes() {
            run = if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'+' | b'/' | b'=') { run + 1 } else { 0 };
            seen.run = seen.run.max(run);
            match byte {
                b'0'..=b'9' => seen.digits += 1,
                b':' => seen.colons += 1,
                b'@' => seen.at_sign = true,
                _ => {}
            }
        }
        let labels = LABELS.matches(text);
        Seen { password: labels.matched(0), key: labels.matched(1), token: labels.matched(2), url: labels.matched(3), ..seen }
    }
}

/// A value: quoted, or up to white space and the marks that end it in code and markup.
const VALUE: &str =
    r#"(?:"(?<quoted>[^"\n]{1,200})"|'(?<single>[^'\n]{1,200})'|«(?<guillemets>[^»\n]{1,200})»|(?<bare>[^\s"'«<>]{1,200}))"#;
/// Words that name a password, anywhere in a key: `DBPassword`, `mail_pass`.
const PASSWORD: &str = r"(?:парол[а-я]*|пассворд[а-я]*|pass(?:word|wd|phrase)?|pwd|pswd)";
const LOGIN: &str = r"(?:логин|login|user(?:name)?|пользователь)";
/// One blank of a phone number: a space, a no-break space, a bracket, a hyphen or a dash.
const GAP: &str = r"[ \x{A0}()–-]";

pub(super) static MASKS: LazyLock<Vec<Mask>> = LazyLock::new(|| {
    let password: fn(&Seen) -> bool = |seen| seen.password;
    let key: fn(&Seen) -> bool = |seen| seen.key;
    let token: fn(&Seen) -> bool = |seen| seen.token;
    let phone: fn(&Seen) -> bool = |seen| seen.digits >= 7;
    vec![
        mask(Kind::Key, r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?<x>[^-]*)", key, always),
        // https://user:secret@host and database addresses alike.
        mask(Kind::Password, r"[a-z][a-z0-9+.-]*://[^\s/@:]+:(?<x>[^\s/@]+)@", |seen| seen.url && seen.at_sign, always),
        // «логин/пароль: admin / qwerty», «логин admin, пароль qwerty».
        mask(
            Kind::Password,
            &format!(r"{LOGIN}\s*(?:и|/|\\|,)\s*{PASSWORD}\s*[:=–—-]*\s*[^\s/|,;]+[\s/|,;:]+{VALUE}"),
            password,
            not_a_russian_word,
        ),
        mask(
            Kind::Password,
            &format!(r"{LOGIN}[\s:=–—-]+[^\s,;]+[\s,;/]+(?:и\s+)?{PASSWORD}\s*[:=–—-]*\s*{VALUE}"),
            password,
            not_a_russian_word,
        ),
        mask(Kind::Password, &format!(r#"define\(\s*["']\w*pass\w*["']\s*,\s*{VALUE}"#), password, always),
        mask(Kind::Password, r"<(?:\w*password|pass|pwd)>(?<x>[^<]+)<", password, always),
        // A label, at most four words («от админки сайта»), a sign, the value; also keys of code and configuration files.
        mask(
            Kind::Password,
            &format!(r#"{PASSWORD}[\w-]*["'\]]*(?:[ \t]+[\pL\w./-]+){{0,4}}[ \t]*(?::=|=>|:|=|[ \t][–—-][ \t])\s*{VALUE}"#),
            password,
            after_a_sign,
        ),
        // The value right after the label, if it looks like no word of a sentence.
        mask(Kind::Password, &format!(r"{PASSWORD}[ \t]+{VALUE}"), password, secret_like),
        mask(Kind::Password, r"mysql(?:dump)?[^\n]{0,200}?\s-p(?<x>[^\s-]\S*)", password, always),
        // Licence keys of Bitrix24 and what is shaped like them; UUIDs.
        mask(Kind::Key, r"[a-z0-9]{2,5}-[a-z]{2}-[a-z0-9]{10,24}", |seen| seen.run >= 15, whole_key),
        mask(Kind::Key, r"(?:[a-z0-9]{4,8}-){3,}[a-z0-9]{4,12}", |seen| seen.run >= 19, whole_key),
        mask(
            Kind::Key,
            &format!(
                r#"(?:лиценз\w*\s+ключ\w*|ключ\w*\s+(?:лиценз\w*|продукта|активации)|license[_ ]key|купон\w*|coupon)(?:[ \t]+[\pL.]+){{0,2}}["']?\s*(?:=>|[:=–—-])?\s*{VALUE}"#
            ),
            key,
            key_like,
        ),
        // Webhooks of the portal: /rest/<user>/<secret>/
        mask(Kind::Token, r"/rest/\d+/(?<x>[a-z0-9]{8,})", token, always),
        mask(Kind::Token, r"eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?", |seen| seen.run >= 11, always),
        mask(Kind::Token, r"(?:gh[pousr]_|glpat-|xox[abp]-|sk-|AKIA)[a-z0-9_-]{12,}", |seen| seen.run >= 15, whole_key),
        mask(Kind::Token, r"(?:bearer|basic)\s+(?<x>[\w.+/=-]{12,})", token, always),
        mask(
            Kind::Token,
            &format!(
                r#"(?:token|токен\w*|secret|секрет\w*|api[_-]?key|sessid|auth[_-]?(?:key|code)|signature)["'\]]*\s*(?:=>|[:=])\s*{VALUE}"#
            ),
            token,
            always,
        ),
        mask(Kind::Token, r"[0-9a-f]{32,}", |seen| seen.run >= 32, whole_key),
        mask(Kind::Token, r"[a-z0-9_+/-]{36,}={0,2}", |seen| seen.run >= 36, mixed),
        mask(Kind::Mail, r"[\pL\pN._%+-]+@[\pL\pN-]+(?:\.[\pL\pN-]+)+", |seen| seen.at_sign, always),
        mask(Kind::Address, r"(?:\d{1,3}\.){3}\d{1,3}", |seen| seen.digits >= 4, ipv4),
        mask(Kind::Address, r"[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*", |seen| seen.colons >= 2, ipv6),
        // +7 (495) 123-45-67 · 8 800 250 18 60 · 84951234567 · +375 29 123-45-67 · (495) 123-45-67 · 123-45-67
        mask(
            Kind::Phone,
            &format!(r"(?:\+\s?\d{{1,3}}|[78]){GAP}{{0,3}}\d{{3,5}}{GAP}{{0,3}}\d{{1,3}}{GAP}?\d{{2}}{GAP}?\d{{2}}"),
            phone,
            number,
        ),
        mask(Kind::Phone, &format!(r"\+\d{{2,3}}{GAP}{{0,2}}\d{{2}}{GAP}{{0,2}}\d{{3}}{GAP}?\d{{2}}{GAP}?\d{{2}}"), phone, number),
        mask(Kind::Phone, r"\+\d{10,15}", phone, number),
        mask(Kind::Phone, r"\(\d{3,5}\)\s?\d{1,3}[ -]\d{2}[ -]?\d{2}", phone, number),
        mask(Kind::Phone, r"\d{3}-\d{2}-\d{2}", phone, number),
    ]
});

fn mask(kind: Kind, pattern: &str, gate: fn(&Seen) -> bool, meant: fn(&str, &str, &str) -> bool) -> Mask {
    // The patterns are constants of this file; every one is compiled by the tests.
    let regex = Regex::new(&format!("(?i){pattern}")).unwrap_or_else(|error| unreachable!("{error}"));
    Mask { kind, regex, gate, meant }
}

fn set(patterns: &[&str]) -> RegexSet {
    RegexSet::new(patterns).unwrap_or_else(|error| unreachable!("{error}"))
}

fn always(_: &str, _: &str, _: &str) -> bool {
    true
}

fn is_russian(text: &str) -> bool {
    text.chars().all(|c| !c.is_ascii_alphanumeric()) && text.chars().any(char::is_alphabetic)
}

fn not_a_russian_word(_: &str, value: &str, _: &str) -> bool {
    !is_russian(value) && value.chars().any(char::is_alphanumeric)
}

/// After `:` or `=` anything is the value; after a dash a Russian word goes on with the sentence.
fn after_a_sign(before: &str, value: &str, _: &str) -> bool {
    let dash = before.trim_end_matches([' ', '\t', '"', '\'', '«', '\n']).ends_with(['-', '–', '—']);
    value.chars().any(char::is_alphanumeric) && !(dash && is_russian(value))
}

/// No word of a sentence: a digit or a sign among Latin letters, or small and capital letters mixed.
fn secret_like(_: &str, value: &str, _: &str) -> bool {
    let inner = value.trim_matches(['.', ',', ';', ':', '!', '?', ')', '(']);
    let has = |test: fn(char) -> bool| inner.chars().any(test);
    let odd = has(|c| c.is_ascii_digit()) || has(|c| matches!(c, '!' | '@' | '#' | '$' | '%' | '^' | '&' | '*' | '_' | '~'));
    let case = inner.chars().skip(1).any(|c| c.is_ascii_uppercase()) && has(|c| c.is_ascii_lowercase());
    inner.chars().count() >= 4 && (odd || case)
}

fn key_like(_: &str, value: &str, _: &str) -> bool {
    value.len() >= 8 && value.bytes().any(|b| b.is_ascii_digit()) && value.bytes().any(|b| b.is_ascii_alphabetic())
}

/// A run that holds a digit and is not part of a longer one.
fn whole_key(before: &str, value: &str, after: &str) -> bool {
    let glued = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric());
    value.bytes().any(|b| b.is_ascii_digit()) && !glued(before.chars().next_back()) && !glued(after.chars().next())
}

/// Digits, small and capital letters: no path, no name of a class.
fn mixed(before: &str, value: &str, after: &str) -> bool {
    whole_key(before, value, after)
        && value.bytes().any(|b| b.is_ascii_uppercase())
        && value.bytes().any(|b| b.is_ascii_lowercase())
        && value.bytes().filter(|b| *b == b'/').count() <= value.len() / 12
}

/// Not a piece of a longer number, version or name.
fn number(before: &str, value: &str, after: &str) -> bool {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let mut back = before.chars().rev();
    let last = back.next();
    let joined =
        last.is_some_and(|c| c.is_alphanumeric() || c == '_') || (matches!(last, Some('.' | '-' | ',' | '/')) && digit(back.next()));
    let mut ahead = after.chars();
    let next = ahead.next();
    let goes_on =
        next.is_some_and(|c| c.is_alphanumeric() || c == '_') || (matches!(next, Some('.' | '-' | '/' | ':')) && digit(ahead.next()));
    !joined && !goes_on && value.bytes().filter(u8::is_ascii_digit).count() >= 7
}

fn ipv4(before: &str, value: &str, after: &str) -> bool {
    let joined = before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '.');
    let goes_on = after.starts_with(|c: char| c.is_ascii_alphanumeric())
        || (after.starts_with('.') && after[1..].starts_with(|c: char| c.is_ascii_digit()));
    !joined && !goes_on && value.parse::<std::net::Ipv4Addr>().is_ok()
}

/// An address by the book that holds a digit: `DB::add` of PHP reads as one otherwise.
fn ipv6(before: &str, value: &str, _: &str) -> bool {
    let value = value.trim_end_matches('.');
    value.bytes().any(|b| b.is_ascii_digit()) && !before.ends_with(char::is_alphanumeric) && value.parse::<Ipv6Addr>().is_ok()
}
