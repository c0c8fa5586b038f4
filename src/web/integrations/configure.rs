//! Configuring an integration: a draft on the way to a channel, or one that is saved.
//!
//! The same form stands in a dialog (asked for with the header `x-part`) and, without JavaScript, on a page of its own.
//! Its buttons: Check Connection, Sync website list (the same), switch the WS-I flag and check again, Done and Preview
//! ([`super::done`]), Cancel.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::super::Web;
use super::super::access::Operator;
use super::super::error::PageError;
use super::super::form::{Errors, Posted};
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::check::{self, Trial};
use super::done::{self, Button};
use super::parse;
use super::subject::{Form, Page, Subject};
use crate::crm::channels::{self, ChannelType, Clearing};

pub(super) async fn new(State(web): State<Web>, operator: Operator, headers: HeaderMap) -> PageResult {
    let subject = Subject::draft(&web, &operator, None).await?;
    open(&web, operator, subject, &headers).await
}

pub(super) async fn of_channel(
    State(web): State<Web>,
    operator: Operator,
    Path(channel): Path<i64>,
    headers: HeaderMap,
) -> PageResult {
    let subject = of_channel_without(&web, &operator, channel).await?;
    open(&web, operator, subject, &headers).await
}

pub(super) async fn edit(
    State(web): State<Web>,
    operator: Operator,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> PageResult {
    let subject = Subject::saved(&web, &operator, id).await?;
    open(&web, operator, subject, &headers).await
}

pub(super) async fn draft_new(
    State(web): State<Web>,
    operator: Operator,
    headers: HeaderMap,
    posted: Posted,
) -> PageResult {
    let subject = Subject::draft(&web, &operator, None).await?;
    act(web, operator, subject, &headers, posted).await
}

pub(super) async fn draft_of_channel(
    State(web): State<Web>,
    operator: Operator,
    Path(channel): Path<i64>,
    headers: HeaderMap,
    posted: Posted,
) -> PageResult {
    let subject = of_channel_without(&web, &operator, channel).await?;
    act(web, operator, subject, &headers, posted).await
}

pub(super) async fn update(
    State(web): State<Web>,
    operator: Operator,
    Path(id): Path<i64>,
    headers: HeaderMap,
    posted: Posted,
) -> PageResult {
    let subject = Subject::saved(&web, &operator, id).await?;
    act(web, operator, subject, &headers, posted).await
}

/// The draft of a channel that has no integration yet.
pub(super) async fn of_channel_without(
    web: &Web,
    operator: &Operator,
    channel: i64,
) -> Result<Subject, PageError> {
    let found = channels::find(&web.pool, channel).await?.ok_or(PageError::NotFound)?;
    if found.channel_type != ChannelType::Magento || found.clearing == Some(Clearing::Channel) {
        return Err(PageError::NotFound);
    }
    operator.must_manage(found.owner_id)?;
    if channels::integration_of_channel(&web.pool, channel).await?.is_some() {
        return Err(PageError::NotFound);
    }
    Subject::draft(web, operator, Some(channel)).await
}

async fn open(web: &Web, operator: Operator, mut subject: Subject, headers: &HeaderMap) -> PageResult {
    // a key that was tried on a form which was then left is not the one that is meant now
    channels::forget_tried_secrets(&mut *web.pool.acquire().await?, &mut subject.draft).await?;
    let typed = subject.start(&operator);
    respond(web, operator, subject.form(&typed, &Errors::default(), None), headers, StatusCode::OK).await
}

async fn act(
    web: Web,
    operator: Operator,
    mut subject: Subject,
    headers: &HeaderMap,
    posted: Posted,
) -> PageResult {
    let action = posted.get("action").to_owned();
    if action == "cancel" {
        return cancel(&web, &mut subject, headers).await;
    }
    let mut typed = parse::without_credentials(posted);
    match action.as_str() {
        "switch-wsi" if typed.has("ws-i-compliance") => typed = typed.without(&["ws-i-compliance"]),
        "switch-wsi" => typed = typed.with("ws-i-compliance", "on"),
        _ => {}
    }
    match action.as_str() {
        "done" => return done::done(&web, operator, subject, headers, typed, Button::Done).await,
        "preview" => return done::done(&web, operator, subject, headers, typed, Button::Preview).await,
        _ => {}
    }
    let mut errors = Errors::default();
    let (key, password) = subject.secrets(&web, &typed).await?;
    parse::connection(&typed, key.is_some(), &mut errors);
    let (Some(key), true) = (key, errors.is_empty()) else {
        keep_secrets(&web, &mut subject, &typed, &errors).await?;
        let form = subject.form(&typed, &errors, None);
        return respond(&web, operator, form, headers, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let trial = Trial::of(&typed, key, password);
    if wants_lines(headers) {
        let (pool, draft) = (web.pool.clone(), subject.draft.id);
        let keep = move |checked| async move { Ok(channels::save_checked(&pool, draft, &checked).await?) };
        return Ok(check::streamed(web, trial, keep));
    }
    keep_secrets(&web, &mut subject, &typed, &errors).await?;
    let (probe, checked) = check::whole(&web, &trial).await?;
    if let Some(checked) = checked {
        channels::save_checked(&web.pool, subject.draft.id, &checked).await?;
        if typed.get("website").is_empty() {
            typed = typed.with("website", "all");
        }
        typed = typed.with("soap-wsdl-url", &checked.wsdl_url);
        if let (true, Some(url)) = (typed.get("admin-url").is_empty(), probe.admin_url()) {
            typed = typed.with("admin-url", url);
        }
        subject.draft.checked = Some(checked);
    }
    let form = subject.form(&typed, &errors, Some(probe));
    respond(&web, operator, form, headers, StatusCode::OK).await
}

/// What was typed into a secret's field is not shown back, so it is kept with the draft instead, unless it is wrong.
pub(super) async fn keep_secrets(
    web: &Web,
    subject: &mut Subject,
    typed: &Posted,
    errors: &Errors,
) -> Result<(), PageError> {
    let right = |name| check::given(typed, name).filter(|_| errors.get(name).is_none());
    let (key, password) = (right("soap-api-key"), right("basic-auth-password"));
    if key.is_none() && password.is_none() {
        return Ok(());
    }
    channels::save_draft_secrets(&web.pool, &web.vault, subject.draft.id, key.as_ref(), password.as_ref())
        .await?;
    subject.draft.has_key |= key.is_some();
    subject.draft.has_password |= password.is_some();
    Ok(())
}

async fn cancel(web: &Web, subject: &mut Subject, headers: &HeaderMap) -> PageResult {
    // what an earlier Done kept, and the channel form around it, stay; what was typed since is forgotten
    let mut db = web.pool.acquire().await?;
    if subject.draft.settings.is_none() && subject.draft.channel_form == json!({}) {
        channels::delete_draft(&mut db, subject.draft.id).await?;
    } else {
        channels::forget_tried_secrets(&mut db, &mut subject.draft).await?;
    }
    if is_part(headers) {
        return Ok(json_answer(&json!({ "cancelled": true })));
    }
    page::see(&subject.back())
}

/// The dialog's content, or a page of its own.
pub(super) async fn respond(
    web: &Web,
    operator: Operator,
    form: Form,
    headers: &HeaderMap,
    status: StatusCode,
) -> PageResult {
    if is_part(headers) {
        return Ok((status, axum::response::Html(form.render()?)).into_response());
    }
    let shell = Shell::load(web, &operator.session, operator.user, "/integrations").await?;
    let html = Page { shell, form }.render()?;
    Ok((status, axum::response::Html(html)).into_response())
}

pub(super) fn is_part(headers: &HeaderMap) -> bool {
    headers.contains_key("x-part")
}

fn wants_lines(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("ndjson"))
}

pub(super) fn json_answer(value: &serde_json::Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}
