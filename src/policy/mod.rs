//! A support policy: YAML as written → diagnostics with places → a checked [`Policy`].
//!
//! [`guard`] is the only door for bytes, [`syntax`] the files as written, [`build`] the checks, [`model`] what comes out.

mod build;
mod conditions;
mod files;
mod guard;
mod lint;
pub(crate) mod model;
mod read;
pub(crate) mod regexes;
pub(crate) mod reply;
mod shape;
mod syntax;
pub(crate) mod term;
mod terms;

#[cfg(feature = "builtin")]
mod builtin;
#[cfg(feature = "schema")]
pub(crate) mod schema;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use files::{Layer, Raw};
use model::{Category, Parts, Topic};

use crate::beside::both;
use crate::diagnostic::Diagnostic;
use crate::error::{Error, ErrorKind};
use crate::limits::Limits;

/// A checked support policy: categories, topics, lexicon, replies, and the learned model if there is one.
///
/// Cheap to clone. Loading checks everything at once and reports all mistakes; see [`Diagnostic`].
///
/// # Examples
///
/// ```
/// use support_triage::Policy;
///
/// let policy = Policy::builtin();
/// assert_eq!(policy.topics().len(), 48);
/// assert!(policy.topic("theory.licensing").is_some());
/// ```
#[derive(Clone)]
pub struct Policy {
    parts: Arc<Parts>,
}

impl std::fmt::Debug for Policy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Policy")
            .field("name", &self.name())
            .field("version", &self.version())
            .field("topics", &self.topics().len())
            .finish_non_exhaustive()
    }
}

impl Policy {
    /// The built-in policy: the support policy of the self-hosted Bitrix24, embedded in the library. Reading it takes a third of the 46 ms between the start and the first
    /// answer, once.
    ///
    /// # Examples
    ///
    /// ```
    /// let policy = support_triage::Policy::builtin();
    /// assert!(policy.source().starts_with("https://"));
    /// ```
    #[cfg(feature = "builtin")]
    pub fn builtin() -> Policy {
        builtin::policy()
    }

    /// A policy from a folder of rule files (`*.yaml`, `lexicon/*.yaml`, `words.txt`, `model.bin`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Read`] if a file cannot be read, [`ErrorKind::InvalidRules`] with every mistake found.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// let policy = support_triage::Policy::from_dir("my-rules")?;
    /// # Ok::<(), support_triage::Error>(())
    /// ```
    pub fn from_dir(dir: impl AsRef<Path>) -> Result<Policy, Error> {
        Policy::builder().dir(dir).load()
    }

    /// A policy from texts, each with the name its diagnostics show.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRules`] with every mistake found.
    ///
    /// # Examples
    ///
    /// ```
    /// use support_triage::{Classifier, Policy};
    ///
    /// let rules = r#"
    /// category: access
    /// title: { ru: Доступ, en: Access }
    /// in_scope:
    ///   - topic: password
    ///     title: { ru: Пароль, en: Password }
    ///     when: [ { phrase: "сбросить пароль", weight: 3 } ]
    ///     reply: { ru: Сбросим., en: We will reset it. }
    ///     tests: { hit: ["[[Сбросьте пароль]]!"], miss: ["Спасибо"] }
    /// "#;
    /// let policy = Policy::from_strings([("access.yaml", rules)])?;
    /// let classifier = Classifier::new(&policy)?;
    /// assert_eq!(classifier.classify("Сбросьте, пожалуйста, пароль").topic(), None);
    /// assert_eq!(classifier.classify("Прошу сбросить пароль").topic(), Some("access.password"));
    /// # Ok::<(), support_triage::Error>(())
    /// ```
    pub fn from_strings<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Policy, Error> {
        Policy::builder().strings(files).load()
    }

    /// Starts a policy of several layers.
    pub fn builder() -> PolicyBuilder {
        PolicyBuilder { layers: Vec::new(), limits: Limits::default(), rules_only: false, failed: None }
    }

    /// The name from `policy.yaml`; empty if there is none.
    pub fn name(&self) -> &str {
        &self.parts.name
    }

    /// The address of the page the policy is published on; empty if there is none.
    pub fn source(&self) -> &str {
        &self.parts.source
    }

    /// 16 hexadecimal digits that change with every change of a file of the policy.
    pub fn version(&self) -> &str {
        &self.parts.version
    }

    /// The categories in the order of the policy.
    pub fn categories(&self) -> &[Category] {
        &self.parts.categories
    }

    /// The topics in the order of the policy: by category, in-scope topics first.
    pub fn topics(&self) -> &[Topic] {
        &self.parts.topics
    }

    /// The topic with a full id.
    pub fn topic(&self, id: &str) -> Option<&Topic> {
        self.parts.topics.iter().find(|topic| topic.id() == id)
    }

    /// What is not wrong but surely not meant.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.parts.warnings
    }

    /// Whether the policy has learned weights.
    pub fn has_model(&self) -> bool {
        self.parts.model.is_some()
    }

    /// The same policy without its learned weights.
    ///
    /// # Examples
    ///
    /// ```
    /// use support_triage::Policy;
    ///
    /// assert!(!Policy::builtin().rules_only().has_model());
    /// ```
    pub fn rules_only(&self) -> Policy {
        Policy { parts: Arc::new(Parts { model: None, ..(*self.parts).clone() }) }
    }

    /// The same policy with another learned model, as [`tune`](crate::tune) writes it. Damage shows when a classifier is built.
    pub fn with_model(&self, model: Vec<u8>) -> Policy {
        Policy { parts: Arc::new(Parts { model: Some(Arc::new(model.into())), ..(*self.parts).clone() }) }
    }

    pub(crate) fn from_parts(parts: Arc<Parts>) -> Policy {
        Policy { parts }
    }

    pub(crate) fn parts(&self) -> &Parts {
        &self.parts
    }
}

/// Puts a policy together from layers: the first is the base, each further one adds to it or replaces parts of it.
///
/// In a later layer, a topic that exists gets further conditions and tests, and its title or reply is replaced if given; a concept gets further terms; `replace: true`
/// on either forgets what was there. New topics, concepts and categories are added. The model of the last layer that has one is used.
///
/// # Examples
///
/// ```
/// use support_triage::{Lang, Policy};
///
/// let own = r#"
/// category: performance
/// in_scope:
///   - topic: caching
///     reply: { ru: Наш ответ., en: Our reply. }
/// "#;
/// let policy = Policy::builder().builtin().strings([("own.yaml", own)]).load()?;
/// assert_eq!(policy.topics().len(), Policy::builtin().topics().len());
/// # Ok::<(), support_triage::Error>(())
/// ```
pub struct PolicyBuilder {
    layers: Vec<Layer>,
    limits: Limits,
    rules_only: bool,
    failed: Option<Error>,
}

impl PolicyBuilder {
    /// Adds the built-in policy as a layer.
    #[cfg(feature = "builtin")]
    pub fn builtin(mut self) -> PolicyBuilder {
        self.layers.push(builtin::layer());
        self
    }

    /// Adds a folder of rule files as a layer.
    pub fn dir(mut self, dir: impl AsRef<Path>) -> PolicyBuilder {
        match files::read_dir(dir.as_ref(), &self.limits) {
            Ok(layer) => self.layers.push(layer),
            Err(error) => self.failed = self.failed.or(Some(error)),
        }
        self
    }

    /// Adds rule files given as texts as a layer.
    pub fn strings<'a>(mut self, files: impl IntoIterator<Item = (&'a str, &'a str)>) -> PolicyBuilder {
        let rules =
            files.into_iter().map(|(name, text)| Raw { name: name.to_string(), bytes: text.as_bytes().to_vec().into(), checked: false });
        self.layers.push(Layer { rules: rules.collect(), ..Layer::default() });
        self
    }

    /// Sets the limits on files; [`Limits::default`] if not called.
    pub fn limits(mut self, limits: Limits) -> PolicyBuilder {
        self.limits = limits;
        self
    }

    /// Leaves the learned models of all layers out.
    pub fn rules_only(mut self) -> PolicyBuilder {
        self.rules_only = true;
        self
    }

    /// Reads and checks all layers.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Read`] if a file cannot be read, [`ErrorKind::InvalidRules`] with every mistake found.
    pub fn load(self) -> Result<Policy, Error> {
        if let Some(failed) = self.failed {
            return Err(failed);
        }
        let limits = &self.limits;
        let count: usize = self.layers.iter().map(|layer| layer.rules.len()).sum();
        if count > limits.files {
            return Err(Error::new(ErrorKind::Data(format!("{count} rule files, the limit is {} (Limits::files)", limits.files))));
        }
        let (layers, mut found, version) = parse(&self.layers, limits);
        let mut parts = match build::build(&layers, limits) {
            Ok(parts) if found.is_empty() => parts,
            Ok(_) => return Err(Error::rules(found)),
            Err(mistakes) => {
                found.extend(mistakes);
                return Err(Error::rules(found));
            }
        };
        parts.version = version;
        for layer in self.layers {
            if let Some(words) = layer.words {
                parts.words.push_str(&words);
                parts.words.push('\n');
            }
            if let Some(model) = layer.model.filter(|_| !self.rules_only) {
                parts.model = Some(Arc::new(model));
            }
        }
        Ok(Policy { parts: Arc::new(parts) })
    }
}

/// Parses all files, on two threads if there is much to read: reading YAML takes most of the time between the start of a program and its first answer.
fn parse<'a>(layers: &'a [Layer], limits: &Limits) -> (Vec<Vec<files::File<'a>>>, Vec<Diagnostic>, String) {
    const MANY_BYTES: usize = 64 << 10;
    let all: Vec<(usize, &'a Raw)> =
        layers.iter().enumerate().flat_map(|(at, layer)| layer.rules.iter().map(move |raw| (at, raw))).collect();
    let total: usize = all.iter().map(|(_, raw)| raw.bytes.len()).sum();
    // The large ones first, so that the threads end together.
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(all[*at].1.bytes.len()));
    let next = AtomicUsize::new(0);
    let read = || {
        let mut read = Vec::new();
        while let Some(&at) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut found = Vec::new();
            read.push((at, files::parse(all[at].1, limits, &mut found), found));
        }
        read
    };
    let beside = || (version(layers), read());
    let (mut parsed, (version, others)) = if total < MANY_BYTES { (read(), beside()) } else { both(read, beside) };
    parsed.extend(others);
    parsed.sort_by_key(|(at, ..)| *at);
    let mut files: Vec<Vec<files::File>> = layers.iter().map(|_| Vec::new()).collect();
    let mut found = Vec::new();
    for (at, file, mistakes) in parsed {
        files[all[at].0].extend(file);
        found.extend(mistakes);
    }
    (files, found, version)
}

/// A hash of everything that was read (FNV-1a, 64 bits: it tells versions apart, it does not guard against forgery).
fn version(layers: &[Layer]) -> String {
    let mut hash = crate::hash::Hash::new();
    for layer in layers {
        for raw in &layer.rules {
            hash.blocks(&raw.bytes);
        }
        hash.blocks(layer.words.as_deref().unwrap_or("").as_bytes());
        hash.blocks(layer.model.as_deref().unwrap_or(&[]));
    }
    format!("{:016x}", hash.value())
}
