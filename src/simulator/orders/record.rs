//! What an order is in the store's database: the flat row, its items, addresses, payment and status history.
//!
//! Owns: the record types, and the sums that follow from the items. Refuses: to know how orders come about
//! ([`super::seeded`], [`super::desk`]) or how they are written ([`super::columns`]).

use crate::simulator::amount::Amount;
use crate::simulator::records::{Address, Text};

/// An order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Order {
    /// `entity_id`, in the API `order_id`.
    pub id: u32,
    /// What the API's `info` asks for: `100000001`.
    pub increment_id: Text,
    /// The store view it was placed in.
    pub store_id: u32,
    /// Seconds since 1970, UTC.
    pub created_at: i64,
    /// Seconds since 1970, UTC.
    pub updated_at: i64,
    /// `new`, `processing`, `complete`, `closed`, `canceled`, `holded`.
    pub state: Text,
    /// `pending` where the state is `new`; else the state's name, unless a merchant made others.
    pub status: Text,
    /// The state and status to go back to when a holded order is released.
    pub hold_before: Option<(Text, Text)>,
    /// `None` for a guest.
    pub customer_id: Option<u32>,
    /// 0 for a guest.
    pub customer_group_id: u32,
    /// Of the account, or what the guest typed.
    pub customer_email: Text,
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
    /// Currency of the website, which is the order's and its base's.
    pub currency: Text,
    /// Dollars for a unit of that currency.
    pub rate: Amount,
    /// Sum of the items before tax and discount.
    pub subtotal: Amount,
    /// Tax of all items.
    pub tax: Amount,
    /// Shipping.
    pub shipping: Amount,
    /// Discount, positive; the API shows it negative.
    pub discount: Amount,
    /// What is to be paid.
    pub grand_total: Amount,
    /// Pieces ordered.
    pub total_qty: Amount,
    /// Weight of all of it.
    pub weight: Amount,
    /// Whether there is nothing to ship.
    pub is_virtual: bool,
    /// Whether an invoice was made, which these payments pay at once.
    pub invoiced: bool,
    /// Whether it was cancelled.
    pub canceled: bool,
    /// What credit memos gave back, all of them together.
    pub refunded: Option<Refunded>,
    /// Coupon code.
    pub coupon: Option<Text>,
    /// The cart it was made from.
    pub quote_id: u32,
    /// Address of the shopper's machine.
    pub remote_ip: Text,
    /// Six hexadecimal digits.
    pub protect_code: Text,
    /// Id and text.
    pub gift_message: Option<(u32, Text)>,
    /// `checkmo`, `purchaseorder`, `ccsave`.
    pub payment_method: Text,
    /// Number, type, owner and end of a card; or a purchase order's number.
    pub payment: Payment,
    /// Where the bill goes.
    pub billing: OrderAddress,
    /// Where the goods go; a virtual order has none.
    pub shipping_address: Option<OrderAddress>,
    /// A configurable product is followed by a row for the size that was bought.
    pub items: Vec<OrderItem>,
    /// Newest first.
    pub history: Vec<StatusEntry>,
}

/// What was given back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Refunded {
    /// Of the items.
    pub subtotal: Amount,
    /// Of their tax.
    pub tax: Amount,
    /// Of the shipping.
    pub shipping: Amount,
    /// Of the discount, positive.
    pub discount: Amount,
    /// All in all.
    pub total: Amount,
}

/// Data of a payment that its method asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Payment {
    /// A purchase order's number.
    pub po_number: Option<Text>,
    /// `VI`, `MC`.
    pub cc_type: Option<Text>,
    /// The last four digits.
    pub cc_last4: Option<Text>,
    /// As printed on the card.
    pub cc_owner: Option<Text>,
    /// 1 to 12.
    pub cc_exp_month: Option<Text>,
    /// Four digits.
    pub cc_exp_year: Option<Text>,
}

/// An address as it was when the order was placed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderAddress {
    /// Id of the order's copy.
    pub id: u32,
    /// Id in the customer's address book.
    pub book_id: Option<u32>,
    /// Names, street, town; its own id and times mean nothing here.
    pub address: Address,
}

/// A row of an order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderItem {
    /// `item_id`.
    pub id: u32,
    /// The configurable row this one belongs to; only SOAP v1 shows it.
    pub parent_id: Option<u32>,
    /// The row of the cart.
    pub quote_item_id: u32,
    /// Product.
    pub product_id: u32,
    /// `simple`, `virtual`, `configurable`.
    pub product_type: Text,
    /// As PHP serializes it.
    pub options: Text,
    /// Parent and child have the same.
    pub sku: Text,
    /// Name when it was bought.
    pub name: Text,
    /// Of one piece.
    pub weight: Option<Amount>,
    /// Of the row.
    pub row_weight: Option<Amount>,
    /// Pieces ordered.
    pub qty: Amount,
    /// Pieces cancelled.
    pub qty_canceled: Amount,
    /// Pieces invoiced.
    pub qty_invoiced: Amount,
    /// Pieces given back.
    pub qty_refunded: Amount,
    /// Pieces shipped.
    pub qty_shipped: Amount,
    /// Of one piece, in cents; 0 in a child row.
    pub price: Amount,
    /// Before it was rounded.
    pub original_price: Amount,
    /// 8.25.
    pub tax_percent: Amount,
    /// Of the row.
    pub tax: Amount,
    /// 10.
    pub discount_percent: Amount,
    /// Of the row.
    pub discount: Amount,
    /// Price times pieces.
    pub row_total: Amount,
    /// Ids of the discount rules, joined by commas.
    pub rules: Option<Text>,
}

/// An entry of the status history: a change of status, a comment, or both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StatusEntry {
    /// Only the bridge shows it, as `increment_id`.
    pub id: u32,
    /// Seconds since 1970, UTC.
    pub created_at: i64,
    /// The order's status then.
    pub status: Text,
    /// What somebody wrote; an empty text is not none.
    pub comment: Option<Text>,
    /// 0 no, 1 yes, 2 does not apply.
    pub notified: Option<u32>,
    /// `order`, `invoice`, `creditmemo`.
    pub entity: Text,
}

impl Order {
    /// Lifetime value counts this much of it: subtotal less discount less what was refunded, unless it was cancelled.
    pub fn worth(&self) -> Amount {
        if self.canceled {
            return Amount::ZERO;
        }
        let back = self.refunded.unwrap_or_default();
        self.subtotal - self.discount - back.subtotal
    }

    /// Rows that were put into the cart: all but the sizes of configurable products.
    pub fn top_items(&self) -> impl Iterator<Item = &OrderItem> {
        self.items.iter().filter(|item| item.parent_id.is_none())
    }
}

impl OrderItem {
    /// Of one piece, in cents.
    pub(in crate::simulator) fn price_incl_tax(&self) -> Amount {
        self.price + self.price.percent(self.tax_percent)
    }

    /// The part of a sum that belongs to the pieces invoiced.
    pub(in crate::simulator) fn invoiced(&self, sum: Amount) -> Amount {
        self.share(sum, self.qty_invoiced)
    }

    /// The part of a sum that belongs to some of the pieces.
    pub(in crate::simulator) fn share(&self, sum: Amount, pieces: Amount) -> Amount {
        if pieces == self.qty || self.qty.is_zero() {
            return if pieces.is_zero() { Amount::ZERO } else { sum };
        }
        Amount(sum.0 * pieces.0 / self.qty.0).to_cents()
    }
}
