//! Which case a requirement is in.

use std::net::IpAddr;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use super::RequirementId as Id;
use super::RequirementState::{self, Met, Unknown, Unmet};
use super::facts::{Certificate, Edition, Facts, Licence};
use super::file::Texts;
use crate::address::{check_address, name_ascii};
use crate::diagnostic::Severity;
use crate::hours::Calendar;
use crate::hours::wording::day_month;
use crate::verdict::Lang;

/// Most certificate names that a text lists.
const NAMES_SHOWN: usize = 3;

/// A case of a requirement, with what fills the slots of its texts.
pub(super) struct Judgement {
    pub(super) state: RequirementState,
    pub(super) case: &'static str,
    pub(super) slot: Option<Texts>,
    pub(super) second_slot: Option<Texts>,
    /// Another topic than the requirement's own.
    pub(super) topic: Option<&'static str>,
}

/// The cases of each requirement, with the slots their texts may have, in the order of [`Judgement`]'s. `rules/requirements.yaml` has exactly these.
pub(super) fn cases(id: Id) -> &'static [(&'static str, &'static [&'static str])] {
    match id {
        Id::Administrator => &[("met", &[]), ("not_administrator", &[]), ("unknown", &[])],
        Id::Employee => &[("met", &[]), ("not_employee", &[]), ("unknown", &[])],
        Id::Edition => &[("met", &[]), ("cloud", &[]), ("unknown", &[])],
        Id::Licence => &[
            ("met", &[]),
            ("met_until", &["date"]),
            ("demo", &[]),
            ("expired", &[]),
            ("expired_on", &["date"]),
            ("nfr", &[]),
            ("unknown", &[]),
        ],
        Id::Updates => &[("met", &[]), ("outdated", &[]), ("unknown", &[])],
        Id::OutboundAccess => &[("met", &[]), ("no_access", &[]), ("unknown", &[])],
        Id::PublicAddress => &[("met", &[]), ("unusable", &["advice"]), ("unknown", &[])],
        Id::CertificateIssuer => &[("met", &[]), ("self_signed", &[]), ("unknown", &[])],
        Id::CertificateDates => &[("met", &["date"]), ("not_yet_valid", &["date"]), ("expired", &["date"]), ("unknown", &[])],
        Id::CertificateHost => &[("met", &["host"]), ("wrong_host", &["host", "names"]), ("unknown", &[])],
        Id::PubReadable => &[("met", &[]), ("closed", &[]), ("unknown", &[])],
        Id::WorkingHours => &[("met", &["opening"]), ("closed", &["opening"])],
    }
}

fn case(state: RequirementState, case: &'static str) -> Judgement {
    Judgement { state, case, slot: None, second_slot: None, topic: None }
}

fn filled(state: RequirementState, case: &'static str, slot: Texts) -> Judgement {
    Judgement { state, case, slot: Some(slot), second_slot: None, topic: None }
}

/// Finds the case of a requirement at an instant.
pub(super) fn judge(id: Id, facts: &Facts, at: Timestamp, calendar: &Calendar) -> Judgement {
    let no_certificate = Certificate::default();
    let certificate = facts.certificate.as_ref().unwrap_or(&no_certificate);
    match id {
        Id::Administrator => yes_or(facts.administrator, "not_administrator"),
        Id::Employee => yes_or(facts.employee, "not_employee"),
        Id::Edition => yes_or(facts.edition.map(|edition| edition == Edition::SelfHosted), "cloud"),
        Id::Licence => licence(facts, calendar.local(at).date()),
        Id::Updates => yes_or(facts.updates_installed, "outdated"),
        Id::OutboundAccess => yes_or(facts.outbound_access, "no_access"),
        Id::PublicAddress => public_address(facts),
        Id::CertificateIssuer => yes_or(is_self_signed(certificate).map(|yes| !yes), "self_signed"),
        Id::CertificateDates => certificate_dates(certificate, at),
        Id::CertificateHost => certificate_host(facts, certificate),
        Id::PubReadable => yes_or(facts.pub_readable, "closed"),
        Id::WorkingHours => {
            let opening = Texts::new(|lang| calendar.answer_time(at, lang));
            if calendar.is_open(at) { filled(Met, "met", opening) } else { filled(Unmet, "closed", opening) }
        }
    }
}

fn yes_or(fact: Option<bool>, no: &'static str) -> Judgement {
    match fact {
        Some(true) => case(Met, "met"),
        Some(false) => case(Unmet, no),
        None => case(Unknown, "unknown"),
    }
}

/// A date that has passed speaks louder than the kind: a licence told as commercial long ago may have run out since.
fn licence(facts: &Facts, today: Date) -> Judgement {
    let past = facts.licence_valid_until.filter(|&last| last < today);
    match (facts.licence, facts.licence_valid_until, past) {
        (Some(Licence::Demo), ..) => case(Unmet, "demo"),
        (_, _, Some(last)) => filled(Unmet, "expired_on", date(last)),
        (Some(Licence::Expired), ..) => case(Unmet, "expired"),
        (Some(Licence::Nfr), ..) => case(Unknown, "nfr"),
        (Some(Licence::Commercial), Some(last), None) => filled(Met, "met_until", date(last)),
        (Some(Licence::Commercial), None, None) => case(Met, "met"),
        (None, ..) => case(Unknown, "unknown"),
    }
}

fn public_address(facts: &Facts) -> Judgement {
    let Some(address) = &facts.public_address else {
        return case(Unknown, "unknown");
    };
    let check = check_address(address);
    let errors: Vec<_> = check.findings().iter().filter(|finding| finding.severity() == Severity::Error).collect();
    let Some(first) = errors.first() else {
        return case(Met, "met");
    };
    let advice = Texts::new(|lang| errors.iter().map(|finding| finding.text(lang)).collect::<Vec<_>>().join(" "));
    Judgement { topic: Some(first.topic()), ..filled(Unmet, "unusable", advice) }
}

fn is_self_signed(certificate: &Certificate) -> Option<bool> {
    if certificate.self_signed.is_some() {
        return certificate.self_signed;
    }
    let issuer = certificate.issuer.as_deref()?.trim().to_lowercase();
    if issuer.is_empty() {
        return None;
    }
    let told = ["self-signed", "self signed", "selfsigned", "самоподпис"].iter().any(|words| issuer.contains(words));
    // Web servers make such certificates when they are installed.
    let made_at_home = ["localhost", "localhost.localdomain"].contains(&issuer.as_str());
    let own_name = certificate.names.iter().any(|name| name.trim().to_lowercase() == issuer);
    Some(told || made_at_home || own_name)
}

fn certificate_dates(certificate: &Certificate, at: Timestamp) -> Judgement {
    // Certificates tell their dates in UTC, and so does whoever looks at one.
    let shown = |instant: Timestamp| date(Offset::UTC.to_datetime(instant).date());
    match (certificate.valid_from, certificate.valid_until) {
        (Some(first), _) if at < first => filled(Unmet, "not_yet_valid", shown(first)),
        (_, Some(last)) if at > last => filled(Unmet, "expired", shown(last)),
        (_, Some(last)) => filled(Met, "met", shown(last)),
        (_, None) => case(Unknown, "unknown"),
    }
}

fn certificate_host(facts: &Facts, certificate: &Certificate) -> Judgement {
    let host = facts.public_address.as_deref().and_then(|address| check_address(address).host_ascii().map(str::to_string));
    let Some(host) = host.filter(|_| !certificate.names.is_empty()) else {
        return case(Unknown, "unknown");
    };
    let shown = Texts::new(|_| host.clone());
    if certificate.names.iter().any(|name| covers(name, &host)) {
        return filled(Met, "met", shown);
    }
    let mut names =
        certificate.names.iter().take(NAMES_SHOWN).map(|name| name.chars().take(60).collect()).collect::<Vec<String>>().join(", ");
    if certificate.names.len() > NAMES_SHOWN {
        names.push_str(", …");
    }
    Judgement { second_slot: Some(Texts::new(|_| names.clone())), ..filled(Unmet, "wrong_host", shown) }
}

/// Whether a certificate's name covers a host in Punycode. `*.` stands for exactly one label, and never under a bare top-level domain.
fn covers(name: &str, host: &str) -> bool {
    let name = name.trim();
    if let Ok(address) = host.parse::<IpAddr>() {
        return name.parse() == Ok(address);
    }
    match name.strip_prefix("*.") {
        Some(parent) => {
            let parent = name_ascii(parent);
            let under = host.split_once('.').map(|(_, under)| under);
            under.is_some_and(|under| under.contains('.') && parent.as_deref() == Some(under))
        }
        None => name_ascii(name).as_deref() == Some(host),
    }
}

fn date(date: Date) -> Texts {
    Texts::new(|lang| match lang {
        Lang::Ru => format!("{} {} года", day_month(date, lang), date.year()),
        Lang::En => format!("{} {}", day_month(date, lang), date.year()),
    })
}
