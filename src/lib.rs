//! Triage of Russian support tickets by a written support policy.
//!
//! A ticket to the support of a self-hosted Bitrix24 portal goes in; out comes the part of the support policy it falls under, whether support takes it
//! ([`Verdict`]), how sure that is, the words it rests on as byte ranges of the ticket, and a reply that can be sent. The built-in policy is the published
//! support policy of the product, as [rule files](https://github.com/support-triage/support-triage/blob/main/rules/README.md); your own can be laid over it or take its place.
//!
//! # Overview
//!
//! - [`Policy`]: rule files, checked. [`Policy::builtin`], [`Policy::from_dir`], [`Policy::from_strings`], [`Policy::builder`] for layers.
//! - [`Classifier`]: a policy, compiled. [`Classifier::classify`] needs `&self`, is `Send + Sync` and cheap to clone; [`Scratch`] holds a thread's buffers.
//! - [`Decision`]: verdict, topic, confidence, ranking, evidence, reply, and the deciding [question](Decision::question) if undetermined.
//! - [`Reply`]: the decision, unmet requirements and the time of an answer as one text, plain, BBCode or HTML.
//! - [`Explanation`]: what speaks for and against, learned evidence included, and why another topic did not win.
//! - [`TermSet`]: the matcher alone, for any list of terms: which of them stand where, in any inflected form.
//! - [`evaluate`] and [`tune`](mod@tune): figures on labelled tickets, and learning from them. [`run_rule_tests`]: the tests inside rule files.
//! - [`requirements`], [`hours`], [`address`]: who may ask, when support is open, whether a public address can work.
//!
//! # Quick start
//!
//! ```
//! use support_triage::{Classifier, Lang, Verdict};
//!
//! let classifier = Classifier::builtin();
//! let ticket = "Поставьте нам, пожалуйста, nginx и php 8.2 на сервер, доступ дадим";
//! let decision = classifier.classify(ticket);
//! assert_eq!(decision.verdict(), Verdict::OutOfScope);
//! assert_eq!(decision.topic(), Some("installation.server_software_setup"));
//! for evidence in decision.evidence() {
//!     println!("{:?} {}", evidence.span(), evidence.span().slice(ticket));
//! }
//! println!("{}", decision.reply(Lang::Ru));
//! ```
//!
//! # In a server
//!
//! Build one [`Classifier`] at the start and clone it into the handlers; clones share everything. To change the policy while serving, build a new classifier
//! and put it in the old one's place (see `examples/service_swap.rs`): requests in flight finish with the one they have.
//!
//! # Own rules
//!
//! An overlay adds topics, terms and replies to the built-in policy, or replaces some, without copying it:
//!
//! ```
//! use support_triage::{Classifier, Policy};
//!
//! let own = r#"
//! category: integrator
//! title: { ru: Наши услуги, en: Our services }
//! in_scope:
//!   - topic: callback
//!     title: { ru: Обратный звонок, en: Call back }
//!     when: [ { phrase: [перезвоните, "прошу перезвонить"], weight: 4, decisive: true } ]
//!     reply: { ru: Перезвоним., en: We will call back. }
//!     tests: { hit: ["[[Перезвоните]] мне"], miss: ["Звонки в портале не работают"] }
//! "#;
//! let policy = Policy::builder().builtin().strings([("own.yaml", own)]).load()?;
//! let decision = Classifier::new(&policy)?.classify("Перезвоните мне после обеда");
//! assert_eq!(decision.topic(), Some("integrator.callback"));
//! # Ok::<(), support_triage::Error>(())
//! ```
//!
//! # Cost and limits
//!
//! Figures from one thread of a shared two-core machine are in the README; classifying takes time linear in the length of the ticket. A ticket over
//! [`limits::TICKET_BYTES`] (256 KiB) is decided on its first and last part, and the decision says so. Limits on rule files are in [`Limits`]. A scratch remembers at
//! most some 60,000 word forms.
//!
//! # Untrusted input
//!
//! The text of a ticket never causes an error, a panic or a hang, whatever it holds; regular expressions of rules run in linear time and only where a
//! literal of theirs stands. Rule files from outside are safe to load too: they are guarded against bombs before the YAML parser sees them, and every mistake is a
//! [`Diagnostic`] with a place. Nothing is logged, nothing is fetched. Tickets may hold passwords: a [`Decision`] holds the words it rests on, so treat it like the ticket.
//!
//! # Features
//!
//! - `builtin` (default): embeds the built-in policy and its model, about 4 MB.
//! - `schema`: JSON Schemas of the rule files (`schemas`).

pub mod address;
mod beside;
mod classifier;
mod compose;
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
mod terms;
mod text;
mod token;
pub mod tune;
mod verdict;
mod words;

pub use crate::classifier::{Classifier, Scratch};
pub use crate::compose::{Reply, ReplyFormat};
pub use crate::decide::decision::{AbstainReason, Decision, Evidence, RankedTopic};
pub use crate::diagnostic::{Diagnostic, Severity};
pub use crate::error::{Error, ErrorKind};
pub use crate::evaluation::{Evaluation, Label, LabelledTicket, evaluate};
pub use crate::explain::{Explanation, Reading};
pub use crate::limits::Limits;
pub use crate::policy::model::{Category, Topic};
#[cfg(feature = "schema")]
pub use crate::policy::schema::schemas;
pub use crate::policy::{Policy, PolicyBuilder};
pub use crate::selftest::{TestFailure, TestReport, run_rule_tests};
pub use crate::span::Span;
pub use crate::terms::{TermHit, TermHits, TermScratch, TermSet, TermSetBuilder};
pub use crate::verdict::{Lang, Side, Verdict};
