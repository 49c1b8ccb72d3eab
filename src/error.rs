//! The library's one error type.

use std::fmt;
use std::path::PathBuf;

use crate::diagnostic::Diagnostic;

/// Why a policy could not be loaded or a classifier not be built. See [`Error::kind`].
///
/// A ticket never causes an error: whatever it says, there is a decision.
///
/// # Examples
///
/// ```
/// use support_triage::{ErrorKind, Policy};
///
/// let error = Policy::from_dir("no/such/folder").unwrap_err();
/// assert!(matches!(error.kind(), ErrorKind::Read { .. }));
/// ```
#[derive(Debug)]
pub struct Error {
    kind: Box<ErrorKind>,
}

/// What went wrong. More kinds may be added in a minor release.
///
/// # Examples
///
/// See [`Error`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Rule files have mistakes. Never empty; sorted by file, then by line.
    #[error("{}", list(.0))]
    InvalidRules(Vec<Diagnostic>),
    /// A file or folder could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The learned model is damaged, or was made for another policy.
    #[error("cannot use the model: {0}")]
    Model(String),
    /// Labelled tickets or other data could not be understood.
    #[error("{0}")]
    Data(String),
}

fn list(diagnostics: &[Diagnostic]) -> String {
    let shown: Vec<String> = diagnostics.iter().map(Diagnostic::to_string).collect();
    shown.join("\n\n")
}

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Error {
        Error { kind: Box::new(kind) }
    }

    pub(crate) fn rules(mut diagnostics: Vec<Diagnostic>) -> Error {
        diagnostics.sort_by(|a, b| (&a.file, a.line, a.column, a.code).cmp(&(&b.file, b.line, b.column, b.code)));
        Error::new(ErrorKind::InvalidRules(diagnostics))
    }

    /// What went wrong, to match on.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// The mistakes in rule files; empty for other kinds of error.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        match &*self.kind {
            ErrorKind::InvalidRules(diagnostics) => diagnostics,
            _ => &[],
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.kind {
            ErrorKind::Read { source, .. } => Some(source),
            _ => None,
        }
    }
}
