//! What the caller knows about a ticket's writer and portal.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::moment;
use crate::error::{Error, ErrorKind};
use crate::hours::file::read_yaml;

/// Facts about the writer and the portal. All are optional; what is not given is unknown and never held against anyone.
///
/// Reads and writes with serde; an unknown key is refused, so that a misspelt fact is not silently ignored.
///
/// # Examples
///
/// ```
/// use support_triage::requirements::{Facts, Licence};
///
/// let facts = Facts::from_yaml("facts.yaml", "licence: commercial\nlicence_valid_until: 2027-03-01\nadministrator: true")?;
/// assert_eq!((facts.licence, facts.administrator, facts.employee), (Some(Licence::Commercial), Some(true), None));
/// assert!(Facts::from_yaml("facts.yaml", "license: demo").is_err());
/// # Ok::<(), support_triage::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Facts {
    /// Whether the writer is an administrator of the portal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub administrator: Option<bool>,
    /// Whether the writer is in the group of employees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employee: Option<bool>,
    /// The edition of the product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edition: Option<Edition>,
    /// The kind of licence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<Licence>,
    /// The last day of the licence, in the time zone of the calendar.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence_valid_until: Option<Date>,
    /// Whether all stable updates are installed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updates_installed: Option<bool>,
    /// Whether the server of the portal can open connections to the internet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outbound_access: Option<bool>,
    /// The public address as the settings have it, misprints included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_address: Option<String>,
    /// The certificate the portal shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Certificate>,
    /// Whether `/pub/` can be read without logging in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pub_readable: Option<bool>,
    /// The instant of the ticket, with its offset. If given, it stands for the `now` of [`Requirements::check`](super::Requirements::check).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

/// What is known of a TLS certificate.
///
/// # Examples
///
/// ```
/// use support_triage::requirements::Certificate;
///
/// let certificate = Certificate { self_signed: Some(false), names: vec!["*.company.ru".into()], ..Certificate::default() };
/// assert_eq!(certificate.valid_until, None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Certificate {
    /// Whether it is self-signed. If not given, it follows from the issuer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_signed: Option<bool>,
    /// The common name or organisation of the issuer. One of the certificate's own names, `localhost`, or a text that says so means self-signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// The first instant it is valid at; a date stands for its first second in UTC.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "moment::deserialize_start")]
    pub valid_from: Option<Timestamp>,
    /// The last instant it is valid at; a date stands for its last second in UTC.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "moment::deserialize_end")]
    pub valid_until: Option<Timestamp>,
    /// The names it is made out to: domain names, in Unicode or Punycode, `*.` in front for any one label, or IP addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
}

/// The edition of the product.
///
/// # Examples
///
/// ```
/// use support_triage::requirements::{Edition, Facts};
///
/// let facts = Facts::from_yaml("facts.yaml", "edition: self_hosted")?;
/// assert_eq!(facts.edition, Some(Edition::SelfHosted));
/// # Ok::<(), support_triage::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edition {
    /// On a server of the client.
    SelfHosted,
    /// In the vendor's cloud.
    Cloud,
}

/// The kind of licence of a portal.
///
/// # Examples
///
/// ```
/// use support_triage::requirements::{Facts, Licence};
///
/// let facts = Facts::from_yaml("facts.yaml", "licence: nfr")?;
/// assert_eq!(facts.licence, Some(Licence::Nfr));
/// # Ok::<(), support_triage::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Licence {
    /// Bought, and active unless its date says otherwise.
    Commercial,
    /// A trial.
    Demo,
    /// "Not for resale", for partners. The policy does not name it, so it is unknown whether it will do.
    Nfr,
    /// Run out.
    Expired,
}

impl Facts {
    /// The names that [`set`](Facts::set) knows.
    pub const NAMES: &'static [&'static str] = &[
        "administrator",
        "employee",
        "edition",
        "licence",
        "licence_valid_until",
        "updates_installed",
        "outbound_access",
        "public_address",
        "certificate.self_signed",
        "certificate.issuer",
        "certificate.valid_from",
        "certificate.valid_until",
        "certificate.names",
        "pub_readable",
        "at",
    ];

    /// Facts from YAML or JSON. `name` is what errors call the text. An empty text has no facts.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Data`](crate::ErrorKind::Data) with `name:line:column: what` for an unknown key, a wrong value, or a text over 64 KiB.
    ///
    /// # Examples
    ///
    /// ```
    /// use support_triage::requirements::Facts;
    ///
    /// let error = Facts::from_yaml("facts.yaml", "administrator: true\nlicence: trial").unwrap_err();
    /// assert!(error.to_string().starts_with("facts.yaml:2:"));
    /// ```
    pub fn from_yaml(name: &str, text: &str) -> Result<Facts, Error> {
        Ok(read_yaml::<Option<Facts>>(name, text)?.unwrap_or_default())
    }

    /// Sets one fact from text, as a command line or a column of an export has it. An empty value makes the fact unknown.
    ///
    /// Parts of the certificate have names such as `certificate.issuer`; several certificate names stand with commas between. Truth is `true`, `yes`,
    /// `1` or `да`, its opposite `false`, `no`, `0` or `нет`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Data`](crate::ErrorKind::Data) if there is no such fact or value; nothing is changed then.
    ///
    /// # Examples
    ///
    /// ```
    /// use support_triage::requirements::{Facts, Licence};
    ///
    /// let mut facts = Facts::default();
    /// facts.set("licence", "demo")?;
    /// facts.set("administrator", "да")?;
    /// facts.set("certificate.valid_until", "2027-03-01")?;
    /// assert_eq!((facts.licence, facts.administrator), (Some(Licence::Demo), Some(true)));
    /// assert!(facts.set("licence", "trial").is_err());
    /// # Ok::<(), support_triage::Error>(())
    /// ```
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), Error> {
        let value = value.trim();
        match name {
            "administrator" => self.administrator = truth(name, value)?,
            "employee" => self.employee = truth(name, value)?,
            "edition" => self.edition = choice(name, value, &[("self_hosted", Edition::SelfHosted), ("cloud", Edition::Cloud)])?,
            "licence" => {
                let kinds =
                    [("commercial", Licence::Commercial), ("demo", Licence::Demo), ("nfr", Licence::Nfr), ("expired", Licence::Expired)];
                self.licence = choice(name, value, &kinds)?;
            }
            "licence_valid_until" => self.licence_valid_until = parsed(name, value, |text| text.parse().ok(), "a date such as 2027-03-01")?,
            "updates_installed" => self.updates_installed = truth(name, value)?,
            "outbound_access" => self.outbound_access = truth(name, value)?,
            "public_address" => self.public_address = Some(value.to_string()).filter(|text| !text.is_empty()),
            "pub_readable" => self.pub_readable = truth(name, value)?,
            "at" => {
                self.at = parsed(name, value, |text| text.parse().ok(), "an instant with its offset such as 2027-03-01T12:00:00+03:00")?
            }
            _ => return self.set_certificate(name, value),
        }
        Ok(())
    }

    fn set_certificate(&mut self, name: &str, value: &str) -> Result<(), Error> {
        let mut certificate = self.certificate.clone().unwrap_or_default();
        match name {
            "certificate.self_signed" => certificate.self_signed = truth(name, value)?,
            "certificate.issuer" => certificate.issuer = Some(value.to_string()).filter(|text| !text.is_empty()),
            "certificate.valid_from" => certificate.valid_from = parsed(name, value, moment::start, moment::EXPECTED)?,
            "certificate.valid_until" => certificate.valid_until = parsed(name, value, moment::end, moment::EXPECTED)?,
            "certificate.names" => {
                certificate.names = value.split(',').map(|text| text.trim().to_string()).filter(|text| !text.is_empty()).collect();
            }
            _ => return Err(data(format!("there is no fact \"{name}\": use {}", Facts::NAMES.join(", ")))),
        }
        self.certificate = Some(certificate);
        Ok(())
    }
}

fn truth(name: &str, value: &str) -> Result<Option<bool>, Error> {
    choice(
        name,
        value,
        &[("true", true), ("yes", true), ("1", true), ("да", true), ("false", false), ("no", false), ("0", false), ("нет", false)],
    )
}

fn choice<T: Copy>(name: &str, value: &str, choices: &[(&str, T)]) -> Result<Option<T>, Error> {
    let lower = value.to_lowercase();
    let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
    parsed(name, value, |_| choices.iter().find(|(name, _)| *name == lower).map(|(_, choice)| *choice), &names.join(", "))
}

fn parsed<T>(name: &str, value: &str, read: impl Fn(&str) -> Option<T>, expected: &str) -> Result<Option<T>, Error> {
    if value.is_empty() {
        return Ok(None);
    }
    read(value).map(Some).ok_or_else(|| data(format!("\"{value}\" is no value of {name}: use {expected}")))
}

fn data(message: String) -> Error {
    Error::new(ErrorKind::Data(message))
}
