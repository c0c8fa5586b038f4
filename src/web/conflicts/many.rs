//! One answer for all conflicts of a field that wait and pass the filters.
//!
//! The question tells how many there are. The answer carries the newest of them and a fingerprint of what was shown: what
//! came later is not answered, and where one of them has become another meanwhile, nothing is.

use std::collections::BTreeMap;

use axum::extract::State;
use sha2::{Digest, Sha256};

use super::super::access::SignedIn;
use super::super::channels::Confirm;
use super::super::error::PageError;
use super::super::grid::Asked;
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, customers as pages, session, view};
use super::decide::LOOK_AGAIN;
use super::{back, list};
use crate::crm::changes::{self, ConflictRow};
use crate::crm::customers;
use crate::crm::merge::{Side, Unit};

/// Conflicts that one answer takes.
const MOST: i64 = 5000;
/// Conflicts that are decided in one transaction: a sync of their channel waits no longer than these take.
const TOGETHER: usize = 200;

/// What an answer is about.
struct Question {
    unit: Unit,
    side: Side,
    rows: Vec<ConflictRow>,
}

/// `GET /conflicts/answers`: are they all to be answered like this?
pub(super) async fn ask(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    let Some(question) = question(&web, &who, &asked).await? else { return nothing(&who).await };
    let Some(newest) = question.rows.iter().map(|row| row.id).max() else { return nothing(&who).await };
    let shown = fingerprint(&question.rows);
    let action = asked.with(&[("newest", &newest.to_string()), ("shown", &shown)]);
    let (word, what) = match question.side {
        Side::Local => ("Use local", "The value here is sent to Magento for each of them"),
        Side::Remote => {
            ("Use remote", "Magento’s value is taken over for each of them, and the edit here is discarded")
        }
    };
    let (n, field) = (question.rows.len(), question.unit.word());
    let more = match i64::try_from(n) {
        Ok(MOST) => " These are the newest; if more wait, they are asked for next time.",
        _ => "",
    };
    page::show(&Confirm {
        shell: Shell::load(&web, &who.session, who.user, "/conflicts").await?,
        title: format!("{word} for all {} of {field}?", view::number(n.try_into().unwrap_or(i64::MAX))),
        text: format!(
            "{what}. Both values are kept, and each decision can be turned round. What comes in after this page was opened \
             is not answered.{more}"
        ),
        action: format!("/conflicts/answers{action}"),
        word,
        grave: false,
        back: format!("/conflicts{}", asked.with(&[("use", "")])),
    })
}

/// `POST /conflicts/answers`
pub(super) async fn answer(State(web): State<Web>, who: SignedIn, asked: Asked) -> PageResult {
    let Some(mut question) = question(&web, &who, &asked).await? else { return nothing(&who).await };
    question.rows.retain(|row| Some(row.id) <= asked.id("newest"));
    if question.rows.is_empty() || fingerprint(&question.rows) != asked.get("shown") {
        session::refuse(&who.session, LOOK_AGAIN, None).await?;
        return page::see("/conflicts");
    }
    let (mut answered, by) = (0, who.actor());
    for some in question.rows.chunks(TOGETHER) {
        let mut tx = web.pool.begin().await?;
        answered += changes::answer_all(&mut tx, some, question.side, &by).await?;
        tx.commit().await?;
    }
    let n = view::number(answered.try_into().unwrap_or(i64::MAX));
    let note = format!("{n} conflicts of {} are decided.", question.unit.word());
    push(&web, &who, &question.rows, &note).await?;
    let filters = [("use", ""), ("newest", ""), ("shown", ""), ("field", "")];
    back(&asked.with(&filters), 0)
}

/// `None` = it cannot be told what is meant: then nothing is answered.
async fn question(web: &Web, who: &SignedIn, asked: &Asked) -> Result<Option<Question>, PageError> {
    if !who.user.may_edit() {
        return Err(PageError::Forbidden);
    }
    // what the question is about is no filter of the list
    let filters = Asked::parse(&asked.with(&[("use", ""), ("newest", ""), ("shown", "")]));
    let reading = list::lister(web, &who.user, filters).await?.read();
    let meant = Unit::from_key(&asked.get("field")).zip(Side::from_key(&asked.get("use")));
    let Some((unit, side)) = meant.filter(|_| reading.notes.is_empty()) else { return Ok(None) };
    let rows = changes::waiting_like(&web.pool, &reading.wanted, MOST).await?;
    Ok(Some(Question { unit, side, rows }))
}

/// The next sync of every channel brings the answers to its store.
async fn push(web: &Web, who: &SignedIn, rows: &[ConflictRow], note: &str) -> Result<(), PageError> {
    let of_channels: BTreeMap<i64, i64> = rows.iter().map(|row| (row.channel_id, row.customer_id)).collect();
    let mut integrations = Vec::new();
    for customer in of_channels.into_values() {
        let customer = customers::find(&web.pool, customer).await?.ok_or(PageError::NotFound)?;
        integrations.push(customer.integration.map(|(id, _)| id));
    }
    pages::ask_for_pushes(web, who, integrations, note).await
}

async fn nothing(who: &SignedIn) -> PageResult {
    session::refuse(&who.session, "Nothing of this waits for an answer.", None).await?;
    page::see("/conflicts")
}

/// What these rows showed.
fn fingerprint(rows: &[ConflictRow]) -> String {
    let mut hash = Sha256::new();
    for row in rows {
        hash.update(format!("{} {} {}\n", row.id, row.local, row.remote));
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
