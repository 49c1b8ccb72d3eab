//! Events → tasks of the queue: what is not for the bot to answer ends here.

use sha2::{Digest, Sha256};

use super::plan::Body;
use crate::config::{ApiVersion, BotType};
use crate::event::{Auth, Bot, ChatKind, Event, Message};
use crate::portal::Portal;
use crate::store::queue::NewTask;

/// What becomes of an event.
#[derive(Debug)]
pub enum Intake {
    /// It waits for a worker.
    Task(NewTask),
    /// Not for us.
    Ignored,
    /// The bot was removed from the portal.
    BotDeleted,
    /// The application was removed from the portal.
    Uninstalled,
}

/// Sorts an event that was found to be true.
pub fn sort(portal: &Portal, event: Event, auth: &Auth) -> Intake {
    let name = portal.config().name.clone();
    match event {
        Event::Message { bot, message, edited } if is_ours(portal, &bot) && is_for_us(portal, &bot, &message) => {
            let (kind, mark) = if edited { ("edit", fingerprint(&message.text)) } else { ("message", String::new()) };
            let (id, dialog) = (message.id, message.place.dialog.clone());
            let body = if edited { Body::Edited(message) } else { Body::Message(message) };
            task(name, bot.id, kind, id, mark, dialog, &body)
        }
        Event::Deleted { bot, dialog, message } if is_ours(portal, &bot) => {
            task(name, bot.id, "delete", message, String::new(), dialog, &Body::Deleted)
        }
        Event::Joined { bot, place } if is_ours(portal, &bot) && place.kind != ChatKind::OpenLine => {
            // A join has no number of its own. Two in one day in one dialog are one.
            let day = jiff::Timestamp::now().as_second() / 86_400;
            let (mark, dialog) = (format!("{} {day}", place.dialog), place.dialog.clone());
            task(name, bot.id, "join", 0, mark, dialog, &Body::Joined { place })
        }
        Event::Command { bot, command, params, message, author, place } if is_ours(portal, &bot) => {
            let (mark, dialog) = (format!("{command} {}", fingerprint(&params)), place.dialog.clone());
            task(name, bot.id, "command", message, mark, dialog, &Body::Command { command, params, author, place })
        }
        Event::BotDeleted { bot } if is_ours(portal, &bot) => Intake::BotDeleted,
        Event::Installed | Event::Updated => install(portal, auth),
        Event::Uninstalled => Intake::Uninstalled,
        _ => Intake::Ignored,
    }
}

fn task(portal: String, bot: i64, kind: &'static str, message: i64, mark: String, dialog: String, body: &Body) -> Intake {
    match serde_json::to_string(body) {
        Ok(body) => Intake::Task(NewTask { portal, bot, kind, message, mark, dialog, body }),
        Err(_) => Intake::Ignored,
    }
}

fn install(portal: &Portal, auth: &Auth) -> Intake {
    let (Some(member_id), Some(token), Some(tokens)) = (&auth.member_id, &auth.application_token, &auth.tokens) else {
        return Intake::Ignored;
    };
    let body = Body::Installed {
        member_id: member_id.clone(),
        application_token: token.reveal().to_string(),
        access: tokens.access.reveal().to_string(),
        refresh: tokens.refresh.as_ref().map(|token| token.reveal().to_string()),
    };
    task(portal.config().name.clone(), 0, "install", 0, fingerprint(tokens.access.reveal()), String::new(), &body)
}

/// By number, or by symbolic code as long as no number is known.
pub fn is_ours(portal: &Portal, bot: &Bot) -> bool {
    match portal.bot_id() {
        Some(id) => id == bot.id,
        None => bot.code.as_deref() == Some(&portal.config().bot_code),
    }
}

fn is_for_us(portal: &Portal, bot: &Bot, message: &Message) -> bool {
    let config = portal.config();
    // A v2 bot of type `bot` gets nothing from a group but what mentions it, and the mention may be cut out of the text already.
    let mentioned = message.mentioned || (config.api == ApiVersion::V2 && config.bot_type == BotType::Bot);
    let own_command = message.text.trim_start().strip_prefix('/').is_some_and(|rest| rest.to_lowercase().starts_with("triage"));
    !message.machine && message.author != bot.id && !own_command && (message.place.kind != ChatKind::Group || mentioned)
}

/// A short name of a text from which the text cannot be told.
fn fingerprint(text: &str) -> String {
    Sha256::digest(text.as_bytes())[..12].iter().map(|byte| format!("{byte:02x}")).collect()
}
