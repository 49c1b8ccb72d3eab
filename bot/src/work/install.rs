//! An install event is believed only if the access token in it works at the portal of the configuration, for the application of the configuration.

use std::sync::Arc;

use serde_json::json;

use crate::commands::register;
use crate::config::{Auth, Secret};
use crate::event::{Tokens, read};
use crate::portal::{CallError, Portal};
use crate::state::State;

pub(super) async fn verify(
    state: &State,
    portal: &Arc<Portal>,
    member_id: String,
    application_token: String,
    access: String,
    refresh: Option<String>,
) -> Result<&'static str, CallError> {
    let Auth::Oauth { client_id, .. } = &portal.config().auth else { return Ok("ignored") };
    let tokens = Tokens { access: Secret::new(access), refresh: refresh.map(Secret::new) };
    let name = &portal.config().name;
    let info = match portal.call_as("app.info", &json!({}), &tokens).await {
        Ok(info) => info,
        Err(CallError::Refused { code, .. }) => {
            tracing::warn!(portal = %name, %code, "an install event was refused: its access token does not work at the portal");
            return Ok("refused");
        }
        Err(error) => return Err(error),
    };
    if read::text(&info, &["CODE"]).is_some_and(|code| code != *client_id) {
        tracing::warn!(portal = %name, "an install event was refused: it is for another application");
        return Ok("refused");
    }
    let stored = |error: crate::store::StoreError| CallError::Store(error.to_string());
    state.store.save_install(name, member_id, Secret::new(application_token)).await.map_err(stored)?;
    portal.save("app", &tokens).await?;
    portal.learn().await.map_err(stored)?;
    tracing::info!(portal = %name, "the application is installed");
    if portal.bot_id().is_none() {
        match register::register(portal, state.config.server.public_url.as_deref()).await {
            Ok(id) => tracing::info!(portal = %name, bot = id, "the bot is registered"),
            Err(error) => tracing::error!(portal = %name, %error, "the bot could not be registered: run `support-triage-bot register`"),
        }
    }
    Ok("installed")
}
