//! Every limit by name, with its default. Tickets over a limit are decided on less text; files over a limit are refused.

/// Limits on rule files. Sizes are bytes unless the name says otherwise.
///
/// The defaults are generous for hand-written rules (the built-in policy uses less than a tenth) and small enough that no file
/// accepted by them takes more than a few hundred megabytes or seconds to load.
///
/// # Examples
///
/// ```
/// use support_triage::Limits;
///
/// let strict = Limits { file_bytes: 64 * 1024, ..Limits::default() };
/// assert!(strict.file_bytes < Limits::default().file_bytes);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Largest rule file. Default 1 MiB.
    pub file_bytes: usize,
    /// Most files of one policy, overlay included. Default 64.
    pub files: usize,
    /// Deepest nesting of a file. Default 16.
    pub depth: usize,
    /// Most YAML nodes of a file. Default 200,000.
    pub nodes: usize,
    /// Longest scalar. Default 64 KiB.
    pub scalar_bytes: usize,
    /// Most topics of a policy. Default 1,000.
    pub topics: usize,
    /// Most distinct terms of a policy. Default 100,000.
    pub terms: usize,
    /// Longest term as written, in characters. Default 1,024 (alternatives are long).
    pub term_chars: usize,
    /// Most words of a term. Default 16.
    pub term_words: usize,
    /// Most regexes of a policy. Default 500.
    pub regexes: usize,
    /// Longest regex. Default 1 KiB.
    pub regex_bytes: usize,
    /// Largest compiled regex. Default 256 KiB.
    pub regex_compiled_bytes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            file_bytes: 1 << 20,
            files: 64,
            depth: 16,
            nodes: 200_000,
            scalar_bytes: 64 << 10,
            topics: 1_000,
            terms: 100_000,
            term_chars: 1_024,
            term_words: 16,
            regexes: 500,
            regex_bytes: 1 << 10,
            regex_compiled_bytes: 256 << 10,
        }
    }
}

/// Longest ticket that is read whole, in bytes; of a longer one the first and the last half of this are read.
pub const TICKET_BYTES: usize = 256 << 10;
/// Longest word that is looked up, in characters; a longer run of letters is skipped.
pub const WORD_CHARS: usize = 64;
/// Most occurrences kept of one term in one ticket.
pub const HITS_PER_TERM: usize = 16;
/// Most occurrences of terms kept in one ticket.
pub const HITS_PER_TICKET: usize = 10_000;
/// Most words that may stand at a gap (`…`) of a term.
pub const GAP_WORDS: usize = 3;
