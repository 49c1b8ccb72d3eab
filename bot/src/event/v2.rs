//! Events `ONIMBOTV2…`: `data[bot]`, `data[message]`, `data[chat]`, `data[user]`; one bot a call.

use serde_json::Value;

use super::read::{at, filled, flag, int, text};
use super::{Bot, ChatKind, Event, Message, Place, tokens};

pub(super) fn event(name: &str, data: &Value) -> Option<Event> {
    let id = int(data, &["bot", "id"])?;
    let bot = Bot { id, code: text(data, &["bot", "code"]), tokens: at(data, &["bot", "auth"]).and_then(tokens) };
    Some(match name {
        "ONIMBOTV2MESSAGEADD" => message(data, bot, false)?,
        "ONIMBOTV2MESSAGEUPDATE" => message(data, bot, true)?,
        "ONIMBOTV2MESSAGEDELETE" => Event::Deleted {
            bot,
            dialog: place(data)?.dialog,
            message: int(data, &["messageId"]).or_else(|| int(data, &["message", "id"]))?,
        },
        "ONIMBOTV2JOINCHAT" => Event::Joined { bot, place: place(data)? },
        "ONIMBOTV2DELETE" => Event::BotDeleted { bot },
        "ONIMBOTV2COMMANDADD" => Event::Command {
            bot,
            command: text(data, &["command", "command"])?.trim_start_matches('/').to_lowercase(),
            params: text(data, &["command", "params"]).unwrap_or_default(),
            message: int(data, &["message", "id"])?,
            author: int(data, &["message", "authorId"]).or_else(|| int(data, &["user", "id"])).unwrap_or(0),
            place: place(data)?,
        },
        _ => Event::Other,
    })
}

fn place(data: &Value) -> Option<Place> {
    let kind = if text(data, &["chat", "entityType"]).as_deref() == Some("LINES") {
        ChatKind::OpenLine
    } else {
        match text(data, &["chat", "type"]).as_deref() {
            Some("private") => ChatKind::Private,
            Some("lines") => ChatKind::OpenLine,
            _ => ChatKind::Group,
        }
    };
    let dialog = text(data, &["dialogId"]).or_else(|| text(data, &["chat", "dialogId"]))?;
    Some(Place { dialog, chat: int(data, &["chat", "id"]), kind, language: text(data, &["language"]) })
}

fn message(data: &Value, bot: Bot, edited: bool) -> Option<Event> {
    let author = int(data, &["message", "authorId"]).unwrap_or(0);
    let written = text(data, &["message", "text"]).unwrap_or_default();
    let mention = format!("[USER={}]", bot.id);
    let message = Message {
        place: place(data)?,
        id: int(data, &["message", "id"])?,
        author,
        machine: author == 0
            || flag(data, &["message", "isSystem"])
            || flag(data, &["user", "bot"])
            || text(data, &["message", "params", "COMPONENT_ID"]).as_deref() == Some("HiddenMessage"),
        mentioned: written.contains(&mention),
        file: filled(data, &["message", "params", "FILE_ID"]) || filled(data, &["message", "files"]),
        text: without_mention(&written, &mention),
    };
    Some(Event::Message { bot, message, edited })
}

/// Cuts `[USER=5]Name[/USER]` out, with the comma after it.
fn without_mention(text: &str, mention: &str) -> String {
    let Some(start) = text.find(mention) else { return text.to_string() };
    let rest = &text[start + mention.len()..];
    let after = rest.find("[/USER]").map_or("", |end| &rest[end + "[/USER]".len()..]);
    let before = &text[..start];
    let after = if before.trim().is_empty() { after.trim_start_matches([',', ':', ' ']) } else { after };
    format!("{before}{after}")
}
