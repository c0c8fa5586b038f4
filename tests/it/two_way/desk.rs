//! A pair with two way sync on, and somebody who edits its customers through the pages.

use cartwright::simulator::{Customer, Options};
use sqlx::PgPool;

use crate::support::{App, Page, Pair, only_customers};

/// A shop with a few customers and nothing else.
pub(crate) fn small() -> Options {
    Options { customers: 12, ..only_customers() }
}

impl Pair {
    /// Synchronized, with two way sync on and this priority.
    pub(crate) async fn two_way(pool: PgPool, options: Options, priority: &str) -> Self {
        let pair = Self::synced(pool, options).await;
        let set = sqlx::query("update integrations set two_way = true, priority = $1");
        set.bind(priority).execute(&pair.app.pool).await.unwrap();
        pair
    }

    /// The row of a customer by the store's id.
    pub(crate) async fn row_of(&self, remote_id: u32) -> i64 {
        let sql = "select id from customers where remote_id = $1 order by id desc limit 1";
        sqlx::query_scalar(sql).bind(i64::from(remote_id)).fetch_one(&self.app.pool).await.unwrap()
    }

    /// The row of an address by the store's id.
    pub(crate) async fn address_row(&self, remote_id: u32) -> i64 {
        let sql = "select id from customer_addresses where remote_id = $1 order by id desc limit 1";
        sqlx::query_scalar(sql).bind(i64::from(remote_id)).fetch_one(&self.app.pool).await.unwrap()
    }

    /// Edits a customer through their form; fields that are not named stay as they stand there.
    pub(crate) async fn edit(&mut self, remote_id: u32, fields: &[(&str, &str)]) -> Page {
        let id = self.row_of(remote_id).await;
        let saved = type_in(&mut self.app, id, fields).await;
        assert_eq!(saved.status, 303, "{}", saved.text());
        saved
    }

    /// A customer's page.
    pub(crate) async fn page_of(&mut self, remote_id: u32) -> Page {
        let id = self.row_of(remote_id).await;
        self.app.get(&format!("/customers/{id}")).await
    }

    /// Edits a customer in the store.
    pub(crate) fn edit_there(&self, id: u32, change: impl FnOnce(&mut Customer)) {
        assert!(self.store.edit_customer(id, change));
    }

    /// Both sides edit the last names of these customers, and meet.
    pub(crate) async fn dispute(&mut self, ids: &[u32]) {
        for id in ids {
            self.edit(*id, &[("last-name", &format!("Here {id}"))]).await;
            self.edit_there(*id, |it| it.lastname = Some(format!("There {id}").into()));
        }
        self.sync_well().await;
    }

    /// A customer of the store who has more than one address, and their addresses.
    pub(crate) fn with_two_addresses(&self) -> (u32, Vec<u32>) {
        let book = |id| self.store.customer(id).unwrap().addresses.iter().map(|it| it.id).collect();
        let books = self.store.customer_ids().into_iter().map(|id| (id, book(id)));
        books.into_iter().find(|(_, book): &(u32, Vec<u32>)| book.len() > 1).unwrap()
    }

    /// Both sides choose a default billing address for somebody who had none, here this one of their two, and a person is
    /// asked.
    pub(crate) async fn dispute_default(&mut self, here: usize) -> (u32, Vec<u32>) {
        let (id, book) = self.with_two_addresses();
        self.edit_there(id, |it| it.default_billing = None);
        self.sync_well().await;
        self.edit(id, &[("default-billing-address", &book[here].to_string())]).await;
        self.edit_there(id, |it| it.default_billing = Some(book[1 - here]));
        self.sync_well().await;
        assert_eq!(self.conflicts().await, ["default_billing open by ask"]);
        (id, book)
    }

    /// The last name that a customer has in the store.
    pub(crate) fn last_name_there(&self, id: u32) -> String {
        self.store.customer(id).unwrap().customer.lastname.unwrap().to_string()
    }

    /// Saves the integration's form by this button; what is not named stays as it stands there, and boxes are off.
    pub(crate) async fn configure(&mut self, button: &str, fields: &[(&str, &str)]) -> Page {
        let form = self.app.get(&format!("/integrations/{}/edit", self.integration)).await;
        let boxes = ["ws-i-compliance", "enable-two-way-sync"];
        let mut posted = form.fields();
        posted
            .retain(|(name, _)| !boxes.contains(&name.as_str()) && fields.iter().all(|(own, _)| own != name));
        let mut posted: Vec<(&str, &str)> = posted.iter().map(|(name, value)| (&**name, &**value)).collect();
        posted.extend(fields);
        posted.push(("action", button));
        self.app.post(&format!("/integrations/{}", self.integration), &posted).await
    }

    /// The states of all edits, oldest first.
    pub(crate) async fn states(&self) -> Vec<String> {
        let sql = "select unit || ' ' || state from changes order by id";
        sqlx::query_scalar(sql).fetch_all(&self.app.pool).await.unwrap()
    }

    /// All conflicts: unit, chosen and rule.
    pub(crate) async fn conflicts(&self) -> Vec<String> {
        let sql =
            "select unit || ' ' || coalesce(chosen, 'open') || ' by ' || rule from conflicts order by id";
        sqlx::query_scalar(sql).fetch_all(&self.app.pool).await.unwrap()
    }

    /// Where the rows of edits, conflicts and the trail are in the database's files.
    async fn marks(&self) -> String {
        let sql =
            "select concat_ws('; ', (select string_agg(ctid || ' ' || xmin, ',' order by ctid) from changes),
            (select string_agg(ctid || ' ' || xmin, ',' order by ctid) from conflicts),
            (select string_agg(ctid || ' ' || xmin, ',' order by ctid) from deliveries))";
        self.app.text(sql).await
    }

    /// What a further sync writes: nothing here, nothing there.
    pub(crate) async fn assert_at_rest(&self) {
        let (before, edits) = (self.traces().await, self.states().await);
        let (conflicts, marks) = (self.conflicts().await, self.marks().await);
        self.store.reset_counters();
        self.sync_well().await;
        assert_eq!(self.traces().await, before, "a further sync writes here");
        assert_eq!((self.states().await, self.conflicts().await), (edits, conflicts));
        assert_eq!(self.marks().await, marks, "a further sync writes to edits, conflicts or the trail");
        for call in ["customerCustomerUpdate", "customerAddressUpdate"] {
            assert_eq!(self.store.requests_of(call), 0, "{call}");
        }
    }
}

/// Opens the form, changes these fields, and saves: everything else is posted as it stands there, as a browser does.
pub(crate) async fn type_in(app: &mut App, id: i64, fields: &[(&str, &str)]) -> Page {
    let form = app.get(&format!("/customers/{id}/edit")).await;
    assert_eq!(form.status, 200, "{}", form.text());
    let mut posted = form.fields();
    for (name, value) in fields {
        let field = posted.iter_mut().find(|(field, _)| field == name);
        field.unwrap_or_else(|| panic!("there is no field {name}")).1 = (*value).to_owned();
    }
    let posted: Vec<(&str, &str)> = posted.iter().map(|(name, value)| (&**name, &**value)).collect();
    app.post(&format!("/customers/{id}"), &posted).await
}
