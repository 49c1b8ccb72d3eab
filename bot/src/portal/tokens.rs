//! Which token to call with, and its renewal at the OAuth server.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use serde_json::Value;

use super::{CallError, Portal, http};
use crate::config::{Auth, Secret};
use crate::event::Tokens;

/// Whose tokens: the bot's own come first, because with them the portal shows us the bot's dialogs.
const OWNERS: [&str; 2] = ["bot", "app"];

impl Portal {
    /// The bot's own tokens, if there are any.
    pub(super) async fn bot_tokens(&self) -> Result<Option<Tokens>, CallError> {
        self.stored("bot").await
    }

    pub(super) async fn any_tokens(&self) -> Result<(&'static str, Tokens), CallError> {
        for owner in OWNERS {
            if let Some(tokens) = self.stored(owner).await? {
                return Ok((owner, tokens));
            }
        }
        Err(CallError::NoToken("the application is not installed yet".into()))
    }

    async fn stored(&self, owner: &'static str) -> Result<Option<Tokens>, CallError> {
        self.store.tokens(&self.config.name, owner).await.map_err(|error| CallError::Store(error.to_string()))
    }

    /// Takes tokens that came with an event which was found true, where there are none yet or ours cannot be renewed any more.
    ///
    /// # Errors
    ///
    /// If the store fails.
    pub async fn offer_tokens(&self, owner: &'static str, tokens: &Tokens) -> Result<(), CallError> {
        // Asked at every event, so the store is asked only until it is known that there are some.
        if tokens.refresh.is_none() || (owner == "bot" && self.has_bot_tokens.load(Ordering::Relaxed)) {
            return Ok(());
        }
        if self.stored(owner).await?.is_none() {
            self.save(owner, tokens).await?;
        }
        if owner == "bot" {
            self.has_bot_tokens.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Stores tokens in the place of the old ones.
    ///
    /// # Errors
    ///
    /// If the store fails.
    pub async fn save(&self, owner: &'static str, tokens: &Tokens) -> Result<(), CallError> {
        self.store.save_tokens(&self.config.name, owner, tokens).await.map_err(|error| CallError::Store(error.to_string()))
    }

    /// Renews tokens that have expired, unless another worker has done so meanwhile. The new pair is stored before it is used.
    pub(super) async fn renew(&self, owner: &'static str, used: &Tokens) -> Result<Tokens, CallError> {
        let _turn = self.renewal.lock().await;
        if let Some(stored) = self.stored(owner).await?
            && stored.access.reveal() != used.access.reveal()
        {
            return Ok(stored);
        }
        let Some(refresh) = &used.refresh else {
            self.drop_tokens(owner).await?;
            return Err(CallError::NoToken("there is no refresh token".into()));
        };
        match self.ask_oauth(refresh).await {
            Ok(tokens) => {
                self.save(owner, &tokens).await?;
                tracing::info!(portal = %self.config.name, owner, "access token renewed");
                Ok(tokens)
            }
            Err(CallError::Refused { code, .. }) => {
                tracing::error!(portal = %self.config.name, owner, %code, "the OAuth server refused to renew the token");
                // This pair is worth nothing now. The next true event of the portal brings another one.
                if code == "invalid_grant" {
                    self.drop_tokens(owner).await?;
                }
                Err(CallError::NoToken(code))
            }
            // Whether the OAuth server has answered or not, the message has not been touched.
            Err(CallError::Unknown(why) | CallError::Unreachable(why)) => Err(CallError::NoToken(format!("OAuth server: {why}"))),
            Err(error) => Err(error),
        }
    }

    async fn drop_tokens(&self, owner: &'static str) -> Result<(), CallError> {
        if owner == "bot" {
            self.has_bot_tokens.store(false, Ordering::Relaxed);
        }
        let (portal, owner) = (self.config.name.clone(), owner.to_string());
        self.store
            .run(move |connection| connection.execute("DELETE FROM token WHERE portal = ? AND owner = ?", [portal, owner]))
            .await
            .map(drop)
            .map_err(|error| CallError::Store(error.to_string()))
    }

    async fn ask_oauth(&self, refresh: &Secret) -> Result<Tokens, CallError> {
        let Auth::Oauth { client_id, client_secret, server } = &self.config.auth else {
            return Err(CallError::NoToken("not an application".into()));
        };
        let query = BTreeMap::from([
            ("grant_type", "refresh_token"),
            ("client_id", client_id.as_str()),
            ("client_secret", client_secret.reveal()),
            ("refresh_token", refresh.reveal()),
        ]);
        let sent = self.http.get(format!("{server}/oauth/token/")).query(&query).send().await;
        let response = sent.map_err(|_| CallError::Unreachable("no answer"))?;
        let status = response.status().as_u16();
        let value: Value = serde_json::from_slice(&http::body(response).await?).map_err(|_| CallError::Unknown("not JSON"))?;
        if let Some(code) = value.get("error").and_then(Value::as_str) {
            let code: String = code.chars().filter(|c| c.is_ascii_graphic()).take(64).collect();
            return Err(if status >= 500 { CallError::Unknown("it failed") } else { CallError::Refused { code, status } });
        }
        let text = |key: &str| value.get(key).and_then(Value::as_str).filter(|text| !text.is_empty()).map(Secret::new);
        match (text("access_token"), text("refresh_token")) {
            (Some(access), refresh @ Some(_)) => Ok(Tokens { access, refresh }),
            _ => Err(CallError::Unknown("no tokens in the answer")),
        }
    }
}
