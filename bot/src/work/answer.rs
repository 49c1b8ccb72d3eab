//! A task → what to do about it. Decides once; every attempt afterwards says the same.

use std::time::Instant;

use jiff::Timestamp;
use support_triage::{AbstainReason, Decision, Lang, Reply, ReplyFormat, Verdict};

use super::plan::{Body, ButtonKind, Outcome, Plan, Step};
use super::talk::{self, Talk};
use crate::event::{ChatKind, Message, Place};
use crate::policy::Loaded;
use crate::portal::Portal;
use crate::state::State;
use crate::store::StoreError;
use crate::store::decisions::KeptDecision;
use crate::store::dialogs::{Dialog, DialogKey};
use crate::store::now;
use crate::store::queue::Task;

/// Characters of an unclear message that are kept until the next one.
const PENDING: usize = 4_000;
/// How sure a decision on an answer alone must be, where the question and the answer together are unclear.
const SURE: f32 = 0.8;
/// Bytes of a ticket above which deciding may take longer than other tasks should wait.
const LONG: usize = 8_000;

/// What to do about a task, and what to remember with it.
#[derive(Debug, Default)]
pub struct Made {
    /// The calls.
    pub plan: Plan,
    /// The decision to keep.
    pub decision: Option<KeptDecision>,
    /// The dialog as it is then.
    pub dialog: Option<(DialogKey, Dialog)>,
    /// A decision that a person found wrong, and who.
    pub wrong: Option<(i64, i64)>,
}

impl Made {
    fn nothing(outcome: Outcome) -> Made {
        Made { plan: Plan { outcome, steps: Vec::new() }, ..Made::default() }
    }
}

/// Works out what to do. Never calls the portal.
///
/// # Errors
///
/// If the store fails.
pub async fn make(state: &State, portal: &Portal, task: &Task, body: Body) -> Result<Made, StoreError> {
    match body {
        Body::Message(message) => message_made(state, portal, task, &message).await,
        Body::Edited(message) => edit_made(state, portal, task, &message).await,
        Body::Joined { place } => joined_made(state, task, &place).await,
        Body::Command { command, params, author, place } => command_made(state, portal, task, &command, &params, author, &place).await,
        // Taken care of before: a message that is not answered yet is struck from the queue.
        Body::Deleted | Body::Installed { .. } => Ok(Made::nothing(Outcome::Ignored)),
    }
}

fn key(task: &Task) -> DialogKey {
    DialogKey { portal: task.portal.clone(), bot: task.bot, dialog: task.dialog.clone() }
}

async fn message_made(state: &State, portal: &Portal, task: &Task, message: &Message) -> Result<Made, StoreError> {
    let mut dialog = state.store.dialog(key(task)).await?;
    if dialog.quiet_until.is_some_and(|until| until > task.received) && message.place.kind != ChatKind::Group {
        return Ok(Made::nothing(Outcome::Quiet));
    }
    let english = talk::english(&message.text, message.place.language.as_deref());
    let answers = &state.config.answers;
    if message.text.trim().is_empty() {
        return Ok(said(task, message, talk::words_please(english), english, answers.buttons, Some(dialog)));
    }
    match talk::understand(&message.text) {
        Some(Talk::Person) => {
            return Ok(handed_over(state, portal, task, &message.place, message.author, talk::person_comes(english), english, dialog));
        }
        Some(Talk::Thanks) => return Ok(said(task, message, talk::welcome_back(english), english, false, Some(dialog))),
        None => {}
    }

    let policy = state.policy.current();
    let begun = Instant::now();
    // In a group several people speak, so a question of the bot's is answered by whoever comes next: not read together.
    let talking = message.place.kind != ChatKind::Group;
    let fresh = i64::from(answers.context_minutes) * 60_000;
    let before = dialog.pending.take().filter(|(_, at)| talking && task.received - at < fresh).map(|(text, _)| text);
    // An answer to a question means little without what it was asked about; only where both together stay unclear does the new message speak for itself.
    let text = before.as_ref().map_or_else(|| message.text.clone(), |before| format!("{before}\n\n{}", message.text));
    let mut decision = decide(&policy, text.clone()).await;
    if decision.verdict() == Verdict::Undetermined && before.is_some() {
        let alone = decide(&policy, message.text.clone()).await;
        if alone.verdict() != Verdict::Undetermined && alone.confidence() >= SURE {
            decision = alone;
        }
    }
    state.metrics.decision("bot", decision.category(), decision.verdict().as_str(), begun.elapsed());
    let kept = kept(state, task, &decision, &policy, &message.text);

    if decision.verdict() == Verdict::Undetermined {
        dialog.undetermined += 1;
        if talking && dialog.undetermined >= answers.undetermined_limit {
            let made = handed_over(state, portal, task, &message.place, message.author, talk::unsure(english), english, dialog);
            return Ok(Made { decision: Some(kept), ..made });
        }
        if talking {
            dialog.pending = Some((text.chars().take(PENDING).collect(), task.received));
        }
    } else {
        dialog.undetermined = 0;
    }
    let mut reply = reply_text(&decision, english, &policy);
    if answers.greeting && !dialog.greeted && talking {
        reply = format!("{}\n\n{reply}", talk::hello(english));
    }
    dialog.greeted = true;
    let mut made = said(task, message, &reply, english, answers.buttons, Some(dialog));
    if answers.transfer_in_scope && decision.verdict() == Verdict::InScope {
        made.plan.steps.extend(call_person(portal, &message.place, message.author));
        made.plan.outcome = Outcome::HandedOver;
    }
    Ok(Made { decision: Some(kept), ..made })
}

/// An edit of a message that was answered changes the answer where it stands, if the decision is another one. An edit of a message never seen is a message.
async fn edit_made(state: &State, portal: &Portal, task: &Task, message: &Message) -> Result<Made, StoreError> {
    let sent = state.store.run({
        let (portal, bot, id) = (task.portal.clone(), task.bot, task.message);
        move |connection| {
            use rusqlite::OptionalExtension;
            let sql = "SELECT sent FROM queue WHERE portal = ? AND bot = ? AND kind = 'message' AND message = ? AND state = 1";
            connection.prepare_cached(sql)?.query_row(rusqlite::params![portal, bot, id], |row| row.get::<_, Option<i64>>(0)).optional()
        }
    });
    let Some(sent) = sent.await? else { return message_made(state, portal, task, message).await };
    let (Some(sent), Some(before)) = (sent, state.store.decision_on(task.portal.clone(), task.bot, task.message).await?) else {
        return Ok(Made::nothing(Outcome::Ignored));
    };
    let policy = state.policy.current();
    let begun = Instant::now();
    let decision = decide(&policy, message.text.clone()).await;
    if decision.verdict().as_str() == before.verdict && decision.topic() == before.topic.as_deref() {
        return Ok(Made::nothing(Outcome::Ignored));
    }
    state.metrics.decision("bot", decision.category(), decision.verdict().as_str(), begun.elapsed());
    let english = talk::english(&message.text, message.place.language.as_deref());
    let step = Step::Update {
        message: sent,
        text: reply_text(&decision, english, &policy),
        buttons: if state.config.answers.buttons { vec![ButtonKind::Wrong, ButtonKind::Person] } else { Vec::new() },
        decision: task.id,
        english,
    };
    let kept = kept(state, task, &decision, &policy, &message.text);
    Ok(Made { plan: Plan { outcome: Outcome::Answered, steps: vec![step] }, decision: Some(kept), ..Made::default() })
}

async fn joined_made(state: &State, task: &Task, place: &Place) -> Result<Made, StoreError> {
    let mut dialog = state.store.dialog(key(task)).await?;
    if dialog.greeted {
        return Ok(Made::nothing(Outcome::Ignored));
    }
    dialog.greeted = true;
    let english = talk::english("", place.language.as_deref());
    let step = Step::Send {
        dialog: place.dialog.clone(),
        text: talk::welcome(english).into(),
        buttons: Vec::new(),
        decision: 0,
        reply_to: None,
        english,
    };
    Ok(Made { plan: Plan { outcome: Outcome::Answered, steps: vec![step] }, dialog: Some((key(task), dialog)), ..Made::default() })
}

async fn command_made(
    state: &State,
    portal: &Portal,
    task: &Task,
    command: &str,
    params: &str,
    author: i64,
    place: &Place,
) -> Result<Made, StoreError> {
    let english = talk::english("", place.language.as_deref());
    let dialog = state.store.dialog(key(task)).await?;
    if command == ButtonKind::Person.command() {
        return Ok(handed_over(state, portal, task, place, author, talk::person_comes(english), english, dialog));
    }
    if command != ButtonKind::Wrong.command() {
        return Ok(Made::nothing(Outcome::Ignored));
    }
    let step = Step::Send {
        dialog: place.dialog.clone(),
        text: talk::noted(english).into(),
        buttons: vec![ButtonKind::Person],
        decision: 0,
        reply_to: None,
        english,
    };
    let wrong = params.split_whitespace().next().and_then(|id| id.parse().ok()).map(|id| (id, author));
    Ok(Made { plan: Plan { outcome: Outcome::Answered, steps: vec![step] }, wrong, ..Made::default() })
}

fn said(task: &Task, message: &Message, text: &str, english: bool, buttons: bool, dialog: Option<Dialog>) -> Made {
    let step = Step::Send {
        dialog: message.place.dialog.clone(),
        text: text.to_string(),
        buttons: if buttons { vec![ButtonKind::Wrong, ButtonKind::Person] } else { Vec::new() },
        decision: task.id,
        reply_to: (message.place.kind == ChatKind::Group).then_some(message.id),
        english,
    };
    Made {
        plan: Plan { outcome: Outcome::Answered, steps: vec![step] },
        dialog: dialog.map(|dialog| (key(task), dialog)),
        ..Made::default()
    }
}

#[allow(clippy::too_many_arguments)] // All of one call, and of no other.
fn handed_over(
    state: &State,
    portal: &Portal,
    task: &Task,
    place: &Place,
    author: i64,
    words: &str,
    english: bool,
    mut dialog: Dialog,
) -> Made {
    let calls = call_person(portal, place, author);
    let text = if calls.is_empty() { talk::nobody(english) } else { words };
    let mut steps = vec![Step::Send {
        dialog: place.dialog.clone(),
        text: text.to_string(),
        buttons: Vec::new(),
        decision: 0,
        reply_to: (place.kind == ChatKind::Group).then_some(task.message),
        english,
    }];
    dialog.undetermined = 0;
    dialog.pending = None;
    if !calls.is_empty() {
        dialog.quiet_until = Some(now() + i64::from(state.config.answers.quiet_minutes) * 60_000);
    }
    let outcome = if calls.is_empty() { Outcome::Answered } else { Outcome::HandedOver };
    steps.extend(calls);
    Made { plan: Plan { outcome, steps }, dialog: Some((key(task), dialog)), ..Made::default() }
}

/// How a person is called from here: an open line has its operators, elsewhere the configuration may name a dialog.
fn call_person(portal: &Portal, place: &Place, author: i64) -> Vec<Step> {
    match (place.kind, place.chat, &portal.config().operators) {
        (ChatKind::OpenLine, Some(chat), _) => vec![Step::Transfer { chat }],
        (kind, chat, Some(operators)) => {
            let chat = chat.filter(|_| kind == ChatKind::Group).map(|chat| format!(" [CHAT={chat}]в этом чате[/CHAT]")).unwrap_or_default();
            vec![Step::Send {
                dialog: operators.clone(),
                text: format!("[USER={author}][/USER] просит сотрудника поддержки{chat}."),
                buttons: Vec::new(),
                decision: 0,
                reply_to: None,
                english: false,
            }]
        }
        _ => Vec::new(),
    }
}

async fn decide(policy: &std::sync::Arc<Loaded>, text: String) -> Decision {
    if text.len() <= LONG {
        return policy.classifier.classify(&text);
    }
    let (policy, copy) = (policy.clone(), text.clone());
    match tokio::task::spawn_blocking(move || policy.classifier.classify(&copy)).await {
        Ok(decision) => decision,
        // Only when the server is going down.
        Err(_) => support_triage::Classifier::builtin().classify(&text),
    }
}

/// The reply as it is sent, in BBCode.
fn reply_text(decision: &Decision, english: bool, policy: &Loaded) -> String {
    let calendar = &policy.calendar;
    let written = |lang| Reply::new(decision).lang(lang).format(ReplyFormat::BbCode).answer_time(calendar, Timestamp::now()).render();
    if decision.reason() == Some(AbstainReason::NotRussian) {
        return format!("{}\n\n{}", written(Lang::En), written(Lang::Ru));
    }
    written(if english { Lang::En } else { Lang::Ru })
}

fn kept(state: &State, task: &Task, decision: &Decision, policy: &Loaded, text: &str) -> KeptDecision {
    KeptDecision {
        id: task.id,
        at: now(),
        portal: task.portal.clone(),
        bot: task.bot,
        dialog: task.dialog.clone(),
        message: task.message,
        verdict: decision.verdict().as_str().into(),
        topic: decision.topic().map(str::to_string),
        guess: decision.best_guess().map(str::to_string),
        confidence: f64::from(decision.confidence()),
        reason: decision.reason().map(|reason| reason.as_str().to_string()),
        policy: policy.hash.clone(),
        text: state.config.store.keep_text.then(|| text.to_string()),
        feedback: None,
    }
}
