//! S32-S38 and Ask me as a person lives them: one window on the CRM, another on the store's own page of the customer.

use cartwright::simulator::Simulator;
use sqlx::PgPool;

use super::chromium::Scripts;
use super::person::Person;
use super::store::synchronized;
use super::visit::visit;

#[sqlx::test]
async fn off_nothing_goes_there_and_on_the_priority_decides_what_both_sides_changed(pool: PgPool) {
    let (app, store, _) = synchronized(pool).await;
    let shop =
        Shop { store: &store, customer: app.count("select remote_id from customers where id = 1").await };
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        ada.served.work();
        reads_but_cannot_edit(ada, &shop).await;

        ada.switches_two_way_on("Remote wins").await;
        ada.edits_both(&shop, "Hopper", "Murray").await;
        ada.finds_here("Murray").await;
        ada.finds_there(&shop, &[("Last name", "Murray"), ("First name", "Grace Hopper")]).await;

        ada.switches_two_way_on("Local wins").await;
        ada.edits_both(&shop, "Lovelace", "Byron").await;
        ada.finds_there(&shop, &[("Last name", "Lovelace"), ("First name", "Grace Lovelace")]).await;
        ada.finds_here("Lovelace").await;
        travels_alone_under_either_priority(ada, &shop).await;
    })
    .await;
}

#[sqlx::test]
async fn asked_about_a_conflict_somebody_finds_it_answers_and_sees_it_arrive(pool: PgPool) {
    let (app, store, _) = synchronized(pool).await;
    let shop =
        Shop { store: &store, customer: app.count("select remote_id from customers where id = 1").await };
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        ada.served.work();
        ada.switches_two_way_on("Ask me").await;
        ada.edits_both(&shop, "Hopper", "Murray").await;
        // what nobody disputes has gone on, what is disputed waits on both sides
        ada.finds_there(&shop, &[("First name", "Grace Hopper"), ("Last name", "Murray")]).await;
        ada.finds_on("/customers/1", "Hopper pending").await;

        ada.finds_on("/conflicts", "Waiting").await;
        let row = ada.finds("all('tbody tr').map((row) => folded(row.innerText))[0]").await;
        assert!(
            row.as_str().unwrap().contains("Last Name") && row.as_str().unwrap().contains("Hopper Murray"),
            "{row}"
        );
        ada.press("Use local").await;
        ada.hears("status", "Decided.").await;
        ada.finds_there(&shop, &[("Last name", "Hopper")]).await;
        ada.finds_on("/conflicts", "Answered by Ada Lovelace").await;

        // and turned round after all
        ada.press("Use the other value").await;
        ada.hears("status", "Decided.").await;
        ada.finds_there(&shop, &[("Last name", "Murray")]).await;
        ada.finds_here("Murray").await;
    })
    .await;
}

/// The store's own page of the customer.
struct Shop<'a> {
    store: &'a Simulator,
    customer: i64,
}

/// S32, S33: what changes in the store arrives; here there is nothing to edit.
async fn reads_but_cannot_edit(ada: &Person, shop: &Shop<'_>) {
    ada.edits_there(shop, &[("First name", "Augusta")]).await;
    ada.open("/integrations/1").await;
    ada.press("Schedule Sync").await;
    ada.finds_here("Augusta").await;
    ada.reads("Two way sync is off for this integration").await;
    assert!(ada.eyes("pressable('Edit')").await.is_none());
}

/// S38: what only one side changed is no conflict.
async fn travels_alone_under_either_priority(ada: &Person, shop: &Shop<'_>) {
    for (priority, suffix) in [("Remote wins", "I"), ("Local wins", "II")] {
        ada.switches_two_way_on(priority).await;
        let (here, there) = (format!("King {suffix}"), format!("ada.{suffix}@example.org"));
        ada.edits_there(shop, &[("E-mail", &there)]).await;
        ada.edits_here(&[("Last Name", &here)]).await;
        ada.finds_there(shop, &[("Last name", &here), ("E-mail", &there)]).await;
        ada.finds_here(&there).await;
    }
    ada.open("/conflicts").await;
    let conflicts = ada.finds("all('tbody tr').length").await;
    assert_eq!(conflicts, 2, "one under each priority, and none of what only one side changed");
}

impl Person {
    /// On the integration's form.
    async fn switches_two_way_on(&self, priority: &str) {
        self.open("/integrations/1/edit").await;
        self.press("Synchronization Settings").await;
        let switch = self.field("Enable two way sync").await;
        if !switch.is_selected().await.unwrap() {
            switch.click().await.unwrap();
        }
        self.choose("Sync priority", priority).await;
        self.press("Done").await;
        self.until("it was not saved", async || (self.path().await == "/integrations/1").then_some(())).await;
    }

    /// Both sides change the last name, and this one the first name, too. The store's change is not read before.
    async fn edits_both(&self, shop: &Shop<'_>, here: &str, there: &str) {
        self.edits_there(shop, &[("Last name", there)]).await;
        self.edits_here(&[("Last Name", here), ("First Name", &format!("Grace {here}"))]).await;
    }

    async fn edits_here(&self, fields: &[(&str, &str)]) {
        self.open("/customers/1").await;
        self.press("Edit").await;
        for (label, value) in fields {
            self.fill(label, value).await;
        }
        self.press("Save").await;
        self.hears("status", "Saved here.").await;
    }

    async fn edits_there(&self, shop: &Shop<'_>, fields: &[(&str, &str)]) {
        self.opens_the_shop(shop).await;
        for (label, value) in fields {
            self.fill(label, value).await;
        }
        self.press("Save").await;
        let saved = async || shop.has(self, fields).await.then_some(());
        self.until("the store did not save it", saved).await;
    }

    async fn opens_the_shop(&self, shop: &Shop<'_>) {
        self.client.goto(&format!("{}/admin/customers/{}", shop.store.url(), shop.customer)).await.unwrap();
    }

    /// Opens the store's page again and again until it shows this.
    async fn finds_there(&self, shop: &Shop<'_>, fields: &[(&str, &str)]) {
        self.until(&format!("the store does not show {fields:?}"), async || {
            self.opens_the_shop(shop).await;
            shop.has(self, fields).await.then_some(())
        })
        .await;
    }

    /// Opens the customer here again and again until nothing waits and this can be read.
    async fn finds_here(&self, text: &str) {
        self.finds_on("/customers/1", text).await;
    }

    async fn finds_on(&self, path: &str, text: &str) {
        self.until(&format!("{path} does not show {text:?}"), async || {
            self.open(path).await;
            self.words().await.contains(text).then_some(())
        })
        .await;
    }
}

impl Shop<'_> {
    async fn has(&self, ada: &Person, fields: &[(&str, &str)]) -> bool {
        for (label, value) in fields {
            let shown = ada.eyes(&format!("field({})?.defaultValue", serde_json::json!(label))).await;
            if shown.as_ref().and_then(serde_json::Value::as_str) != Some(*value) {
                return false;
            }
        }
        true
    }
}
