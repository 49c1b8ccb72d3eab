//! The queue: every event that asks for an answer, from before it is acknowledged until the answer is out.

use std::sync::atomic::Ordering;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Store, StoreError, now};

/// An event to be worked on. `portal`, `bot`, `kind`, `message` and `mark` name it; the same event again is recognised by them.
#[derive(Clone, Debug)]
pub struct NewTask {
    /// Name of the portal.
    pub portal: String,
    /// Number of the bot.
    pub bot: i64,
    /// `message`, `edit`, `delete`, `command`, `join`, `install`.
    pub kind: &'static str,
    /// The portal's number of the message, or 0.
    pub message: i64,
    /// Tells apart what has the same number: a fingerprint of an edit, the name of a command.
    pub mark: String,
    /// The dialog; its tasks are worked on one by one, in order.
    pub dialog: String,
    /// JSON for the worker.
    pub body: String,
}

/// A task of the queue, by number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queued {
    /// Number of the row.
    pub id: i64,
    /// Tasks with the same lane are worked on one by one.
    pub lane: (String, String),
    /// When to begin, in milliseconds since 1970.
    pub due: i64,
}

/// A task as it stands.
#[derive(Clone, Debug)]
pub struct Task {
    /// Number of the row.
    pub id: i64,
    /// As in [`NewTask`].
    pub portal: String,
    /// As in [`NewTask`].
    pub bot: i64,
    /// As in [`NewTask`].
    pub kind: String,
    /// As in [`NewTask`].
    pub message: i64,
    /// As in [`NewTask`].
    pub dialog: String,
    /// As in [`NewTask`].
    pub body: String,
    /// Attempts that failed so far.
    pub attempts: u32,
    /// The calls to make, once decided.
    pub plan: Option<String>,
    /// Calls that are done.
    pub step: usize,
    /// When the next call was begun, if it may have gone through.
    pub tried: Option<i64>,
    /// When the event arrived.
    pub received: i64,
}

impl Store {
    /// Puts tasks into the queue. `None` for each that has been there before.
    ///
    /// # Errors
    ///
    /// [`StoreError::Full`]; and nothing is queued if the commit fails.
    pub async fn enqueue(&self, tasks: Vec<NewTask>) -> Result<Vec<Option<Queued>>, StoreError> {
        if self.waiting.load(Ordering::Relaxed) + tasks.len() as u64 > self.max_queue {
            return Err(StoreError::Full);
        }
        let queued = self.run(move |connection| tasks.iter().map(|task| insert(connection, task)).collect::<Result<Vec<_>, _>>()).await?;
        self.count_queued(&queued);
        Ok(queued)
    }

    /// Counts what a job of the caller's has put into the queue.
    pub fn count_queued(&self, queued: &[Option<Queued>]) {
        self.waiting.fetch_add(queued.iter().flatten().count() as u64, Ordering::Relaxed);
    }

    /// All tasks that wait, in order.
    ///
    /// # Errors
    ///
    /// As [`Store::run`].
    pub async fn waiting(&self) -> Result<Vec<Queued>, StoreError> {
        self.run(|connection| {
            let mut statement = connection.prepare("SELECT id, portal, dialog, due FROM queue WHERE state = 0 ORDER BY id")?;
            let rows = statement.query_map([], |row| Ok(Queued { id: row.get(0)?, lane: (row.get(1)?, row.get(2)?), due: row.get(3)? }))?;
            rows.collect()
        })
        .await
    }

    /// A task that waits.
    ///
    /// # Errors
    ///
    /// As [`Store::run`].
    pub async fn task(&self, id: i64) -> Result<Option<Task>, StoreError> {
        self.run(move |connection| {
            let sql = "SELECT id, portal, bot, kind, message, dialog, body, attempts, plan, step, tried, received FROM queue
                       WHERE id = ? AND state = 0";
            connection.prepare_cached(sql)?.query_row([id], read).optional()
        })
        .await
    }

    /// Ends a task: what it said is erased, that it was there is kept.
    ///
    /// # Errors
    ///
    /// As [`Store::run`].
    pub async fn finish(&self, id: i64, outcome: &'static str, sent: Option<i64>) -> Result<(), StoreError> {
        let changed = self.run(move |connection| finish(connection, id, outcome, sent)).await?;
        self.count_finished(changed);
        Ok(())
    }

    /// Counts tasks that a job of the caller's has ended.
    pub fn count_finished(&self, changed: usize) {
        self.waiting.fetch_sub(changed as u64, Ordering::Relaxed);
    }

    /// Gives up on a task, for a person to look at.
    ///
    /// # Errors
    ///
    /// As [`Store::run`].
    pub async fn park(&self, id: i64, why: String) -> Result<(), StoreError> {
        let sql = "UPDATE queue SET state = 2, outcome = ?2, finished = ?3 WHERE id = ?1 AND state = 0";
        let changed = self.run(move |connection| connection.prepare_cached(sql)?.execute(params![id, why, now()])).await?;
        self.count_finished(changed);
        self.parked.fetch_add(changed as u64, Ordering::Relaxed);
        Ok(())
    }

    /// Puts a task off. `certain` says that the call under way did not go through.
    ///
    /// # Errors
    ///
    /// As [`Store::run`].
    pub async fn put_off(&self, id: i64, due: i64, counts: bool, certain: bool) -> Result<(), StoreError> {
        let sql = "UPDATE queue SET due = ?2, attempts = attempts + ?3, tried = CASE WHEN ?4 THEN NULL ELSE tried END WHERE id = ?1";
        self.run(move |connection| connection.prepare_cached(sql)?.execute(params![id, due, i64::from(counts), certain])).await?;
        Ok(())
    }

    /// Records that a call is about to be made.
    ///
    /// # Errors
    ///
    /// As [`Store::run`]; the call must not be made then.
    pub async fn begin_call(&self, id: i64) -> Result<(), StoreError> {
        self.run(move |connection| connection.prepare_cached("UPDATE queue SET tried = ?2 WHERE id = ?1")?.execute(params![id, now()]))
            .await?;
        Ok(())
    }

    /// Records that a call of the plan is done and more are to come.
    ///
    /// # Errors
    ///
    /// As [`Store::run`].
    pub async fn end_call(&self, id: i64, sent: Option<i64>) -> Result<(), StoreError> {
        let sql = "UPDATE queue SET step = step + 1, tried = NULL, sent = coalesce(sent, ?2) WHERE id = ?1";
        self.run(move |connection| connection.prepare_cached(sql)?.execute(params![id, sent])).await?;
        Ok(())
    }

    /// Of these numbers of our messages in a dialog, those that belong to a task already.
    ///
    /// # Errors
    ///
    /// As [`Store::run`].
    pub async fn known_answers(&self, portal: String, dialog: String, after: i64) -> Result<Vec<i64>, StoreError> {
        self.run(move |connection| {
            let mut statement = connection.prepare_cached("SELECT sent FROM queue WHERE portal = ? AND dialog = ? AND sent > ?")?;
            let rows = statement.query_map(params![portal, dialog, after], |row| row.get(0))?;
            rows.collect()
        })
        .await
    }

    /// Parked tasks: number, portal, dialog, message, why.
    ///
    /// # Errors
    ///
    /// As [`Store::run`].
    pub async fn parked(&self) -> Result<Vec<(i64, String, String, i64, String)>, StoreError> {
        self.run(|connection| {
            let mut statement = connection.prepare("SELECT id, portal, dialog, message, outcome FROM queue WHERE state = 2 ORDER BY id")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))?;
            rows.collect()
        })
        .await
    }

    /// Puts all parked tasks back into the queue and says how many.
    ///
    /// # Errors
    ///
    /// As [`Store::run`].
    pub async fn unpark(&self) -> Result<usize, StoreError> {
        let sql = "UPDATE queue SET state = 0, outcome = NULL, finished = NULL, attempts = 0, due = ? WHERE state = 2 AND body IS NOT NULL";
        self.run(move |connection| connection.execute(sql, [now()])).await
    }
}

/// Inserts a task, inside a job.
///
/// # Errors
///
/// Those of SQLite.
pub fn insert(connection: &Connection, task: &NewTask) -> Result<Option<Queued>, rusqlite::Error> {
    let sql =
        "INSERT INTO queue (portal, bot, kind, message, mark, dialog, body, due, received) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)
               ON CONFLICT DO NOTHING";
    let due = now();
    let inserted = connection.prepare_cached(sql)?.execute(params![
        task.portal,
        task.bot,
        task.kind,
        task.message,
        task.mark,
        task.dialog,
        task.body,
        due
    ])?;
    let lane = (task.portal.clone(), task.dialog.clone());
    Ok((inserted == 1).then(|| Queued { id: connection.last_insert_rowid(), lane, due }))
}

/// Ends a task, inside a job. Says how many rows changed, 0 or 1.
///
/// # Errors
///
/// Those of SQLite.
pub fn finish(connection: &Connection, id: i64, outcome: &str, sent: Option<i64>) -> Result<usize, rusqlite::Error> {
    let sql = "UPDATE queue SET state = 1, outcome = ?2, sent = coalesce(sent, ?3), finished = ?4, body = NULL, plan = NULL, tried = NULL
               WHERE id = ?1 AND state = 0";
    connection.prepare_cached(sql)?.execute(params![id, outcome, sent, now()])
}

fn read(row: &Row<'_>) -> Result<Task, rusqlite::Error> {
    Ok(Task {
        id: row.get(0)?,
        portal: row.get(1)?,
        bot: row.get(2)?,
        kind: row.get(3)?,
        message: row.get(4)?,
        dialog: row.get(5)?,
        body: row.get(6)?,
        attempts: row.get(7)?,
        plan: row.get(8)?,
        step: row.get::<_, i64>(9)?.try_into().unwrap_or(0),
        tried: row.get(10)?,
        received: row.get(11)?,
    })
}
