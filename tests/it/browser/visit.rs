//! Somebody's visit: everything it needs is started before and ended after, whatever came of it.

use std::panic::{AssertUnwindSafe, resume_unwind};

use futures_util::FutureExt;

use super::chromium::{Chromium, Scripts};
use super::person::Person;
use super::served::Served;
use crate::support::App;

/// Opens the application in a browser and lets a person loose on it.
pub(super) async fn visit(app: &App, scripts: Scripts, story: impl AsyncFnOnce(&mut Person)) {
    let served = Served::start(app).await;
    let chromium = Chromium::start(scripts).await;
    let mut person = Person::new(chromium.client.clone(), served);
    let end = AssertUnwindSafe(async {
        story(&mut person).await;
        person.console_is_clean().await;
    })
    .catch_unwind()
    .await;
    if end.is_err() {
        person.leave_picture().await;
    }
    chromium.close().await;
    person.served.stop().await;
    if let Err(panic) = end {
        resume_unwind(panic);
    }
}
