//! The tests inside rule files.

use crate::classifier::{Classifier, Scratch};
use crate::policy::model::Test;

/// A rule test that does not hold.
///
/// # Examples
///
/// See [`run_rule_tests`].
#[derive(Clone, Debug)]
pub struct TestFailure {
    /// The topic whose test it is.
    pub topic: String,
    /// The file with the test, and its line.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// The ticket of the test.
    pub ticket: String,
    /// What is wrong.
    pub message: String,
}

/// The outcome of all rule tests of a policy.
///
/// # Examples
///
/// See [`run_rule_tests`].
#[derive(Clone, Debug, Default)]
pub struct TestReport {
    /// How many tests ran.
    pub run: usize,
    /// Those that failed, in the order of the policy.
    pub failures: Vec<TestFailure>,
}

/// Runs the tests inside the rule files of the classifier's policy.
///
/// A `hit` holds if its topic wins, one of the topic's conditions holds, and evidence of the topic covers each `[[…]]`; a `miss` holds if its topic does not win.
///
/// # Examples
///
/// ```
/// use support_triage::{Classifier, run_rule_tests};
///
/// let report = run_rule_tests(&Classifier::builtin());
/// assert!(report.run >= 576 && report.failures.is_empty());
/// ```
pub fn run_rule_tests(classifier: &Classifier) -> TestReport {
    let mut report = TestReport::default();
    let mut scratch = Scratch::default();
    for topic in classifier.policy().topics() {
        let id = topic.id();
        for (tests, check) in [(&topic.hit, hit as Check), (&topic.miss, miss as Check)] {
            for test in tests {
                report.run += 1;
                if let Some(message) = check(classifier, id, test, &mut scratch) {
                    report.failures.push(TestFailure {
                        topic: id.to_string(),
                        file: test.file.clone(),
                        line: test.line,
                        ticket: test.ticket.clone(),
                        message,
                    });
                }
            }
        }
    }
    report
}

type Check = fn(&Classifier, &str, &Test, &mut Scratch) -> Option<String>;

fn hit(classifier: &Classifier, topic: &str, test: &Test, scratch: &mut Scratch) -> Option<String> {
    let decision = classifier.classify_with(&test.ticket, scratch);
    let best = decision.best_guess();
    if best != Some(topic) {
        let score = |id: &str| decision.topics().find(|ranked| ranked.id == id).map_or(0.0, |ranked| ranked.score);
        let winner = best.unwrap_or("nothing");
        return Some(format!("{winner} wins with {:.2}, this topic has {:.2}", score(winner), score(topic)));
    }
    if decision.evidence().is_empty() {
        return Some("none of the topic's conditions holds".to_string());
    }
    for &(start, end) in &test.marks {
        let covered = |at: usize| decision.evidence().iter().any(|evidence| evidence.span().range().contains(&at));
        let marked = &test.ticket[start..end];
        if marked.char_indices().any(|(at, c)| c.is_alphanumeric() && !covered(start + at)) {
            let found: Vec<&str> = decision.evidence().iter().map(|evidence| evidence.span().slice(&test.ticket)).collect();
            return Some(format!("no evidence covers «{marked}»; it is on: {}", found.join(" | ")));
        }
    }
    None
}

fn miss(classifier: &Classifier, topic: &str, test: &Test, scratch: &mut Scratch) -> Option<String> {
    let decision = classifier.classify_with(&test.ticket, scratch);
    (decision.topic() == Some(topic)).then(|| format!("the topic wins with {:.2}", decision.topics().next().map_or(0.0, |best| best.score)))
}
