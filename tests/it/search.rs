//! Search: what is found by which words and numbers, in which order, and what is never found by anything odd.

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use sqlx::PgPool;

use crate::support::App;

async fn shop(pool: PgPool) -> App {
    let app = App::as_administrator(pool).await;
    app.add_sales().await;
    sqlx::raw_sql(
        "insert into accounts (name) values ('Verhoeven & Zonen'), ('Haddad Trading');
         insert into contacts (account_id, first_name, last_name, email, phone)
         values (1, 'Zoë', 'Verhoeven', 'zoe@verhoeven.example', '0049 30 1234567'), (2, 'Amir', 'Haddad', 'amir@haddad.example', '');
         update customers k set account_id = c.account_id, contact_id = c.id from contacts c where c.email = k.email;
         insert into customer_addresses (customer_id, telephone)
         select id, '+32 2 555 01 47' from customers where email = 'zoe@verhoeven.example';
         insert into name_words select distinct unnest(words_of(first_name || ' ' || last_name)) from customers",
    )
    .execute(&app.pool)
    .await
    .unwrap();
    app
}

/// What a search finds, in its order: the names of groups, and the first of each.
async fn found(app: &mut App, typed: &str) -> String {
    let query: String = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect();
    let page = app.get(&format!("/search?q={query}")).await;
    assert_eq!(page.status, StatusCode::OK, "{typed}: {}", page.text());
    let main = page.part("<main", "</main>");
    main.split_once('”').map_or(main.clone(), |(_, rest)| rest.trim().to_owned())
}

#[sqlx::test]
async fn names_e_mails_phones_and_numbers_are_found_however_they_are_typed(pool: PgPool) {
    let mut app = shop(pool).await;
    for (typed, first) in [
        ("verhoeven", "Customers Zoë Verhoeven zoe@verhoeven.example · Atelier Nord"),
        ("VERHOEVEN zoë", "Customers Zoë Verhoeven"),
        ("zoe verh", "Customers Zoë Verhoeven"),
        ("Zoe@Verhoeven.example", "Customers Zoë Verhoeven"),
        ("zoe@ver", "Customers Zoë Verhoeven"),
        ("+32 2 555 01 47", "Customers Zoë Verhoeven"),
        ("02/555.01.47", "Customers Zoë Verhoeven"),
        ("0032 (2) 5550147", "Customers Zoë Verhoeven"),
        ("030-1234567", "Contacts Zoë Verhoeven"),
        ("100088001", "Orders Order 100088001 Zoë Verhoeven · Atelier Nord"),
        ("#100088001", "Orders Order 100088001"),
        ("88001", "Orders Order 100088001"),
        ("100088", "Orders Order 10008800"),
        ("502", "Shopping Carts Cart 502 Zoë Verhoeven · Atelier Nord"),
        ("100000002", "Credit Memos Credit Memo 100000002 Removed in Magento Order 100088007 · Atelier Nord"),
        ("zonen", "Accounts Verhoeven & Zonen"),
        ("trading haddad", "Accounts Haddad Trading"),
    ] {
        let found = found(&mut app, typed).await;
        assert!(found.starts_with(first), "{typed}: {found}");
    }
}

#[sqlx::test]
async fn what_is_mistyped_is_found_by_what_it_is_like(pool: PgPool) {
    let mut app = shop(pool).await;
    for (typed, meant, first) in [
        ("verhoven", "verhoeven", "Zoë Verhoeven"),
        ("vehroeven", "verhoeven", "Zoë Verhoeven"),
        ("zeo", "zoe", "Zoë Verhoeven"),
        ("amri hadad", "amir haddad", "Amir Haddad"),
        ("solhiem ingird", "ingrid solheim", "Ingrid Solheim"),
    ] {
        let found = found(&mut app, typed).await;
        let words = format!("These are alike. Did you mean {meant} ?");
        assert!(found.contains(&words) && found.contains(&format!("Customers {first}")), "{typed}: {found}");
    }
    let found = found(&mut app, "xylophon").await;
    assert!(found.starts_with("Nothing found"), "{found}");
}

#[sqlx::test]
async fn hidden_customers_stand_behind_all_others(pool: PgPool) {
    let mut app = shop(pool).await;
    app.run_sql(
        "insert into customers (channel_id, email, first_name, last_name) select 1, 'zoe' || n || '@x.example', 'Zoë', 'Verhoeven'
         from generate_series(1, 3) n",
    )
    .await;
    app.run_sql("update customers set hidden_at = now() where email = 'zoe@verhoeven.example'").await;
    let found = found(&mut app, "zoe verhoeven").await;
    let customers = found.split("Contacts").next().unwrap();
    assert!(
        customers.trim_end().ends_with("Zoë Verhoeven Hidden zoe@verhoeven.example · Atelier Nord"),
        "{found}"
    );
}

#[sqlx::test]
async fn there_are_a_few_of_each_kind_and_a_way_to_the_list_with_as_many(pool: PgPool) {
    let mut app = shop(pool).await;
    app.run_sql(
        "insert into customers (channel_id, email, first_name, last_name, hidden_at)
         select 1, 'peter' || n || '@x.example', 'Peter', 'Pan', case when n = 1 then now() end from generate_series(1, 30) n",
    )
    .await;
    let page = app.get("/search?q=peter+pan").await;
    assert_eq!(page.html.matches("@x.example").count(), 10);
    assert!(page.text().contains("All 30 customers"), "{}", page.text());
    let list = page.link("href=\"/customers?q=peter").unwrap();
    let list = app.get(&list).await;
    assert!(list.text().contains("30 records"), "{}", list.text());
    app.run_sql(
        "insert into customers (channel_id, email, first_name, last_name) select 1, 'many' || n || '@x.example', 'Peter', 'Pan'
         from generate_series(1, 1000) n",
    )
    .await;
    let page = app.get("/search?q=pan").await;
    assert!(page.text().contains("All 1,000+ customers"), "{}", page.text());
}

#[sqlx::test]
async fn while_somebody_types_the_best_few_are_told_in_short(pool: PgPool) {
    let app = shop(pool).await;
    let mut viewer = app.colleague(Role::Viewer).await;
    let part = viewer.get("/search/suggestions?q=verh").await;
    assert_eq!(part.status, StatusCode::OK);
    assert!(!part.html.contains("<html"), "a whole page");
    assert!(
        part.html.contains("role=\"option\"") && part.text().contains("Zoë Verhoeven"),
        "{}",
        part.text()
    );
    assert!(part.html.contains("href=\"/search?q=verh\""), "{}", part.html);
    let none = viewer.get("/search/suggestions?q=xylophon").await;
    assert!(none.text().contains("Nothing is like “xylophon”."), "{}", none.text());
    let mut nobody = app.another_visitor();
    assert!(nobody.get("/search/suggestions?q=verh").await.location().starts_with("/login"));
}

#[sqlx::test]
async fn nothing_odd_breaks_a_search(pool: PgPool) {
    let mut app = shop(pool).await;
    app.run_sql(
        "insert into customers (channel_id, email, first_name, last_name)
         values (1, 'x', '<script>alert(1)</script>', repeat('W', 5000)), (1, 'y', E'\\u202eturned', '😀 emoji'), (1, 'z', '', '')",
    )
    .await;
    let long = "W".repeat(5000);
    for typed in [
        "",
        " ",
        "'",
        "''",
        "\\",
        "a\\'b",
        ":*",
        "a:*&b",
        "!",
        "&",
        "|",
        "(",
        "%",
        "_",
        "100%",
        "1_0088",
        "\0",
        "a\0b",
        "\u{202e}",
        "😀",
        "--",
        "<script>",
        "99999999999999999999",
        "-1",
        "0",
        "00",
        "+",
        "a b c d e f g h i j k l",
        "NULL",
        &long,
        "1e5",
        "12.5",
        "ÅÄÖ",
        "北京",
        "x' or '1'='1",
        "$1",
        "{}",
        "#",
        "##",
        "# 100088001",
    ] {
        let query: String = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect();
        for path in ["/search", "/search/suggestions", "/customers", "/accounts", "/contacts"] {
            let page = app.get(&format!("{path}?q={query}")).await;
            assert_eq!(page.status, StatusCode::OK, "{path} {typed:.30}");
            assert!(!page.html.contains("<script>alert"), "{path} {typed:.30}");
        }
    }
    for query in ["", "?q", "?q=%FF", "?q=a&q=b", "?%"] {
        assert_eq!(app.get(&format!("/search{query}")).await.status, StatusCode::OK, "{query}");
    }
    assert!(found(&mut app, "alert").await.contains("<script>alert(1)</script>"), "hostile text is text");
    assert!(found(&mut app, "wwwwww").await.contains("WWWWW"));
}
