//! What a rename does: contacts and accounts follow the customer whom they were named after, and nobody is made twice by it.

use sqlx::PgPool;

use super::Town;
use crate::support::Pair;
use crate::two_way::desk::small;

#[sqlx::test]
async fn a_rename_in_the_store_carries_on_to_contact_and_account(pool: PgPool) {
    let mut town = Town::new(pool).await;
    let many = town.many().await;
    let charles = town.one.find_customer("charles@babbage.example", 1).unwrap().customer.id;
    town.one.edit_customer(charles, |it| {
        it.lastname = Some("Babbage-Whitmore".into());
        it.email = "charles@whitmore.example".into();
    });
    town.sync_again().await;
    let renamed = "Charles Babbage-Whitmore | Books | Charles Babbage-Whitmore | Charles Babbage-Whitmore";
    assert!(town.everybody().await.contains(&renamed.to_owned()), "{:?}", town.everybody().await);
    let contact = "select email from contacts where last_name = 'Babbage-Whitmore'";
    assert_eq!(town.app.text(contact).await, "charles@whitmore.example");
    town.make_books_anew().await;
    assert_eq!(town.many().await, many);
    // under the name that he had before he is the same, too
    town.one.edit_customer(charles, |it| {
        it.lastname = Some("Babbage".into());
        it.email = "charles@babbage.example".into();
    });
    town.make_books_anew().await;
    assert_eq!(town.many().await, many);
}

#[sqlx::test]
async fn what_a_person_named_stays_as_it_is(pool: PgPool) {
    let mut town = Town::new(pool).await;
    let account = town.account("Babbage").await;
    let edit =
        [("account-name", "The Engine Works"), ("description", ""), ("default-contact", ""), ("owner", "")];
    let saved = town.app.post(&format!("/accounts/{account}"), &edit).await;
    let page = town.app.follow(&saved).await;
    assert!(page.text().contains("Account saved."), "{}", page.text());
    let charles = town.one.find_customer("charles@babbage.example", 1).unwrap().customer.id;
    town.one.edit_customer(charles, |it| it.firstname = Some("Charlie".into()));
    town.sync_again().await;
    let renamed = "The Engine Works | Books | Charlie Babbage | Charlie Babbage";
    assert!(town.everybody().await.contains(&renamed.to_owned()), "{:?}", town.everybody().await);

    let contact = town.app.count("select id from contacts where last_name = 'Babbage'").await;
    let fields =
        [("first-name", "C."), ("last-name", "Babbage"), ("email", "charles@babbage.example"), ("phone", "")];
    town.app.post(&format!("/contacts/{contact}"), &fields).await;
    town.one.edit_customer(charles, |it| it.firstname = Some("Charles".into()));
    town.sync_again().await;
    let renamed = "The Engine Works | Books | Charles Babbage | C. Babbage";
    assert!(town.everybody().await.contains(&renamed.to_owned()), "{:?}", town.everybody().await);
}

#[sqlx::test]
async fn one_of_two_who_share_a_contact_takes_the_name_along_and_the_other_is_still_the_same_person(
    pool: PgPool,
) {
    let mut town = Town::new(pool).await;
    let many = town.many().await;
    let ada = town.one.find_customer("ada@lovelace.example", 1).unwrap().customer.id;
    town.one.edit_customer(ada, |it| it.lastname = Some("King".into()));
    town.sync_again().await;
    let both = ["Ada King | Books | Ada King | Ada King", "Ada King | Tools | Ada Lovelace | Ada King"];
    let everybody = town.everybody().await;
    assert!(both.iter().all(|row| everybody.contains(&(*row).to_owned())), "{everybody:?}");
    town.make_books_anew().await;
    assert_eq!((town.everybody().await, town.many().await), (everybody, many));
}

#[sqlx::test]
async fn a_rename_here_carries_on_as_well(pool: PgPool) {
    let mut pair = Pair::two_way(pool, small(), "remote").await;
    let id = pair.row_of(3).await;
    let many = "select (select count(*) from accounts) * 1000 + (select count(*) from contacts)";
    let before = pair.app.count(many).await;
    pair.edit(3, &[("first-name", "Maria"), ("last-name", "Nováková")]).await;
    let page = pair.app.get(&format!("/customers/{id}")).await;
    for noun in ["account", "contact"] {
        let link = page.part(&format!("href=\"/{noun}s/"), "</a>");
        assert_eq!(link, "Maria Nováková", "{noun}");
    }
    pair.sync_well().await;
    pair.assert_at_rest().await;
    assert_eq!(pair.app.count(many).await, before);
}
