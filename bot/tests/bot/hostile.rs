//! Bodies and connections of somebody who means harm, each with the answer it gets. None of them may make the bot call anybody.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::binary;
use crate::fake_portal::events::{form, merge};
use crate::fake_portal::{BOT, FakePortal};
use crate::running::{Bot, Way, client, portal_section, set_up, until};

const TEXT: &str = "Как очистить кеш портала?";

async fn start(dir: &tempfile::TempDir, head: &str) -> (FakePortal, Bot) {
    let fake = FakePortal::start(1).await;
    let more = format!("{}member_id = \"{}\"\n", set_up(dir.path(), Way::V1Webhook, &fake, true), fake.member_id());
    let section = portal_section(dir.path(), "main", Way::V1Webhook, &fake, &more);
    let bot = Bot::start(binary(), dir.path(), head, &section).await;
    (fake, bot)
}

fn event(fake: &FakePortal, auth: Value, more: Value) -> Vec<u8> {
    let mut body = json!({"event": "ONIMBOTMESSAGEADD", "data": fake.v1_message("27", 27, 900, TEXT, json!({})), "auth": auth,
        "ts": jiff::Timestamp::now().as_second()});
    merge(&mut body, more);
    form(&body)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forged_events_are_refused_and_nobody_is_called() {
    let dir = tempfile::tempdir().unwrap();
    let (fake, bot) = start(&dir, "").await;
    let token = fake.application_token();
    let week_ago = json!({"ts": jiff::Timestamp::now().as_second() - 7 * 86_400});
    let host = fake.address.to_string();
    let install = |domain: &str, endpoint: &str, access: Value| {
        form(
            &json!({"event": "ONAPPINSTALL", "data": {"VERSION": "1"}, "auth": {"domain": domain, "client_endpoint": endpoint, "member_id": fake.member_id(),
            "application_token": "x", "access_token": access}}),
        )
    };
    let right_endpoint = format!("http://{host}/rest/");
    let cases: Vec<(&str, Vec<u8>, u16)> = vec![
        ("wrong token", event(&fake, json!({"application_token": "wrong"}), json!({})), 403),
        ("half a token", event(&fake, json!({"application_token": &token[..16]}), json!({})), 403),
        ("no token", event(&fake, json!({"domain": host}), json!({})), 401),
        ("empty token", event(&fake, json!({"application_token": ""}), json!({})), 401),
        ("array as token", event(&fake, json!({"application_token": {"0": token}}), json!({})), 401),
        ("no auth", event(&fake, json!({}), json!({})), 401),
        ("token of the inner auth only", event(&fake, json!({"member_id": fake.member_id()}), json!({})), 401),
        ("another portal", event(&fake, json!({"application_token": token, "member_id": "other"}), json!({})), 403),
        ("unknown event", event(&fake, json!({"application_token": token}), json!({"event": "ONCRMDEALADD"})), 202),
        ("a week old", event(&fake, json!({"application_token": token}), week_ago), 202),
        ("another bot", event(&fake, json!({"application_token": token}), json!({"data": {"BOT": {"1": {"BOT_ID": "1"}}}})), 202),
        ("install from elsewhere", install("evil.example", "https://evil.example/rest/", json!("a")), 403),
        ("install pointing at the metadata service", install(&host, "http://169.254.169.254/rest/", json!("a")), 403),
        ("install pointing at this machine", install(&host, "http://127.0.0.1:22/rest/", json!("a")), 403),
        ("install with a user in the address", install(&host, &format!("http://{host}@evil.example/rest/"), json!("a")), 403),
        ("install without an access token", install(&host, &right_endpoint, json!("")), 403),
        ("not a form", b"\x00\xff\xfe".to_vec(), 400),
        ("empty", Vec::new(), 400),
        ("cut JSON", b"{\"event\": \"ONIMBOTMESSAGEADD\", \"auth\": {".to_vec(), 400),
        ("deep JSON", "{\"a\":".repeat(100_000).into_bytes()[..200_000].to_vec(), 400),
        ("deep key", format!("event=X&a{}=1", "[b]".repeat(10_000)).into_bytes(), 413),
        ("many keys", "a=1&".repeat(60_000).into_bytes(), 413),
        ("large value", format!("event={}", "x".repeat(70_000)).into_bytes(), 413),
        ("3 MB", vec![b'x'; 3 << 20], 413),
    ];
    for (name, body, want) in cases {
        assert_eq!(bot.post(body).await, want, "{name}");
    }
    let post = |url: String, body: Vec<u8>| client().post(url).body(body);
    let in_query = post(format!("{}?auth[application_token]={token}", bot.event_url()), event(&fake, json!({"domain": host}), json!({})));
    assert_eq!(in_query.send().await.unwrap().status(), 401, "a token in the query");
    let zipped = post(bot.event_url(), vec![0x1f, 0x8b, 8, 0]).header("content-encoding", "gzip");
    assert_eq!(zipped.send().await.unwrap().status(), 415);
    assert_eq!(client().get(bot.event_url()).send().await.unwrap().status(), 405);
    // The one true event of the test shows that the others had their time.
    assert_eq!(bot.post(event(&fake, json!({"application_token": token}), json!({}))).await, 200);
    until("the true one is answered", || !fake.answers("27").is_empty()).await;
    assert_eq!((fake.all_calls(), fake.lock().strange_tokens), (1, 0), "calls made for what was forged");
    let log = bot.log();
    assert!(!log.contains(&token) && !log.contains("panicked"), "{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_install_event_without_a_working_token_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (fake, bot) = start(&dir, "").await;
    let host = fake.address.to_string();
    let install = |access: &str| {
        form(
            &json!({"event": "ONAPPINSTALL", "auth": {"domain": host, "member_id": fake.member_id(), "application_token": "forged", "access_token": access}}),
        )
    };
    assert_eq!(bot.post(install("stolen-1")).await, 200);
    // Tries come one in five seconds at most, whatever is sent.
    for number in 0..20 {
        assert_eq!(bot.post(install(&format!("stolen-2-{number}"))).await, 503);
    }
    until("it is refused", || bot.log().contains("does not work at the portal")).await;
    assert_eq!(fake.lock().strange_tokens, 1);
    assert_eq!(bot.post(event(&fake, json!({"application_token": "forged"}), json!({}))).await, 403);
    assert_eq!(bot.post(event(&fake, json!({"application_token": fake.application_token()}), json!({}))).await, 200);
}

/// Sends bytes as they are and returns the first line of the answer, empty if the connection was closed.
async fn raw(bot: &Bot, bytes: &[u8], wait: Duration) -> String {
    let mut stream = TcpStream::connect(bot.address).await.unwrap();
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(wait, stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn malformed_requests_get_their_status_and_are_cut() {
    let dir = tempfile::tempdir().unwrap();
    let (fake, bot) = start(&dir, "[server]\nrequest_seconds = 1\nheader_seconds = 1\n").await;
    let post = "POST /bitrix/event HTTP/1.1\r\nhost: x\r\n";
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    let cases = [
        ("200 fields", format!("{post}{}\r\n", "a: b\r\n".repeat(200)), "431"),
        ("2 MB header", format!("{post}a: {}\r\n\r\n", "b".repeat(2 << 20)), "431"),
        ("both lengths", format!("{post}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n"), "400"),
        ("two lengths", format!("{post}content-length: 5\r\ncontent-length: 6\r\n\r\nabcde"), "400"),
        ("length that lies", format!("{post}content-length: 500\r\n\r\nevent=x"), "408"),
        ("chunked 3 MB", format!("{post}transfer-encoding: chunked\r\n\r\n{}0\r\n\r\n", chunk.repeat(48)), "413"),
        ("no HTTP", "\x16\x03\x01\x02\x00\x01\x00\r\n\r\n".into(), "400"),
    ];
    for (name, bytes, status) in cases {
        let answer = raw(&bot, bytes.as_bytes(), Duration::from_secs(5)).await;
        assert!(answer.contains(status), "{name}: {answer:?}");
    }
    assert_eq!(fake.all_calls(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_connections_do_not_starve_the_portal() {
    let dir = tempfile::tempdir().unwrap();
    let (fake, bot) = start(&dir, "[server]\nmax_connections = 64\n").await;
    // Four times as many as there are places, each with half a header.
    let mut slow = Vec::new();
    for _ in 0..256 {
        let mut stream = TcpStream::connect(bot.address).await.unwrap();
        stream.write_all(b"POST /bitrix/event HTTP/1.1\r\nho").await.unwrap();
        slow.push(stream);
    }
    let begun = Instant::now();
    let auth = json!({"application_token": fake.application_token()});
    let mut data = fake.v1_message("27", 27, 900, TEXT, json!({}));
    for number in 0..20 {
        data["PARAMS"]["MESSAGE_ID"] = json!((901 + number).to_string());
        assert_eq!(bot.post(event(&fake, auth.clone(), json!({"data": data.clone()}))).await, 200);
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert!(BOT > 0 && slow.len() == 256);
}
