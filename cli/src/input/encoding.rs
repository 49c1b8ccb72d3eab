//! From bytes to text: which encoding a file has, and rows that have another one.

use std::borrow::Cow;
use std::io::{BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::row::Cells;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, IBM866, ISO_8859_5, KOI8_R, KOI8_U, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251, X_MAC_CYRILLIC};

/// What was met while reading a file and should be told once, at its end.
#[derive(Default)]
pub(crate) struct Notes {
    /// Rows in another encoding than the file.
    pub(crate) other_encoding: AtomicU64,
    /// Rows with bytes that mean nothing in the encoding; they are U+FFFD in the text.
    pub(crate) malformed: AtomicU64,
    /// Texts that had been read in a wrong encoding before they were exported, and were mended.
    pub(crate) mojibake: AtomicU64,
    /// Rows with fewer cells than the header.
    pub(crate) short: AtomicU64,
    /// The file was not the same at the end as at the beginning.
    pub(crate) changed: AtomicU64,
}

impl Notes {
    pub(crate) fn count(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Sentences for the user, none if nothing was met.
    pub(crate) fn told(&self, encoding: &str) -> Vec<String> {
        let rows = [
            (&self.other_encoding, format!("rows were not {encoding} and were read in the encoding they look like")),
            (
                &self.malformed,
                format!("rows hold bytes that are no {encoding}; they were read as \u{FFFD} (say the encoding with --encoding)"),
            ),
            (&self.mojibake, "texts were windows-1251 read as UTF-8 or the reverse, and were mended for classifying".to_string()),
            (&self.short, "rows have fewer cells than the header; the missing ones are empty".to_string()),
        ];
        let mut told: Vec<String> = rows
            .iter()
            .map(|(count, what)| (count.load(Ordering::Relaxed), what))
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        if self.changed.load(Ordering::Relaxed) > 0 {
            told.push("the file changed while it was read; what was there at the start was read".to_string());
        }
        told
    }
}

/// Turns the bytes of rows into text.
#[derive(Clone)]
pub(crate) struct Decoder {
    pub(crate) encoding: &'static Encoding,
    /// The user named the encoding: rows are not asked for theirs.
    pub(crate) forced: bool,
    pub(crate) notes: Arc<Notes>,
}

impl Decoder {
    /// The decoder for a file by its first bytes.
    pub(crate) fn of(head: &[u8], forced: Option<&'static Encoding>, whole: bool) -> Decoder {
        let encoding = forced.unwrap_or_else(|| detect(head, whole));
        Decoder { encoding, forced: forced.is_some(), notes: Arc::default() }
    }

    /// Whether the stream must be turned into UTF-8 before it is cut into rows.
    pub(crate) fn is_wide(&self) -> bool {
        [UTF_16LE, UTF_16BE].contains(&self.encoding)
    }

    /// A stream in UTF-8, and the decoder for it.
    pub(crate) fn transcoded(self, input: Box<dyn BufRead + Send>) -> (Box<dyn BufRead + Send>, Decoder) {
        let reader = encoding_rs_io::DecodeReaderBytesBuilder::new().encoding(Some(self.encoding)).strip_bom(true).build(input);
        (Box::new(BufReader::with_capacity(64 << 10, reader)), Decoder { encoding: UTF_8, ..self })
    }

    /// The encoding of a row: the file's, or the one it looks like if it cannot be the file's, which is counted.
    pub(crate) fn encoding_of(&self, row: &[u8]) -> &'static Encoding {
        if self.forced || row.is_ascii() {
            return self.encoding;
        }
        let other = match std::str::from_utf8(row) {
            Ok(_) if self.encoding == UTF_8 => return UTF_8,
            // Cyrillic in one byte a letter is practically never valid UTF-8.
            Ok(text) if text.chars().any(is_cyrillic) => UTF_8,
            Err(_) if self.encoding == UTF_8 && is_single_byte(row) => single_byte(row),
            _ => return self.encoding,
        };
        Notes::count(&self.notes.other_encoding);
        other
    }

    /// One row as text.
    pub(crate) fn decode<'a>(&self, row: &'a [u8]) -> Cow<'a, str> {
        let (text, malformed) = self.encoding_of(row).decode_without_bom_handling(row);
        if malformed {
            Notes::count(&self.notes.malformed);
        }
        text
    }

    /// One row, of which each cell ends where `ends` says.
    pub(crate) fn decode_cells(&self, row: &[u8], ends: &[usize]) -> Cells {
        let encoding = self.encoding_of(row);
        let (mut cells, mut start, mut broken) = (Cells::default(), 0, false);
        for end in ends {
            let (text, malformed) = encoding.decode_without_bom_handling(&row[start..*end]);
            broken |= malformed;
            cells.push(&text);
            start = *end;
        }
        if broken {
            Notes::count(&self.notes.malformed);
        }
        cells
    }
}

/// Whether bytes that are not valid UTF-8 are text in one byte a letter, rather than UTF-8 with some broken bytes: of the former hardly anything reads as
/// Cyrillic in UTF-8.
fn is_single_byte(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let broken = text.chars().filter(|c| *c == '\u{FFFD}').count();
    text.chars().filter(|c| is_cyrillic(*c)).count() * 4 < broken
}

fn is_cyrillic(c: char) -> bool {
    matches!(c, '\u{400}'..='\u{45F}')
}

/// The encoding of a file by its first bytes; `whole` if that is all of it.
pub(crate) fn detect(head: &[u8], whole: bool) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return encoding;
    }
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).take(2000).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    // In UTF-16 the high byte is 0 for Latin and signs, 4 for Cyrillic: one half of the bytes holds both, the other hardly any.
    let high = |start: usize| head.iter().skip(start).step_by(2).take(2000).filter(|byte| matches!(byte, 0 | 4)).count();
    let pairs = head.len().min(4000) / 2;
    if pairs >= 4 && even + odd > 0 {
        if odd > even && high(1) * 10 >= pairs * 9 {
            return UTF_16LE;
        }
        if even > odd && high(0) * 10 >= pairs * 9 {
            return UTF_16BE;
        }
    }
    match std::str::from_utf8(head) {
        Ok(_) => UTF_8,
        Err(error) if error.error_len().is_none() && !whole => UTF_8,
        Err(_) if !is_single_byte(head) => UTF_8,
        Err(_) => single_byte(head),
    }
}

/// Which of the Cyrillic one-byte encodings it is. Everything else the detector names is a mistake on Russian tickets.
fn single_byte(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    match detector.guess(Some(b"ru"), Utf8Detection::Deny) {
        encoding if [KOI8_R, KOI8_U, IBM866, ISO_8859_5, X_MAC_CYRILLIC].contains(&encoding) => encoding,
        _ => WINDOWS_1251,
    }
}

/// Undoes text that was UTF-8, read as windows-1251 («РџСЂРёРІРµС‚»); `None` if it is as it should be.
pub(crate) fn mended(text: &str) -> Option<String> {
    let (mut lead, mut letters) = (0usize, 0usize);
    for c in text.chars() {
        letters += usize::from(is_cyrillic(c));
        lead += usize::from(matches!(c, 'Р' | 'С'));
    }
    // Half of the letters are the two lead bytes of Cyrillic in UTF-8; in Russian they are under a tenth.
    if lead < 4 || lead * 5 < letters * 2 {
        return None;
    }
    let (bytes, _, unmappable) = WINDOWS_1251.encode(text);
    if unmappable {
        return None;
    }
    let mended = String::from_utf8(bytes.into_owned()).ok()?;
    mended.chars().any(is_cyrillic).then_some(mended)
}

/// At least `want` bytes of the input, if it has them, without losing them. `patient` reads on until then; otherwise until there is a line.
pub(crate) fn head(
    mut input: Box<dyn BufRead + Send>,
    want: usize,
    patient: bool,
) -> std::io::Result<(Vec<u8>, bool, Box<dyn BufRead + Send>)> {
    let mut head = Vec::new();
    let mut whole = false;
    while head.len() < want && (patient || !head.contains(&b'\n')) {
        let chunk = match input.fill_buf() {
            Ok(chunk) => chunk,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if chunk.is_empty() {
            whole = true;
            break;
        }
        let take = chunk.len();
        head.extend_from_slice(chunk);
        input.consume(take);
    }
    let again = std::io::Cursor::new(head.clone()).chain(input);
    Ok((head, whole, Box::new(again)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Здравствуйте! Не обновляется модуль, пишет ошибку: нет прав.";

    #[test]
    fn encodings_are_told_apart() {
        let rows = [("windows-1251", WINDOWS_1251), ("koi8-r", KOI8_R), ("ibm866", IBM866), ("utf-8", UTF_8)];
        for (name, encoding) in rows {
            let bytes = encoding.encode(TEXT).0;
            let decoder = Decoder::of(&bytes, None, true);
            assert_eq!(decoder.decode(&bytes), TEXT, "{name}");
        }
        for little in [true, false] {
            let bytes: Vec<u8> =
                TEXT.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect();
            let decoder = Decoder::of(&bytes, None, true);
            assert!(decoder.is_wide(), "{little}");
            let (mut reader, _) = decoder.transcoded(Box::new(std::io::Cursor::new(bytes)));
            let mut text = String::new();
            assert!(reader.read_to_string(&mut text).is_ok());
            assert_eq!(text, TEXT);
        }
    }

    #[test]
    fn a_row_of_another_encoding_is_read_and_counted() {
        let decoder = Decoder::of(TEXT.as_bytes(), None, true);
        assert_eq!(decoder.decode(&WINDOWS_1251.encode(TEXT).0), TEXT);
        assert_eq!(decoder.decode("целая строка с битым \u{FFFD} символом".as_bytes()), "целая строка с битым \u{FFFD} символом");
        assert_eq!(decoder.notes.other_encoding.load(Ordering::Relaxed), 1);
        let mut broken = TEXT.as_bytes().to_vec();
        broken.push(0xD0);
        assert!(decoder.decode(&broken).starts_with("Здравствуйте"));
        assert_eq!(decoder.notes.malformed.load(Ordering::Relaxed), 1);
        let old = Decoder::of(&WINDOWS_1251.encode(TEXT).0, None, true);
        assert_eq!(old.decode(TEXT.as_bytes()), TEXT);
        let forced = Decoder::of(b"", Some(KOI8_R), true);
        assert_ne!(forced.decode(&WINDOWS_1251.encode(TEXT).0), TEXT);
    }

    #[test]
    fn mojibake_is_mended_and_russian_is_left() {
        let bytes = TEXT.as_bytes();
        let (wrong, _) = WINDOWS_1251.decode_without_bom_handling(bytes);
        assert_eq!(mended(&wrong).as_deref(), Some(TEXT));
        for text in [TEXT, "Россия, РСФСР, Ростов", "hello", ""] {
            assert_eq!(mended(text), None, "{text}");
        }
    }
}
