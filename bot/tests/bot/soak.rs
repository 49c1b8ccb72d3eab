//! Many messages, a portal with every fault, and a bot that is killed again and again: every message must be answered exactly once.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::fake_portal::{APPLICATION_TOKEN, CLIENT_SECRET, FakePortal, Faults, WEBHOOK_SECRET};
use crate::running::{Bot, Way, client, portal_section, set_up};

pub struct Options {
    pub binary: PathBuf,
    pub dir: PathBuf,
    pub events: usize,
    pub kills: usize,
    pub faults: bool,
    pub seed: u64,
    /// Posts under way at once.
    pub posts: usize,
    pub patience: Duration,
}

#[derive(Debug, Default)]
pub struct Report {
    pub events: usize,
    pub duplicates: usize,
    pub kills: usize,
    pub posted_in: Duration,
    pub took: Duration,
    pub answered: usize,
    pub lost: usize,
    pub doubled: usize,
    pub waiting: i64,
    pub parked: i64,
    pub calls: u64,
    pub renewals: u64,
    pub found_again: usize,
    pub over_limit: u64,
    pub strange_tokens: u64,
    pub secrets_in_log: usize,
    pub post_p50: Duration,
    pub post_p99: Duration,
    pub answer_p50_ms: i64,
    pub answer_p99_ms: i64,
    pub memory_mb: u64,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rate = self.events as f64 / self.posted_in.as_secs_f64();
        writeln!(f, "{} messages (and {} repeated), {} kills", self.events, self.duplicates, self.kills)?;
        writeln!(
            f,
            "answered {}, lost {}, doubled {}, waiting {}, parked {}",
            self.answered, self.lost, self.doubled, self.waiting, self.parked
        )?;
        writeln!(
            f,
            "{} calls, {} renewed tokens, {} answers found again, {} calls over the limit, {} calls with strange tokens, {} secrets in the log",
            self.calls, self.renewals, self.found_again, self.over_limit, self.strange_tokens, self.secrets_in_log
        )?;
        writeln!(
            f,
            "accepted in {:.1} s ({rate:.0}/s), 200 after p50 {:?} p99 {:?}",
            self.posted_in.as_secs_f64(),
            self.post_p50,
            self.post_p99
        )?;
        write!(
            f,
            "all answered after {:.1} s; event to answer p50 {} ms, p99 {} ms; memory at most {} MB",
            self.took.as_secs_f64(),
            self.answer_p50_ms,
            self.answer_p99_ms,
            self.memory_mb
        )
    }
}

const TICKETS: [&str; 8] = [
    "После обновления перестал открываться календарь, помогите",
    "Установите нам nginx и php 8.2 на сервер, доступ дадим",
    "Как очистить кеш портала?",
    "Не ставятся обновления: [110] Connection timed out",
    "Перенесите нам портал на новый сервер",
    "Письма с портала не уходят, в логе ошибка авторизации SMTP",
    "Помогите",
    "Напишите обработчик события для сделки",
];

/// Runs it.
pub async fn run(options: Options) -> Report {
    let ways = [Way::V1Webhook, Way::V2Webhook, Way::V2Fetch];
    let mut rng = fastrand::Rng::with_seed(options.seed);
    let mut fakes = Vec::new();
    let mut sections = String::new();
    for (at, way) in ways.into_iter().enumerate() {
        let fake = FakePortal::start(options.seed + at as u64).await;
        if options.faults {
            fake.set_faults(Faults::all());
        }
        sections.push_str(&portal_section(&options.dir, ["one", "two", "three"][at], way, &fake, &set_up(&options.dir, way, &fake, true)));
        fakes.push(fake);
    }
    let head = "max_queue = 1000000\n[answers]\nworkers = 32\nundetermined_limit = 10\nmax_attempts = 20\n[log]\nlevel = \"info\"\n";
    let mut bot = Bot::start(&options.binary, &options.dir, head, &sections).await;

    // One to three messages a dialog, in the portals' histories before any event goes out.
    let mut expected: Vec<HashMap<String, usize>> = vec![HashMap::new(); 3];
    let mut posts: Vec<Vec<u8>> = Vec::new();
    let mut duplicates = 0;
    for number in 0..options.events {
        let at = number % 3;
        let dialog = (10_000 + rng.usize(..options.events / 2 + 1)).to_string();
        *expected[at].entry(dialog.clone()).or_default() += 1;
        let text = format!("{} (обращение {number})", TICKETS[rng.usize(..TICKETS.len())]);
        let author: i64 = dialog.parse().unwrap();
        let fake = &fakes[at];
        let id = fake.say(&dialog, author, &text);
        let times = 1 + usize::from(rng.f64() < 0.05);
        duplicates += times - 1;
        for _ in 0..times {
            match ways[at] {
                Way::V1Webhook => posts.push(fake.body("ONIMBOTMESSAGEADD", fake.v1_message(&dialog, author, id, &text, json!({})))),
                Way::V2Webhook => posts.push(fake.body("ONIMBOTV2MESSAGEADD", fake.v2_message(&dialog, author, id, &text, true))),
                Way::V2Fetch => {
                    let data = fake.v2_message(&dialog, author, id, &text, false);
                    let mut inner = fake.lock();
                    let event = inner.next_id * 10 + inner.queue.len() as i64;
                    let event = inner.queue.last().map_or(event, |(last, ..)| event.max(last + 1));
                    inner.queue.push((event, "ONIMBOTV2MESSAGEADD", data));
                }
            }
        }
    }
    // Out of order, as a cloud queue delivers.
    for window in posts.chunks_mut(200) {
        rng.shuffle(window);
    }

    let begun = Instant::now();
    let posts = Arc::new(posts);
    let next = Arc::new(AtomicUsize::new(0));
    let micros = Arc::new(std::sync::Mutex::new(Vec::with_capacity(posts.len())));
    let finished = Arc::new(AtomicUsize::new(0));
    let done_at = Arc::new(AtomicU64::new(0));
    let stop = Arc::new(AtomicBool::new(false));
    for _ in 0..options.posts {
        let (posts, next, micros, finished, done_at, stop) =
            (posts.clone(), next.clone(), micros.clone(), finished.clone(), done_at.clone(), stop.clone());
        let url = bot.event_url();
        tokio::spawn(async move {
            let client = client();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(body) = posts.get(at) else { break };
                // An event is only promised to be kept once it has got its 200; until then the queue of the portal has it.
                while !stop.load(Ordering::Relaxed) {
                    let started = Instant::now();
                    let sent =
                        client.post(&url).header("content-type", "application/x-www-form-urlencoded").body(body.clone()).send().await;
                    if sent.is_ok_and(|response| response.status() == 200) {
                        micros.lock().unwrap().push(started.elapsed());
                        break;
                    }
                    tokio::time::sleep(Duration::from_millis(30)).await;
                }
                if finished.fetch_add(1, Ordering::Relaxed) + 1 == posts.len() {
                    done_at.store(begun.elapsed().as_millis() as u64, Ordering::Relaxed);
                }
            }
        });
    }

    let answered = |fakes: &[FakePortal]| fakes.iter().map(|fake| fake.answer_counts().values().sum::<usize>()).sum::<usize>();
    let mut moments: Vec<usize> = (0..options.kills).map(|_| rng.usize(..options.events * 95 / 100)).collect();
    moments.sort_unstable();
    let mut memory = 0;
    let mut kills = 0;
    let mut moments = moments.into_iter().peekable();
    let mut complete_since: Option<Instant> = None;
    while begun.elapsed() < options.patience {
        let count = answered(&fakes);
        if moments.peek().is_some_and(|&moment| count >= moment) {
            moments.next();
            tokio::time::sleep(Duration::from_millis(rng.u64(0..50))).await;
            memory = memory.max(bot.memory_kb());
            bot.kill();
            bot.restart().await;
            kills += 1;
        }
        // Done, and then some seconds for what should not come any more.
        let complete = count >= options.events && finished.load(Ordering::Relaxed) >= posts.len() && moments.peek().is_none();
        if complete && complete_since.get_or_insert_with(Instant::now).elapsed() > Duration::from_secs(8) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(if options.events > 5_000 { 200 } else { 10 })).await;
    }
    stop.store(true, Ordering::Relaxed);
    let took = complete_since.unwrap_or_else(Instant::now) - begun;
    memory = memory.max(bot.memory_kb());
    bot.stop().await;

    let mut report = Report {
        events: options.events,
        duplicates,
        kills,
        posted_in: Duration::from_millis(done_at.load(Ordering::Relaxed).max(1)),
        took,
        memory_mb: memory / 1024,
        ..Report::default()
    };
    for (fake, expected) in fakes.iter().zip(&expected) {
        let counts = fake.answer_counts();
        for (dialog, &want) in expected {
            let got = counts.get(dialog).copied().unwrap_or(0);
            report.answered += got.min(want);
            report.lost += want.saturating_sub(got);
            report.doubled += got.saturating_sub(want);
        }
        report.doubled += counts.iter().filter(|(dialog, _)| !expected.contains_key(*dialog)).map(|(_, count)| count).sum::<usize>();
        report.calls += fake.all_calls();
        report.renewals += fake.calls("oauth");
        let inner = fake.lock();
        report.over_limit += inner.over_limit;
        report.strange_tokens += inner.strange_tokens;
    }
    let log = bot.log();
    report.found_again = log.matches("was found in the dialog").count();
    for secret in [APPLICATION_TOKEN, CLIENT_SECRET, WEBHOOK_SECRET, "bot-access-", "bot-refresh-", "bot-token-of-the-test", "обращение"]
    {
        report.secrets_in_log += log.matches(secret).count();
    }
    let mut micros = micros.lock().unwrap().clone();
    micros.sort_unstable();
    let at = |share: f64| micros.get(((micros.len().max(1) - 1) as f64 * share) as usize).copied().unwrap_or_default();
    (report.post_p50, report.post_p99) = (at(0.5), at(0.99));
    from_store(&options.dir.join("bot.db"), &mut report);
    report
}

fn from_store(path: &Path, report: &mut Report) {
    let connection = rusqlite::Connection::open(path).unwrap();
    let count =
        |state: i64| connection.query_row("SELECT count(*) FROM queue WHERE state = ?", [state], |row| row.get::<_, i64>(0)).unwrap();
    (report.waiting, report.parked) = (count(0), count(2));
    let mut statement = connection.prepare("SELECT finished - received FROM queue WHERE state = 1 ORDER BY 1").unwrap();
    let waits: Vec<i64> = statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    let at = |share: f64| waits.get(((waits.len().max(1) - 1) as f64 * share) as usize).copied().unwrap_or(0);
    (report.answer_p50_ms, report.answer_p99_ms) = (at(0.5), at(0.99));
}
