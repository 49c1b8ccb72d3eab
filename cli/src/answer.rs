//! What goes with a decision to the client: requirements from what is known, and the composed reply.

use std::sync::Mutex;

use support_triage::hours::Calendar;
use support_triage::requirements::{RequirementResult, RequirementState, Requirements};
use support_triage::{Decision, Lang, Reply, ReplyFormat};

use crate::Failure;
use crate::args::ClassifyArgs;
use crate::facts::KnownFacts;
use crate::input::Record;
use crate::style::safe;

/// Ready to answer any ticket of a run.
pub(crate) struct Answers {
    pub(crate) known: KnownFacts,
    lang: Lang,
    /// The reply's format, if one is wanted.
    reply: Option<ReplyFormat>,
    greeting: bool,
    please_check: bool,
    misfits: Mutex<Misfits>,
}

/// Cells of fact columns that hold no value of their fact: the fact stays unknown, and the user hears of it once.
#[derive(Default)]
struct Misfits {
    count: u64,
    /// The first of the input that was met; with several threads not always the first that stands there.
    first: Option<String>,
}

/// The answer to one ticket.
#[derive(Default)]
pub(crate) struct Answer {
    /// Empty if nothing is known of the writer.
    pub(crate) requirements: Vec<RequirementResult>,
    pub(crate) reply: Option<String>,
}

impl Answers {
    pub(crate) fn new(args: &ClassifyArgs) -> Result<Answers, Failure> {
        Ok(Answers {
            known: args.facts.load()?,
            lang: args.lang,
            reply: args.reply.then_some(args.reply_format),
            greeting: args.greeting,
            please_check: args.please_check,
            misfits: Mutex::default(),
        })
    }

    pub(crate) fn of(&self, record: &Record, decision: &Decision) -> Answer {
        if !self.known.given && self.reply.is_none() {
            return Answer::default();
        }
        let facts = self.known.of_row(&record.facts, |what| self.note(record, what));
        let now = facts.at.unwrap_or(self.known.now);
        // Read when they are first asked for: most runs want decisions alone.
        let results = Requirements::builtin().check(&facts, now);
        let reply = self.reply.map(|format| {
            let reply = Reply::new(decision).lang(self.lang).format(format).greeting(self.greeting).please_check(self.please_check);
            reply.requirements(&results).answer_time(&Calendar::builtin(), now).render()
        });
        Answer { requirements: if self.known.given { results } else { Vec::new() }, reply }
    }
}

impl Answers {
    fn note(&self, record: &Record, what: &str) {
        let mut misfits = self.misfits.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        misfits.count += 1;
        misfits.first.get_or_insert_with(|| format!("{}, {what}", record.place));
    }

    /// What the user should know after the rows were answered.
    pub(crate) fn notes(&self) -> Option<String> {
        let misfits = self.misfits.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let first = misfits.first.as_ref()?;
        Some(format!("{} cells of fact columns could not be understood and count as unknown; one of them: {}", misfits.count, safe(first)))
    }
}

impl Answer {
    /// The names of the requirements that do not hold.
    pub(crate) fn unmet(&self) -> Vec<&'static str> {
        let unmet = self.requirements.iter().filter(|result| result.state() == RequirementState::Unmet);
        unmet.map(|result| result.id().as_str()).collect()
    }
}
