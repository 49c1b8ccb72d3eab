//! Regexes of rule files: what may be written.

use regex_automata::meta::{BuildError, Regex};
use regex_automata::util::syntax;

use super::term::Refusal;
use crate::limits::Limits;

/// Deepest nesting of groups.
const NEST: u32 = 32;
/// Largest lazy automaton, in bytes; above it the search slows down but stays linear.
const DFA_BYTES: usize = 1 << 20;

/// Compiles a regex that has been checked before.
pub(crate) fn compile(pattern: &str, limits: &Limits) -> Result<Regex, Box<BuildError>> {
    let sizes = Regex::config().nfa_size_limit(Some(limits.regex_compiled_bytes)).hybrid_cache_capacity(DFA_BYTES);
    Regex::builder().configure(sizes).syntax(syntax::Config::new().nest_limit(NEST)).build(pattern).map_err(Box::new)
}

/// Whether a regex may ask for the edge of a word.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Boundaries {
    Allowed,
    Refused,
}

/// Refuses what does not compile, is too large, matches the empty text, or needs what makes a search slow.
pub(crate) fn check(pattern: &str, limits: &Limits, boundaries: Boundaries) -> Result<(), Refusal> {
    if pattern.len() > limits.regex_bytes {
        let message = format!("the regex has {} bytes, the limit is {}", pattern.len(), limits.regex_bytes);
        return Err(("E061", message, "split it, or use terms".into()));
    }
    if boundaries == Boundaries::Refused && (pattern.contains(r"\b") || pattern.contains(r"\B")) {
        let help = "leave it out; terms know where words end, regexes are for codes".to_string();
        return Err(("E062", r"`\b` makes a search 50 times slower on Russian text".into(), help));
    }
    let regex = match compile(pattern, limits) {
        Ok(regex) => regex,
        Err(error) if error.size_limit().is_some() => {
            let message = format!("the regex needs more than {} bytes when compiled", limits.regex_compiled_bytes);
            return Err(("E061", message, "use smaller counts in `{…}`".into()));
        }
        Err(error) => {
            let text = error.syntax_error().map_or_else(|| error.to_string(), ToString::to_string);
            let last = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("").trim().trim_start_matches("error: ");
            let help = "the syntax is that of the crate `regex`: no look-around, no back references; in YAML use single quotes";
            return Err(("E060", format!("the regex does not compile: {last}"), help.into()));
        }
    };
    if regex.is_match("") {
        return Err(("E062", "the regex matches the empty text, so every ticket".into(), "ask for at least one character".into()));
    }
    if pattern.chars().any(char::is_uppercase)
        && !pattern.contains(r"\B")
        && !pattern.contains(r"\S")
        && !pattern.contains(r"\D")
        && !pattern.contains(r"\W")
        && !pattern.contains(r"\P")
    {
        return Err((
            "E052",
            "the regex has a capital letter, but tickets are folded to lower case".into(),
            "write it in lower case, ё as е".into(),
        ));
    }
    Ok(())
}
