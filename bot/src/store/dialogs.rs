//! The state of a dialog: what the bot has asked, whether it keeps quiet.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Store, StoreError, now};

/// The state of one dialog. The default is that of a dialog never seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dialog {
    /// Whether the bot has greeted.
    pub greeted: bool,
    /// The text that was too unclear, with its time: the next message is read together with it.
    pub pending: Option<(String, i64)>,
    /// Undetermined messages in a row.
    pub undetermined: u32,
    /// A person has taken over until then.
    pub quiet_until: Option<i64>,
}

/// Names a dialog.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DialogKey {
    /// Name of the portal.
    pub portal: String,
    /// Number of the bot.
    pub bot: i64,
    /// `27` or `chat12`.
    pub dialog: String,
}

impl Store {
    /// The state of a dialog.
    ///
    /// # Errors
    ///
    /// As [`Store::run`].
    pub async fn dialog(&self, key: DialogKey) -> Result<Dialog, StoreError> {
        self.run(move |connection| {
            let sql =
                "SELECT greeted, pending, pending_at, undetermined, quiet_until FROM dialog WHERE portal = ? AND bot = ? AND dialog = ?";
            let read = |row: &rusqlite::Row<'_>| {
                let pending: Option<String> = row.get(1)?;
                let at: Option<i64> = row.get(2)?;
                Ok(Dialog { greeted: row.get(0)?, pending: pending.zip(at), undetermined: row.get(3)?, quiet_until: row.get(4)? })
            };
            Ok(connection.prepare_cached(sql)?.query_row(params![key.portal, key.bot, key.dialog], read).optional()?.unwrap_or_default())
        })
        .await
    }
}

/// Stores the state of a dialog, inside a job.
///
/// # Errors
///
/// Those of SQLite.
pub fn save(connection: &Connection, key: &DialogKey, dialog: &Dialog) -> Result<(), rusqlite::Error> {
    let sql = "INSERT OR REPLACE INTO dialog (portal, bot, dialog, greeted, pending, pending_at, undetermined, quiet_until, touched)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let (pending, at) = dialog.pending.as_ref().map_or((None, None), |(text, at)| (Some(text), Some(at)));
    connection.prepare_cached(sql)?.execute(params![
        key.portal,
        key.bot,
        key.dialog,
        dialog.greeted,
        pending,
        at,
        dialog.undetermined,
        dialog.quiet_until,
        now()
    ])?;
    Ok(())
}
