//! Notes, calls and e-mails: written, changed and taken back by whoever wrote them.

use axum::http::StatusCode;
use cartwright::crm::users::Role;
use sqlx::PgPool;

use super::Shop;

const CALL: [(&str, &str); 5] = [
    ("kind", "call"),
    ("call-direction", "outgoing"),
    ("call-at", "2026-05-12T09:30"),
    ("call-minutes", "12"),
    ("call-text", "She wants the oak one."),
];

#[sqlx::test]
async fn what_is_written_about_an_order_shows_there_and_on_its_customers_page(pool: PgPool) {
    let Shop { mut app, order, customer, .. } = Shop::new(pool).await;
    assert!(app.get(&order).await.text().contains("Not contacted yet"));
    let note = [("kind", "note"), ("note-text", "First line\r\n\r\n<script>alert(1)</script>")];
    let saved = app.post(&format!("{order}/activities"), &note).await;
    assert_eq!((saved.status, saved.location()), (StatusCode::SEE_OTHER, &*order));
    let page = app.follow(&saved).await;
    assert!(page.text().contains("Note added."));
    assert!(page.html.contains("First line\n\n&#60;script&#62;"), "line breaks are kept, markup is text");
    assert!(page.text().contains("Note added by Ada Lovelace"));
    assert!(page.text().contains("Not contacted yet"), "a note is no contact");

    let saved = app.post(&format!("{order}/activities"), &CALL).await;
    let page = app.follow(&saved).await;
    assert!(page.text().contains("Times Contacted: 1 Last Contacted: 12 May 2026"), "{}", page.text());
    assert!(page.text().contains("Call made, logged by Ada Lovelace 12 minutes She wants the oak one."));
    let mail = [
        ("kind", "email"),
        ("email-direction", "incoming"),
        ("email-at", ""),
        ("email-subject", "Where is it?"),
        ("email-text", ""),
    ];
    app.post(&format!("{customer}/activities"), &mail).await;
    let page = app.get(&customer).await;
    assert!(page.text().contains("Times Contacted: 2"), "{}", page.text());
    let timeline = page.part("id=\"activity\"", "</section>");
    assert!(timeline.contains("E-mail received, logged by Ada Lovelace Where is it?"), "{timeline}");
    assert!(timeline.contains("Note added by Ada Lovelace Order 100088001"), "{timeline}");
    assert!(!app.get(&order).await.text().contains("Where is it?"), "the customer's mail is not the order's");
}

#[sqlx::test]
async fn what_cannot_be_right_is_told_beside_its_field_and_everything_typed_is_kept(pool: PgPool) {
    let Shop { mut app, order, .. } = Shop::new(pool).await;
    let place = format!("{order}/activities");
    let page = app.post(&place, &[("kind", "note"), ("note-text", " \n ")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.blames("note-text").contains("Write a note"));
    let bad = [
        ("kind", "call"),
        ("call-direction", "sideways"),
        ("call-at", "2999-01-01T00:00"),
        ("call-minutes", "-5"),
        ("call-text", "bell \u{7} rings"),
    ];
    let page = app.post(&place, &bad).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for (field, why) in [
        ("call-direction", "Choose who"),
        ("call-at", "not happened yet"),
        ("call-minutes", "from 0 to 1440"),
        ("call-text", "control characters"),
    ] {
        assert!(page.blames(field).contains(why), "{field}: {}", page.error_of(field));
    }
    assert_eq!(
        (page.value_of("call-minutes"), page.value_of("call-at")),
        ("-5".into(), "2999-01-01T00:00".into())
    );
    assert!(page.html.contains("bell \u{7} rings"));
    let page = app.post(&place, &[("kind", "email"), ("email-direction", "outgoing")]).await;
    assert!(page.blames("email-subject").contains("Enter a subject"));
    let nul = app.post(&place, &[("kind", "note"), ("note-text", "a\0b")]).await;
    assert!(nul.blames("note-text").contains("control characters"));
    for (kind, status) in [("telegram", StatusCode::NOT_FOUND), ("", StatusCode::NOT_FOUND)] {
        assert_eq!(app.post(&place, &[("kind", kind)]).await.status, status, "{kind}");
    }
    assert_eq!(app.count("select count(*) from activities").await, 0, "nothing was saved");
}

#[sqlx::test]
async fn who_wrote_something_changes_it_and_takes_it_back_and_nobody_else_does(pool: PgPool) {
    let Shop { mut app, order, .. } = Shop::new(pool).await;
    app.post(&format!("{order}/activities"), &CALL).await;
    let page = app.get(&order).await;
    let edit = page.link("/activities/1/edit").unwrap();
    let form = app.get(&edit).await;
    assert_eq!(
        (form.value_of("call-at"), form.value_of("call-minutes")),
        ("2026-05-12T09:30".into(), "12".into())
    );
    let mut fields = form.fields();
    fields
        .iter_mut()
        .filter(|(name, _)| name == "call-text")
        .for_each(|field| field.1 = "The elm one.".to_owned());
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    let saved = app.post("/activities/1", &fields).await;
    let page = app.follow(&saved).await;
    assert!(page.text().contains("The elm one.") && page.text().contains("edited now"), "{}", page.text());
    assert_eq!(app.post("/activities/1", &[("call-minutes", "x")]).await.status, 422);

    for role in [Role::Sales, Role::Manager, Role::Viewer] {
        let mut other = app.colleague(role).await;
        assert!(other.get(&order).await.link("/activities/1/edit").is_none(), "{role:?}");
        for place in ["/activities/1/edit", "/activities/1/deletion"] {
            assert_eq!(other.get(place).await.status, StatusCode::FORBIDDEN, "{role:?} {place}");
            assert_eq!(other.post(place, &[]).await.status.as_u16() / 100, 4, "{role:?} {place}");
        }
        assert_eq!(other.post("/activities/1", &fields).await.status, StatusCode::FORBIDDEN, "{role:?}");
    }
    let question = app.get("/activities/1/deletion").await;
    let page = app.press(&question, "Delete").await;
    assert!(page.text().contains("Deleted.") && !page.text().contains("The elm one."));
    assert_eq!(app.get("/activities/1/edit").await.status, StatusCode::NOT_FOUND);
    let told =
        "select subject || ' ' || name || ' ' || changes::text from audit_entries where act = 'changed'";
    let told = app.text(told).await;
    assert!(told.starts_with("order Order 100088001"), "{told}");
    assert!(told.contains("Call") && told.contains("Of 2026-05-12 09:30 UTC, deleted"), "{told}");
    assert!(!told.contains("elm"), "what was written down is gone for good: {told}");
}

#[sqlx::test]
async fn viewers_read_and_sales_write(pool: PgPool) {
    let Shop { app, order, .. } = Shop::new(pool).await;
    let mut viewer = app.colleague(Role::Viewer).await;
    let page = viewer.get(&order).await;
    for button in ["Log Call", "Add Note", "Add tag", "Sync Data", "Record Feedback"] {
        assert!(!page.text().contains(button), "{button}");
    }
    assert!(page.text().contains("Send Email") && page.text().contains("Order Follow Up Not contacted"));
    for place in ["activities", "tags", "owner", "steps", "syncs"] {
        let refused = viewer.post(&format!("{order}/{place}"), &[("kind", "note"), ("note-text", "x")]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{place}");
    }
    assert_eq!(viewer.get(&format!("{order}/activities/new")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(viewer.get(&format!("{order}/activities")).await.status, StatusCode::OK);
    let mut sales = app.colleague(Role::Sales).await;
    let saved = sales.post(&format!("{order}/activities"), &CALL).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    let mut nobody = app.another_visitor();
    assert_eq!(nobody.post(&format!("{order}/activities"), &CALL).await.location(), "/login");
}

#[sqlx::test]
async fn every_kind_of_record_takes_notes_and_unknown_ones_are_a_clear_page(pool: PgPool) {
    let Shop { mut app, .. } = Shop::new(pool).await;
    app.run_sql("insert into accounts (name) values ('Verhoeven')").await;
    app.run_sql("insert into contacts (account_id, first_name) values (1, 'Zoë')").await;
    let nouns =
        ["customers", "orders", "carts", "credit-memos", "newsletter-subscribers", "accounts", "contacts"];
    for noun in nouns {
        let note = [("kind", "note"), ("note-text", "Seen")];
        let saved = app.post(&format!("/{noun}/1/activities"), &note).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{noun}: {}", saved.text());
        let page = app.get(&format!("/{noun}/1/activities")).await;
        assert!(page.text().contains("Note added by Ada Lovelace"), "{noun}: {}", page.text());
        for id in ["999999", "-1", "x", "99999999999999999999"] {
            for (method, place) in
                [("get", "activities"), ("get", "activities/new"), ("post", "activities"), ("post", "tags")]
            {
                let place = format!("/{noun}/{id}/{place}");
                let page = match method {
                    "get" => app.get(&place).await,
                    _ => app.post(&place, &note).await,
                };
                assert_eq!(page.status, StatusCode::NOT_FOUND, "{method} {place}");
            }
        }
    }
    assert_eq!(app.get("/orders/1/steps/new?action=dance").await.status, StatusCode::NOT_FOUND);
    for place in ["/customers/1/steps", "/credit-memos/1/owner", "/accounts/1/syncs"] {
        assert_eq!(app.post(place, &[]).await.status, StatusCode::NOT_FOUND, "{place}");
    }
}

#[sqlx::test]
async fn a_channel_takes_along_what_was_written_about_its_records_and_says_so(pool: PgPool) {
    let Shop { mut app, order, customer, cart } = Shop::new(pool).await;
    app.run_sql("insert into accounts (name) values ('Verhoeven')").await;
    for record in [&order, &customer, &cart, &"/accounts/1".to_owned()] {
        app.post(&format!("{record}/activities"), &[("kind", "note"), ("note-text", "Seen")]).await;
        app.post(&format!("{record}/tags"), &[("tag", "vip")]).await;
    }
    let question = app.get("/channels/1/deletion").await;
    assert!(
        question.text().contains("Notes, calls and e-mails that people wrote down about them 3"),
        "{}",
        question.text()
    );
    app.delete_channel("Atelier Nord").await;
    assert_eq!(app.text("select string_agg(record, ' ') from activities").await, "account");
    assert_eq!(app.text("select string_agg(record, ' ') from record_tags").await, "account");
    assert!(app.get("/accounts/1/activities").await.text().contains("Note added"));
    app.run_sql("delete from accounts").await;
    assert_eq!(app.count("select count(*) from activities").await, 0, "an account takes its own along");
}
