//! A newsletter subscriber's page.

use askama::Template;
use axum::extract::{Path, State};

use super::super::access::SignedIn;
use super::super::desk::Desk;
use super::super::error::PageError;
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, sale, view};
use super::News;
use crate::crm::newsletter::{self, SubscriberRecord};
use crate::crm::records::{Record, RecordKind};

#[derive(Template)]
#[template(path = "newsletter/show.html")]
struct Show {
    shell: Shell,
    desk: Desk,
    subscriber: SubscriberRecord,
    news: News,
}

pub(super) async fn show(State(web): State<Web>, who: SignedIn, Path(id): Path<i64>) -> PageResult {
    let subscriber = newsletter::find(&web.pool, id).await?.ok_or(PageError::NotFound)?;
    let shell = Shell::load(&web, &who.session, who.user, "/newsletter-subscribers").await?;
    let news = News::of_subscriber(&web, &shell.user, &subscriber).await?;
    let desk = Desk::load(&web, &shell.user, Record::new(RecordKind::Subscriber, id)).await?;
    page::show(&Show { shell, desk, subscriber, news })
}
