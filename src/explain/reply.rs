//! The reply of a decision: the topic's text with its slots filled, or the question that would decide.

use crate::decide::decision::Decision;
use crate::policy::reply::{Piece, pieces};
use crate::verdict::{Lang, Verdict};

impl Decision {
    /// What to answer the writer, as plain text: the reply of the topic, or for an undetermined ticket the one [`question`](Decision::question) that would decide.
    /// [`Reply`](crate::Reply) composes more: greeting, requirements, answer time, markup.
    pub fn reply(&self, lang: Lang) -> String {
        self.reply_with(lang, None)
    }

    /// The same, with the words for when support answers.
    pub(crate) fn reply_with(&self, lang: Lang, opening: Option<&str>) -> String {
        match self.answered() {
            Some(topic) => self.fill(topic.reply.get(lang), lang, opening),
            None => self.question(lang),
        }
    }

    /// A text of the policy with its slots filled.
    pub(crate) fn fill(&self, text: &str, lang: Lang, opening: Option<&str>) -> String {
        let topic = self.answered();
        let mut out = String::new();
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => out.push_str(text),
                // A decision by all words together has none to name; the sentence around the slot must still read.
                Piece::Slot("words") if self.words.is_empty() => {
                    out.push_str(if lang == Lang::Ru { "«ваше обращение»" } else { "“your message”" })
                }
                Piece::Slot("words") => out.push_str(&self.quoted_words(lang)),
                Piece::Slot("topic") => out.push_str(topic.map_or("", |topic| topic.title(lang))),
                Piece::Slot("category") => out.push_str(topic.map_or("", |topic| self.policy.categories()[topic.category].title(lang))),
                Piece::Slot("source") => out.push_str(self.policy.source()),
                Piece::Slot("opening") => {
                    out.push_str(opening.unwrap_or(if lang == Lang::Ru { "в рабочее время" } else { "in working hours" }))
                }
                // Loading refuses any other slot and lone braces.
                Piece::Slot(_) | Piece::Broken => {}
            }
        }
        out
    }

    /// The question whose answer would decide an undetermined ticket: the one between its two best topics, or the one for its [`reason`](Decision::reason).
    /// Empty if the policy has none.
    ///
    /// # Examples
    ///
    /// ```
    /// use support_triage::{Classifier, Lang};
    ///
    /// let decision = Classifier::builtin().classify("Помогите");
    /// assert!(decision.question(Lang::Ru).contains('?'));
    /// ```
    pub fn question(&self, lang: Lang) -> String {
        let parts = self.policy.parts();
        let covered =
            !matches!(self.reason, Some(reason) if matches!(reason.as_str(), "nothing_matched" | "too_little_text" | "not_russian"));
        if covered {
            let near: Vec<usize> = self.ranked.iter().take(3).filter(|ranked| ranked.score >= 0.1).map(|ranked| ranked.topic).collect();
            for (at, &first) in near.iter().enumerate() {
                for &second in &near[at + 1..] {
                    if let Some(ask) = parts.questions.get(&(first.min(second), first.max(second))) {
                        return ask.get(lang).to_string();
                    }
                }
            }
        }
        let reason = self.reason.map_or("too_close", |reason| reason.as_str());
        parts.fallbacks.get(reason).map(|ask| ask.get(lang).to_string()).unwrap_or_default()
    }

    /// One sentence for people: what was decided and on which words.
    pub fn explanation(&self, lang: Lang) -> String {
        let words = self.quoted_words(lang);
        match (self.answered(), lang) {
            (Some(topic), Lang::Ru) => {
                let side =
                    if self.verdict == Verdict::InScope { "поддержка берёт" } else { "поддержка не берёт" };
                let on =
                    if words.is_empty() { "по совокупности слов".to_string() } else { format!("слова {words}") };
                format!("«{}»: {side}; {on}", topic.title(lang))
            }
            (Some(topic), Lang::En) => {
                let side = if self.verdict == Verdict::InScope { "support takes it" } else { "support does not take it" };
                let on = if words.is_empty() { "all words together".to_string() } else { format!("the words {words}") };
                format!("“{}”: {side}; {on}", topic.title(lang))
            }
            (None, lang) => self.reason.map_or(String::new(), |reason| reason.text(lang).to_string()),
        }
    }

    fn quoted_words(&self, lang: Lang) -> String {
        let quoted: Vec<String> =
            self.words.iter().map(|words| if lang == Lang::Ru { format!("«{words}»") } else { format!("“{words}”") }).collect();
        quoted.join(", ")
    }
}
