//! `check-config`: what the configuration means, without starting anything.

use std::process::ExitCode;

use serde_json::json;

use crate::config::{ApiVersion, Auth, BotType, Config, EventMode};
use crate::policy::PolicyHolder;
use crate::portal::Portals;
use crate::store::Store;

/// Prints what would be served, and what is likely to go wrong.
///
/// # Errors
///
/// If the policy cannot be loaded; for `online`, if the store cannot be opened.
pub async fn run(config: Config, online: bool) -> Result<ExitCode, String> {
    let policy = PolicyHolder::load(&config.policy)?;
    let loaded = policy.current();
    println!("policy    {} topics, version {}", loaded.classifier.policy().topics().len(), loaded.hash);
    println!("listen    {}", config.server.listen);
    println!("store     {}, texts {}", config.store.path.display(), if config.store.keep_text { "kept" } else { "not kept" });
    println!("api       {}", if config.api.enabled { format!("on, {} keys", config.api.keys.len()) } else { "off".into() });
    println!("page      {}", if config.page.enabled { "on" } else { "off" });
    for portal in &config.portals {
        let api = if portal.api == ApiVersion::V2 { "v2" } else { "v1" };
        let events = if portal.events == EventMode::Fetch { "fetched" } else { "by webhook" };
        let auth = if matches!(portal.auth, Auth::Oauth { .. }) { "application" } else { "incoming webhook" };
        println!("portal    {} at {}: {api}, events {events}, {auth}, bot \"{}\"", portal.name, portal.url, portal.bot_code);
    }
    let mut warnings = warnings(&config);
    if online {
        let store = Store::open(&config.store.path, config.store.max_queue).map_err(|error| error.to_string())?;
        let portals = Portals::new(&config, &store)?;
        portals.learn().await.map_err(|error| error.to_string())?;
        for portal in portals.iter() {
            match portal.call("app.info", json!({})).await {
                Ok(_) => println!("reached   {}", portal.config().name),
                Err(error) => warnings.push(format!("portal \"{}\": {error}", portal.config().name)),
            }
        }
    }
    for warning in &warnings {
        eprintln!("warning: {warning}");
    }
    Ok(if warnings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn warnings(config: &Config) -> Vec<String> {
    let mut out = Vec::new();
    for portal in &config.portals {
        let name = &portal.name;
        if portal.events == EventMode::Webhook && config.server.public_url.is_none() {
            out.push(format!("portal \"{name}\": without server.public_url the bot cannot be registered for events by webhook"));
        }
        if portal.operators.is_none() && portal.bot_type != BotType::Openline {
            out.push(format!("portal \"{name}\": without operators nobody is told when a person is called outside open lines"));
        }
        if portal.settle_seconds < portal.timeout_seconds {
            out.push(format!("portal \"{name}\": settle_seconds is below timeout_seconds, so a slow call may be taken for a lost one and an answer sent twice"));
        }
        let can_look = match (portal.api, &portal.auth) {
            (ApiVersion::V2, _) if matches!(portal.bot_type, BotType::Personal | BotType::Supervisor) => true,
            (_, Auth::Oauth { .. }) => portal.events == EventMode::Webhook,
            _ => false,
        };
        if !can_look && portal.resend_when_unsure {
            out.push(format!(
                "portal \"{name}\": a bot like this cannot look whether an answer without an acknowledgement went out; it is sent again then, perhaps twice (bot_type = \"personal\" with v2 can look)"
            ));
        }
    }
    out
}
