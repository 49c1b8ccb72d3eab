//! Hyperscan through its C interface. Cyrillic classes are spelled out: `\w` and `\W` under UCP compile at about four seconds a rule, and `\b` is refused there.

use std::ffi::{CStr, CString, c_char, c_int, c_uint, c_ulonglong, c_void};
use std::ptr;

use rust_stemmers::Stemmer;

use crate::job::{GAP, Hits, Matcher, Rule, RuleSet, stemmer, words};

#[repr(C)]
struct CompileError {
    message: *mut c_char,
    expression: c_int,
}

type OnMatch = extern "C" fn(c_uint, c_ulonglong, c_ulonglong, c_uint, *mut c_void) -> c_int;

#[link(name = "hs")]
unsafe extern "C" {
    fn hs_compile_multi(
        expressions: *const *const c_char,
        flags: *const c_uint,
        ids: *const c_uint,
        count: c_uint,
        mode: c_uint,
        platform: *const c_void,
        database: *mut *mut c_void,
        error: *mut *mut CompileError,
    ) -> c_int;
    fn hs_alloc_scratch(database: *const c_void, scratch: *mut *mut c_void) -> c_int;
    fn hs_scan(
        database: *const c_void,
        data: *const u8,
        length: c_uint,
        flags: c_uint,
        scratch: *mut c_void,
        found: OnMatch,
        context: *mut c_void,
    ) -> c_int;
}

const CASELESS: c_uint = 1;
const SINGLE_MATCH: c_uint = 8;
const UTF8: c_uint = 32;
const UCP: c_uint = 64;
const BLOCK_MODE: c_uint = 1;

const LETTER: &str = "[а-яёa-z0-9_]";
const NO_LETTER: &str = "[^а-яёa-z0-9_]";
const BETWEEN: &str = r#"[ \t\n,.;:!?…«»"'()/*—–-]+"#;
const ENDING: &str = "[а-яё]*";

/// Lives as long as the program: nothing is freed.
pub struct Hyperscan {
    database: *mut c_void,
    scratch: *mut c_void,
}

impl Hyperscan {
    pub fn new(rules: &RuleSet) -> Result<Self, String> {
        let stemmer = stemmer();
        let patterns = rules.rules.iter().map(|rule| CString::new(pattern(&stemmer, rule)).map_err(|error| error.to_string()));
        let patterns = patterns.collect::<Result<Vec<CString>, String>>()?;
        let pointers: Vec<_> = patterns.iter().map(|pattern| pattern.as_ptr()).collect();
        let ids: Vec<c_uint> = (0..patterns.len() as c_uint).collect();
        let flags = vec![CASELESS | SINGLE_MATCH | UTF8 | UCP; patterns.len()];
        let (mut database, mut scratch, mut error) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut::<CompileError>());
        // SAFETY: the three arrays have `patterns.len()` elements and outlive the call; on failure `error` points to what libhs allocated.
        unsafe {
            let count = patterns.len() as c_uint;
            if hs_compile_multi(pointers.as_ptr(), flags.as_ptr(), ids.as_ptr(), count, BLOCK_MODE, ptr::null(), &mut database, &mut error)
                != 0
            {
                return Err(format!("rule {}: {}", (*error).expression, CStr::from_ptr((*error).message).to_string_lossy()));
            }
            if hs_alloc_scratch(database, &mut scratch) != 0 {
                return Err("no memory for the scratch of Hyperscan".into());
            }
        }
        Ok(Self { database, scratch })
    }
}

impl Matcher for Hyperscan {
    fn find(&mut self, text: &str, hits: &mut Hits) {
        // SAFETY: database and scratch come from `new`; `hits` is used by `found` only while the call lasts.
        unsafe { hs_scan(self.database, text.as_ptr(), text.len() as c_uint, 0, self.scratch, found, ptr::from_mut(hits).cast()) };
    }
}

extern "C" fn found(id: c_uint, _: c_ulonglong, _: c_ulonglong, _: c_uint, context: *mut c_void) -> c_int {
    // SAFETY: `context` is the `Hits` given to `hs_scan`.
    unsafe { (*context.cast::<Hits>()).add(id) };
    0
}

fn pattern(stemmer: &Stemmer, rule: &Rule) -> String {
    let Some(text) = &rule.text else {
        let regex = rule.regex.as_deref().unwrap_or_default();
        let regex = regex.strip_prefix(r"\b").map_or(regex.to_string(), |rest| format!("(?:^|{NO_LETTER}){rest}"));
        let regex = regex.strip_suffix(r"\b").map_or(regex.clone(), |rest| format!("{rest}(?:$|{NO_LETTER})"));
        return regex.replace(r"\w", LETTER).replace(r"\d", "[0-9]");
    };
    let parts: Vec<String> =
        text.split(GAP).map(|part| words(&part.to_lowercase()).map(|each| word(stemmer, each)).collect::<Vec<_>>().join(BETWEEN)).collect();
    let phrase = parts.join(&format!("{BETWEEN}(?:{LETTER}+{BETWEEN}){{0,3}}"));
    let phrase = phrase.strip_suffix(ENDING).map_or(format!("{phrase}(?:$|{NO_LETTER})"), str::to_string);
    format!("(?:^|{NO_LETTER}){phrase}")
}

fn word(stemmer: &Stemmer, word: &str) -> String {
    if word.is_ascii() {
        return word.to_string();
    }
    let stem = stemmer.stem(&word.replace('ё', "е")).chars().count();
    word.chars().take(stem).map(|c| if c == 'ё' { "[её]".to_string() } else { c.to_string() }).collect::<String>() + ENDING
}
