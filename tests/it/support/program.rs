//! A program in front of the API: it shows a token and carries no cookie.

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::Value;

use super::{App, PASSWORD, Page};

/// A program with its token; none = it shows nothing.
pub(crate) struct Program {
    app: App,
    token: Option<String>,
}

impl App {
    /// Makes a token on the page of whoever is signed in.
    pub(crate) async fn make_token(&mut self, reach: &str) -> String {
        let fields = [
            ("name", "Nightly export"),
            ("reach", reach),
            ("good-for", "90"),
            ("current-password", PASSWORD),
        ];
        let page = self.post("/profile/tokens", &fields).await;
        assert_eq!(page.status, 200, "{}", page.text());
        page.value_of("token")
    }

    /// A program that works as whoever is signed in.
    pub(crate) async fn program(&mut self, reach: &str) -> Program {
        let token = self.make_token(reach).await;
        self.program_with(Some(token))
    }

    /// A program that shows this.
    pub(crate) fn program_with(&self, token: Option<String>) -> Program {
        Program { app: self.another_visitor(), token }
    }
}

impl Page {
    /// The JSON that was answered.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.html).unwrap_or_else(|_| panic!("no JSON at {}: {}", self.path, self.html))
    }

    /// The record's tag.
    pub(crate) fn tag_of(&self) -> String {
        let tag = self.headers.get(header::ETAG);
        tag.unwrap_or_else(|| panic!("{} has no ETag: {}", self.path, self.html)).to_str().unwrap().to_owned()
    }

    /// The names that a problem blames, with why.
    pub(crate) fn blamed(&self) -> Vec<(String, String)> {
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json", "{}", self.html);
        let json = self.json();
        let text = |it: &Value| it.as_str().unwrap().to_owned();
        json["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| (text(&it["name"]), text(&it["message"])))
            .collect()
    }
}

impl Program {
    /// Asks for something.
    pub(crate) async fn get(&mut self, path: &str) -> Page {
        self.send(Method::GET, path, None, None).await
    }

    /// Asks for a record that is known already.
    pub(crate) async fn get_known(&mut self, path: &str, tag: &str) -> Page {
        let token = self.token.clone().unwrap_or_default();
        let request = Request::get(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::IF_NONE_MATCH, tag);
        self.app.send(request.body(Body::empty()).unwrap()).await
    }

    /// Changes a record: reads it first, as it is to be.
    pub(crate) async fn change(&mut self, method: Method, path: &str, of: &str, body: Option<Value>) -> Page {
        let read = self.get(of).await;
        assert_eq!(read.status, 200, "{}", read.html);
        let tag = read.tag_of();
        self.send(method, path, body, Some(&tag)).await
    }

    /// Sends whatever it is.
    pub(crate) async fn send(
        &mut self,
        method: Method,
        path: &str,
        body: Option<Value>,
        tag: Option<&str>,
    ) -> Page {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some(tag) = tag {
            request = request.header(header::IF_MATCH, tag);
        }
        let body = match body {
            Some(json) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(json.to_string())
            }
            None => Body::empty(),
        };
        self.app.send(request.body(body).unwrap()).await
    }
}
