//! "Send a test": what is saved is tried here and now, and what went wrong is shown word for word.

use axum::extract::State;
use serde_json::json;

use super::super::access::Administrator;
use super::super::error::PageError;
use super::super::form::Errors;
use super::super::page::{self, PageResult};
use super::super::{Web, session};
use super::{Again, group, load};
use crate::base::clock;
use crate::crm::audit::{self, Act, Changes, Subject, SubjectKind};
use crate::notify::{self, Mail};

/// `POST /settings/mail/tests`
pub(super) async fn mail(State(web): State<Web>, who: Administrator) -> PageResult {
    let mail = Mail {
        to: who.user.email.clone(),
        subject: "A test from Cartwright".to_owned(),
        text: "This is a test. E-mails from Cartwright arrive.\n".to_owned(),
    };
    let tried = notify::try_mail(&web.pool, &web.vault, &mail).await;
    let good = format!("A test is on its way to {}.", who.user.email);
    answer(&web, &who, "mail", tried.map_err(|problem| problem.to_string()), &good).await
}

/// `POST /settings/webhook/tests`
pub(super) async fn webhook(State(web): State<Web>, who: Administrator) -> PageResult {
    let body = json!({ "event": "test", "at": clock::now().to_rfc3339(), "by": who.user.name }).to_string();
    let tried = notify::try_webhook(&web.pool, &web.vault, web.private_addresses, &body).await;
    let good = "The webhook took the test.";
    answer(&web, &who, "webhook", tried.map_err(|problem| problem.to_string()), good).await
}

async fn answer(
    web: &Web,
    who: &Administrator,
    key: &str,
    tried: Result<(), String>,
    good: &str,
) -> Result<axum::response::Response, PageError> {
    let group = group(key)?;
    let subject = Subject::named(SubjectKind::Settings, group.word);
    let result = tried.as_ref().err().map_or("It works", String::as_str);
    let mut db = web.pool.acquire().await?;
    audit::note(&mut db, &who.actor(), Act::Tested, &subject, &Changes::none().told("Test", result)).await?;
    drop(db);
    match tried {
        Ok(()) => {
            session::flash(&who.session, good, None).await?;
            page::see(&format!("/settings#{key}"))
        }
        Err(found) => {
            let again = Again { group, typed: None, errors: Errors::default(), found: Some(found) };
            page::show_again(&load(web, who, Some(again)).await?)
        }
    }
}
