//! What a task holds, and what is to be done about it, as they rest in the store.

use serde::{Deserialize, Serialize};

use crate::event::{Message, Place};

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Body {
    /// A message.
    Message(Message),
    /// A message that was there before has another text now.
    Edited(Message),
    /// A message was taken back.
    Deleted,
    /// The bot was let into a chat.
    Joined {
        /// Where.
        place: Place,
    },
    /// A button or a command.
    Command {
        /// Its name.
        command: String,
        /// What follows it.
        params: String,
        /// Who gave it.
        author: i64,
        /// Where.
        place: Place,
    },
    /// The application was installed or updated; to be believed only if the access token works.
    Installed {
        /// The portal.
        member_id: String,
        /// The token of its events from now on.
        application_token: String,
        /// Tokens of who installed it.
        access: String,
        /// The same.
        refresh: Option<String>,
    },
}

/// The calls to make for a task, in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// How the task is accounted for when all is done.
    pub outcome: Outcome,
    /// One call each.
    pub steps: Vec<Step>,
}

/// How a task was finished.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Answered.
    #[default]
    Answered,
    /// A person was called.
    HandedOver,
    /// Nothing was to be done.
    Ignored,
    /// A person has taken over in this dialog.
    Quiet,
}

impl Outcome {
    /// As it stands in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Answered => "answered",
            Outcome::HandedOver => "handed_over",
            Outcome::Ignored => "ignored",
            Outcome::Quiet => "quiet",
        }
    }
}

/// One call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Step {
    /// Send a message.
    Send {
        /// Where.
        dialog: String,
        /// BBCode.
        text: String,
        /// The buttons below it.
        #[serde(default)]
        buttons: Vec<ButtonKind>,
        /// The decision that the buttons speak of.
        decision: i64,
        /// In groups: the message that is answered.
        #[serde(default)]
        reply_to: Option<i64>,
        /// Language of the buttons: Russian, else English.
        #[serde(default)]
        english: bool,
    },
    /// Replace the text of a message of ours.
    Update {
        /// Its number.
        message: i64,
        /// BBCode.
        text: String,
        /// The buttons below it.
        #[serde(default)]
        buttons: Vec<ButtonKind>,
        /// The decision that the buttons speak of.
        decision: i64,
        /// Language of the buttons.
        #[serde(default)]
        english: bool,
    },
    /// Give an open-line chat to a person.
    Transfer {
        /// Number of the chat.
        chat: i64,
    },
}

/// A button of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ButtonKind {
    /// "Это не то".
    Wrong,
    /// "Позвать человека".
    Person,
}

impl ButtonKind {
    /// The command it sends. Only letters and digits are allowed in one.
    pub fn command(self) -> &'static str {
        match self {
            ButtonKind::Wrong => "triagewrong",
            ButtonKind::Person => "triageperson",
        }
    }

    /// What it says.
    pub fn text(self, english: bool) -> &'static str {
        match (self, english) {
            (ButtonKind::Wrong, false) => "Это не то",
            (ButtonKind::Wrong, true) => "Not what I asked",
            (ButtonKind::Person, false) => "Позвать человека",
            (ButtonKind::Person, true) => "Call a person",
        }
    }
}
