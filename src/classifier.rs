//! The facade: a policy in, a classifier out; a ticket in, a decision out.

use std::sync::{Arc, Mutex};

use crate::beside::both;
use crate::decide::decision::{Decision, Evidence};
use crate::decide::{Decider, Outcome, Weighing};
use crate::error::Error;
use crate::evidence::span_of;
use crate::explain::{self, Explanation};
use crate::learned::{self, Learned};
use crate::limits::Limits;
use crate::matcher::{Matcher, Scan, Source};
use crate::policy::Policy;

/// Fewest letters of a word of a rule that stands for all its forms; the model was learned with these.
const FORMS: usize = 4;

/// Decides on tickets by a policy.
///
/// Building one compiles all terms of the policy (reading and compiling the built-in one takes about 35 ms). After that it never changes: it is `Send + Sync`, cheap
/// to clone, and [`classify`](Classifier::classify) needs `&self` only. To swap a policy in a running service, build a new classifier and put it in the place of the old one.
///
/// # Examples
///
/// ```
/// use support_triage::{Classifier, Verdict};
///
/// let classifier = Classifier::builtin();
/// let decision = classifier.classify("После обновления перестал открываться календарь, помогите");
/// assert_eq!(decision.verdict(), Verdict::InScope);
/// assert_eq!(decision.category(), Some("update"));
/// ```
#[derive(Clone)]
pub struct Classifier {
    inner: Arc<Inner>,
}

struct Inner {
    policy: Policy,
    matcher: Matcher,
    decider: Decider,
    /// Scratches not in use. Each holds the words it has met, so they are worth keeping.
    idle: Mutex<Vec<Scratch>>,
}

impl std::fmt::Debug for Classifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Classifier").field("policy", &self.inner.policy).finish_non_exhaustive()
    }
}

/// Buffers of one thread, reused from ticket to ticket: after a while, classifying allocates little but its answer.
///
/// Also remembers what words turned out to be, at most some 60,000 of them, so keep one as long as the thread lives. [`Classifier::classify`] keeps its own.
///
/// # Examples
///
/// ```
/// use support_triage::{Classifier, Scratch};
///
/// let classifier = Classifier::builtin();
/// let mut scratch = Scratch::default();
/// for ticket in ["Как настроить кеш?", "Перенесите нам портал на новый сервер"] {
///     println!("{}", classifier.classify_with(ticket, &mut scratch).verdict());
/// }
/// ```
#[derive(Default)]
pub struct Scratch {
    scan: Scan,
    weighing: Weighing,
    /// The classifier the remembered words belong to.
    owner: Option<usize>,
}

impl std::fmt::Debug for Scratch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scratch").finish_non_exhaustive()
    }
}

impl Classifier {
    /// A classifier for the built-in policy.
    #[cfg(feature = "builtin")]
    pub fn builtin() -> Classifier {
        static BUILTIN: std::sync::OnceLock<Classifier> = std::sync::OnceLock::new();
        BUILTIN
            .get_or_init(|| Classifier::new(&Policy::builtin()).unwrap_or_else(|error| panic!("the built-in policy is broken: {error}")))
            .clone()
    }

    /// Compiles a policy.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Model`](crate::ErrorKind::Model) if the learned model is damaged.
    pub fn new(policy: &Policy) -> Result<Classifier, Error> {
        let parts = policy.parts();
        let source = Source {
            terms: &parts.terms,
            slots: &parts.slots,
            regexes: &parts.regexes,
            signs: learned::SIGNS,
            words: &parts.words,
            mends: true,
            across: false,
            least: FORMS,
            any_form: false,
        };
        let names: Vec<&str> = parts.topics.iter().map(|topic| topic.id()).collect();
        let learned = || parts.model.as_ref().map(|model| Learned::new(model, &names)).transpose();
        let decider = || learned().map(|learned| Decider::new(parts, learned));
        let (matcher, decider) = both(|| Matcher::new(&source, &Limits::default()), decider);
        let decider = decider?;
        let inner = Inner { policy: policy.clone(), matcher, decider, idle: Mutex::new(Vec::new()) };
        Ok(Classifier { inner: Arc::new(inner) })
    }

    /// The policy that decides.
    pub fn policy(&self) -> &Policy {
        &self.inner.policy
    }

    /// Decides on one ticket, given as its author typed it. Never fails, whatever the text says; takes time linear in its length.
    pub fn classify(&self, ticket: &str) -> Decision {
        self.with_scratch(|scratch| self.classify_with(ticket, scratch))
    }

    /// The same with buffers of the caller's, for loops.
    pub fn classify_with(&self, ticket: &str, scratch: &mut Scratch) -> Decision {
        let outcome = self.outcome(ticket, scratch);
        self.decision(ticket, outcome, scratch)
    }

    /// Decides on one ticket and says how the decision came about. Costs about a third more than [`classify`](Classifier::classify).
    ///
    /// # Examples
    ///
    /// ```
    /// use support_triage::{Classifier, Lang};
    ///
    /// let explanation = Classifier::builtin().explain("Настройте нам nginx на сервере");
    /// assert!(explanation.why_not("performance.tuning_parameters", Lang::Ru).is_some());
    /// ```
    pub fn explain(&self, ticket: &str) -> Explanation {
        self.with_scratch(|scratch| {
            let outcome = self.outcome(ticket, scratch);
            let decision = self.decision(ticket, outcome, scratch);
            explain::explain(ticket, decision, self.inner.policy.parts(), &self.inner.decider, &scratch.scan, &scratch.weighing)
        })
    }

    /// Bytes on the heap that the compiled policy takes, about; scratches not included.
    ///
    /// # Examples
    ///
    /// ```
    /// use support_triage::Classifier;
    ///
    /// assert!(Classifier::builtin().memory_usage() < 64 << 20);
    /// ```
    pub fn memory_usage(&self) -> usize {
        self.inner.matcher.memory_usage() + self.inner.decider.memory_usage()
    }

    fn with_scratch<T>(&self, work: impl FnOnce(&mut Scratch) -> T) -> T {
        let idle = || self.inner.idle.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let mut scratch = idle().pop().unwrap_or_default();
        let result = work(&mut scratch);
        idle().push(scratch);
        result
    }

    fn outcome(&self, ticket: &str, scratch: &mut Scratch) -> Outcome {
        self.scan(ticket, scratch);
        self.inner.decider.decide(self.inner.policy.parts(), &mut scratch.scan, &mut scratch.weighing)
    }

    fn scan(&self, ticket: &str, scratch: &mut Scratch) {
        let owner = Arc::as_ptr(&self.inner) as *const () as usize;
        if scratch.owner != Some(owner) {
            *scratch = Scratch { owner: Some(owner), ..Scratch::default() };
        }
        self.inner.matcher.scan(ticket, &mut scratch.scan);
    }

    /// Scans a ticket and reads its features, without deciding: what training needs.
    pub(crate) fn features<'a>(&self, ticket: &str, families: learned::Families, scratch: &'a mut Scratch) -> (&'a Scan, &'a Weighing) {
        self.scan(ticket, scratch);
        let Scratch { scan, weighing, .. } = scratch;
        let parts = self.inner.policy.parts();
        self.inner.decider.find(parts, scan, weighing);
        let Weighing { asked, findings, features, quotes, .. } = weighing;
        let decider = &self.inner.decider;
        features.read(&decider.keys, &decider.rules, scan, asked, findings, *quotes, families, |_| true);
        (scan, weighing)
    }

    fn decision(&self, ticket: &str, outcome: Outcome, scratch: &Scratch) -> Decision {
        let Outcome { verdict, topic, confidence, ranked, reason } = outcome;
        let Scratch { scan, weighing, .. } = scratch;
        let parts = self.inner.policy.parts();
        let policy = Arc::new(self.inner.policy.clone());
        let mut evidence: Vec<Evidence> = Vec::new();
        for held in &weighing.findings.held {
            let top = self.inner.decider.rules.tops[held.condition as usize];
            if Some(top.topic as usize) != topic {
                continue;
            }
            let weight = f32::from(self.inner.decider.rules.condition(parts, held.condition).weight);
            for &place in &weighing.findings.places[held.places.0 as usize..held.places.1 as usize] {
                let span = span_of(scan, place);
                evidence.push(Evidence { span, topic: top.topic as usize, weight, condition: Some(top.index), policy: policy.clone() });
            }
        }
        evidence.sort_by(|a, b| a.span.cmp(&b.span).then(b.weight.total_cmp(&a.weight)));
        evidence.dedup_by(|b, a| a.span == b.span && a.rule() == b.rule());
        let words = explain::words(ticket, &evidence);
        Decision { policy, verdict, topic, confidence, ranked, reason, evidence, words, truncated: scan.text.truncated }
    }
}
