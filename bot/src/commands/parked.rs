//! `parked`: messages that were given up on.

use std::process::ExitCode;

use crate::config::Config;
use crate::store::Store;

/// Lists them, or puts them back. The server must not be running: the store is its own.
///
/// # Errors
///
/// If the store cannot be opened or read.
pub async fn run(config: Config, retry: bool) -> Result<ExitCode, String> {
    let store = Store::open(&config.store.path, config.store.max_queue).map_err(|error| error.to_string())?;
    if retry {
        let count = store.unpark().await.map_err(|error| error.to_string())?;
        println!("{count} messages are back in the queue");
        return Ok(ExitCode::SUCCESS);
    }
    let parked = store.parked().await.map_err(|error| error.to_string())?;
    for (id, portal, dialog, message, why) in &parked {
        println!("{id}\t{portal}\tdialog {dialog}\tmessage {message}\t{why}");
    }
    Ok(if parked.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
