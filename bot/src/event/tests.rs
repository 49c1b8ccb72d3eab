//! The documented samples of both versions, and what the samples leave open.

use serde_json::json;

use super::*;

fn one(name: &str, data: Value) -> Event {
    let mut events = events(name, &data);
    assert_eq!(events.len(), 1, "{name}");
    events.remove(0)
}

fn message(name: &str, data: Value) -> Message {
    match one(name, data) {
        Event::Message { message, .. } => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_documented_private_message_of_v1() {
    let incoming = decode(include_bytes!("../../tests/data/v1-private.form")).unwrap();
    assert_eq!((incoming.name.as_str(), incoming.sent_at), ("ONIMBOTMESSAGEADD", Some(1771928985)));
    assert_eq!(incoming.auth.member_id.as_deref(), Some("bac1cd5c8940947a75e0d71b1a84e348"));
    assert_eq!(incoming.auth.application_token.as_ref().unwrap().reveal(), "831c76b092f9f135d9b6b36c3a720757");
    let [Event::Message { bot, message, edited: false }] = &incoming.events[..] else { panic!("{incoming:?}") };
    assert_eq!((bot.id, bot.code.as_deref()), (567, Some("triage")));
    assert_eq!(bot.tokens.as_ref().unwrap().access.reveal(), "a98b9d690000071b0000084400000237f0f107589d1e");
    assert_eq!(message.text, "Добрый день! После обновления PHP до 8.2 белый экран. Как включить вывод ошибок?");
    assert_eq!((message.id, message.author, message.machine, message.file), (84331, 27, false, false));
    assert_eq!((message.place.dialog.as_str(), message.place.kind, message.place.chat), ("27", ChatKind::Private, Some(1407)));
    assert!(!format!("{incoming:?}").contains("831c76b0"), "a token in Debug");
}

#[test]
fn the_documented_private_message_of_v2() {
    let incoming = decode(include_bytes!("../../tests/data/v2-private.form")).unwrap();
    let [Event::Message { bot, message, edited: false }] = &incoming.events[..] else { panic!("{incoming:?}") };
    assert_eq!((bot.id, message.id, message.author, message.machine), (456, 789, 1, false));
    assert_eq!(message.text, "Не ставятся обновления: [110] Connection timed out");
    assert_eq!((message.place.dialog.as_str(), message.place.kind), ("1", ChatKind::Private));
}

#[test]
fn json_reads_as_the_form_does() {
    let body = json!({"event": "onimbotv2messageadd", "ts": 5, "auth": {"application_token": "t"}, "data": {
        "bot": {"id": 4, "type": "personal"}, "message": {"id": 7, "authorId": 1, "text": "Привет", "isSystem": false, "params": {}},
        "chat": {"id": 5, "dialogId": "chat5", "type": "chat"}, "user": {"id": 1, "bot": false}, "language": "ru"}});
    let incoming = decode(format!("\n {body}").as_bytes()).unwrap();
    let [Event::Message { message, .. }] = &incoming.events[..] else { panic!("{incoming:?}") };
    assert_eq!((message.place.kind, message.mentioned), (ChatKind::Group, false));
}

#[test]
fn who_speaks_and_to_whom() {
    let params = |extra: Value| {
        let mut params = json!({"MESSAGE": "x", "MESSAGE_ID": "9", "DIALOG_ID": "chat1", "CHAT_TYPE": "C", "AUTHOR_ID": "27"});
        params.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        message("ONIMBOTMESSAGEADD", json!({"BOT": {"5": {"BOT_ID": "5"}}, "PARAMS": params}))
    };
    assert!(!params(json!({})).mentioned);
    assert!(params(json!({"MENTIONED_LIST": {"5": "5"}})).mentioned);
    assert!(!params(json!({"MENTIONED_LIST": {"6": "6"}})).mentioned);
    assert!(params(json!({"MESSAGE_ORIGINAL": "[USER=5]Bot[/USER], x"})).mentioned);
    assert!(params(json!({"SYSTEM": "Y"})).machine);
    assert!(params(json!({"AUTHOR_ID": "0"})).machine);
    assert!(params(json!({"PARAMS": {"COMPONENT_ID": "HiddenMessage"}})).machine);
    assert!(params(json!({"PARAMS": {"FILE_ID": {"0": "12"}}, "MESSAGE": ""})).file);
    assert_eq!(params(json!({"CHAT_ENTITY_TYPE": "LINES"})).place.kind, ChatKind::OpenLine);
}

#[test]
fn a_mention_in_v2_is_seen_and_cut_out() {
    for (text, want, mentioned) in [
        ("[USER=4]Бот[/USER], не грузится", "не грузится", true),
        ("Коллеги, [USER=4]Бот[/USER] подскажет", "Коллеги,  подскажет", true),
        ("[USER=40]Пётр[/USER], глянь", "[USER=40]Пётр[/USER], глянь", false),
        ("[USER=4]не закрыт", "", true),
    ] {
        let got = message(
            "ONIMBOTV2MESSAGEADD",
            json!({"bot": {"id": "4"}, "message": {"id": "7", "authorId": "1", "text": text}, "chat": {"dialogId": "chat5", "type": "chat"}}),
        );
        assert_eq!((got.text.as_str(), got.mentioned), (want, mentioned), "{text}");
    }
}

#[test]
fn commands_of_both_versions() {
    let v1 = json!({"COMMAND": {"103": {"BOT_ID": "5", "COMMAND": "triageperson", "COMMAND_PARAMS": "12", "MESSAGE_ID": "33"}},
        "PARAMS": {"DIALOG_ID": "27", "CHAT_TYPE": "P", "AUTHOR_ID": "27", "MESSAGE": "/triageperson 12"}});
    let v2 = json!({"bot": {"id": 5}, "command": {"command": "/triagePerson", "params": "12"}, "message": {"id": 33, "authorId": 27},
        "chat": {"dialogId": "27", "type": "private"}});
    for event in [one("ONIMCOMMANDADD", v1), one("ONIMBOTV2COMMANDADD", v2)] {
        let Event::Command { bot, command, params, message, author, place } = event else { panic!("{event:?}") };
        assert_eq!((bot.id, command.as_str(), params.as_str(), message, author), (5, "triageperson", "12", 33, 27));
        assert_eq!(place.dialog, "27");
    }
}

#[test]
fn what_is_missing_makes_no_event_and_no_panic() {
    for name in
        ["ONIMBOTMESSAGEADD", "ONIMBOTMESSAGEDELETE", "ONIMCOMMANDADD", "ONIMBOTDELETE", "ONIMBOTV2MESSAGEADD", "ONIMBOTV2COMMANDADD"]
    {
        for data in [Value::Null, json!({}), json!([]), json!("x"), json!({"BOT": {"5": {}}, "bot": {"id": {}}, "PARAMS": "x"})] {
            assert!(events(name, &data).is_empty(), "{name} {data}");
        }
    }
    assert!(matches!(events("ONCRMDEALADD", &Value::Null)[..], [Event::Other]));
    for body in ["", "   ", "{", "{}", "{\"event\": [1]}", "data=1", "event="] {
        assert!(decode(body.as_bytes()).is_err(), "{body}");
    }
}
