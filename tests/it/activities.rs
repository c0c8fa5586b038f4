//! What people do on the page of a record: they write things down, tag it, give it an owner; and the timeline of it all.

mod tags;
mod timeline;
mod written;

use sqlx::PgPool;

use crate::support::App;

/// An order of the shop, the customer who placed it, and one of their carts.
struct Shop {
    app: App,
    order: String,
    customer: String,
    cart: String,
}

impl Shop {
    async fn new(pool: PgPool) -> Self {
        let app = App::as_administrator(pool).await;
        app.add_sales().await;
        let order = app.path_of("orders", "orders", "increment_id", "100088001").await;
        let customer = app.path_of("customers", "customers", "email", "zoe@verhoeven.example").await;
        let cart = app.path_of("carts", "carts", "remote_id", "502").await;
        Self { app, order, customer, cart }
    }
}
