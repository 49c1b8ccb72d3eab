//! Calls to a portal: one host from the configuration, a token, a rate, and an answer that is believed only as far as it goes.

mod bucket;
mod error;
mod http;
mod methods;
mod tokens;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::config::{Auth, Config, PortalConfig, Secret};
use crate::event::Tokens;
use crate::store::portals::KnownPortal;
use crate::store::{Store, StoreError};
use bucket::Bucket;
pub use error::CallError;
pub use methods::{Button, Found, OutMessage};

/// All portals of the configuration, by name.
#[derive(Debug, Default)]
pub struct Portals(HashMap<String, Arc<Portal>>);

impl Portals {
    /// Builds a client for each portal.
    ///
    /// # Errors
    ///
    /// If the TLS client cannot be built.
    pub fn new(config: &Config, store: &Store) -> Result<Portals, String> {
        let mut portals = HashMap::new();
        for portal in &config.portals {
            portals.insert(portal.name.clone(), Arc::new(Portal::new(portal.clone(), store.clone())?));
        }
        Ok(Portals(portals))
    }

    /// Reads from the store what is known of each portal. Before that, no event is found to be true.
    ///
    /// # Errors
    ///
    /// If the store fails.
    pub async fn learn(&self) -> Result<(), StoreError> {
        for portal in self.iter() {
            portal.learn().await?;
        }
        Ok(())
    }

    /// A portal by its name in the configuration.
    pub fn get(&self, name: &str) -> Option<&Arc<Portal>> {
        self.0.get(name)
    }

    /// All of them, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Portal>> {
        self.0.values()
    }
}

/// One portal, with our bot on it.
#[derive(Debug)]
pub struct Portal {
    config: PortalConfig,
    http: reqwest::Client,
    bucket: Bucket,
    store: Store,
    /// Renewals go one by one, so that two workers do not use up one refresh token.
    renewal: tokio::sync::Mutex<()>,
    /// 0 until known.
    bot_id: AtomicI64,
    /// As in the store.
    known: RwLock<KnownPortal>,
    /// Whether the store holds the bot's own tokens.
    has_bot_tokens: AtomicBool,
    /// Outages in a row, and until when calls are kept back for the last one.
    outages: Mutex<(u32, Option<Instant>)>,
    /// When the last install event was let in.
    install_at: Mutex<Option<Instant>>,
}

impl Portal {
    fn new(config: PortalConfig, store: Store) -> Result<Portal, String> {
        Ok(Portal {
            http: http::client(Duration::from_secs(config.timeout_seconds))?,
            bucket: Bucket::new(config.calls_per_second, config.burst),
            bot_id: AtomicI64::new(config.bot_id.unwrap_or(0)),
            renewal: tokio::sync::Mutex::new(()),
            known: RwLock::default(),
            has_bot_tokens: AtomicBool::new(false),
            outages: Mutex::new((0, None)),
            install_at: Mutex::new(None),
            config,
            store,
        })
    }

    /// Its section of the configuration.
    pub fn config(&self) -> &PortalConfig {
        &self.config
    }

    /// Our bot's number, once known.
    pub fn bot_id(&self) -> Option<i64> {
        Some(self.bot_id.load(Ordering::Relaxed)).filter(|&id| id != 0)
    }

    /// Sets our bot's number.
    pub fn set_bot_id(&self, id: i64) {
        self.bot_id.store(id, Ordering::Relaxed);
    }

    /// Stores our bot's number.
    ///
    /// # Errors
    ///
    /// If the store fails.
    pub async fn learn_bot_id(&self, id: i64) -> Result<(), StoreError> {
        self.store.save_bot(&self.config.name, id).await?;
        self.set_bot_id(id);
        Ok(())
    }

    /// What is known of the portal.
    pub fn known(&self) -> KnownPortal {
        self.known.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    /// Reads again from the store what is known of the portal.
    ///
    /// # Errors
    ///
    /// If the store fails.
    pub async fn learn(&self) -> Result<(), StoreError> {
        let known = self.store.portal(&self.config.name).await?;
        if let Some(id) = self.config.bot_id.or(known.bot_id) {
            self.set_bot_id(id);
        }
        *self.known.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = known;
        Ok(())
    }

    /// Lets one install event through in five seconds: whoever sends them cannot make us call the portal more often.
    pub fn admits_install(&self) -> bool {
        let mut last = self.install_at.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let admitted = last.is_none_or(|last| last.elapsed() >= Duration::from_secs(5));
        if admitted {
            *last = Some(Instant::now());
        }
        admitted
    }

    /// Notes how a call ended: calls are kept back after an outage, longer with each in a row, and at most for a minute unless the portal says so.
    pub async fn note(&self, error: Option<&CallError>) {
        let Some(error) = error.filter(|error| error.is_outage()) else {
            if error.is_none() {
                self.outages().0 = 0;
            }
            return;
        };
        let pause = {
            let mut outages = self.outages();
            // Calls that were under way together fail together: that is one outage.
            if outages.1.is_some_and(|until| Instant::now() < until) {
                return;
            }
            let doubling = Duration::from_millis(250 << outages.0.min(7)).min(Duration::from_secs(60));
            let pause = match error {
                CallError::Busy { pause: Some(pause), .. } => (*pause).clamp(Duration::from_millis(500), Duration::from_secs(600)),
                _ => doubling.mul_f64(0.5 + fastrand::f64() / 2.0),
            };
            *outages = (outages.0 + 1, Some(Instant::now() + pause));
            pause
        };
        self.bucket.close_for(pause).await;
    }

    fn outages(&self) -> std::sync::MutexGuard<'_, (u32, Option<Instant>)> {
        self.outages.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Calls a method, renewing the token if the portal says that it has expired.
    ///
    /// # Errors
    ///
    /// [`CallError`].
    pub async fn call(&self, method: &str, parameters: Value) -> Result<Value, CallError> {
        match &self.config.auth {
            Auth::Webhook { url, bot_token } => {
                let mut parameters = parameters;
                let name = if method.starts_with("imbot.v2.") { "botToken" } else { "CLIENT_ID" };
                if method.starts_with("im") {
                    parameters[name] = json!(bot_token.reveal());
                }
                let address = Secret::new(format!("{}/{method}", url.reveal().trim_end_matches('/')));
                self.post(&address, &parameters).await
            }
            Auth::Oauth { .. } => {
                let (owner, mut tokens) = self.any_tokens().await?;
                let mut renewals = 0;
                let answer = loop {
                    match self.call_as(method, &parameters, &tokens).await {
                        Err(CallError::Refused { code, .. }) if code == "expired_token" && renewals < 3 => {
                            renewals += 1;
                            tokens = self.renew(owner, &tokens).await?;
                        }
                        other => break other,
                    }
                };
                match answer {
                    // Expired as often as it was renewed is the portal's matter, not the message's.
                    Err(CallError::Refused { code, .. }) if code == "expired_token" => Err(CallError::NoToken(code)),
                    Err(CallError::Refused { code, .. })
                        if matches!(code.as_str(), "NO_AUTH_FOUND" | "INVALID_CREDENTIALS" | "invalid_token") =>
                    {
                        Err(CallError::NoToken(code))
                    }
                    other => other,
                }
            }
        }
    }

    /// Calls a method with these tokens and no others: to try out those of an install event.
    ///
    /// # Errors
    ///
    /// [`CallError`].
    pub async fn call_as(&self, method: &str, parameters: &Value, tokens: &Tokens) -> Result<Value, CallError> {
        let address = Secret::new(format!("{}/rest/{method}", self.config.url));
        let mut parameters = parameters.clone();
        parameters["auth"] = json!(tokens.access.reveal());
        self.post(&address, &parameters).await
    }

    async fn post(&self, address: &Secret, parameters: &Value) -> Result<Value, CallError> {
        self.bucket.wait().await;
        http::post(&self.http, address, parameters).await
    }
}
