//! How a call to the portal can fail, told apart by what may be done next.

use std::time::Duration;

/// Why a call did not give a result. Codes are those of the portal; its descriptions are not kept, they may quote what was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The portal refused. It did nothing.
    #[error("the portal refused: {code} (HTTP {status})")]
    Refused {
        /// `ACCESS_DENIED`, …
        code: String,
        /// HTTP status.
        status: u16,
    },
    /// The portal is over a limit and did nothing.
    #[error("the portal is busy: {code}")]
    Busy {
        /// `QUERY_LIMIT_EXCEEDED`, `OPERATION_TIME_LIMIT`, …
        code: String,
        /// When to come back, if it said so.
        pause: Option<Duration>,
    },
    /// The call did not reach the portal.
    #[error("the portal cannot be reached: {0}")]
    Unreachable(&'static str),
    /// There is no token, or it cannot be renewed. The portal did nothing.
    #[error("no valid token: {0}")]
    NoToken(String),
    /// The call was made and nothing is known of its end.
    #[error("no answer to be relied on: {0}")]
    Unknown(&'static str),
    /// Our own store failed.
    #[error("{0}")]
    Store(String),
}

impl CallError {
    /// Whether the portal may have done what was asked.
    pub fn may_have_happened(&self) -> bool {
        matches!(self, CallError::Unknown(_))
    }

    /// Whether asking again will not help: the chat is gone, the bot is not in it, the request is not understood.
    pub fn is_final(&self) -> bool {
        const FINAL: [&str; 22] = [
            "ACCESS_DENIED",
            "ACCESS_ERROR",
            "APP_ID_ERROR",
            "ATTACH_ERROR",
            "BOT_ID_ERROR",
            "BOT_NOT_FOUND",
            "BOT_OWNERSHIP_ERROR",
            "BOT_TOKEN_NOT_SPECIFIED",
            "CANT_EDIT_MESSAGE",
            "CHAT_ID_EMPTY",
            "CHAT_NOT_FOUND",
            "DIALOG_ID_EMPTY",
            "EMPTY_MESSAGE",
            "ERROR_METHOD_NOT_FOUND",
            "KEYBOARD_ERROR",
            "KEYBOARD_OVERSIZE",
            "MESSAGE_EMPTY",
            "MESSAGE_ID_ERROR",
            "OPERATOR_WRONG",
            "WRONG_AUTH_TYPE",
            "WRONG_CHAT",
            "insufficient_scope",
        ];
        matches!(self, CallError::Refused { code, .. } if FINAL.contains(&code.as_str()))
    }

    /// Whether the failure is the portal's state rather than the message's, and so does not count against the message.
    pub fn is_outage(&self) -> bool {
        matches!(self, CallError::Busy { .. } | CallError::Unreachable(_) | CallError::NoToken(_) | CallError::Store(_))
    }

    /// A short name for metrics.
    pub fn code(&self) -> &str {
        match self {
            CallError::Refused { code, .. } | CallError::Busy { code, .. } => code,
            CallError::Unreachable(_) => "unreachable",
            CallError::NoToken(_) => "no_token",
            CallError::Unknown(_) => "unknown",
            CallError::Store(_) => "store",
        }
    }
}
