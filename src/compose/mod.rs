//! One reply of everything that is known: what was decided, what must be put right first, when a person answers.
//!
//! `blocks` says what stands in the reply, `render` how it is written in each format.

mod blocks;
mod render;

use jiff::Timestamp;

use crate::decide::decision::Decision;
use crate::hours::Calendar;
use crate::requirements::RequirementResult;
use crate::verdict::Lang;

/// How a composed reply is written. Everything is escaped for it, the words of the ticket and the names of hosts included.
///
/// # Examples
///
/// ```
/// use support_triage::ReplyFormat;
///
/// assert_eq!("bbcode".parse::<ReplyFormat>(), Ok(ReplyFormat::BbCode));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReplyFormat {
    /// Plain text; a list has a `•` before each item.
    #[default]
    Plain,
    /// The markup of the Bitrix24 messenger. Brackets and ampersands become entities, which the messenger turns back.
    BbCode,
    /// An HTML fragment of `<p>`, `<ul>` and `<a>`.
    Html,
}

impl std::str::FromStr for ReplyFormat {
    type Err = String;

    fn from_str(name: &str) -> Result<ReplyFormat, String> {
        match name {
            "plain" => Ok(ReplyFormat::Plain),
            "bbcode" => Ok(ReplyFormat::BbCode),
            "html" => Ok(ReplyFormat::Html),
            other => Err(format!("unknown format \"{other}\": use plain, bbcode or html")),
        }
    }
}

/// A message of the Bitrix24 messenger may have this many characters; it cuts longer ones.
const MESSENGER: usize = 20_000;

/// Composes the answer to a ticket: greeting, what support does or asks, requirements that do not hold, when a person answers, where the policy stands.
///
/// The sentences come from the policy (`reply` of the topics and of `policy.yaml`, `questions.yaml`) and the requirements; a policy without one of them gets a
/// reply without that part. Parts that are not asked for are left out.
///
/// # Examples
///
/// ```
/// use support_triage::hours::Calendar;
/// use support_triage::requirements::{Facts, Licence, Requirements};
/// use support_triage::{Classifier, Lang, Reply, ReplyFormat};
///
/// let now = "2026-12-31T12:00:00+03:00".parse()?;
/// let decision = Classifier::builtin().classify("Как очистить кеш портала?");
/// let facts = Facts { licence: Some(Licence::Demo), ..Facts::default() };
/// let results = Requirements::builtin().check(&facts, now);
///
/// let reply = Reply::new(&decision).greeting(true).requirements(&results).answer_time(&Calendar::builtin(), now);
/// let text = reply.render();
/// assert!(text.contains("демо-лицензии"));
/// assert!(text.contains("в понедельник, 11 января, с 10:00 по Москве"));
/// assert!(reply.lang(Lang::En).format(ReplyFormat::Html).render().starts_with("<p>"));
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a reply is only written by `render`"]
pub struct Reply<'a> {
    decision: &'a Decision,
    lang: Lang,
    format: ReplyFormat,
    greeting: bool,
    requirements: &'a [RequirementResult],
    please_check: bool,
    opening: Option<Opening>,
    limit: usize,
}

/// When a person answers, in both languages.
#[derive(Clone, Debug)]
struct Opening {
    ru: String,
    en: String,
}

impl<'a> Reply<'a> {
    /// A reply of the decision alone, in Russian, as plain text.
    pub fn new(decision: &'a Decision) -> Reply<'a> {
        Reply {
            decision,
            lang: Lang::Ru,
            format: ReplyFormat::Plain,
            greeting: false,
            requirements: &[],
            please_check: false,
            opening: None,
            limit: MESSENGER,
        }
    }

    /// Sets the language; Russian if not called.
    pub fn lang(mut self, lang: Lang) -> Reply<'a> {
        self.lang = lang;
        self
    }

    /// Sets the format; plain text if not called.
    pub fn format(mut self, format: ReplyFormat) -> Reply<'a> {
        self.format = format;
        self
    }

    /// Whether to begin with a greeting; no if not called.
    pub fn greeting(mut self, greeting: bool) -> Reply<'a> {
        self.greeting = greeting;
        self
    }

    /// Lists what does not hold of these. Working hours are not listed if [`answer_time`](Reply::answer_time) tells them anyway.
    pub fn requirements(mut self, results: &'a [RequirementResult]) -> Reply<'a> {
        self.requirements = results;
        self
    }

    /// Whether to list requirements of which nothing is known, as things to check; no if not called.
    pub fn please_check(mut self, please_check: bool) -> Reply<'a> {
        self.please_check = please_check;
        self
    }

    /// Tells when a person answers a ticket of the instant `now`, unless support does not take the ticket and has no advice to give.
    pub fn answer_time(mut self, calendar: &Calendar, now: Timestamp) -> Reply<'a> {
        self.opening = Some(Opening { ru: calendar.answer_time(now, Lang::Ru), en: calendar.answer_time(now, Lang::En) });
        self
    }

    /// Sets the most characters of the whole, markup included; 20,000 if not called, the limit of the Bitrix24 messenger.
    ///
    /// A reply that is too long loses whole parts first, the least important before the others (what to check, the reference, the greeting, the answer
    /// time, the list of requirements); then its main text is cut and ends with `…`.
    ///
    /// # Examples
    ///
    /// ```
    /// use support_triage::{Classifier, Reply};
    ///
    /// let decision = Classifier::builtin().classify("Как очистить кеш портала?");
    /// let short = Reply::new(&decision).limit(50).render();
    /// assert!(short.chars().count() <= 50 && short.ends_with('…'));
    /// ```
    pub fn limit(mut self, characters: usize) -> Reply<'a> {
        self.limit = characters;
        self
    }

    /// Writes the reply.
    pub fn render(&self) -> String {
        render::within(blocks::of(self), self.format, self.limit)
    }
}
