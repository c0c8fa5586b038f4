//! The fields: what each may be, and what it says to the rest (S12-S19).

use cartwright::crm::users::Role;
use sqlx::PgPool;

use super::{Bench, KEY, NEW, refused};
use crate::support::App;

#[sqlx::test]
async fn the_form_has_its_fields_in_order_with_their_labels_and_defaults(pool: PgPool) {
    let mut app = App::as_administrator(pool).await;
    let page = app.get(NEW).await;
    let labels: Vec<String> = page
        .html
        .split("<label for=\"")
        .skip(1)
        .map(|rest| rest.split('>').nth(1).unwrap().split('<').next().unwrap().to_owned())
        .filter(|label| !label.starts_with("Search"))
        .collect();
    let (rules, labels): (Vec<String>, Vec<String>) =
        labels.into_iter().partition(|label| label.starts_with("Rule for "));
    assert_eq!((rules.len(), rules[0].as_str()), (21, "Rule for Email"), "for customers and addresses");
    assert_eq!(
        labels,
        [
            "Name",
            "SOAP WSDL URL",
            "SOAP API User",
            "SOAP API Key",
            "WS-I Compliance",
            "Sync start date",
            "Website",
            "Admin url",
            "Guest Customer Sync",
            "Import Order Comments as Order Notes",
            "Split by Full Name",
            "Default owner",
            "Enable two way sync",
            "Sync priority",
            "HTTP basic auth user",
            "HTTP basic auth password",
            "CA certificate",
            "Calls at once",
            "Requests per minute",
            "Sync interval",
            "Quiet hours from",
            "Quiet hours to",
            "Time zone of the quiet hours",
            "Cart sweep budget",
        ]
    );
    for required in [
        "name",
        "soap-wsdl-url",
        "soap-api-user",
        "soap-api-key",
        "sync-start-date",
        "website",
        "default-owner",
    ] {
        assert!(page.tag(&format!("id=\"{required}\"")).contains(" required"), "{required}");
    }
    for optional in ["admin-url", "basic-auth-user", "calls-at-once"] {
        assert!(!page.tag(&format!("id=\"{optional}\"")).contains(" required"), "{optional}");
    }
    assert_eq!(page.value_of("sync-start-date"), "2007-01-01");
    assert!(page.tag("value=\"1\" selected").contains("option"), "the owner is who creates it (S29)");
    assert!(!page.tag("id=\"enable-two-way-sync\"").contains(" checked"), "off by default (S31)");
    for on in ["guest-customer-sync", "import-order-comments-as-order-notes"] {
        assert!(page.tag(&format!("id=\"{on}\"")).contains(" checked"), "{on} is on by default");
    }
    assert!(!page.tag("id=\"sync-priority\"").contains(" disabled"), "chosen together with two way sync");
    assert!(page.tag("value=\"remote\"").contains("selected"));
    assert!(page.text().contains("How to set this up in Magento"));
}

#[sqlx::test]
async fn every_field_is_refused_for_what_it_cannot_be_and_keeps_what_was_typed(pool: PgPool) {
    let mut bench = Bench::new(pool).await;
    assert!(bench.check(&[]).await.text().contains("Connected."));
    bench.app.colleague(Role::Viewer).await;
    let viewer = bench.app.count("select id from users where role = 'viewer'").await.to_string();
    let (long, huge) = ("x".repeat(251), "y".repeat(1_000_000));
    let (long_url, huge_url) = (
        format!("https://shop.example.com/{}", "x".repeat(2_000)),
        format!("https://shop.example.com/{huge}"),
    );
    let pem = "-----BEGIN CERTIFICATE-----\n\0\n-----END CERTIFICATE-----";
    let script = "\"><script>alert(1)</script>'";
    let many: String = (0..1001).map(|nr| format!("a{nr}@example.org\n")).collect();
    let huge_pem = format!("-----BEGIN CERTIFICATE-----\n{huge}\n-----END CERTIFICATE-----");
    for (field, value, why) in [
        ("name", "", "Enter a name"),
        ("name", "  ", "Enter a name"),
        ("name", &long, "at most 250"),
        ("name", &huge, "at most 250"),
        ("name", "a\0b", "control characters"),
        ("name", "a\r\nb", "control characters"),
        ("soap-wsdl-url", "", "Enter the URL"),
        ("soap-wsdl-url", "shop", "not a URL"),
        ("soap-wsdl-url", "shop.example.com/index.php", "not a URL"),
        ("soap-wsdl-url", "shop.example.com:8080/api", "not a URL"),
        ("soap-wsdl-url", "https://", "host"),
        ("soap-wsdl-url", "https://a b/", "not a URL"),
        ("soap-wsdl-url", "https://a\0b/", "not a URL"),
        ("soap-wsdl-url", "ftp://shop.example.com/wsdl", "https:// or http://"),
        ("soap-wsdl-url", "file:///etc/passwd", "https:// or http://"),
        ("soap-wsdl-url", "javascript:alert(1)", "not a URL"),
        ("soap-wsdl-url", script, "not a URL"),
        ("soap-wsdl-url", &long_url, "too long"),
        ("soap-wsdl-url", &huge_url, "too long"),
        ("soap-api-user", "", "Enter the SOAP API user"),
        ("soap-api-user", &long, "at most 250"),
        ("soap-api-user", &huge, "at most 250"),
        ("soap-api-user", "a\0b", "control characters"),
        ("sync-start-date", "", "Enter a date"),
        ("sync-start-date", "yesterday", "Enter a date"),
        ("sync-start-date", "01/02/2007", "Enter a date"),
        ("sync-start-date", "2007-02-30", "Enter a date"),
        ("sync-start-date", "0001-01-01", "from 1990"),
        ("sync-start-date", "+262142-01-01", "yet to come"),
        ("sync-start-date", script, "Enter a date"),
        ("sync-start-date", "2007-01-01\0", "Enter a date"),
        ("sync-start-date", &huge, "Enter a date"),
        ("admin-url", "admin", "Enter an address"),
        ("admin-url", "javascript:alert(1)", "https:// or http://"),
        ("admin-url", "data:text/html,<script>alert(1)</script>", "https:// or http://"),
        ("admin-url", "https://ada:geheim@shop.example.com/admin", "Take the user and password out"),
        ("admin-url", "https://a\0b/admin", "Enter an address"),
        ("admin-url", &long_url, "at most 2,000"),
        ("admin-url", &huge_url, "at most 2,000"),
        ("basic-auth-user", &long, "at most 250"),
        ("basic-auth-user", "a\0b", "control characters"),
        ("calls-at-once", "0", "from 1 to 8"),
        ("calls-at-once", "9", "from 1 to 8"),
        ("calls-at-once", "-1", "from 1 to 8"),
        ("calls-at-once", "1.5", "from 1 to 8"),
        ("calls-at-once", "99999999999999999999", "from 1 to 8"),
        ("calls-at-once", script, "from 1 to 8"),
        ("calls-at-once", "1\0", "from 1 to 8"),
        ("calls-at-once", &huge, "from 1 to 8"),
        ("requests-per-minute", "0", "from 1 to 6000"),
        ("requests-per-minute", "6001", "from 1 to 6000"),
        ("requests-per-minute", "many", "from 1 to 6000"),
        ("ca-certificate", "no certificate", "PEM"),
        ("ca-certificate", "</textarea><script>alert(1)</script>", "PEM"),
        ("ca-certificate", pem, "PEM"),
        ("ca-certificate", &huge_pem, "PEM"),
        ("website", "", "Check the connection first"),
        ("website", "99", "not one of the store"),
        ("website", "all of them", "Choose one"),
        ("website", "99999999999999999999", "Choose one"),
        ("website", script, "Choose one"),
        ("default-owner", "", "Choose who"),
        ("default-owner", "0", "Choose who"),
        ("default-owner", "nobody", "Choose who"),
        ("default-owner", "99999999999999999999", "Choose who"),
        ("default-owner", &viewer, "Choose who"),
        ("sync-interval", "4", "5 seconds to a day"),
        ("sync-interval", "86401", "5 seconds to a day"),
        ("sync-interval", "-5", "5 seconds to a day"),
        ("sync-interval", "often", "5 seconds to a day"),
        ("cart-sweep-budget", "-1", "from 0 to 1000"),
        ("cart-sweep-budget", "1001", "from 0 to 1000"),
        ("cart-sweep-budget", "some", "from 0 to 1000"),
        ("split-by-full-name", "ada", "“ada”: Enter an email address"),
        ("split-by-full-name", "ada@example.org; <script>alert(1)</script>", "Enter an email address"),
        ("split-by-full-name", &huge, "at most 254"),
        ("split-by-full-name", &many, "at most 1,000"),
    ] {
        let mut changes = vec![("website", "all"), ("admin-url", "https://shop.example.com/panel")];
        changes.push((field, value));
        let page = bench.press(NEW, "done", &changes).await;
        let error = refused(&page, field);
        assert!(error.contains(why), "{field}={value:.50}: {error}");
        assert!(!page.html.contains("<script>alert"), "{field}={value:.50}");
        assert!(!page.html.contains(KEY), "{field}: the key is shown back");
        match field {
            "website" | "default-owner" | "sync-interval" => {}
            "split-by-full-name" => assert!(page.html.contains("aria-invalid")),
            "ca-certificate" => assert!(page.tag("id=\"ca-certificate\"").contains("aria-invalid")),
            // a page cannot hold NUL
            _ => assert!(
                page.value_of(field) == value.replace('\0', "\u{fffd}"),
                "{field}={value:.50} is not kept"
            ),
        }
        if field != "name" {
            assert_eq!(page.value_of("name"), "Corner Store", "the other fields are kept, too");
        }
    }
    assert!(
        bench.app.get("/channels/new").await.html.contains("Configure integration"),
        "none of it was done"
    );
}

#[sqlx::test]
async fn a_key_that_cannot_be_one_is_refused_and_not_kept_for_later_either(pool: PgPool) {
    let mut bench = Bench::new(pool).await;
    let (long, huge) = ("k".repeat(1_001), "k".repeat(1_000_000));
    for (key, why) in [
        ("", "Enter the SOAP API key"),
        ("a\0b", "cannot be typed"),
        ("a\nb", "cannot be typed"),
        (&long, "at most 1,000"),
        (&huge, "at most 1,000"),
    ] {
        for action in ["check", "done"] {
            let page = bench.press(NEW, action, &[("soap-api-key", key)]).await;
            let error = refused(&page, "soap-api-key");
            assert!(error.contains(why), "{key:.20}: {error}");
            assert_eq!(page.value_of("soap-api-key"), "");
            let blank = bench.press(NEW, action, &[("soap-api-key", "")]).await;
            assert!(refused(&blank, "soap-api-key").contains("Enter the SOAP API key"), "{key:.20} is kept");
        }
    }
}

#[sqlx::test]
async fn a_password_for_nobody_is_refused_at_the_user(pool: PgPool) {
    let mut bench = Bench::new(pool).await;
    let page = bench.check(&[("basic-auth-password", "geheim")]).await;
    assert!(refused(&page, "basic-auth-user").contains("Enter the user"));
    assert!(!page.html.contains("geheim"));
    let page = bench.check(&[("basic-auth-user", "ada"), ("basic-auth-password", "a\0b")]).await;
    refused(&page, "basic-auth-password");
}

#[sqlx::test]
async fn guests_comments_shared_addresses_and_the_budget_for_carts_are_kept_and_shown(pool: PgPool) {
    let mut bench = Bench::saved(pool).await;
    let kept = "select concat(guest_customers, ' ', order_notes, ' ', split_by_name::text, ' ', cart_budget) from integrations";
    assert_eq!(bench.app.text(kept).await, "t t {} ", "as a new form has them");
    let shared = "Office@Example.org, desk@example.org;\r\noffice@example.ORG\n\n;";
    let changes = [("split-by-full-name", shared), ("cart-sweep-budget", "0")];
    let saved = bench.edit(&changes).await;
    assert_eq!(saved.location(), "/integrations/1", "{}", saved.text());
    assert_eq!(bench.app.text(kept).await, "t t {desk@example.org,office@example.org} 0");
    let page = bench.app.get("/integrations/1").await;
    for (name, value) in [
        ("Guest Customer Sync", "On"),
        ("Import Order Comments as Order Notes", "On"),
        ("Split by Full Name", "desk@example.org, office@example.org"),
        ("Cart sweep budget", "Carts are not looked for"),
    ] {
        assert_eq!(page.part(&format!("<dt>{name}</dt>"), "</dd>"), format!("{name} {value}"));
    }
    let form = bench.app.get("/integrations/1/edit").await;
    assert!(form.html.contains("\ndesk@example.org\noffice@example.org</textarea>"));
    assert_eq!(form.value_of("cart-sweep-budget"), "0");
    // a box that is not ticked is not sent
    bench
        .form
        .retain(|(name, _)| !["guest-customer-sync", "import-order-comments-as-order-notes"].contains(name));
    bench.edit(&[]).await;
    assert_eq!(bench.app.text(kept).await, "f f {} ");
    let form = bench.app.get("/integrations/1/edit").await;
    assert!(!form.tag("id=\"guest-customer-sync\"").contains(" checked"));
}
