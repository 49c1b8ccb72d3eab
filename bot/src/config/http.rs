//! Sections of the configuration for the HTTP side: `[api]`, `[page]`, `[policy]`.

use std::net::IpAddr;
use std::path::PathBuf;

use serde::Deserialize;

use super::secret::Secret;

/// `[api]`: the HTTP API.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ApiConfig {
    /// Whether `/v1/…` is served to holders of a key.
    pub enabled: bool,
    /// Who may call it. Without a key nobody may.
    pub keys: Vec<ApiKey>,
    /// Tickets in one request, at most.
    pub max_tickets: usize,
    /// Bytes of one request's body, at most.
    pub max_body_bytes: usize,
    /// Requests decided at once; 0 stands for the number of cores.
    pub in_flight: usize,
    /// Requests that may wait for their turn; over that, the answer is 503.
    pub queue: usize,
    /// Serve `/metrics` without a key. Figures only, but they tell how busy support is.
    pub open_metrics: bool,
    /// Reverse proxies whose `X-Forwarded-For` is believed when requests are limited by address.
    pub trusted_proxies: Vec<IpAddr>,
}

impl Default for ApiConfig {
    fn default() -> ApiConfig {
        ApiConfig {
            enabled: false,
            keys: Vec::new(),
            max_tickets: 1_000,
            max_body_bytes: 2 << 20,
            in_flight: 0,
            queue: 256,
            open_metrics: false,
            trusted_proxies: Vec::new(),
        }
    }
}

/// `[[api.keys]]`: one caller.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiKey {
    /// How logs call this caller.
    pub name: String,
    /// The bearer key.
    pub key: Secret,
    /// Requests a second that it may make on average.
    #[serde(default = "ten")]
    pub per_second: f64,
    /// Requests it may make at once after a pause.
    #[serde(default = "fifty")]
    pub burst: u32,
}

fn ten() -> f64 {
    10.0
}

fn fifty() -> u32 {
    50
}

/// `[page]`: the page for people at `/`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PageConfig {
    /// Whether it is served.
    pub enabled: bool,
    /// Whether it works without a key. Then `/v1/classify` and `/v1/policy` also answer requests that a browser marks as coming from the page itself, each
    /// address within the limit below. Without it the page asks for a key.
    pub open: bool,
    /// Requests a minute that one address may make on average without a key.
    pub per_minute: u32,
    /// Requests it may make at once after a pause.
    pub burst: u32,
}

impl Default for PageConfig {
    fn default() -> PageConfig {
        PageConfig { enabled: false, open: false, per_minute: 30, burst: 10 }
    }
}

/// `[policy]`: what decides.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PolicyConfig {
    /// Use the built-in policy, below `dir` if that is given.
    pub builtin: bool,
    /// A folder of rule files, laid over the built-in policy or in its place. Its `requirements.yaml` and `calendar/ru.yaml`, if there are such, replace the built-in ones.
    pub dir: Option<PathBuf>,
    /// Seconds between two looks at the files.
    pub poll_seconds: u64,
}

impl Default for PolicyConfig {
    fn default() -> PolicyConfig {
        PolicyConfig { builtin: true, dir: None, poll_seconds: 2 }
    }
}

/// A key shorter than this can be guessed, or was never meant as one.
const KEY_CHARS: usize = 20;

impl ApiConfig {
    pub(super) fn check(&self) -> Result<(), String> {
        if self.enabled && self.keys.is_empty() {
            return Err(
                "[api] has enabled = true but no key: add [[api.keys]] with a name and key = { env = \"…\" } or { file = \"…\" }".into()
            );
        }
        within("api.max_tickets", self.max_tickets, 1, 10_000)?;
        within("api.max_body_bytes", self.max_body_bytes, 1 << 10, 64 << 20)?;
        within("api.in_flight", self.in_flight, 0, 1_024)?;
        within("api.queue", self.queue, 0, 65_536)?;
        for (at, key) in self.keys.iter().enumerate() {
            let name = &key.name;
            if name.is_empty() || name.len() > 64 || name.chars().any(char::is_control) {
                return Err(format!("api.keys: the name {name:?} must have 1 to 64 bytes and no control characters"));
            }
            if self.keys[..at].iter().any(|other| other.name == key.name) {
                return Err(format!("api.keys: two keys are named \"{name}\": give each caller a name of its own"));
            }
            if self.keys[..at].iter().any(|other| other.key.reveal() == key.key.reveal()) {
                return Err(format!("api.keys: \"{name}\" has the key of another caller: give each a key of its own"));
            }
            if key.key.reveal().chars().count() < KEY_CHARS || !key.key.reveal().chars().all(|c| c.is_ascii_graphic()) {
                return Err(format!(
                    "api.keys: the key of \"{name}\" must have at least {KEY_CHARS} visible ASCII characters: openssl rand -hex 32 makes a good one"
                ));
            }
            if !(key.per_second.is_finite() && (0.001..=100_000.0).contains(&key.per_second)) {
                return Err(format!("api.keys: per_second of \"{name}\" is {}, but must be from 0.001 to 100000", key.per_second));
            }
            within(&format!("api.keys: burst of \"{name}\""), key.burst as usize, 1, 1_000_000)?;
        }
        Ok(())
    }
}

impl PageConfig {
    pub(super) fn check(&self) -> Result<(), String> {
        within("page.per_minute", self.per_minute as usize, 1, 100_000)?;
        within("page.burst", self.burst as usize, 1, 100_000)
    }
}

impl PolicyConfig {
    pub(super) fn check(&self) -> Result<(), String> {
        within("policy.poll_seconds", self.poll_seconds as usize, 1, 3_600)?;
        if !self.builtin && self.dir.is_none() {
            return Err("[policy] has builtin = false but no dir: there would be no policy at all".into());
        }
        Ok(())
    }
}

fn within(what: &str, value: usize, least: usize, most: usize) -> Result<(), String> {
    if (least..=most).contains(&value) { Ok(()) } else { Err(format!("{what} is {value}, but must be from {least} to {most}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str, key: &str) -> ApiKey {
        ApiKey { name: name.into(), key: Secret::new(key), per_second: 1.0, burst: 1 }
    }

    #[test]
    fn what_would_be_unsafe_or_useless_is_refused() {
        let good = "0123456789abcdef0123";
        let with = |keys: Vec<ApiKey>| ApiConfig { enabled: true, keys, ..ApiConfig::default() }.check();
        assert_eq!(with(vec![key("crm", good)]), Ok(()));
        for (keys, told) in [
            (vec![], "no key"),
            (vec![key("crm", "short")], "at least 20"),
            (vec![key("crm", "ключ ключ ключ ключ ключ")], "ASCII"),
            (vec![key("crm", good), key("crm", "another-0123456789abcdef")], "two keys are named"),
            (vec![key("crm", good), key("mail", good)], "key of another caller"),
            (vec![key("", good)], "1 to 64"),
            (vec![ApiKey { per_second: f64::NAN, ..key("crm", good) }], "per_second"),
            (vec![ApiKey { burst: 0, ..key("crm", good) }], "burst"),
        ] {
            let error = with(keys).unwrap_err();
            assert!(error.contains(told) && !error.contains(good), "{error}");
        }
        assert!(PolicyConfig { builtin: false, ..PolicyConfig::default() }.check().is_err());
        assert!(PageConfig { per_minute: 0, ..PageConfig::default() }.check().is_err());
    }
}
