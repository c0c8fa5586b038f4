//! The part of a page that changes while a job runs: sent again whenever it has changed, until nothing more will.

use std::convert::Infallible;
use std::time::Duration;

use askama::Template;
use axum::http::header::CACHE_CONTROL;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt, stream};

use super::Web;
use super::access::{self, Operator};
use super::error::PageError;
use super::look;

/// How long it waits before it looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// A part that is watched.
pub(super) trait Watched: Template + Send + Sized + 'static {
    /// The part as it is now.
    fn load(web: &Web, operator: &Operator, id: i64) -> impl Future<Output = Result<Self, PageError>> + Send;

    /// Will nothing more change?
    fn is_over(&self) -> bool;
}

/// The part, now and whenever it has changed.
pub(super) fn events<P: Watched>(web: Web, operator: Operator, id: i64) -> Response {
    let stream = Sse::new(changes::<P>(web, operator, id)).keep_alive(KeepAlive::default());
    ([(CACHE_CONTROL, "no-store")], stream).into_response()
}

fn changes<P: Watched>(
    web: Web,
    operator: Operator,
    id: i64,
) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold((web, operator, String::new(), false), move |(web, mut operator, last, over)| async move {
        if over || web.closing.is_cancelled() {
            return None;
        }
        loop {
            // whoever signed out meanwhile, or lost the right, watches no longer
            operator.session.load().await.ok()?;
            let user = access::user_of(&web, &operator.session).await.ok()??;
            operator.user = user.may_see_system().then_some(user)?;
            let part = P::load(&web, &operator, id).await.ok()?;
            let over = part.is_over();
            let html = look::within(operator.user.look, || part.render()).ok()?;
            if html != last || over {
                let name = if over { "over" } else { "progress" };
                let event = Event::default().event(name).data(html.replace('\r', ""));
                return Some((Ok(event), (web, operator, html, over)));
            }
            // a page whose process stops connects again, to the one that goes on
            web.closing.run_until_cancelled(tokio::time::sleep(LOOK_AGAIN)).await?;
        }
    })
    .fuse()
}
