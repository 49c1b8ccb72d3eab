//! What the methods do.

use serde_json::{Value, json};

use super::{BOT, CLIENT_ID, Inner, Stored};

type Answer = Result<Value, (u16, &'static str)>;

pub(super) fn call(inner: &mut Inner, method: &str, parameters: &Value, as_bot: bool) -> Answer {
    match method {
        "app.info" => Ok(json!({"ID": 1, "CODE": CLIENT_ID, "STATUS": "L", "INSTALLED": true})),
        "imbot.message.add" => {
            send(inner, &parameters["DIALOG_ID"], &parameters["MESSAGE"], "", &parameters["KEYBOARD"]).map(|id| json!(id))
        }
        "imbot.v2.Chat.Message.send" => {
            let fields = &parameters["fields"];
            let uuid = fields["templateId"].as_str().unwrap_or_default().to_string();
            send(inner, &parameters["dialogId"], &fields["message"], &uuid, &fields["keyboard"]).map(|id| json!({"id": id, "uuidMap": {}}))
        }
        "imbot.message.update" => update(inner, &parameters["MESSAGE_ID"], &parameters["MESSAGE"]).map(|()| json!(true)),
        "imbot.v2.Chat.Message.update" => {
            update(inner, &parameters["messageId"], &parameters["fields"]["message"]).map(|()| json!({"result": true}))
        }
        "imbot.v2.Chat.Message.getContext" => context(inner, parameters),
        "im.dialog.messages.get" if !as_bot => Err((403, "ACCESS_ERROR")),
        "im.dialog.messages.get" => Ok(history(inner, parameters)),
        "imopenlines.bot.session.operator" | "imopenlines.bot.session.transfer" => {
            inner.transfers.push(parameters["CHAT_ID"].as_i64().ok_or((400, "CHAT_ID_EMPTY"))?);
            Ok(json!(true))
        }
        "imbot.register" => Ok(json!(BOT)),
        "imbot.update" => Ok(json!(true)),
        "imbot.command.register" => Ok(json!(99)),
        "imbot.v2.Bot.register" => Ok(json!({"bot": {"id": BOT, "code": parameters["fields"]["code"]}})),
        "imbot.v2.Command.register" => Ok(json!({"command": {"id": 42}})),
        "imbot.v2.Event.get" => Ok(fetch(inner, parameters)),
        _ => Err((404, "ERROR_METHOD_NOT_FOUND")),
    }
}

fn send(inner: &mut Inner, dialog: &Value, text: &Value, uuid: &str, keyboard: &Value) -> Result<i64, (u16, &'static str)> {
    let dialog = dialog.as_str().filter(|dialog| !dialog.is_empty()).ok_or((400, "DIALOG_ID_EMPTY"))?.to_string();
    let text = text.as_str().filter(|text| !text.is_empty()).ok_or((400, "MESSAGE_EMPTY"))?.to_string();
    if dialog == "666" {
        return Err((403, "ACCESS_DENIED"));
    }
    Ok(inner.store(&dialog, BOT, &text, uuid, json!({"KEYBOARD": keyboard})))
}

fn update(inner: &mut Inner, id: &Value, text: &Value) -> Result<(), (u16, &'static str)> {
    let (id, text) = (id.as_i64().ok_or((400, "MESSAGE_ID_ERROR"))?, text.as_str().unwrap_or_default().to_string());
    let message = inner.messages.iter_mut().find(|message| message.id == id && message.author == BOT).ok_or((403, "ACCESS_DENIED"))?;
    message.text.clone_from(&text);
    inner.updates.push((id, text));
    Ok(())
}

fn shown(message: &Stored, snake: bool) -> Value {
    if snake {
        json!({"id": message.id, "author_id": message.author, "text": message.text, "params": message.params})
    } else {
        json!({"id": message.id, "authorId": message.author, "text": message.text, "uuid": message.uuid, "params": message.params})
    }
}

fn context(inner: &Inner, parameters: &Value) -> Answer {
    if inner.blind {
        return Err((403, "BOT_TYPE_NOT_ALLOWED"));
    }
    let center = parameters["messageId"].as_i64().unwrap_or(0);
    let range = parameters["range"].as_i64().unwrap_or(50) as usize;
    let dialog = inner.messages.iter().find(|message| message.id == center).ok_or((400, "MESSAGE_NOT_FOUND"))?.dialog.clone();
    let messages = inner.of_dialog(&dialog);
    let at = messages.iter().position(|message| message.id == center).unwrap_or(0);
    let (from, to) = (at.saturating_sub(range), (at + range + 1).min(messages.len()));
    let page: Vec<Value> = messages[from..to].iter().map(|message| shown(message, false)).collect();
    Ok(json!({"messages": page, "users": [], "hasPrevPage": from > 0, "hasNextPage": to < messages.len()}))
}

fn history(inner: &Inner, parameters: &Value) -> Value {
    let first = parameters["FIRST_ID"].as_i64().unwrap_or(0);
    let limit = parameters["LIMIT"].as_i64().unwrap_or(20) as usize;
    let messages = inner.of_dialog(parameters["DIALOG_ID"].as_str().unwrap_or_default());
    let page: Vec<Value> = messages.iter().filter(|message| message.id > first).take(limit).map(|message| shown(message, true)).collect();
    json!({"messages": page, "users": [], "files": []})
}

fn fetch(inner: &mut Inner, parameters: &Value) -> Value {
    let offset = parameters["offset"].as_i64().unwrap_or(0);
    inner.confirmed = inner.confirmed.max(offset);
    let confirmed = inner.confirmed;
    inner.queue.retain(|(id, ..)| *id >= confirmed);
    let limit = parameters["limit"].as_i64().unwrap_or(100) as usize;
    let page: Vec<Value> =
        inner.queue.iter().take(limit).map(|(id, name, data)| json!({"eventId": id, "type": name, "data": data})).collect();
    let next = inner.queue.get(limit.min(inner.queue.len()).wrapping_sub(1)).map_or(confirmed, |(id, ..)| id + 1);
    json!({"events": page, "nextOffset": next, "hasMore": inner.queue.len() > limit})
}
