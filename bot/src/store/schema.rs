//! The tables, and how a file of an older version is brought up.

use rusqlite::Connection;

/// Goes up with every change of the tables.
const VERSION: i64 = 1;

const TABLES: &str = "
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE portal (
    name TEXT PRIMARY KEY, member_id TEXT, application_token TEXT, bot_id INTEGER, fetch_offset INTEGER
) STRICT;
CREATE TABLE token (
    portal TEXT NOT NULL, owner TEXT NOT NULL, access TEXT NOT NULL, refresh TEXT, saved_at INTEGER NOT NULL, PRIMARY KEY (portal, owner)
) STRICT;
-- One row a message (or edit, command, …), kept after it is answered so that a repeated event is recognised. Times are milliseconds since 1970.
CREATE TABLE queue (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    portal TEXT NOT NULL, bot INTEGER NOT NULL, kind TEXT NOT NULL, message INTEGER NOT NULL, mark TEXT NOT NULL,
    dialog TEXT NOT NULL,
    body TEXT,                          -- what happened, until it is answered
    state INTEGER NOT NULL DEFAULT 0,   -- 0 waiting, 1 finished, 2 parked
    outcome TEXT,                       -- how it was finished, or why it was parked
    attempts INTEGER NOT NULL DEFAULT 0,
    due INTEGER NOT NULL,
    plan TEXT,                          -- the calls to make; decided once, so that every attempt says the same
    step INTEGER NOT NULL DEFAULT 0,    -- calls of the plan that are done
    tried INTEGER,                      -- when the next call was begun; it may have gone through
    sent INTEGER,                       -- the portal's number of our answer
    received INTEGER NOT NULL, finished INTEGER,
    UNIQUE (portal, bot, kind, message, mark)
) STRICT;
CREATE INDEX queue_waiting ON queue (id) WHERE state = 0;
CREATE INDEX queue_sent ON queue (portal, dialog, sent) WHERE sent IS NOT NULL;
CREATE INDEX queue_finished ON queue (finished) WHERE finished IS NOT NULL;
CREATE TABLE dialog (
    portal TEXT NOT NULL, bot INTEGER NOT NULL, dialog TEXT NOT NULL,
    greeted INTEGER NOT NULL DEFAULT 0,
    pending TEXT, pending_at INTEGER,   -- a message that was too unclear, until the next one
    undetermined INTEGER NOT NULL DEFAULT 0,
    quiet_until INTEGER, touched INTEGER NOT NULL,
    PRIMARY KEY (portal, bot, dialog)
) STRICT;
CREATE TABLE decision (
    id INTEGER PRIMARY KEY,             -- that of the queue
    at INTEGER NOT NULL, portal TEXT NOT NULL, bot INTEGER NOT NULL, dialog TEXT NOT NULL, message INTEGER NOT NULL,
    verdict TEXT NOT NULL, topic TEXT, guess TEXT, confidence REAL NOT NULL, reason TEXT, policy TEXT NOT NULL,
    text TEXT,                          -- only with store.keep_text
    feedback TEXT, feedback_by INTEGER, feedback_at INTEGER
) STRICT;
CREATE INDEX decision_at ON decision (at);
CREATE INDEX decision_message ON decision (portal, bot, message);
";

/// Creates the tables of a new file and checks the version of an old one.
pub(super) fn prepare(connection: &Connection) -> Result<(), String> {
    let fail = |error: rusqlite::Error| error.to_string();
    // FULL: what was acknowledged survives the machine, not only the process. Group commits keep it cheap.
    // secure_delete: texts of answered messages are overwritten, not only unlinked.
    connection
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 0;")
        .map_err(fail)?;
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(fail)?;
    match version {
        0 => connection
            .execute_batch(&format!(
                "BEGIN; {TABLES} INSERT INTO meta VALUES ('salt', lower(hex(randomblob(16)))); PRAGMA user_version = {VERSION}; COMMIT;"
            ))
            .map_err(fail),
        VERSION => Ok(()),
        newer => Err(format!("it was written by a newer version of the program (tables of version {newer}, this one knows {VERSION})")),
    }
}
