//! `register`: tells the portal of the bot and of its two commands.

use std::process::ExitCode;

use serde_json::{Value, json};

use crate::config::{ApiVersion, BotType, Config, EventMode};
use crate::event::read;
use crate::portal::{CallError, Portal, Portals};
use crate::store::Store;
use crate::work::plan::ButtonKind;

/// Registers the bot, or finds it where it is registered already, and stores its number.
///
/// # Errors
///
/// What the portal says, or what is missing in the configuration.
pub async fn register(portal: &Portal, public_url: Option<&str>) -> Result<i64, String> {
    let config = portal.config();
    let handler = match (config.events, public_url) {
        (EventMode::Fetch, _) => None,
        (EventMode::Webhook, Some(url)) => Some(format!("{}/bitrix/event", url.trim_end_matches('/'))),
        (EventMode::Webhook, None) => return Err("server.public_url is missing: the portal would not know where to post events".into()),
    };
    let id = match config.api {
        ApiVersion::V2 => v2(portal, handler.as_deref()).await,
        ApiVersion::V1 => v1(portal, handler.as_deref().unwrap_or_default()).await,
    }
    .map_err(|error| error.to_string())?;
    portal.learn_bot_id(id).await.map_err(|error| error.to_string())?;
    Ok(id)
}

async fn v2(portal: &Portal, handler: Option<&str>) -> Result<i64, CallError> {
    let config = portal.config();
    let kind = match config.bot_type {
        BotType::Bot => "bot",
        BotType::Personal => "personal",
        BotType::Supervisor => "supervisor",
        BotType::Openline => "openline",
    };
    let mut fields = json!({
        "code": config.bot_code,
        "properties": {"name": "Поддержка: чья это задача", "workPosition": "Бот"},
        "type": kind,
        "eventMode": if handler.is_some() { "webhook" } else { "fetch" },
    });
    if let Some(handler) = handler {
        fields["webhookUrl"] = json!(handler);
    }
    let result = portal.call("imbot.v2.Bot.register", json!({"fields": fields})).await?;
    let id = read::int(&result, &["bot", "id"]).ok_or(CallError::Unknown("no bot number"))?;
    for button in [ButtonKind::Wrong, ButtonKind::Person] {
        let titles = json!({"ru": button.text(false), "en": button.text(true)});
        let fields = json!({"command": button.command(), "title": titles, "hidden": true, "extranetSupport": true});
        portal.call("imbot.v2.Command.register", json!({"botId": id, "fields": fields})).await?;
    }
    Ok(id)
}

async fn v1(portal: &Portal, handler: &str) -> Result<i64, CallError> {
    let config = portal.config();
    let (kind, open_line) = match config.bot_type {
        BotType::Openline => ("O", "Y"),
        BotType::Supervisor => ("S", "N"),
        BotType::Bot | BotType::Personal => ("B", "N"),
    };
    let result = portal
        .call(
            "imbot.register",
            json!({"CODE": config.bot_code, "TYPE": kind, "OPENLINE": open_line, "EVENT_MESSAGE_ADD": handler, "EVENT_WELCOME_MESSAGE": handler,
                "EVENT_BOT_DELETE": handler, "EVENT_MESSAGE_UPDATE": handler, "EVENT_MESSAGE_DELETE": handler,
                "PROPERTIES": {"NAME": "Поддержка: чья это задача", "WORK_POSITION": "Бот", "COLOR": "AQUA"}}),
        )
        .await?;
    let id = whole(&result).ok_or(CallError::Unknown("no bot number"))?;
    // A bot of type B gets edits and deletions only if asked for them once more.
    let fields = json!({"EVENT_MESSAGE_UPDATE": handler, "EVENT_MESSAGE_DELETE": handler});
    portal.call("imbot.update", json!({"BOT_ID": id, "FIELDS": fields})).await?;
    for button in [ButtonKind::Wrong, ButtonKind::Person] {
        let titles = json!([{"LANGUAGE_ID": "ru", "TITLE": button.text(false)}, {"LANGUAGE_ID": "en", "TITLE": button.text(true)}]);
        portal
            .call(
                "imbot.command.register",
                json!({"BOT_ID": id, "COMMAND": button.command(), "HIDDEN": "Y", "EXTRANET_SUPPORT": "Y", "LANG": titles, "EVENT_COMMAND_ADD": handler}),
            )
            .await?;
    }
    Ok(id)
}

fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

/// Registers on one portal or on all of the configuration.
///
/// # Errors
///
/// If there is no such portal or the store cannot be opened.
pub async fn run(config: Config, only: Option<&str>) -> Result<ExitCode, String> {
    let store = Store::open(&config.store.path, config.store.max_queue).map_err(|error| error.to_string())?;
    let portals = Portals::new(&config, &store)?;
    portals.learn().await.map_err(|error| error.to_string())?;
    if let Some(name) = only
        && portals.get(name).is_none()
    {
        return Err(format!("there is no portal \"{}\" in the configuration", name.escape_debug()));
    }
    let mut failed = false;
    for portal in portals.iter().filter(|portal| only.is_none_or(|name| name == portal.config().name)) {
        match register(portal, config.server.public_url.as_deref()).await {
            Ok(id) => println!("{}: bot {id}", portal.config().name),
            Err(error) => {
                failed = true;
                eprintln!("{}: {error}", portal.config().name);
            }
        }
    }
    Ok(if failed { ExitCode::from(2) } else { ExitCode::SUCCESS })
}
