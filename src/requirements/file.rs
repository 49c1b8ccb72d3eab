//! `requirements.yaml` as written, its checks, and its texts with their slots filled.

use serde::Deserialize;

use super::judge::{Judgement, cases};
use super::{RequirementId, RequirementResult};
use crate::error::Error;
use crate::hours::file::{mistake, read_yaml};
use crate::verdict::Lang;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RequirementsFile {
    requirements: Vec<EntryFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryFile {
    id: RequirementId,
    title: Texts,
    topic: Option<String>,
    texts: Vec<CaseFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    case: String,
    ru: String,
    en: String,
}

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Texts {
    ru: String,
    en: String,
}

impl Texts {
    pub(super) fn new(text: impl Fn(Lang) -> String) -> Texts {
        Texts { ru: text(Lang::Ru), en: text(Lang::En) }
    }

    pub(super) fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ru => &self.ru,
            Lang::En => &self.en,
        }
    }
}

/// A checked requirement: texts for exactly the cases it can be in.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) id: RequirementId,
    title: Texts,
    topic: Option<String>,
    texts: Vec<(String, Texts)>,
}

impl Entry {
    /// Says a judgement in words.
    pub(super) fn result(&self, judgement: Judgement) -> RequirementResult {
        let slots = cases(self.id).iter().find(|(case, _)| *case == judgement.case).map_or(&[][..], |(_, slots)| slots);
        let values = [&judgement.slot, &judgement.second_slot];
        let texts = self.texts.iter().find(|(case, _)| case == judgement.case);
        let text = Texts::new(|lang| {
            let value = |name: &str| {
                slots.iter().position(|slot| *slot == name).and_then(|at| values.get(at)?.as_ref()).map(|texts| texts.get(lang))
            };
            // Loading has seen to it that every case has its text.
            texts.map(|(_, texts)| fill(texts.get(lang), value)).unwrap_or_default()
        });
        RequirementResult {
            id: self.id,
            state: judgement.state,
            case: judgement.case,
            topic: judgement.topic.map(str::to_string).or_else(|| self.topic.clone()),
            title: self.title.clone(),
            text,
        }
    }
}

/// Fills slots in one pass, so that braces in a value stay what they are.
fn fill<'a>(text: &str, value: impl Fn(&str) -> Option<&'a str>) -> String {
    let mut out = String::new();
    for (plain, slot) in pieces(text) {
        out.push_str(plain);
        out.push_str(slot.and_then(&value).unwrap_or(""));
    }
    out
}

/// Text cut before every slot. A brace without its partner is plain text here; loading refuses it.
fn pieces(text: &str) -> Vec<(&str, Option<&str>)> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while let Some((plain, more)) = rest.split_once('{') {
        let Some((slot, more)) = more.split_once('}') else { break };
        pieces.push((plain, Some(slot)));
        rest = more;
    }
    pieces.push((rest, None));
    pieces
}

/// Reads and checks requirements.
pub(super) fn read(name: &str, text: &str) -> Result<Vec<Entry>, Error> {
    let file: RequirementsFile = read_yaml(name, text)?;
    let mut entries: Vec<Entry> = Vec::new();
    for entry in file.requirements {
        let id = entry.id.as_str();
        let wrong = |what: String| Err(mistake(name, text, &format!("id: {id}"), &format!("{id}: {what}")));
        if entries.iter().any(|other| other.id == entry.id) {
            return wrong("stands here twice".into());
        }
        if entry.topic.as_deref().is_some_and(|topic| !topic.contains('.')) {
            return wrong("the topic needs a full id such as connection.network_error".into());
        }
        let known = cases(entry.id);
        if let Some((missing, _)) = known.iter().find(|(case, _)| !entry.texts.iter().any(|text| text.case == *case)) {
            return wrong(format!("the case {missing} has no text"));
        }
        let mut texts = Vec::new();
        for CaseFile { case, ru, en } in entry.texts {
            let Some((_, slots)) = known.iter().find(|(known, _)| *known == case) else {
                let names: Vec<&str> = known.iter().map(|(case, _)| *case).collect();
                return wrong(format!("there is no case \"{case}\": use {}", names.join(", ")));
            };
            if texts.iter().any(|(other, _)| *other == case) {
                return wrong(format!("the case {case} stands here twice"));
            }
            for text in [&ru, &en] {
                if text.trim().is_empty() {
                    return wrong(format!("the case {case} has an empty text"));
                }
                let pieces = pieces(text);
                if let Some(slot) = pieces.iter().filter_map(|(_, slot)| *slot).find(|slot| !slots.contains(slot)) {
                    let known = if slots.is_empty() { "it has none".to_string() } else { format!("use {}", slots.join(", ")) };
                    return wrong(format!("the case {case} has no slot {{{slot}}}: {known}"));
                }
                if pieces.iter().any(|(plain, _)| plain.contains(['{', '}'])) {
                    return wrong(format!("a lone brace in the case {case}"));
                }
            }
            texts.push((case, Texts { ru, en }));
        }
        entries.push(Entry { id: entry.id, title: entry.title, topic: entry.topic, texts });
    }
    if let Some(missing) = RequirementId::ALL.iter().find(|id| !entries.iter().any(|entry| entry.id == **id)) {
        return Err(mistake(name, text, "requirements", &format!("the requirement {} is missing", missing.as_str())));
    }
    Ok(entries)
}
