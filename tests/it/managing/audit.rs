//! What is done to channels, integrations and jobs is told in the audit trail, secrets never.

use cartwright::simulator::{Options, Simulator};
use sqlx::PgPool;

use crate::support::{App, only_customers, settings, with};

#[sqlx::test]
async fn the_trail_tells_what_was_done_to_channels_integrations_and_jobs_and_no_secret(pool: PgPool) {
    let options = Options { customers: 3, ..only_customers() };
    let store = Simulator::start(options.clone()).await.unwrap();
    let mut app = App::as_administrator(pool).await;
    app.connect(&store, &options, "Books").await;
    app.drain_jobs().await;
    let form = settings(&store, &options, "Books");
    let fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let fields = with(&with(&fields, "website", "all"), "action", "done");
    let fields = with(&with(&fields, "sync-interval", "3600"), "soap-api-key", "a new secret key");
    app.post("/integrations/1", &fields).await;
    app.post("/integrations/1/pause", &[]).await;
    app.post("/integrations/1/pause", &[]).await;
    app.post("/integrations/1/jobs", &[]).await;
    app.post("/jobs/2/cancellation", &[]).await;
    app.post("/channels/1", &[("name", "Books 2"), ("status", "active")]).await;
    app.post("/channels/1/deactivation", &[]).await;
    app.post("/integrations/1/removal", &[("records", "keep")]).await;
    app.delete_channel("Books 2").await;
    let told = app
        .text(
            "select string_agg(subject || ' ' || name || ': ' || act, E'\\n' order by id) from audit_entries
             where subject in ('channel', 'integration', 'job')",
        )
        .await;
    assert_eq!(
        told.lines().collect::<Vec<_>>(),
        [
            "channel Books: created",
            "integration Books Store: created",
            "integration Books Store: changed",
            "integration Books Store: paused",
            "integration Books Store: started",
            "job Sync of Books Store: cancelled",
            "channel Books 2: changed",
            "channel Books 2: deactivated",
            "integration Books Store: deleted",
            "channel Books 2: deleted",
        ]
    );
    let changes =
        app.text("select changes::text from audit_entries where act = 'changed' order by id limit 1").await;
    for words in ["Sync interval", "As the server is set", "Every hour", "SOAP API Key"] {
        assert!(changes.contains(words), "{words}: {changes}");
    }
    assert!(!app.database().await.contains("a new secret key"));
}
