//! Answers that are not SOAP: what kind of page they look like, and what to say about it (F21-F23, F29).

use super::Class;

/// What an answer that is not SOAP looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum NotSoapKind {
    /// Maintenance mode (F23).
    Maintenance,
    /// Cloudflare or another web application firewall (F22).
    Cloudflare,
    /// A log-in page.
    LoginPage,
    /// The shop's "page not found".
    NotFoundTheme,
    /// Another HTML page.
    Html,
    /// Text, such as an exception that `api.php` prints (F21).
    PlainText,
    /// XML of another kind, such as a WSDL.
    OtherXml,
    /// Nothing at all (F29).
    Empty,
}

/// What a body that is not SOAP looks like, from its beginning and the answer's headers.
pub(crate) fn classify(status: u16, behind_cloudflare: bool, body: &[u8]) -> NotSoapKind {
    let text = String::from_utf8_lossy(body).to_lowercase();
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let has = |word: &str| text.contains(word);
    let title = text.split("<title").nth(1).and_then(|rest| rest.split("</title").next()).unwrap_or_default();
    if start.is_empty() {
        return NotSoapKind::Empty;
    }
    let is_html = has("<html") || has("<!doctype html") || has("<body") || has("<head");
    if is_firewall(&text) || (behind_cloudflare && is_html && status != 503 && status >= 400) {
        return NotSoapKind::Cloudflare;
    }
    if has("maintenance") || title.contains("temporarily unavailable") || (status == 503 && is_html) {
        return NotSoapKind::Maintenance;
    }
    if !is_html {
        return if start.starts_with("<?xml") || has("<definitions") {
            NotSoapKind::OtherXml
        } else {
            NotSoapKind::PlainText
        };
    }
    if title.contains("log in") || title.contains("login") || has("type=\"password\"") {
        return NotSoapKind::LoginPage;
    }
    if status == 404 || title.contains("404") || title.contains("not found") {
        return NotSoapKind::NotFoundTheme;
    }
    NotSoapKind::Html
}

fn is_firewall(text: &str) -> bool {
    [
        "attention required! | cloudflare",
        "just a moment...",
        "cf-error-details",
        "cf-chl",
        "sucuri website firewall",
        "incapsula",
        "mod_security",
        "web application firewall",
    ]
    .iter()
    .any(|sign| text.contains(sign))
}

impl NotSoapKind {
    pub(super) fn class(self, status: u16) -> Class {
        match self {
            Self::Maintenance | Self::Empty | Self::PlainText => Class::Transient,
            _ if status >= 500 => Class::Transient,
            _ => Class::Configuration,
        }
    }

    pub(super) fn say(self, status: u16, excerpt: &str) -> String {
        let said = if excerpt.is_empty() { String::new() } else { format!(" It says: \"{excerpt}\"") };
        match self {
            Self::Maintenance => format!(
                "The store is in maintenance mode (HTTP {status}). Nothing is skipped; it is asked again later. If it should be open, its administrator removes the file maintenance.flag, or lets this server's address through."
            ),
            Self::Cloudflare => format!(
                "A firewall in front of the store answered instead of it (HTTP {status}). Ask its administrator to allow this server's address for the API's path.{said}"
            ),
            Self::LoginPage => format!(
                "A log-in page answered instead of the API (HTTP {status}). Check the URL, and enter user and password of the HTTP authentication if there is one.{said}"
            ),
            Self::NotFoundTheme => format!(
                "The shop answered \"page not found\" (HTTP {status}). Check the path of the URL: usually /index.php/api/v2_soap/?wsdl=1."
            ),
            Self::Html => {
                format!("A web page answered instead of the API (HTTP {status}). Check the URL.{said}")
            }
            Self::PlainText => {
                format!("The store answered with plain text instead of SOAP (HTTP {status}).{said}")
            }
            Self::OtherXml => {
                format!("The store answered with XML that is not SOAP (HTTP {status}). Check the URL.{said}")
            }
            Self::Empty => format!(
                "The store sent an empty answer (HTTP {status}); PHP may have run out of memory. It is asked again later, and for less."
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_told_apart() {
        let check =
            |status, body: &str, kind| assert_eq!(classify(status, false, body.as_bytes()), kind, "{body}");
        check(200, " \n", NotSoapKind::Empty);
        check(
            503,
            "<html><head><title>503 Service Temporarily Unavailable</title></head></html>",
            NotSoapKind::Maintenance,
        );
        check(200, "<!DOCTYPE html><title>Just a moment...</title><body>", NotSoapKind::Cloudflare);
        check(200, "<html><title>Log in to the staging area</title></html>", NotSoapKind::LoginPage);
        check(404, "<html><body>Whoops, our bad...</body></html>", NotSoapKind::NotFoundTheme);
        check(200, "<!doctype html><title>Madison Island</title>", NotSoapKind::Html);
        check(
            200,
            "Application is not installed yet, please complete install wizard first.",
            NotSoapKind::PlainText,
        );
        check(200, "<?xml version=\"1.0\"?><rss/>", NotSoapKind::OtherXml);
    }
}
