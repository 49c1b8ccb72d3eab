//! Events `ONIM…` of the deprecated family: `data[BOT][<id>]`, `data[PARAMS]`, `data[USER]`.

use serde_json::Value;

use super::read::{at, entries, filled, flag, int, text};
use super::{Bot, ChatKind, Event, Message, Place, tokens};

pub(super) fn events(name: &str, data: &Value) -> Vec<Event> {
    match name {
        "ONIMBOTMESSAGEADD" => for_bots(data, |bot| message(data, bot, false)),
        "ONIMBOTMESSAGEUPDATE" => for_bots(data, |bot| message(data, bot, true)),
        "ONIMBOTMESSAGEDELETE" => for_bots(data, |bot| {
            Some(Event::Deleted { bot, dialog: text(data, &["PARAMS", "DIALOG_ID"])?, message: int(data, &["PARAMS", "MESSAGE_ID"])? })
        }),
        "ONIMBOTJOINCHAT" => for_bots(data, |bot| Some(Event::Joined { bot, place: place(data)? })),
        "ONIMBOTDELETE" => int(data, &["BOT_ID"])
            .map(|id| Event::BotDeleted { bot: Bot { id, code: text(data, &["BOT_CODE"]), tokens: None } })
            .into_iter()
            .collect(),
        "ONIMCOMMANDADD" => entries(data, &["COMMAND"])
            .into_iter()
            .filter_map(|(_, value)| {
                Some(Event::Command {
                    bot: bot(int(value, &["BOT_ID"])?, value),
                    command: text(value, &["COMMAND"])?.trim_start_matches('/').to_lowercase(),
                    params: text(value, &["COMMAND_PARAMS"]).unwrap_or_default(),
                    message: int(value, &["MESSAGE_ID"]).or_else(|| int(data, &["PARAMS", "MESSAGE_ID"]))?,
                    author: int(data, &["PARAMS", "AUTHOR_ID"]).or_else(|| int(data, &["USER", "ID"])).unwrap_or(0),
                    place: place(data)?,
                })
            })
            .collect(),
        _ => vec![Event::Other],
    }
}

fn for_bots(data: &Value, event: impl Fn(Bot) -> Option<Event>) -> Vec<Event> {
    let mut out = Vec::new();
    for (key, value) in entries(data, &["BOT"]) {
        if let Some(id) = int(value, &["BOT_ID"]).or_else(|| key.parse().ok()) {
            out.extend(event(bot(id, value)));
        }
    }
    out
}

fn bot(id: i64, value: &Value) -> Bot {
    Bot { id, code: text(value, &["BOT_CODE"]), tokens: tokens(value).or_else(|| tokens(at(value, &["AUTH"])?)) }
}

fn place(data: &Value) -> Option<Place> {
    let params = |key| text(data, &["PARAMS", key]);
    let letter = params("CHAT_TYPE").or_else(|| params("MESSAGE_TYPE")).unwrap_or_default();
    let kind = if params("CHAT_ENTITY_TYPE").as_deref() == Some("LINES") || letter == "L" {
        ChatKind::OpenLine
    } else if letter == "P" {
        ChatKind::Private
    } else {
        ChatKind::Group
    };
    let chat = int(data, &["PARAMS", "CHAT_ID"]).or_else(|| int(data, &["PARAMS", "TO_CHAT_ID"]));
    Some(Place { dialog: params("DIALOG_ID")?, chat, kind, language: params("LANGUAGE") })
}

fn message(data: &Value, bot: Bot, edited: bool) -> Option<Event> {
    let author = int(data, &["PARAMS", "AUTHOR_ID"]).or_else(|| int(data, &["PARAMS", "FROM_USER_ID"])).unwrap_or(0);
    let original = text(data, &["PARAMS", "MESSAGE_ORIGINAL"]).unwrap_or_default();
    let number = bot.id.to_string();
    let message = Message {
        place: place(data)?,
        id: int(data, &["PARAMS", "MESSAGE_ID"])?,
        author,
        text: text(data, &["PARAMS", "MESSAGE"]).unwrap_or_default(),
        // Author 0 is the portal; a whisper of an operator is not for the client, and so not for us to answer.
        machine: author == 0
            || flag(data, &["PARAMS", "SYSTEM"])
            || flag(data, &["USER", "IS_BOT"])
            || text(data, &["PARAMS", "PARAMS", "COMPONENT_ID"]).as_deref() == Some("HiddenMessage"),
        mentioned: at(data, &["PARAMS", "MENTIONED_LIST", &number]).is_some() || original.contains(&format!("[USER={number}]")),
        file: filled(data, &["PARAMS", "FILES"]) || filled(data, &["PARAMS", "PARAMS", "FILE_ID"]),
    };
    Some(Event::Message { bot, message, edited })
}
