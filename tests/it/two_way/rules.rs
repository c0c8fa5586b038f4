//! Single fields with rules of their own: chosen on the form, kept, shown, and obeyed.

use axum::http::StatusCode;
use sqlx::PgPool;

use super::desk::small;
use crate::support::Pair;

const TWO_WAY: (&str, &str) = ("enable-two-way-sync", "on");

#[sqlx::test]
async fn each_field_goes_by_its_own_rule_and_the_others_by_the_priority(pool: PgPool) {
    let mut pair = Pair::synced(pool, small()).await;
    let rules = [("rule-for-last-name", "ask"), ("rule-for-tax-vat", "local"), ("sync-priority", "remote")];
    let saved = pair.configure("done", &[&rules[..], &[TWO_WAY]].concat()).await;
    let page = pair.app.follow(&saved).await;
    let said = page.text();
    assert!(said.contains("Per-field rules Last Name: Ask me Tax/Vat: Local wins"), "{said}");

    pair.edit(3, &[("last-name", "Here"), ("tax-vat", "H 1"), ("name-suffix", "H.")]).await;
    pair.edit_there(3, |it| {
        it.lastname = Some("There".into());
        it.taxvat = Some("T 1".into());
        it.suffix = Some("T.".into());
    });
    pair.sync_well().await;
    let mut conflicts = pair.conflicts().await;
    conflicts.sort();
    assert_eq!(conflicts, ["last_name open by ask", "suffix remote by remote", "taxvat local by local"]);
    let there = pair.store.customer(3).unwrap().customer;
    let has = (there.lastname.as_deref(), there.taxvat.as_deref(), there.suffix.as_deref());
    assert_eq!(has, (Some("There"), Some("H 1"), Some("T.")));
    pair.assert_at_rest().await;
}

#[sqlx::test]
async fn a_rule_for_an_address_is_not_the_customer_s(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    pair.configure("done", &[TWO_WAY, ("rule-for-last-name-of-an-address", "local")]).await;
    let with_address = |id: &u32| !pair.store.customer(*id).unwrap().addresses.is_empty();
    let id = pair.store.customer_ids().into_iter().find(with_address).unwrap();
    let address = pair.store.customer(id).unwrap().addresses[0].id;
    let field = format!("address-{}-last-name", pair.address_row(address).await);
    pair.edit(id, &[(&field, "Here"), ("last-name", "Here")]).await;
    pair.edit_there(id, |it| it.lastname = Some("There".into()));
    assert!(pair.store.edit_address(address, |it| it.lastname = Some("There".into())));
    pair.sync_well().await;
    let mut conflicts = pair.conflicts().await;
    conflicts.sort();
    assert_eq!(conflicts, ["last_name local by local", "last_name remote by remote"]);
    let there = pair.store.customer(id).unwrap();
    assert_eq!(there.customer.lastname.as_deref(), Some("There"));
    assert_eq!(there.addresses[0].lastname.as_deref(), Some("Here"));
    pair.assert_equal().await;
}

#[sqlx::test]
async fn rules_stand_on_the_form_as_they_were_chosen_whatever_else_is_wrong(pool: PgPool) {
    let mut pair = Pair::synced(pool, small()).await;
    let chosen = [TWO_WAY, ("sync-priority", "ask"), ("rule-for-email", "local"), ("name", "")];
    let page = pair.configure("done", &chosen).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let stands = |name: &str, value: &str| page.fields().contains(&(name.to_owned(), value.to_owned()));
    assert!(stands("rule-for-email", "local") && stands("sync-priority", "ask"), "{:?}", page.fields());
    assert!(page.tag("class=\"expand\" open").contains("open"), "what is set is seen");

    let refused = pair.configure("done", &[TWO_WAY, ("rule-for-email", "coin")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.blames("rule-for-email").contains("Choose one of the rules."));
    assert_eq!(pair.app.text("select field_rules::text from integrations").await, "{}");

    pair.configure("done", &[TWO_WAY, ("rule-for-email", "local")]).await;
    assert_eq!(pair.app.text("select field_rules::text from integrations").await, "{\"email\": \"local\"}");
    // a form without the table leaves it alone; one that empties it clears it
    pair.configure("done", &[TWO_WAY, ("rule-for-email", "")]).await;
    assert_eq!(pair.app.text("select field_rules::text from integrations").await, "{}");
}
