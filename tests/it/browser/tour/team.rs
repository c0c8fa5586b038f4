//! Who works here, and one's own page, in every look; and joining by a link as a new colleague does.

use sqlx::PgPool;

use super::super::chromium::Scripts;
use super::super::visit::visit;
use crate::support::{App, PASSWORD};
use cartwright::crm::users::Role;

const PAGES: [(&str, &str); 18] = [
    ("users", "/users"),
    ("user", "/users/2"),
    ("user-edit", "/users/2/edit"),
    ("user-new", "/users/new"),
    ("user-disable", "/users/2/deactivation"),
    ("teams", "/teams"),
    ("team", "/teams/1"),
    ("team-edit", "/teams/1/edit"),
    ("team-new", "/teams/new"),
    ("profile", "/profile"),
    ("two-factor", "/profile/two-factor"),
    ("api-tokens", "/profile/tokens"),
    ("rest-api", "/help/api"),
    ("webhooks", "/webhooks"),
    ("webhook", "/webhooks/1"),
    ("webhook-new", "/webhooks/new"),
    ("assign-owner", "/customers/owners?id=1&id=2"),
    ("dead-link", "/invitation?token=none"),
];

async fn app(pool: PgPool) -> App {
    let app = App::as_administrator(pool).await;
    app.add_sales().await;
    app.add_user("Grace Hopper", "grace@example.org", Role::Manager).await;
    app.run_sql("insert into teams (name) values ('North'), ('South')").await;
    app.run_sql("insert into team_members values (1, 1), (1, 2)").await;
    app.run_sql(
        "insert into api_tokens (user_id, name, token_hash, beginning, scopes, expires_at) values
            (1, 'Nightly export to the warehouse', '\\x00', 'cw_3f81a2', '{read}', now() + interval '3 days'),
            (2, 'Old', '\\x01', 'cw_77ab01', '{read,write}', now() - interval '3 days')",
    )
    .await;
    app.run_sql(
        "insert into webhooks (name, url, events, failures, failing_since) values ('Warehouse',
            'https://warehouse.example.com/hooks/cartwright', '{order.created,order.updated}', 2, now() - interval '1 hour')",
    )
    .await;
    app.run_sql(
        "insert into webhook_deliveries (webhook_id, events, subject, attempts, sent_at, error) values
            (1, '[]', '3 × order.created', 1, now(), null),
            (1, '[]', 'order.created, 2 × order.updated', 2, null, 'warehouse.example.com answered HTTP 503 instead of 2xx.')",
    )
    .await;
    app.run_sql(
        "insert into invitations (email, name, role, token_hash, invited_by, expires_at) values
            ('new@example.org', 'New', 'sales', '\\x00', 1, now() + interval '3 days'),
            ('old@example.org', '', 'viewer', '\\x01', 1, now() - interval '3 days')",
    )
    .await;
    app
}

#[sqlx::test]
async fn pages_of_the_team(pool: PgPool) {
    let app = app(pool).await;
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        for (name, path) in PAGES {
            ada.views(name, path).await;
        }
        ada.open("/profile").await;
        ada.choose("Theme", "Dark").await;
        ada.press("Save").await;
        ada.hears("status", "Profile saved.").await;
        ada.inspects("profile-dark").await;
    })
    .await;
}

#[sqlx::test]
async fn words_that_never_end_stay_within_the_pages_of_the_team(pool: PgPool) {
    let app = app(pool).await;
    app.run_sql(
        "with t as (update teams set name = repeat('T', 190) || id), i as (update invitations set name = repeat('N', 190),
            email = repeat('e', 200) || id || '@example.org')
         update users set name = repeat('W', 190) where id = 2",
    )
    .await;
    app.run_sql("update users set email = repeat('e', 200) || '@example.org' where id = 2").await;
    visit(&app, Scripts::Off, async |ada| {
        ada.sign_in().await;
        for (_, path) in PAGES {
            ada.stays_within(path).await;
        }
    })
    .await;
}

#[sqlx::test]
async fn somebody_is_invited_joins_and_works_beside_whoever_asked_them(pool: PgPool) {
    let app = app(pool).await;
    visit(&app, Scripts::On, async |ada| {
        ada.sign_in().await;
        ada.open("/users").await;
        ada.press("Create User").await;
        ada.fill("Email", "mary@example.org").await;
        ada.choose("Role", "Manager").await;
        ada.press("Save").await;
        ada.reads_heading("Invite mary@example.org").await;
        ada.inspects("invitation-link").await;
        let link = ada.value("Link").await;
        let path = link.split_once("/invitation").unwrap().1.to_owned();
        ada.open("/").await;
        ada.press("Ada Lovelace").await;
        ada.press("Sign out").await;
        ada.reads_heading("Sign in").await;
        ada.open(&format!("/invitation{path}")).await;
        ada.reads_heading("Welcome").await;
        ada.inspects("invitation").await;
        ada.fill("Name", "Mary Somerville").await;
        ada.fill("Password", PASSWORD).await;
        ada.press("Join").await;
        ada.hears("status", "Welcome to Cartwright.").await;
        ada.open(&format!("/invitation{path}")).await;
        ada.reads_heading("This link is not good any more").await;
        ada.open("/channels/1").await;
        ada.reads_no_more("Deactivate").await;
    })
    .await;
}
