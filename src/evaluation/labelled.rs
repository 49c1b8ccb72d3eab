//! Labelled tickets as JSON lines.

use serde::Deserialize;

use crate::error::{Error, ErrorKind};
use crate::verdict::Verdict;

/// A ticket with the answer that is right.
///
/// # Examples
///
/// ```
/// use support_triage::{Label, LabelledTicket};
///
/// let lines = r#"{"id":"1","text":"Спасибо!","primary":"none","accept":[],"verdict":"unknown"}"#;
/// let tickets = LabelledTicket::parse_jsonl(lines)?;
/// assert_eq!(tickets[0].label, Label::None);
/// # Ok::<(), support_triage::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct LabelledTicket {
    /// The id from the file.
    pub id: String,
    /// The ticket as typed.
    pub text: String,
    /// What is right.
    pub label: Label,
}

/// The right answer of a ticket.
///
/// # Examples
///
/// See [`LabelledTicket`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Label {
    /// Nothing that the policy covers: right when undetermined.
    None,
    /// A topic of the policy.
    Topic {
        /// The topic that a support lead would answer first.
        primary: String,
        /// Every topic that may stand first, `primary` included.
        accept: Vec<String>,
        /// The verdict of `primary`.
        verdict: Verdict,
    },
}

#[derive(Deserialize)]
struct Line {
    id: serde_json::Value,
    text: String,
    primary: String,
    #[serde(default)]
    accept: Vec<String>,
    verdict: String,
}

impl LabelledTicket {
    /// Parses JSON lines `{"id", "text", "primary", "accept", "verdict": "in" | "out" | "unknown"}`; other keys are ignored.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Data`] names the first line that is not of this form.
    pub fn parse_jsonl(lines: &str) -> Result<Vec<LabelledTicket>, Error> {
        let mut out = Vec::new();
        for (number, line) in lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let fail = |message: String| Error::new(ErrorKind::Data(format!("line {}: {message}", number + 1)));
            let line: Line = serde_json::from_str(line).map_err(|error| fail(format!("not a labelled ticket: {error}")))?;
            let verdict = match line.verdict.as_str() {
                "in" => Verdict::InScope,
                "out" => Verdict::OutOfScope,
                "unknown" => Verdict::Undetermined,
                other => return Err(fail(format!("the verdict \"{other}\" is none of in, out, unknown"))),
            };
            let label = match line.primary.as_str() {
                "none" => Label::None,
                primary => {
                    let mut accept = line.accept;
                    if !accept.iter().any(|topic| topic == primary) {
                        accept.insert(0, primary.to_string());
                    }
                    Label::Topic { primary: primary.to_string(), accept, verdict }
                }
            };
            let id = line.id.as_str().map_or_else(|| line.id.to_string(), str::to_string);
            out.push(LabelledTicket { id, text: line.text, label });
        }
        Ok(out)
    }
}
