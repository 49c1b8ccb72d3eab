//! What is known of each portal: who it is, our bot there, and the tokens.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Store, StoreError, now};
use crate::config::Secret;
use crate::event::Tokens;

/// What an install event and `register` have left behind.
#[derive(Clone, Debug, Default)]
pub struct KnownPortal {
    /// The portal's `member_id`.
    pub member_id: Option<String>,
    /// The token that its events carry.
    pub application_token: Option<Secret>,
    /// Our bot's number.
    pub bot_id: Option<i64>,
    /// Up to where events have been fetched.
    pub fetch_offset: Option<i64>,
}

impl Store {
    /// What is known of a portal; nothing at first.
    ///
    /// # Errors
    ///
    /// As [`Store::run`].
    pub async fn portal(&self, name: &str) -> Result<KnownPortal, StoreError> {
        let name = name.to_string();
        self.run(move |connection| {
            let sql = "SELECT member_id, application_token, bot_id, fetch_offset FROM portal WHERE name = ?";
            let read = |row: &rusqlite::Row<'_>| {
                let token: Option<String> = row.get(1)?;
                Ok(KnownPortal {
                    member_id: row.get(0)?,
                    application_token: token.map(Secret::new),
                    bot_id: row.get(2)?,
                    fetch_offset: row.get(3)?,
                })
            };
            Ok(connection.prepare_cached(sql)?.query_row([name], read).optional()?.unwrap_or_default())
        })
        .await
    }

    /// Stores what an install event brought, after its access token was tried out.
    ///
    /// # Errors
    ///
    /// As [`Store::run`].
    pub async fn save_install(&self, name: &str, member_id: String, application_token: Secret) -> Result<(), StoreError> {
        let name = name.to_string();
        self.run(move |connection| {
            connection.execute(
                "INSERT INTO portal (name, member_id, application_token) VALUES (?1, ?2, ?3)
                 ON CONFLICT (name) DO UPDATE SET member_id = ?2, application_token = ?3",
                params![name, member_id, application_token.reveal()],
            )
        })
        .await?;
        Ok(())
    }

    /// Forgets a portal that has removed the application, its tokens included.
    ///
    /// # Errors
    ///
    /// As [`Store::run`].
    pub async fn forget_portal(&self, name: &str) -> Result<(), StoreError> {
        let name = name.to_string();
        self.run(move |connection| {
            connection.execute("DELETE FROM token WHERE portal = ?", [&name])?;
            connection.execute("DELETE FROM portal WHERE name = ?", [&name])
        })
        .await?;
        Ok(())
    }

    /// Stores our bot's number.
    ///
    /// # Errors
    ///
    /// As [`Store::run`].
    pub async fn save_bot(&self, name: &str, bot: i64) -> Result<(), StoreError> {
        let name = name.to_string();
        let sql = "INSERT INTO portal (name, bot_id) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET bot_id = ?2";
        self.run(move |connection| connection.execute(sql, params![name, bot])).await?;
        Ok(())
    }

    /// The tokens of `app` or `bot`.
    ///
    /// # Errors
    ///
    /// As [`Store::run`].
    pub async fn tokens(&self, portal: &str, owner: &'static str) -> Result<Option<Tokens>, StoreError> {
        let portal = portal.to_string();
        self.run(move |connection| {
            let read = |row: &rusqlite::Row<'_>| {
                let refresh: Option<String> = row.get(1)?;
                Ok(Tokens { access: Secret::new(row.get::<_, String>(0)?), refresh: refresh.map(Secret::new) })
            };
            connection
                .prepare_cached("SELECT access, refresh FROM token WHERE portal = ? AND owner = ?")?
                .query_row([&portal, owner], read)
                .optional()
        })
        .await
    }

    /// Stores the tokens of `app` or `bot` in the place of the old ones.
    ///
    /// # Errors
    ///
    /// As [`Store::run`].
    pub async fn save_tokens(&self, portal: &str, owner: &'static str, tokens: &Tokens) -> Result<(), StoreError> {
        let (portal, tokens) = (portal.to_string(), tokens.clone());
        self.run(move |connection| save_tokens(connection, &portal, owner, &tokens)).await
    }
}

fn save_tokens(connection: &Connection, portal: &str, owner: &str, tokens: &Tokens) -> Result<(), rusqlite::Error> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO token (portal, owner, access, refresh, saved_at) VALUES (?, ?, ?, ?, ?)")?
        .execute(params![portal, owner, tokens.access.reveal(), tokens.refresh.as_ref().map(Secret::reveal), now()])?;
    Ok(())
}

/// Stores up to where events have been fetched, inside the job that queues them.
///
/// # Errors
///
/// Those of SQLite.
pub fn save_offset(connection: &Connection, name: &str, offset: i64) -> Result<(), rusqlite::Error> {
    let sql = "INSERT INTO portal (name, fetch_offset) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET fetch_offset = ?2";
    connection.prepare_cached(sql)?.execute(params![name, offset])?;
    Ok(())
}
