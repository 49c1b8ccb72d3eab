//! The real binary, started on a configuration of the test's, and killed as hard as the test wishes.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::fake_portal::{BOT, CLIENT_ID, CLIENT_SECRET, FakePortal, WEBHOOK_SECRET};

/// How a portal of the configuration is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    V1Webhook,
    V2Webhook,
    V2Fetch,
}

pub struct Bot {
    pub address: SocketAddr,
    pub dir: PathBuf,
    binary: PathBuf,
    child: Option<Child>,
    client: reqwest::Client,
}

/// An HTTP client for the test's side.
pub fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().timeout(Duration::from_secs(10)).pool_max_idle_per_host(64).build().unwrap()
}

/// Writes a file that only its owner can read.
pub fn secret(dir: &Path, name: &str, value: &str) -> String {
    let path = dir.join(name);
    std::fs::write(&path, value).unwrap();
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    format!("{{ file = {path:?} }}")
}

/// A section `[[portals]]`; `more` is appended to it.
pub fn portal_section(dir: &Path, name: &str, way: Way, fake: &FakePortal, more: &str) -> String {
    let url = fake.url();
    let (api, events) = match way {
        Way::V1Webhook => ("v1", "webhook"),
        Way::V2Webhook => ("v2", "webhook"),
        Way::V2Fetch => ("v2", "fetch"),
    };
    let auth = if way == Way::V2Fetch {
        let hook = secret(dir, &format!("{name}-hook"), &format!("{url}/rest/1/{WEBHOOK_SECRET}/"));
        let token = secret(dir, &format!("{name}-bot-token"), "bot-token-of-the-test");
        format!("[portals.auth.webhook]\nurl = {hook}\nbot_token = {token}\n")
    } else {
        let client = secret(dir, &format!("{name}-client"), CLIENT_SECRET);
        format!("[portals.auth.oauth]\nclient_id = \"{CLIENT_ID}\"\nclient_secret = {client}\nserver = \"{url}\"\n")
    };
    format!(
        "[[portals]]\nname = \"{name}\"\nurl = \"{url}\"\napi = \"{api}\"\nevents = \"{events}\"\nbot_code = \"triage\"\ntimeout_seconds = 1\n\
         settle_seconds = 3\npoll_seconds = 0.1\n{more}\n{auth}"
    )
}

/// What a portal that has been set up looks like: the bot's number and the application token are known.
pub fn set_up(dir: &Path, way: Way, fake: &FakePortal, fast: bool) -> String {
    let mut more = format!("bot_id = {BOT}\n");
    if way != Way::V2Fetch {
        more.push_str(&format!(
            "application_token = {}\n",
            secret(dir, &format!("application-token-{}", fake.address.port()), &fake.application_token())
        ));
    }
    if fast {
        more.push_str("calls_per_second = 10000\nburst = 10000\n");
    }
    more
}

impl Bot {
    /// Writes the configuration and starts the binary.
    pub async fn start(binary: &Path, dir: &Path, head: &str, portals: &str) -> Bot {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let (server, head) = head.split_once("[server]").map_or(("", head), |(before, after)| (after, before));
        let config = format!("[server]\nlisten = \"{address}\"\n{server}\n[store]\npath = {:?}\n{head}\n{portals}", dir.join("bot.db"),);
        std::fs::write(dir.join("bot.toml"), config).unwrap();
        let mut bot = Bot { address, dir: dir.into(), binary: binary.into(), child: None, client: client() };
        bot.restart().await;
        bot
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.binary);
        command.arg("--config").arg(self.dir.join("bot.toml"));
        command
    }

    /// Starts it (again) and waits until it answers.
    pub async fn restart(&mut self) {
        let begun = Instant::now();
        loop {
            let log = std::fs::OpenOptions::new().create(true).append(true).open(self.dir.join("log")).unwrap();
            let mut child = self.command().stdout(Stdio::null()).stderr(log).spawn().unwrap();
            while child.try_wait().unwrap().is_none() {
                if tokio::net::TcpStream::connect(self.address).await.is_ok() {
                    self.child = Some(child);
                    return;
                }
                assert!(begun.elapsed() < Duration::from_secs(60), "the bot does not come up: {}", self.log());
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            // The lock of one that was killed may be a moment late.
            assert!(begun.elapsed() < Duration::from_secs(60), "the bot does not stay up: {}", self.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// kill -9.
    pub fn kill(&mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// SIGTERM, and how it went.
    pub async fn stop(&mut self) -> ExitStatus {
        let mut child = self.child.take().unwrap();
        Command::new("kill").arg(child.id().to_string()).status().unwrap();
        let begun = Instant::now();
        loop {
            if let Some(status) = child.try_wait().unwrap() {
                return status;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "the bot does not stop");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Runs a subcommand; the server must be stopped for most.
    pub fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let output = self.command().args(arguments).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.dir.join("log")).unwrap_or_default()
    }

    pub fn event_url(&self) -> String {
        format!("http://{}/bitrix/event", self.address)
    }

    pub fn memory_kb(&self) -> u64 {
        let Some(child) = &self.child else { return 0 };
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or(0)
    }

    /// Posts an event and returns the status.
    pub async fn post(&self, body: Vec<u8>) -> u16 {
        let sent = self.client.post(self.event_url()).header("content-type", "application/x-www-form-urlencoded").body(body).send().await;
        sent.unwrap().status().as_u16()
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Waits until it holds; fails after some seconds.
pub async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(20), "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
