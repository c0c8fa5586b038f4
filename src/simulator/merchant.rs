//! The store's orders and credit memos in the hands of a test: it looks at them, and does what merchants do.

use super::handle::Simulator;
use super::memos::record::CreditMemo;
use super::orders::desk::{self, Part};
use super::orders::record::Order;
use super::records::Text;
use super::sales::Buyer;

impl Simulator {
    /// An order with all its parts.
    pub fn order(&self, id: u32) -> Option<Order> {
        self.shop().orders.get(id)
    }

    /// The order with a number for people.
    pub fn find_order(&self, increment_id: &str) -> Option<Order> {
        self.shop().order_by_increment(increment_id)
    }

    /// Ids of all orders, rising.
    pub fn order_ids(&self) -> Vec<u32> {
        self.shop().orders.ids().collect()
    }

    /// How many orders there are.
    pub fn order_count(&self) -> usize {
        self.shop().orders.ids().count()
    }

    /// Places an order of a few products, now; a customer is re-saved by it. Gives the id.
    pub fn place_order(&self, buyer: impl Into<Buyer>) -> u32 {
        let order = self.draft_order(buyer);
        let id = order.id;
        self.put_order(order);
        id
    }

    /// An order that is stamped now but not there yet: a checkout that waits for its payment before it commits. Its
    /// cart is closed and its customer re-saved already; [`Simulator::put_order`] commits it.
    pub fn draft_order(&self, buyer: impl Into<Buyer>) -> Order {
        let now = self.now();
        self.shop_mut().draft_order(&buyer.into(), now)
    }

    /// Puts an order in place of whatever has its id, stamped as it is: a late commit, a restored backup, an id used
    /// again.
    pub fn put_order(&self, order: Order) {
        self.shop_mut().orders.put(order);
    }

    /// Edits an order and moves its `updated_at` to the store's now; false if there is none.
    pub fn edit_order(&self, id: u32, change: impl FnOnce(&mut Order)) -> bool {
        let now = self.now();
        let mut shop = self.shop_mut();
        let Some(mut order) = shop.orders.get(id) else {
            return false;
        };
        change(&mut order);
        (order.id, order.updated_at) = (id, now);
        shop.orders.put(order);
        true
    }

    /// Sets an order's `updated_at`; false if there is none.
    pub fn stamp_order(&self, id: u32, updated_at: i64) -> bool {
        let order = self.order(id);
        order.map(|order| self.put_order(Order { updated_at, ..order })).is_some()
    }

    /// Deletes an order as a module or a hand in the database does; false if there was none.
    pub fn delete_order(&self, id: u32) -> bool {
        self.shop_mut().orders.delete(id)
    }

    /// Adds a comment to an order's history.
    pub fn comment_order(&self, id: u32, comment: impl Into<Text>) -> bool {
        let now = self.now();
        self.edit_order(id, |order| desk::comment(order, comment.into(), now))
    }

    /// Invoices an order, which pays it.
    pub fn invoice_order(&self, id: u32) -> bool {
        let now = self.now();
        self.edit_order(id, |order| desk::invoice(order, now))
    }

    /// Invoices and ships an order.
    pub fn complete_order(&self, id: u32) -> bool {
        let now = self.now();
        self.edit_order(id, |order| desk::complete(order, now))
    }

    /// Cancels an order that is not invoiced.
    pub fn cancel_order(&self, id: u32) -> bool {
        let now = self.now();
        self.edit_order(id, |order| desk::cancel(order, now))
    }

    /// Puts an order on hold.
    pub fn hold_order(&self, id: u32) -> bool {
        let now = self.now();
        self.edit_order(id, |order| desk::hold(order, now))
    }

    /// Gives an order's money back; gives the credit memo's id, `None` where nothing is left to give.
    pub fn refund_order(&self, id: u32, part: Part) -> Option<u32> {
        let now = self.now();
        self.shop_mut().refund(id, part, now)
    }

    /// A credit memo with its parts.
    pub fn memo(&self, id: u32) -> Option<CreditMemo> {
        self.shop().memos.get(id)
    }

    /// Ids of all credit memos, rising.
    pub fn memo_ids(&self) -> Vec<u32> {
        self.shop().memos.ids().collect()
    }

    /// Edits a credit memo and moves its `updated_at` to the store's now; false if there is none.
    pub fn edit_memo(&self, id: u32, change: impl FnOnce(&mut CreditMemo)) -> bool {
        let now = self.now();
        let mut shop = self.shop_mut();
        let Some(mut memo) = shop.memos.get(id) else {
            return false;
        };
        change(&mut memo);
        (memo.id, memo.updated_at) = (id, now);
        shop.memos.put(memo);
        true
    }

    /// Puts a credit memo in place of whatever has its id, stamped as it is.
    pub fn put_memo(&self, memo: CreditMemo) {
        self.shop_mut().memos.put(memo);
    }

    /// Deletes a credit memo; false if there was none.
    pub fn delete_memo(&self, id: u32) -> bool {
        self.shop_mut().memos.delete(id)
    }
}
