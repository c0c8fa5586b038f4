//! Credit memos with their items. The bridge has no list of them: they always come by list and details.

use std::collections::HashMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::CREDIT_MEMOS;
use super::sale::{store_ids, sum, text};
use crate::crm::arrivals::Taken;
use crate::crm::credit_memos::{self, Incoming, IncomingItem};
use crate::crm::personal_data::Trace;
use crate::crm::records::RecordKind;
use crate::magento::api::credit_memos::{
    self as wire, CreditMemo, CreditMemoFilter, CreditMemoHead, CreditMemoItem, MemoState,
};
use crate::magento::api::{Bulk, Entry, EntryFailure, Listing};
use crate::magento::{CallError, Store};
use crate::sync::details::{self, Detailed};
use crate::sync::failed::NewFailure;
use crate::sync::noun::{Ask, Completed, Freshness, Known, Noun, worth_fetching};
use crate::sync::pages;
use crate::sync::visit::Visit;

/// The connector.
pub(super) struct CreditMemos;

/// Details of memos, asked for by number.
struct Infos;

#[async_trait]
impl Detailed for Infos {
    type Key = String;
    type Detail = CreditMemo;

    async fn bulk(&self, store: &Store, keys: &[String]) -> Result<Bulk<CreditMemo>, CallError> {
        wire::infos_bulk(store, keys).await
    }

    async fn single(&self, store: &Store, key: &String) -> Result<Entry<CreditMemo>, CallError> {
        wire::info(store, key).await
    }
}

#[async_trait]
impl Noun for CreditMemos {
    type Listed = CreditMemoHead;
    type Whole = Incoming;

    const NAME: &'static str = CREDIT_MEMOS;
    const KIND: RecordKind = RecordKind::CreditMemo;
    const ANALYZE: &'static str = "analyze credit_memos (channel_id, remote_id, order_id, remote_order_id), credit_memo_items (credit_memo_id)";

    async fn list(&self, visit: &Visit, ask: &Ask) -> Result<Listing<CreditMemoHead>, CallError> {
        let filter =
            CreditMemoFilter { updated: ask.between(), ids: ask.ids.clone(), store_ids: store_ids(visit)? };
        if visit.bulk {
            wire::list_bulk(&visit.store, &filter).await
        } else {
            wire::list(&visit.store, &filter).await
        }
    }

    fn mark(row: &CreditMemoHead) -> (i64, DateTime<Utc>) {
        (row.creditmemo_id, row.updated_at)
    }

    async fn complete(
        &self,
        visit: &Visit,
        rows: Vec<CreditMemoHead>,
        fresh: Freshness,
        sent_at: DateTime<Utc>,
    ) -> anyhow::Result<Completed<Incoming>> {
        let (wanted, known) = worth_fetching(self, visit, rows, fresh, |row| row.digest.to_vec()).await?;
        let numbers: Vec<String> = wanted.iter().map(|(head, _)| head.increment_id.clone()).collect();
        let entries = details::fetch(visit, CREDIT_MEMOS, &Infos, numbers).await?;
        let (mut records, mut failures) = (Vec::with_capacity(entries.len()), Vec::new());
        for ((head, hash), entry) in wanted.into_iter().zip(entries) {
            match entry {
                Ok(memo) => records.push(incoming(memo, hash, sent_at)),
                Err(failure) => failures.push(failed(&head, failure)),
            }
        }
        Ok(Completed { records, known, failures })
    }

    fn id(whole: &Incoming) -> i64 {
        whole.remote_id
    }

    fn trace(whole: &Incoming) -> Trace {
        Trace {
            remote_id: whole.remote_id,
            created_at: Some(whole.created_at),
            order: whole.remote_order_id,
            ..Trace::default()
        }
    }

    fn without_person(whole: Incoming, _known: bool) -> Option<Incoming> {
        Some(Incoming { transaction_id: String::new(), ..whole })
    }

    async fn write(
        &self,
        visit: &Visit,
        db: &mut PgConnection,
        records: &[Incoming],
    ) -> Result<Taken, sqlx::Error> {
        credit_memos::upsert(db, visit.it.channel_id, records).await
    }

    fn raw(whole: &Incoming) -> String {
        format!("{whole:#?}")
    }

    async fn stored(&self, visit: &Visit, ids: &[i64]) -> Result<HashMap<i64, Known>, sqlx::Error> {
        let mut db = visit.pool().acquire().await?;
        let stored = credit_memos::known_hashes(&mut db, visit.it.channel_id, ids).await?;
        Ok(stored.into_iter().map(|(id, (row_hash, read_at))| (id, Known { row_hash, read_at })).collect())
    }

    async fn highest(&self, visit: &Visit) -> Result<i64, sqlx::Error> {
        credit_memos::highest(visit.pool(), visit.it.channel_id).await
    }

    async fn gone(
        &self,
        visit: &Visit,
        range: (i64, i64),
        listed: &[i64],
        read_at: DateTime<Utc>,
    ) -> anyhow::Result<Vec<i64>> {
        let absent = credit_memos::gaps_in(visit.pool(), visit.it.channel_id, range, listed, read_at).await?;
        let numbers: Vec<String> = absent.iter().map(|(_, number)| number.clone()).collect();
        let entries = details::fetch(visit, CREDIT_MEMOS, &Infos, numbers).await?;
        Ok(pages::not_there(absent.into_iter().map(|(row, _)| row), entries, "100"))
    }

    async fn remove(&self, db: &mut PgConnection, rows: &[i64]) -> Result<i64, sqlx::Error> {
        credit_memos::remove(db, rows).await
    }
}

fn failed(head: &CreditMemoHead, failure: EntryFailure) -> NewFailure {
    let cause = format!("Credit memo {} could not be read: {failure}", head.increment_id);
    NewFailure { remote_id: head.creditmemo_id.to_string(), cause, raw_xml: pages::raw_of(failure) }
}

fn incoming(memo: CreditMemo, row_hash: Vec<u8>, read_at: DateTime<Utc>) -> Incoming {
    Incoming {
        remote_id: memo.creditmemo_id,
        increment_id: memo.increment_id,
        remote_order_id: memo.order_id.value(),
        store_id: memo.store_id.value(),
        state: memo.state.value().and_then(number_of),
        currency: text(memo.currencies.own),
        subtotal: sum(memo.totals.subtotal),
        discount: sum(memo.totals.discount),
        tax: sum(memo.totals.tax),
        shipping: sum(memo.totals.shipping),
        grand_total: sum(memo.totals.grand_total),
        adjustment: memo.totals.adjustment.value(),
        adjustment_positive: memo.totals.adjustment_positive.value(),
        adjustment_negative: memo.totals.adjustment_negative.value(),
        customer_balance_refunded: memo.totals.customer_balance.value(),
        reward_points_refunded: memo.reward_points_refunded.value(),
        transaction_id: text(memo.transaction_id),
        created_at: memo.created_at,
        updated_at: memo.updated_at,
        items: memo.items.into_iter().map(item).collect(),
        row_hash: Some(row_hash),
        read_at,
    }
}

fn number_of(state: MemoState) -> Option<i16> {
    match state {
        MemoState::Open => Some(1),
        MemoState::Refunded => Some(2),
        MemoState::Canceled => Some(3),
        MemoState::Other(number) => i16::try_from(number).ok(),
    }
}

fn item(item: CreditMemoItem) -> IncomingItem {
    IncomingItem {
        remote_order_item_id: item.order_item_id.value(),
        sku: text(item.sku),
        name: text(item.name),
        qty: sum(item.qty),
        price: sum(item.price),
        tax: sum(item.tax_amount),
        discount: sum(item.discount_amount),
        row_total: sum(item.row_total),
    }
}
