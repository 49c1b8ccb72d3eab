//! Trees of nodes → typed content.
//!
//! The guard has read a file already, so its content is taken from the tree instead of reading the file a second time: that took a fifth of the instructions
//! between start and first answer, and two parsers may disagree. What a plain scalar stands for is told here only where it is beyond doubt; for the rest, and
//! for the words of a mistake, the caller asks `serde_yaml`.

use std::fmt;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{Deserializer, Error, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::guard::{Kind, Node};

/// The content is not of its type, or it cannot be told from the tree.
#[derive(Debug)]
pub(crate) struct Doubt;

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("in doubt")
    }
}

impl std::error::Error for Doubt {}

impl Error for Doubt {
    fn custom<T: fmt::Display>(_: T) -> Doubt {
        Doubt
    }
}

/// What a plain scalar stands for, where that is beyond doubt.
enum Plain {
    Text,
    Number(u64),
    Switch(bool),
}

fn plain(text: &str) -> Result<Plain, Doubt> {
    let digits = !text.is_empty() && text.len() <= 18 && text.bytes().all(|byte| byte.is_ascii_digit());
    match text {
        "true" => Ok(Plain::Switch(true)),
        "false" => Ok(Plain::Switch(false)),
        "0" => Ok(Plain::Number(0)),
        // A leading zero is for text or for octal numbers, as one sees it.
        _ if digits && !text.starts_with('0') => text.parse().map(Plain::Number).map_err(|_| Doubt),
        // Numbers of other forms begin with one of these.
        _ if text.starts_with(|c: char| c.is_ascii_digit() || "+-.~".contains(c)) => Err(Doubt),
        "" | "null" | "Null" | "NULL" | "True" | "TRUE" | "False" | "FALSE" => Err(Doubt),
        _ => Ok(Plain::Text),
    }
}

/// A plain decimal fraction, such as `0.45`.
fn fraction(text: &str) -> Result<f64, Doubt> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let sure = digits(whole) && digits(part) && (whole == "0" || !whole.starts_with('0'));
    text.parse().ok().filter(|_| sure).ok_or(Doubt)
}

impl<'de> Deserializer<'de> for &'de Node<'_> {
    type Error = Doubt;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Doubt> {
        match &self.kind {
            Kind::Scalar { text, plain: true } => match plain(text)? {
                Plain::Text => visitor.visit_borrowed_str(text),
                Plain::Number(number) => visitor.visit_u64(number),
                Plain::Switch(on) => visitor.visit_bool(on),
            },
            Kind::Scalar { text, plain: false } => visitor.visit_borrowed_str(text),
            Kind::List(_) => self.deserialize_seq(visitor),
            // Where nothing is asked for, a key such as `1` is a number.
            Kind::Map(entries) if entries.iter().all(|(key, _)| matches!(plain(&key.name), Ok(Plain::Text))) => {
                self.deserialize_map(visitor)
            }
            Kind::Map(_) => Err(Doubt),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Doubt> {
        match &self.kind {
            Kind::List(items) => visitor.visit_seq(SeqDeserializer::new(items.iter())),
            _ => Err(Doubt),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Doubt> {
        match &self.kind {
            Kind::Map(entries) => visitor.visit_map(MapDeserializer::new(entries.iter().map(|(key, value)| (&*key.name, value)))),
            _ => Err(Doubt),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(self, _: &'static str, _: &'static [&'static str], visitor: V) -> Result<V::Value, Doubt> {
        self.deserialize_map(visitor)
    }

    /// Text that is asked for is text, whatever else it might be.
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Doubt> {
        match &self.kind {
            // So the guard's parser gives a value that is not there.
            Kind::Scalar { text, plain: true } if text == "~" => Err(Doubt),
            Kind::Scalar { text, .. } => visitor.visit_borrowed_str(text),
            _ => Err(Doubt),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Doubt> {
        self.deserialize_str(visitor)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Doubt> {
        match &self.kind {
            Kind::Scalar { text, plain: true } => visitor.visit_f64(fraction(text)?),
            _ => Err(Doubt),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Doubt> {
        match &self.kind {
            Kind::Scalar { text, plain: true } if matches!(&**text, "" | "~" | "null" | "Null" | "NULL") => Err(Doubt),
            _ => visitor.visit_some(self),
        }
    }

    /// What nobody asks for was told by [`super::shape`].
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Doubt> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f64 char bytes byte_buf unit unit_struct newtype_struct tuple tuple_struct enum identifier
    }
}

impl<'de> IntoDeserializer<'de, Doubt> for &'de Node<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;
    use serde::de::DeserializeOwned;

    use super::super::{guard, syntax};
    use super::*;
    use crate::limits::Limits;

    /// Both readings of a text, as they print; `None` where the tree leaves it in doubt.
    fn both<T: DeserializeOwned + fmt::Debug>(text: &str) -> (Option<String>, Option<String>) {
        let limits = Limits::default();
        let source = guard::decode("test", text.as_bytes(), &limits).unwrap();
        let root = guard::outline(&source, &limits, &mut Vec::new());
        let ours = root.and_then(|root| T::deserialize(&root).ok());
        (ours.map(|content| format!("{content:?}")), serde_yaml::from_str::<T>(text).ok().map(|content| format!("{content:?}")))
    }

    #[test]
    #[cfg(feature = "builtin")]
    fn built_in_files_are_read_without_doubt() {
        for (name, text) in super::super::builtin::FILES {
            let (ours, theirs) = match *name {
                "policy.yaml" => both::<syntax::PolicyFile>(text),
                "questions.yaml" => both::<syntax::Questions>(text),
                name if name.starts_with("lexicon/") => both::<syntax::Lexicon>(text),
                _ => both::<syntax::RuleSet>(text),
            };
            assert!(ours.is_some() && ours == theirs, "{name}");
        }
    }

    /// A value in every kind of place: text, a condition, one or many, a number, a switch.
    fn in_every_place(value: &str) -> String {
        format!(
            "category: {value}\nin_scope:\n  - topic: {value}\n    advice: {value}\n    when:\n      - {value}\n      - {{ about: {value}, weight: {value} }}\n      \
             - {{ near: [{value}, {value}], within: {value}, ordered: {value} }}\n"
        )
    }

    #[derive(Debug, Default, Deserialize)]
    #[serde(default)]
    #[allow(dead_code)] // printed
    struct Places {
        text: String,
        maybe: Option<String>,
        switch: Option<bool>,
        number: Option<i64>,
        count: Option<usize>,
        fraction: Option<f32>,
        condition: Option<syntax::Condition>,
        many: Option<syntax::OneOrMany>,
    }

    fn never_differs(value: &str) {
        let (ours, theirs) = both::<syntax::RuleSet>(&in_every_place(value));
        assert!(ours.is_none() || ours == theirs, "{value:?}: {ours:?} {theirs:?}");
        for key in ["text", "maybe", "switch", "number", "count", "fraction", "condition", "many"] {
            let (ours, theirs) = both::<Places>(&format!("{key}: {value}\n"));
            assert!(ours.is_none() || ours == theirs, "{key}: {value:?}: {ours:?} {theirs:?}");
        }
    }

    #[test]
    fn what_is_read_is_what_serde_yaml_reads() {
        let values = [
            "слово",
            "\"слово\"",
            "'a ''b'''",
            "\"a\\tb\\u0451\"",
            "true",
            "True",
            "yes",
            "null",
            "~",
            "\"\"",
            "''",
            "0",
            "7",
            "007",
            "-7",
            "+7",
            "0x1f",
            "1e5",
            "1_000",
            "0.5",
            "00.5",
            ".5",
            "5.",
            "-0.5",
            ".inf",
            "nan",
            "inf",
            "12345678901234567890",
            "1с",
            "2024-01-01",
            "[а, б]",
            "[]",
            "{}",
            "{ phrase: а }",
            "{ phrase: [а], weight: 3 }",
            "{ 1: а }",
            "{ all: [{ phrase: а }, б], decisive: true }",
            "\"3\"",
            "\"true\"",
            "а: б",
            "|\n  а\n  б",
        ];
        values.into_iter().filter(|value| guard_passes(value)).for_each(never_differs);
    }

    fn guard_passes(value: &str) -> bool {
        serde_yaml::from_str::<serde_yaml::Value>(&format!("text: {value}\n")).is_ok()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn any_scalar_is_read_alike(value in "(\"|'|)[-+.~0-9a-fxonulТр_ ]{0,6}(\"|'|)") {
            if guard_passes(&value) {
                never_differs(&value);
            }
        }
    }
}
