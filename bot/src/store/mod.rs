//! What outlives the process: one SQLite file with the queue, the tokens, the state of dialogs and the decisions.
//!
//! One thread owns the connection. Whatever is asked of it while a commit is under way goes into the next one, so that a thousand events a second
//! need some dozens of commits; nobody gets an answer before the commit that holds it.

pub mod decisions;
pub mod dialogs;
pub mod portals;
pub mod queue;
mod schema;

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::{Connection, OpenFlags};
use tokio::sync::{mpsc, oneshot};

/// Jobs that may wait for the thread, and that one commit may hold.
const WAITING: usize = 1_024;
const TOGETHER: usize = 256;

/// Why the store did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be opened or is not ours.
    #[error("{path}: {why}", path = .path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why, and the mend.
        why: String,
    },
    /// SQLite failed: disk full, file damaged.
    #[error("the store failed: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The commit failed, so nothing of it happened.
    #[error("the store could not commit")]
    Commit,
    /// More messages wait than the configuration allows.
    #[error("the queue is full")]
    Full,
    /// The thread is gone: the server is stopping.
    #[error("the store is closed")]
    Closed,
}

type Finish = Box<dyn FnOnce(bool) + Send>;
type Job = Box<dyn FnOnce(&Connection) -> Finish + Send>;

/// The open file. Cheap to clone; the file is closed when the last clone is gone and the jobs are done.
#[derive(Clone, Debug)]
pub struct Store {
    jobs: mpsc::Sender<Job>,
    waiting: Arc<AtomicU64>,
    parked: Arc<AtomicU64>,
    max_queue: u64,
    salt: Arc<str>,
}

/// How full the queue is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Depth {
    /// Messages that wait for their answer.
    pub waiting: u64,
    /// Messages given up on, for a person to look at.
    pub parked: u64,
}

impl Store {
    /// Opens or creates the file and locks it for this process.
    ///
    /// # Errors
    ///
    /// [`StoreError::Open`] if another instance has it, if it is not ours, or if it cannot be written.
    pub fn open(path: &Path, max_queue: u64) -> Result<Store, StoreError> {
        let fail = |why: String| StoreError::Open { path: path.to_path_buf(), why };
        let lock = lock(path).map_err(fail)?;
        create_private(path).map_err(|error| fail(format!("cannot be created: {error}")))?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(|error| fail(error.to_string()))?;
        connection.set_prepared_statement_cache_capacity(64);
        schema::prepare(&connection).map_err(fail)?;
        let count = |state: i64| connection.query_row("SELECT count(*) FROM queue WHERE state = ?", [state], |row| row.get::<_, i64>(0));
        let (waiting, parked) = (count(0)?, count(2)?);
        let salt: String = connection.query_row("SELECT value FROM meta WHERE key = 'salt'", [], |row| row.get(0))?;
        let (jobs, receiver) = mpsc::channel(WAITING);
        std::thread::Builder::new()
            .name("store".into())
            .spawn(move || {
                serve(connection, receiver);
                drop(lock);
            })
            .map_err(|error| fail(format!("no thread for it: {error}")))?;
        Ok(Store {
            jobs,
            waiting: Arc::new(AtomicU64::new(waiting.unsigned_abs())),
            parked: Arc::new(AtomicU64::new(parked.unsigned_abs())),
            max_queue,
            salt: salt.into(),
        })
    }

    /// How full the queue is. Costs nothing.
    pub async fn depth(&self) -> Depth {
        Depth { waiting: self.waiting.load(Ordering::Relaxed), parked: self.parked.load(Ordering::Relaxed) }
    }

    /// A random string of this file, from which marks are made that nobody can guess.
    pub fn salt(&self) -> &str {
        &self.salt
    }

    /// Runs one job and waits until it is committed. A job that fails changes nothing.
    ///
    /// # Errors
    ///
    /// What the job says, or that it could not be committed.
    pub async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T, rusqlite::Error> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (sender, receiver) = oneshot::channel();
        let boxed: Job = Box::new(move |connection| {
            let result = savepoint(connection, job);
            Box::new(move |committed| {
                let _ = sender.send(match result {
                    Ok(_) if !committed => Err(StoreError::Commit),
                    Ok(value) => Ok(value),
                    Err(error) => Err(StoreError::Sqlite(error)),
                });
            })
        });
        self.jobs.send(boxed).await.map_err(|_| StoreError::Closed)?;
        receiver.await.map_err(|_| StoreError::Closed)?
    }
}

/// Milliseconds since 1970, the unit of all times in the file.
pub fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

fn serve(connection: Connection, mut jobs: mpsc::Receiver<Job>) {
    while let Some(first) = jobs.blocking_recv() {
        let begun = connection.execute_batch("BEGIN IMMEDIATE");
        let mut finishes = vec![first(&connection)];
        while finishes.len() < TOGETHER {
            let Ok(job) = jobs.try_recv() else { break };
            finishes.push(job(&connection));
        }
        let committed = begun.and_then(|()| connection.execute_batch("COMMIT"));
        if let Err(error) = &committed {
            tracing::error!(%error, "the store could not commit");
            let _ = connection.execute_batch("ROLLBACK");
        }
        for finish in finishes {
            finish(committed.is_ok());
        }
    }
}

fn savepoint<T>(connection: &Connection, job: impl FnOnce(&Connection) -> Result<T, rusqlite::Error>) -> Result<T, rusqlite::Error> {
    connection.execute_batch("SAVEPOINT job")?;
    let result = job(connection);
    if result.is_err() {
        connection.execute_batch("ROLLBACK TO job")?;
    }
    connection.execute_batch("RELEASE job")?;
    result
}

/// Locks a file beside the store. The lock goes with the process, however that ends.
fn lock(path: &Path) -> Result<File, String> {
    let mut name = path.as_os_str().to_os_string();
    name.push(".lock");
    let shown = Path::new(&name).display().to_string();
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&name)
        .map_err(|error| format!("the lock {shown} cannot be opened: {error}"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err("another instance is working with it: stop that one, or give this one a file of its own (store.path)".into())
        }
        Err(TryLockError::Error(error)) => Err(format!("the lock {shown} cannot be taken: {error}")),
    }
}

/// Creates an empty file that only its owner can read, unless it is there. SQLite gives its other files the same mode.
fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

#[cfg(test)]
mod tests;
