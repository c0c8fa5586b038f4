//! Merging two accounts, and splitting somebody off.

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use sqlx::PgPool;

use super::Town;

#[sqlx::test]
async fn two_accounts_become_one_and_stay_so_at_later_syncs_and_with_a_channel_made_anew(pool: PgPool) {
    let mut town = Town::new(pool).await;
    let (ada, charles) = (town.account("Lovelace").await, town.account("Babbage").await);
    let edit =
        [("account-name", "Babbage"), ("description", "Pays late."), ("default-contact", ""), ("owner", "1")];
    town.app.post(&format!("/accounts/{charles}"), &edit).await;
    let written = [("kind", "note"), ("note-text", "Owes us a cake.")];
    let note = town.app.post(&format!("/accounts/{charles}/activities"), &written).await;
    assert_eq!(note.status, StatusCode::SEE_OTHER, "{}", note.text());
    town.app.post(&format!("/accounts/{charles}/tags"), &[("tag", "Engines")]).await;
    let found = town.app.get(&format!("/accounts/{ada}/merge?q=babb")).await;
    let compare = found.link(&format!("with={charles}")).unwrap();
    let compare = town.app.get(&compare).await;
    for words in ["Ada Lovelace", "Babbage", "Charles Babbage", "charles@babbage.example", "Pays late."] {
        assert!(compare.part("<tbody>", "</tbody>").contains(words), "{words}: {}", compare.text());
    }
    let done = town.app.press(&compare, "Merge accounts").await;
    assert!(done.text().contains("The two accounts are one now."), "{}", done.text());
    assert!(done.text().contains("“Babbage” became part of this account (1 customer)."), "{}", done.text());
    assert!(done.part("id=\"changes\"", "</section>").contains("Ada Lovelace"), "who did it");
    for words in ["Pays late.", "Owes us a cake.", "Engines"] {
        assert!(done.text().contains(words), "{words} was lost: {}", done.text());
    }
    let gone = town.app.get(&format!("/accounts/{charles}")).await;
    assert_eq!(gone.location(), format!("/accounts/{ada}"));

    let together = [
        "Ada Lovelace | Books | Ada Lovelace | Ada Lovelace",
        "Ada Lovelace | Books | Charles Babbage | Charles Babbage",
        "Ada Lovelace | Tools | Ada Lovelace | Ada Lovelace",
        "Grace Hopper | Tools | Grace Hopper | Grace Hopper",
    ];
    assert_eq!(town.everybody().await, together);
    let many = town.many().await;
    town.sync_again().await;
    assert_eq!(town.everybody().await, together, "a sync takes them apart");
    town.make_books_anew().await;
    assert_eq!(town.everybody().await, together, "a channel made anew takes them apart");
    assert_eq!(town.many().await, many);
}

#[sqlx::test]
async fn the_name_of_the_account_that_goes_may_stay_and_a_chain_of_merges_leads_to_the_last(pool: PgPool) {
    let mut town = Town::new(pool).await;
    let ids = ["Lovelace", "Babbage", "Hopper"];
    let [ada, charles, grace] =
        [town.account(ids[0]).await, town.account(ids[1]).await, town.account(ids[2]).await];
    let with = |other: i64| [("with", other.to_string()), ("account-name", "other".to_owned())];
    for (stays, goes) in [(ada, charles), (grace, ada)] {
        let fields = with(goes);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        town.app.post(&format!("/accounts/{stays}/merges"), &fields).await;
    }
    for gone in [ada, charles] {
        let page = town.app.get(&format!("/accounts/{gone}")).await;
        assert_eq!(page.location(), format!("/accounts/{grace}"));
    }
    let page = town.app.get(&format!("/accounts/{grace}")).await;
    assert_eq!(page.part("<h1", "</h1>"), "Charles Babbage");
    assert!(page.text().contains("“Charles Babbage” became part of this account"), "{}", page.text());
    assert_eq!(town.many().await, (1, 3));
    let names = ["Ada Lovelace", "Charles Babbage", "Grace Hopper"];
    assert!(names.iter().all(|name| page.part("id=\"contacts\"", "</section>").contains(name)));
}

#[sqlx::test]
async fn a_customer_who_shares_a_contact_is_split_off_and_stays_so(pool: PgPool) {
    let mut town = Town::new(pool).await;
    let ada = town.account("Lovelace").await;
    let books = "select id from customers where last_name = 'Lovelace' order by id limit 1";
    let books = town.app.count(books).await;
    let ask = town.app.get(&format!("/accounts/{ada}/customers/{books}/split")).await;
    assert!(ask.text().contains("Split off Ada Lovelace?"), "{}", ask.text());
    let own = town.app.press(&ask, "Split off").await;
    assert!(own.text().contains("Ada Lovelace was split off from “Ada Lovelace”."), "{}", own.text());
    assert_ne!(own.path, format!("/accounts/{ada}"));
    let apart = "select count(distinct account_id) * 10 + count(distinct contact_id) from customers
        where last_name = 'Lovelace'";
    assert_eq!(town.app.count(apart).await, 22);
    let many = town.many().await;
    town.sync_again().await;
    town.make_books_anew().await;
    assert_eq!(town.app.count(apart).await, 22, "a channel made anew brings them together again");
    assert_eq!(town.many().await, many);
    let tools = "select k.account_id from customers k join channels c on c.id = k.channel_id
        where k.last_name = 'Lovelace' and c.name = 'Tools'";
    assert_eq!(town.app.count(tools).await, ada, "they changed places");
}

#[sqlx::test]
async fn a_contact_is_split_off_with_all_of_their_customers_and_nobody_is_split_from_themselves(
    pool: PgPool,
) {
    let mut town = Town::new(pool).await;
    let (ada, charles) = (town.account("Lovelace").await, town.account("Babbage").await);
    let merged = [("with", charles.to_string())];
    let merged: Vec<(&str, &str)> = merged.iter().map(|(name, value)| (*name, value.as_str())).collect();
    town.app.post(&format!("/accounts/{ada}/merges"), &merged).await;
    let contact = town.app.count("select id from contacts where last_name = 'Lovelace'").await;
    let page = town.app.get(&format!("/accounts/{ada}")).await;
    assert!(page.html.contains(&format!("/accounts/{ada}/contacts/{contact}/split")), "{}", page.text());
    let ask = town.app.get(&format!("/accounts/{ada}/contacts/{contact}/split")).await;
    let own = town.app.press(&ask, "Split off").await;
    assert_eq!(own.part("<h1", "</h1>"), "Ada Lovelace");
    let both = [
        "Ada Lovelace | Books | Ada Lovelace | Ada Lovelace",
        "Ada Lovelace | Books | Charles Babbage | Charles Babbage",
        "Ada Lovelace | Tools | Ada Lovelace | Ada Lovelace",
        "Grace Hopper | Tools | Grace Hopper | Grace Hopper",
    ];
    // the account that Charles stayed in has the name that it had
    assert_eq!(town.everybody().await, both);
    let default = "select count(*) from accounts a join contacts c on c.id = a.default_contact_id and c.account_id = a.id";
    assert_eq!(town.app.count(default).await, 3, "each account has a default contact of its own");
    town.make_books_anew().await;
    assert_eq!(town.everybody().await, both);

    let grace = town.account("Hopper").await;
    let contact = town.app.count("select id from contacts where last_name = 'Hopper'").await;
    let customer = town.app.count("select id from customers where last_name = 'Hopper'").await;
    for path in [format!("contacts/{contact}"), format!("customers/{customer}")] {
        let answer = town.app.post(&format!("/accounts/{grace}/{path}/split"), &[]).await;
        assert_eq!(answer.location(), format!("/accounts/{grace}"));
        let page = town.app.follow(&answer).await;
        assert!(page.text().contains("is alone in this account"), "{}", page.text());
        assert!(!page.html.contains("/split\""), "what does nothing is offered");
    }
}

#[sqlx::test]
async fn what_is_not_there_is_not_merged_or_split_and_who_only_reads_does_neither(pool: PgPool) {
    let mut town = Town::new(pool).await;
    let (ada, charles) = (town.account("Lovelace").await, town.account("Babbage").await);
    let before = town.everybody().await;
    for with in ["", "x", "0", "99999999999999999999", &ada.to_string()] {
        let page = town.app.post(&format!("/accounts/{ada}/merges"), &[("with", with)]).await;
        let fits = page.status == StatusCode::NOT_FOUND || page.status == StatusCode::SEE_OTHER;
        assert!(fits, "{with}: {}", page.status);
    }
    let customer = town.app.count("select id from customers where last_name = 'Babbage'").await;
    for path in ["merge?with=999", "merge?with=x", "contacts/999/split", "contacts/x/split"] {
        let page = town.app.get(&format!("/accounts/{ada}/{path}")).await;
        assert!(page.status == StatusCode::NOT_FOUND || path == "merge?with=x", "{path}: {}", page.status);
    }
    let others = format!("/accounts/{ada}/customers/{customer}/split");
    assert_eq!(town.app.post(&others, &[]).await.status, StatusCode::NOT_FOUND, "of another account");

    let mut viewer = town.app.colleague(Role::Viewer).await;
    let with = charles.to_string();
    let page = viewer.get(&format!("/accounts/{ada}")).await;
    assert_eq!(page.status, StatusCode::OK);
    for word in ["/edit\"", "/merge\"", "/split\""] {
        assert!(!page.html.contains(word), "a viewer is offered {word}");
    }
    for (path, fields) in [
        (format!("/accounts/{ada}/merges"), vec![("with", with.as_str())]),
        (format!("/accounts/{ada}"), vec![("account-name", "Mine")]),
        (format!("/accounts/{charles}/customers/{customer}/split"), vec![]),
        (format!("/contacts/{ada}"), vec![("last-name", "Mine")]),
        (format!("/customers/{customer}/account"), vec![("owner", "")]),
    ] {
        assert_eq!(viewer.post(&path, &fields).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(town.everybody().await, before);
}
