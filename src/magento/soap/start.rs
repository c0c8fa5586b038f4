//! Where the SOAP message starts: byte-order marks, white space and PHP notices before it are skipped (F33), and a
//! fault without `<?xml` is found too (F20).

use std::io::{self, BufRead};

use encoding_rs::Encoding;

/// How far into an answer the envelope may start.
const SEARCHED: usize = 256 * 1024;

/// The beginning of an answer.
pub(super) enum Start {
    /// The message starts: what stood before it, and the bytes already read from its first tag on.
    Soap { before: Vec<u8>, first: Vec<u8> },
    /// There is no SOAP message; this is how the answer begins (at most 4 KiB).
    NotSoap { head: Vec<u8> },
}

/// Reads until the first tag of the message, or its absence, is known.
pub(super) fn find(body: &mut impl BufRead) -> io::Result<Start> {
    let mut head: Vec<u8> = Vec::new();
    let mut searched = 0_usize;
    loop {
        let chunk = body.fill_buf()?;
        let read = chunk.len();
        head.extend_from_slice(chunk);
        body.consume(read);
        if let Some(at) = first_tag(&head, searched) {
            let first = head.split_off(at);
            return Ok(Start::Soap { before: head, first });
        }
        if read == 0 || head.len() > SEARCHED {
            head.truncate(4_096);
            return Ok(Start::NotSoap { head });
        }
        searched = head.len().saturating_sub(128);
    }
}

/// The character set that an XML declaration before the message names.
pub(super) fn declared_charset(before: &[u8]) -> Option<&'static Encoding> {
    let text = String::from_utf8_lossy(before);
    let declaration = text.split("<?xml").nth(1)?.split("?>").next()?;
    let quoted = declaration.split("encoding").nth(1)?.trim_start().strip_prefix('=')?.trim_start();
    let quote = quoted.chars().next().filter(|char| matches!(char, '"' | '\''))?;
    Encoding::for_label(quoted.split(quote).nth(1)?.as_bytes())
}

/// What stood before the message, without byte-order mark, XML declaration and white space.
pub(super) fn stray_text(before: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(before);
    let mut stray = text.replace('\u{feff}', "");
    if let Some(start) = stray.find("<?xml") {
        let end =
            stray.get(start..).and_then(|rest| rest.find("?>")).map_or(stray.len(), |at| start + at + 2);
        stray.replace_range(start..end, " ");
    }
    let stray = stray.trim();
    (!stray.is_empty()).then(|| stray.to_owned())
}

/// Does an answer without a message end so early that it may have been going to be one?
pub(super) fn is_cut_before_it_starts(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim();
    match stray_text(head) {
        None => text.starts_with("<?xml"),
        Some(stray) => stray.starts_with('<') && !stray.contains('>'),
    }
}

/// Where `<Envelope` or `<Fault`, with any prefix, stands.
fn first_tag(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let open = at + bytes.get(at..)?.iter().position(|byte| *byte == b'<')?;
        let rest = bytes.get(open + 1..)?;
        let end = rest.iter().position(|byte| !is_name_byte(*byte));
        if let Some(end) = end.filter(|end| {
            rest.get(*end).is_some_and(|byte| matches!(byte, b'>' | b'/') || byte.is_ascii_whitespace())
        }) {
            let name = rest.get(..end)?;
            let local = name.rsplit(|byte| *byte == b':').next()?;
            if local == b"Envelope" || local == b"Fault" {
                return Some(open);
            }
        }
        at = open + 1;
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_is_found_behind_anything() {
        let check = |text: &str, expected: Option<usize>| {
            assert_eq!(first_tag(text.as_bytes(), 0), expected, "{text}")
        };
        check("<Envelope>", Some(0));
        check("\u{feff}<?xml version='1.0'?><SOAP-ENV:Envelope xmlns:a='b'>", Some(24));
        check("<br />\n<b>Notice</b>: x < y <env:Envelope\n", Some(28));
        check("<SOAP-ENV:Fault>", Some(0));
        check("<EnvelopeX>", None);
        check("<Envelop", None);
    }

    #[test]
    fn the_declared_character_set_is_read() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(declared_charset(text.as_bytes()).map(Encoding::name), expected, "{text}");
        };
        check("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>", Some("windows-1252"));
        check("<?xml version='1.0' encoding = 'utf-8' ?>", Some("UTF-8"));
        check("<?xml version='1.0'?>", None);
        check("encoding='latin1'", None);
    }
}
