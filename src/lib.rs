//! Triage of Russian support tickets by a written support policy. (Full crate documentation is written below as it is built.)
#![deny(missing_docs)]

pub mod address;
mod classifier;
mod decide;
mod diagnostic;
mod error;
pub mod evaluation;
mod evidence;
mod explain;
mod hash;
pub mod hours;
mod learned;
pub mod limits;
mod matcher;
mod policy;
pub mod requirements;
mod selftest;
mod span;
mod text;
mod token;
pub mod tune;
mod verdict;

pub use crate::classifier::{Classifier, Scratch};
pub use crate::decide::decision::{AbstainReason, Decision, Evidence, RankedTopic};
pub use crate::diagnostic::{Diagnostic, Severity};
pub use crate::error::{Error, ErrorKind};
pub use crate::evaluation::{Evaluation, Label, LabelledTicket, evaluate};
pub use crate::explain::Explanation;
pub use crate::limits::Limits;
pub use crate::policy::model::{Category, Topic};
#[cfg(feature = "schema")]
pub use crate::policy::schema::schemas;
pub use crate::policy::{Policy, PolicyBuilder};
pub use crate::selftest::{TestFailure, TestReport, run_rule_tests};
pub use crate::span::Span;
pub use crate::verdict::{Lang, Side, Verdict};
