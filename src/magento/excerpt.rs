//! Short, tag-free excerpts of what a store sent.

/// The first `most` characters of a text, with an ellipsis where it was cut.
pub(crate) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// At most 200 characters of a body's beginning: tags, scripts and styles stripped, white space folded.
pub(crate) fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let words = strip_tags(&text);
    let folded = words.split_whitespace().collect::<Vec<_>>().join(" ");
    cut(&folded, 200)
}

fn strip_tags(text: &str) -> String {
    let mut kept = String::with_capacity(text.len().min(4_096));
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        kept.push_str(rest.get(..open).unwrap_or_default());
        kept.push(' ');
        rest = rest.get(open..).unwrap_or_default();
        let end = hidden_end(rest).unwrap_or_else(|| rest.find('>').map_or(rest.len(), |at| at + 1));
        rest = rest.get(end..).unwrap_or_default();
    }
    kept.push_str(rest);
    kept
}

/// Where a script or style that starts here ends.
fn hidden_end(rest: &str) -> Option<usize> {
    let lower = rest.get(..8)?.to_ascii_lowercase();
    let close = if lower.starts_with("<script") {
        "</script>"
    } else if lower.starts_with("<style") {
        "</style>"
    } else {
        return None;
    };
    Some(rest.find(close).map_or(rest.len(), |at| at + close.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts_have_no_tags() {
        assert_eq!(excerpt(b"<html><style>p{}</style><p>Out   of <b>memory</b></p>"), "Out of memory");
        assert_eq!(excerpt("x".repeat(300).as_bytes()).chars().count(), 201);
        assert_eq!(excerpt(b"a < b"), "a");
    }
}
