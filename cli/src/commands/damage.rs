//! `evaluate --damage`: the same tickets as people type them badly, and what that costs.

use support_triage::{Classifier, Evaluation, LabelledTicket, evaluate};

use crate::style::{BOLD, DIM};

/// A way to damage a text.
type Damage = fn(&str, &mut Dice) -> String;

const KINDS: &[(&str, Damage)] = &[
    ("misprints, one word of six", misprints),
    ("words glued, one pair of six", glued),
    ("words split, one of six", split),
    ("wrong layout, whole text", layout_all),
    ("wrong layout, one word of four", layout_some),
    ("transliteration, usual", translit_usual),
    ("transliteration, careless", translit_careless),
    ("look-alike letters", lookalikes),
    ("stretched letters", stretched),
    ("capitals", capitals),
    ("no punctuation", bare),
];

/// Prints the figures of each damage beside those of the clean tickets.
pub(crate) fn run(classifier: &Classifier, tickets: &[LabelledTicket], clean: &Evaluation) {
    let percent = |evaluation: &Evaluation| evaluation.verdict_accuracy.value() * 100.0;
    anstream::println!("\n{BOLD}damage{BOLD:#}                             verdict   lost   topic   lost");
    anstream::println!("{:<34} {:>6.1}           {:>5.1}", "none", percent(clean), clean.topic_accuracy.value() * 100.0);
    for (name, damage) in KINDS {
        let damaged: Vec<LabelledTicket> = tickets
            .iter()
            .map(|ticket| LabelledTicket { text: damage(&ticket.text, &mut Dice::new(&ticket.id)), ..ticket.clone() })
            .collect();
        let evaluation = evaluate(classifier, &damaged);
        let (verdict, topic) = (percent(&evaluation), evaluation.topic_accuracy.value() * 100.0);
        anstream::println!(
            "{name:<34} {verdict:>6.1}  {:>5.1}   {topic:>5.1}  {:>5.1}",
            percent(clean) - verdict,
            clean.topic_accuracy.value() * 100.0 - topic
        );
    }
    anstream::println!("{DIM}the same damage in every run: it follows from the ticket's id{DIM:#}");
}

/// Chance that is the same in every run (xorshift).
struct Dice(u64);

impl Dice {
    fn new(seed: &str) -> Dice {
        Dice(seed.bytes().fold(0x9E37_79B9_7F4A_7C15, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)) | 1)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }
}

/// Applies `change` to one of `every` Russian words of at least `letters` letters.
fn some_words(text: &str, dice: &mut Dice, every: usize, letters: usize, change: fn(&str, &mut Dice) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_russian) {
        let end = rest[start..].find(|c| !is_russian(c)).map_or(rest.len(), |at| start + at);
        out.push_str(&rest[..start]);
        let word = &rest[start..end];
        if word.chars().count() >= letters && dice.below(every) == 0 {
            out.push_str(&change(word, dice));
        } else {
            out.push_str(word);
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

fn is_russian(c: char) -> bool {
    matches!(c, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё')
}

fn misprints(text: &str, dice: &mut Dice) -> String {
    some_words(text, dice, 6, 4, |word, dice| {
        let mut chars: Vec<char> = word.chars().collect();
        let at = 1 + dice.below(chars.len() - 2);
        match dice.below(4) {
            0 => chars.swap(at, at + 1),
            1 => {
                chars.remove(at);
            }
            2 => chars.insert(at, chars[at]),
            _ => chars[at] = ['а', 'о', 'е', 'и', 'т', 'н', 'с', 'р', 'в', 'л'][dice.below(10)],
        }
        chars.into_iter().collect()
    })
}

fn glued(text: &str, dice: &mut Dice) -> String {
    text.chars().filter(|c| *c != ' ' || dice.below(6) != 0).collect()
}

fn split(text: &str, dice: &mut Dice) -> String {
    some_words(text, dice, 6, 6, |word, dice| {
        let chars: Vec<char> = word.chars().collect();
        let at = 2 + dice.below(chars.len() - 4);
        chars[..at].iter().chain(&[' ']).chain(&chars[at..]).collect()
    })
}

const RUSSIAN: &str = "йцукенгшщзхъфывапролджэячсмитьбю.ё,";
const LATIN: &str = "qwertyuiop[]asdfghjkl;'zxcvbnm,./`?";

fn on_other_layout(c: char) -> char {
    let lower = c.to_lowercase().next().unwrap_or(c);
    match RUSSIAN.chars().position(|known| known == lower) {
        Some(at) => LATIN.chars().nth(at).unwrap_or(c),
        None => c,
    }
}

fn layout_all(text: &str, _: &mut Dice) -> String {
    text.chars().map(on_other_layout).collect()
}

fn layout_some(text: &str, dice: &mut Dice) -> String {
    some_words(text, dice, 4, 4, |word, _| word.chars().map(on_other_layout).collect())
}

const USUAL: &[(char, &str)] = &[
    ('а', "a"),
    ('б', "b"),
    ('в', "v"),
    ('г', "g"),
    ('д', "d"),
    ('е', "e"),
    ('ё', "e"),
    ('ж', "zh"),
    ('з', "z"),
    ('и', "i"),
    ('й', "y"),
    ('к', "k"),
    ('л', "l"),
    ('м', "m"),
    ('н', "n"),
    ('о', "o"),
    ('п', "p"),
    ('р', "r"),
    ('с', "s"),
    ('т', "t"),
    ('у', "u"),
    ('ф', "f"),
    ('х', "h"),
    ('ц', "ts"),
    ('ч', "ch"),
    ('ш', "sh"),
    ('щ', "sch"),
    ('ъ', ""),
    ('ы', "y"),
    ('ь', ""),
    ('э', "e"),
    ('ю', "yu"),
    ('я', "ya"),
];

fn in_latin(text: &str, changes: &[(char, &str)]) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let lower = c.to_lowercase().next().unwrap_or(c);
        let written = changes.iter().chain(USUAL).find(|(letter, _)| *letter == lower);
        match written {
            Some((_, latin)) => out.push_str(latin),
            None => out.push(c),
        }
    }
    out
}

fn translit_usual(text: &str, _: &mut Dice) -> String {
    in_latin(text, &[])
}

fn translit_careless(text: &str, _: &mut Dice) -> String {
    in_latin(text, &[('ж', "j"), ('й', "i"), ('х', "x"), ('ц', "c"), ('щ', "sh"), ('ы', "i"), ('ю', "u"), ('я', "ja")])
}

fn lookalikes(text: &str, dice: &mut Dice) -> String {
    const PAIRS: &[(char, char)] = &[
        ('а', 'a'),
        ('о', 'o'),
        ('е', 'e'),
        ('р', 'p'),
        ('с', 'c'),
        ('у', 'y'),
        ('х', 'x'),
        ('А', 'A'),
        ('О', 'O'),
        ('Е', 'E'),
        ('С', 'C'),
        ('Н', 'H'),
    ];
    text.chars().map(|c| PAIRS.iter().find(|(russian, _)| *russian == c && dice.below(2) == 0).map_or(c, |(_, latin)| *latin)).collect()
}

fn stretched(text: &str, dice: &mut Dice) -> String {
    some_words(text, dice, 4, 4, |word, dice| {
        let chars: Vec<char> = word.chars().collect();
        let at = 1 + dice.below(chars.len() - 1);
        let mut out: Vec<char> = chars.clone();
        for _ in 0..3 {
            out.insert(at, chars[at]);
        }
        out.into_iter().collect()
    })
}

fn capitals(text: &str, _: &mut Dice) -> String {
    text.to_uppercase()
}

fn bare(text: &str, _: &mut Dice) -> String {
    text.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { ' ' }).collect::<String>().to_lowercase()
}
