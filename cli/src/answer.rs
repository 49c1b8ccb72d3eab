//! What goes with a decision to the client: requirements from what is known, and the composed reply.

use support_triage::hours::Calendar;
use support_triage::requirements::{RequirementResult, RequirementState, Requirements};
use support_triage::{Decision, Lang, Reply, ReplyFormat};

use crate::Failure;
use crate::args::ClassifyArgs;
use crate::facts::KnownFacts;

/// Ready to answer any ticket of a run.
pub(crate) struct Answers {
    pub(crate) known: KnownFacts,
    requirements: Requirements,
    calendar: Calendar,
    lang: Lang,
    /// The reply's format, if one is wanted.
    reply: Option<ReplyFormat>,
    greeting: bool,
    please_check: bool,
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
            requirements: Requirements::builtin(),
            calendar: Calendar::builtin(),
            lang: args.lang,
            reply: args.reply.then_some(args.reply_format),
            greeting: args.greeting,
            please_check: args.please_check,
        })
    }

    /// `cells` are the row's columns of facts, by their number.
    pub(crate) fn of(&self, decision: &Decision, cells: &[(usize, String)], complain: impl FnMut(&str)) -> Answer {
        if !self.known.given && self.reply.is_none() {
            return Answer::default();
        }
        let facts = self.known.of_row(cells, complain);
        let now = facts.at.unwrap_or(self.known.now);
        let results = self.requirements.check(&facts, now);
        let reply = self.reply.map(|format| {
            let reply = Reply::new(decision).lang(self.lang).format(format).greeting(self.greeting).please_check(self.please_check);
            reply.requirements(&results).answer_time(&self.calendar, now).render()
        });
        Answer { requirements: if self.known.given { results } else { Vec::new() }, reply }
    }
}

impl Answer {
    /// The names of the requirements that do not hold.
    pub(crate) fn unmet(&self) -> Vec<&'static str> {
        let unmet = self.requirements.iter().filter(|result| result.state() == RequirementState::Unmet);
        unmet.map(|result| result.id().as_str()).collect()
    }
}
