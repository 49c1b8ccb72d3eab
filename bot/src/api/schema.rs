//! Stand-ins for types of the library in the OpenAPI document. They are never made; tests hold them to the types they stand for.

use utoipa::ToSchema;

/// A text or a number.
#[derive(ToSchema)]
#[schema(as = TicketId)]
#[serde(untagged)]
#[allow(dead_code)]
pub enum TicketId {
    /// At most 256 bytes.
    Text(String),
    /// As sent.
    Number(f64),
}

/// `ru` or `en`.
#[derive(ToSchema)]
#[schema(as = Lang)]
#[serde(rename_all = "snake_case")]
#[allow(dead_code)]
pub enum LangSchema {
    /// Russian.
    Ru,
    /// English.
    En,
}

/// Whether support takes a ticket.
#[derive(ToSchema)]
#[schema(as = Verdict)]
#[serde(rename_all = "snake_case")]
#[allow(dead_code)]
pub enum VerdictSchema {
    /// It does.
    InScope,
    /// It does not.
    OutOfScope,
    /// The text does not decide it.
    Undetermined,
}

/// Whether a requirement holds.
#[derive(ToSchema)]
#[schema(as = RequirementState)]
#[serde(rename_all = "snake_case")]
#[allow(dead_code)]
pub enum StateSchema {
    /// It holds.
    Met,
    /// It does not.
    Unmet,
    /// The facts do not say.
    Unknown,
}

/// The side of the policy a topic stands on.
#[derive(ToSchema)]
#[schema(as = Side)]
#[serde(rename_all = "snake_case")]
#[allow(dead_code)]
pub enum SideSchema {
    /// Support takes it.
    In,
    /// It does not.
    Out,
}

/// What is known of the writer and the portal. What is left out is unknown and never held against anyone.
#[derive(ToSchema)]
#[schema(as = Facts)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, missing_docs)]
pub struct FactsSchema {
    /// The writer is an administrator of the portal.
    pub administrator: Option<bool>,
    /// The writer is in the group of employees.
    pub employee: Option<bool>,
    /// The edition of the product.
    pub edition: Option<EditionSchema>,
    /// The kind of licence.
    pub licence: Option<LicenceSchema>,
    /// The last day of the licence.
    #[schema(format = Date, example = "2027-03-01")]
    pub licence_valid_until: Option<String>,
    /// All stable updates are installed.
    pub updates_installed: Option<bool>,
    /// The server of the portal can open connections to the internet.
    pub outbound_access: Option<bool>,
    /// The public address as the settings have it, misprints included.
    #[schema(example = "portal.company.ru")]
    pub public_address: Option<String>,
    /// The certificate the portal shows.
    pub certificate: Option<CertificateSchema>,
    /// `/pub/` can be read without logging in.
    pub pub_readable: Option<bool>,
    /// The instant of the ticket with its offset; now if not given.
    #[schema(format = DateTime, example = "2026-11-25T10:00:00+03:00")]
    pub at: Option<String>,
}

/// What is known of a TLS certificate.
#[derive(ToSchema)]
#[schema(as = Certificate)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, missing_docs)]
pub struct CertificateSchema {
    /// It is self-signed. If not given, that follows from the issuer.
    pub self_signed: Option<bool>,
    /// The common name or organisation of the issuer.
    pub issuer: Option<String>,
    /// The first instant it is valid at; a date stands for its first second in UTC.
    pub valid_from: Option<String>,
    /// The last instant it is valid at; a date stands for its last second in UTC.
    pub valid_until: Option<String>,
    /// The names it is made out to.
    pub names: Option<Vec<String>>,
}

/// On a server of the client, or in the vendor's cloud.
#[derive(ToSchema)]
#[schema(as = Edition)]
#[serde(rename_all = "snake_case")]
#[allow(dead_code, missing_docs)]
pub enum EditionSchema {
    SelfHosted,
    Cloud,
}

/// The kind of licence of a portal.
#[derive(ToSchema)]
#[schema(as = Licence)]
#[serde(rename_all = "snake_case")]
#[allow(dead_code, missing_docs)]
pub enum LicenceSchema {
    Commercial,
    Demo,
    Nfr,
    Expired,
}
