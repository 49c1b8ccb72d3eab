//! What the portal tells the bot: bodies of both protocol versions → one set of typed events.
//!
//! Nothing is believed here. Who sent a body is settled by [`crate::webhook`]; hosts named in a body are never called.

pub mod form;
pub mod read;
mod v1;
mod v2;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::config::Secret;
pub use form::DecodeError;

/// The body of one request, decoded.
#[derive(Debug)]
pub struct Incoming {
    /// The name as sent, in upper case: `ONIMBOTMESSAGEADD`.
    pub name: String,
    /// When the portal's queue sent it, in seconds since 1970.
    pub sent_at: Option<i64>,
    /// The top-level `auth`.
    pub auth: Auth,
    /// What happened, for each bot that it concerns.
    pub events: Vec<Event>,
}

/// Who says it. Every field is only a claim.
#[derive(Clone, Debug, Default)]
pub struct Auth {
    /// The portal.
    pub member_id: Option<String>,
    /// What only the portal and we know.
    pub application_token: Option<Secret>,
    /// Host of the portal.
    pub domain: Option<String>,
    /// Where the portal says that its methods are. Compared, never called.
    pub client_endpoint: Option<String>,
    /// Tokens of the user who caused the event.
    pub tokens: Option<Tokens>,
}

/// An access token and, mostly, the token that renews it.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// Good for an hour.
    pub access: Secret,
    /// Good for 180 days.
    pub refresh: Option<Secret>,
}

/// What happened.
#[derive(Debug)]
pub enum Event {
    /// A message, new or edited.
    Message {
        /// Its bot.
        bot: Bot,
        /// What it says.
        message: Message,
        /// An edit of one that has been there.
        edited: bool,
    },
    /// A message was taken back.
    Deleted {
        /// Its bot.
        bot: Bot,
        /// Where it was.
        dialog: String,
        /// Its number.
        message: i64,
    },
    /// The bot was let into a chat.
    Joined {
        /// Its bot.
        bot: Bot,
        /// Where.
        place: Place,
    },
    /// A button was pressed or a command typed.
    Command {
        /// Its bot.
        bot: Bot,
        /// Without the slash, in lower case.
        command: String,
        /// What follows it.
        params: String,
        /// The message that holds it.
        message: i64,
        /// Who, where.
        author: i64,
        /// Where.
        place: Place,
    },
    /// The bot was removed from the portal.
    BotDeleted {
        /// Its bot.
        bot: Bot,
    },
    /// The application was installed. The tokens are those of who installed it.
    Installed,
    /// The application was updated and has a new application token.
    Updated,
    /// The application was removed.
    Uninstalled,
    /// Something we have no use for.
    Other,
}

/// A bot that an event concerns.
#[derive(Clone, Debug)]
pub struct Bot {
    /// Its number, which is also its number as a user.
    pub id: i64,
    /// Its symbolic code, if told.
    pub code: Option<String>,
    /// Its own tokens, if told.
    pub tokens: Option<Tokens>,
}

/// What kind of chat it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChatKind {
    /// One person and the bot.
    Private,
    /// Several people.
    Group,
    /// A client outside, by way of an open line.
    OpenLine,
}

/// Where something happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// `27` or `chat1157`: what to answer to.
    pub dialog: String,
    /// The chat's number.
    pub chat: Option<i64>,
    /// Its kind.
    pub kind: ChatKind,
    /// The portal's language.
    pub language: Option<String>,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Where.
    pub place: Place,
    /// Its number on the portal.
    pub id: i64,
    /// Who wrote it.
    pub author: i64,
    /// What it says, as typed, without the mention of the bot.
    pub text: String,
    /// Written by the portal itself, another bot, or hidden from the client.
    pub machine: bool,
    /// Whether the bot is mentioned.
    pub mentioned: bool,
    /// Whether it has a file.
    pub file: bool,
}

/// Decodes a body: JSON if it begins with `{`, else a form. The content type is not asked, because portals and proxies get it wrong.
///
/// # Errors
///
/// [`DecodeError`], which never quotes the body.
pub fn decode(body: &[u8]) -> Result<Incoming, DecodeError> {
    let value = if body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{') {
        serde_json::from_slice(body).map_err(|_| DecodeError::Malformed("broken JSON"))?
    } else {
        form::decode(body)?
    };
    let name = read::text(&value, &["event"]).ok_or(DecodeError::Malformed("no event name"))?.to_uppercase();
    let null = Value::Null;
    let data = value.get("data").unwrap_or(&null);
    Ok(Incoming { sent_at: read::int(&value, &["ts"]), auth: auth(value.get("auth").unwrap_or(&null)), events: events(&name, data), name })
}

/// The events of a name and its `data`, also as the v2 fetch method returns them.
pub fn events(name: &str, data: &Value) -> Vec<Event> {
    match name {
        "ONAPPINSTALL" => vec![Event::Installed],
        "ONAPPUPDATE" => vec![Event::Updated],
        "ONAPPUNINSTALL" => vec![Event::Uninstalled],
        _ if name.starts_with("ONIMBOTV2") => v2::event(name, data).into_iter().collect(),
        _ => v1::events(name, data),
    }
}

fn auth(value: &Value) -> Auth {
    Auth {
        member_id: read::text(value, &["member_id"]),
        application_token: read::text(value, &["application_token"]).map(Secret::new),
        domain: read::text(value, &["domain"]),
        client_endpoint: read::text(value, &["client_endpoint"]),
        tokens: tokens(value),
    }
}

fn tokens(value: &Value) -> Option<Tokens> {
    let access = read::text(value, &["access_token"])?;
    Some(Tokens { access: Secret::new(access), refresh: read::text(value, &["refresh_token"]).map(Secret::new) })
}

#[cfg(test)]
mod tests;
