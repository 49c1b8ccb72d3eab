//! Changes for the terminal and for programs.

use std::io::Write;

use serde_json::{Value, json};
use support_triage::Policy;

use super::cause::Cause;
use super::groups::{Entry, Groups};
use super::{Level, Stand};
use crate::style::{BOLD, DIM, of, safe};

/// Ids listed of the tickets whose text is not shown.
const IDS: usize = 30;
/// Characters of a reply shown around the first difference.
const AROUND: usize = 150;

/// A rule set and what the user called it.
pub(crate) type Named<'a> = (&'a str, &'a Policy);

pub(crate) fn text(out: &mut impl Write, a: Named<'_>, b: Named<'_>, groups: &Groups) -> std::io::Result<()> {
    let [verdicts, topics, replies] = groups.levels;
    writeln!(
        out,
        "{BOLD}{} of {} tickets change{BOLD:#}: verdict {verdicts}, topic only {topics}, reply only {replies} {DIM}({} {} → {} {}){DIM:#}",
        groups.changed(),
        groups.tickets,
        a.0,
        a.1.version(),
        b.0,
        b.1.version()
    )?;
    for (cause, entries) in groups.groups() {
        writeln!(out, "\n{BOLD}{}{BOLD:#}  {DIM}{}{DIM:#}", title(cause), count(entries.len()))?;
        for entry in entries.iter().filter(|entry| entry.shown.is_some()) {
            one(out, groups, entry)?;
        }
        let rest: Vec<&str> = entries.iter().filter(|entry| entry.shown.is_none()).map(|entry| &*entry.id).collect();
        if !rest.is_empty() {
            let more = if rest.len() > IDS { ", …" } else { "" };
            let ids = rest.iter().take(IDS).map(|id| safe(id)).collect::<Vec<_>>().join(", ");
            writeln!(out, "  {DIM}and {}: {ids}{more}{DIM:#}", rest.len())?;
        }
    }
    Ok(())
}

fn title(cause: &Cause) -> String {
    let mut line = cause.kind.text().to_string();
    if let Some(topic) = &cause.topic {
        line = format!("{line}: {topic}");
    }
    match &cause.rule {
        Some(rule) => format!("{line}  {}", safe(rule)),
        None => line,
    }
}

fn count(tickets: usize) -> String {
    if tickets == 1 { "1 ticket".to_string() } else { format!("{tickets} tickets") }
}

fn one(out: &mut impl Write, groups: &Groups, entry: &Entry) -> std::io::Result<()> {
    let Some(shown) = &entry.shown else { return Ok(()) };
    let (from, to) = groups.stands(entry);
    write!(out, "  {} ", safe(&entry.id))?;
    stand(out, from)?;
    if entry.level == Level::Reply {
        write!(out, ", another reply")?;
    } else {
        write!(out, " → ")?;
        stand(out, to)?;
    }
    writeln!(out, "\n    {DIM}{}{DIM:#}", shown.text)?;
    if let (Level::Reply, Some((from, to))) = (entry.level, &shown.replies) {
        let start = difference(from, to);
        writeln!(out, "    − {}\n    + {}", excerpt(from, start), excerpt(to, start))?;
    }
    Ok(())
}

fn stand(out: &mut impl Write, stand: &Stand) -> std::io::Result<()> {
    let style = of(stand.verdict);
    write!(out, "{style}{}{style:#}", stand.verdict.as_str())?;
    match &stand.topic {
        Some(topic) => write!(out, " {topic}"),
        None => Ok(()),
    }
}

/// How many characters two replies share at the beginning, less a little for the eye.
fn difference(a: &str, b: &str) -> usize {
    a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count().saturating_sub(AROUND / 5)
}

fn excerpt(reply: &str, start: usize) -> String {
    let part: String = reply.chars().skip(start).take(AROUND).map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let before = if start > 0 { "…" } else { "" };
    let after = if reply.chars().count() > start + AROUND { "…" } else { "" };
    format!("{before}{}{after}", safe(&part))
}

/// One object with every changed ticket.
pub(crate) fn json(out: &mut impl Write, a: Named<'_>, b: Named<'_>, groups: &Groups) -> std::io::Result<()> {
    let [verdict, topic, reply] = groups.levels;
    let rules = |named: Named<'_>| json!({ "name": named.0, "version": named.1.version() });
    let list: Vec<Value> = groups
        .groups()
        .into_iter()
        .map(|(cause, entries)| {
            json!({ "cause": cause, "count": entries.len(), "tickets": entries.iter().map(|entry| ticket(groups, entry)).collect::<Vec<_>>() })
        })
        .collect();
    let whole = json!({
        "from": rules(a),
        "to": rules(b),
        "tickets": groups.tickets,
        "changed": { "all": groups.changed(), "verdict": verdict, "topic": topic, "reply": reply },
        "groups": list,
    });
    serde_json::to_writer(&mut *out, &whole)?;
    out.write_all(b"\n")
}

fn ticket(groups: &Groups, entry: &Entry) -> Value {
    let (from, to) = groups.stands(entry);
    let mut value = json!({ "id": entry.id, "changed": entry.level, "from": from, "to": to });
    if let (Some(shown), Value::Object(object)) = (&entry.shown, &mut value) {
        object.insert("text".to_string(), Value::from(shown.text.as_str()));
        if let Some((from, to)) = &shown.replies {
            object.insert("replies".to_string(), json!({ "from": from, "to": to }));
        }
    }
    value
}
