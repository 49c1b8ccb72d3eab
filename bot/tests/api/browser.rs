//! A headless Chromium, driven by its own protocol over two pipes: no driver program, no port, nothing fetched.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(30);

pub struct Browser {
    child: Child,
    input: File,
    messages: Receiver<Value>,
    session: String,
    last: u64,
    /// Addresses that were asked for.
    pub requests: Vec<String>,
    /// Errors and warnings of the console, exceptions, breaches of the page's security policy.
    pub complaints: Vec<String>,
}

/// Starts one, or says why there is none. With `SUPPORT_TRIAGE_REQUIRE_BROWSER=1` its absence is a failure.
pub fn start(dir: &Path) -> Option<Browser> {
    let program = ["chromium", "chromium-browser", "google-chrome"].into_iter().find(|name| {
        Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    });
    let Some(program) = program else {
        assert!(std::env::var("SUPPORT_TRIAGE_REQUIRE_BROWSER").as_deref() != Ok("1"), "no chromium on this machine");
        eprintln!("skipped: no chromium on this machine");
        return None;
    };
    let (to, from) = (dir.join("to-browser"), dir.join("from-browser"));
    assert!(Command::new("mkfifo").args([&to, &from]).status().unwrap().success());
    let child = Command::new("sh")
        .args(["-c", "exec \"$@\" 3<\"$TO\" 4>\"$FROM\"", "sh", program])
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"])
        .args(["--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--remote-debugging-pipe", "--lang=ru-RU"])
        .arg(format!("--user-data-dir={}", dir.join("profile").display()))
        .env("TO", &to)
        .env("FROM", &from)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let input = File::options().write(true).open(&to).unwrap();
    let output = BufReader::new(File::open(&from).unwrap());
    let (sender, messages) = channel();
    std::thread::spawn(move || {
        for message in output.split(0).map_while(Result::ok) {
            if sender.send(serde_json::from_slice(&message).unwrap_or(Value::Null)).is_err() {
                break;
            }
        }
    });
    let mut browser = Browser { child, input, messages, session: String::new(), last: 0, requests: Vec::new(), complaints: Vec::new() };
    let target = browser.call("Target.createTarget", json!({ "url": "about:blank" }))["targetId"].clone();
    let attached = browser.call("Target.attachToTarget", json!({ "targetId": target, "flatten": true }));
    browser.session = attached["sessionId"].as_str().unwrap().to_string();
    for domain in ["Page", "Runtime", "Network", "Log"] {
        browser.call(&format!("{domain}.enable"), json!({}));
    }
    Some(browser)
}

impl Browser {
    pub fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.last += 1;
        let mut message = json!({ "id": self.last, "method": method, "params": parameters });
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        self.input.write_all(format!("{message}\0").as_bytes()).unwrap();
        loop {
            let message = self.messages.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no answer to {method}"));
            if message["id"] == self.last {
                assert!(message.get("error").is_none(), "{method}: {}", message["error"]);
                return message["result"].clone();
            }
            self.note(&message);
        }
    }

    fn note(&mut self, message: &Value) {
        let parameters = &message["params"];
        match message["method"].as_str().unwrap_or("") {
            "Network.requestWillBeSent" => self.requests.push(parameters["request"]["url"].as_str().unwrap_or("").to_string()),
            "Runtime.exceptionThrown" => self.complaints.push(parameters["exceptionDetails"].to_string()),
            "Runtime.consoleAPICalled" if parameters["type"] != "log" => self.complaints.push(parameters["args"].to_string()),
            "Log.entryAdded" if parameters["entry"]["level"] != "info" => self.complaints.push(parameters["entry"].to_string()),
            _ => {}
        }
    }

    pub fn open(&mut self, address: &str, width: u32, height: u32) {
        let phone = width < 600;
        self.call(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone }),
        );
        self.call("Page.navigate", json!({ "url": address }));
        self.wait("document.body?.dataset.ready === 'true'");
    }

    /// The value of an expression; promises are awaited.
    pub fn eval(&mut self, expression: &str) -> Value {
        let answer = self.call(
            "Runtime.evaluate",
            json!({ "expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true }),
        );
        assert!(answer.get("exceptionDetails").is_none(), "{expression}: {}", answer["exceptionDetails"]);
        answer["result"]["value"].clone()
    }

    /// Waits until an expression holds.
    pub fn wait(&mut self, expression: &str) {
        let begun = Instant::now();
        while self.eval(expression) != true {
            if begun.elapsed() > PATIENCE {
                let shown = self.eval("document.body?.innerText ?? ''");
                panic!("{expression} never held; complaints: {:?}; shown: {shown}", self.complaints);
            }
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    pub fn press(&mut self, key: &str, code: u32, modifiers: u32) {
        for kind in ["keyDown", "keyUp"] {
            self.call(
                "Input.dispatchKeyEvent",
                json!({ "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code, "modifiers": modifiers }),
            );
        }
    }

    /// Keeps a picture, if `SUPPORT_TRIAGE_SCREENSHOTS` names a folder.
    pub fn picture(&mut self, name: &str) {
        let Some(folder) = std::env::var_os("SUPPORT_TRIAGE_SCREENSHOTS") else { return };
        let data = self.call("Page.captureScreenshot", json!({ "format": "png" }))["data"].as_str().unwrap().to_string();
        std::fs::write(Path::new(&folder).join(name), base64(&data)).unwrap();
    }
}

fn base64(text: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut out, mut bits, mut held) = (Vec::new(), 0u32, 0);
    for value in text.bytes().filter_map(|byte| LETTERS.iter().position(|letter| *letter == byte)) {
        (bits, held) = (bits << 6 | value as u32, held + 6);
        if held >= 8 {
            held -= 8;
            out.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    out
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
