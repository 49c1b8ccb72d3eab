//! The clients of `clients/`, against the program as it is installed.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{KEY, secret_file};

const TICKET: &str = "Поставьте нам nginx и php 8.2 на сервер,\nдоступ \"дадим\" \\ 🙂";

struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    fn start(dir: &Path, more: &str) -> Server {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let key = dir.join("key");
        secret_file(&key, KEY);
        let config = dir.join("bot.toml");
        let text = format!(
            "[server]\nlisten = \"{address}\"\n[store]\npath = {:?}\n[api]\nenabled = true\n[[api.keys]]\nname = \"test\"\nkey = {{ file = {key:?} }}\n{more}",
            dir.join("bot.db")
        );
        std::fs::write(&config, text).unwrap();
        let log = std::fs::File::create(dir.join("log")).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_support-triage-bot"))
            .arg("--config")
            .arg(&config)
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let server = Server { child, address };
        wait(
            || server.get("/healthz").is_some_and(|answer| answer.ends_with("ok\n")),
            || std::fs::read_to_string(dir.join("log")).unwrap(),
        );
        server
    }

    fn get(&self, path: &str) -> Option<String> {
        let mut stream = TcpStream::connect(self.address).ok()?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: triage\r\nAuthorization: Bearer {KEY}\r\nConnection: close\r\n\r\n").ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        Some(answer)
    }

    fn policy(&self) -> Value {
        let answer = self.get("/v1/policy").unwrap();
        serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap()
    }

    fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn wait(mut holds: impl FnMut() -> bool, told: impl Fn() -> String) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(30), "{}", told());
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn client(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("clients").join(name)
}

/// Where Debian puts Guzzle; elsewhere the variable says it.
fn guzzle() -> Option<PathBuf> {
    let places = [std::env::var_os("GUZZLE_AUTOLOAD").map(PathBuf::from), Some("/usr/share/php/GuzzleHttp/autoload.php".into())];
    places.into_iter().flatten().find(|place| place.exists())
}

#[test]
fn every_client_that_can_run_here_gets_the_decision() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), "");
    let mut ran = 0;
    for (program, file) in [("sh", "classify.sh"), ("php", "classify.php"), ("php", "guzzle.php"), ("python3", "classify.py")] {
        let needed = if program == "sh" { "curl" } else { program };
        let there =
            Command::new(needed).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success());
        let autoload = guzzle();
        if !there || (file == "guzzle.php" && autoload.is_none()) {
            eprintln!("skipped: {file} needs what is not installed here");
            continue;
        }
        let run = |key: &str| {
            let mut command = Command::new(program);
            command
                .arg(client(file))
                .arg(TICKET)
                .env("SUPPORT_TRIAGE_URL", format!("http://{}", server.address))
                .env("SUPPORT_TRIAGE_KEY", key);
            if let Some(autoload) = &autoload {
                command.env("GUZZLE_AUTOLOAD", autoload);
            }
            let output = command.output().unwrap();
            (output.status.success(), format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)))
        };
        let (done, said) = run(KEY);
        assert!(done && said.contains("out_of_scope") && said.contains("installation.server_software_setup"), "{file}: {said}");
        let (done, said) = run("a-wrong-key-0123456789");
        assert!(!done && said.contains("401"), "{file}: {said}");
        ran += 1;
    }
    assert!(ran > 0, "not one of them could run");
}

#[cfg(unix)]
#[test]
fn the_program_takes_a_changed_policy_by_itself_and_at_once_on_sighup() {
    let dir = tempfile::tempdir().unwrap();
    let rules = dir.path().join("rules");
    std::fs::create_dir(&rules).unwrap();
    let own = |title: &str| {
        format!(
            "category: own\ntitle: {{ ru: {title}, en: Own }}\nin_scope:\n  - topic: call\n    title: {{ ru: Звонок, en: Call }}\n    when: [ {{ phrase: перезвоните, weight: 4 }} ]\n    \
             reply: {{ ru: Перезвоним., en: We will call. }}\n    tests: {{ hit: [\"[[Перезвоните]]\"], miss: [Спасибо] }}\n"
        )
    };
    std::fs::write(rules.join("own.yaml"), own("Первая")).unwrap();
    let mut server = Server::start(dir.path(), &format!("[policy]\nbuiltin = false\ndir = {rules:?}\npoll_seconds = 1\n"));
    let log = || std::fs::read_to_string(dir.path().join("log")).unwrap();
    let titled = |server: &Server, title: &str| server.policy()["categories"][0]["title"]["ru"] == title;
    assert!(titled(&server, "Первая"));
    std::fs::write(rules.join("own.yaml"), own("Вторая")).unwrap();
    wait(|| titled(&server, "Вторая"), log);
    std::fs::write(rules.join("own.yaml"), "category: [").unwrap();
    server.signal("-HUP");
    wait(|| server.get("/readyz").unwrap().contains("degraded"), log);
    assert!(titled(&server, "Вторая"));
    assert!(log().contains("own.yaml:1:"), "{}", log());
    assert!(server.get("/metrics").unwrap().contains("support_triage_policy_broken 1"));
    std::fs::write(rules.join("own.yaml"), own("Третья")).unwrap();
    server.signal("-HUP");
    wait(|| titled(&server, "Третья"), log);
    server.signal("-TERM");
    assert!(server.child.wait().unwrap().success(), "{}", log());
    assert!(!log().contains(KEY));
}
