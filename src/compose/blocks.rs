//! What stands in a reply, part by part.

use super::Reply;
use crate::policy::model::Texts;
use crate::requirements::{RequirementId, RequirementResult, RequirementState};
use crate::verdict::{Lang, Verdict};

/// One part of a reply.
#[derive(Debug)]
pub(super) enum Block {
    Text(String),
    List { lead: String, items: Vec<String> },
    Reference(String),
}

/// A part, and how soon it goes when there is no room: the highest first, zero never.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) block: Block,
    pub(super) spare: u8,
}

pub(super) fn of(reply: &Reply<'_>) -> Vec<Part> {
    let lang = reply.lang;
    let decision = reply.decision;
    let framing = &decision.policy.parts().framing;
    let opening = reply.opening.as_ref().map(|opening| if lang == Lang::Ru { opening.ru.as_str() } else { opening.en.as_str() });
    let say = |texts: &Texts| decision.fill(texts.get(lang), lang, opening);
    let main = main_text(reply, opening);

    let mut parts = Vec::new();
    let text = |text: String, spare: u8, parts: &mut Vec<Part>| {
        if !text.is_empty() {
            parts.push(Part { block: Block::Text(text), spare });
        }
    };
    if reply.greeting {
        text(say(&framing.greeting), 3, &mut parts);
    }
    if decision.verdict() == Verdict::Undetermined {
        text(say(&framing.ask), 3, &mut parts);
    }
    // A policy may print its address in every reply of its own.
    let source = decision.policy.source();
    let refers = !source.is_empty() && !main.contains(source);
    text(main, 0, &mut parts);

    let unmet = listed(reply, RequirementState::Unmet);
    let blocked = unmet.iter().any(|result| result.id() != RequirementId::WorkingHours);
    for (results, lead, spare) in [(unmet, &framing.unmet, 1), (unknown(reply), &framing.check, 5)] {
        if !results.is_empty() {
            let items = results.iter().map(|result| result.text(lang).to_string()).collect();
            parts.push(Part { block: Block::List { lead: say(lead), items }, spare });
        }
    }
    let person = decision.verdict() != Verdict::OutOfScope || decision.answered().is_some_and(|topic| topic.advice());
    if opening.is_some() && person {
        text(say(if blocked { &framing.answer_after } else { &framing.answer }), 2, &mut parts);
    }
    if refers && !framing.reference.get(lang).is_empty() {
        parts.push(Part { block: Block::Reference(say(&framing.reference)), spare: 4 });
    }
    parts
}

/// The reply of the topic or the deciding question; a policy without either still says why.
fn main_text(reply: &Reply<'_>, opening: Option<&str>) -> String {
    let text = reply.decision.reply_with(reply.lang, opening);
    if text.is_empty() { reply.decision.explanation(reply.lang) } else { text }
}

fn unknown<'a>(reply: &Reply<'a>) -> Vec<&'a RequirementResult> {
    if reply.please_check { listed(reply, RequirementState::Unknown) } else { Vec::new() }
}

fn listed<'a>(reply: &Reply<'a>, state: RequirementState) -> Vec<&'a RequirementResult> {
    let told = reply.opening.is_some();
    let wanted = |result: &&RequirementResult| result.state() == state && !(told && result.id() == RequirementId::WorkingHours);
    reply.requirements.iter().filter(wanted).collect()
}
