//! `[[portals]]`: one bot on one portal.

use serde::Deserialize;

use super::secret::Secret;

/// Which family of methods and events the bot is registered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ApiVersion {
    /// `imbot.*`, events `ONIM*`. Deprecated, but what older boxes have.
    V1,
    /// `imbot.v2.*`, events `ONIMBOTV2*`.
    V2,
}

/// How events come in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EventMode {
    /// The portal's cloud queue posts them to `/bitrix/event`. What is not answered with 200 is lost.
    #[default]
    Webhook,
    /// We fetch them. Needs no public address and loses nothing; v2 only.
    Fetch,
}

/// What kind of bot it is on the portal, which settles what it sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BotType {
    /// Sees its private chats, and in groups only what mentions it.
    Bot,
    /// Sees all of its chats, and may look back at them: the only type for which a v2 bot can make sure what went out.
    #[default]
    Personal,
    /// Sees all of its chats, as an observer.
    Supervisor,
    /// For open lines.
    Openline,
}

/// How the bot shows the portal who it is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase")]
pub enum Auth {
    /// A local application.
    Oauth {
        /// `local.…`
        client_id: String,
        /// Goes to the OAuth server only.
        client_secret: Secret,
        /// The OAuth server.
        #[serde(default = "default_oauth")]
        server: String,
    },
    /// An incoming webhook.
    Webhook {
        /// `https://portal/rest/<user>/<secret>/`
        url: Secret,
        /// `CLIENT_ID` in v1, `botToken` in v2: any string of up to 40 characters that is yours alone.
        bot_token: Secret,
    },
}

fn default_oauth() -> String {
    "https://oauth.bitrix24.tech".into()
}

/// The OAuth servers of the vendor. A portal's answer never adds to them.
const OAUTH_HOSTS: [&str; 2] = ["oauth.bitrix24.tech", "oauth.bitrix.info"];

/// One bot on one portal.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PortalConfig {
    /// What logs and metrics call it.
    pub name: String,
    /// Scheme and host, `https://portal.example.ru`. The only host that methods are called at.
    pub url: String,
    /// `v1` or `v2`.
    #[serde(default = "v2")]
    pub api: ApiVersion,
    /// `webhook` or `fetch`.
    #[serde(default)]
    pub events: EventMode,
    /// `[portals.auth.oauth]` or `[portals.auth.webhook]`.
    pub auth: Auth,
    /// `bot`, `personal`, `supervisor` or `openline`.
    #[serde(default)]
    pub bot_type: BotType,
    /// The bot's symbolic code.
    #[serde(default = "default_code")]
    pub bot_code: String,
    /// The bot's number, if it was registered by other means than `register`.
    pub bot_id: Option<i64>,
    /// The application token, where it does not come with an install event.
    pub application_token: Option<Secret>,
    /// The portal's `member_id`, to accept no other.
    pub member_id: Option<String>,
    /// Take an install event of this portal (its access token is tried out first).
    #[serde(default = "yes")]
    pub accept_install: bool,
    /// Calls a second: 2 in the cloud. A box has no limit unless its owner sets one.
    #[serde(default = "two")]
    pub calls_per_second: f64,
    /// Calls at once after a pause.
    #[serde(default = "fifty")]
    pub burst: u32,
    /// Seconds to wait for an answer of the portal.
    #[serde(default = "timeout")]
    pub timeout_seconds: u64,
    /// Seconds after which a call without an answer is certainly over. Only then is looked whether it went through.
    #[serde(default = "settle")]
    pub settle_seconds: u64,
    /// Send again when nothing tells whether an answer went out. If not, the message is parked for a person.
    #[serde(default = "yes")]
    pub resend_when_unsure: bool,
    /// Seconds between two fetches when there is nothing new.
    #[serde(default = "poll")]
    pub poll_seconds: f64,
    /// Dialog (`chat12` or the number of a user) that is told when a person is called in a private chat.
    pub operators: Option<String>,
    /// The number of the queue that open-line chats are transferred to; without it, to a free operator.
    pub open_line_queue: Option<i64>,
}

fn v2() -> ApiVersion {
    ApiVersion::V2
}

fn default_code() -> String {
    "support_triage".into()
}

fn yes() -> bool {
    true
}

fn two() -> f64 {
    2.0
}

fn fifty() -> u32 {
    50
}

fn timeout() -> u64 {
    30
}

fn settle() -> u64 {
    65
}

fn poll() -> f64 {
    5.0
}

impl PortalConfig {
    /// The host (with its port, if it has one) of [`PortalConfig::url`].
    pub fn host(&self) -> &str {
        host_of(&self.url).unwrap_or("")
    }

    pub(super) fn check(&self) -> Result<(), String> {
        let name = &self.name;
        if name.is_empty() || name.len() > 32 || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
            return Err(format!("the portal name \"{}\" must be 1 to 32 of A-Z, a-z, 0-9, - and _", name.escape_debug()));
        }
        let fail = |message: String| Err(format!("portal \"{name}\": {message}"));
        if let Err(message) = check_url(&self.url) {
            return fail(format!("url: {message}"));
        }
        match &self.auth {
            Auth::Oauth { client_id, server, .. } => {
                if client_id.is_empty() {
                    return fail("auth.oauth.client_id is empty".into());
                }
                if let Err(message) = check_url(server) {
                    return fail(format!("auth.oauth.server: {message}"));
                }
                let host = host_of(server).unwrap_or("");
                if !OAUTH_HOSTS.contains(&host) && !is_loopback(host) {
                    return fail(format!("auth.oauth.server is {server}, but must be one of https://{}", OAUTH_HOSTS.join(", https://")));
                }
            }
            Auth::Webhook { url, bot_token } => {
                let prefix = format!("{}/rest/", self.url);
                if !url.reveal().starts_with(&prefix) {
                    return fail(format!("auth.webhook.url does not begin with {prefix}"));
                }
                if bot_token.reveal().len() > 40 {
                    return fail("auth.webhook.bot_token has more than 40 characters".into());
                }
            }
        }
        if self.events == EventMode::Fetch && self.api == ApiVersion::V1 {
            return fail("events = \"fetch\" needs api = \"v2\"".into());
        }
        if self.events == EventMode::Webhook && matches!(self.auth, Auth::Webhook { .. }) && self.application_token.is_none() {
            return fail("events = \"webhook\" with an incoming webhook needs application_token, or else nobody could tell a true event from a forged one (or use events = \"fetch\")".into());
        }
        if !(self.calls_per_second > 0.0 && self.calls_per_second <= 10_000.0) {
            return fail("calls_per_second must be over 0 and at most 10000".into());
        }
        if self.burst == 0 {
            return fail("burst must be at least 1".into());
        }
        if !(0.05..=3_600.0).contains(&self.poll_seconds) {
            return fail("poll_seconds must be from 0.05 to 3600".into());
        }
        if !(1..=120).contains(&self.timeout_seconds) {
            return fail("timeout_seconds must be from 1 to 120".into());
        }
        if self.settle_seconds > 600 {
            return fail("settle_seconds must be at most 600".into());
        }
        Ok(())
    }
}

/// The host part of an address, with its port.
pub(crate) fn host_of(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty() && !host.contains('@'))
}

fn is_loopback(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "127.0.0.1" | "localhost")
}

fn check_url(url: &str) -> Result<(), String> {
    let Some(host) = host_of(url) else {
        return Err(format!("\"{}\" is not of the form https://host", url.escape_debug()));
    };
    if url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")) != Some(host) {
        return Err(format!("\"{}\" must end after the host, without a slash or a path", url.escape_debug()));
    }
    if !host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':')) {
        return Err(format!(
            "the host \"{}\" has other characters than letters, digits, dots and hyphens (write a Cyrillic name as xn--…)",
            host.escape_debug()
        ));
    }
    if url.starts_with("http://") && !is_loopback(host) {
        return Err(format!("{url} is not encrypted: use https (http is for tests on this machine only)"));
    }
    Ok(())
}
