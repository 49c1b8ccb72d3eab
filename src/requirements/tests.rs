//! Every case of every requirement, facts as they are written, and broken files.

use jiff::Timestamp;

use super::RequirementState::{self, Met, Unknown, Unmet};
use super::judge::cases;
use super::{BUILTIN, Certificate, Facts, RequirementId, RequirementResult, Requirements};
use crate::verdict::Lang;

fn noon() -> Timestamp {
    "2026-11-24T12:00:00+03:00".parse().unwrap()
}

fn facts(yaml: &str) -> Facts {
    Facts::from_yaml("facts.yaml", yaml).unwrap_or_else(|error| panic!("{error}"))
}

fn result(yaml: &str, id: RequirementId) -> RequirementResult {
    Requirements::builtin().check(&facts(yaml), noon()).into_iter().find(|result| result.id() == id).unwrap()
}

/// Facts, requirement, state, case, topic (`-` if none), a part of the Russian text.
const ROWS: &[(&str, RequirementId, RequirementState, &str, &str, &str)] = {
    use RequirementId::*;
    &[
        ("administrator: true", Administrator, Met, "met", "-", "Вы администратор"),
        ("administrator: false", Administrator, Unmet, "not_administrator", "-", "только администраторам"),
        ("", Administrator, Unknown, "unknown", "-", "Проверьте"),
        ("employee: true", Employee, Met, "met", "connection.contacts_only", "«Сотрудники»"),
        ("employee: false", Employee, Unmet, "not_employee", "connection.contacts_only", "Добавьте"),
        ("", Employee, Unknown, "unknown", "connection.contacts_only", "Проверьте"),
        ("edition: self_hosted", Edition, Met, "met", "-", "на вашем сервере"),
        ("edition: cloud", Edition, Unmet, "cloud", "-", "облачному"),
        ("", Edition, Unknown, "unknown", "-", "Уточните"),
        ("licence: commercial", Licence, Met, "met", "connection.license_invalid", "действует."),
        (
            "{licence: commercial, licence_valid_until: 2026-11-24}",
            Licence,
            Met,
            "met_until",
            "connection.license_invalid",
            "по 24 ноября 2026 года",
        ),
        (
            "{licence: commercial, licence_valid_until: 2026-11-23}",
            Licence,
            Unmet,
            "expired_on",
            "connection.license_invalid",
            "по 23 ноября 2026 года",
        ),
        ("licence_valid_until: 2026-01-09", Licence, Unmet, "expired_on", "connection.license_invalid", "по 9 января 2026 года"),
        ("licence_valid_until: 2027-01-09", Licence, Unknown, "unknown", "connection.license_invalid", "не демо"),
        ("{licence: demo, licence_valid_until: 2027-01-09}", Licence, Unmet, "demo", "connection.license_invalid", "коммерческий ключ"),
        ("licence: expired", Licence, Unmet, "expired", "connection.license_invalid", "Продлите"),
        ("licence: nfr", Licence, Unknown, "nfr", "connection.license_invalid", "NFR"),
        ("{licence: nfr, licence_valid_until: 2026-01-09}", Licence, Unmet, "expired_on", "connection.license_invalid", "Продлите"),
        ("", Licence, Unknown, "unknown", "connection.license_invalid", "Проверьте"),
        ("updates_installed: true", Updates, Met, "met", "-", "установлены"),
        ("updates_installed: false", Updates, Unmet, "outdated", "-", "поставьте"),
        ("", Updates, Unknown, "unknown", "-", "Проверьте"),
        ("outbound_access: true", OutboundAccess, Met, "met", "connection.network_error", "выходит"),
        ("outbound_access: false", OutboundAccess, Unmet, "no_access", "connection.network_error", "Откройте"),
        ("", OutboundAccess, Unknown, "unknown", "connection.network_error", "Проверьте"),
        ("public_address: https://b24.company.ru", PublicAddress, Met, "met", "connection.invalid_public_address", "правильно"),
        ("public_address: https://b24.company.ru:8443/", PublicAddress, Met, "met", "connection.invalid_public_address", "правильно"),
        ("public_address: b24.company.ru", PublicAddress, Unmet, "unusable", "connection.invalid_public_address", "https://"),
        ("public_address: https://192.168.0.1", PublicAddress, Unmet, "unusable", "connection.private_address", "частной сети"),
        ("public_address: http://192.168.0.1", PublicAddress, Unmet, "unusable", "connection.invalid_public_address", "частной сети"),
        ("public_address: ''", PublicAddress, Unmet, "unusable", "connection.invalid_public_address", "не заполнен"),
        ("public_address: 'https://{advice}'", PublicAddress, Unmet, "unusable", "connection.invalid_public_address", "«{advice}»"),
        ("", PublicAddress, Unknown, "unknown", "connection.invalid_public_address", "Проверьте"),
        ("certificate: { self_signed: false }", CertificateIssuer, Met, "met", "connection.network_error", "удостоверяющим центром"),
        ("certificate: { self_signed: true }", CertificateIssuer, Unmet, "self_signed", "connection.network_error", "самоподписанный"),
        ("certificate: { issuer: \"Let's Encrypt\" }", CertificateIssuer, Met, "met", "connection.network_error", "центром"),
        (
            "certificate: { issuer: B24.company.ru, names: [b24.company.ru] }",
            CertificateIssuer,
            Unmet,
            "self_signed",
            "connection.network_error",
            "центра",
        ),
        ("certificate: { issuer: localhost }", CertificateIssuer, Unmet, "self_signed", "connection.network_error", "центра"),
        ("certificate: { issuer: Самоподписанный }", CertificateIssuer, Unmet, "self_signed", "connection.network_error", "центра"),
        ("certificate: { self_signed: false, issuer: localhost }", CertificateIssuer, Met, "met", "connection.network_error", "центром"),
        ("certificate: {}", CertificateIssuer, Unknown, "unknown", "connection.network_error", "Проверьте"),
        ("certificate: { valid_until: 2026-11-24 }", CertificateDates, Met, "met", "connection.network_error", "по 24 ноября 2026 года"),
        (
            "certificate: { valid_until: '2026-11-24T12:00:00+03:00' }",
            CertificateDates,
            Met,
            "met",
            "connection.network_error",
            "по 24 ноября",
        ),
        (
            "certificate: { valid_until: '2026-11-24T11:59:59+03:00' }",
            CertificateDates,
            Unmet,
            "expired",
            "connection.network_error",
            "закончился 24 ноября",
        ),
        ("certificate: { valid_from: 2026-11-25 }", CertificateDates, Unmet, "not_yet_valid", "connection.network_error", "25 ноября"),
        ("certificate: { valid_from: 2026-11-24 }", CertificateDates, Unknown, "unknown", "connection.network_error", "Проверьте"),
        ("", CertificateDates, Unknown, "unknown", "connection.network_error", "Проверьте"),
        (
            "{public_address: https://b24.company.ru, certificate: {names: [b24.company.ru]}}",
            CertificateHost,
            Met,
            "met",
            "connection.network_error",
            "b24.company.ru",
        ),
        (
            "{public_address: https://b24.company.ru, certificate: {names: ['*.Company.ru.']}}",
            CertificateHost,
            Met,
            "met",
            "connection.network_error",
            "b24",
        ),
        (
            "{public_address: https://a.b24.company.ru, certificate: {names: ['*.company.ru']}}",
            CertificateHost,
            Unmet,
            "wrong_host",
            "connection.network_error",
            "*.company.ru",
        ),
        (
            "{public_address: https://company.ru, certificate: {names: ['*.company.ru']}}",
            CertificateHost,
            Unmet,
            "wrong_host",
            "connection.network_error",
            "company.ru",
        ),
        (
            "{public_address: https://company.ru, certificate: {names: ['*.ru', '*']}}",
            CertificateHost,
            Unmet,
            "wrong_host",
            "connection.network_error",
            "*.ru, *",
        ),
        (
            "{public_address: https://портал.рф, certificate: {names: [портал.рф]}}",
            CertificateHost,
            Met,
            "met",
            "connection.network_error",
            "xn--80awhdgm",
        ),
        (
            "{public_address: https://б.портал.рф, certificate: {names: ['*.xn--80awhdgm.xn--p1ai']}}",
            CertificateHost,
            Met,
            "met",
            "connection.network_error",
            "xn--",
        ),
        (
            "{public_address: https://8.8.8.8, certificate: {names: ['8.8.8.8']}}",
            CertificateHost,
            Met,
            "met",
            "connection.network_error",
            "8.8.8.8",
        ),
        (
            "{public_address: https://8.8.8.8, certificate: {names: ['*.8.8.8', a, b, c]}}",
            CertificateHost,
            Unmet,
            "wrong_host",
            "connection.network_error",
            "*.8.8.8, a, b, …",
        ),
        ("public_address: https://b24.company.ru", CertificateHost, Unknown, "unknown", "connection.network_error", "Проверьте"),
        ("certificate: {names: [b24.company.ru]}", CertificateHost, Unknown, "unknown", "connection.network_error", "Проверьте"),
        ("pub_readable: true", PubReadable, Met, "met", "connection.screenshots_expired", "читается"),
        ("pub_readable: false", PubReadable, Unmet, "closed", "connection.screenshots_expired", "/pub/"),
        ("", PubReadable, Unknown, "unknown", "connection.screenshots_expired", "Проверьте"),
        ("", WorkingHours, Met, "met", "-", "сегодня до 19:00 по Москве."),
        ("at: 2026-12-31T12:00:00+03:00", WorkingHours, Unmet, "closed", "-", "в понедельник, 11 января, с 10:00 по Москве."),
    ]
};

#[test]
fn every_case() {
    for &(yaml, id, state, case, topic, part) in ROWS {
        let result = result(yaml, id);
        assert_eq!((result.state(), result.case(), result.topic().unwrap_or("-")), (state, case, topic), "{yaml}");
        assert!(result.text(Lang::Ru).contains(part), "{yaml}: {}", result.text(Lang::Ru));
        assert!(!result.text(Lang::En).is_empty() && !result.title(Lang::Ru).is_empty() && !result.title(Lang::En).is_empty());
    }
    for id in RequirementId::ALL {
        for (case, _) in cases(*id) {
            assert!(ROWS.iter().any(|row| row.1 == *id && row.3 == *case), "no row for {} {case}", id.as_str());
        }
    }
}

#[test]
fn nothing_known_blocks_nothing() {
    let results = Requirements::builtin().check(&Facts::default(), noon());
    assert_eq!(results.len(), RequirementId::ALL.len());
    assert!(results.iter().all(|result| result.state() != Unmet));
    assert_eq!(
        results.iter().filter(|result| result.state() == Met).map(RequirementResult::id).collect::<Vec<_>>(),
        [RequirementId::WorkingHours]
    );
}

#[test]
fn the_instant_of_the_facts_comes_first() {
    let at = facts("at: 2026-11-29T12:00:00+03:00");
    let hours = |facts: &Facts| Requirements::builtin().check(facts, noon()).pop().unwrap().state();
    assert_eq!((hours(&at), hours(&Facts::default())), (Unmet, Met));
    let saturday = facts("at: 2027-02-20T12:00:00+03:00");
    let open = Requirements::builtin().with_calendar(crate::hours::Calendar::builtin().open_on_working_saturdays(true));
    assert_eq!((hours(&saturday), open.check(&saturday, noon()).pop().unwrap().state()), (Unmet, Met));
}

#[test]
fn facts_are_read_strictly() {
    assert_eq!(facts(""), Facts::default());
    assert_eq!(facts("# nothing known"), Facts::default());
    assert_eq!(facts(r#"{"administrator": null, "certificate": {"names": ["a.ru"]}}"#).certificate.unwrap().names, ["a.ru"]);
    for (yaml, message) in [
        ("license: demo", "facts.yaml:1:1: unknown field `license`"),
        ("licence: trial", "facts.yaml:1:"),
        ("administrator: maybe", "facts.yaml:1:"),
        ("administrator: true\nadministrator: false", "duplicate"),
        ("at: 2026-11-24T12:00:00", "facts.yaml:1:"),
        ("certificate:\n  valid_until: soon", "\"soon\" is not a date such as"),
        ("certificate:\n  valid_until: 2026-11-24T12:00:00", "or an instant with its offset"),
        ("certificate:\n  name: a", "facts.yaml:2:"),
    ] {
        let error = Facts::from_yaml("facts.yaml", yaml).unwrap_err().to_string();
        assert!(error.contains(message), "{yaml}: {error}");
    }
    let told = "administrator: true\nlicence: commercial\nlicence_valid_until: 2027-03-01\ncertificate:\n  valid_until: 2027-03-01T23:59:59Z\nat: 2026-11-24T09:00:00Z\n";
    assert_eq!(serde_yaml::to_string(&facts(told)).unwrap(), told);
}

#[test]
fn facts_from_texts() {
    let mut set = Facts::default();
    for (name, value) in [
        ("administrator", "Да"),
        ("employee", "0"),
        ("edition", "cloud"),
        ("licence", "Demo"),
        ("licence_valid_until", "2027-03-01"),
        ("updates_installed", "no"),
        ("outbound_access", "yes"),
        ("public_address", " https://b24.company.ru "),
        ("certificate.self_signed", "false"),
        ("certificate.issuer", "R11"),
        ("certificate.valid_from", "2026-01-01"),
        ("certificate.valid_until", "2026-03-01"),
        ("certificate.names", "a.ru, *.b.ru,"),
        ("pub_readable", "нет"),
        ("at", "2026-11-24T12:00:00+03:00"),
    ] {
        set.set(name, value).unwrap();
    }
    let wanted = facts(
        "{administrator: true, employee: false, edition: cloud, licence: demo, licence_valid_until: 2027-03-01, updates_installed: false, outbound_access: true, \
         public_address: https://b24.company.ru, certificate: {self_signed: false, issuer: R11, valid_from: 2026-01-01, valid_until: 2026-03-01, names: [a.ru, '*.b.ru']}, \
         pub_readable: false, at: 2026-11-24T12:00:00+03:00}",
    );
    assert_eq!(set, wanted);
    for (name, value, message) in [
        ("license", "demo", "there is no fact \"license\": use administrator, "),
        ("certificate", "x", "there is no fact \"certificate\""),
        ("licence", "trial", "\"trial\" is no value of licence: use commercial, demo, nfr, expired"),
        ("at", "2026-11-24", "is no value of at: use an instant"),
        ("certificate.valid_from", "01.01.2026", "is no value of certificate.valid_from"),
    ] {
        assert!(set.set(name, value).unwrap_err().to_string().contains(message), "{name}={value}");
    }
    assert_eq!(set, wanted);
    for name in Facts::NAMES {
        set.set(name, "").unwrap();
    }
    assert_eq!(set, Facts { certificate: Some(Certificate::default()), ..Facts::default() });
}

#[test]
fn texts_are_checked() {
    for (old, new, message) in [
        ("  - id: employee", "  - id: administrator", "r.yaml:5: administrator: stands here twice"),
        ("  - id: employee", "  - id: staff", "r.yaml:"),
        ("      - case: demo", "      - case: trial", "licence: the case demo has no text"),
        (
            "      - case: demo",
            "      - { case: trial, ru: р, en: e }\n      - case: demo",
            "there is no case \"trial\": use met, met_until",
        ),
        ("      - case: demo", "      - { case: met, ru: р, en: e }\n      - case: demo", "the case met stands here twice"),
        ("по {date}", "по {day}", "the case met_until has no slot {day}: use date"),
        ("действует по {date}", "действует {по", "the case met_until"),
        ("действует по {date}", "действует по }", "a lone brace in the case met_until"),
        ("en: You are an administrator of the portal.", "en: ''", "the case met has an empty text"),
        ("topic: connection.contacts_only", "topic: contacts", "employee: the topic needs a full id"),
        ("    texts:", "    text:", "unknown field `text`"),
    ] {
        let broken = BUILTIN.replacen(old, new, 1);
        assert_ne!(broken, BUILTIN, "{old}");
        let error = Requirements::from_yaml("r.yaml", &broken).unwrap_err().to_string();
        assert!(error.contains(message), "{new}: {error}");
    }
    let last = BUILTIN.find("  - id: working_hours").unwrap();
    let error = Requirements::from_yaml("r.yaml", &BUILTIN[..last]).unwrap_err().to_string();
    assert!(error.contains("the requirement working_hours is missing"), "{error}");
}

#[test]
fn names_are_those_of_serde() {
    for id in RequirementId::ALL {
        assert_eq!(serde_yaml::to_string(id).unwrap().trim(), id.as_str());
    }
}
