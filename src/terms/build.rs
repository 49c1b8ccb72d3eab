//! Terms as written → a set.

use std::sync::{Arc, Mutex};

use super::{Inner, TermSet};
use crate::diagnostic::{Diagnostic, Severity};
use crate::error::{Error, ErrorKind};
use crate::limits::Limits;
use crate::matcher::{Matcher, Source};
use crate::policy::regexes::{self, Boundaries};
use crate::policy::term::{self, Refusal, Term};

/// Fewest letters of a word that has forms: «код», «чат».
const SHORTEST: usize = 3;

/// Puts a [`TermSet`] together.
///
/// # Examples
///
/// ```
/// use support_triage::TermSet;
///
/// let terms = TermSet::builder().terms(["забыть пароль"]).regex(r"\berr-\d{4}\b").mend(true).build()?;
/// let numbers: Vec<usize> = terms.find("Забыл паролль, пишет ERR-1234").iter().map(|hit| hit.term).collect();
/// assert_eq!(numbers, [0, 1]);
/// # Ok::<(), support_triage::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct TermSetBuilder {
    /// As written, and whether it is a regex.
    written: Vec<(String, bool)>,
    mend: bool,
    across: bool,
    limits: Option<Limits>,
}

impl TermSetBuilder {
    /// Adds terms; their numbers follow those given before.
    pub fn terms<T: AsRef<str>>(mut self, terms: impl IntoIterator<Item = T>) -> TermSetBuilder {
        self.written.extend(terms.into_iter().map(|term| (term.as_ref().to_string(), false)));
        self
    }

    /// Adds a regular expression, which takes the next number. It reads the text folded: small letters, ё as е, without markup; only its first match is told.
    /// It should need some literal of two or more characters: texts without it cost nothing then.
    pub fn regex(mut self, pattern: &str) -> TermSetBuilder {
        self.written.push((pattern.to_string(), true));
        self
    }

    /// Whether damaged words are understood (misprints, the other keyboard layout, look-alike letters, transliteration), towards the words of the terms only; not
    /// by default. A text with many strange words costs several times as much then.
    pub fn mend(mut self, mend: bool) -> TermSetBuilder {
        self.mend = mend;
        self
    }

    /// Whether a term may reach over the end of a sentence; not by default.
    pub fn across_sentences(mut self, across: bool) -> TermSetBuilder {
        self.across = across;
        self
    }

    /// Sets the limits on terms and regexes; [`Limits::default`] if not called.
    pub fn limits(mut self, limits: Limits) -> TermSetBuilder {
        self.limits = Some(limits);
        self
    }

    /// Compiles. Takes time linear in the number of terms: under a second for a hundred thousand.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRules`] with every term that cannot be read, its number as the line; [`ErrorKind::Data`] if there are more than the limits allow.
    pub fn build(self) -> Result<TermSet, Error> {
        let limits = self.limits.unwrap_or_default();
        for (regex, limit, what) in [(false, limits.terms, "terms"), (true, limits.regexes, "regexes")] {
            let have = self.written.iter().filter(|(_, is_regex)| *is_regex == regex).count();
            if have > limit {
                return Err(Error::new(ErrorKind::Data(format!("{have} {what}, the limit is {limit} (Limits::{what})"))));
            }
        }
        let (mut terms, mut patterns, mut regexes, mut found) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut reader = term::Reader::new(&limits);
        for (number, (written, is_regex)) in self.written.iter().enumerate() {
            // The number of a hit is that of the term, so a regex leaves a gap that nothing matches.
            let mut term = Term::default();
            let read = if *is_regex {
                regexes.push(number);
                patterns.push(written.clone());
                regexes::check(written, &limits, Boundaries::Allowed)
            } else {
                reader.parse(written).map(|parsed| term = parsed)
            };
            terms.push(term);
            found.extend(read.err().map(|refusal| diagnostic(number, written, refusal)));
        }
        if !found.is_empty() {
            return Err(Error::rules(found));
        }
        let source = Source {
            terms: &terms,
            slots: &reader.slots(),
            regexes: &patterns,
            signs: &[],
            words: "",
            mends: self.mend,
            across: self.across,
            least: SHORTEST,
            any_form: true,
        };
        let matcher = Matcher::new(&source, &limits);
        Ok(TermSet { inner: Arc::new(Inner { matcher, terms: terms.len(), regexes, idle: Mutex::new(Vec::new()) }) })
    }
}

fn diagnostic(number: usize, written: &str, (code, message, help): Refusal) -> Diagnostic {
    Diagnostic {
        code,
        severity: Severity::Error,
        file: "terms".into(),
        line: number + 1,
        column: 1,
        width: written.chars().count().max(1),
        excerpt: written.to_string(),
        message,
        help,
    }
}
