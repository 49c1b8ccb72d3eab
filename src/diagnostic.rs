//! Mistakes in rule files: a stable code, a place, the line with a caret, and the mend.

use std::fmt;

/// How bad a mistake is.
///
/// # Examples
///
/// ```
/// use support_triage::Severity;
///
/// assert!(Severity::Error > Severity::Warning);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The policy works, but something in it is surely not meant.
    Warning,
    /// The policy cannot be used.
    Error,
}

/// One mistake in a rule file.
///
/// Codes are stable: `E…` are errors, `W…` warnings; the list is in `rules/README.md`. Lines and columns count from 1, columns in
/// characters. `Display` prints the mistake as a compiler would, with the line and a caret.
///
/// # Examples
///
/// ```
/// use support_triage::Policy;
///
/// let error = Policy::from_strings([("broken.yaml", "category: [")]).unwrap_err();
/// let first = &error.diagnostics()[0];
/// assert_eq!((first.file(), first.line()), ("broken.yaml", 1));
/// assert!(first.code().starts_with('E'));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub(crate) code: &'static str,
    pub(crate) severity: Severity,
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    /// Width of the marked text in characters, at least 1.
    pub(crate) width: usize,
    /// The line as written, without its end; empty where the file has no such line.
    pub(crate) excerpt: String,
    pub(crate) message: String,
    pub(crate) help: String,
}

impl Diagnostic {
    /// The stable code, such as `E104`.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// Error or warning.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// The file as it was named when the policy was loaded.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The line, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column in characters, from 1.
    pub fn column(&self) -> usize {
        self.column
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// How to mend it.
    pub fn help(&self) -> &str {
        &self.help
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        writeln!(f, "{kind}[{}]: {}", self.code, self.message)?;
        let gutter = self.line.to_string().len();
        writeln!(f, "{:gutter$}--> {}:{}:{}", "", self.file, self.line, self.column)?;
        if !self.excerpt.is_empty() {
            let (shown, offset) = self.window();
            writeln!(f, "{:gutter$} |", "")?;
            writeln!(f, "{} | {shown}", self.line)?;
            let carets = "^".repeat(self.width.clamp(1, 60));
            writeln!(f, "{:gutter$} | {:offset$}{carets}", "", "")?;
        }
        write!(f, "{:gutter$} = help: {}", "", self.help)
    }
}

impl Diagnostic {
    /// At most 100 characters of the line around the mistake, and where the caret goes in them. Control
    /// characters are shown as `·`: a rule file must not be able to steer the terminal.
    fn window(&self) -> (String, usize) {
        const WIDTH: usize = 100;
        let column = self.column.saturating_sub(1);
        let first = column.saturating_sub(WIDTH / 2);
        let shown = self.excerpt.chars().skip(first).take(WIDTH);
        let shown = shown.map(|c| if c.is_control() { '·' } else { c }).collect();
        (shown, column - first)
    }
}
