//! The answers a decision can give, and the sides of the policy.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Whether support takes a ticket.
///
/// # Examples
///
/// ```
/// use support_triage::Verdict;
///
/// assert_eq!(Verdict::OutOfScope.as_str(), "out_of_scope");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Support takes it.
    InScope,
    /// The policy puts it outside; general recommendations may still be promised.
    OutOfScope,
    /// The text does not decide it. An answer, not an error.
    Undetermined,
}

impl Verdict {
    /// The name used in all machine-readable output.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::InScope => "in_scope",
            Verdict::OutOfScope => "out_of_scope",
            Verdict::Undetermined => "undetermined",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The side of the policy a topic stands on.
///
/// # Examples
///
/// ```
/// use support_triage::{Policy, Side};
///
/// let policy = Policy::builtin();
/// assert_eq!(policy.topic("performance.hands_on_tuning").unwrap().side(), Side::Out);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Support takes tickets of this topic.
    In,
    /// Support does not take them.
    Out,
}

impl Side {
    /// The verdict of a ticket that falls under a topic of this side.
    pub fn verdict(self) -> Verdict {
        match self {
            Side::In => Verdict::InScope,
            Side::Out => Verdict::OutOfScope,
        }
    }
}

/// The language of titles, replies and explanations.
///
/// # Examples
///
/// ```
/// use support_triage::Lang;
///
/// assert_eq!("ru".parse::<Lang>(), Ok(Lang::Ru));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lang {
    /// Russian, the language of the tickets.
    #[default]
    Ru,
    /// English.
    En,
}

impl std::str::FromStr for Lang {
    type Err = String;

    fn from_str(name: &str) -> Result<Lang, String> {
        match name {
            "ru" => Ok(Lang::Ru),
            "en" => Ok(Lang::En),
            other => Err(format!("unknown language \"{other}\": use ru or en")),
        }
    }
}
