//! Accounts and contacts: their pages, what a rename does to them, merging and splitting, and who belongs where.

mod belonging;
mod gathering;
mod names;
mod pages;

use cartwright::simulator::{Customer, Options, Simulator};
use sqlx::PgPool;

use crate::support::{App, only_customers};

/// Two shops with a channel each, synchronized: Ada is a customer of both, Charles of the first, Grace of the second.
struct Town {
    app: App,
    one: Simulator,
    /// Kept running.
    _two: Simulator,
    options: Options,
}

fn person(first: &'static str, last: &'static str, email: &'static str) -> Customer {
    Customer { firstname: Some(first.into()), lastname: Some(last.into()), ..Customer::new(email) }
}

impl Town {
    async fn new(pool: PgPool) -> Self {
        let options = Options { customers: 0, ..only_customers() };
        let one = Simulator::start(options.clone()).await.unwrap();
        let two = Simulator::start(options.clone()).await.unwrap();
        for shop in [&one, &two] {
            shop.add_customer(person("Ada", "Lovelace", "ada@lovelace.example"));
        }
        one.add_customer(person("Charles", "Babbage", "charles@babbage.example"));
        two.add_customer(person("Grace", "Hopper", "grace@hopper.example"));
        let mut app = App::as_administrator(pool).await;
        app.connect(&one, &options, "Books").await;
        app.connect(&two, &options, "Tools").await;
        app.drain_jobs().await;
        Self { app, one, _two: two, options }
    }

    /// Everything is asked for anew, and comes.
    async fn sync_again(&mut self) {
        self.one.move_clock(3600);
        self.app.run_sql("update integrations set next_sync_at = now()").await;
        self.app.drain_jobs().await;
    }

    /// The first shop's channel is deleted, and made anew.
    async fn make_books_anew(&mut self) {
        self.app.delete_channel("Books").await;
        self.app.connect(&self.one, &self.options, "Books").await;
        self.app.drain_jobs().await;
    }

    /// The account of the person with this name.
    async fn account(&self, last_name: &str) -> i64 {
        let sql = "select account_id from customers where last_name = $1 order by id limit 1";
        sqlx::query_scalar(sql).bind(last_name).fetch_one(&self.app.pool).await.unwrap()
    }

    /// Who is where: account, channel, customer, contact.
    async fn everybody(&self) -> Vec<String> {
        let sql = "select concat_ws(' | ', a.name, c.name, k.first_name || ' ' || k.last_name, t.first_name || ' ' || t.last_name)
            from customers k join accounts a on a.id = k.account_id join channels c on c.id = k.channel_id
            join contacts t on t.id = k.contact_id and t.account_id = a.id order by 1";
        sqlx::query_scalar(sql).fetch_all(&self.app.pool).await.unwrap()
    }

    /// How many accounts and contacts there are.
    async fn many(&self) -> (i64, i64) {
        let accounts = self.app.count("select count(*) from accounts").await;
        (accounts, self.app.count("select count(*) from contacts").await)
    }
}
