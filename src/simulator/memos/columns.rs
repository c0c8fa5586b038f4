//! The columns of a credit memo and its parts, and the orders in which the real store shows them.

use super::record::{CreditMemo, MemoComment, MemoItem};
use crate::simulator::amount::Amount;
use crate::simulator::columns::Column;
use crate::simulator::value::Value;

/// `salesOrderCreditmemoEntity` without its parts.
pub(super) const FIELDS: &str = "updated_at:string? created_at:string? increment_id:string? transaction_id:string? \
     global_currency_code:string? base_currency_code:string? order_currency_code:string? \
     store_currency_code:string? cybersource_token:string? invoice_id:string? billing_address_id:string? \
     shipping_address_id:string? state:string? creditmemo_status:string? email_sent:string? \
     order_id:string? tax_amount:string? shipping_tax_amount:string? base_tax_amount:string? \
     base_adjustment_positive:string? base_grand_total:string? adjustment:string? subtotal:string? \
     discount_amount:string? base_subtotal:string? base_adjustment:string? base_to_global_rate:string? \
     store_to_base_rate:string? base_shipping_amount:string? adjustment_negative:string? \
     subtotal_incl_tax:string? shipping_amount:string? base_subtotal_incl_tax:string? \
     base_adjustment_negative:string? grand_total:string? base_discount_amount:string? \
     base_to_order_rate:string? store_to_order_rate:string? base_shipping_tax_amount:string? \
     adjustment_positive:string? store_id:string? hidden_tax_amount:string? \
     base_hidden_tax_amount:string? shipping_hidden_tax_amount:string? \
     base_shipping_hidden_tax_amnt:string? shipping_incl_tax:string? base_shipping_incl_tax:string? \
     base_customer_balance_amount:string? customer_balance_amount:string? \
     bs_customer_bal_total_refunded:string? customer_bal_total_refunded:string? \
     base_gift_cards_amount:string? gift_cards_amount:string? gw_base_price:string? gw_price:string? \
     gw_items_base_price:string? gw_items_price:string? gw_card_base_price:string? gw_card_price:string? \
     gw_base_tax_amount:string? gw_tax_amount:string? gw_items_base_tax_amount:string? \
     gw_items_tax_amount:string? gw_card_base_tax_amount:string? gw_card_tax_amount:string? \
     base_reward_currency_amount:string? reward_currency_amount:string? reward_points_balance:string? \
     reward_points_balance_refund:string? creditmemo_id:string? \
     items:salesOrderCreditmemoItemEntityArray? comments:salesOrderCreditmemoCommentEntityArray?";

/// `salesOrderCreditmemoItemEntity`.
pub(super) const ITEM_FIELDS: &str = "item_id:string? parent_id:string? weee_tax_applied_row_amount:string? base_price:string? \
     base_weee_tax_row_disposition:string? tax_amount:string? base_weee_tax_applied_amount:string? \
     weee_tax_row_disposition:string? base_row_total:string? discount_amount:string? row_total:string? \
     weee_tax_applied_amount:string? base_discount_amount:string? base_weee_tax_disposition:string? \
     price_incl_tax:string? base_tax_amount:string? weee_tax_disposition:string? \
     base_price_incl_tax:string? qty:string? base_cost:string? base_weee_tax_applied_row_amount:string? \
     price:string? base_row_total_incl_tax:string? row_total_incl_tax:string? product_id:string? \
     order_item_id:string? additional_data:string? description:string? weee_tax_applied:string? \
     sku:string? name:string? hidden_tax_amount:string? base_hidden_tax_amount:string?";

/// `salesOrderCreditmemoCommentEntity`.
pub(super) const COMMENT_FIELDS: &str = "parent_id:string? created_at:string? comment:string? \
     is_customer_notified:string? comment_id:string? is_visible_on_front:string?";

/// SOAP v1, alone; a list ends with `creditmemo_id`.
pub(super) const V1_FIELDS: &str = "store_id adjustment_positive base_shipping_tax_amount store_to_order_rate base_discount_amount \
     base_to_order_rate grand_total base_adjustment_negative base_subtotal_incl_tax shipping_amount \
     subtotal_incl_tax adjustment_negative base_shipping_amount store_to_base_rate base_to_global_rate \
     base_adjustment base_subtotal discount_amount subtotal adjustment base_grand_total \
     base_adjustment_positive base_tax_amount shipping_tax_amount tax_amount order_id email_sent \
     creditmemo_status state shipping_address_id billing_address_id invoice_id store_currency_code \
     order_currency_code base_currency_code global_currency_code transaction_id increment_id created_at \
     updated_at hidden_tax_amount base_hidden_tax_amount shipping_hidden_tax_amount \
     base_shipping_hidden_tax_amnt shipping_incl_tax base_shipping_incl_tax discount_description \
     creditmemo_id";

/// SOAP v1, an item.
pub(super) const V1_ITEM_FIELDS: &str = "parent_id base_price tax_amount base_row_total discount_amount row_total base_discount_amount \
     price_incl_tax base_tax_amount base_price_incl_tax qty base_cost price base_row_total_incl_tax \
     row_total_incl_tax product_id order_item_id additional_data description sku name hidden_tax_amount \
     base_hidden_tax_amount weee_tax_disposition weee_tax_row_disposition base_weee_tax_disposition \
     base_weee_tax_row_disposition weee_tax_applied base_weee_tax_applied_amount \
     base_weee_tax_applied_row_amnt base_weee_tax_applied_row_amount weee_tax_applied_amount \
     weee_tax_applied_row_amount item_id";

/// SOAP v1, a comment.
pub(super) const V1_COMMENT_FIELDS: &str =
    "parent_id is_customer_notified is_visible_on_front comment created_at comment_id";

/// The flat row.
pub(super) const MEMO: &[Column<CreditMemo>] = &[
    ("creditmemo_id", |m, ()| m.id.into()),
    ("entity_id", |m, ()| m.id.into()),
    ("increment_id", |m, ()| (&m.increment_id).into()),
    ("order_id", |m, ()| m.order_id.into()),
    ("order_increment_id", |m, ()| (&m.order_increment_id).into()),
    ("store_id", |m, ()| m.store_id.into()),
    ("created_at", |m, ()| Value::Time(m.created_at)),
    ("updated_at", |m, ()| Value::Time(m.updated_at)),
    ("state", |m, ()| m.state.into()),
    ("invoice_id", |m, ()| m.invoice_id.into()),
    ("billing_address_id", |m, ()| m.billing_address_id.into()),
    ("shipping_address_id", |m, ()| m.shipping_address_id.into()),
    ("global_currency_code", |_, ()| "USD".into()),
    ("base_currency_code", |m, ()| (&m.currency).into()),
    ("order_currency_code", |m, ()| (&m.currency).into()),
    ("store_currency_code", |m, ()| (&m.currency).into()),
    ("store_to_base_rate", |m, ()| m.rate.into()),
    ("base_to_global_rate", |m, ()| m.rate.into()),
    ("store_to_order_rate", |_, ()| Amount::ONE.into()),
    ("base_to_order_rate", |_, ()| Amount::ONE.into()),
    ("subtotal", |m, ()| m.sums.subtotal.into()),
    ("subtotal_incl_tax", |m, ()| (m.sums.subtotal + m.sums.tax).into()),
    ("tax_amount", |m, ()| m.sums.tax.into()),
    ("shipping_amount", |m, ()| m.sums.shipping.into()),
    ("shipping_incl_tax", |m, ()| m.sums.shipping.into()),
    ("shipping_tax_amount", |_, ()| Amount::ZERO.into()),
    ("discount_amount", |m, ()| (-m.sums.discount).into()),
    ("hidden_tax_amount", |_, ()| Amount::ZERO.into()),
    ("adjustment", |_, ()| Amount::ZERO.into()),
    ("grand_total", |m, ()| m.sums.total.into()),
];

/// A row of it.
pub(super) const ITEM: &[Column<MemoItem, CreditMemo>] = &[
    ("item_id", |i, _| i.id.into()),
    ("parent_id", |_, m| m.id.into()),
    ("order_item_id", |i, _| i.order_item_id.into()),
    ("product_id", |i, _| i.product_id.into()),
    ("sku", |i, _| (&i.sku).into()),
    ("name", |i, _| (&i.name).into()),
    ("qty", |i, _| i.qty.into()),
    ("price", |i, _| i.price.into()),
    ("price_incl_tax", |i, _| i.price_incl_tax().into()),
    ("row_total", |i, _| i.row_total.into()),
    ("row_total_incl_tax", |i, _| (i.row_total + i.tax.unwrap_or_default()).into()),
    ("tax_amount", |i, _| i.tax.into()),
    ("discount_amount", |i, _| i.discount.into()),
    ("weee_tax_applied", |_, _| "a:0:{}".into()),
    ("weee_tax_applied_amount", |_, _| Amount::ZERO.into()),
    ("weee_tax_applied_row_amount", |_, _| Amount::ZERO.into()),
    ("base_weee_tax_applied_row_amnt", |_, _| Amount::ZERO.into()),
    ("weee_tax_disposition", |_, _| Amount::ZERO.into()),
    ("weee_tax_row_disposition", |_, _| Amount::ZERO.into()),
];

/// A comment on it.
pub(super) const COMMENT: &[Column<MemoComment, CreditMemo>] = &[
    ("comment_id", |c, _| c.id.into()),
    ("parent_id", |_, m| m.id.into()),
    ("created_at", |c, _| Value::Time(c.created_at)),
    ("comment", |c, _| (&c.comment).into()),
    ("is_customer_notified", |_, _| false.into()),
    ("is_visible_on_front", |_, _| false.into()),
];

impl MemoItem {
    fn price_incl_tax(&self) -> Amount {
        let pieces = (self.qty.0 / Amount::ONE.0).max(1);
        self.price + Amount(self.tax.unwrap_or_default().0 / pieces).to_cents()
    }
}
