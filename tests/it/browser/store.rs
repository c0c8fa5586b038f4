//! The store that the tests connect, and its settings as a person types them.

use cartwright::simulator::{Options, Simulator};
use sqlx::PgPool;

use super::person::Person;
use crate::support::App;

/// A small store.
pub(super) async fn store() -> (Simulator, Options) {
    let options = Options {
        customers: 30,
        orders: Some(0),
        carts: Some(0),
        subscribers: Some(0),
        ..Options::default()
    };
    (Simulator::start(options.clone()).await.unwrap(), options)
}

/// An application with a channel that is synchronized.
pub(super) async fn synchronized(pool: PgPool) -> (App, Simulator, Options) {
    let (store, options) = store().await;
    let mut app = App::as_administrator(pool).await;
    app.connect(&store, &options, "Corner shop").await;
    app.drain_jobs().await;
    (app, store, options)
}

impl Person {
    /// Types the settings of this store into the open form.
    pub(super) async fn fill_integration(&self, store: &Simulator, user: &str, key: &str) {
        self.fill("SOAP WSDL URL", &store.wsdl_url()).await;
        self.fill("SOAP API User", user).await;
        self.fill("SOAP API Key", key).await;
    }

    /// Opens the form of a new channel, and on it the dialog.
    pub(super) async fn opens_the_dialog(&self) {
        self.open("/channels/new").await;
        self.fill("Name", "Corner shop").await;
        self.choose("Channel Type", "Magento").await;
        self.press("Configure integration").await;
        self.reads("SOAP WSDL URL").await;
    }
}
