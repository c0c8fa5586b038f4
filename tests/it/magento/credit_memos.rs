//! Calls about credit memos against their recordings, in both modes and in bulk.

use cartwright::magento::api::credit_memos::{self, CreditMemoFilter, MemoState};
use cartwright::magento::{Field, Mode};
use rust_decimal::Decimal;

use super::calls::{BOTH, shop};
use super::shop::{Reply, Shop, response};
use super::trouble::shop_with;

fn is(text: &str) -> Field<String> {
    Field::Is(text.to_owned())
}

fn amount(text: &str) -> Field<Decimal> {
    Field::Is(text.parse().expect("a number"))
}

#[tokio::test]
async fn credit_memos_are_listed() {
    for (mode, dir) in BOTH {
        let shop = shop(mode, dir, "salesOrderCreditmemoList", "099-salesOrderCreditmemoList-lt4").await;
        let listing =
            credit_memos::list(&shop.store(mode), &CreditMemoFilter::default()).await.expect("a list");
        let ids: Vec<_> =
            listing.rows.iter().map(|row| (row.creditmemo_id, row.increment_id.as_str())).collect();
        assert_eq!(ids, [(1, "400000001"), (2, "400000002"), (3, "100000001")]);
        let first = &listing.rows[0];
        assert_eq!((first.order_id, first.store_id), (Field::Is(8), Field::Is(4)));
        assert_eq!((first.state, first.grand_total), (Field::Is(MemoState::Refunded), amount("274.16")));
        assert_eq!(first.updated_at.to_rfc3339(), "2026-09-22T07:44:19+00:00");
        assert_ne!(first.digest, listing.rows[1].digest);
    }
}

#[tokio::test]
async fn many_credit_memos_in_one_request() {
    let shop = Shop::recorded(Mode::Rpc, &[("multiCall", "v1/008-multiCall-order_creditmemo.info-2")]).await;
    let ids = ["400000001", "400000002"].map(str::to_owned);
    let entries = credit_memos::infos_bulk(&shop.store(Mode::Rpc), &ids).await.expect("entries").entries;
    let memo = entries[0].as_ref().expect("a credit memo");
    assert_eq!((memo.creditmemo_id, memo.increment_id.as_str()), (1, "400000001"));
    assert_eq!((memo.order_id, &memo.order_increment_id), (Field::Is(8), &is("400000002")));
    assert_eq!((memo.invoice_id, &memo.transaction_id), (Field::Is(6), &Field::Nil));
    assert_eq!((&memo.currencies.own, memo.totals.subtotal), (&is("EUR"), amount("259.16")));
    assert_eq!((memo.totals.shipping, memo.totals.grand_total), (amount("15"), amount("274.16")));
    assert_eq!((memo.totals.adjustment, memo.totals.adjustment_positive), (amount("0"), Field::Nil));
    let item = &memo.items[0];
    assert_eq!((item.order_item_id, &item.sku), (Field::Is(18), &is("SKU-007")));
    assert_eq!((item.qty, item.row_total, item.tax_amount), (amount("1"), amount("50.22"), Field::Nil));
    assert_eq!(memo.comments, []);
}

#[tokio::test]
async fn a_credit_memo_with_items_and_comments_by_soap_v2() {
    let listed = response("rpc/099-salesOrderCreditmemoList-lt4");
    let row = listed.split("<item ").nth(1).and_then(|row| row.split("</item>").next()).expect("a row");
    let members = row.split_once('>').expect("members").1;
    let item = "<order_item_id>18</order_item_id><sku>SKU-007</sku><qty>1.0000</qty><price>50.2200</price>";
    let comment =
        "<comment_id>9</comment_id><created_at>2026-09-22 07:44:19</created_at><comment>Sorry</comment>";
    let xml = format!(
        "<E:Envelope xmlns:E=\"e\"><E:Body><r xmlns:xsi=\"i\"><result>{members}<items><item>{item}</item></items>\
         <comments><item>{comment}</item></comments></result></r></E:Body></E:Envelope>"
    );
    let shop = shop_with(Reply::xml(&xml)).await;
    let memo = credit_memos::info(&shop.store(Mode::Rpc), "400000001").await.expect("an answer");
    let memo = memo.expect("a credit memo");
    assert_eq!((memo.items[0].order_item_id, memo.items[0].price), (Field::Is(18), amount("50.22")));
    assert_eq!((memo.comments[0].comment_id, &memo.comments[0].comment), (Field::Is(9), &is("Sorry")));
    assert_eq!((memo.order_id, memo.order_increment_id), (Field::Is(8), Field::Missing));
}

#[tokio::test]
async fn the_bulk_list_has_the_columns_of_the_bulk_details() {
    let entries = response("v1/008-multiCall-order_creditmemo.info-2");
    let shop = shop_with(Reply::xml(&entries)).await;
    let listing =
        credit_memos::list_bulk(&shop.store(Mode::Wsi), &CreditMemoFilter::default()).await.expect("a list");
    assert_eq!(listing.rows.iter().map(|row| row.creditmemo_id).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(shop.asked()[0].called, "order_creditmemo.list");
}
