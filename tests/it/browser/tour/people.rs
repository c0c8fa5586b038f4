//! Accounts, contacts and the search in every look.

use sqlx::PgPool;

use super::super::chromium::Scripts;
use super::super::visit::visit;
use crate::support::App;

const GATHERED: &str = "
    insert into channels (name, channel_type, entities, owner_id) values ('Atelier Zuid', 'magento', '{order}', 1);
    insert into accounts (name, owner_id, description) values ('Verhoeven & Zonen', 1, E'Two shops, one family.\\nCall before noon.'),
        ('Haddad Trading', null, '');
    insert into contacts (account_id, first_name, last_name, email, phone) values
        (1, 'Zoë', 'Verhoeven', 'zoe@verhoeven.example', '+32 2 555 01 47'), (1, 'Amir', 'Haddad', 'amir@haddad.example', ''),
        (2, 'Layla', 'Haddad', 'layla@haddad.example', '');
    update accounts set default_contact_id = case id when 1 then 1 else 3 end;
    update customers set account_id = 1, contact_id = case when email like 'zoe@%' then 1 else 2 end
        where email like 'zoe@%' or email like 'amir@%';
    update customers set channel_id = 2 where email like 'amir@%';
    update orders set channel_id = 2 where email like 'amir@%';
    insert into account_events (account_id, kind, other_id, other_name, words, user_id)
        values (1, 'merged', 99, 'Verhoeven, Zoë', '1 customer', 1), (1, 'split off', 2, 'Haddad Trading', 'Layla Haddad', 1);
    insert into erasures (by_id) values (1);
    insert into erased_records (erasure_id, record, record_id) values (1, 'contact', 999);
    insert into name_words select distinct unnest(words_of(first_name || ' ' || last_name)) from customers";

const PAGES: [(&str, &str); 18] = [
    ("accounts", "/accounts"),
    ("accounts-none", "/accounts?q=nobody"),
    ("account", "/accounts/1"),
    ("account-empty", "/accounts/2"),
    ("account-edit", "/accounts/1/edit"),
    ("account-merge", "/accounts/1/merge?q=haddad"),
    ("account-compare", "/accounts/1/merge?with=2"),
    ("account-split", "/accounts/1/contacts/2/split"),
    ("contacts", "/contacts"),
    ("contact", "/contacts/1"),
    ("contact-edit", "/contacts/1/edit"),
    ("customer-account", "/customers/1/account"),
    ("personal-data", "/customers/1/personal-data"),
    ("personal-data-whose", "/accounts/1/personal-data"),
    ("erasure", "/customers/1/erasure"),
    ("contact-erased", "/contacts/999"),
    ("search", "/search?q=verhoeven"),
    ("search-alike", "/search?q=verhoven"),
];

async fn app(pool: PgPool) -> App {
    let app = App::as_administrator(pool).await;
    app.add_sales().await;
    sqlx::raw_sql(GATHERED).execute(&app.pool).await.unwrap();
    app
}

#[sqlx::test]
async fn pages_of_people(pool: PgPool) {
    let app = app(pool).await;
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        for (name, path) in PAGES {
            ada.views(name, path).await;
        }
        ada.views("search-nothing", "/search?q=xylophon").await;
        ada.views("search-empty", "/search").await;
        ada.keys("/").await;
        ada.fill("Search", "verh").await;
        ada.reads("All that is found").await;
        ada.inspects("search-typing").await;
    })
    .await;
}

#[sqlx::test]
async fn words_that_never_end_stay_within_the_pages_of_people(pool: PgPool) {
    let app = app(pool).await;
    app.run_sql(
        "with a as (update accounts set name = id || repeat('W', 200), description = repeat('d', 900)),
            c as (update contacts set first_name = repeat('F', 200), last_name = repeat('L', 200), email = repeat('e', 240) || id,
                phone = repeat('5', 100)),
            n as (update channels set name = id || repeat('C', 100)),
            e as (update account_events set other_name = repeat('o', 200), words = repeat('w', 300))
         update customers set first_name = repeat('F', 200), last_name = repeat('L', 200), email = repeat('e', 240) || id",
    )
    .await;
    visit(&app, Scripts::Off, async |ada| {
        ada.sign_in().await;
        for (_, path) in PAGES {
            ada.stays_within(path).await;
        }
        ada.stays_within(&format!("/search?q={}", "F".repeat(150))).await;
    })
    .await;
}
