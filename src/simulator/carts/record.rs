//! What a cart is in the store's database, which calls it a quote.

use crate::simulator::amount::Amount;
use crate::simulator::orders::record::{Order, OrderItem};
use crate::simulator::records::{Address, Text};

/// A cart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cart {
    /// `entity_id`, in the API `quote_id`.
    pub id: u32,
    /// The store view it is filled in.
    pub store_id: u32,
    /// Seconds since 1970, UTC.
    pub created_at: i64,
    /// Seconds since 1970, UTC.
    pub updated_at: i64,
    /// False once it became an order, or was given up.
    pub is_active: bool,
    /// `None` for a guest.
    pub customer_id: Option<u32>,
    /// 0 for a guest.
    pub customer_group_id: u32,
    /// Guests have one only after they typed it.
    pub customer_email: Option<Text>,
    /// First name.
    pub customer_firstname: Option<Text>,
    /// Middle name.
    pub customer_middlename: Option<Text>,
    /// Last name.
    pub customer_lastname: Option<Text>,
    /// "Mrs.", "Dr.".
    pub customer_prefix: Option<Text>,
    /// "Jr.", "PhD".
    pub customer_suffix: Option<Text>,
    /// `1976-06-28 00:00:00`.
    pub customer_dob: Option<Text>,
    /// Tax or VAT number.
    pub customer_taxvat: Option<Text>,
    /// 1 male, 2 female.
    pub customer_gender: Option<u32>,
    /// Currency of the website.
    pub currency: Text,
    /// Dollars for a unit of that currency.
    pub rate: Amount,
    /// Number of the order it became.
    pub reserved_order_id: Option<Text>,
    /// Address of the shopper's machine.
    pub remote_ip: Option<Text>,
    /// Coupon code.
    pub coupon: Option<Text>,
    /// `checkmo`, once it was chosen.
    pub payment_method: Option<Text>,
    /// Sum of the items before tax and discount.
    pub subtotal: Amount,
    /// Sum of the items after discount.
    pub subtotal_with_discount: Amount,
    /// Tax of all items.
    pub tax: Amount,
    /// Shipping, once an address is known.
    pub shipping: Amount,
    /// What would be to pay.
    pub grand_total: Amount,
    /// Number of rows.
    pub items_count: u32,
    /// Pieces.
    pub items_qty: Amount,
    /// Weight of all of it.
    pub weight: Amount,
    /// Whether there is nothing to ship.
    pub is_virtual: bool,
    /// Where the bill would go.
    pub billing: CartAddress,
    /// Where the goods would go.
    pub shipping_address: CartAddress,
    /// As the order would take them over. A row's id in the cart is its `quote_item_id`, and `parent_id` is one of
    /// these; what an order adds is empty.
    pub items: Vec<OrderItem>,
}

/// An address of a cart, which may hold next to nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CartAddress {
    /// Only the bridge shows it.
    pub id: u32,
    /// Seconds since 1970, UTC; saved anew at every change of the cart.
    pub created_at: i64,
    /// Seconds since 1970, UTC.
    pub updated_at: i64,
    /// Id in the customer's address book.
    pub book_id: Option<u32>,
    /// The e-mail, once it is known.
    pub email: Option<Text>,
    /// Whether the shipping address is the billing address.
    pub same_as_billing: bool,
    /// Whether shipping was chosen.
    pub shipped: bool,
    /// Names, street, town; its own id and times mean nothing here.
    pub address: Address,
    /// As PHP serializes it.
    pub applied_taxes: Text,
}

impl Cart {
    /// The cart an order was made from.
    pub(in crate::simulator) fn of(order: &Order) -> Self {
        let at = |id, address: &Address, same_as_billing| CartAddress {
            id,
            created_at: order.created_at,
            updated_at: order.created_at,
            book_id: order.billing.book_id,
            email: Some(order.customer_email.clone()),
            same_as_billing,
            shipped: same_as_billing && !order.is_virtual,
            address: address.clone(),
            applied_taxes: NO_TAXES.into(),
        };
        let shipping = order.shipping_address.as_ref().map(|to| to.address.clone()).unwrap_or_default();
        let mut cart = Self {
            id: order.quote_id,
            store_id: order.store_id,
            created_at: order.created_at,
            updated_at: order.created_at,
            is_active: false,
            customer_id: order.customer_id,
            customer_group_id: order.customer_group_id,
            customer_email: Some(order.customer_email.clone()),
            customer_firstname: order.customer_firstname.clone(),
            customer_middlename: order.customer_middlename.clone(),
            customer_lastname: order.customer_lastname.clone(),
            customer_prefix: order.customer_prefix.clone(),
            customer_suffix: order.customer_suffix.clone(),
            customer_dob: order.customer_dob.clone(),
            customer_taxvat: order.customer_taxvat.clone(),
            customer_gender: order.customer_gender,
            currency: order.currency.clone(),
            rate: order.rate,
            reserved_order_id: Some(order.increment_id.clone()),
            remote_ip: Some(order.remote_ip.clone()),
            coupon: order.coupon.clone(),
            payment_method: Some(order.payment_method.clone()),
            billing: at(order.quote_id * 2 - 1, &order.billing.address, false),
            shipping_address: at(order.quote_id * 2, &shipping, true),
            items: order.items.iter().map(before_the_order).collect(),
            shipping: order.shipping,
            ..Self::default()
        };
        cart.collect_totals();
        cart
    }

    /// Computes the sums from the items, as Magento does at every save.
    pub fn collect_totals(&mut self) {
        let top = || self.items.iter().filter(|item| item.parent_id.is_none());
        let discount: Amount = top().map(|item| item.discount).sum();
        self.subtotal = top().map(|item| item.row_total).sum();
        self.tax = top().map(|item| item.tax).sum();
        self.items_qty = top().map(|item| item.qty).sum();
        self.items_count = u32::try_from(top().count()).unwrap_or(u32::MAX);
        self.is_virtual = self.items_count > 0 && top().all(|item| item.product_type == "virtual");
        self.weight = top().filter(|item| item.weight.is_some()).filter_map(|item| item.row_weight).sum();
        self.subtotal_with_discount = self.subtotal - discount;
        self.grand_total = self.subtotal_with_discount + self.tax + self.shipping;
    }
}

/// What PHP makes of no taxes.
pub(in crate::simulator) const NO_TAXES: &str = "a:0:{}";

/// A row as it was in the cart.
pub(in crate::simulator) fn before_the_order(item: &OrderItem) -> OrderItem {
    let parent_id = item.parent_id.map(|parent| item.quote_item_id - (item.id - parent));
    OrderItem {
        id: 0,
        parent_id,
        qty_canceled: Amount::ZERO,
        qty_invoiced: Amount::ZERO,
        qty_refunded: Amount::ZERO,
        qty_shipped: Amount::ZERO,
        ..item.clone()
    }
}
