//! Somebody in front of processes: carries the session from one to the other, as a browser behind a balancer does.

use axum::http::{HeaderMap, StatusCode, header};

use super::{PASSWORD, Page};

/// A browser with one cookie.
#[derive(Clone)]
pub(crate) struct Visitor {
    client: reqwest::Client,
    cookie: Option<String>,
}

impl Visitor {
    /// Nobody yet.
    pub(crate) fn new() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
        Self { client: client.build().unwrap(), cookie: None }
    }

    /// Somebody who has signed in at this process.
    pub(crate) async fn signed_in(home: &str, email: &str) -> Self {
        let mut visitor = Self::new();
        let page = visitor.post(home, "/login", &[("email", email), ("password", PASSWORD)]).await.unwrap();
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
        visitor
    }

    /// Asks a process for a page.
    pub(crate) async fn get(&mut self, home: &str, path: &str) -> Result<Page, reqwest::Error> {
        let request = self.client.get(format!("{home}{path}"));
        self.send(path, request).await
    }

    /// Posts a form by the names of its fields.
    pub(crate) async fn post(
        &mut self,
        home: &str,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Result<Page, reqwest::Error> {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let kind = "application/x-www-form-urlencoded";
        let request = self.client.post(format!("{home}{path}")).header(header::CONTENT_TYPE, kind).body(body);
        self.send(path, request).await
    }

    /// Begins to watch something that never ends by itself.
    pub(crate) async fn watch(&self, home: &str, path: &str) -> reqwest::Response {
        let request = self.client.get(format!("{home}{path}"));
        self.carrying(request).send().await.unwrap()
    }

    async fn send(&mut self, path: &str, request: reqwest::RequestBuilder) -> Result<Page, reqwest::Error> {
        let answer = self.carrying(request).send().await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        if let Some(cookie) = cookie_of(&headers) {
            self.cookie = Some(cookie);
        }
        Ok(Page::new(path.to_owned(), status, headers, answer.text().await?))
    }

    fn carrying(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        match &self.cookie {
            Some(cookie) => request.header(header::COOKIE, cookie),
            None => request,
        }
    }
}

fn cookie_of(headers: &HeaderMap) -> Option<String> {
    let cookie = headers.get(header::SET_COOKIE)?.to_str().ok()?;
    Some(cookie.split(';').next()?.to_owned())
}
