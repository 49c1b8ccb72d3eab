//! What a person in the chat sees.

use serde_json::{Value, json};

use crate::binary;
use crate::fake_portal::events::merge;
use crate::fake_portal::{BOT, FakePortal};
use crate::running::{Bot, Way, portal_section, set_up, until};

struct Scene {
    fake: FakePortal,
    bot: Bot,
    // Dropped last.
    dir: tempfile::TempDir,
}

const HEAD: &str = "keep_text = true\n[log]\nlevel = \"debug,hyper=info,reqwest=info\"\n";

async fn scene(way: Way, head: &str, more: &str) -> Scene {
    let dir = tempfile::tempdir().unwrap();
    let fake = FakePortal::start(1).await;
    let section = portal_section(dir.path(), "main", way, &fake, &format!("{}{more}", set_up(dir.path(), way, &fake, true)));
    let bot = Bot::start(binary(), dir.path(), head, &section).await;
    Scene { fake, bot, dir }
}

impl Scene {
    async fn v1(&self, dialog: &str, text: &str, more: Value) -> (i64, u16) {
        let id = self.fake.say(dialog, 27, text);
        let body = self.fake.body("ONIMBOTMESSAGEADD", self.fake.v1_message(dialog, 27, id, text, more));
        (id, self.bot.post(body).await)
    }

    async fn answer(&self, dialog: &str, count: usize) -> String {
        until(&format!("answer {count} in {dialog}"), || self.fake.answers(dialog).len() >= count).await;
        self.fake.answers(dialog)[count - 1].clone()
    }
}

const UPDATE: &str = "После обновления перестал открываться календарь, помогите";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_is_answered_with_buttons_and_a_repeated_one_is_not() {
    let scene = scene(Way::V1Webhook, HEAD, "").await;
    let id = scene.fake.say("27", 27, UPDATE);
    let body = || scene.fake.body("ONIMBOTMESSAGEADD", scene.fake.v1_message("27", 27, id, UPDATE, json!({})));
    for _ in 0..5 {
        assert_eq!(scene.bot.post(body()).await, 200);
    }
    let answer = scene.answer("27", 1).await;
    assert!(answer.starts_with("Здравствуйте!\n\n") && answer.chars().count() > 60, "{answer}");
    // A second message comes after whatever the repeated ones would have brought, and is not greeted again.
    scene.v1("27", "Как очистить кеш портала?", json!({})).await;
    assert!(!scene.answer("27", 2).await.starts_with("Здравствуйте"));
    assert_eq!(scene.fake.answers("27").len(), 2);
    let keyboard = scene.fake.lock().messages.iter().find(|message| message.author == BOT).unwrap().params.clone();
    let commands: Vec<&str> =
        keyboard["KEYBOARD"]["BUTTONS"].as_array().unwrap().iter().map(|button| button["COMMAND"].as_str().unwrap()).collect();
    assert_eq!(commands, ["triagewrong", "triageperson"]);
    assert!(!scene.bot.log().contains("календарь"), "the text of a ticket is in the log");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_people_are_answered_and_in_groups_only_those_who_mention_the_bot() {
    let scene = scene(Way::V1Webhook, HEAD, "").await;
    let own = BOT.to_string();
    for (dialog, more) in [
        ("27", json!({"SYSTEM": "Y"})),
        ("27", json!({"AUTHOR_ID": "0", "FROM_USER_ID": "0"})),
        ("27", json!({"AUTHOR_ID": own, "FROM_USER_ID": own})),
        ("27", json!({"PARAMS": {"COMPONENT_ID": "HiddenMessage"}})),
        ("27", json!({"MESSAGE": "/triageperson 5"})),
        ("chat9", json!({})),
        ("chat9", json!({"MENTIONED_LIST": {"31": "31"}})),
    ] {
        assert_eq!(scene.v1(dialog, UPDATE, more.clone()).await.1, 202, "{more}");
    }
    scene.v1("27", UPDATE, json!({})).await;
    scene.v1("chat9", UPDATE, json!({"MENTIONED_LIST": {own.as_str(): own.as_str()}})).await;
    scene.answer("27", 1).await;
    scene.answer("chat9", 1).await;
    assert_eq!((scene.fake.answers("27").len(), scene.fake.answers("chat9").len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_changes_the_answer_and_a_deletion_forestalls_it() {
    let scene = scene(Way::V1Webhook, HEAD, "").await;
    let (id, _) = scene.v1("27", UPDATE, json!({})).await;
    let first = scene.answer("27", 1).await;
    for text in [UPDATE, "Установите нам nginx и php 8.2 на сервер, доступ дадим"] {
        scene.bot.post(scene.fake.body("ONIMBOTMESSAGEUPDATE", scene.fake.v1_message("27", 27, id, text, json!({})))).await;
    }
    until("the answer is changed", || !scene.fake.lock().updates.is_empty()).await;
    let answers = scene.fake.answers("27");
    assert!(answers.len() == 1 && answers[0] != first, "{answers:?}");
    assert_eq!(scene.fake.lock().updates.len(), 1, "the same text again changes nothing");

    scene.fake.lock().down = true;
    let (id, _) = scene.v1("28", UPDATE, json!({})).await;
    // This one is at the portal's door already; the next waits behind it in the same dialog.
    let second = scene.fake.say("28", 27, "Помогите");
    scene.bot.post(scene.fake.body("ONIMBOTMESSAGEADD", scene.fake.v1_message("28", 27, second, "Помогите", json!({})))).await;
    assert!(id < second);
    scene.fake.lock().down = false;
    scene.answer("28", 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_is_called_by_words_by_the_button_and_when_the_bot_is_unsure() {
    let scene = scene(Way::V1Webhook, HEAD, "operators = \"chat77\"\n").await;
    // Words, in a private chat: the operators are told, and the bot keeps quiet from then on.
    scene.v1("27", "Позовите человека, пожалуйста", json!({})).await;
    scene.answer("27", 1).await;
    assert!(scene.answer("chat77", 1).await.contains("[USER=27]"));
    scene.v1("27", UPDATE, json!({})).await;
    // An open line: its own transfer.
    let line = json!({"CHAT_ENTITY_TYPE": "LINES", "CHAT_ID": "1761", "CHAT_TYPE": "L"});
    scene.v1("chat1761", "соедините с оператором", line).await;
    until("the chat is transferred", || scene.fake.lock().transfers == [1761]).await;
    // Unsure twice.
    scene.v1("29", "Помогите", json!({})).await;
    assert!(scene.answer("29", 1).await.contains('?'));
    scene.v1("29", "Ну помогите же", json!({})).await;
    scene.answer("29", 2).await;
    scene.answer("chat77", 2).await;
    // The button.
    let mut data = scene.fake.v1_message("30", 27, 5_000_001, "/triageperson 1", json!({}));
    merge(
        &mut data,
        json!({"COMMAND": {"103": {"BOT_ID": BOT.to_string(), "COMMAND": "triageperson", "COMMAND_PARAMS": "1", "MESSAGE_ID": "5000001"}}}),
    );
    assert_eq!(scene.bot.post(scene.fake.body("ONIMCOMMANDADD", data)).await, 200);
    scene.answer("30", 1).await;
    scene.answer("chat77", 3).await;
    assert_eq!(scene.fake.answers("27").len(), 1, "quiet after the hand-over");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_without_words_a_question_and_its_answer_and_thanks() {
    let mut scene = scene(Way::V1Webhook, HEAD, "").await;
    scene.v1("27", "", json!({"FILES": {"12": {"id": "12", "type": "image"}}})).await;
    assert!(scene.answer("27", 1).await.contains("словами"));
    scene.v1("28", "Вопрос про перенос портала", json!({})).await;
    let asked = scene.answer("28", 1).await;
    assert!(asked.contains('?'), "{asked}");
    scene.v1("28", "Сделайте вы", json!({})).await;
    scene.answer("28", 2).await;
    scene.v1("28", "Спасибо!", json!({})).await;
    assert!(scene.answer("28", 3).await.starts_with("Пожалуйста"));
    assert!(scene.bot.stop().await.success());
    let (_, lines, _) = scene.bot.run(&["export-decisions"]);
    let last: Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
    assert_eq!(last["primary"], "installation.migrate_archives", "the question and its answer are read together: {lines}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_person_found_wrong_is_exported_for_review() {
    let mut scene = scene(Way::V1Webhook, HEAD, "").await;
    scene.v1("27", UPDATE, json!({})).await;
    scene.v1("28", "Как очистить кеш портала?", json!({})).await;
    scene.answer("27", 1).await;
    scene.answer("28", 1).await;
    let params = {
        let inner = scene.fake.lock();
        let message = inner.messages.iter().find(|message| message.author == BOT && message.dialog == "27").unwrap();
        message.params["KEYBOARD"]["BUTTONS"][0]["COMMAND_PARAMS"].as_str().unwrap().to_string()
    };
    // From another dialog, the same number changes nothing.
    for (dialog, id) in [("27", 5_000_001), ("28", 5_000_002)] {
        let mut data = scene.fake.v1_message(dialog, 27, id, "/triagewrong", json!({}));
        let command = json!({"BOT_ID": BOT.to_string(), "COMMAND": "triagewrong", "COMMAND_PARAMS": params, "MESSAGE_ID": id.to_string()});
        merge(&mut data, json!({"COMMAND": {"103": command}}));
        scene.bot.post(scene.fake.body("ONIMCOMMANDADD", data)).await;
        scene.answer(dialog, 2).await;
    }
    assert!(scene.bot.stop().await.success());
    let (code, lines, _) = scene.bot.run(&["export-decisions", "--wrong"]);
    assert_eq!((code, lines.lines().count()), (Some(0), 1), "{lines}");
    let line: Value = serde_json::from_str(&lines).unwrap();
    assert!(line["text"] == UPDATE && line["primary"].as_str().unwrap().starts_with("check:"), "{line}");
    assert_eq!(scene.bot.run(&["export-decisions"]).1.lines().count(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fetched_events_are_answered_and_confirmed() {
    let scene = scene(Way::V2Fetch, HEAD, "").await;
    let id = scene.fake.say("27", 27, UPDATE);
    let data = scene.fake.v2_message("27", 27, id, UPDATE, false);
    // The same message in two events.
    scene.fake.lock().queue.extend([(5, "ONIMBOTV2MESSAGEADD", data.clone()), (6, "ONIMBOTV2MESSAGEADD", data)]);
    scene.answer("27", 1).await;
    until("the events are confirmed", || scene.fake.lock().confirmed == 7).await;
    assert_eq!(scene.fake.answers("27").len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn installed_registered_answering_and_removed() {
    let dir = tempfile::tempdir().unwrap();
    let fake = FakePortal::start(1).await;
    let section = portal_section(dir.path(), "main", Way::V1Webhook, &fake, "");
    let bot = Bot::start(binary(), dir.path(), "[server]\npublic_url = \"https://bot.example.ru\"\n", &section).await;
    let id = fake.say("27", 27, UPDATE);
    let message = || fake.body("ONIMBOTMESSAGEADD", fake.v1_message("27", 27, id, UPDATE, json!({})));
    assert_eq!(bot.post(message()).await, 403, "before the installation nothing is believed");
    assert_eq!(bot.post(fake.install()).await, 200);
    until("the bot is registered", || fake.calls("imbot.command.register") == 2).await;
    until("the token is known", || bot.log().contains("the bot is registered")).await;
    assert_eq!(bot.post(message()).await, 200);
    until("it answers", || fake.answers("27").len() == 1).await;
    let uninstall = fake.body("ONAPPUNINSTALL", json!({"CLEAN": "1"}));
    assert_eq!(bot.post(uninstall).await, 202);
    assert_eq!(bot.post(message()).await, 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn expired_tokens_are_renewed_once_and_what_the_portal_refuses_is_parked() {
    let mut scene = scene(Way::V1Webhook, HEAD, "").await;
    scene.v1("27", UPDATE, json!({})).await;
    scene.answer("27", 1).await;
    scene.fake.expire();
    for dialog in ["31", "32", "33", "34", "35", "36"] {
        scene.v1(dialog, UPDATE, json!({})).await;
    }
    for dialog in ["31", "32", "33", "34", "35", "36"] {
        scene.answer(dialog, 1).await;
    }
    assert_eq!(scene.fake.calls("oauth"), 1, "six workers, one renewal");
    // 666 is a dialog that the bot is not in.
    scene.v1("666", UPDATE, json!({})).await;
    until("it is parked", || scene.bot.log().contains("a message is parked")).await;
    assert!(scene.bot.stop().await.success());
    let (code, listed, _) = scene.bot.run(&["parked"]);
    assert!(code == Some(1) && listed.contains("dialog 666") && listed.contains("ACCESS_DENIED"), "{listed}");
    assert_eq!(scene.bot.run(&["parked", "--retry"]).1, "1 messages are back in the queue\n");
    assert_eq!(scene.bot.run(&["parked"]).0, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_portals_bucket_never_overflows() {
    let dir = tempfile::tempdir().unwrap();
    let fake = FakePortal::start(1).await;
    fake.set_rate(20.0, 10.0);
    let more = format!("{}calls_per_second = 20\nburst = 10\n", set_up(dir.path(), Way::V1Webhook, &fake, false));
    let section = portal_section(dir.path(), "main", Way::V1Webhook, &fake, &more);
    let bot = Bot::start(binary(), dir.path(), HEAD, &section).await;
    for number in 0..60 {
        let dialog = (100 + number).to_string();
        let id = fake.say(&dialog, 27, UPDATE);
        bot.post(fake.body("ONIMBOTMESSAGEADD", fake.v1_message(&dialog, 27, id, UPDATE, json!({})))).await;
    }
    until("all are answered", || fake.answer_counts().len() == 60).await;
    let calls = fake.all_calls();
    assert_eq!((fake.lock().over_limit, calls), (0, 60));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_portal_that_is_down_loses_nothing_and_a_second_instance_is_refused() {
    let mut scene = scene(Way::V1Webhook, HEAD, "").await;
    scene.fake.lock().down = true;
    scene.v1("27", UPDATE, json!({})).await;
    let (code, _, error) = scene.bot.run(&[]);
    assert!(code == Some(2) && error.contains("another instance"), "{error}");
    // Stopped while the message waits, it is answered after the next start.
    assert!(scene.bot.stop().await.success());
    scene.fake.lock().down = false;
    scene.bot.restart().await;
    scene.answer("27", 1).await;
    assert_eq!(scene.fake.answers("27").len(), 1);
    assert!(scene.dir.path().exists());
}
