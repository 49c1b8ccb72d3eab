//! What must hold before support answers, judged from facts the caller knows. Nothing is asked of any network.
//!
//! `facts` is what the caller tells, `judge` finds the case each requirement is in, `file` has the texts of `rules/requirements.yaml`.
//! A missing fact makes a requirement unknown, never unmet.

mod facts;
mod file;
mod judge;
mod moment;

#[cfg(test)]
mod tests;

use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use facts::{Certificate, Edition, Facts, Licence};

use crate::error::Error;
use crate::hours::Calendar;
use crate::verdict::Lang;
use file::{Entry, Texts};

const BUILTIN: &str = include_str!("../../rules/requirements.yaml");

/// The requirements with their texts, and the calendar for working hours. Cheap to clone.
///
/// # Examples
///
/// ```
/// use support_triage::Lang;
/// use support_triage::requirements::{Facts, Licence, RequirementState, Requirements};
///
/// let facts = Facts { licence: Some(Licence::Demo), public_address: Some("portal.company.ru".into()), ..Facts::default() };
/// let results = Requirements::builtin().check(&facts, "2026-11-24T12:00:00+03:00".parse()?);
/// let unmet: Vec<&str> = results.iter().filter(|r| r.state() == RequirementState::Unmet).map(|r| r.id().as_str()).collect();
/// assert_eq!(unmet, ["licence", "public_address"]);
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Requirements {
    entries: Arc<Vec<Entry>>,
    calendar: Calendar,
}

impl Requirements {
    /// The built-in requirements, with the built-in calendar.
    ///
    /// # Examples
    ///
    /// ```
    /// use support_triage::requirements::{Facts, Requirements};
    ///
    /// assert_eq!(Requirements::builtin().check(&Facts::default(), jiff::Timestamp::UNIX_EPOCH).len(), 12);
    /// ```
    pub fn builtin() -> Requirements {
        static REQUIREMENTS: OnceLock<Requirements> = OnceLock::new();
        // The tests load it, so a broken one is never released.
        let load = || Requirements::from_yaml("rules/requirements.yaml", BUILTIN).unwrap_or_else(|error| panic!("{error}"));
        REQUIREMENTS.get_or_init(load).clone()
    }

    /// Requirements from the text of a file like `rules/requirements.yaml`, with the built-in calendar. `name` is what errors call it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Data`](crate::ErrorKind::Data) with `name:line: what` if the text is over 64 KiB, is not such YAML, or if a requirement, a case or
    /// a text is missing, unknown or there twice.
    ///
    /// # Examples
    ///
    /// ```
    /// use support_triage::requirements::Requirements;
    ///
    /// let error = Requirements::from_yaml("ours.yaml", "requirements: []").unwrap_err();
    /// assert!(error.to_string().starts_with("ours.yaml:1:"));
    /// ```
    pub fn from_yaml(name: &str, text: &str) -> Result<Requirements, Error> {
        Ok(Requirements { entries: Arc::new(file::read(name, text)?), calendar: Calendar::builtin() })
    }

    /// The same requirements with another calendar.
    ///
    /// # Examples
    ///
    /// ```
    /// use support_triage::{hours::Calendar, requirements::Requirements};
    ///
    /// let requirements = Requirements::builtin().with_calendar(Calendar::builtin().open_on_working_saturdays(true));
    /// # let _ = requirements;
    /// ```
    pub fn with_calendar(mut self, calendar: Calendar) -> Requirements {
        self.calendar = calendar;
        self
    }

    /// Judges every requirement, in the order of the file, at [`Facts::at`], or at `now` if that is not given.
    ///
    /// # Examples
    ///
    /// ```
    /// use support_triage::Lang;
    /// use support_triage::requirements::{Facts, Requirements};
    ///
    /// let results = Requirements::builtin().check(&Facts::default(), "2026-12-31T12:00:00+03:00".parse()?);
    /// let hours = results.last().unwrap();
    /// assert!(hours.text(Lang::Ru).ends_with("в понедельник, 11 января, с 10:00 по Москве."));
    /// # Ok::<(), jiff::Error>(())
    /// ```
    pub fn check(&self, facts: &Facts, now: Timestamp) -> Vec<RequirementResult> {
        let at = facts.at.unwrap_or(now);
        self.entries.iter().map(|entry| entry.result(judge::judge(entry.id, facts, at, &self.calendar))).collect()
    }
}

/// Names a requirement. More may be added in a minor release.
///
/// # Examples
///
/// ```
/// use support_triage::requirements::RequirementId;
///
/// assert_eq!(RequirementId::PubReadable.as_str(), "pub_readable");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RequirementId {
    /// The writer is an administrator of the portal.
    Administrator,
    /// The writer is in the group of employees.
    Employee,
    /// The portal is the self-hosted edition.
    Edition,
    /// The licence is a commercial one and has not run out.
    Licence,
    /// All stable updates are installed.
    Updates,
    /// The server of the portal reaches the internet.
    OutboundAccess,
    /// The public address can be one of the internet; see [`check_address`](crate::address::check_address).
    PublicAddress,
    /// The certificate is not self-signed.
    CertificateIssuer,
    /// The certificate is valid now.
    CertificateDates,
    /// The certificate has the name of the public address.
    CertificateHost,
    /// `/pub/` can be read without logging in.
    PubReadable,
    /// Support is at work.
    WorkingHours,
}

impl RequirementId {
    /// Every requirement.
    pub const ALL: &'static [RequirementId] = &[
        RequirementId::Administrator,
        RequirementId::Employee,
        RequirementId::Edition,
        RequirementId::Licence,
        RequirementId::Updates,
        RequirementId::OutboundAccess,
        RequirementId::PublicAddress,
        RequirementId::CertificateIssuer,
        RequirementId::CertificateDates,
        RequirementId::CertificateHost,
        RequirementId::PubReadable,
        RequirementId::WorkingHours,
    ];

    /// The name used in all machine-readable output.
    pub fn as_str(self) -> &'static str {
        match self {
            RequirementId::Administrator => "administrator",
            RequirementId::Employee => "employee",
            RequirementId::Edition => "edition",
            RequirementId::Licence => "licence",
            RequirementId::Updates => "updates",
            RequirementId::OutboundAccess => "outbound_access",
            RequirementId::PublicAddress => "public_address",
            RequirementId::CertificateIssuer => "certificate_issuer",
            RequirementId::CertificateDates => "certificate_dates",
            RequirementId::CertificateHost => "certificate_host",
            RequirementId::PubReadable => "pub_readable",
            RequirementId::WorkingHours => "working_hours",
        }
    }
}

/// Whether a requirement holds.
///
/// # Examples
///
/// ```
/// use support_triage::requirements::RequirementState;
///
/// assert_eq!(RequirementState::Unknown.as_str(), "unknown");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequirementState {
    /// It holds.
    Met,
    /// It does not hold.
    Unmet,
    /// The facts do not say. Never a reason to refuse.
    Unknown,
}

impl RequirementState {
    /// The name used in all machine-readable output.
    pub fn as_str(self) -> &'static str {
        match self {
            RequirementState::Met => "met",
            RequirementState::Unmet => "unmet",
            RequirementState::Unknown => "unknown",
        }
    }
}

/// What came out for one requirement.
///
/// # Examples
///
/// ```
/// use support_triage::Lang;
/// use support_triage::requirements::{Facts, RequirementState, Requirements};
///
/// let facts = Facts { pub_readable: Some(false), ..Facts::default() };
/// let results = Requirements::builtin().check(&facts, jiff::Timestamp::UNIX_EPOCH);
/// let unmet = results.iter().find(|result| result.id().as_str() == "pub_readable").unwrap();
/// assert_eq!((unmet.state(), unmet.case()), (RequirementState::Unmet, "closed"));
/// assert_eq!(unmet.topic(), Some("connection.screenshots_expired"));
/// assert!(unmet.text(Lang::En).contains("/pub/"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequirementResult {
    id: RequirementId,
    state: RequirementState,
    case: &'static str,
    topic: Option<String>,
    title: Texts,
    text: Texts,
}

impl RequirementResult {
    /// Which requirement.
    pub fn id(&self) -> RequirementId {
        self.id
    }

    /// Whether it holds.
    pub fn state(&self) -> RequirementState {
        self.state
    }

    /// Why, as a stable name: `demo`, `expired`, `self_signed`, … as in `rules/requirements.yaml`.
    pub fn case(&self) -> &'static str {
        self.case
    }

    /// The id of the topic whose reply explains it; for a public address, that of its worst finding.
    pub fn topic(&self) -> Option<&str> {
        self.topic.as_deref()
    }

    /// A short name for lists.
    pub fn title(&self, lang: Lang) -> &str {
        self.title.get(lang)
    }

    /// What is known, and what to do if it does not hold or is not known. Plain text. It may repeat a host or certificate name of the
    /// [`Facts`], so escape it where it goes into markup.
    pub fn text(&self, lang: Lang) -> &str {
        self.text.get(lang)
    }
}
