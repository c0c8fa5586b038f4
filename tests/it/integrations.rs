//! The integration form: what is typed, checked, kept, sealed, refused, locked and removed (S12-S31, S39-S44).

mod check;
mod draft;
mod edit;
mod fields;

use axum::http::StatusCode;
use cartwright::simulator::{Options, Simulator};
use sqlx::PgPool;

use crate::support::{App, Page, settings, with};

const NEW: &str = "/channels/new/integration";
const CHANNEL: [(&str, &str); 3] =
    [("name", "Shop"), ("channel-type", "magento"), ("channel-type-shown", "1")];
const KEY: &str = "cartwright-demo-key";

/// A store, an administrator, and the settings that fit.
struct Bench {
    app: App,
    store: Simulator,
    form: Vec<(&'static str, String)>,
}

impl Bench {
    async fn new(pool: PgPool) -> Self {
        let options = Options { customers: 3, ..Options::default() };
        let store = Simulator::start(options.clone()).await.unwrap();
        let form = settings(&store, &options, "Corner");
        Self { app: App::as_administrator(pool).await, store, form }
    }

    /// Posts the form with some fields changed, by this button.
    async fn press(&mut self, path: &str, action: &str, changes: &[(&str, &str)]) -> Page {
        let mut fields: Vec<(&str, &str)> =
            self.form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        for (name, value) in changes {
            fields = with(&fields, name, value);
        }
        self.app.post(path, &with(&fields, "action", action)).await
    }

    async fn check(&mut self, changes: &[(&str, &str)]) -> Page {
        self.press(NEW, "check", changes).await
    }

    /// Checked and done with All Websites: the integration waits on the channel form.
    async fn done(&mut self) {
        let checked = self.check(&[]).await;
        assert!(checked.text().contains("Connected."), "{}", checked.text());
        let done = self.press(NEW, "done", &[("website", "all")]).await;
        assert_eq!(done.location(), "/channels/new", "{}", done.text());
    }

    /// A saved channel with its integration.
    async fn saved(pool: PgPool) -> Self {
        let mut bench = Self::new(pool).await;
        bench.done().await;
        let saved = bench.app.post("/channels", &CHANNEL).await;
        assert_eq!(saved.location(), "/channels/1", "{}", saved.text());
        bench
    }

    /// Posts the form of the saved integration, key and all left as they are but for these.
    async fn edit(&mut self, changes: &[(&str, &str)]) -> Page {
        let mut all = vec![("soap-api-key", ""), ("website", "all")];
        all.extend(changes);
        self.press("/integrations/1", "done", &all).await
    }
}

fn refused(page: &Page, field: &str) -> String {
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}: {}", page.text());
    assert!(page.part("role=\"alert\"", "</div></div>").contains("some fields need a look"));
    page.blames(field)
}
