//! The cross beside an integration that was configured and not saved yet: it is forgotten, after confirmation.

use axum::extract::{Path, State};

use super::super::access::Operator;
use super::super::channels::Confirm;
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, session};
use super::configure::of_channel_without;
use crate::crm::channels;

pub(super) async fn ask_new(State(web): State<Web>, operator: Operator) -> PageResult {
    ask_to_discard(&web, operator, "/channels/new").await
}

pub(super) async fn ask(State(web): State<Web>, operator: Operator, Path(channel): Path<i64>) -> PageResult {
    of_channel_without(&web, &operator, channel).await?;
    ask_to_discard(&web, operator, &format!("/channels/{channel}")).await
}

async fn ask_to_discard(web: &Web, operator: Operator, base: &str) -> PageResult {
    let back = if base == "/channels/new" { base.to_owned() } else { format!("{base}/edit") };
    page::show(&Confirm {
        shell: Shell::load(web, &operator.session, operator.user, "/channels").await?,
        title: "Remove this integration?".to_owned(),
        text: "It was not saved yet: its settings and its key are forgotten. Nothing changes in the store."
            .to_owned(),
        action: format!("{base}/integration/removal"),
        word: "Remove",
        grave: true,
        back,
    })
}

pub(super) async fn new(State(web): State<Web>, operator: Operator) -> PageResult {
    discard_draft(&web, &operator, None, "/channels/new").await
}

pub(super) async fn of_channel(
    State(web): State<Web>,
    operator: Operator,
    Path(channel): Path<i64>,
) -> PageResult {
    of_channel_without(&web, &operator, channel).await?;
    discard_draft(&web, &operator, Some(channel), &format!("/channels/{channel}/edit")).await
}

async fn discard_draft(web: &Web, operator: &Operator, channel: Option<i64>, back: &str) -> PageResult {
    let key = session::draft_key(&operator.session).await?;
    if let Some(draft) = channels::find_draft(&web.pool, &key, channel).await? {
        let mut db = web.pool.acquire().await?;
        channels::forget_draft_integration(&mut db, draft.id).await?;
    }
    page::see(back)
}
