//! Where rule files come from, and their reading up to typed syntax.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use super::guard::{self, Node, Source};
use super::shape::{self, Shape};
use super::syntax;
use crate::diagnostic::Diagnostic;
use crate::error::{Error, ErrorKind};
use crate::limits::Limits;

/// A file as bytes, named relative to its layer.
pub(crate) struct Raw {
    pub(crate) name: String,
    pub(crate) bytes: Cow<'static, [u8]>,
    /// Whether its regexes need no check.
    pub(crate) checked: bool,
}

/// One layer of a policy: the files of a folder.
#[derive(Default)]
pub(crate) struct Layer {
    pub(crate) rules: Vec<Raw>,
    pub(crate) words: Option<Cow<'static, str>>,
    pub(crate) model: Option<Cow<'static, [u8]>>,
}

/// A file with its place tree and typed content.
pub(crate) struct File<'a> {
    pub(crate) source: Source<'a>,
    pub(crate) root: Node<'a>,
    pub(crate) content: Content,
    pub(crate) checked: bool,
}

pub(crate) enum Content {
    Rules(syntax::RuleSet),
    Lexicon(syntax::Lexicon),
    Policy(Box<syntax::PolicyFile>),
    Questions(syntax::Questions),
}

const MODEL: &str = "model.bin";
const WORDS: &str = "words.txt";
/// Files of other parts of a policy, read by their own rooms.
const OTHERS: &[&str] = &["requirements.yaml"];

/// Reads the files of a rules folder: `*.yaml` in it and in `lexicon/`, `words.txt` and `model.bin`.
pub(crate) fn read_dir(dir: &Path, limits: &Limits) -> Result<Layer, Error> {
    let mut layer = Layer::default();
    let mut paths = Vec::new();
    for (folder, optional) in [(dir.to_path_buf(), false), (dir.join("lexicon"), true)] {
        if optional && !folder.is_dir() {
            continue;
        }
        for entry in std::fs::read_dir(&folder).map_err(|source| read(&folder, source))? {
            paths.push(entry.map_err(|source| read(&folder, source))?.path());
        }
    }
    paths.sort();
    for path in paths {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
        let is_rule = (name.ends_with(".yaml") || name.ends_with(".yml")) && !name.starts_with('.') && !OTHERS.contains(&name);
        let is_data = path.parent() == Some(dir) && (name == MODEL || name == WORDS);
        if !is_rule && !is_data {
            continue;
        }
        let meta = std::fs::metadata(&path).map_err(|source| read(&path, source))?;
        if !meta.is_file() {
            continue;
        }
        // One byte more than allowed is enough to refuse a file without reading all of it.
        let bytes = if is_rule && meta.len() > limits.file_bytes as u64 {
            vec![b'#'; limits.file_bytes + 1]
        } else {
            std::fs::read(&path).map_err(|source| read(&path, source))?
        };
        match name {
            // An empty file stands for no model, so that a first one can be learned.
            MODEL => layer.model = Some(bytes).filter(|bytes| !bytes.is_empty()).map(Cow::Owned),
            WORDS => layer.words = Some(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())),
            _ => layer.rules.push(Raw { name: path.display().to_string(), bytes: bytes.into(), checked: false }),
        }
    }
    Ok(layer)
}

fn read(path: &Path, source: std::io::Error) -> Error {
    Error::new(ErrorKind::Read { path: PathBuf::from(path), source })
}

/// Reads one file up to its typed content; what is wrong goes to `found`.
pub(crate) fn parse<'a>(raw: &'a Raw, limits: &Limits, found: &mut Vec<Diagnostic>) -> Option<File<'a>> {
    let source = match guard::decode(&raw.name, &raw.bytes, limits) {
        Ok(source) => source,
        Err(diagnostic) => {
            found.push(*diagnostic);
            return None;
        }
    };
    let before = found.len();
    let root = guard::outline(&source, limits, found)?;
    let kind = kind_of(&root);
    let shape: &Shape = match kind {
        Some("category") => &shape::RULE_SET,
        Some("concepts") => &shape::LEXICON,
        Some("policy") => &shape::POLICY,
        Some("questions") => &shape::QUESTIONS,
        _ => {
            let help = "a rule set has `category`, a lexicon `concepts` or `wants`, policy.yaml `name`, questions.yaml `questions`";
            found.push(source.at((root.range.0, root.range.0), "E013", "the file is none of the known kinds".into(), help));
            return None;
        }
    };
    shape::check(&source, &root, shape, found);
    let content = match kind {
        Some("category") => typed(&source, &root, found, before).map(Content::Rules),
        Some("concepts") => typed(&source, &root, found, before).map(Content::Lexicon),
        Some("policy") => typed(&source, &root, found, before).map(Box::new).map(Content::Policy),
        _ => typed(&source, &root, found, before).map(Content::Questions),
    }?;
    Some(File { source, root, content, checked: raw.checked })
}

fn kind_of(root: &Node) -> Option<&'static str> {
    [
        ("category", "category"),
        ("in_scope", "category"),
        ("out_of_scope", "category"),
        ("concepts", "concepts"),
        ("wants", "concepts"),
        ("questions", "questions"),
        ("fallbacks", "questions"),
        ("name", "policy"),
        ("thresholds", "policy"),
        ("reply", "policy"),
        ("negation", "policy"),
        ("categories", "policy"),
    ]
    .into_iter()
    .find(|(key, _)| root.get(key).is_some())
    .map(|(_, kind)| kind)
}

/// The content of a file whose tree is known. What cannot be told from the tree alone is read once more by `serde_yaml`, whose word counts.
fn typed<T: DeserializeOwned>(source: &Source, root: &Node, found: &mut Vec<Diagnostic>, before: usize) -> Option<T> {
    match T::deserialize(root).or_else(|_| serde_yaml::from_str(source.text)) {
        Ok(content) => Some(content),
        Err(error) => {
            // A wrong kind or a double key was already told with its own place.
            if found.len() == before {
                let at = error.location().map_or(0, |location| location.index());
                let text = error.to_string();
                let message = text.split(" at line ").next().unwrap_or(&text).to_string();
                found.push(source.at((at, at + 1), "E022", message, "see the field reference in rules/README.md"));
            }
            None
        }
    }
}
