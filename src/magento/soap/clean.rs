//! Bytes of an answer become clean UTF-8: the start is found, the character set decoded (F35), and control
//! characters that XML forbids replaced by U+FFFD (F34). Constant memory: one chunk at a time.

use std::io::{self, BufRead, Read};

use encoding_rs::{Decoder, Encoding, UTF_8, WINDOWS_1252};

use super::start::{self, Start};
use crate::magento::warnings::{Notes, WarningKind};

/// A reader of clean UTF-8 that begins with the message's first tag.
pub(super) struct Clean<R> {
    body: R,
    repaired: Repaired,
    taken: usize,
    ended: bool,
}

/// Clean bytes that wait to be read, and what is needed to make more.
struct Repaired {
    charset: Charset,
    ready: Vec<u8>,
    notes: Notes,
}

/// Why there is nothing to read.
pub(super) enum NoStart {
    NotSoap(Vec<u8>),
    Doctype,
    Io,
}

enum Charset {
    /// UTF-8, with the bytes of a sequence that the next chunk must complete.
    Utf8(Vec<u8>),
    Other(Box<Decoder>),
}

impl<R: BufRead> Clean<R> {
    /// Reads up to the message's first tag. `charset` is that of the `Content-Type`, for answers that declare none.
    pub(super) fn start(mut body: R, charset: Option<&str>) -> Result<Self, NoStart> {
        let (before, first) = match start::find(&mut body) {
            Ok(Start::Soap { before, first }) => (before, first),
            Ok(Start::NotSoap { head }) => return Err(NoStart::NotSoap(head)),
            Err(_) => return Err(NoStart::Io),
        };
        let mut notes = Notes::default();
        if let Some(stray) = start::stray_text(&before) {
            if stray.to_ascii_lowercase().contains("<!doctype") {
                return Err(NoStart::Doctype);
            }
            notes.add(WarningKind::TextBefore, || stray);
        }
        let declared = start::declared_charset(&before).or_else(|| Encoding::for_label(charset?.as_bytes()));
        let charset = match declared.unwrap_or(UTF_8) {
            encoding if encoding == UTF_8 => Charset::Utf8(Vec::new()),
            encoding => Charset::Other(Box::new(encoding.new_decoder_without_bom_handling())),
        };
        let mut repaired = Repaired { charset, ready: Vec::new(), notes };
        repaired.take_in(&first, false);
        Ok(Self { body, repaired, taken: 0, ended: false })
    }

    /// Has the body been read to its end?
    pub(super) fn has_ended(&self) -> bool {
        self.ended
    }

    /// Reads what follows the message, so that the connection can be used again, and notes it (F33).
    pub(super) fn drain(&mut self) {
        let mut after = String::new();
        while let Ok(chunk) = self.fill_buf() {
            let read = chunk.len();
            if read == 0 {
                break;
            }
            if after.len() < 1_000 {
                after.push_str(String::from_utf8_lossy(chunk).trim());
            }
            self.consume(read);
        }
        if !after.is_empty() {
            self.repaired.notes.add(WarningKind::TextAfter, || after);
        }
    }

    /// What was repaired so far.
    pub(super) fn notes(&mut self) -> &mut Notes {
        &mut self.repaired.notes
    }
}

impl Repaired {
    fn take_in(&mut self, chunk: &[u8], last: bool) {
        match &mut self.charset {
            Charset::Utf8(carried) => {
                let mut carried = std::mem::take(carried);
                if carried.is_empty() {
                    self.take_in_utf8(chunk, last);
                } else {
                    carried.extend_from_slice(chunk);
                    self.take_in_utf8(&carried, last);
                }
            }
            Charset::Other(decoder) => {
                let mut text =
                    String::with_capacity(decoder.max_utf8_buffer_length(chunk.len()).unwrap_or(0));
                let (_, _, wrong) = decoder.decode_to_string(chunk, &mut text, last);
                if wrong {
                    self.notes.add(WarningKind::WrongCharset, || text.clone());
                }
                self.push(&text);
            }
        }
    }

    fn take_in_utf8(&mut self, mut bytes: &[u8], last: bool) {
        loop {
            let problem = match std::str::from_utf8(bytes) {
                Ok(text) => return self.push(text),
                Err(problem) => problem,
            };
            let (valid, rest) = bytes.split_at(problem.valid_up_to());
            self.push(std::str::from_utf8(valid).unwrap_or_default());
            let wrong = match problem.error_len() {
                Some(wrong) => wrong,
                None if last => rest.len(),
                None => {
                    self.charset = Charset::Utf8(rest.to_vec());
                    return;
                }
            };
            let (wrong, rest) = rest.split_at(wrong);
            let (text, _) = WINDOWS_1252.decode_without_bom_handling(wrong);
            self.notes.add(WarningKind::WrongCharset, || around(valid, &text, rest));
            self.push(&text);
            bytes = rest;
        }
    }

    fn push(&mut self, text: &str) {
        if !text.bytes().any(is_forbidden) {
            self.ready.extend_from_slice(text.as_bytes());
            return;
        }
        self.notes.add(WarningKind::ControlCharacter, || {
            text.replace(|char| u8::try_from(char).is_ok_and(is_forbidden), "\u{fffd}")
        });
        for char in text.chars() {
            let shown = if u8::try_from(char).is_ok_and(is_forbidden) { '\u{fffd}' } else { char };
            self.ready.extend_from_slice(shown.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

impl<R: BufRead> BufRead for Clean<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let Self { body, repaired, taken, ended } = self;
        while *taken == repaired.ready.len() && !*ended {
            repaired.ready.clear();
            *taken = 0;
            let chunk = body.fill_buf()?;
            let read = chunk.len();
            *ended = read == 0;
            repaired.take_in(chunk, *ended);
            body.consume(read);
        }
        Ok(repaired.ready.get(*taken..).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.taken = (self.taken + amount).min(self.repaired.ready.len());
    }
}

impl<R: BufRead> Read for Clean<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

/// C0 controls other than tab, line feed and carriage return.
pub(super) const fn is_forbidden(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')
}

fn around(before: &[u8], text: &str, after: &[u8]) -> String {
    let before = String::from_utf8_lossy(before.get(before.len().saturating_sub(60)..).unwrap_or_default());
    let after = String::from_utf8_lossy(after.get(..60.min(after.len())).unwrap_or_default());
    format!("…{before}{text}{after}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(bytes: &[u8], chunk: usize) -> (String, Vec<WarningKind>) {
        let body = io::BufReader::with_capacity(chunk, bytes);
        let Ok(mut clean) = Clean::start(body, None) else {
            return ("refused".to_owned(), Vec::new());
        };
        let mut text = String::new();
        clean.read_to_string(&mut text).expect("clean UTF-8");
        (text, clean.repaired.notes.into_warnings().map(|warning| warning.kind).collect())
    }

    #[test]
    fn repairs() {
        let check = |bytes: &[u8], expected: &str, kinds: &[WarningKind]| {
            for chunk in [1, 2, 3, 7, 64, 8_192] {
                let (text, met) = clean(bytes, chunk);
                assert_eq!((text.as_str(), met.as_slice()), (expected, kinds), "in chunks of {chunk}");
            }
        };
        check("<Envelope>ü€𝄞</Envelope>".as_bytes(), "<Envelope>ü€𝄞</Envelope>", &[]);
        check(b"<Envelope>M\xfcller</Envelope>", "<Envelope>Müller</Envelope>", &[WarningKind::WrongCharset]);
        check(
            b"<?xml version='1.0' encoding='ISO-8859-1'?><Envelope>\xfc\x80</Envelope>",
            "<Envelope>ü€</Envelope>",
            &[],
        );
        check(
            b"<Envelope>a\x01b</Envelope>",
            "<Envelope>a\u{fffd}b</Envelope>",
            &[WarningKind::ControlCharacter],
        );
        check(
            b"<br />Notice: x\n<?xml version='1.0'?>\n<Envelope/>",
            "<Envelope/>",
            &[WarningKind::TextBefore],
        );
        check(b"\xef\xbb\xbf \n<?xml version='1.0'?><Envelope/>", "<Envelope/>", &[]);
        check(b"<Envelope>\xe2\x82", "<Envelope>â‚", &[WarningKind::WrongCharset]);
        check(b"<!DOCTYPE x [<!ENTITY a 'b'>]><Envelope/>", "refused", &[]);
        check(b"<html></html>", "refused", &[]);
    }
}
