//! The columns of an order and its parts: how the API's names are read from the record.
//!
//! What stands nowhere here is NULL in every order. `base_…` columns are read from the plain ones, see
//! [`crate::simulator::columns::find`].

use super::record::{Order, OrderAddress, OrderItem, Refunded, StatusEntry};
use crate::simulator::amount::Amount;
use crate::simulator::columns::Column;
use crate::simulator::records::Text;
use crate::simulator::stores;
use crate::simulator::value::Value;

/// What PHP makes of an empty array.
pub(super) const EMPTY_ARRAY: &str = "a:0:{}";

/// The flat row.
pub(super) const ORDER: &[Column<Order>] = &[
    ("order_id", |o, ()| o.id.into()),
    ("entity_id", |o, ()| o.id.into()),
    ("increment_id", |o, ()| (&o.increment_id).into()),
    ("store_id", |o, ()| o.store_id.into()),
    ("created_at", |o, ()| Value::Time(o.created_at)),
    ("updated_at", |o, ()| Value::Time(o.updated_at)),
    ("state", |o, ()| (&o.state).into()),
    ("status", |o, ()| (&o.status).into()),
    ("hold_before_state", |o, ()| o.hold_before.as_ref().map(|before| &before.0).into()),
    ("hold_before_status", |o, ()| o.hold_before.as_ref().map(|before| &before.1).into()),
    ("customer_id", |o, ()| o.customer_id.into()),
    ("customer_group_id", |o, ()| o.customer_group_id.into()),
    ("customer_is_guest", |o, ()| o.customer_id.is_none().then_some(1).into()),
    ("customer_email", |o, ()| (&o.customer_email).into()),
    ("customer_firstname", |o, ()| (&o.customer_firstname).into()),
    ("customer_middlename", |o, ()| (&o.customer_middlename).into()),
    ("customer_lastname", |o, ()| (&o.customer_lastname).into()),
    ("customer_prefix", |o, ()| (&o.customer_prefix).into()),
    ("customer_suffix", |o, ()| (&o.customer_suffix).into()),
    ("customer_dob", |o, ()| (&o.customer_dob).into()),
    ("customer_taxvat", |o, ()| (&o.customer_taxvat).into()),
    ("customer_gender", |o, ()| o.customer_gender.into()),
    ("global_currency_code", |_, ()| "USD".into()),
    ("base_currency_code", |o, ()| (&o.currency).into()),
    ("store_currency_code", |o, ()| (&o.currency).into()),
    ("order_currency_code", |o, ()| (&o.currency).into()),
    ("store_to_base_rate", |o, ()| o.rate.into()),
    ("base_to_global_rate", |o, ()| o.rate.into()),
    ("store_to_order_rate", |_, ()| Amount::ONE.into()),
    ("base_to_order_rate", |_, ()| Amount::ONE.into()),
    ("subtotal", |o, ()| o.subtotal.into()),
    ("subtotal_incl_tax", |o, ()| (o.subtotal + o.tax).into()),
    ("subtotal_invoiced", |o, ()| o.invoiced(o.subtotal).into()),
    ("subtotal_canceled", |o, ()| o.canceled(o.subtotal).into()),
    ("subtotal_refunded", |o, ()| o.back(|back| back.subtotal).into()),
    ("tax_amount", |o, ()| o.tax.into()),
    ("tax_invoiced", |o, ()| o.invoiced(o.tax).into()),
    ("tax_canceled", |o, ()| o.canceled(o.tax).into()),
    ("tax_refunded", |o, ()| o.back(|back| back.tax).into()),
    ("shipping_amount", |o, ()| o.shipping.into()),
    ("shipping_incl_tax", |o, ()| o.shipping.into()),
    ("shipping_invoiced", |o, ()| o.invoiced(o.shipping).into()),
    ("shipping_canceled", |o, ()| o.canceled(o.shipping).into()),
    ("shipping_refunded", |o, ()| o.back(|back| back.shipping).into()),
    ("shipping_tax_amount", |_, ()| Amount::ZERO.into()),
    ("shipping_tax_refunded", |o, ()| o.back(|_| Amount::ZERO).into()),
    ("shipping_discount_amount", |_, ()| Amount::ZERO.into()),
    ("discount_amount", |o, ()| (-o.discount).into()),
    ("discount_invoiced", |o, ()| o.invoiced(-o.discount).into()),
    ("discount_canceled", |o, ()| o.canceled(o.discount).into()),
    ("discount_refunded", |o, ()| o.back(|back| -back.discount).into()),
    ("discount_description", |o, ()| (&o.coupon).into()),
    ("hidden_tax_amount", |_, ()| Amount::ZERO.into()),
    ("hidden_tax_invoiced", |o, ()| o.invoiced(Amount::ZERO).into()),
    ("hidden_tax_refunded", |o, ()| o.back(|_| Amount::ZERO).into()),
    ("shipping_hidden_tax_amount", |_, ()| Amount::ZERO.into()),
    ("base_shipping_hidden_tax_amnt", |_, ()| Amount::ZERO.into()),
    ("grand_total", |o, ()| o.grand_total.into()),
    ("total_paid", |o, ()| o.invoiced(o.grand_total).into()),
    ("total_invoiced", |o, ()| o.invoiced(o.grand_total).into()),
    ("base_total_invoiced_cost", |o, ()| o.invoiced(Amount::ZERO).into()),
    ("total_canceled", |o, ()| o.canceled(o.grand_total).into()),
    ("total_refunded", |o, ()| o.back(|back| back.total).into()),
    ("total_offline_refunded", |o, ()| o.back(|back| back.total).into()),
    ("adjustment_negative", |o, ()| o.back(|_| Amount::ZERO).into()),
    ("adjustment_positive", |o, ()| o.back(|_| Amount::ZERO).into()),
    ("total_qty_ordered", |o, ()| o.total_qty.into()),
    ("base_total_qty_ordered", |_, ()| Value::Null),
    ("total_item_count", |o, ()| count(o).into()),
    ("weight", |o, ()| o.weight.into()),
    ("is_virtual", |o, ()| o.is_virtual.into()),
    ("coupon_code", |o, ()| (&o.coupon).into()),
    ("applied_rule_ids", |o, ()| o.coupon.as_ref().map(|_| "1").into()),
    ("coupon_rule_name", |o, ()| o.coupon.as_ref().map(|_| "10% off").into()),
    ("quote_id", |o, ()| o.quote_id.into()),
    ("remote_ip", |o, ()| (&o.remote_ip).into()),
    ("protect_code", |o, ()| (&o.protect_code).into()),
    ("paypal_ipn_customer_notified", |_, ()| 0u32.into()),
    ("gift_message_id", |o, ()| o.gift_message.as_ref().map(|message| message.0).into()),
    ("gift_message", |o, ()| o.gift_message.as_ref().map(|message| &message.1).into()),
    ("shipping_method", |o, ()| o.shipped_by("flatrate_flatrate").into()),
    ("shipping_description", |o, ()| o.shipped_by("Flat Rate - Fixed").into()),
    ("store_name", |o, ()| stores::path_name(o.store_id).into()),
    ("billing_address_id", |o, ()| o.billing.id.into()),
    ("shipping_address_id", |o, ()| o.shipping_address.as_ref().map(|address| address.id).into()),
    ("billing_firstname", |o, ()| (&o.billing.address.firstname).into()),
    ("billing_lastname", |o, ()| (&o.billing.address.lastname).into()),
    ("billing_name", |o, ()| Some(&o.billing).and_then(full_name).into()),
    ("shipping_firstname", |o, ()| o.shipped_to(|to| &to.address.firstname).into()),
    ("shipping_lastname", |o, ()| o.shipped_to(|to| &to.address.lastname).into()),
    ("shipping_name", |o, ()| o.shipping_address.as_ref().and_then(full_name).into()),
    // Two joined tables have these; the second one wins.
    ("firstname", |o, ()| o.shipped_to(|to| &to.address.firstname).into()),
    ("middlename", |o, ()| o.shipped_to(|to| &to.address.middlename).into()),
    ("lastname", |o, ()| o.shipped_to(|to| &to.address.lastname).into()),
    ("telephone", |o, ()| o.shipped_to(|to| &to.address.telephone).into()),
    ("postcode", |o, ()| o.shipped_to(|to| &to.address.postcode).into()),
];

/// An address, as a part of its order.
pub(super) const ADDRESS: &[Column<OrderAddress, Order>] = &[
    ("address_id", |a, _| a.id.into()),
    ("parent_id", |_, o| o.id.into()),
    ("customer_address_id", |a, _| a.book_id.into()),
    ("customer_id", |_, o| o.customer_id.into()),
    ("address_type", |a, o| if a.id == o.billing.id { "billing" } else { "shipping" }.into()),
    ("email", |_, o| (&o.customer_email).into()),
    ("prefix", |a, _| (&a.address.prefix).into()),
    ("firstname", |a, _| (&a.address.firstname).into()),
    ("middlename", |a, _| (&a.address.middlename).into()),
    ("lastname", |a, _| (&a.address.lastname).into()),
    ("suffix", |a, _| (&a.address.suffix).into()),
    ("company", |a, _| (&a.address.company).into()),
    ("street", |a, _| (&a.address.street).into()),
    ("city", |a, _| (&a.address.city).into()),
    ("region", |a, _| (&a.address.region).into()),
    ("region_id", |a, _| a.address.region_id.into()),
    ("postcode", |a, _| (&a.address.postcode).into()),
    ("country_id", |a, _| (&a.address.country_id).into()),
    ("telephone", |a, _| (&a.address.telephone).into()),
    ("fax", |a, _| (&a.address.fax).into()),
];

/// A row of an order.
pub(super) const ITEM: &[Column<OrderItem, Order>] = &[
    ("item_id", |i, _| i.id.into()),
    ("order_id", |_, o| o.id.into()),
    ("parent_item_id", |i, _| i.parent_id.into()),
    ("quote_item_id", |i, _| i.quote_item_id.into()),
    ("store_id", |_, o| o.store_id.into()),
    ("created_at", |_, o| Value::Time(o.created_at)),
    ("updated_at", |_, o| Value::Time(o.updated_at)),
    ("product_id", |i, _| i.product_id.into()),
    ("product_type", |i, _| (&i.product_type).into()),
    ("product_options", |i, _| (&i.options).into()),
    ("sku", |i, _| (&i.sku).into()),
    ("name", |i, _| (&i.name).into()),
    ("weight", |i, _| i.weight.into()),
    ("row_weight", |i, _| i.row_weight.into()),
    ("is_virtual", |i, _| (i.product_type == "virtual").into()),
    ("applied_rule_ids", |i, _| (&i.rules).into()),
    ("free_shipping", |_, _| false.into()),
    ("is_qty_decimal", |_, _| false.into()),
    ("no_discount", |_, _| false.into()),
    ("is_nominal", |_, _| false.into()),
    ("qty_ordered", |i, _| i.qty.into()),
    ("qty_canceled", |i, _| i.qty_canceled.into()),
    ("qty_invoiced", |i, _| i.qty_invoiced.into()),
    ("qty_refunded", |i, _| i.qty_refunded.into()),
    ("qty_shipped", |i, _| i.qty_shipped.into()),
    ("price", |i, _| i.price.into()),
    ("original_price", |i, _| i.original_price.into()),
    ("base_original_price", |i, _| i.of_parent(i.original_price).into()),
    ("price_incl_tax", |i, _| i.of_parent(i.price_incl_tax()).into()),
    ("tax_percent", |i, _| i.of_parent(i.tax_percent).into()),
    ("tax_amount", |i, _| i.of_parent(i.tax).into()),
    ("tax_invoiced", |i, _| i.invoiced(i.tax).into()),
    ("tax_refunded", |i, _| i.back(i.tax).into()),
    ("discount_percent", |i, _| i.discount_percent.into()),
    ("discount_amount", |i, _| i.discount.into()),
    ("discount_invoiced", |i, _| i.invoiced(i.discount).into()),
    ("discount_refunded", |i, _| i.back(i.discount).into()),
    ("hidden_tax_amount", |i, _| i.of_parent(Amount::ZERO).into()),
    ("hidden_tax_invoiced", |i, _| i.of_parent(Amount::ZERO).into()),
    ("amount_refunded", |i, _| i.share(i.row_total, i.qty_refunded).into()),
    ("row_total", |i, _| i.row_total.into()),
    ("row_total_incl_tax", |i, _| i.of_parent(i.row_total + i.tax).into()),
    ("row_invoiced", |i, _| i.invoiced(i.row_total).into()),
    ("base_tax_before_discount", |_, _| Value::Null),
    ("weee_tax_applied", |_, _| EMPTY_ARRAY.into()),
    ("weee_tax_applied_amount", |_, _| Amount::ZERO.into()),
    ("weee_tax_applied_row_amount", |_, _| Amount::ZERO.into()),
    ("base_weee_tax_applied_row_amnt", |_, _| Amount::ZERO.into()),
    ("weee_tax_disposition", |_, _| Amount::ZERO.into()),
    ("weee_tax_row_disposition", |_, _| Amount::ZERO.into()),
];

/// The payment, which every order has one of.
pub(super) const PAYMENT: &[Column<Order>] = &[
    ("parent_id", |o, ()| o.id.into()),
    ("payment_id", |o, ()| o.id.into()),
    ("method", |o, ()| (&o.payment_method).into()),
    ("amount_ordered", |o, ()| o.grand_total.into()),
    ("amount_paid", |o, ()| o.invoiced(o.grand_total).into()),
    ("amount_canceled", |o, ()| o.canceled(o.grand_total).into()),
    ("amount_refunded", |o, ()| o.back(|back| back.total).into()),
    ("shipping_amount", |o, ()| o.shipping.into()),
    ("shipping_captured", |o, ()| o.invoiced(o.shipping).into()),
    ("shipping_refunded", |o, ()| o.back(|back| back.shipping).into()),
    ("po_number", |o, ()| (&o.payment.po_number).into()),
    ("cc_type", |o, ()| (&o.payment.cc_type).into()),
    ("cc_last4", |o, ()| (&o.payment.cc_last4).into()),
    ("cc_owner", |o, ()| (&o.payment.cc_owner).into()),
    ("cc_exp_month", |o, ()| (&o.payment.cc_exp_month).into()),
    ("cc_exp_year", |o, ()| (&o.payment.cc_exp_year).into()),
];

/// An entry of the status history.
pub(super) const HISTORY: &[Column<StatusEntry, Order>] = &[
    ("increment_id", |h, _| h.id.into()),
    ("parent_id", |_, o| o.id.into()),
    ("created_at", |h, _| Value::Time(h.created_at)),
    ("is_customer_notified", |h, _| h.notified.into()),
    ("is_visible_on_front", |_, _| false.into()),
    ("status", |h, _| (&h.status).into()),
    ("comment", |h, _| (&h.comment).into()),
    ("entity_name", |h, _| (&h.entity).into()),
    ("store_id", |_, o| o.store_id.into()),
];

fn count(order: &Order) -> u32 {
    u32::try_from(order.top_items().count()).unwrap_or(u32::MAX)
}

/// `CONCAT` of a NULL is NULL.
fn full_name(of: &OrderAddress) -> Option<String> {
    Some(format!("{} {}", of.address.firstname.as_deref()?, of.address.lastname.as_deref()?))
}

impl OrderItem {
    /// NULL in the row of a size.
    fn of_parent(&self, sum: Amount) -> Option<Amount> {
        self.parent_id.is_none().then_some(sum)
    }

    fn back(&self, sum: Amount) -> Option<Amount> {
        (!self.qty_refunded.is_zero()).then(|| self.share(sum, self.qty_refunded))
    }
}

impl Order {
    fn invoiced(&self, sum: Amount) -> Option<Amount> {
        self.invoiced.then_some(sum)
    }

    fn canceled(&self, sum: Amount) -> Option<Amount> {
        self.canceled.then_some(sum)
    }

    fn back(&self, sum: impl Fn(&Refunded) -> Amount) -> Option<Amount> {
        self.refunded.as_ref().map(sum)
    }

    fn shipped_by(&self, how: &'static str) -> Option<&'static str> {
        (!self.is_virtual).then_some(how)
    }

    fn shipped_to(&self, part: impl Fn(&OrderAddress) -> &Option<Text>) -> Option<&Text> {
        self.shipping_address.as_ref().and_then(|address| part(address).as_ref())
    }
}
