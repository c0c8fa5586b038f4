//! Text and numbers as bytes of XML.

/// Escapes as PHP does: `&`, `<`, `>`, `\r`; and as Magento does before it, control characters become `&#11;`, whose
/// ampersand is then escaped.
pub(super) fn escape(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    let mut done = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if *byte >= b' ' && !matches!(byte, b'&' | b'<' | b'>') || matches!(byte, b'\n' | b'\t') {
            continue;
        }
        out.extend_from_slice(&bytes[done..at]);
        done = at + 1;
        match byte {
            b'&' => out.extend_from_slice(b"&amp;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            b'\r' => out.extend_from_slice(b"&#13;"),
            _ => out.extend_from_slice(format!("&amp;#{byte};").as_bytes()),
        }
    }
    out.extend_from_slice(&bytes[done..]);
}

pub(super) fn push_int(out: &mut Vec<u8>, value: u64) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut rest = value;
    loop {
        at -= 1;
        digits[at] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn escapes_what_the_recordings_escape() {
        let mut out = Vec::new();
        escape(&mut out, "A & B <c> \"q\" 'a' é\r\n\tVertical\u{b}Tab\u{1}End");
        let expected = "A &amp; B &lt;c&gt; \"q\" 'a' é&#13;\n\tVertical&amp;#11;Tab&amp;#1;End";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
