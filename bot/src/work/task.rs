//! One attempt at one task.
//!
//! Before a call that is not harmless to repeat, the store notes that it begins; after it, how it ended. If the note says "begun" when an attempt starts, the
//! call may have gone through: the portal is asked, but not before `settle_seconds` have passed, since a call may still be at work there until then.

use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::answer::{self, Made};
use super::install;
use super::plan::{Body, ButtonKind, Plan, Step};
use crate::portal::{Button, CallError, Found, OutMessage, Portal};
use crate::state::State;
use crate::store::queue::{self, Task};
use crate::store::{StoreError, decisions, dialogs, now};

/// What the schedule is to do with the task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Finished or parked.
    Done,
    /// To be taken again then, in milliseconds since 1970.
    Again(i64),
}

/// Works on a task as far as it goes. If the store fails, nothing is lost: the task is where the store last saw it.
pub async fn attempt(state: &State, portal: &Arc<Portal>, id: i64) -> Next {
    match try_it(state, portal, id).await {
        Ok(next) => next,
        Err(error) => {
            tracing::error!(task = id, %error, "a task must wait for the store");
            Next::Again(now() + 1_000)
        }
    }
}

async fn try_it(state: &State, portal: &Arc<Portal>, id: i64) -> Result<Next, StoreError> {
    let Some(task) = state.store.task(id).await? else { return Ok(Next::Done) };
    let body: Option<Body> = serde_json::from_str(&task.body).ok();
    let Some(body) = body else { return park(state, &task, "what happened cannot be read".into()).await };
    if task.plan.is_none()
        && let Body::Installed { member_id, application_token, access, refresh } = body
    {
        return match install::verify(state, portal, member_id, application_token, access, refresh).await {
            Ok(outcome) => {
                state.store.finish(task.id, outcome, None).await?;
                Ok(Next::Done)
            }
            Err(error) => failed(state, portal, &task, error, false).await,
        };
    }
    if task.plan.is_none() && matches!(body, Body::Deleted) {
        return deleted(state, &task).await;
    }
    let (plan, mut tried) = match &task.plan {
        Some(plan) => match serde_json::from_str(plan) {
            Ok(plan) => (plan, task.tried),
            Err(_) => return park(state, &task, "its plan cannot be read".into()).await,
        },
        None => {
            let made = answer::make(state, portal, &task, body).await?;
            match remember(state, &task, made).await? {
                Some(plan) => (plan, None),
                None => return Ok(Next::Done),
            }
        }
    };
    // The plan was stored together with the note that its first call begins.
    let mut noted = task.plan.is_none();
    let mut sent = None;
    for (at, step) in plan.steps.iter().enumerate().skip(task.step) {
        let mut found = None;
        if let Some(begun) = tried.take() {
            match settle(state, portal, &task, at, step, begun).await? {
                Settled::Wait(until) => {
                    state.store.put_off(task.id, until, false, false).await?;
                    return Ok(Next::Again(until));
                }
                Settled::Park(why) => return park(state, &task, why).await,
                Settled::Failed(error) => return failed(state, portal, &task, error, true).await,
                Settled::Sent(message) => found = Some(message),
                Settled::Call => {}
            }
        }
        if found.is_none() {
            if !noted {
                state.store.begin_call(task.id).await?;
            }
            let result = call(state, portal, &task, at, step).await;
            portal.note(result.as_ref().err()).await;
            match result {
                Ok(message) => found = message,
                Err(error) => {
                    let unknown = error.may_have_happened();
                    return failed(state, portal, &task, error, unknown).await;
                }
            }
        }
        noted = false;
        sent = sent.or(found);
        if at + 1 < plan.steps.len() {
            state.store.end_call(task.id, found).await?;
        }
    }
    state.store.finish(task.id, plan.outcome.as_str(), sent).await?;
    let waited = (now() - task.received).max(0).unsigned_abs();
    state.metrics.answer(Duration::from_millis(waited));
    tracing::debug!(task = task.id, portal = %task.portal, outcome = plan.outcome.as_str(), waited, "done");
    Ok(Next::Done)
}

/// Stores what was decided in one commit, with the note that the first call begins. `None` if there is nothing to call.
async fn remember(state: &State, task: &Task, made: Made) -> Result<Option<Plan>, StoreError> {
    let Made { plan, decision, dialog, wrong } = made;
    let stored = serde_json::to_string(&plan).unwrap_or_default();
    let (id, portal, lane) = (task.id, task.portal.clone(), task.dialog.clone());
    let (empty, outcome) = (plan.steps.is_empty(), plan.outcome.as_str());
    let (changed, noted) = state
        .store
        .run(move |connection| {
            if let Some(decision) = &decision {
                decisions::keep(connection, decision)?;
            }
            if let Some((key, dialog)) = &dialog {
                dialogs::save(connection, key, dialog)?;
            }
            let noted = wrong.map_or(Ok(0), |(decision, by)| decisions::mark_wrong(connection, decision, &portal, &lane, by))?;
            if empty {
                return Ok((queue::finish(connection, id, outcome, None)?, noted));
            }
            let sql = "UPDATE queue SET plan = ?2, tried = ?3 WHERE id = ?1";
            connection.prepare_cached(sql)?.execute(rusqlite::params![id, stored, now()])?;
            Ok((0, noted))
        })
        .await?;
    state.store.count_finished(changed);
    if noted > 0 {
        state.metrics.feedback("wrong");
    }
    Ok((!empty).then_some(plan))
}

/// A message that was taken back before it was answered is not answered.
async fn deleted(state: &State, task: &Task) -> Result<Next, StoreError> {
    let (portal, bot, message, id) = (task.portal.clone(), task.bot, task.message, task.id);
    let changed = state
        .store
        .run(move |connection| {
            let sql = "UPDATE queue SET state = 1, outcome = 'deleted', finished = ?4, body = NULL WHERE portal = ?1 AND bot = ?2 AND message = ?3
                       AND kind IN ('message', 'edit') AND state = 0 AND plan IS NULL";
            let struck = connection.execute(sql, rusqlite::params![portal, bot, message, now()])?;
            Ok(struck + queue::finish(connection, id, "ignored", None)?)
        })
        .await?;
    state.store.count_finished(changed);
    Ok(Next::Done)
}

enum Settled {
    /// Too early to tell.
    Wait(i64),
    /// It went out.
    Sent(i64),
    /// It did not, or it may be repeated.
    Call,
    /// Nobody can tell, and the configuration would rather have a person look.
    Park(String),
    /// The portal could not be asked.
    Failed(CallError),
}

async fn settle(state: &State, portal: &Arc<Portal>, task: &Task, at: usize, step: &Step, begun: i64) -> Result<Settled, StoreError> {
    let Step::Send { dialog, .. } = step else { return Ok(Settled::Call) };
    let until = begun + portal.config().settle_seconds as i64 * 1_000;
    if now() < until {
        return Ok(Settled::Wait(until));
    }
    let after = if *dialog == task.dialog { task.message } else { 0 };
    let known = state.store.known_answers(task.portal.clone(), dialog.clone(), after).await?;
    let mark = mark(state, task, at);
    let found = with_message(step, &mark, async |message| portal.look_for(task.bot, message, after, &known).await).await;
    portal.note(found.as_ref().err()).await;
    Ok(match found {
        Ok(Found::Sent(id)) => {
            tracing::info!(task = task.id, "an answer without an acknowledgement was found in the dialog");
            Settled::Sent(id)
        }
        Ok(Found::NotSent) => Settled::Call,
        Ok(Found::CannotLook) if portal.config().resend_when_unsure => {
            tracing::warn!(task = task.id, "the portal does not let us look whether an answer went out: sending it again");
            Settled::Call
        }
        Ok(Found::CannotLook) => Settled::Park("nothing tells whether the answer went out".into()),
        Err(error) => Settled::Failed(error),
    })
}

async fn call(state: &State, portal: &Arc<Portal>, task: &Task, at: usize, step: &Step) -> Result<Option<i64>, CallError> {
    let mark = mark(state, task, at);
    match step {
        Step::Send { .. } => with_message(step, &mark, async |message| portal.send(task.bot, message).await).await.map(Some),
        Step::Update { message: id, .. } => {
            with_message(step, &mark, async |message| portal.update(task.bot, *id, message).await).await.map(|()| None)
        }
        Step::Transfer { chat } => match portal.transfer(*chat).await {
            // Somebody has taken it already, or our own call without an answer was heard.
            Err(CallError::Refused { code, .. }) if code == "WRONG_CHAT" => Ok(None),
            other => other.map(|()| None),
        },
    }
}

async fn with_message<T>(step: &Step, mark: &str, run: impl AsyncFnOnce(&OutMessage<'_>) -> T) -> T {
    let (dialog, text, kinds, decision, reply_to, english) = match step {
        Step::Send { dialog, text, buttons, decision, reply_to, english } => {
            (dialog.as_str(), text, buttons, decision, *reply_to, *english)
        }
        Step::Update { text, buttons, decision, english, .. } => ("", text, buttons, decision, None, *english),
        Step::Transfer { .. } => ("", &String::new(), &Vec::new(), &0, None, false),
    };
    let button = |kind: &ButtonKind| Button { text: kind.text(english).into(), command: kind.command(), params: decision.to_string() };
    let buttons: Vec<Button> = kinds.iter().map(button).collect();
    run(&OutMessage { dialog, text, buttons: &buttons, reply_to, mark }).await
}

/// The same for every attempt at the same call, and for no other.
fn mark(state: &State, task: &Task, at: usize) -> String {
    let digest = Sha256::digest(format!("{} {} {at}", state.store.salt(), task.id).as_bytes());
    digest[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn failed(state: &State, portal: &Arc<Portal>, task: &Task, error: CallError, unknown: bool) -> Result<Next, StoreError> {
    state.metrics.upstream_error(error.code());
    let answers = &state.config.answers;
    let age = now() - task.received;
    let outage = error.is_outage();
    let attempts = task.attempts + 1;
    let give_up =
        if outage { age > i64::from(answers.give_up_hours) * 3_600_000 } else { error.is_final() || attempts >= answers.max_attempts };
    if give_up {
        return park(state, task, error.to_string()).await;
    }
    let pause = if error.may_have_happened() {
        portal.config().settle_seconds as f64 * 1_000.0 + 50.0
    } else {
        // One second, doubled with every attempt up to five minutes; an outage is waited for at the portal's bucket.
        let doubling = if outage { 500.0 } else { 1_000.0 * f64::from(1u32 << attempts.min(9)) };
        doubling.min(300_000.0) * (0.5 + fastrand::f64() / 2.0)
    };
    let due = now() + pause as i64;
    tracing::info!(task = task.id, portal = %task.portal, attempts, code = error.code(), wait_ms = pause as i64, "a call failed");
    state.store.put_off(task.id, due, !outage, !unknown).await?;
    Ok(Next::Again(due))
}

async fn park(state: &State, task: &Task, why: String) -> Result<Next, StoreError> {
    tracing::error!(task = task.id, portal = %task.portal, message = task.message, %why, "a message is parked");
    state.metrics.parked();
    state.store.park(task.id, why).await?;
    Ok(Next::Done)
}
