//! The page for people: what is sent, and what a browser makes of it.

use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use crate::browser::{self, Browser};
use crate::listening::listen;
use crate::support::{KEY, config, router, send, state};

const OPEN: &str = "[page]\nenabled = true\nopen = true\nper_minute = 6000\nburst = 1000\n";
const CLOSED: &str = "[page]\nenabled = true\n";

#[tokio::test]
async fn everything_it_needs_is_served_here_and_nothing_is_inline() {
    let dir = tempfile::tempdir().unwrap();
    let router = router(&state(config(dir.path(), "", OPEN)));
    let get = async |path: &str| send(&router, Request::get(path).body(Body::empty()).unwrap()).await;
    let document = get("/").await;
    let html = document.text();
    assert!(html.contains("data-open=\"true\""));
    let policy = document.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    for inline in ["<style", " style=", " onclick=", " onload=", "javascript:", "<script>"] {
        assert!(!html.contains(inline), "{inline} in the document");
    }
    let mut todo: Vec<String> = html.split(['"', '\'']).filter(|part| part.starts_with("/page/")).map(str::to_string).collect();
    let mut seen = Vec::new();
    while let Some(path) = todo.pop() {
        let asset = get(&path).await;
        assert_eq!(asset.status, 200, "{path}");
        assert_eq!(asset.headers["x-content-type-options"], "nosniff");
        let text = asset.text();
        for dangerous in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "@import"] {
            assert!(!text.contains(dangerous), "{dangerous} in {path}");
        }
        let elsewhere = text.replace("http://www.w3.org/2000/svg", "");
        assert!(!elsewhere.contains("http://") && !elsewhere.contains("src=\"//"), "{path} leads elsewhere");
        seen.push(path);
        let imports = text.split("from './").skip(1).filter_map(|rest| rest.split('\'').next());
        todo.extend(imports.map(|name| format!("/page/{name}")).filter(|path| !seen.contains(path)).collect::<Vec<_>>());
        todo.retain(|path| !seen.contains(path));
        todo.dedup();
    }
    assert!(seen.len() >= 10, "{seen:?}");
}

#[tokio::test]
async fn a_visitor_without_a_key_may_ask_what_the_page_asks_and_no_more() {
    let dir = tempfile::tempdir().unwrap();
    let more = OPEN.replace("burst = 1000", "burst = 5").replace("per_minute = 6000", "per_minute = 1");
    let router = router(&state(config(dir.path(), "", &more)));
    let post = |body: String, marked: bool| {
        let mut request = Request::post("/v1/classify").header("content-type", "application/json").header("host", "triage.local");
        if marked {
            request = request.header("x-support-triage-page", "1").header("origin", "https://triage.local");
        }
        request.body(Body::from(body)).unwrap()
    };
    let ticket = || json!({ "text": "Как очистить кеш?" });
    let two = json!({ "tickets": [ticket(), ticket()] }).to_string();
    let three = json!({ "tickets": [ticket(), ticket(), ticket()] }).to_string();
    assert_eq!(send(&router, post(two.clone(), false)).await.status, 401);
    assert_eq!(send(&router, post(two.clone(), true)).await.status, 200);
    assert_eq!(send(&router, post(three, true)).await.status, 422);
    assert_eq!(send(&router, post(" ".repeat(140_000), true)).await.status, 413);
    let metrics = Request::get("/metrics").header("x-support-triage-page", "1").body(Body::empty()).unwrap();
    assert_eq!(send(&router, metrics).await.status, 401);
    assert_eq!(send(&router, post(two.clone(), true)).await.status, 200);
    let limited = send(&router, post(two, true)).await;
    assert_eq!(limited.status, 429, "the address has its limit");
    assert!(limited.headers.contains_key("retry-after"));
}

/// A server and a browser; `None` if there is no browser here.
async fn with_browser(more: &str, test: impl FnOnce(&mut Browser, &str) + Send + 'static) {
    let dir = tempfile::tempdir().unwrap();
    let address = format!("http://{}", listen(&state(config(dir.path(), "", more))).await);
    tokio::task::spawn_blocking(move || {
        let Some(mut browser) = browser::start(dir.path()) else { return };
        test(&mut browser, &address);
        assert!(!browser.requests.is_empty());
        for asked in &browser.requests {
            assert!(asked.starts_with(&address) || asked == "about:blank" || asked.starts_with("data:"), "a request to elsewhere: {asked}");
        }
    })
    .await
    .unwrap();
}

fn type_in(browser: &mut Browser, text: &str) {
    browser.eval(&format!("document.getElementById('ticket').value = {}", json!(text)));
}

fn decide(browser: &mut Browser) {
    browser.eval("document.getElementById('verdict').textContent = ''; document.getElementById('submit').click()");
    browser.wait("document.getElementById('verdict').textContent !== ''");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_pastes_a_ticket_and_sees_what_was_decided_and_why() {
    with_browser(OPEN, |browser, address| {
        browser.open(address, 1280, 900);
        browser.eval("document.getElementById('lang-ru').click()");
        browser.wait("document.querySelectorAll('#policy li').length === 48");
        type_in(browser, "Не нужно ничего настраивать 🙂, подскажите только, какие значения pm.max_children ставить");
        browser.eval("document.getElementById('fact-licence').value = 'demo'");
        decide(browser);
        assert_eq!(browser.eval("document.querySelector('#verdict .badge').textContent"), "Поддержка берёт");
        let marks = browser.eval("[...document.querySelectorAll('#marked mark')].map((mark) => mark.textContent).join('|')");
        assert!(marks.as_str().unwrap().contains("pm.max_children"), "{marks}: after an emoji, bytes and units differ");
        let refused = browser.eval("[...document.querySelectorAll('#marked s')].map((found) => found.textContent).join('|')");
        assert!(refused.as_str().unwrap().contains("настраивать"), "{refused}");
        assert_eq!(browser.eval("document.getElementById('marked').textContent === document.getElementById('ticket').value"), true);
        assert_eq!(browser.eval("document.querySelectorAll('#replies .reply').length"), 2);
        assert_eq!(browser.eval("[...document.querySelectorAll('#replies .reply')].every((found) => found.textContent.length > 40)"), true);
        assert!(browser.eval("document.querySelectorAll('#ranking meter').length").as_u64().unwrap() >= 1);
        assert_eq!(browser.eval("document.querySelectorAll('#requirements li').length"), 12);
        assert_eq!(browser.eval("document.querySelectorAll('#requirements .unmet').length > 0"), true, "a demo licence is not enough");
        assert_eq!(browser.eval("document.activeElement.id"), "verdict", "the answer has the focus");
        browser.eval(
            "const why = document.getElementById('why'); why.value = 'performance.hands_on_tuning'; why.dispatchEvent(new Event('change'))",
        );
        browser.wait("document.getElementById('because').textContent.includes('вероятность')");
        type_in(
            browser,
            "Здравствуйте! После перехода на php 8.2 портал стал медленно открываться.\nНастраивать за нас ничего не нужно, подскажите только, какие значения pm.max_children и opcache.memory_consumption ставить на 200 сотрудников.",
        );
        decide(browser);
        browser.call("Emulation.setDeviceMetricsOverride", json!({ "width": 1280, "height": 1400, "deviceScaleFactor": 1, "mobile": false }));
        browser.picture("desktop.png");
        browser.eval("document.getElementById('lang-en').click()");
        assert_eq!(browser.eval("document.querySelector('#verdict .badge').textContent"), "Support takes it");
        assert_eq!(browser.eval("document.documentElement.lang"), "en");
        assert_eq!(browser.eval("document.getElementById('fact-licence').value"), "demo", "what was chosen stays chosen");
        assert_eq!(browser.complaints, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_ticket_becomes_part_of_the_page() {
    with_browser(OPEN, |browser, address| {
        browser.open(address, 1280, 900);
        for hostile in [
            "<img src=x onerror=alert(1)> <script>alert(1)</script> поставьте nginx",
            "</textarea><svg onload=alert(1)> какие значения pm.max_children",
            "\u{202e}\u{200f} {{constructor}} ${alert(1)} поставьте nginx",
        ] {
            type_in(browser, hostile);
            decide(browser);
            assert_eq!(browser.eval("document.querySelectorAll('main img, main script, main svg').length"), 0, "{hostile}");
            assert_eq!(browser.eval("document.getElementById('marked').textContent"), hostile);
        }
        // Half of a surrogate pair cannot be sent; the rest of the ticket is decided nevertheless.
        browser.eval("document.getElementById('ticket').value = 'поставьте nginx \\ud83d на сервер'; 0");
        decide(browser);
        assert_eq!(browser.eval("document.getElementById('problem').textContent"), "");
        assert_eq!(browser.complaints, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_used_by_keyboard_alone_and_every_control_has_a_name() {
    with_browser(OPEN, |browser, address| {
        browser.open(address, 1280, 900);
        browser.eval("document.getElementById('ticket').focus()");
        browser.call("Input.insertText", json!({ "text": "Как очистить кеш портала?" }));
        browser.press("Enter", 13, 2);
        browser.wait("!document.getElementById('result').hidden");
        let mut reached = std::collections::BTreeSet::new();
        browser.eval("document.activeElement.blur(); scrollTo(0, 0)");
        for _ in 0..80 {
            browser.press("Tab", 9, 0);
            let at = browser.eval("document.activeElement.id || document.activeElement.tagName");
            reached.insert(at.as_str().unwrap_or("").to_string());
        }
        for control in ["ticket", "submit", "clear", "lang-ru", "lang-en", "why", "SUMMARY", "A"] {
            assert!(reached.contains(control), "{control} is not among {reached:?}");
        }
        browser.eval("for (const details of document.querySelectorAll('details')) details.open = true");
        browser.call("Accessibility.enable", json!({}));
        let tree = browser.call("Accessibility.getFullAXTree", json!({}));
        let mut controls = 0;
        for node in tree["nodes"].as_array().unwrap() {
            let role = node["role"]["value"].as_str().unwrap_or("");
            if !["textbox", "button", "combobox", "link", "meter", "heading", "Date", "DisclosureTriangle"].contains(&role)
                || node["ignored"] == true
            {
                continue;
            }
            controls += 1;
            assert!(!node["name"]["value"].as_str().unwrap_or("").trim().is_empty(), "a {role} without a name: {node}");
        }
        assert!(controls > 25, "{controls}");
        assert_eq!(browser.complaints, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_fits_a_phone() {
    with_browser(OPEN, |browser, address| {
        browser.open(address, 360, 780);
        browser.eval("document.getElementById('lang-ru').click()");
        let long = format!("поставьте nginx на сервер {} и php", "https://portal.company.ru/очень-длинный-адрес-без-пробелов/".repeat(6));
        type_in(browser, &long);
        decide(browser);
        browser.eval("for (const details of document.querySelectorAll('details')) details.open = true");
        assert_eq!(browser.eval("document.documentElement.scrollWidth"), 360, "nothing sticks out");
        let small = browser.eval(
            "[...document.querySelectorAll('button, select, input, summary')].filter((found) => found.offsetParent && found.getBoundingClientRect().height < 32).map((found) => found.outerHTML).join(' ')",
        );
        assert_eq!(small, "", "too small for a finger");
        browser.eval("for (const details of document.querySelectorAll('details')) details.open = false; scrollTo(0, document.getElementById('result').offsetTop - 10)");
        browser.picture("phone.png");
        assert_eq!(browser.complaints, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_languages_say_the_same_things() {
    with_browser(OPEN, |browser, address| {
        browser.open(address, 1280, 900);
        let differences = browser.eval(
            "import('/page/strings.js').then(({ strings }) => {
                const keys = (value, place) => typeof value === 'object' && !Array.isArray(value)
                    ? Object.entries(value).flatMap(([name, inner]) => keys(inner, `${place}.${name}`)) : [`${place}:${typeof value}`];
                const [ru, en] = [keys(strings.ru, ''), keys(strings.en, '')];
                const used = [...document.querySelectorAll('[data-t]')].map((found) => found.dataset.t).filter((name) => !(name in strings.ru));
                return [...ru.filter((key) => !en.includes(key)), ...en.filter((key) => !ru.includes(key)), ...used].join(' ');
            })",
        );
        assert_eq!(differences, "");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_page_asks_for_the_key() {
    with_browser(CLOSED, |browser, address| {
        browser.open(address, 1280, 900);
        browser.eval("document.getElementById('lang-ru').click()");
        assert_eq!(browser.eval("document.getElementById('key-field').hidden"), false);
        type_in(browser, "Как очистить кеш?");
        browser.eval("document.getElementById('submit').click()");
        browser.wait("document.getElementById('problem').textContent.includes('ключ')");
        assert_eq!(browser.eval("document.activeElement.id"), "key", "where to mend it");
        browser.eval(&format!("document.getElementById('key').value = '{KEY}'"));
        decide(browser);
        assert_eq!(browser.eval("document.getElementById('problem').textContent"), "");
        assert_eq!(browser.eval("document.querySelectorAll('#policy li').length"), 48);
        // The refusals are all there is to complain of.
        assert!(browser.complaints.iter().all(|found| found.contains("401")), "{:?}", browser.complaints);
    })
    .await;
}
