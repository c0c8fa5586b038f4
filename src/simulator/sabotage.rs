//! The one place where trouble happens: a [`Fault`] instead of an answer, or done to a finished one.
//!
//! Owns: [`Outgoing`], an HTTP answer before it is sent, and its destruction. Refuses: to decide which fault hits
//! ([`super::trouble`]) and to send ([`super::http`]).

use super::envelope;
use super::fault::Refusal;
use super::gzip;
use super::pages;
use super::reply::Style;
use super::trouble::Fault;

/// An HTTP answer about to be sent.
#[derive(Debug, Clone)]
pub(super) struct Outgoing {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    pub(super) wire: Wire,
}

/// What happens on the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wire {
    Normal,
    /// Closed without a byte.
    Close,
    /// Half of the body, then closed.
    Cut,
    /// Sent without a `Date` header.
    NoDate,
    /// Nothing is sent and nothing closed.
    Silent,
}

impl Outgoing {
    pub(super) fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self { status, headers, body: body.into(), wire: Wire::Normal }
    }

    pub(super) fn html(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::new(status, "text/html; charset=UTF-8", body)
    }

    /// A SOAP body, with the two spellings of its type that the real server has.
    pub(super) fn soap(status: u16, body: Vec<u8>) -> Self {
        Self::new(
            status,
            if status == 500 { "text/xml; charset=utf-8" } else { "text/xml; charset=UTF-8" },
            body,
        )
    }

    pub(super) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    fn on_wire(wire: Wire) -> Self {
        Self { wire, ..Self::html(200, "") }
    }
}

/// The answer of a fault that keeps the call from being carried out.
pub(super) fn instead(fault: &Fault, authorization: Option<&str>) -> Option<Outgoing> {
    Some(match fault {
        Fault::Status(status, body, headers) => {
            let plain = Outgoing::html(*status, body.as_str());
            headers.iter().fold(plain, |answer, (name, value)| answer.with(name, value))
        }
        Fault::Maintenance => Outgoing::html(503, pages::MAINTENANCE),
        Fault::BadGateway => Outgoing::html(502, pages::BAD_GATEWAY),
        Fault::TooManyRequests(seconds) => {
            Outgoing::html(429, "<h1>Too Many Requests</h1>").with("retry-after", seconds.to_string())
        }
        Fault::BasicAuth(user, password) => {
            let expected = format!("Basic {}", base64(format!("{user}:{password}").as_bytes()));
            if authorization == Some(expected.as_str()) {
                return None;
            }
            Outgoing::html(401, pages::UNAUTHORIZED).with("www-authenticate", "Basic realm=\"Staging\"")
        }
        Fault::NotFound => Outgoing::html(404, pages::NOT_FOUND),
        Fault::Redirect(status, to) => Outgoing::html(*status, "").with("location", to),
        Fault::Html => Outgoing::html(200, pages::CHALLENGE).with("cf-ray", "8f0c2b7d9c1a2e3f-FRA"),
        Fault::PlainText(text) => Outgoing::html(200, text.as_str()),
        Fault::Soap(code, text, status) => {
            let refusal = Refusal::new(code.clone(), text.clone());
            Outgoing::soap(*status, envelope::fault(&refusal, Style::Rpc))
        }
        Fault::BareFault(code, text) => Outgoing::soap(200, bare(code, text)),
        Fault::Hang => Outgoing::on_wire(Wire::Silent),
        Fault::Close => Outgoing::on_wire(Wire::Close),
        Fault::Empty => Outgoing::soap(200, Vec::new()),
        _ => return None,
    })
}

/// What a fault does to the answer of a call that was carried out.
pub(super) fn spoil(fault: &Fault, mut answer: Outgoing) -> Outgoing {
    match fault {
        Fault::LoseAnswer => answer.wire = Wire::Close,
        Fault::Cut => answer.wire = Wire::Cut,
        Fault::NoDate => answer.wire = Wire::NoDate,
        Fault::Notice => prepend(&mut answer.body, pages::NOTICE.as_bytes()),
        Fault::ByteOrderMark => prepend(&mut answer.body, "\u{feff}".as_bytes()),
        Fault::Trailing(text) => answer.body.extend_from_slice(text.as_bytes()),
        Fault::RawControl => insert(&mut answer.body, b"\x0b"),
        Fault::InvalidUtf8 => insert(&mut answer.body, b"\xff\xfe\xc3("),
        Fault::UnknownEntity => insert(&mut answer.body, b"M&uuml;ller"),
        Fault::Latin1 => answer.body = latin1(&answer.body),
        Fault::BillionLaughs => answer.body = laughs(),
        Fault::DeepNesting(depth) => insert(&mut answer.body, nest(*depth).as_bytes()),
        Fault::CutShort => answer.body.truncate(answer.body.len() / 2),
        Fault::Huge(bytes) => pad(&mut answer.body, *bytes),
        Fault::Gzip => compressed(&mut answer, gzip::stored),
        Fault::GzipBomb(bytes) => compressed(&mut answer, |body| gzip::bomb(body, *bytes)),
        _ => {}
    }
    answer
}

fn compressed(answer: &mut Outgoing, how: impl Fn(&[u8]) -> Vec<u8>) {
    answer.body = how(&answer.body);
    answer.headers.push(("content-encoding".into(), "gzip".into()));
}

/// Line breaks before the envelope's end, where no reader minds them.
fn pad(body: &mut Vec<u8>, bytes: usize) {
    let end = body.windows(2).rposition(|pair| pair == b"</").unwrap_or(body.len());
    let missing = bytes.saturating_sub(body.len());
    body.splice(end..end, std::iter::repeat_n(b'\n', missing));
}

fn prepend(body: &mut Vec<u8>, bytes: &[u8]) {
    body.splice(0..0, bytes.iter().copied());
}

/// Puts bytes at the beginning of the first text: before the first closing tag that follows one.
fn insert(body: &mut Vec<u8>, bytes: &[u8]) {
    let text_end = (1..body.len()).find(|at| body[*at] == b'<' && !matches!(body[*at - 1], b'>' | b'\n'));
    let at = text_end.or_else(|| body.windows(2).position(|pair| pair == b"</")).unwrap_or(body.len());
    body.splice(at..at, bytes.iter().copied());
}

/// Every character in one byte; what Latin-1 lacks becomes a question mark.
fn latin1(body: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(body);
    text.chars().map(|character| u8::try_from(u32::from(character)).unwrap_or(b'?')).collect()
}

fn laughs() -> Vec<u8> {
    let mut body = String::from("<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [<!ENTITY lol0 \"lol\">");
    for level in 1..10 {
        let below = format!("&lol{};", level - 1).repeat(10);
        body.push_str(&format!("<!ENTITY lol{level} \"{below}\">"));
    }
    body.push_str("]>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"http://schemas.xmlsoap.org/soap/envelope/\"><SOAP-ENV:Body>&lol9;</SOAP-ENV:Body></SOAP-ENV:Envelope>\n");
    body.into_bytes()
}

fn nest(depth: usize) -> String {
    "<a>".repeat(depth) + &"</a>".repeat(depth)
}

fn bare(code: &str, text: &str) -> Vec<u8> {
    format!(
        "<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"http://schemas.xmlsoap.org/soap/envelope/\"><SOAP-ENV:Body><SOAP-ENV:Fault><faultcode>{code}</faultcode><faultstring>{text}</faultstring></SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>"
    )
    .into_bytes()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits =
            chunk.iter().enumerate().fold(0u32, |bits, (at, byte)| bits | u32::from(*byte) << (16 - 8 * at));
        for digit in 0..4 {
            let index = (bits >> (18 - 6 * digit) & 63) as usize;
            text.push(if digit <= chunk.len() { char::from(DIGITS[index]) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn encodes_credentials() {
        for (plain, encoded) in [
            ("ada:pw", "YWRhOnB3"),
            ("a:b", "YTpi"),
            ("ab:cd", "YWI6Y2Q="),
            ("u:pass", "dTpwYXNz"),
            ("a", "YQ=="),
        ] {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
    }
}
