//! The lists and pages of accounts and contacts, and their forms.

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use sqlx::PgPool;

use super::Town;
use crate::support::App;

#[sqlx::test]
async fn an_account_has_a_section_for_each_channel_and_no_currency_is_added_to_another(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    app.add_sales().await;
    gather(&app).await;
    let page = app.get("/accounts/1").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.part("<h1", "</h1>"), "Verhoeven & Zonen");
    let all = page.part("aria-label=\"Lifetime Sales Value\"", "</section>");
    assert!(all.contains("Lifetime Sales Value in EUR €230.56 3 orders"), "{all}");
    assert!(all.contains("Lifetime Sales Value in USD $1,197.50 1 order"), "{all}");
    let nord = page.part("id=\"channel-1\"", "id=\"channel-2\"");
    for words in [
        "Atelier Nord",
        "Lifetime $1,197.50",
        "Lifetime €210.56",
        "Zoë Verhoeven",
        "zoe@verhoeven.example",
        "Wholesale",
        "23 Sep 1974",
        "BE0123456789",
        "Subscribed",
        "Orders 4",
        "100088001",
        "Handbow saw, oak",
        "Please deliver before noon",
        "Shopping Carts 3",
        "Credit Memos 1",
    ] {
        assert!(nord.contains(words), "no {words}: {nord}");
    }
    let south = page.part("id=\"channel-2\"", "id=\"activity\"");
    assert!(south.contains("Atelier Zuid") && south.contains("Amir Haddad"), "{south}");
    assert!(south.contains("100088005") && !south.contains("100088001"), "{south}");
    for path in [
        "/orders?account=1&channel=1",
        "/carts?account=1&channel=1&qty=any",
        "/credit-memos?account=1&channel=1",
    ] {
        let list = app.get(path).await;
        assert!(list.text().contains("Of Verhoeven & Zonen"), "{path}: {}", list.text());
        let many = if path.starts_with("/orders") {
            4
        } else if path.starts_with("/carts") {
            3
        } else {
            1
        };
        assert_eq!(list.rows().len(), many, "{path}");
    }
}

/// Zoë of the shop, and Amir, who buys in another one now, have one account.
async fn gather(app: &App) {
    sqlx::raw_sql(
        "insert into channels (name, channel_type, entities, owner_id) values ('Atelier Zuid', 'magento', '{order}', 1);
         insert into accounts (name) values ('Verhoeven & Zonen');
         insert into contacts (account_id, first_name, last_name, email) values (1, 'Zoë', 'Verhoeven', 'zoe@verhoeven.example');
         update accounts set default_contact_id = 1;
         update customers set account_id = 1, contact_id = 1 where email like 'zoe@%' or email like 'amir@%';
         update customers set channel_id = 2 where email like 'amir@%';
         update orders set channel_id = 2 where email like 'amir@%'",
    )
    .execute(&app.pool)
    .await
    .unwrap();
}

#[sqlx::test]
async fn a_mail_to_somebody_has_their_address_as_it_is_written(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    app.add_sales().await;
    gather(&app).await;
    app.run_sql("update customers set email = 'zoë+x&y@verhoeven.example' where first_name = 'Zoë'").await;
    app.run_sql("update contacts set email = 'zoë+x&y@verhoeven.example'").await;
    app.run_sql("update orders set email = 'zoë+x&y@verhoeven.example' where increment_id = '100088001'")
        .await;
    let customer = app.path_of("customers", "customers", "first_name", "Zoë").await;
    let order = app.path_of("orders", "orders", "increment_id", "100088001").await;
    for path in ["/accounts/1", "/contacts/1", &customer, &order] {
        let page = app.get(path).await;
        let mails: Vec<&str> = page.html.split("href=\"mailto:").skip(1).collect();
        assert!(!mails.is_empty(), "{path}");
        for mail in mails {
            let to = mail.split('"').next().unwrap();
            assert!(to.contains("amir@") || to == "zo%C3%AB%2Bx%26y@verhoeven.example", "{path}: {to}");
        }
    }
}

#[sqlx::test]
async fn an_account_is_edited_with_what_is_wrong_beside_its_field(pool: PgPool) {
    let mut town = Town::new(pool).await;
    let id = town.account("Babbage").await;
    let contact = town.app.count("select id from contacts where last_name = 'Babbage'").await.to_string();
    let foreign = town.app.count("select id from contacts where last_name = 'Hopper'").await.to_string();
    let path = format!("/accounts/{id}");
    let long = "x".repeat(300);
    for (field, value) in [
        ("account-name", " "),
        ("account-name", long.as_str()),
        ("account-name", "turned\u{202e}round"),
        ("description", "\u{7}"),
        ("default-contact", foreign.as_str()),
        ("default-contact", "x"),
        ("owner", "9999"),
    ] {
        let mut fields = vec![
            ("account-name", "Works"),
            ("description", "Typed before"),
            ("default-contact", ""),
            ("owner", "1"),
        ];
        fields.retain(|(name, _)| *name != field);
        fields.push((field, value));
        let page = town.app.post(&path, &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {value:.20}");
        page.blames(field);
        assert!(
            field == "description" || page.html.contains("Typed before"),
            "{field}: what was typed is gone"
        );
    }
    let good = [
        ("account-name", "Works <script>alert(1)</script>"),
        ("description", "Two\r\nlines"),
        ("default-contact", contact.as_str()),
        ("owner", "1"),
    ];
    let saved = town.app.post(&path, &good).await;
    let page = town.app.follow(&saved).await;
    assert!(page.text().contains("Account saved.") && page.html.contains("Two<br>lines"), "{}", page.text());
    assert!(!page.html.contains("<script>alert"), "markup of a name runs");
    assert!(page.text().contains("Account Name: Charles Babbage → Works"), "{}", page.text());
    let again = town.app.post(&path, &good).await;
    let page = town.app.follow(&again).await;
    assert!(page.text().contains("Nothing was changed."), "{}", page.text());
    let cancelled = town.app.post(&path, &[("action", "cancel"), ("account-name", "Other")]).await;
    assert_eq!(cancelled.location(), path);
}

#[sqlx::test]
async fn the_default_contact_stays_however_many_an_account_has(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    app.run_sql("insert into accounts (name) values ('Works')").await;
    app.run_sql(
        "insert into contacts (account_id, first_name, last_name, email)
         select 1, 'Contact', to_char(n, '000'), n || '@works.example' from generate_series(1, 250) n",
    )
    .await;
    app.run_sql("update accounts set default_contact_id = 250").await;
    let form = app.get("/accounts/1/edit").await;
    assert_eq!(form.chosen("default-contact"), "250");
    let (action, mut fields) = form.form("Save");
    fields.retain(|(name, _)| name != "description");
    fields.push(("description".to_owned(), "Pays late".to_owned()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    assert_eq!(app.post(&action, &fields).await.status, StatusCode::SEE_OTHER);
    let kept = "select count(*) from accounts where default_contact_id = 250 and description = 'Pays late'";
    assert_eq!(app.count(kept).await, 1);
}

#[sqlx::test]
async fn a_contact_has_a_page_a_form_and_is_found_under_what_was_typed(pool: PgPool) {
    let mut town = Town::new(pool).await;
    let id = town.app.count("select id from contacts where last_name = 'Lovelace'").await;
    let path = format!("/contacts/{id}");
    let page = town.app.get(&path).await;
    let customers = page.part("id=\"customers\"", "</section>");
    assert!(
        customers.starts_with("Customers 2") && customers.contains("Books") && customers.contains("Tools"),
        "{customers}"
    );
    let account = town.account("Lovelace").await;
    assert_eq!(page.part(&format!("href=\"/accounts/{account}\""), "</a>"), "Ada Lovelace");
    town.app
        .run_sql(
            "insert into customer_addresses (customer_id, remote_id, telephone)
             select min(k.id), 9001, '+44 1 800' from customers k join contacts c on c.id = k.contact_id
             where c.last_name = 'Lovelace'",
        )
        .await;
    for place in [path.clone(), format!("/accounts/{account}"), "/contacts".to_owned()] {
        assert!(town.app.get(&place).await.text().contains("+44 1 800"), "the same phone on {place}");
    }
    let none = [("first-name", ""), ("last-name", ""), ("email", ""), ("phone", "1")];
    let refused = town.app.post(&path, &none).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!((refused.blames("last-name").is_empty(), refused.value_of("phone")), (false, "1".to_owned()));
    let wrong = [("first-name", "Ada"), ("last-name", "King"), ("email", "no address"), ("phone", "")];
    let refused = town.app.post(&path, &wrong).await;
    refused.blames("email");
    let good = [
        ("first-name", "Ada"),
        ("last-name", "King"),
        ("email", "countess@lovelace.example"),
        ("phone", "+44 20 7946 0000"),
        ("description", "Prefers letters."),
    ];
    let saved = town.app.post(&path, &good).await;
    let page = town.app.follow(&saved).await;
    for words in ["Contact saved.", "Ada King", "+44 20 7946 0000", "Prefers letters."] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    // whoever registers under that name is her
    let many = town.many().await;
    let king = super::person("Ada", "King", "Countess@Lovelace.example");
    town.one.add_customer(king);
    town.sync_again().await;
    assert_eq!(town.many().await, many);
    let page = town.app.get(&path).await;
    assert!(page.part("id=\"customers\"", "</section>").starts_with("Customers 3"), "{}", page.text());
}

#[sqlx::test]
async fn the_lists_are_sorted_narrowed_down_and_open_for_who_reads(pool: PgPool) {
    let mut town = Town::new(pool).await;
    let mut viewer = town.app.colleague(Role::Viewer).await;
    for (path, first, many) in [
        ("/accounts", "Ada Lovelace", 3),
        ("/accounts?sort=account-name&way=down", "Grace Hopper", 3),
        ("/accounts?q=babb", "Charles Babbage", 1),
        ("/accounts?account-name=opper", "Grace Hopper", 1),
        ("/accounts?owner=1", "Ada Lovelace", 3),
        ("/contacts", "Babbage", 3),
        ("/contacts?sort=email&way=down", "Hopper", 3),
        ("/contacts?q=love", "Lovelace", 1),
        ("/contacts?last-name=hop", "Hopper", 1),
        ("/contacts?account=1", "", 1),
    ] {
        let page = viewer.get(path).await;
        assert_eq!((page.status, page.rows().len()), (StatusCode::OK, many), "{path}: {}", page.text());
        assert!(page.part("<tbody>", "</tr>").contains(first), "{path}: {}", page.text());
    }
    for path in [
        "/accounts?sort=x&way=x&size=x&from=x&owner=x",
        "/accounts?from=after.1.vx&q=%27",
        "/contacts?from=after.-1.n&account=x",
        "/contacts?q=%21%21%21&sort=created-at",
        "/accounts?q=%5C%27%3A*%20%26%20%7C",
    ] {
        assert_eq!(town.app.get(path).await.status, StatusCode::OK, "{path}");
    }
    for path in [
        "/accounts/999",
        "/accounts/x",
        "/contacts/999",
        "/contacts/x",
        "/accounts/999/edit",
        "/contacts/999/edit",
        "/accounts/-1",
    ] {
        assert_eq!(town.app.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let empty = viewer.get("/accounts?q=nobody").await;
    assert!(empty.text().contains("No account matches"), "{}", empty.text());
}

#[sqlx::test]
async fn an_account_is_made_by_hand_and_goes_when_no_customer_has_it(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    app.add_sales().await;
    gather(&app).await;
    let list = app.get("/accounts").await;
    let form = app.get(&list.link("href=\"/accounts/new\"").unwrap()).await;
    assert!(!form.html.contains("Default Contact"), "there is none yet");
    let empty =
        app.post("/accounts", &[("account-name", ""), ("owner", "1"), ("description", "Guild")]).await;
    assert!(empty.blames("account-name").contains("Enter a name."), "{}", empty.text());
    let made = app
        .post("/accounts", &[("account-name", "Guild of joiners"), ("owner", "1"), ("description", "")])
        .await;
    let at = made.location().to_owned();
    let page = app.follow(&made).await;
    assert!(
        page.text().contains("Guild of joiners") && page.text().contains("No customers"),
        "{}",
        page.text()
    );
    assert_eq!(app.get("/accounts?q=joiners").await.rows(), [at.as_str()]);
    let id = at.trim_start_matches("/accounts/");
    app.post("/customers/1/account", &[("account", id), ("contact", ""), ("owner", "")]).await;
    assert!(!app.get(&at).await.html.contains("/deletion"), "it has a customer");
    let stays = app.post(&format!("{at}/deletion"), &[]).await;
    assert!(app.follow(&stays).await.text().contains("It has customers, and stays"));
    app.run_sql("update customers set account_id = 1 where id = 1").await;
    let question = app.get(&format!("{at}/deletion")).await;
    assert!(question.text().contains("Delete Guild of joiners?"), "{}", question.text());
    let gone = app.press(&question, "Delete").await;
    assert!(gone.text().contains("Guild of joiners is deleted."), "{}", gone.text());
    assert_eq!(app.get(&at).await.status, StatusCode::NOT_FOUND);
    let trail = app.get("/audit").await.text();
    assert!(trail.contains("Created") && trail.contains("Deleted"), "{trail}");
}
