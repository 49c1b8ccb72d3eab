//! The methods that the bot needs, in both versions.

use serde_json::{Value, json};

use super::{CallError, Portal};
use crate::config::ApiVersion;
use crate::event::read;

/// A button under a message. Pressed, it comes back as a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What it says.
    pub text: String,
    /// The command, without a slash.
    pub command: &'static str,
    /// What follows the command.
    pub params: String,
}

/// A message to send.
#[derive(Clone, Debug)]
pub struct OutMessage<'a> {
    /// Where.
    pub dialog: &'a str,
    /// BBCode.
    pub text: &'a str,
    /// Buttons below.
    pub buttons: &'a [Button],
    /// The message that it answers, if it should quote it.
    pub reply_to: Option<i64>,
    /// A mark of 32 hexadecimal digits by which the message is found again.
    pub mark: &'a str,
}

/// What a look at a dialog found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The message went out, with this number.
    Sent(i64),
    /// It did not.
    NotSent,
    /// The portal does not let us look.
    CannotLook,
}

impl Portal {
    fn v2(&self) -> bool {
        self.config.api == ApiVersion::V2
    }

    /// Sends a message and returns its number.
    ///
    /// # Errors
    ///
    /// [`CallError`].
    pub async fn send(&self, bot: i64, message: &OutMessage<'_>) -> Result<i64, CallError> {
        let keyboard = self.keyboard(bot, message);
        let (method, parameters) = if self.v2() {
            let mut fields = json!({"message": message.text, "templateId": uuid(message.mark), "urlPreview": false});
            if let Some(keyboard) = keyboard {
                fields["keyboard"] = keyboard["BUTTONS"].clone();
            }
            if let Some(id) = message.reply_to {
                fields["replyId"] = json!(id);
            }
            ("imbot.v2.Chat.Message.send", json!({"botId": bot, "dialogId": message.dialog, "fields": fields}))
        } else {
            let mut parameters = json!({"BOT_ID": bot, "DIALOG_ID": message.dialog, "MESSAGE": message.text, "URL_PREVIEW": "N"});
            if let Some(keyboard) = keyboard {
                parameters["KEYBOARD"] = keyboard;
            }
            ("imbot.message.add", parameters)
        };
        let result = self.call(method, parameters).await?;
        result
            .as_i64()
            .or_else(|| read::int(&json!({"id": result}), &["id"]))
            .or_else(|| read::int(&result, &["id"]))
            .ok_or(CallError::Unknown("no message number"))
    }

    /// Puts another text in the place of one of our messages.
    ///
    /// # Errors
    ///
    /// [`CallError`].
    pub async fn update(&self, bot: i64, id: i64, message: &OutMessage<'_>) -> Result<(), CallError> {
        let keyboard = self.keyboard(bot, message);
        let (method, parameters) = if self.v2() {
            let buttons = keyboard.map_or(json!("N"), |keyboard| keyboard["BUTTONS"].clone());
            (
                "imbot.v2.Chat.Message.update",
                json!({"botId": bot, "messageId": id, "fields": {"message": message.text, "keyboard": buttons}}),
            )
        } else {
            let keyboard = keyboard.unwrap_or(json!("N"));
            (
                "imbot.message.update",
                json!({"BOT_ID": bot, "MESSAGE_ID": id, "MESSAGE": message.text, "KEYBOARD": keyboard, "URL_PREVIEW": "N"}),
            )
        };
        self.call(method, parameters).await.map(drop)
    }

    fn keyboard(&self, bot: i64, message: &OutMessage<'_>) -> Option<Value> {
        if message.buttons.is_empty() {
            return None;
        }
        let buttons: Vec<Value> = message
            .buttons
            .iter()
            .map(|button| {
                json!({"TEXT": button.text, "COMMAND": button.command, "COMMAND_PARAMS": format!("{} {}", button.params, message.mark),
                    "DISPLAY": "LINE", "BG_COLOR_TOKEN": "base", "BLOCK": "N"})
            })
            .collect();
        Some(json!({"BOT_ID": bot, "BUTTONS": buttons}))
    }

    /// Looks whether a message of ours went out: by its mark, else by a text that is the same to the letter, among the bot's messages after `after` whose
    /// numbers are not in `known`. Sends of one dialog go one by one, so a message of ours that nobody knows is the one that is looked for.
    ///
    /// # Errors
    ///
    /// [`CallError`] if it cannot be asked now.
    pub async fn look_for(&self, bot: i64, message: &OutMessage<'_>, after: i64, known: &[i64]) -> Result<Found, CallError> {
        let is_it = |value: &Value| {
            let author = read::int(value, &["authorId"]).or_else(|| read::int(value, &["author_id"]));
            let id = read::int(value, &["id"])?;
            if author != Some(bot) || id <= after || known.contains(&id) {
                return None;
            }
            let uuid_is = read::text(value, &["uuid"]).as_deref() == Some(&uuid(message.mark));
            let marked = read::at(value, &["params"]).is_some_and(|params| params.to_string().contains(message.mark));
            (uuid_is || marked || read::text(value, &["text"]).as_deref() == Some(message.text)).then_some(id)
        };
        if self.v2() && after > 0 {
            let mut center = after;
            for _ in 0..PAGES {
                let page = json!({"botId": bot, "messageId": center, "range": 50});
                let result = match self.call("imbot.v2.Chat.Message.getContext", page).await {
                    Ok(result) => result,
                    Err(CallError::Refused { .. }) => return self.look_as_bot(message, after, &is_it).await,
                    Err(error) => return Err(error),
                };
                let messages = read::entries(&result, &["messages"]);
                if let Some(id) = messages.iter().find_map(|(_, value)| is_it(value)) {
                    return Ok(Found::Sent(id));
                }
                let last = messages.iter().filter_map(|(_, value)| read::int(value, &["id"])).max().unwrap_or(center);
                if !read::flag(&result, &["hasNextPage"]) || last <= center {
                    return Ok(Found::NotSent);
                }
                center = last;
            }
            return Ok(Found::CannotLook);
        }
        self.look_as_bot(message, after, &is_it).await
    }

    /// The same through the bot's own eyes; with the tokens of anybody else, `27` would be another dialog.
    async fn look_as_bot(&self, message: &OutMessage<'_>, after: i64, is_it: &impl Fn(&Value) -> Option<i64>) -> Result<Found, CallError> {
        let mut first = after;
        for _ in 0..PAGES {
            let Some(tokens) = self.bot_tokens().await? else { return Ok(Found::CannotLook) };
            let page = json!({"DIALOG_ID": message.dialog, "FIRST_ID": first, "LIMIT": 50});
            let result = match self.call_as("im.dialog.messages.get", &page, &tokens).await {
                Err(CallError::Refused { code, .. }) if code == "expired_token" => {
                    let renewed = self.renew("bot", &tokens).await?;
                    self.call_as("im.dialog.messages.get", &page, &renewed).await
                }
                other => other,
            };
            let result = match result {
                Ok(result) => result,
                Err(CallError::Refused { code, .. }) if code == "expired_token" => return Err(CallError::NoToken(code)),
                Err(CallError::Refused { .. }) => return Ok(Found::CannotLook),
                Err(error) => return Err(error),
            };
            let messages = read::entries(&result, &["messages"]);
            if let Some(id) = messages.iter().find_map(|(_, value)| is_it(value)) {
                return Ok(Found::Sent(id));
            }
            let last = messages.iter().filter_map(|(_, value)| read::int(value, &["id"])).max();
            match last.filter(|&last| last > first) {
                Some(last) => first = last,
                None => return Ok(Found::NotSent),
            }
        }
        Ok(Found::CannotLook)
    }

    /// Gives an open-line chat to the queue of the configuration, or to a free operator.
    ///
    /// # Errors
    ///
    /// [`CallError`].
    pub async fn transfer(&self, chat: i64) -> Result<(), CallError> {
        match self.config.open_line_queue {
            Some(queue) => self.call("imopenlines.bot.session.transfer", json!({"CHAT_ID": chat, "QUEUE_ID": queue, "LEAVE": "Y"})).await,
            None => self.call("imopenlines.bot.session.operator", json!({"CHAT_ID": chat})).await,
        }
        .map(drop)
    }
}

/// Pages of fifty messages that a look goes through.
const PAGES: usize = 10;

/// A mark as a UUID.
fn uuid(mark: &str) -> String {
    let part = |from: usize, to: usize| mark.get(from..to).unwrap_or("");
    format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}
