//! Work that no matcher can avoid, and a bare automaton without words, boundaries or a tally: how far is up.

use std::collections::BTreeSet;
use std::hint::black_box;

use daachorse::charwise::CharwiseDoubleArrayAhoCorasick;

use crate::fused::Forms;
use crate::job::{Parts, RuleSet};

type Pass<'a> = Box<dyn FnMut() + 'a>;

/// One pass over `texts`, if `limit` is one of the limits.
pub fn build<'a>(limit: &str, rules: &RuleSet, texts: &'a [String], train: &[String]) -> Result<Option<Pass<'a>>, String> {
    let stems = || Parts::new(rules).stems.into_iter().flatten().collect::<BTreeSet<_>>().into_iter().collect::<Vec<String>>();
    let pass: Pass<'a> = match limit {
        "copy" => {
            let mut buffer = vec![0; texts.iter().map(String::len).max().unwrap_or(0)];
            each(texts, move |text| {
                buffer[..text.len()].copy_from_slice(text.as_bytes());
                black_box(&buffer);
            })
        }
        "validate_utf8" => each(texts, |text| _ = black_box(simdutf8::basic::from_utf8(text.as_bytes()).is_ok())),
        "std_lowercase" => each(texts, |text| _ = black_box(text.to_lowercase())),
        "decode_fold" => {
            let mut buffer = Vec::new();
            each(texts, move |text| {
                buffer.clear();
                buffer.extend(text.chars().map(fold));
                black_box(&buffer);
            })
        }
        // Fold, hash and look up every word among the forms of the rules' words.
        "fold_hash_probe" => {
            let forms = Forms::new(&stems(), train)?;
            each(texts, move |text| {
                let mut sum = 0u32;
                forms.scan(text.as_bytes(), |number| sum = sum.wrapping_add(number));
                black_box(sum);
            })
        }
        "bare_daachorse" => {
            let automaton = CharwiseDoubleArrayAhoCorasick::<u32>::new(stems()).map_err(|error| error.to_string())?;
            each(texts, move |text| _ = black_box(automaton.find_overlapping_iter(text).count()))
        }
        _ => return Ok(None),
    };
    Ok(Some(pass))
}

fn each<'a>(texts: &'a [String], mut work: impl FnMut(&str) + 'a) -> Pass<'a> {
    Box::new(move || texts.iter().for_each(|text| work(text)))
}

fn fold(c: char) -> char {
    match c {
        'А'..='Я' => char::from_u32(c as u32 + 32).unwrap_or(c),
        'ё' | 'Ё' => 'е',
        'A'..='Z' => c.to_ascii_lowercase(),
        _ => c,
    }
}
