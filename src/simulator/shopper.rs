//! The store's carts and subscribers in the hands of a test: it looks at them, and does what shoppers do.

use super::carts::record::Cart;
use super::handle::Simulator;
use super::records::Text;
use super::sales::Buyer;
use super::subscribers::Subscriber;

impl Simulator {
    /// A cart with all its parts.
    pub fn cart(&self, id: u32) -> Option<Cart> {
        self.shop().carts.get(id)
    }

    /// Ids of all carts that are kept, rising.
    pub fn cart_ids(&self) -> Vec<u32> {
        self.shop().carts.ids().collect()
    }

    /// Begins a cart with a few products; gives the id.
    pub fn create_cart(&self, buyer: impl Into<Buyer>) -> u32 {
        let now = self.now();
        self.shop_mut().add_cart(&buyer.into(), now)
    }

    /// Edits a cart: its sums follow from the items, its `updated_at` moves to the store's now; false if there is none.
    pub fn edit_cart(&self, id: u32, change: impl FnOnce(&mut Cart)) -> bool {
        let now = self.now();
        let mut shop = self.shop_mut();
        let Some(mut cart) = shop.carts.get(id) else {
            return false;
        };
        change(&mut cart);
        cart.collect_totals();
        (cart.id, cart.updated_at) = (id, now);
        shop.carts.put(cart);
        true
    }

    /// Makes an order of an active cart that has items; gives the order's id.
    pub fn order_cart(&self, id: u32) -> Option<u32> {
        let now = self.now();
        self.shop_mut().order_cart(id, now)
    }

    /// Gives a cart up without an order.
    pub fn deactivate_cart(&self, id: u32) -> bool {
        self.edit_cart(id, |cart| cart.is_active = false)
    }

    /// Sets a cart's `updated_at`; false if there is none.
    pub fn stamp_cart(&self, id: u32, updated_at: i64) -> bool {
        self.cart(id).map(|cart| self.put_cart(Cart { updated_at, ..cart })).is_some()
    }

    /// Puts a cart in place of whatever has its id, stamped as it is.
    pub fn put_cart(&self, cart: Cart) {
        self.shop_mut().carts.put(cart);
    }

    /// Deletes a cart, as the store's own cleaning does; false if there was none.
    pub fn delete_cart(&self, id: u32) -> bool {
        self.shop_mut().carts.delete(id)
    }

    /// A subscriber.
    pub fn subscriber(&self, id: u32) -> Option<Subscriber> {
        self.shop().subscribers.get(id)
    }

    /// Ids of all subscribers, rising.
    pub fn subscriber_ids(&self) -> Vec<u32> {
        self.shop().subscribers.ids().collect()
    }

    /// Subscribes an e-mail in the first store view, as somebody without an account; gives the id.
    pub fn subscribe(&self, email: impl Into<Text>) -> u32 {
        let now = self.now();
        let mut shop = self.shop_mut();
        let id = shop.subscribers.take_id();
        let subscriber = Subscriber {
            id,
            store_id: 1,
            change_status_at: Some(now),
            email: email.into(),
            status: 1,
            confirm_code: Some(format!("{id:020x}").into()),
            ..Subscriber::default()
        };
        shop.subscribers.put(subscriber);
        id
    }

    /// Unsubscribes; the row stays. False if there is none.
    pub fn unsubscribe(&self, id: u32) -> bool {
        self.edit_subscriber(id, |subscriber| subscriber.status = 3)
    }

    /// Edits a subscriber and moves `change_status_at` to the store's now; false if there is none.
    pub fn edit_subscriber(&self, id: u32, change: impl FnOnce(&mut Subscriber)) -> bool {
        let now = self.now();
        let mut shop = self.shop_mut();
        let Some(mut subscriber) = shop.subscribers.get(id) else {
            return false;
        };
        change(&mut subscriber);
        (subscriber.id, subscriber.change_status_at) = (id, Some(now));
        shop.subscribers.put(subscriber);
        true
    }

    /// Puts a subscriber in place of whoever has its id, stamped as it is.
    pub fn put_subscriber(&self, subscriber: Subscriber) {
        self.shop_mut().subscribers.put(subscriber);
    }

    /// Deletes a subscriber; false if there was none.
    pub fn delete_subscriber(&self, id: u32) -> bool {
        self.shop_mut().subscribers.delete(id)
    }
}
