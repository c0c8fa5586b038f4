//! The URL of a store, parsed once: where its WSDL is, and the endpoints that follow from it.
//!
//! Scheme, host and port always come from what the admin typed (or was redirected to), never from the WSDL's
//! `soap:address` (F5). URLs are taken apart by the `url` crate and never joined as strings (F7).

use std::fmt;

use url::Url;

use super::BasicAuth;

const LONGEST: usize = 2_000;

/// A WSDL URL that is http or https, has a host, and carries no credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WsdlUrl(Url);

/// Why a typed URL is not one of a WSDL. `Display` is the message for the form field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlProblem {
    /// Nothing was typed.
    #[error(
        "Enter the URL of the store's SOAP v2 WSDL, such as https://shop.example.com/index.php/api/v2_soap/?wsdl=1."
    )]
    Empty,
    /// More than 2,000 characters.
    #[error("This URL is too long: use at most 2,000 characters.")]
    TooLong,
    /// It does not parse.
    #[error("This is not a URL. It should look like https://shop.example.com/index.php/api/v2_soap/?wsdl=1.")]
    NotAUrl,
    /// It has no host.
    #[error(
        "This URL has no host name. It should look like https://shop.example.com/index.php/api/v2_soap/?wsdl=1."
    )]
    NoHost,
    /// A scheme other than http and https.
    #[error("The URL must start with https:// or http://.")]
    WrongScheme,
}

impl WsdlUrl {
    /// Parses what was typed. `user:password@` is taken out and handed back (F3).
    ///
    /// # Errors
    /// [`UrlProblem`] says what is wrong with it.
    pub fn parse(typed: &str) -> Result<(Self, Option<BasicAuth>), UrlProblem> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(UrlProblem::Empty);
        }
        if typed.chars().count() > LONGEST {
            return Err(UrlProblem::TooLong);
        }
        // copied out of a page's source
        let typed = typed.replace("&amp;", "&");
        let mut url = Url::parse(&typed).map_err(|problem| match problem {
            url::ParseError::EmptyHost => UrlProblem::NoHost,
            _ => UrlProblem::NotAUrl,
        })?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(if looks_like_host_and_port(&typed) {
                UrlProblem::NotAUrl
            } else {
                UrlProblem::WrongScheme
            });
        }
        let auth = take_credentials(&mut url);
        url.set_fragment(None);
        Ok((Self(url), auth))
    }

    /// The same kind of URL, from a redirect's target. Credentials in it are dropped.
    pub(crate) fn from_url(mut url: Url) -> Self {
        take_credentials(&mut url);
        url.set_fragment(None);
        Self(url)
    }

    /// The WSDL's URL: as typed, with `wsdl=1` added when the query does not ask for the WSDL.
    #[must_use]
    pub fn wsdl(&self) -> Url {
        let mut url = self.0.clone();
        if !url.query_pairs().any(|(key, _)| key.eq_ignore_ascii_case("wsdl")) {
            url.query_pairs_mut().append_pair("wsdl", "1");
        }
        url
    }

    /// Where SOAP v2 requests are posted: the WSDL's URL without `wsdl` in the query.
    #[must_use]
    pub fn endpoint(&self) -> Url {
        without_wsdl(&self.0, |value| value)
    }

    /// Where SOAP v1 requests are posted: the v2 endpoint with `v2_soap` replaced by `soap`
    /// (`/index.php/api/soap/`, recording v1/001). `None` when the URL names no `v2_soap`.
    #[must_use]
    pub fn v1_endpoint(&self) -> Option<Url> {
        let v2 = self.endpoint();
        let mut v1 =
            without_wsdl(&v2, |value| if value.eq_ignore_ascii_case("v2_soap") { "soap" } else { value });
        let segments: Vec<String> = v2.path_segments()?.map(str::to_owned).collect();
        v1.path_segments_mut().ok()?.clear().extend(segments.iter().map(|segment| v1_segment(segment)));
        (v1 != v2).then_some(v1)
    }

    /// The same path with `index.php` put in or taken out: what to try when the typed one is not found (F6).
    pub(crate) fn alternative(&self) -> Option<Self> {
        let segments: Vec<String> = self.0.path_segments()?.map(str::to_owned).collect();
        let place = segments.iter().position(|segment| segment == "api")?;
        let mut other = segments.clone();
        if place > 0 && segments.get(place - 1).is_some_and(|segment| segment == "index.php") {
            other.remove(place - 1);
        } else {
            other.insert(place, "index.php".to_owned());
        }
        let mut url = self.0.clone();
        url.path_segments_mut().ok()?.clear().extend(&other);
        Some(Self(url))
    }

    /// The URL itself.
    #[must_use]
    pub fn as_url(&self) -> &Url {
        &self.0
    }

    /// The URL as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// `scheme://host:port`, the key under which the limit of calls in flight is kept.
    #[must_use]
    pub fn origin(&self) -> String {
        let port = self.0.port_or_known_default().unwrap_or(0);
        format!("{}://{}:{port}", self.0.scheme(), self.host())
    }

    /// The host's name or address.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }
}

impl fmt::Display for WsdlUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// `shop.example.com:8080/api` parses as a URL with the scheme `shop.example.com`.
fn looks_like_host_and_port(typed: &str) -> bool {
    !typed.contains("://")
}

fn take_credentials(url: &mut Url) -> Option<BasicAuth> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let decode = |text: &str| decode_percent(text);
    let auth = BasicAuth {
        user: decode(url.username()),
        password: decode(url.password().unwrap_or_default()).into(),
    };
    // Both can only fail for URLs without a host, which were refused before.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    Some(auth)
}

fn decode_percent(text: &str) -> String {
    let mut pairs = url::form_urlencoded::parse(b"");
    debug_assert!(pairs.next().is_none());
    let escaped = text.replace('+', "%2B");
    let decoded = url::form_urlencoded::parse(escaped.as_bytes()).next().map(|(key, _)| key.into_owned());
    decoded.unwrap_or_default()
}

fn without_wsdl(url: &Url, rename: impl Fn(&str) -> &str) -> Url {
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(key, _)| !key.eq_ignore_ascii_case("wsdl"))
        .map(|(key, value)| (key.into_owned(), rename(&value).to_owned()))
        .collect();
    let mut bare = url.clone();
    bare.set_query(None);
    if !kept.is_empty() {
        bare.query_pairs_mut().extend_pairs(kept);
    }
    bare
}

fn v1_segment(segment: &str) -> &str {
    if segment.eq_ignore_ascii_case("v2_soap") { "soap" } else { segment }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    #[test]
    fn problems_are_told_apart() {
        let check = |typed: &str, expected| {
            assert_eq!(WsdlUrl::parse(typed).map(|(url, _)| url), Err(expected), "{typed}")
        };
        check("  ", UrlProblem::Empty);
        check("shop", UrlProblem::NotAUrl);
        check("shop.example.com:8080/api/v2_soap", UrlProblem::NotAUrl);
        check("https://", UrlProblem::NoHost);
        check("ftp://shop.example.com/", UrlProblem::WrongScheme);
        check("file:///etc/passwd", UrlProblem::WrongScheme);
        check(&format!("https://shop.example.com/{}", "a".repeat(LONGEST)), UrlProblem::TooLong);
    }

    #[test]
    fn endpoints_follow_from_the_typed_url() {
        let check = |typed: &str, wsdl: &str, v2: &str, v1: &str| {
            let (url, _) = WsdlUrl::parse(typed).expect("a URL");
            assert_eq!(url.wsdl().as_str(), wsdl);
            assert_eq!(url.endpoint().as_str(), v2);
            assert_eq!(url.v1_endpoint().map(String::from).unwrap_or_default(), v1);
        };
        check(
            "http://h/index.php/api/v2_soap?wsdl=1",
            "http://h/index.php/api/v2_soap?wsdl=1",
            "http://h/index.php/api/v2_soap",
            "http://h/index.php/api/soap",
        );
        check(
            "https://h:8443/api/v2_soap/?wsdl",
            "https://h:8443/api/v2_soap/?wsdl",
            "https://h:8443/api/v2_soap/",
            "https://h:8443/api/soap/",
        );
        check(
            "http://h/shop/api/v2_soap/index/",
            "http://h/shop/api/v2_soap/index/?wsdl=1",
            "http://h/shop/api/v2_soap/index/",
            "http://h/shop/api/soap/index/",
        );
        check(
            "http://h/api.php?type=v2_soap&wsdl=1",
            "http://h/api.php?type=v2_soap&wsdl=1",
            "http://h/api.php?type=v2_soap",
            "http://h/api.php?type=soap",
        );
        check("http://h/soap.wsdl", "http://h/soap.wsdl?wsdl=1", "http://h/soap.wsdl", "");
        // F7
        check(
            "http://h/api.php?type=v2_soap&amp;wsdl=1",
            "http://h/api.php?type=v2_soap&wsdl=1",
            "http://h/api.php?type=v2_soap",
            "http://h/api.php?type=soap",
        );
        check(
            "http://h/api/v2_soap?wsdl=1%2F",
            "http://h/api/v2_soap?wsdl=1%2F",
            "http://h/api/v2_soap",
            "http://h/api/soap",
        );
    }

    #[test]
    fn credentials_are_taken_out() {
        let (url, auth) = WsdlUrl::parse("https://ada:p%40ss+1@h/api/v2_soap?wsdl=1").expect("a URL");
        let auth = auth.expect("credentials");
        assert_eq!((auth.user.as_str(), auth.password.expose_secret()), ("ada", "p@ss+1"));
        assert_eq!(url.as_str(), "https://h/api/v2_soap?wsdl=1");
        assert!(!format!("{auth:?}").contains("p@ss"));
    }

    #[test]
    fn the_other_path_has_or_lacks_index_php() {
        let check = |typed: &str, other: &str| {
            let (url, _) = WsdlUrl::parse(typed).expect("a URL");
            assert_eq!(url.alternative().map(|url| url.to_string()).unwrap_or_default(), other);
        };
        check("http://h/api/v2_soap/?wsdl=1", "http://h/index.php/api/v2_soap/?wsdl=1");
        check("http://h/de/index.php/api/v2_soap?wsdl=1", "http://h/de/api/v2_soap?wsdl=1");
        check("http://h/soap", "");
    }
}
