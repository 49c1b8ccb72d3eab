//! Terms in any inflected form, found in any text: the matcher of a classifier without its policy.

mod build;

use std::sync::{Arc, Mutex};

pub use build::TermSetBuilder;

use crate::matcher::{Matcher, Scan};
use crate::span::Span;

/// Many terms, compiled once and found in one pass over a text, in whatever form their words stand there.
///
/// The language of terms is that of rule files: words next to each other in any of their forms, whichever form is given, `…` for up to three words between, `=word` for this form only,
/// `word*` for words that begin so, `a|b` for either. This is the very matcher that a [`Classifier`](crate::Classifier) uses, for programs that want to know which
/// terms stand where and nothing else: tags, routing, watch lists. What a text costs hardly depends on how many terms there are.
///
/// It never changes after it is built, is `Send + Sync`, and clones share everything.
///
/// # Examples
///
/// ```
/// use support_triage::TermSet;
///
/// let terms = TermSet::new(["сбросьте пароль", "резервная копия", "настроить … nginx"])?;
/// let text = "Можно ли сбросить пароль? Нет резервных копий; настройте нам, пожалуйста, nginx";
/// let found: Vec<(usize, &str)> = terms.find(text).into_iter().map(|hit| (hit.term, hit.span.slice(text))).collect();
/// assert_eq!(found, [(0, "сбросить пароль"), (1, "резервных копий"), (2, "настройте нам, пожалуйста, nginx")]);
/// # Ok::<(), support_triage::Error>(())
/// ```
#[derive(Clone)]
pub struct TermSet {
    inner: Arc<Inner>,
}

struct Inner {
    matcher: Matcher,
    terms: usize,
    /// The term that each regex is.
    regexes: Vec<usize>,
    idle: Mutex<Vec<TermScratch>>,
}

/// A term found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TermHit {
    /// The number of the term, in the order they were given.
    pub term: usize,
    /// Its place in the text as given, in bytes.
    pub span: Span,
}

/// Buffers of one thread, reused from text to text: after a while, [`TermSet::scan`] allocates nothing. Also remembers what words turned out to be, some
/// 60,000 of them at most.
#[derive(Default)]
pub struct TermScratch {
    scan: Scan,
    /// The set the remembered words belong to.
    owner: Option<usize>,
}

impl std::fmt::Debug for TermSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TermSet").field("terms", &self.inner.terms).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for TermScratch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TermScratch").finish_non_exhaustive()
    }
}

impl TermSet {
    /// Compiles terms with the defaults of [`TermSet::builder`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRules`](crate::ErrorKind::InvalidRules) with every term that cannot be read.
    pub fn new<T: AsRef<str>>(terms: impl IntoIterator<Item = T>) -> Result<TermSet, crate::Error> {
        TermSet::builder().terms(terms).build()
    }

    /// Starts a set whose terms and habits are chosen one by one.
    pub fn builder() -> TermSetBuilder {
        TermSetBuilder::default()
    }

    /// How many terms there are.
    pub fn len(&self) -> usize {
        self.inner.terms
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.inner.terms == 0
    }

    /// All terms in a text, by their last word and then by their number, at most [`HITS_PER_TERM`](crate::limits::HITS_PER_TERM) times each; regexes last, once each. Takes time
    /// linear in the length of the text; of one longer than [`TICKET_BYTES`](crate::limits::TICKET_BYTES), the first and the last part are read.
    pub fn find(&self, text: &str) -> Vec<TermHit> {
        let idle = || self.inner.idle.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let mut scratch = idle().pop().unwrap_or_default();
        let found = self.scan(text, &mut scratch).hits().collect();
        idle().push(scratch);
        found
    }

    /// The same with buffers of the caller's, for loops; places are worked out only where they are asked for.
    ///
    /// # Examples
    ///
    /// ```
    /// use support_triage::{TermScratch, TermSet};
    ///
    /// let terms = TermSet::new(["обновление", "ошибка"])?;
    /// let mut scratch = TermScratch::default();
    /// let mut counts = [0; 2];
    /// for text in ["После обновления одни ошибки", "Много ошибок"] {
    ///     terms.scan(text, &mut scratch).terms().for_each(|term| counts[term] += 1);
    /// }
    /// assert_eq!(counts, [1, 2]);
    /// # Ok::<(), support_triage::Error>(())
    /// ```
    pub fn scan<'a>(&'a self, text: &str, scratch: &'a mut TermScratch) -> TermHits<'a> {
        let owner = Arc::as_ptr(&self.inner) as *const () as usize;
        if scratch.owner != Some(owner) {
            *scratch = TermScratch { owner: Some(owner), ..TermScratch::default() };
        }
        self.inner.matcher.scan(text, &mut scratch.scan);
        TermHits { scan: &scratch.scan, regexes: &self.inner.regexes }
    }

    /// Bytes on the heap that the compiled terms take, about; scratches not included.
    pub fn memory_usage(&self) -> usize {
        self.inner.matcher.memory_usage()
    }
}

/// What [`TermSet::scan`] found.
#[derive(Clone, Copy)]
pub struct TermHits<'a> {
    scan: &'a Scan,
    regexes: &'a [usize],
}

impl std::fmt::Debug for TermHits<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.hits()).finish()
    }
}

impl<'a> TermHits<'a> {
    /// The numbers of the terms, as often as they stand in the text.
    pub fn terms(self) -> impl Iterator<Item = usize> + 'a {
        let regexes = self.scan.regex_hits.iter().map(|hit| self.regexes[hit.regex as usize]);
        self.scan.hits.iter().map(|hit| hit.term as usize).chain(regexes)
    }

    /// The terms with their places.
    pub fn hits(self) -> impl Iterator<Item = TermHit> + 'a {
        let Scan { text, cut, hits, regex_hits, .. } = self.scan;
        let terms = hits.iter().map(|hit| TermHit {
            term: hit.term as usize,
            span: text.span(cut.tokens[hit.first as usize].start as usize, cut.tokens[hit.last as usize].end as usize),
        });
        let regexes = regex_hits
            .iter()
            .map(move |hit| TermHit { term: self.regexes[hit.regex as usize], span: text.span(hit.start as usize, hit.end as usize) });
        terms.chain(regexes)
    }

    /// Whether a limit on hits was met, so that there may be more.
    pub fn is_full(self) -> bool {
        self.scan.full
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(set: &TermSet, text: &str) -> Vec<(usize, String)> {
        set.find(text).into_iter().map(|hit| (hit.term, hit.span.slice(text).to_string())).collect()
    }

    #[test]
    fn forms_gaps_and_places() {
        let set = TermSet::new(["код", "ошибка базы", "сбросить … пароль", "=логи", "обнов*", "а|б в", "код"]).unwrap();
        type Row<'a> = (&'a str, &'a [(usize, &'a str)]);
        let rows: &[Row] = &[
            ("КОДЫ, кодом", &[(0, "КОДЫ"), (6, "КОДЫ"), (0, "кодом"), (6, "кодом")]),
            ("ошибок баз", &[(1, "ошибок баз")]),
            ("ошибка. Базы", &[]),
            ("сбросить мне <b>паро\u{301}ль</b>!", &[(2, "сбросить мне <b>паро\u{301}ль")]),
            ("логи логам", &[(3, "логи")]),
            ("обновим б в", &[(4, "обновим"), (5, "б в")]),
            ("паролль", &[]),
            ("", &[]),
        ];
        for (text, want) in rows {
            let want: Vec<(usize, String)> = want.iter().map(|(term, words)| (*term, words.to_string())).collect();
            assert_eq!(found(&set, text), want, "{text:?}");
        }
        assert_eq!((set.len(), set.is_empty()), (7, false));
    }

    #[test]
    fn habits() {
        let forgiving = TermSet::builder().terms(["пароль"]).mend(true).build().unwrap();
        assert_eq!(found(&forgiving, "gfhjkm, паролль"), [(0, "gfhjkm".to_string()), (0, "паролль".to_string())]);
        let across = TermSet::builder().terms(["ошибка базы"]).across_sentences(true).build().unwrap();
        assert_eq!(found(&across, "Ошибка. Базы"), [(0, "Ошибка. Базы".to_string())]);
        let codes = TermSet::builder().regex(r"\berr-?\d{4}\b").terms(["код"]).build().unwrap();
        assert_eq!(found(&codes, "код ERR-1234, err12345"), [(1, "код".to_string()), (0, "ERR-1234".to_string())]);
    }

    #[test]
    fn every_term_that_cannot_be_read_is_told() {
        let error = TermSet::builder().terms(["да", "", "… нет"]).regex("(").regex("a?").build().unwrap_err();
        let told = error.to_string();
        for part in ["E051", "E052", "E060", "E062", "terms:2:1", "terms:3:1", "terms:4:1", "terms:5:1"] {
            assert!(told.contains(part), "{part} is missing in\n{told}");
        }
    }

    #[test]
    fn a_scratch_of_another_set_is_emptied() {
        let (one, other) = (TermSet::new(["ключ"]).unwrap(), TermSet::new(["нет", "ключа"]).unwrap());
        let mut scratch = TermScratch::default();
        assert_eq!(one.scan("ключи", &mut scratch).terms().collect::<Vec<_>>(), [0]);
        assert_eq!(other.scan("нет ключа", &mut scratch).terms().collect::<Vec<_>>(), [0, 1]);
    }
}
