//! Orders: the list with its filters, orders and pages, and an order's page.

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use sqlx::PgPool;

use crate::support::{App, Page};

async fn app_with_sales(pool: PgPool) -> App {
    let app = App::as_administrator(pool).await;
    app.add_sales().await;
    app
}

/// The numbers of the orders on a page, in their order.
fn numbers(page: &Page) -> Vec<String> {
    let rows = page.html.split("class=\"opens\" href=\"/orders/").skip(1);
    rows.map(|row| row.split(['>', '<']).nth(1).unwrap().trim_start_matches("1000880").to_owned()).collect()
}

#[sqlx::test]
async fn the_list_has_its_columns_and_the_newest_order_first(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let page = app.get("/orders").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(numbers(&page), ["01", "05", "06", "02", "03", "04", "07"]);
    for head in [
        "Channel",
        "Website",
        "Order #",
        "First Name",
        "Last Name",
        "Email",
        "Created At",
        "Updated At",
        "Total Paid",
        "Grand Total",
        "Sub Total",
        "Billing Country",
        "Billing State",
        "Status",
    ] {
        assert!(page.html.contains(&format!(">{head}")), "{head}");
    }
    let row = page.part(">100088001<", "</tr>");
    for text in ["Zoë", "Verhoeven", "€182.90", "€164.40", "Belgium", "processing", "Atelier Nord", "Main"]
    {
        assert!(row.contains(text), "{text}: {row}");
    }
    let text = page.text();
    assert!(text.contains("7 records") && text.contains("$1,207.40") && text.contains("¥12,000"), "{text}");
    assert!(page.part(">100088007<", "</tr>").contains("Removed in Magento"));
    assert!(page.html.contains("<tr class=\"gone\">"));
}

#[sqlx::test]
async fn each_filter_finds_what_was_asked_for(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    for (query, expected) in [
        ("order=8800", "01 05 06 02 03 04 07"),
        ("order=88005", "05"),
        ("order=005", "05"),
        ("order=00088005", "05"),
        ("order=00088009", ""),
        ("order=100088&order-how=starts", "01 05 06 02 03 04 07"),
        ("order=88005&order-how=starts", ""),
        ("order=88005&order-how=equals", ""),
        ("order=100088005&order-how=equals", "05"),
        ("first-name=zo%C3%AB", "01 02 03 04"),
        ("last-name=HADD", "05"),
        ("email=solheim", "06"),
        ("created-at=day", "01"),
        ("created-at=week", "01 05"),
        ("created-at=year", "01 05 06 02 03 04"),
        ("total-paid=0", "04"),
        ("total-paid=%3E100", "01 06 03"),
        ("grand-total=%3E%3D95", "01 06 03 04"),
        ("grand-total=50-100", "02 04"),
        ("sub-total=59", "02"),
        ("sub-total=%3C30", "05"),
        ("status=COMPLETE", "02 03"),
        ("is-guest=yes", "06"),
        ("is-guest=no", "01 05 02 03 04 07"),
        ("billing-country=be", "01 05 06 02 03 04 07"),
        ("billing-country=belg", "01 05 06 02 03 04 07"),
        ("billing-country=france", ""),
        ("billing-state=x", ""),
        ("order=%25", ""),
        ("first-name=zo&status=complete", "02 03"),
    ] {
        let page = app.get(&format!("/orders?{query}")).await;
        assert_eq!(numbers(&page).join(" "), expected, "{query}");
        assert_eq!(page.text().contains("No order matches"), expected.is_empty(), "{query}");
    }
    let channel = app.count("select id from channels").await;
    assert_eq!(numbers(&app.get(&format!("/orders?channel={channel}")).await).len(), 7);
    let customer = app.count("select id from customers where first_name = 'Amir'").await;
    let page = app.get(&format!("/orders?customer={customer}")).await;
    assert_eq!(numbers(&page), ["05"]);
    assert!(page.text().contains("Of Amir Haddad · Show all"), "{}", page.text());
}

#[sqlx::test]
async fn every_order_of_the_list_meets_each_row_once_also_where_values_are_missing(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    app.run_sql(
        "insert into orders (channel_id, remote_id, increment_id, status, grand_total, total_paid, first_name, last_name,
            remote_created_at, remote_updated_at, content_hash, read_at)
         select c.id, n, 'X' || n, 'pending', n % 7, case when n % 3 > 0 then n % 5 end, 'A' || n % 4, 'B' || n % 6,
            now() - n % 9 * interval '1 day', now() - n % 8 * interval '1 day', '\\x00', now()
         from channels c, generate_series(1000, 1060) n",
    )
    .await;
    for sort in [
        "created-at",
        "updated-at",
        "order",
        "first-name",
        "last-name",
        "grand-total",
        "total-paid",
        "status",
    ] {
        for way in ["up", "down"] {
            let (forward, last) =
                turn(&mut app, &format!("/orders?sort={sort}&way={way}"), "rel=\"next\"").await;
            assert_eq!(forward.iter().map(Vec::len).collect::<Vec<_>>(), [25, 25, 18], "{sort} {way}");
            let mut each = forward.concat();
            each.sort();
            each.dedup();
            assert_eq!(each.len(), 68, "{sort} {way} meets a row twice");
            let (mut back, _) = turn(&mut app, &last, "rel=\"prev\"").await;
            back.reverse();
            assert_eq!(back, forward, "{sort} {way} looks different on the way back");
        }
    }
    let down = app.get("/orders?sort=total-paid&way=down").await;
    assert_eq!(numbers(&down)[..2], ["06", "03"], "what is missing does not come first");
}

async fn turn(app: &mut App, from: &str, link: &str) -> (Vec<Vec<String>>, String) {
    let (mut pages, mut path) = (Vec::new(), from.to_owned());
    loop {
        let page = app.get(&path).await;
        pages.push(page.rows());
        assert!(pages.len() < 9, "{from} never ends");
        match page.link(link) {
            Some(next) => path = next,
            None => return (pages, path),
        }
    }
}

#[sqlx::test]
async fn an_address_bar_full_of_garbage_is_answered_with_a_list_or_a_clear_page(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    for list in ["orders", "carts", "credit-memos", "newsletter-subscribers", "customers"] {
        for query in [
            "sort=nonsense",
            "way=sideways",
            "size=x",
            "from=after.1.n",
            "from=after.x.v1",
            "from=before.1.vinfinity",
            "sort=grand-total&from=after.1.vNaN",
            "sort=grand-total&from=after.1.v1e999",
            "channel=x",
            "channel=99999999999999999999",
            "customer=x",
            "customer=99999999999999999999",
            "order=%00",
            "of=x",
            "created-at=tomorrow",
            "status='",
            "first-name=%5C",
            "is-guest=maybe",
            "qty=lots",
            "q=%FF",
            "%",
        ] {
            let page = app.get(&format!("/{list}?{query}")).await;
            assert_eq!(page.status, StatusCode::OK, "{list}?{query}");
        }
        for id in ["0", "-1", "999", "99999999999999999999", "x", "1'"] {
            let page = app.get(&format!("/{list}/{id}")).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{list}/{id}");
            assert!(page.text().contains("Nothing at this address"), "{list}/{id}");
        }
    }
    for (path, told) in [
        ("/orders?grand-total=much", "Grand Total: “much” is no amount."),
        ("/orders?total-paid=1%3B--", "Total Paid: “1;--” is no amount."),
        ("/carts?cart-id=x&qty=any", "Cart ID: “x” is no number."),
    ] {
        let page = app.get(path).await;
        assert!(page.part("role=\"alert\"", "</div></div>").contains(told), "{path}: {}", page.text());
        assert!(!page.rows().is_empty(), "{path} filters nothing");
    }
}

#[sqlx::test]
async fn an_orders_page_tells_the_whole_story(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    let path = app.path_of("orders", "orders", "increment_id", "100088001").await;
    let page = app.get(&path).await;
    assert!(page.html.contains("<h1>Order 100088001</h1>"));
    for (name, value) in [
        ("Channel", "Atelier Nord"),
        ("Currency", "EUR"),
        ("Store", "Belgium, Dutch"),
        ("Website", "Main"),
        ("Coupon Code", "MAY10"),
        ("Payment Method", "bancontact"),
        ("Shipping Method", "bpost, at home"),
        ("Remote Address", "198.51.100.7"),
        ("Cart", "501"),
        ("Is Guest", "No"),
        ("Total Paid", "€182.90"),
        ("Payment Details", "cc type: MC last trans id: tr_7712"),
        ("Orders", "3"),
        ("Total Refunded", "– none"),
    ] {
        assert_eq!(page.part(&format!("<dt>{name}</dt>"), "</dd>"), format!("{name} {value}"));
    }
    let (parent, child) =
        (page.html.find(">Work gloves<").unwrap(), page.html.find(">Work gloves, size M<").unwrap());
    let next = page.html.find(">Beeswax finish 500 ml<").unwrap();
    assert!(parent < child && child < next, "a configurable's product stands under it");
    assert!(
        page.part(">Work gloves<", "</tr>")
            .contains("2 configurable 0.4 €14.20 €14.20 10 % €2.84 21 % €5.37 €25.56")
    );
    assert!(page.part("<tfoot", "</tfoot>").contains("Discount Amount −€2.84"));
    let text = page.text();
    for words in [
        "Shipping Address Zoë Verhoeven Loods 7 Havenlaan 86C 1000 Brussel Belgium +32 2 555 01 47",
        "Please deliver before noon, the gate closes at twelve.",
        "Status became pending",
        "sent to the customer",
        "Lifetime Sales Value $1,197.50 €210.56",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let with_memo = app.path_of("orders", "orders", "increment_id", "100088002").await;
    assert!(app.get(&with_memo).await.part("id=\"credit\"", "</section>").contains("100000001"));
    let gone = app.path_of("orders", "orders", "increment_id", "100088007").await;
    assert!(app.get(&gone).await.text().contains("The store no longer has this order"));
}

#[sqlx::test]
async fn those_who_sell_or_look_read_all_of_it(pool: PgPool) {
    let app = app_with_sales(pool).await;
    for role in [Role::Sales, Role::Viewer] {
        let mut colleague = app.colleague(role).await;
        for list in ["/orders", "/carts", "/credit-memos", "/newsletter-subscribers", "/customers"] {
            let page = colleague.get(list).await;
            assert_eq!(page.status, StatusCode::OK, "{role:?} {list}");
            let record = colleague.get(&page.rows()[0]).await;
            assert_eq!(record.status, StatusCode::OK, "{role:?} {}", record.path);
            for hidden in ["href=\"/channels", "href=\"/integrations", "href=\"/failed-records"] {
                assert!(!record.html.contains(hidden), "{role:?} is shown {hidden} on {}", record.path);
            }
        }
    }
    let mut stranger = app.another_visitor();
    assert_eq!(stranger.get("/orders/1").await.location(), "/login?next=%2Forders%2F1");
}

#[sqlx::test]
async fn the_navigation_offers_what_an_active_channel_takes_in(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let offers = |page: &Page, to: &str| page.part("id=\"side\"", "</nav>").contains(to);
    let page = app.get("/channels").await;
    assert!(!offers(&page, "Orders") && !offers(&page, "Marketing") && !offers(&page, "Sales"));
    app.add_sales().await;
    let page = app.get("/channels").await;
    for entry in ["Sales Orders Shopping Carts Credit Memos", "Marketing Newsletter Subscribers"] {
        assert!(offers(&page, entry), "{entry}");
    }
    app.run_sql("update channels set entities = '{cart}'").await;
    let page = app.get("/channels").await;
    assert!(offers(&page, "Sales Shopping Carts Reports"), "{}", page.part("id=\"side\"", "</nav>"));
    app.run_sql("update channels set active = false").await;
    assert!(!offers(&app.get("/channels").await, "Shopping Carts"));
}

#[sqlx::test]
async fn what_a_store_sends_stays_text_on_every_page(pool: PgPool) {
    let mut app = app_with_sales(pool).await;
    app.run_sql(
        "update orders set increment_id = '<b>' || id, status = '<script>alert(1)</script>', first_name = '<i>f', last_name = '\"><u>',
            email = 'a\"<s>@x', currency = '<em>', coupon_code = repeat('W', 500), payment_details = '{\"<b>k\": \"<b>v\"}',
            gift_message = E'\\u202egift', shipping_description = '<h1>'",
    )
    .await;
    app.run_sql("update order_items set name = '<b>' || repeat('x', 400), sku = repeat('S', 300)").await;
    app.run_sql("update order_notes set message = '<img src=x>' || repeat('long', 200)").await;
    app.run_sql("update order_addresses set street = '<b>s', name = '<b>n', region = '<b>r'").await;
    app.run_sql("update cart_items set name = '<b>item', gift_message = '<b>gift'").await;
    app.run_sql(
        "update carts set first_name = '<b>f', email = '<b>@x', gift_message = '<b>', payment_method = '<b>'",
    )
    .await;
    app.run_sql("update credit_memos set increment_id = '<b>' || id, transaction_id = '<b>t'").await;
    app.run_sql("update newsletter_subscribers set email = '<b>@' || id").await;
    app.run_sql(
        "update failed_records set cause = '<b>cause', raw_xml = '<b>raw</b>', remote_id = '<b>' || id",
    )
    .await;
    let mut pages = Vec::new();
    for list in ["/orders", "/carts?qty=any", "/credit-memos", "/newsletter-subscribers", "/customers"] {
        let page = app.get(list).await;
        for row in page.rows() {
            pages.push(app.get(&row).await);
        }
        pages.push(page);
    }
    pages.push(app.get("/failed-records").await);
    pages.push(app.get("/failed-records/1").await);
    for page in &pages {
        assert_eq!(page.status, StatusCode::OK, "{}", page.path);
        for markup in
            ["<script>alert", "<b>k", "<b>v", "<b>", "<i>f", "<u>", "<s>@", "<em>", "<img src=x", "<h1><"]
        {
            // the job's page has <b> of its own, these have none
            assert!(!page.html.contains(markup), "{} holds {markup}", page.path);
        }
    }
}
