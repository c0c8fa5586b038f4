//! The columns of a cart and its parts: how the API's names are read from the record.

use super::record::{Cart, CartAddress};
use crate::simulator::amount::Amount;
use crate::simulator::columns::Column;
use crate::simulator::orders::record::OrderItem;
use crate::simulator::value::Value;

/// The flat row.
pub(super) const CART: &[Column<Cart>] = &[
    ("entity_id", |c, ()| c.id.into()),
    ("quote_id", |c, ()| c.id.into()),
    ("store_id", |c, ()| c.store_id.into()),
    ("created_at", |c, ()| Value::Time(c.created_at)),
    ("updated_at", |c, ()| Value::Time(c.updated_at)),
    ("is_active", |c, ()| c.is_active.into()),
    ("is_virtual", |c, ()| c.is_virtual.into()),
    ("is_multi_shipping", |_, ()| false.into()),
    ("items_count", |c, ()| c.items_count.into()),
    ("items_qty", |c, ()| c.items_qty.into()),
    ("orig_order_id", |_, ()| 0u32.into()),
    ("store_to_base_rate", |c, ()| c.rate.into()),
    ("store_to_quote_rate", |_, ()| Amount::ONE.into()),
    ("base_to_global_rate", |c, ()| c.rate.into()),
    ("base_to_quote_rate", |_, ()| Amount::ONE.into()),
    ("global_currency_code", |_, ()| "USD".into()),
    ("base_currency_code", |c, ()| (&c.currency).into()),
    ("store_currency_code", |c, ()| (&c.currency).into()),
    ("quote_currency_code", |c, ()| (&c.currency).into()),
    ("grand_total", |c, ()| c.grand_total.into()),
    ("subtotal", |c, ()| c.subtotal.into()),
    ("subtotal_with_discount", |c, ()| c.subtotal_with_discount.into()),
    ("customer_id", |c, ()| c.customer_id.into()),
    ("customer_tax_class_id", |_, ()| 3u32.into()),
    ("customer_group_id", |c, ()| c.customer_group_id.into()),
    ("customer_email", |c, ()| (&c.customer_email).into()),
    ("customer_prefix", |c, ()| (&c.customer_prefix).into()),
    ("customer_firstname", |c, ()| (&c.customer_firstname).into()),
    ("customer_middlename", |c, ()| (&c.customer_middlename).into()),
    ("customer_lastname", |c, ()| (&c.customer_lastname).into()),
    ("customer_suffix", |c, ()| (&c.customer_suffix).into()),
    ("customer_dob", |c, ()| (&c.customer_dob).into()),
    ("customer_taxvat", |c, ()| (&c.customer_taxvat).into()),
    ("customer_gender", |c, ()| c.customer_gender.into()),
    ("customer_note_notify", |_, ()| true.into()),
    // 0 for guests too, as recorded: it is set at the checkout alone.
    ("customer_is_guest", |_, ()| false.into()),
    ("remote_ip", |c, ()| (&c.remote_ip).into()),
    ("applied_rule_ids", |c, ()| c.coupon.as_ref().map(|_| "1").into()),
    ("coupon_code", |c, ()| (&c.coupon).into()),
    ("reserved_order_id", |c, ()| (&c.reserved_order_id).into()),
    ("is_changed", |_, ()| true.into()),
    ("trigger_recollect", |_, ()| false.into()),
    ("is_persistent", |_, ()| false.into()),
];

/// An address; the shipping address carries the totals.
pub(super) const ADDRESS: &[Column<CartAddress, Cart>] = &[
    ("address_id", |a, _| a.id.into()),
    ("quote_id", |_, c| c.id.into()),
    ("created_at", |a, _| Value::Time(a.created_at)),
    ("updated_at", |a, _| Value::Time(a.updated_at)),
    ("customer_id", |_, c| c.customer_id.into()),
    ("save_in_address_book", |_, _| false.into()),
    ("customer_address_id", |a, _| a.book_id.into()),
    ("address_type", |a, c| if a.ships(c) { "shipping" } else { "billing" }.into()),
    ("email", |a, _| (&a.email).into()),
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
    ("same_as_billing", |a, _| a.same_as_billing.into()),
    ("free_shipping", |_, _| false.into()),
    ("collect_shipping_rates", |_, _| false.into()),
    ("shipping_method", |a, _| a.shipped.then_some("flatrate_flatrate").into()),
    ("shipping_description", |a, _| a.shipped.then_some("Flat Rate - Fixed").into()),
    ("weight", |a, c| a.sum(c, c.weight).into()),
    ("subtotal", |a, c| a.sum(c, c.subtotal).into()),
    ("subtotal_with_discount", |_, _| Amount::ZERO.into()),
    ("tax_amount", |a, c| a.sum(c, c.tax).into()),
    ("shipping_amount", |a, c| a.sum(c, c.shipping).into()),
    ("shipping_tax_amount", |_, _| Amount::ZERO.into()),
    ("discount_amount", |a, c| a.sum(c, c.subtotal_with_discount - c.subtotal).into()),
    ("grand_total", |a, c| a.sum(c, c.grand_total).into()),
    ("applied_taxes", |a, _| (&a.applied_taxes).into()),
    ("shipping_discount_amount", |a, c| a.zero_where_it_ships(c)),
    ("subtotal_incl_tax", |a, c| a.sum(c, c.subtotal + c.tax).into()),
    ("hidden_tax_amount", |a, c| a.zero_where_it_ships(c)),
    ("shipping_hidden_tax_amount", |a, c| a.zero_where_it_ships(c)),
    ("base_shipping_hidden_tax_amnt", |_, _| Value::Null),
    ("shipping_incl_tax", |a, c| a.sum(c, c.shipping).into()),
];

/// A row of a cart.
pub(super) const ITEM: &[Column<OrderItem, Cart>] = &[
    ("item_id", |i, _| i.quote_item_id.into()),
    ("quote_id", |_, c| c.id.into()),
    ("created_at", |_, c| Value::Time(c.created_at)),
    ("updated_at", |_, c| Value::Time(c.updated_at)),
    ("product_id", |i, _| i.product_id.into()),
    ("store_id", |_, c| c.store_id.into()),
    ("parent_item_id", |i, _| i.parent_id.into()),
    ("is_virtual", |i, _| (i.product_type == "virtual").into()),
    ("sku", |i, _| (&i.sku).into()),
    ("name", |i, _| (&i.name).into()),
    ("applied_rule_ids", |i, _| (&i.rules).into()),
    ("free_shipping", |_, _| false.into()),
    ("is_qty_decimal", |_, _| false.into()),
    ("no_discount", |_, _| false.into()),
    ("weight", |i, _| i.weight.into()),
    ("qty", |i, _| Value::Int(i.qty.0 / Amount::ONE.0)),
    ("price", |i, _| i.price.into()),
    ("discount_percent", |i, _| i.discount_percent.into()),
    ("discount_amount", |i, _| i.discount.into()),
    ("tax_percent", |i, _| i.tax_percent.into()),
    ("tax_amount", |i, _| i.tax.into()),
    ("row_total", |i, _| i.row_total.into()),
    ("row_total_with_discount", |_, _| Amount::ZERO.into()),
    ("row_weight", |i, _| i.row_weight.unwrap_or_default().into()),
    ("product_type", |i, _| (&i.product_type).into()),
    ("base_tax_before_discount", |_, _| Value::Null),
    ("price_incl_tax", |i, _| top(i, i.price_incl_tax()).into()),
    ("row_total_incl_tax", |i, _| top(i, i.price_incl_tax().times(i.qty)).into()),
    ("hidden_tax_amount", |i, _| top(i, Amount::ZERO).into()),
    ("weee_tax_applied", |_, _| "a:0:{}".into()),
    ("weee_tax_applied_amount", |_, _| Amount::ZERO.into()),
    ("weee_tax_applied_row_amount", |_, _| Amount::ZERO.into()),
    ("base_weee_tax_applied_row_amount", |_, _| Value::Null),
    ("weee_tax_disposition", |_, _| Amount::ZERO.into()),
    ("weee_tax_row_disposition", |_, _| Amount::ZERO.into()),
    ("tax_class_id", |_, _| 2u32.into()),
];

/// The payment.
pub(super) const PAYMENT: &[Column<Cart>] = &[
    ("quote_id", |c, ()| c.id.into()),
    ("created_at", |c, ()| Value::Time(c.created_at)),
    ("updated_at", |c, ()| Value::Time(c.updated_at)),
    ("method", |c, ()| (&c.payment_method).into()),
    ("cc_exp_month", |_, ()| 0u32.into()),
    ("cc_exp_year", |_, ()| 0u32.into()),
    ("cc_ss_start_month", |_, ()| 0u32.into()),
    ("cc_ss_start_year", |_, ()| 0u32.into()),
];

fn top(item: &OrderItem, sum: Amount) -> Option<Amount> {
    item.parent_id.is_none().then_some(sum)
}

impl CartAddress {
    fn ships(&self, cart: &Cart) -> bool {
        self.id == cart.shipping_address.id
    }

    fn sum(&self, cart: &Cart, sum: Amount) -> Amount {
        if self.ships(cart) { sum } else { Amount::ZERO }
    }

    fn zero_where_it_ships(&self, cart: &Cart) -> Value<'static> {
        self.ships(cart).then_some(Amount::ZERO).into()
    }
}
