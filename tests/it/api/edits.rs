//! Changes: judged as on the pages, for the state that the caller knows, recorded as edits and brought to the store.

use axum::http::{Method, StatusCode};
use cartwright::simulator::Options;
use serde_json::json;
use sqlx::PgPool;

use crate::support::{Page, Pair, Program};
use crate::two_way::desk::small;

async fn shop(pool: PgPool, options: Options) -> (Pair, Program) {
    let mut pair = Pair::two_way(pool, options, "ask").await;
    let program = pair.app.program("write").await;
    (pair, program)
}

#[sqlx::test]
async fn a_customer_is_edited_for_the_state_that_the_caller_knows_and_the_store_gets_it(pool: PgPool) {
    let (mut pair, mut program) = shop(pool, small()).await;
    let path = format!("/api/v1/customers/{}", pair.row_of(3).await);
    let read = program.get(&path).await;
    let tag = read.tag_of();
    assert_eq!(read.json()["remote_id"], 3);
    let edit = json!({"first_name": "Grace", "tax_vat": "DE 7", "birthday": "1906-12-09", "gender": null});

    let missing = program.send(Method::PATCH, &path, Some(edit.clone()), None).await;
    assert_eq!(missing.status, StatusCode::PRECONDITION_REQUIRED);
    let stale = program.send(Method::PATCH, &path, Some(edit.clone()), Some("\"other\"")).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    let wrong = json!({"email": "no", "first_name": "", "birthday": "2999-01-01", "customer_group": 99});
    let wrong = program.send(Method::PATCH, &path, Some(wrong), Some(&tag)).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let names: Vec<String> = wrong.blamed().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["birthday", "customer_group", "email", "first_name"]);
    for body in [json!({"colour": "red"}), json!({"first_name": ["x"]}), json!([1])] {
        let answer = program.send(Method::PATCH, &path, Some(body), Some(&tag)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.html);
    }
    assert_eq!(program.get(&path).await.tag_of(), tag, "nothing was changed");

    let saved = program.send(Method::PATCH, &path, Some(edit.clone()), Some(&tag)).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.html);
    assert_eq!(saved.json()["first_name"], "Grace");
    assert_ne!(saved.tag_of(), tag);
    let again = program.send(Method::PATCH, &path, Some(edit), Some(&tag)).await;
    assert_eq!(again.status, StatusCode::PRECONDITION_FAILED, "it has changed meanwhile");
    pair.app.drain_jobs().await;
    let there = pair.store.customer(3).unwrap().customer;
    assert_eq!((there.firstname.as_deref(), there.taxvat.as_deref()), (Some("Grace"), Some("DE 7")));
    assert!(pair.page_of(3).await.text().contains("Grace"));
    let trail = pair.app.get("/audit").await.text();
    assert!(trail.contains("Grace"), "{trail}");

    let tag = program.get(&path).await.tag_of();
    for known in [&format!("\"x\", W/{tag}"), "*"] {
        let known = program.get_known(&path, known).await;
        assert_eq!((known.status, known.html.as_str()), (StatusCode::NOT_MODIFIED, ""));
    }
    let long = json!({"tax_vat": "x".repeat(300_000)});
    let long = program.send(Method::PATCH, &path, Some(long), Some(&tag)).await;
    assert_eq!(long.status, StatusCode::PAYLOAD_TOO_LARGE);
    let belongs = json!({"owner": 1});
    let owned = program.change(Method::PATCH, &path, &path, Some(belongs)).await;
    assert_eq!(owned.json()["owner"]["name"], "Ada Lovelace", "{}", owned.html);
}

#[sqlx::test]
async fn a_customer_is_made_and_the_store_gets_them_and_their_address(pool: PgPool) {
    let (pair, mut program) = shop(pool, small()).await;
    let channel = pair.app.count("select id from channels").await;
    let store = pair.app.count("select min(store_id) from stores where store_id > 0").await;
    let about = json!({"email": "mary@example.org", "first_name": "Mary", "last_name": "Somerville"});
    let good = json!({"channel": channel, "store": store, "customer": about});
    for (change, blamed) in [
        (json!({"channel": 99}), vec!["channel"]),
        (json!({"store": 99}), vec!["store"]),
        (json!({"password": "short"}), vec!["password"]),
        (json!({"customer": {"email": "no", "first_name": ""}}), vec!["email", "first_name", "last_name"]),
        (json!({"customer": {"default_billing_address": 1}}), vec!["default_billing_address"]),
    ] {
        let mut body = good.clone();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let wrong = program.send(Method::POST, "/api/v1/customers", Some(body), None).await;
        let names: Vec<String> = wrong.blamed().into_iter().map(|(name, _)| name).collect();
        assert_eq!(
            (wrong.status, names),
            (StatusCode::UNPROCESSABLE_ENTITY, blamed.into_iter().map(str::to_owned).collect()),
            "{}",
            wrong.html
        );
    }
    let strange = json!({"channel": channel, "customer": about, "colour": "red"});
    let strange = program.send(Method::POST, "/api/v1/customers", Some(strange), None).await;
    assert_eq!(strange.status, StatusCode::BAD_REQUEST);

    let made = program.send(Method::POST, "/api/v1/customers", Some(good.clone()), None).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.html);
    let told = made.json();
    assert!(told["remote_id"].is_null() && told["customer_group"].is_object(), "{told}");
    assert_eq!(told["owner"]["name"], "Ada Lovelace");
    let twice = program.send(Method::POST, "/api/v1/customers", Some(good), None).await;
    assert_eq!(twice.blamed()[0].0, "email", "{}", twice.html);
    let customer = made.location().to_owned();
    let address = json!({"first_name": "Mary", "last_name": "Somerville", "street": "High Street 1", "city": "Jedburgh",
        "zip_postal_code": "TD8 6AA", "country": "SE", "phone": "1"});
    let added = program.send(Method::POST, &format!("{customer}/addresses"), Some(address), None).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.html);
    pair.app.drain_jobs().await;
    let now = program.get(&customer).await.json();
    let there = pair.store.customer(u32::try_from(now["remote_id"].as_i64().unwrap()).unwrap()).unwrap();
    assert_eq!(there.customer.email, "mary@example.org");
    assert_eq!(there.addresses[0].city.as_deref(), Some("Jedburgh"));
}

#[sqlx::test]
async fn addresses_are_edited_and_added(pool: PgPool) {
    let (pair, mut program) = shop(pool, small()).await;
    let theirs = pair.store.customer_ids().into_iter().map(|id| pair.store.customer(id).unwrap());
    let theirs = theirs.into_iter().find(|it| !it.addresses.is_empty()).unwrap();
    let address = theirs.addresses[0].id;
    let customer = format!("/api/v1/customers/{}", pair.row_of(theirs.customer.id).await);
    let path = format!("{customer}/addresses/{}", pair.address_row(address).await);
    let wrong =
        program.change(Method::PATCH, &path, &path, Some(json!({"street": "", "country": "x"}))).await;
    let names: Vec<String> = wrong.blamed().into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        (wrong.status, names),
        (StatusCode::UNPROCESSABLE_ENTITY, vec!["country".into(), "street".into()])
    );
    let saved =
        program.change(Method::PATCH, &path, &path, Some(json!({"city": "Ulm", "phone": "0731 1"}))).await;
    assert_eq!(
        (saved.status, saved.json()["city"].as_str()),
        (StatusCode::OK, Some("Ulm")),
        "{}",
        saved.html
    );

    let addresses = format!("{customer}/addresses");
    let wrong = program.send(Method::POST, &addresses, Some(json!({"city": "Ulm"})), None).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let names = |page: &Page| -> Vec<String> { page.blamed().into_iter().map(|(name, _)| name).collect() };
    let all = ["city", "country", "first_name", "last_name", "phone", "street", "zip_postal_code"];
    assert_eq!(names(&wrong), all[1..], "{}", wrong.html);
    for nothing in [json!({}), json!({"street": "", "fax": null})] {
        let wrong = program.send(Method::POST, &addresses, Some(nothing), None).await;
        assert_eq!(
            (wrong.status, names(&wrong)),
            (StatusCode::UNPROCESSABLE_ENTITY, all.map(str::to_owned).into())
        );
    }
    let long = r#"{"city": 123456789012345678901234567890}"#.parse::<serde_json::Value>().unwrap();
    let long = program.send(Method::POST, &addresses, Some(long), None).await;
    assert_eq!(long.status, StatusCode::BAD_REQUEST, "{}", long.html);
    let new = json!({"first_name": "Ada", "last_name": "L", "street": "Münsterplatz 1", "city": "Ulm", "state": "",
        "zip_postal_code": "89073", "country": "SE", "phone": "0731 2"});
    let made = program.send(Method::POST, &addresses, Some(new), None).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.html);
    let location = made.location().to_owned();
    assert_eq!(program.get(&location).await.json()["street"], "Münsterplatz 1");
    pair.app.drain_jobs().await;
    let now = pair.store.customer(theirs.customer.id).unwrap();
    let cities: Vec<&str> = now.addresses.iter().filter_map(|it| it.city.as_deref()).collect();
    assert!(cities.iter().filter(|city| **city == "Ulm").count() == 2, "{cities:?}");
    assert!(program.get(&location).await.json()["remote_id"].is_i64());
}

#[sqlx::test]
async fn an_address_is_in_a_country_that_the_store_knows(pool: PgPool) {
    let (pair, mut program) = shop(pool, small()).await;
    let addresses = format!("/api/v1/customers/{}/addresses", pair.row_of(3).await);
    let new = |country: &str, state: &str| {
        json!({"first_name": "Ada", "last_name": "L", "street": "Main 1", "city": "X", "zip_postal_code": "1", "phone": "1",
            "country": country, "state": state})
    };
    // by the store's directory, and without one by the codes of ISO 3166
    for is_known in [true, false] {
        if !is_known {
            pair.app.run_sql("delete from countries").await;
        }
        for country in ["XX", "ZZ", "", "D", "DEU"] {
            let wrong = program.send(Method::POST, &addresses, Some(new(country, "")), None).await;
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{country}: {}", wrong.html);
            assert_eq!(wrong.blamed()[0].0, "country");
        }
        let made = program.send(Method::POST, &addresses, Some(new("de", "BER")), None).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.html);
        assert_eq!(
            (&made.json()["country"], &made.json()["state"]),
            (&json!("DE"), &json!("Berlin")),
            "{}",
            made.html
        );
    }
    // what is there stays, however strange, until somebody changes it
    pair.app.drain_jobs().await;
    let strange = program.get(&addresses).await.json()["data"][0]["id"].clone();
    pair.app.run_sql("update customer_addresses set country_id = 'XX'").await;
    let path = format!("{addresses}/{strange}");
    let edited = program.change(Method::PATCH, &path, &path, Some(json!({"city": "Ulm", "state": ""}))).await;
    assert_eq!((edited.status, &edited.json()["country"]), (StatusCode::OK, &json!("XX")), "{}", edited.html);
    pair.app.drain_jobs().await;
}

#[sqlx::test]
async fn customers_are_hidden_subscribed_and_conflicts_decided(pool: PgPool) {
    let options = Options { subscribers: Some(4), bridge: Some("1.2.19".to_owned()), ..small() };
    let (mut pair, mut program) = shop(pool, options).await;
    let path = format!("/api/v1/customers/{}", pair.row_of(3).await);
    let hidden = format!("{path}/hidden");
    let answer = program.change(Method::PUT, &hidden, &path, None).await;
    assert!(answer.json()["hidden_at"].is_string(), "{}", answer.html);
    let answer = program.change(Method::DELETE, &hidden, &path, None).await;
    assert!(answer.json()["hidden_at"].is_null(), "{}", answer.html);

    let news = format!("{path}/subscription");
    let answer = program.change(Method::PUT, &news, &path, Some(json!({"subscribed": true}))).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.html);
    pair.app.drain_jobs().await;
    let list = program.get("/api/v1/newsletter-subscribers?status=1&sort=created-at").await.json();
    let of_them = list["data"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| path.ends_with(&format!("/{}", row["customer"]["id"])));
    let subscriber = format!("/api/v1/newsletter-subscribers/{}", of_them.unwrap()["id"]);
    let news = format!("{subscriber}/subscription");
    let answer = program.change(Method::PUT, &news, &subscriber, Some(json!({"subscribed": false}))).await;
    assert_eq!(answer.json()["status"], "Unsubscribed", "{}", answer.html);
    pair.app.drain_jobs().await;

    pair.dispute(&[4]).await;
    let list = program.get("/api/v1/conflicts?state=waiting").await.json();
    let conflict = &list["data"][0];
    assert_eq!((&conflict["local"], &conflict["remote"]), (&json!("Here 4"), &json!("There 4")), "{list}");
    let path = format!("/api/v1/conflicts/{}", conflict["id"]);
    let decision = format!("{path}/decision");
    let answer = program.send(Method::PUT, &decision, Some(json!({"use": "local"})), Some("\"x\"")).await;
    assert_eq!(answer.status, StatusCode::PRECONDITION_FAILED);
    let answer = program.change(Method::PUT, &decision, &path, Some(json!({"use": "local"}))).await;
    assert_eq!(
        (&answer.json()["chosen"], answer.status),
        (&json!("local"), StatusCode::OK),
        "{}",
        answer.html
    );
    pair.app.drain_jobs().await;
    assert_eq!(pair.last_name_there(4), "Here 4");
    let answer = program.change(Method::PUT, &decision, &path, Some(json!({"use": "remote"}))).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.html);
    pair.app.drain_jobs().await;
    assert_eq!(pair.last_name_there(4), "There 4");
}

#[sqlx::test]
async fn what_cannot_be_edited_says_why_and_accounts_and_contacts_can(pool: PgPool) {
    let mut app = crate::support::App::as_administrator(pool).await;
    app.add_sales().await;
    let mut program = app.program("write").await;
    let (one, edit) = ("/api/v1/customers/1", json!({"first_name": "X"}));
    let answer = program.change(Method::PATCH, one, one, Some(edit)).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.json()["detail"].as_str().unwrap().contains("store"), "{}", answer.html);
    // where they belong is nobody's business but ours
    let answer = program.change(Method::PATCH, one, one, Some(json!({"owner": 1}))).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.html);

    app.run_sql("insert into accounts (name) values ('Verhoeven')").await;
    app.run_sql("insert into contacts (account_id, last_name) values (1, 'Verhoeven')").await;
    let path = "/api/v1/accounts/1";
    let answer =
        program.change(Method::PATCH, path, path, Some(json!({"default_contact": 9, "owner": 99}))).await;
    let names: Vec<String> = answer.blamed().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["default_contact", "owner"]);
    let edit = json!({"account_name": "Verhoeven & Zonen", "default_contact": 1, "owner": 1});
    let answer = program.change(Method::PATCH, path, path, Some(edit)).await;
    assert_eq!(answer.json()["account_name"], "Verhoeven & Zonen", "{}", answer.html);
    let path = "/api/v1/contacts/1";
    let answer = program.change(Method::PATCH, path, path, Some(json!({"email": "x"}))).await;
    assert_eq!(answer.blamed()[0].0, "email");
    let answer = program.change(Method::PATCH, path, path, Some(json!({"email": "v@example.org"}))).await;
    assert_eq!(answer.json()["email"], "v@example.org", "{}", answer.html);
}

#[sqlx::test]
async fn accounts_are_made_and_those_without_a_customer_deleted(pool: PgPool) {
    let (mut pair, mut program) = shop(pool, small()).await;
    let unnamed =
        program.send(Method::POST, "/api/v1/accounts", Some(json!({"description": "x"})), None).await;
    assert_eq!(unnamed.blamed()[0].0, "account_name", "{}", unnamed.html);
    let made =
        program.send(Method::POST, "/api/v1/accounts", Some(json!({"account_name": "Guild"})), None).await;
    assert_eq!(
        (made.status, made.json()["owner"]["name"].as_str()),
        (StatusCode::CREATED, Some("Ada Lovelace"))
    );
    let account = made.location().to_owned();
    let unconditional = program.send(Method::DELETE, &account, None, None).await;
    assert_eq!(unconditional.status, StatusCode::PRECONDITION_REQUIRED);
    let used = format!("/api/v1/accounts/{}", pair.app.count("select min(account_id) from customers").await);
    let refused = program.change(Method::DELETE, &used, &used, None).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.html);
    let gone = program.change(Method::DELETE, &account, &account, None).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(program.get(&account).await.status, StatusCode::NOT_FOUND);
    assert!(pair.app.get("/audit").await.text().contains("Guild"));
}
