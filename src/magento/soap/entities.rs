//! References in text: `&amp;`, `&#13;`, and the HTML entities that some modules leave in (F36). No entity is ever
//! declared, fetched or expanded.

use super::clean::is_forbidden;

/// What a reference stands for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reference {
    /// A character, as XML defines it.
    Char(char),
    /// A character that XML forbids.
    Forbidden,
    /// An HTML entity.
    Html(char),
    /// Nobody knows.
    Unknown,
}

/// Resolves what stands between `&` and `;`.
pub(super) fn resolve(name: &str) -> Reference {
    if let Some(number) = name.strip_prefix('#') {
        return resolve_number(number);
    }
    match name {
        "amp" => Reference::Char('&'),
        "lt" => Reference::Char('<'),
        "gt" => Reference::Char('>'),
        "quot" => Reference::Char('"'),
        "apos" => Reference::Char('\''),
        _ => html(name).map_or(Reference::Unknown, Reference::Html),
    }
}

/// Decodes decimal references that were left in a value as literal text: Magento writes `&#11;` before it escapes the
/// XML (recording rpc/037). A forbidden character becomes U+FFFD.
pub(super) fn decode_literal(text: &str) -> Option<String> {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    let mut met = false;
    while let Some(at) = rest.find("&#") {
        decoded.push_str(rest.get(..at)?);
        rest = rest.get(at..)?;
        let digits = rest.bytes().skip(2).take_while(u8::is_ascii_digit).count();
        let number = rest.get(2..2 + digits)?;
        let is_reference = (1..=7).contains(&digits) && rest.as_bytes().get(2 + digits) == Some(&b';');
        let char = if is_reference { literal_char(number) } else { None };
        let length = if let Some(char) = char {
            decoded.push(char);
            met = true;
            digits + 3
        } else {
            decoded.push_str("&#");
            2
        };
        rest = rest.get(length..)?;
    }
    decoded.push_str(rest);
    met.then_some(decoded)
}

fn literal_char(number: &str) -> Option<char> {
    match resolve_number(number) {
        Reference::Char(char) => Some(char),
        Reference::Forbidden => Some('\u{fffd}'),
        Reference::Html(_) | Reference::Unknown => None,
    }
}

fn resolve_number(number: &str) -> Reference {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    let Ok(code) = code else { return Reference::Unknown };
    match char::from_u32(code) {
        Some(char) if u8::try_from(char).is_ok_and(is_forbidden) => Reference::Forbidden,
        Some('\u{fffe}' | '\u{ffff}') | None => Reference::Forbidden,
        Some(char) => Reference::Char(char),
    }
}

/// The Latin-1 entities of HTML in the order of their code points, from U+00A0.
const LATIN_1: [&str; 96] = [
    "nbsp", "iexcl", "cent", "pound", "curren", "yen", "brvbar", "sect", "uml", "copy", "ordf", "laquo",
    "not", "shy", "reg", "macr", "deg", "plusmn", "sup2", "sup3", "acute", "micro", "para", "middot",
    "cedil", "sup1", "ordm", "raquo", "frac14", "frac12", "frac34", "iquest", "Agrave", "Aacute", "Acirc",
    "Atilde", "Auml", "Aring", "AElig", "Ccedil", "Egrave", "Eacute", "Ecirc", "Euml", "Igrave", "Iacute",
    "Icirc", "Iuml", "ETH", "Ntilde", "Ograve", "Oacute", "Ocirc", "Otilde", "Ouml", "times", "Oslash",
    "Ugrave", "Uacute", "Ucirc", "Uuml", "Yacute", "THORN", "szlig", "agrave", "aacute", "acirc", "atilde",
    "auml", "aring", "aelig", "ccedil", "egrave", "eacute", "ecirc", "euml", "igrave", "iacute", "icirc",
    "iuml", "eth", "ntilde", "ograve", "oacute", "ocirc", "otilde", "ouml", "divide", "oslash", "ugrave",
    "uacute", "ucirc", "uuml", "yacute", "thorn", "yuml",
];

fn html(name: &str) -> Option<char> {
    if let Some(place) = LATIN_1.iter().position(|latin| *latin == name) {
        return char::from_u32(0xA0 + u32::try_from(place).ok()?);
    }
    Some(match name {
        "euro" => '€',
        "trade" => '™',
        "hellip" => '…',
        "bull" => '•',
        "ndash" => '–',
        "mdash" => '—',
        "lsquo" => '‘',
        "rsquo" => '’',
        "sbquo" => '‚',
        "ldquo" => '“',
        "rdquo" => '”',
        "bdquo" => '„',
        "lsaquo" => '‹',
        "rsaquo" => '›',
        "OElig" => 'Œ',
        "oelig" => 'œ',
        "Scaron" => 'Š',
        "scaron" => 'š',
        "Yuml" => 'Ÿ',
        "fnof" => 'ƒ',
        "circ" => 'ˆ',
        "tilde" => '˜',
        "dagger" => '†',
        "Dagger" => '‡',
        "permil" => '‰',
        "ensp" => '\u{2002}',
        "emsp" => '\u{2003}',
        "thinsp" => '\u{2009}',
        "zwnj" => '\u{200c}',
        "zwj" => '\u{200d}',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        let check = |name: &str, expected| assert_eq!(resolve(name), expected, "{name}");
        check("amp", Reference::Char('&'));
        check("#13", Reference::Char('\r'));
        check("#x20AC", Reference::Char('€'));
        check("#1", Reference::Forbidden);
        check("#xD800", Reference::Forbidden);
        check("uuml", Reference::Html('ü'));
        check("yuml", Reference::Html('ÿ'));
        check("euro", Reference::Html('€'));
        check("lol9", Reference::Unknown);
        check("#12x", Reference::Unknown);
    }

    #[test]
    fn literal_references_in_values() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(decode_literal(text).as_deref(), expected, "{text}")
        };
        check("Vertical&#11;Tab&#1;End", Some("Vertical\u{fffd}Tab\u{fffd}End"));
        check("5&#8364; &amp; more", Some("5€ &amp; more"));
        check("&#; &#x41; &#99999999; &#", None);
        check("plain", None);
    }
}
