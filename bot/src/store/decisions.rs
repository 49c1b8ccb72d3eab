//! What was decided, for review, and what people said of it.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Store, StoreError, now};

/// A decision as it is kept. Its number is that of the task.
#[derive(Clone, Debug, Default)]
pub struct KeptDecision {
    /// Number of the task.
    pub id: i64,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// Name of the portal.
    pub portal: String,
    /// Number of the bot.
    pub bot: i64,
    /// Where.
    pub dialog: String,
    /// The portal's number of the message.
    pub message: i64,
    /// `in_scope`, `out_of_scope`, `undetermined`.
    pub verdict: String,
    /// The topic, if determined.
    pub topic: Option<String>,
    /// The nearest topic.
    pub guess: Option<String>,
    /// 0 to 1.
    pub confidence: f64,
    /// Why undetermined.
    pub reason: Option<String>,
    /// Version of the policy.
    pub policy: String,
    /// The ticket, only with `store.keep_text`.
    pub text: Option<String>,
    /// `wrong` if a person said so.
    pub feedback: Option<String>,
}

const COLUMNS: &str = "id, at, portal, bot, dialog, message, verdict, topic, guess, confidence, reason, policy, text, feedback";

impl Store {
    /// A page of decisions in order, those after `after`.
    ///
    /// # Errors
    ///
    /// As [`Store::run`].
    pub async fn decisions(&self, after: i64, limit: usize) -> Result<Vec<KeptDecision>, StoreError> {
        self.run(move |connection| {
            let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM decision WHERE id > ? ORDER BY id LIMIT ?"))?;
            let rows = statement.query_map(params![after, limit as i64], read)?;
            rows.collect()
        })
        .await
    }

    /// The last decision on a message.
    ///
    /// # Errors
    ///
    /// As [`Store::run`].
    pub async fn decision_on(&self, portal: String, bot: i64, message: i64) -> Result<Option<KeptDecision>, StoreError> {
        self.run(move |connection| {
            let sql = format!("SELECT {COLUMNS} FROM decision WHERE portal = ? AND bot = ? AND message = ? ORDER BY id DESC LIMIT 1");
            connection.prepare_cached(&sql)?.query_row(params![portal, bot, message], read).optional()
        })
        .await
    }

    /// Deletes what is older than `days`, some thousand rows at a time, and says how many. Parked tasks stay as long as decisions do.
    ///
    /// # Errors
    ///
    /// As [`Store::run`].
    pub async fn forget_old(&self, days: u32) -> Result<usize, StoreError> {
        let before = now() - i64::from(days) * 86_400_000;
        let mut deleted = 0;
        for sql in [
            "DELETE FROM decision WHERE id IN (SELECT id FROM decision WHERE at < ? LIMIT 5000)",
            "DELETE FROM queue WHERE id IN (SELECT id FROM queue WHERE finished < ? LIMIT 5000)",
            "DELETE FROM dialog WHERE rowid IN (SELECT rowid FROM dialog WHERE touched < ? LIMIT 5000)",
        ] {
            loop {
                let rows = self.run(move |connection| connection.execute(sql, [before])).await?;
                deleted += rows;
                if rows < 5_000 {
                    break;
                }
            }
        }
        Ok(deleted)
    }

    /// Erases texts of dialogs that nobody has answered since `before`.
    ///
    /// # Errors
    ///
    /// As [`Store::run`].
    pub async fn forget_pending(&self, before: i64) -> Result<usize, StoreError> {
        let sql = "UPDATE dialog SET pending = NULL, pending_at = NULL WHERE pending_at < ?";
        self.run(move |connection| connection.execute(sql, [before])).await
    }
}

/// Keeps a decision, inside a job.
///
/// # Errors
///
/// Those of SQLite.
pub fn keep(connection: &Connection, decision: &KeptDecision) -> Result<(), rusqlite::Error> {
    let sql = format!("INSERT OR REPLACE INTO decision ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    connection.prepare_cached(&sql)?.execute(params![
        decision.id,
        decision.at,
        decision.portal,
        decision.bot,
        decision.dialog,
        decision.message,
        decision.verdict,
        decision.topic,
        decision.guess,
        decision.confidence,
        decision.reason,
        decision.policy,
        decision.text,
        decision.feedback
    ])?;
    Ok(())
}

/// Records that a person found a decision wrong, inside a job. Only in the dialog that it was made in.
///
/// # Errors
///
/// Those of SQLite.
pub fn mark_wrong(connection: &Connection, id: i64, portal: &str, dialog: &str, by: i64) -> Result<usize, rusqlite::Error> {
    let sql = "UPDATE decision SET feedback = 'wrong', feedback_by = ?4, feedback_at = ?5 WHERE id = ?1 AND portal = ?2 AND dialog = ?3";
    connection.prepare_cached(sql)?.execute(params![id, portal, dialog, by, now()])
}

fn read(row: &Row<'_>) -> Result<KeptDecision, rusqlite::Error> {
    Ok(KeptDecision {
        id: row.get(0)?,
        at: row.get(1)?,
        portal: row.get(2)?,
        bot: row.get(3)?,
        dialog: row.get(4)?,
        message: row.get(5)?,
        verdict: row.get(6)?,
        topic: row.get(7)?,
        guess: row.get(8)?,
        confidence: row.get(9)?,
        reason: row.get(10)?,
        policy: row.get(11)?,
        text: row.get(12)?,
        feedback: row.get(13)?,
    })
}
