//! A store, a client, and the recordings to compare with.

use cartwright::simulator::{Customer, Options, Simulator, Text};

use super::texts::*;
use reqwest::{Client, StatusCode};

pub(super) const USER: &str = "crm_api";
pub(super) const KEY: &str = "crm-api-key-123";

pub(super) struct Bench {
    pub(super) store: Simulator,
    pub(super) client: Client,
    pub(super) session: String,
    pub(super) recordings: &'static str,
}

pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: String,
}

impl Bench {
    pub(super) async fn new(recordings: &'static str, options: Options) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let options =
            Options { api_user: USER.into(), api_key: KEY.into(), wsi: recordings == "wsi", ..options };
        let store = Simulator::start(options).await.unwrap();
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let mut bench = Self { store, client, session: String::new(), recordings };
        bench.session = bench.log_in(USER, KEY).await;
        bench
    }

    /// SOAP v1 logs in the same way whatever the mode of v2.
    pub(super) async fn log_in(&self, user: &str, key: &str) -> String {
        let call = format!("<login><username>{user}</username><apiKey>{key}</apiKey></login>");
        let answer = self.post(&self.store.bulk_endpoint(), envelope(&call)).await;
        between(&answer.body, "<loginReturn xsi:type=\"xsd:string\">", "</loginReturn>").to_owned()
    }

    pub(super) async fn post(&self, url: &str, body: String) -> Answer {
        let request = self.client.post(url).header("content-type", "text/xml; charset=utf-8").body(body);
        let response = request.send().await.unwrap();
        Answer { status: response.status(), body: response.text().await.unwrap() }
    }

    pub(super) fn endpoint(&self) -> String {
        if self.recordings == "v1" { self.store.bulk_endpoint() } else { self.store.endpoint() }
    }

    /// Sends a recorded request under the session of today.
    pub(super) async fn replay(&self, number: &str) -> Answer {
        let request = fixture(self.recordings, number, "request");
        self.post(&self.endpoint(), under_session(&request, &self.session)).await
    }

    /// The answer to a recorded request is the recorded answer.
    pub(super) async fn check(&self, number: &str) {
        let answer = self.replay(number).await;
        let recorded = fixture(self.recordings, number, "response");
        assert_eq!(comparable(&answer.body), comparable(&recorded), "{}/{number}", self.recordings);
        let status = if recorded.contains("<SOAP-ENV:Body><SOAP-ENV:Fault>") && self.recordings != "v1" {
            500
        } else {
            200
        };
        assert_eq!(answer.status.as_u16(), status, "{}/{number}", self.recordings);
    }

    /// The answer to a recorded request is the recorded one to the last byte, ids and times too.
    pub(super) async fn check_exactly(&self, number: &str) {
        let answer = self.replay(number).await;
        let recorded = fixture(self.recordings, number, "response");
        let host = if self.recordings == "wsi" { "http://127.0.0.1:18081" } else { "http://127.0.0.1:18080" };
        let body = answer.body.replace(self.store.url(), host);
        let lines = body.lines().zip(recorded.lines());
        for (at, (answered, expected)) in lines.enumerate() {
            assert_eq!(answered, expected, "{}/{number}, line {}", self.recordings, at + 1);
        }
        assert_eq!(body, recorded, "{}/{number}", self.recordings);
    }

    /// Adds customers until there is one with this id.
    pub(super) fn grow_to(&self, id: u32) {
        while self.store.customer(id).is_none() {
            let email = format!("{}@example.com", self.store.customer_count());
            self.store.add_customer(Customer::new(email));
        }
    }

    /// Lays the customers of a recorded answer into the store.
    pub(super) fn lay_in(&self, number: &str) {
        let recorded = fixture(self.recordings, number, "response");
        let document = roxmltree::Document::parse(&recorded).unwrap();
        for row in document
            .descendants()
            .filter(|node| node.children().any(|child| child.has_tag_name("customer_id")))
        {
            self.lay_in_row(row);
        }
    }

    pub(super) fn lay_in_row(&self, row: roxmltree::Node<'_, '_>) {
        let text = |name: &str| {
            let found = row.children().find(|child| child.has_tag_name(name))?;
            Some(found.text()?.replace("&#11;", "\u{b}").replace("&#1;", "\u{1}"))
        };
        let number = |name: &str| text(name).unwrap().parse::<u32>().unwrap();
        let optional = |name: &str| text(name).map(Text::Owned);
        let laid = self.store.edit_customer(number("customer_id"), |customer| {
            *customer = Customer {
                created_at: seconds(&text("created_at").unwrap()),
                website_id: number("website_id"),
                store_id: number("store_id"),
                group_id: number("group_id"),
                email: optional("email").unwrap(),
                firstname: optional("firstname"),
                middlename: optional("middlename"),
                lastname: optional("lastname"),
                prefix: optional("prefix"),
                suffix: optional("suffix"),
                dob: optional("dob"),
                taxvat: optional("taxvat"),
                unconfirmed: text("confirmation").is_some(),
                password_hash: optional("password_hash"),
                ..customer.clone()
            };
        });
        assert!(laid);
    }
}

/// `2024-02-09 02:05:16`, or the same in the store's zone, as seconds.
pub(super) fn seconds(text: &str) -> i64 {
    let utc = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S")
        .map(|time| time.and_utc().timestamp());
    utc.or_else(|_| chrono::DateTime::parse_from_rfc3339(text).map(|time| time.timestamp())).unwrap()
}

pub(super) fn utc(seconds: i64) -> String {
    chrono::DateTime::from_timestamp(seconds, 0).unwrap().format("%Y-%m-%d %H:%M:%S").to_string()
}
