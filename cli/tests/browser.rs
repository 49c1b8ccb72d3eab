//! The report in a real browser: it renders, no label is cut off, nothing is complained of and nothing is asked for from outside.
//!
//! Needs Chromium. Without one the test says that it was skipped, or fails if `SUPPORT_TRIAGE_REQUIRE_BROWSER` is `1`.

mod runner;

use std::path::{Path, PathBuf};
use std::process::Command;

use runner::{file, run, text};

/// The browser, if the machine has one.
fn browser() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).flat_map(|dir| names.map(|name| dir.join(name))).find(|path| path.is_file());
    if found.is_none() {
        assert_ne!(std::env::var("SUPPORT_TRIAGE_REQUIRE_BROWSER").as_deref(), Ok("1"), "there is no Chromium on the path");
        eprintln!("skipped: there is no Chromium on the path");
    }
    found
}

struct Seen {
    /// The document after loading.
    dom: String,
    /// What the page, or the browser on its behalf, wrote to the console.
    console: Vec<String>,
    /// Addresses the page asked for that are no files.
    asked: Vec<String>,
}

fn look(browser: &Path, dir: &Path, page: &Path, more: &[&str]) -> Seen {
    let profile = tempfile::tempdir().unwrap();
    let net = dir.join("net.json");
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"])
        .args(["--disable-component-update", "--disable-sync", "--disable-extensions", "--hide-scrollbars", "--window-size=1100,2400"])
        // Whatever the page asks for fails at once instead of reaching anybody.
        .args(["--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr", "--timeout=20000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("--log-net-log={}", net.display()))
        .args(more)
        .arg(format!("file://{}", page.display()))
        .output()
        .unwrap();
    let console = String::from_utf8_lossy(&output.stderr).lines().filter(|line| line.contains("CONSOLE")).map(str::to_string).collect();
    let net = std::fs::read_to_string(&net).unwrap_or_default();
    // Requests that belong to a page have a frame's origin as their initiator; those of the browser itself have none.
    let asked = net.lines().filter(|line| line.contains("\"initiator\":\"") && !line.contains("\"initiator\":\"not an origin\""));
    let asked = asked.filter_map(|line| line.split("\"url\":\"").nth(1)).map(|rest| rest.split('"').next().unwrap_or("").to_string());
    let asked = asked.filter(|url| !url.starts_with("file:") && !url.starts_with("data:")).collect();
    Seen { dom: String::from_utf8_lossy(&output.stdout).into_owned(), console, asked }
}

/// Measures the page and puts what is wrong with it into its title.
const MEASURE: &str = r#"<script>addEventListener('load', () => {
  const wrong = [];
  if (document.documentElement.scrollWidth > innerWidth) wrong.push('wider than the window');
  const pictures = document.querySelectorAll('figure svg');
  if (pictures.length < 3) wrong.push('pictures: ' + pictures.length);
  for (const picture of pictures) {
    const frame = picture.getBoundingClientRect();
    if (frame.width < 400 || frame.height < 40) wrong.push('a picture of ' + frame.width + 'x' + frame.height);
    for (const label of picture.querySelectorAll('text')) {
      const box = label.getBoundingClientRect();
      const out = box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 2 || box.bottom > frame.bottom + 2;
      if (out || box.width < 1) wrong.push('cut off: ' + label.textContent.trim());
    }
    for (const bar of picture.querySelectorAll('[fill^="url("]')) {
      const name = bar.getAttribute('fill').slice(5, -1);
      if (!document.getElementById(name)) wrong.push('no pattern ' + name);
    }
  }
  document.title = wrong.length ? 'wrong: ' + wrong.join('; ') : 'all is well';
});</script>"#;

#[test]
fn the_page_renders_without_a_complaint_and_asks_for_nothing() {
    let Some(browser) = browser() else { return };
    let dir = tempfile::tempdir().unwrap();
    for lang in ["ru", "en"] {
        let page = dir.path().join(format!("{lang}.html"));
        let output = run(&["report", "examples/data/tickets.csv", "--lang", lang, "-o", page.to_str().unwrap()]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let shot = dir.path().join(format!("{lang}.png"));
        let seen = look(&browser, dir.path(), &page, &[&format!("--screenshot={}", shot.display())]);
        assert_eq!(seen.console, Vec::<String>::new());
        assert_eq!(seen.asked, Vec::<String>::new());
        assert!(seen.dom.contains("</footer>"), "{}", seen.dom);
        assert!(std::fs::metadata(&shot).unwrap().len() > 20_000, "an empty picture");

        let html = std::fs::read_to_string(&page).unwrap();
        let policy = html.find("<meta http-equiv=\"Content-Security-Policy\"").unwrap();
        let end = policy + html[policy..].find('>').unwrap() + 1;
        let measured = format!("{}{}{MEASURE}", &html[..policy], &html[end..]);
        let measured = file(dir.path(), "measured.html", &measured);
        let seen = look(&browser, dir.path(), Path::new(&measured), &[]);
        assert!(seen.dom.contains("<title>all is well</title>"), "{:?}", seen.dom.lines().find(|line| line.contains("<title>")));
    }
}

/// What the test above would miss if it were blind.
#[test]
fn a_page_that_complains_or_asks_is_caught() {
    let Some(browser) = browser() else { return };
    let dir = tempfile::tempdir().unwrap();
    let bad = r#"<!doctype html><title>bad</title><script>console.error("a complaint")</script><img src="http://outside.example/dot.png">"#;
    let page = file(dir.path(), "bad.html", bad);
    let seen = look(&browser, dir.path(), Path::new(&page), &[]);
    assert!(seen.console.iter().any(|line| line.contains("a complaint")), "{:?}", seen.console);
    assert!(seen.asked.iter().any(|url| url.starts_with("http://outside.example/")), "{:?}", seen.asked);
}
