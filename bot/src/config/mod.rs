//! The configuration file, read and checked as a whole before anything starts.

pub mod http;
mod portal;
pub mod secret;

use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use http::{ApiConfig, ApiKey, PageConfig, PolicyConfig};
pub(crate) use portal::host_of;
pub use portal::{ApiVersion, Auth, BotType, EventMode, PortalConfig};
pub use secret::Secret;

/// The whole of `bot.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// `[server]`
    #[serde(default)]
    pub server: ServerConfig,
    /// `[store]`
    #[serde(default)]
    pub store: StoreConfig,
    /// `[policy]`
    #[serde(default)]
    pub policy: PolicyConfig,
    /// `[api]`
    #[serde(default)]
    pub api: ApiConfig,
    /// `[page]`
    #[serde(default)]
    pub page: PageConfig,
    /// `[answers]`
    #[serde(default)]
    pub answers: AnswersConfig,
    /// `[log]`
    #[serde(default)]
    pub log: LogConfig,
    /// `[[portals]]`; none is allowed where only the API or the page is wanted.
    #[serde(default)]
    pub portals: Vec<PortalConfig>,
}

/// `[server]`: the listening side.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServerConfig {
    /// Address and port to listen on.
    pub listen: std::net::SocketAddr,
    /// How the portal reaches us, `https://bot.example.ru`: needed to register a bot that gets its events by webhook.
    pub public_url: Option<String>,
    /// Hours after which an event is too old to be answered.
    pub max_event_age_hours: u64,
    /// Connections held at once; over that, the one that has kept us waiting longest is closed.
    pub max_connections: usize,
    /// Seconds a client has to send the header of a request.
    pub header_seconds: u64,
    /// Seconds a request may take, its body included.
    pub request_seconds: u64,
    /// Seconds that requests and answers under way get after SIGTERM.
    pub drain_seconds: u64,
}

impl Default for ServerConfig {
    fn default() -> ServerConfig {
        ServerConfig {
            listen: std::net::SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: None,
            max_event_age_hours: 24,
            max_connections: 512,
            header_seconds: 5,
            request_seconds: 10,
            drain_seconds: 8,
        }
    }
}

/// `[store]`: the file with the queue, the tokens and what was decided.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StoreConfig {
    /// Where it is. Created with mode 600.
    pub path: PathBuf,
    /// Keep the text of tickets with the decisions, for review and for `export-decisions`.
    pub keep_text: bool,
    /// Days that decisions and the traces of answered messages are kept.
    pub keep_days: u32,
    /// Messages that may wait for their answer; over that, events are answered with 503.
    pub max_queue: u64,
}

impl Default for StoreConfig {
    fn default() -> StoreConfig {
        StoreConfig { path: PathBuf::from("support-triage-bot.db"), keep_text: false, keep_days: 30, max_queue: 100_000 }
    }
}

/// `[answers]`: how the bot answers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AnswersConfig {
    /// Messages worked on at once, for each portal.
    pub workers: usize,
    /// Attempts before a message is parked.
    pub max_attempts: u32,
    /// Hours after which a message is parked that an outage of the portal kept from being answered.
    pub give_up_hours: u32,
    /// Minutes within which a further message is read as an answer to the bot's question.
    pub context_minutes: u32,
    /// Undetermined messages in a row after which a person is called.
    pub undetermined_limit: u32,
    /// Minutes that the bot keeps quiet in a dialog it has handed over.
    pub quiet_minutes: u32,
    /// Call a person also for what support takes, after the answer.
    pub transfer_in_scope: bool,
    /// Show the buttons "Это не то" and "Позвать человека".
    pub buttons: bool,
    /// Begin the first answer of a dialog with a greeting.
    pub greeting: bool,
}

impl Default for AnswersConfig {
    fn default() -> AnswersConfig {
        AnswersConfig {
            workers: 8,
            max_attempts: 8,
            give_up_hours: 48,
            context_minutes: 60,
            undetermined_limit: 2,
            quiet_minutes: 120,
            transfer_in_scope: false,
            buttons: true,
            greeting: true,
        }
    }
}

/// `[log]`: what goes to standard error.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogConfig {
    /// `error`, `warn`, `info`, `debug`, or a filter such as `info,support_triage_bot::work=debug`.
    pub level: String,
    /// One JSON object a line.
    pub json: bool,
}

impl Default for LogConfig {
    fn default() -> LogConfig {
        LogConfig { level: "info".into(), json: false }
    }
}

/// Why a configuration was refused, in one line for people.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);

impl Config {
    /// Reads and checks a file.
    ///
    /// # Errors
    ///
    /// One message with file, line, column and the mend.
    pub fn read(path: &Path) -> Result<Config, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| ConfigError(format!("{}: {error}", path.display())))?;
        Config::parse(&path.display().to_string(), &text)
    }

    /// The same from text; `name` is what errors call it.
    ///
    /// # Errors
    ///
    /// As [`Config::read`].
    pub fn parse(name: &str, text: &str) -> Result<Config, ConfigError> {
        let config: Config = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start).min(text.len());
            let before = text.get(..at).unwrap_or("");
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
            ConfigError(format!("{name}:{line}:{column}: {}", error.message().trim().replace('\n', "; ")))
        })?;
        config.check().map_err(|message| ConfigError(format!("{name}: {message}")))?;
        Ok(config)
    }

    fn check(&self) -> Result<(), String> {
        let whole = |what: &str, value: u64, least: u64, most: u64| {
            if (least..=most).contains(&value) { Ok(()) } else { Err(format!("{what} is {value}, but must be from {least} to {most}")) }
        };
        whole("server.max_connections", self.server.max_connections as u64, 16, 65_536)?;
        whole("server.header_seconds", self.server.header_seconds, 1, 60)?;
        whole("server.request_seconds", self.server.request_seconds, 1, 120)?;
        whole("server.drain_seconds", self.server.drain_seconds, 0, 120)?;
        whole("store.keep_days", self.store.keep_days.into(), 1, 3_650)?;
        whole("store.max_queue", self.store.max_queue, 1, 10_000_000)?;
        whole("answers.workers", self.answers.workers as u64, 1, 256)?;
        whole("answers.max_attempts", self.answers.max_attempts.into(), 1, 100)?;
        whole("answers.undetermined_limit", self.answers.undetermined_limit.into(), 1, 10)?;
        self.api.check()?;
        self.page.check()?;
        self.policy.check()?;
        if self.page.enabled && !self.page.open && self.api.keys.is_empty() {
            return Err(
                "[page] has enabled = true but nobody can use it: add [[api.keys]], or set open = true to let it work without a key".into(),
            );
        }
        for (at, portal) in self.portals.iter().enumerate() {
            portal.check()?;
            if self.portals[..at].iter().any(|other| other.name == portal.name) {
                return Err(format!("two portals are named \"{}\": give each a name of its own", portal.name));
            }
            if self.portals[..at].iter().any(|other| other.url == portal.url && other.bot_code == portal.bot_code) {
                return Err(format!("two portals have the address {} and the bot code \"{}\"", portal.url, portal.bot_code));
            }
        }
        if self.portals.is_empty() && !self.api.enabled && !self.page.enabled {
            return Err("nothing to do: there is no [[portals]], and neither [api] nor [page] has enabled = true".into());
        }
        Ok(())
    }
}
