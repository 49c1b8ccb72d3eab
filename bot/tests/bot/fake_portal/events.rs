//! The bodies that a portal posts, made as PHP's `http_build_query` makes them.

use serde_json::{Map, Value, json};

use super::{BOT, FakePortal};

impl FakePortal {
    fn auth(&self, access: &str, refresh: &str) -> Value {
        json!({"access_token": access, "refresh_token": refresh, "expires_in": "3600", "scope": "imbot", "domain": self.address.to_string(),
            "client_endpoint": format!("{}/rest/", self.url()), "server_endpoint": "https://oauth.bitrix24.tech/rest/",
            "member_id": self.member_id(), "application_token": self.application_token(), "status": "L"})
    }

    fn bot_auth(&self) -> Value {
        self.auth("bot-access-0", "bot-refresh-0")
    }

    fn top_auth(&self) -> Value {
        json!({"domain": self.address.to_string(), "member_id": self.member_id(), "application_token": self.application_token()})
    }

    pub fn body(&self, name: &str, data: Value) -> Vec<u8> {
        form(&json!({"event": name, "data": data, "ts": jiff::Timestamp::now().as_second(), "auth": self.top_auth()}))
    }

    /// ONAPPINSTALL with the tokens of who installs.
    pub fn install(&self) -> Vec<u8> {
        let auth = self.auth("app-access-0", "app-refresh-0");
        form(&json!({"event": "ONAPPINSTALL", "data": {"VERSION": "1"}, "ts": jiff::Timestamp::now().as_second(), "auth": auth}))
    }

    /// `more` goes over the fields of PARAMS.
    pub fn v1_message(&self, dialog: &str, author: i64, id: i64, text: &str, more: Value) -> Value {
        let mut bot = self.bot_auth();
        bot["BOT_ID"] = json!(BOT.to_string());
        bot["BOT_CODE"] = json!("triage");
        let kind = if dialog.starts_with("chat") { "C" } else { "P" };
        let mut params = json!({"MESSAGE": text, "MESSAGE_ID": id.to_string(), "DIALOG_ID": dialog, "CHAT_TYPE": kind, "MESSAGE_TYPE": kind,
            "AUTHOR_ID": author.to_string(), "FROM_USER_ID": author.to_string(), "SYSTEM": "N", "LANGUAGE": "ru", "TO_CHAT_ID": "1407"});
        merge(&mut params, more);
        json!({"BOT": {BOT.to_string(): bot}, "PARAMS": params, "USER": {"ID": author.to_string(), "IS_BOT": "N"}})
    }

    pub fn v2_message(&self, dialog: &str, author: i64, id: i64, text: &str, webhook: bool) -> Value {
        let kind = if dialog.starts_with("chat") { "chat" } else { "private" };
        let mut bot = json!({"id": BOT, "code": "triage"});
        if webhook {
            bot["auth"] = self.bot_auth();
        } else {
            bot["type"] = json!("personal");
        }
        json!({"bot": bot, "message": {"id": id, "chatId": 5, "authorId": author, "text": text, "isSystem": false, "params": {}},
            "chat": {"id": 5, "dialogId": dialog, "type": kind, "entityType": ""}, "user": {"id": author, "bot": false, "type": "employee"}, "language": "ru"})
    }
}

pub fn merge(into: &mut Value, more: Value) {
    if let (Value::Object(into), Value::Object(more)) = (into, more) {
        into.extend(more);
    }
}

pub fn form(value: &Value) -> Vec<u8> {
    let mut out = String::new();
    if let Value::Object(map) = value {
        fields(map, "", &mut out);
    }
    out.into_bytes()
}

fn fields(map: &Map<String, Value>, prefix: &str, out: &mut String) {
    for (key, value) in map {
        let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}[{key}]") };
        let text = match value {
            Value::Object(inner) => {
                fields(inner, &name, out);
                continue;
            }
            Value::String(text) => text.clone(),
            Value::Bool(flag) => u8::from(*flag).to_string(),
            Value::Null => String::new(),
            other => other.to_string(),
        };
        if !out.is_empty() {
            out.push('&');
        }
        escape(&name, out);
        out.push('=');
        escape(&text, out);
    }
}

fn escape(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => out.push(byte as char),
            b' ' => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
}
