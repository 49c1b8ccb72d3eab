use super::queue::NewTask;
use super::*;

fn task(message: i64, mark: &str) -> NewTask {
    NewTask {
        portal: "p".into(),
        bot: 5,
        kind: "message",
        message,
        mark: mark.into(),
        dialog: "27".into(),
        body: "{\"text\":\"очень приметный текст\"}".into(),
    }
}

fn open(dir: &tempfile::TempDir) -> Store {
    Store::open(&dir.path().join("bot.db"), 10).unwrap()
}

/// The file is let go when its thread has done the last job.
async fn close(store: Store, dir: &tempfile::TempDir) {
    drop(store);
    for _ in 0..100 {
        if lock(&dir.path().join("bot.db")).is_ok() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the store was not closed");
}

#[tokio::test]
async fn the_same_event_is_queued_once_also_after_it_was_answered_and_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir);
    let first = store.enqueue(vec![task(1, ""), task(1, ""), task(1, "edit"), task(2, "")]).await.unwrap();
    assert_eq!(first.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false, true, true]);
    let id = first[0].as_ref().unwrap().id;
    store.finish(id, "answered", Some(77)).await.unwrap();
    assert_eq!(store.depth().await, Depth { waiting: 2, parked: 0 });
    close(store, &dir).await;
    let store = open(&dir);
    assert_eq!(store.enqueue(vec![task(1, "")]).await.unwrap(), [None]);
    assert_eq!(store.waiting().await.unwrap().len(), 2);
    assert_eq!(store.known_answers("p".into(), "27".into(), 0).await.unwrap(), [77]);
}

#[tokio::test]
async fn a_second_instance_is_refused_with_the_mend() {
    let dir = tempfile::tempdir().unwrap();
    let _store = open(&dir);
    let error = Store::open(&dir.path().join("bot.db"), 10).unwrap_err().to_string();
    assert!(error.contains("another instance") && error.contains("store.path"), "{error}");
}

#[tokio::test]
async fn a_full_queue_refuses_and_a_failed_job_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir);
    store.enqueue((0..10).map(|message| task(message, "")).collect()).await.unwrap();
    assert!(matches!(store.enqueue(vec![task(99, "")]).await, Err(StoreError::Full)));
    let failed = store
        .run(|connection| {
            connection.execute("UPDATE queue SET attempts = 9", [])?;
            connection.execute("no SQL", [])
        })
        .await;
    assert!(matches!(failed, Err(StoreError::Sqlite(_))));
    assert_eq!(store.task(1).await.unwrap().unwrap().attempts, 0);
}

#[tokio::test]
async fn what_was_answered_leaves_no_text_in_the_files() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir);
    store.enqueue(vec![task(1, "")]).await.unwrap();
    store.finish(1, "answered", None).await.unwrap();
    close(store, &dir).await;
    let bytes = std::fs::read(dir.path().join("bot.db")).unwrap();
    let needle = "очень приметный текст".as_bytes();
    assert!(!bytes.windows(needle.len()).any(|window| window == needle));
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir);
    store.enqueue(vec![task(1, "")]).await.unwrap();
    for name in ["bot.db", "bot.db-wal", "bot.db-shm"] {
        let mode = std::fs::metadata(dir.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name} {mode:o}");
    }
}

#[tokio::test]
async fn old_rows_are_forgotten_and_a_newer_file_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir);
    store.enqueue(vec![task(1, ""), task(2, "")]).await.unwrap();
    store.finish(1, "answered", None).await.unwrap();
    store.run(|connection| connection.execute("UPDATE queue SET finished = 1 WHERE id = 1", [])).await.unwrap();
    assert_eq!(store.forget_old(30).await.unwrap(), 1);
    assert!(store.task(2).await.unwrap().is_some());
    store.run(|connection| connection.execute_batch("PRAGMA user_version = 99")).await.unwrap();
    close(store, &dir).await;
    let error = Store::open(&dir.path().join("bot.db"), 10).unwrap_err().to_string();
    assert!(error.contains("newer version"), "{error}");
}
