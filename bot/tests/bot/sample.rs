//! The sample configuration is one that works, and every field stands in it.

use crate::running::secret;
use support_triage_bot::config::Config;

#[test]
fn the_sample_configuration_is_read_and_knows_every_field() {
    let dir = tempfile::tempdir().unwrap();
    secret(dir.path(), "webhook-url", "https://portal.example.ru/rest/1/abc/");
    secret(dir.path(), "bot-token", "abc");
    let sample = include_str!("../../contrib/bot.toml");
    let here = sample.replace("/etc/support-triage-bot", dir.path().to_str().unwrap());
    let config = Config::parse("bot.toml", &here).unwrap();
    assert_eq!(config.portals.len(), 1);
    // Every field that the sections know, as serde names them in its complaint about one that is not there.
    for section in ["server", "store", "policy", "answers", "api", "page", "log"] {
        let error = Config::parse("x", &format!("[{section}]\nno_such_field = 1")).unwrap_err().to_string();
        for field in error.rsplit("expected").next().unwrap().split('`').skip(1).step_by(2) {
            let there = here.lines().any(|line| {
                line.trim_start_matches("# ").starts_with(&format!("{field} =")) || line.contains(&format!("[[{section}.{field}]]"))
            });
            assert!(there, "{section}.{field} is not in the sample");
        }
    }
    let error = Config::parse("x", "[[portals]]\nname = \"a\"\nno_such_field = 1").unwrap_err().to_string();
    for field in error.rsplit("expected").next().unwrap().split('`').skip(1).step_by(2).filter(|field| *field != "auth") {
        assert!(
            here.lines().any(|line| line.trim_start_matches("# ").starts_with(&format!("{field} ="))),
            "portals.{field} is not in the sample"
        );
    }
}

#[test]
fn what_is_wrong_with_a_configuration_is_said_with_its_place_and_its_mend() {
    let portal = |fields: &str| {
        format!(
            "[[portals]]\nname = \"a\"\nurl = \"https://p.example.ru\"\nevents = \"fetch\"\n{fields}\n[portals.auth.oauth]\nclient_id = \"local.1\"\nclient_secret = {{ env = \"PATH\" }}\n"
        )
    };
    for (text, want) in [
        ("[server]\nlisten = 8080", "bot.toml:2:10: "),
        ("[server]\nlissten = \"127.0.0.1:80\"", "bot.toml:2:1: unknown field `lissten`"),
        ("[store", "bot.toml:1:7: "),
        ("", "nothing to do"),
        (&portal("url = 1"), "bot.toml:5:1: duplicate key"),
        (&portal("api = \"v1\""), "events = \"fetch\" needs api = \"v2\""),
        (&portal("calls_per_second = 0.0"), "calls_per_second must be over 0"),
        (&portal("").replace("https://p", "http://p"), "use https"),
        (&portal("").replace("p.example.ru", "p.example.ru/rest"), "must end after the host"),
        (&portal("").replace("p.example.ru", "портал.рф"), "xn--"),
        (&portal("").replace("client_id", "server = \"https://evil.example\"\nclient_id"), "must be one of https://oauth.bitrix24.tech"),
        (&portal("").replace("\"fetch\"", "\"push\""), "bot.toml:4:10: unknown variant `push`"),
        (&portal("").replace("{ env = \"PATH\" }", "\"s3cret\""), "bot.toml:8:17: "),
        (&format!("{}{}", portal(""), portal("")), "two portals are named \"a\""),
    ] {
        let error = Config::parse("bot.toml", text).unwrap_err().to_string();
        assert!(error.contains(want) && !error.contains("s3cret"), "{text}\n{error}");
    }
}
