//! What the reference gets wrong when it pushes (reference-behaviour.md, chapter 5), each the right way round, and the rows of
//! its own tests that a single merge does not show (chapter 11).

use std::time::Duration;

use cartwright::simulator::{Fault, When};
use sqlx::PgPool;

use super::desk::small;
use crate::support::{Pair, until};

const UPDATE: &str = "customerCustomerUpdate";
const UPDATE_ADDRESS: &str = "customerAddressUpdate";

/// A customer with an address, and the row of that.
async fn with_address(pair: &Pair) -> (u32, u32, i64) {
    let has = |id: &u32| !pair.store.customer(*id).unwrap().addresses.is_empty();
    let id = pair.store.customer_ids().into_iter().find(has).unwrap();
    let address = pair.store.customer(id).unwrap().addresses[0].id;
    (id, address, pair.address_row(address).await)
}

/// 5.2: the reference forgets a push that failed.
#[sqlx::test]
async fn a_push_that_fails_is_not_lost(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "local").await;
    pair.edit(3, &[("last-name", "Hopper")]).await;
    pair.store.script(Fault::BadGateway, When::method(UPDATE));
    pair.sync_badly("Edits of a customer wait").await;
    assert_eq!(pair.states().await, ["last_name pending"]);
    let page = pair.page_of(3).await;
    assert!(page.text().contains("Hopper pending") && page.text().contains("502"), "{}", page.text());
    pair.store.clear_scripts();
    pair.app.run_sql("update changes set next_try_at = now()").await;
    pair.sync_well().await;
    assert_eq!(pair.states().await, ["last_name sent"]);
    pair.assert_equal().await;
}

/// 5.3, 5.5: the reference ignores what is cleared, and the old value comes back.
#[sqlx::test]
async fn what_is_cleared_here_is_cleared_there(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let (id, address, row) = with_address(&pair).await;
    pair.edit_there(id, |it| {
        (it.prefix, it.middlename, it.suffix) = (Some("Dr.".into()), Some("M.".into()), Some("PhD".into()));
        (it.dob, it.taxvat, it.gender) = (Some("1980-02-29 00:00:00".into()), Some("AT 1".into()), Some(2));
    });
    assert!(pair.store.edit_address(address, |it| {
        (it.company, it.fax, it.prefix) = (Some("Acme".into()), Some("1".into()), Some("Dr.".into()));
    }));
    pair.sync_well().await;
    let of = |name: &str| format!("address-{row}-{name}");
    let (company, fax, prefix) = (of("company"), of("fax"), of("name-prefix"));
    let own = ["name-prefix", "middle-name", "name-suffix", "birthday", "tax-vat", "gender"];
    let cleared: Vec<(&str, &str)> =
        own.into_iter().chain([&*company, &fax, &prefix]).map(|it| (it, "")).collect();
    pair.edit(id, &cleared).await;
    pair.sync_well().await;
    let there = pair.store.customer(id).unwrap();
    let texts = [&there.prefix, &there.middlename, &there.suffix, &there.dob, &there.taxvat];
    assert!(texts.iter().all(|text| text.is_none()), "{:?}", there.customer);
    assert_eq!(there.gender.unwrap_or(0), 0);
    let theirs = there.addresses.iter().find(|it| it.id == address).unwrap();
    assert_eq!((&theirs.company, &theirs.fax, &theirs.prefix), (&None, &None, &None));
    assert!(pair.states().await.iter().all(|state| state.ends_with(" sent")), "{:?}", pair.states().await);
    pair.assert_at_rest().await;
}

/// 5.5: the reference compares loosely, so that "0" is nothing and nothing is "0".
#[sqlx::test]
async fn nought_is_not_nothing(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    pair.edit_there(3, |it| (it.taxvat, it.suffix) = (None, Some("0".into())));
    pair.sync_well().await;
    pair.edit(3, &[("tax-vat", "0"), ("name-suffix", "")]).await;
    pair.sync_well().await;
    let there = pair.store.customer(3).unwrap().customer;
    assert_eq!((there.taxvat.as_deref(), there.suffix.as_deref()), (Some("0"), None));
    pair.edit_there(3, |it| it.taxvat = Some("00".into()));
    pair.sync_well().await;
    pair.assert_equal().await;
    assert!(pair.conflicts().await.is_empty());
}

/// 5.3, 10.11: the reference sends the whole record, over whatever was edited between its read and its write.
#[sqlx::test]
async fn what_the_store_changes_during_a_push_survives_it(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "local").await;
    pair.edit(3, &[("last-name", "Hopper")]).await;
    let meanwhile = Fault::Meanwhile(3, "suffix".into(), "PhD".into());
    pair.store.script(meanwhile, When::method(UPDATE).times(1));
    pair.sync_well().await;
    let there = pair.store.customer(3).unwrap().customer;
    assert_eq!((there.lastname.as_deref(), there.suffix.as_deref()), (Some("Hopper"), Some("PhD")));
    assert!(pair.conflicts().await.is_empty(), "{:?}", pair.conflicts().await);
    pair.assert_equal().await;
}

/// 5.2: the reference talks to the store inside a transaction.
#[sqlx::test]
async fn no_transaction_is_open_while_a_store_is_waited_for(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    pair.edit(3, &[("last-name", "Hopper")]).await;
    pair.store.reset_counters();
    pair.store.script(Fault::Slow(Duration::from_secs(2)), When::method(UPDATE).times(1));
    pair.schedule().await;
    let workers = pair.app.workers("worker");
    let push = tokio::spawn(async move { workers.drain().await });
    until("the call is under way", async || pair.store.requests_of(UPDATE) > 0).await;
    let open =
        "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
        and state like 'idle in transaction%'";
    // the one that noted the call may still be on its way to its end, none stays
    until("no transaction is open", async || pair.app.count(open).await == 0).await;
    assert_eq!(
        pair.app.count("select count(*) from changes where state = 'pending'").await,
        1,
        "it still waits"
    );
    push.await.unwrap().unwrap();
    assert_eq!(pair.states().await, ["last_name sent"]);
}

/// A record that cannot be read before a push is not written blindly: an edit made there would be lost without a conflict.
#[sqlx::test]
async fn what_cannot_be_read_is_not_written(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    pair.edit(3, &[("last-name", "Here")]).await;
    pair.edit_there(3, |it| it.lastname = Some("There".into()));
    let stumbles = Fault::Soap("1".into(), "Internal Error.".into(), 200);
    pair.store.script(stumbles, When::record(3).on("customer.info"));
    pair.store.reset_counters();
    pair.sync().await;
    assert_eq!(pair.store.customer(3).unwrap().customer.lastname.as_deref(), Some("There"));
    pair.store.clear_scripts();
    pair.app.run_sql("update changes set next_try_at = now()").await;
    pair.failed_records_are_due().await;
    pair.sync().await;
    assert_eq!(pair.conflicts().await, ["last_name remote by remote"]);
    pair.assert_equal().await;
}

/// Rows 27 and 28: a customer whom the store no longer has is marked with their addresses, and never asked for again.
#[sqlx::test]
async fn nothing_is_sent_to_a_customer_who_is_gone(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "local").await;
    let (id, _, row) = with_address(&pair).await;
    pair.edit(id, &[(&format!("address-{row}-company"), "Acme")]).await;
    assert!(pair.store.delete_customer(id));
    pair.sync_well().await;
    assert_eq!(pair.states().await, ["company pending"]);
    assert_eq!(pair.conflicts().await, ["record open by removed"], "a person decides");
    let page = pair.page_of(id).await;
    assert!(page.text().contains("Removed in Magento"), "{}", page.text());
    assert!(page.link("/edit\"").is_none(), "nobody edits what is gone");
    pair.store.reset_counters();
    pair.sync_well().await;
    for call in [UPDATE, UPDATE_ADDRESS, "customerAddressList"] {
        assert_eq!(pair.store.requests_of(call), 0, "{call}");
    }
    // the oldest customer tells that it is the same store
    assert!(pair.store.requests_of("customerCustomerInfo") <= 1);
    assert_eq!(pair.store.entries_of("customer.info"), 0);
}

/// Rows 30 and 31: an address that was removed there after it was edited here.
#[sqlx::test]
async fn an_edit_of_an_address_that_is_gone_is_a_question_to_a_person(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "local").await;
    let (id, address, row) = with_address(&pair).await;
    pair.edit(id, &[(&format!("address-{row}-company"), "Acme"), ("tax-vat", "AT 1")]).await;
    assert!(pair.store.delete_address(address));
    pair.sync_well().await;
    let mut states = pair.states().await;
    states.sort();
    assert_eq!(states, ["company pending", "taxvat sent"]);
    assert_eq!(pair.conflicts().await, ["record open by removed"]);
    let page = pair.page_of(id).await;
    assert!(page.text().contains("removed in Magento after it was edited here"), "{}", page.text());
    assert_eq!(pair.store.requests_of(UPDATE_ADDRESS), 0);
    pair.assert_at_rest().await;
}

/// Row 33: a state that is no number of the store's goes as text, and the number of the old one goes away.
#[sqlx::test]
async fn a_state_without_a_number_is_sent_as_text(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let (id, address, row) = with_address(&pair).await;
    let of = |name: &str| format!("address-{row}-{name}");
    let (country, state) = (of("country"), of("state"));
    let (street, zip, city) = (of("street"), of("zip-postal-code"), of("city"));
    let whole =
        |a, b| [(&*street, "1 Road\nTop floor"), (&*zip, "1"), (&*city, "X"), (&*country, a), (&*state, b)];
    for (code, name, number) in [("US", "California", Some(12)), ("GB", "Kent", None), ("US", "ca", Some(12))]
    {
        pair.edit(id, &whole(code, name)).await;
        pair.sync_well().await;
        let there = pair.store.customer(id).unwrap();
        let theirs = there.addresses.iter().find(|it| it.id == address).unwrap();
        let told = if number.is_some() { "California" } else { name };
        assert_eq!((theirs.region_id, theirs.region.as_deref()), (number, Some(told)), "{code} {name}");
        assert_eq!(theirs.street.as_deref(), Some("1 Road\nTop floor"));
        pair.assert_equal_customer(id).await;
    }
}

/// Rows 38 and 39: both defaults may be one address; setting one leaves the other, and none is ever taken away.
#[sqlx::test]
async fn defaults_are_set_one_by_one(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let (id, book) = pair.with_two_addresses();
    let (first, second) = (book[0], book[1]);
    pair.edit_there(id, |it| (it.default_billing, it.default_shipping) = (Some(first), Some(first)));
    pair.sync_well().await;
    pair.edit(id, &[("default-shipping-address", &second.to_string())]).await;
    pair.sync_well().await;
    let there = pair.store.customer(id).unwrap();
    assert_eq!((there.default_billing, there.default_shipping), (Some(first), Some(second)));
    pair.assert_equal_customer(id).await;
    let form = pair.app.get(&format!("/customers/{}/edit", pair.row_of(id).await)).await;
    assert!(
        !form.part("id=\"default-billing-address\"", "</select>").contains("None"),
        "a store ignores none"
    );
}

/// A decision that is turned round says whose value counts now, in the file, too, and can be turned back; pressed twice it is
/// turned once.
#[sqlx::test]
async fn a_decision_is_turned_round_and_back(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    pair.edit(3, &[("last-name", "Hopper")]).await;
    pair.edit_there(3, |it| it.lastname = Some("Murray".into()));
    pair.sync_well().await;
    let inbox = pair.app.get("/conflicts").await;
    assert!(inbox.text().contains("Hopper Murray Remote Remote wins"), "{}", inbox.text());
    let turned = pair.app.press(&inbox, "Use the other value").await;
    assert!(turned.text().contains("Hopper Murray Local Remote wins"), "{}", turned.text());
    assert!(turned.text().contains("Turned round by Ada Lovelace"), "{}", turned.text());
    let late = pair.app.press(&inbox, "Use the other value").await;
    assert!(late.text().contains("nothing was decided. Look again."), "{}", late.text());
    pair.app.drain_jobs().await;
    assert_eq!(pair.last_name_there(3), "Hopper");
    let file = pair.app.get("/conflicts/export").await.html;
    assert!(file.contains(",Hopper,Murray,Local,Remote wins,,Ada Lovelace,"), "{file}");
    pair.app.press(&turned, "Use the other value").await;
    pair.app.drain_jobs().await;
    assert_eq!(pair.last_name_there(3), "Murray");
    pair.assert_equal().await;
}

/// "None" cannot be sent for a default address: a conflict that it lost is not turned round into an edit that waits for ever.
#[sqlx::test]
async fn a_default_is_not_turned_round_into_none(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "local").await;
    let (id, address, _) = with_address(&pair).await;
    let other = pair.store.customer(id).unwrap().addresses.last().unwrap().id;
    pair.edit_there(id, |it| it.default_billing = Some(other));
    pair.sync_well().await;
    pair.edit_there(id, |it| it.default_billing = None);
    pair.sync_well().await;
    pair.edit(id, &[("default-billing-address", &address.to_string())]).await;
    pair.sync_well().await;
    pair.app
        .run_sql(
            "insert into conflicts (customer_id, unit, base, local, remote, chosen, rule, decided_at)
         select customer_id, unit, from_value, to_value, 'null', 'local', 'local', now() from changes",
        )
        .await;
    let conflict = pair.app.count("select max(id) from conflicts").await;
    pair.app.post(&format!("/conflicts/{conflict}"), &[("use", "other")]).await;
    pair.app.drain_jobs().await;
    assert_eq!(pair.app.count("select count(*) from changes where state = 'pending'").await, 0);
    pair.assert_equal_customer(id).await;
}

/// 5.2: the reference keeps the first edit's change set; of several edits the last one counts, and one call carries it.
#[sqlx::test]
async fn several_edits_of_one_field_are_one_call(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    for name in ["Hopper", "Murray", "Murray Hopper"] {
        pair.edit(3, &[("last-name", name)]).await;
    }
    pair.store.reset_counters();
    pair.sync_well().await;
    assert_eq!(pair.store.requests_of(UPDATE), 1);
    assert_eq!(pair.store.customer(3).unwrap().customer.lastname.as_deref(), Some("Murray Hopper"));
    assert_eq!(pair.states().await, ["last_name sent"; 3]);
    pair.assert_equal().await;
    pair.assert_at_rest().await;
}
