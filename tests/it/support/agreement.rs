//! Orders, credit memos, carts and subscribers on both sides, compared field by field.

use cartwright::simulator::{Amount, Cart, CreditMemo, Order, OrderItem, Subscriber, Text};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::Pair;

impl Pair {
    /// Does everything that is bought and subscribed stand here as it does in the store? With the bridge or without.
    pub(crate) async fn assert_equal_sales(&self, bridge: bool) {
        let (store, pool) = (&self.store, &self.app.pool);
        let orders: Vec<Value> =
            store.order_ids().into_iter().filter_map(|id| store.order(id)).map(|o| order(&o)).collect();
        let told = |mut order: Value| {
            // the bridge's list does not tell what is to be written on a card (recording rpc/135)
            if bridge {
                order["gift"] = Value::Null;
            }
            order
        };
        let ours = rows(pool, ORDERS).await.into_iter().map(told).collect();
        compare("order", orders.into_iter().map(told).collect(), ours);
        let memos: Vec<Value> =
            store.memo_ids().into_iter().filter_map(|id| store.memo(id)).map(|m| memo(&m)).collect();
        compare("credit memo", memos, rows(pool, MEMOS).await);
        let carts: Vec<Value> =
            store.cart_ids().into_iter().filter_map(|id| store.cart(id)).map(|c| self.cart(&c)).collect();
        compare("cart", carts, rows(pool, CARTS).await);
        if bridge {
            let ids = store.subscriber_ids();
            let all: Vec<Value> =
                ids.into_iter().filter_map(|id| store.subscriber(id)).map(|s| subscriber(&s)).collect();
            compare("subscriber", all, rows(pool, SUBSCRIBERS).await);
        }
        self.assert_equal_sums().await;
        let strangers = "select count(*) from orders o left join customers k on k.id = o.customer_id
            where o.removed_at is null and o.email <> '' and (k.id is null or lower(k.email) <> lower(o.email)
                and k.remote_id is distinct from o.remote_customer_id or k.remote_id <> o.remote_customer_id)";
        assert_eq!(self.app.count(strangers).await, 0, "orders of somebody else, or of nobody");
    }

    /// What all orders came to, per currency; and what each customer brought.
    pub(crate) async fn assert_equal_sums(&self) {
        let mut theirs = std::collections::BTreeMap::<String, (i64, Amount)>::new();
        for order in self.store.order_ids().into_iter().filter_map(|id| self.store.order(id)) {
            let sum = theirs.entry(order.currency.to_string()).or_default();
            sum.0 += 1;
            sum.1 += order.worth();
        }
        let theirs: Vec<(String, i64, String)> =
            theirs.into_iter().map(|(currency, (n, sum))| (currency, n, plain(sum))).collect();
        let ours: Vec<(String, i64, String)> = sqlx::query_as(
            "select currency, count(*), trim_scale(sum(case when status = 'canceled' then 0
                else subtotal + discount - coalesce(subtotal_refunded, 0) end))::text
             from orders where removed_at is null group by currency order by currency",
        )
        .fetch_all(&self.app.pool)
        .await
        .unwrap();
        assert_eq!(ours, theirs, "what all orders came to");
        let (lifetimes, orders): (String, String) = sqlx::query_as(
            "select (select coalesce(string_agg(customer_id || currency || trim_scale(amount) || orders, ' '
                order by customer_id, currency), '') from customer_lifetimes),
                (select coalesce(string_agg(customer_id || currency || trim_scale(amount) || n, ' '
                    order by customer_id, currency), '') from (
                    select customer_id, currency, sum(subtotal + discount - coalesce(subtotal_refunded, 0)) as amount,
                        count(*) as n from orders
                    where customer_id is not null and status <> 'canceled' and removed_at is null
                    group by customer_id, currency) o)",
        )
        .fetch_one(&self.app.pool)
        .await
        .unwrap();
        assert_eq!(lifetimes, orders, "lifetime values are those of the orders");
    }

    /// An order makes its cart a purchased one.
    fn cart(&self, cart: &Cart) -> Value {
        let bought = self
            .store
            .order_ids()
            .into_iter()
            .any(|id| self.store.order(id).is_some_and(|order| order.quote_id == cart.id));
        let status = match (bought, cart.is_active) {
            (true, _) => "purchased",
            (false, true) => "open",
            (false, false) => "expired",
        };
        json!({
            "id": cart.id, "status": status, "customer": cart.customer_id, "email": text(cart.customer_email.as_ref()),
            "qty": plain(cart.items_qty), "grand_total": plain(cart.grand_total), "currency": cart.currency.to_string(),
            "items": cart.items.iter().map(|i| json!([i.quote_item_id, i.sku.to_string(), plain(i.qty), plain(i.row_total)]))
                .collect::<Vec<_>>(),
        })
    }
}

fn compare(what: &str, theirs: Vec<Value>, ours: Vec<Value>) {
    for (theirs, ours) in theirs.iter().zip(&ours) {
        assert_eq!(ours, theirs, "{what} {}", theirs["id"]);
    }
    assert_eq!(ours.len(), theirs.len(), "{what}s in all");
}

async fn rows(pool: &PgPool, sql: &'static str) -> Vec<Value> {
    sqlx::query_scalar(sql).fetch_all(pool).await.unwrap()
}

const ORDERS: &str = "select jsonb_build_object('id', remote_id, 'number', increment_id, 'status', status,
        'customer', remote_customer_id,
        'guest', is_guest, 'email', email, 'cart', remote_cart_id, 'currency', currency, 'store', store_id,
        'sums', jsonb_build_array(trim_scale(subtotal)::text, trim_scale(discount)::text, trim_scale(tax)::text,
            trim_scale(shipping)::text, trim_scale(grand_total)::text),
        'coupon', coupon_code, 'payment', payment_method, 'virtual', is_virtual, 'gift', gift_message,
        'items', (select coalesce(jsonb_agg(jsonb_build_array(sku, name, trim_scale(qty)::text, trim_scale(price)::text,
                trim_scale(row_total)::text, parent_position) order by position), '[]') from order_items where order_id = o.id),
        'places', (select jsonb_agg(jsonb_build_array(city, street) order by kind) from order_addresses where order_id = o.id),
        'notes', (select coalesce(jsonb_agg(jsonb_build_array(status, message) order by position), '[]')
            from order_notes where order_id = o.id))
     from orders o where removed_at is null order by remote_id";

const MEMOS: &str = "select jsonb_build_object('id', m.remote_id, 'number', m.increment_id, 'order', coalesce(o.remote_id,
            case when not exists (select 1 from orders x where x.channel_id = m.channel_id
                and x.remote_id = m.remote_order_id and x.removed_at is null) then m.remote_order_id end),
        'state', m.state, 'subtotal', trim_scale(m.subtotal)::text, 'total', trim_scale(m.grand_total)::text,
        'currency', m.currency,
        'items', (select coalesce(jsonb_agg(jsonb_build_array(sku, trim_scale(qty)::text, trim_scale(row_total)::text)
            order by position), '[]') from credit_memo_items where credit_memo_id = m.id))
     from credit_memos m left join orders o on o.id = m.order_id where m.removed_at is null order by m.remote_id";

const CARTS: &str = "select jsonb_build_object('id', remote_id, 'status', status,
        'customer', remote_customer_id, 'email', email, 'qty', trim_scale(items_qty)::text,
        'grand_total', trim_scale(grand_total)::text, 'currency', currency,
        'items', (select coalesce(jsonb_agg(jsonb_build_array(remote_id, sku, trim_scale(qty)::text,
                trim_scale(row_total)::text) order by remote_id), '[]') from cart_items
            where cart_id = c.id and removed_at is null))
     from carts c where removed_at is null and not (status = 'expired' and is_active = false and remote_id < 0)
     order by remote_id";

const SUBSCRIBERS: &str = "select jsonb_build_object('id', remote_id, 'email', email, 'status', status,
        'customer', remote_customer_id, 'changed', extract(epoch from changed_at)::bigint)
     from newsletter_subscribers where removed_at is null order by remote_id";

fn order(order: &Order) -> Value {
    let place = |of: &cartwright::simulator::OrderAddress| {
        json!([text(of.address.city.as_ref()), text(of.address.street.as_ref())])
    };
    json!({
        "id": order.id, "number": order.increment_id.to_string(), "status": order.status.to_string(),
        "customer": order.customer_id, "guest": order.customer_id.is_none(), "email": order.customer_email.to_string(),
        "cart": order.quote_id, "currency": order.currency.to_string(), "store": order.store_id,
        "sums": [plain(order.subtotal), plain(-order.discount), plain(order.tax), plain(order.shipping),
            plain(order.grand_total)],
        "coupon": text(order.coupon.as_ref()), "payment": order.payment_method.to_string(), "virtual": order.is_virtual,
        "gift": text(order.gift_message.as_ref().map(|(_, gift)| gift)),
        "items": order.items.iter().map(|item| order_item(item, &order.items)).collect::<Vec<_>>(),
        "places": std::iter::once(&order.billing).chain(&order.shipping_address).map(place).collect::<Vec<_>>(),
        "notes": order.history.iter().map(|entry| json!([entry.status.to_string(), text(entry.comment.as_ref())]))
            .collect::<Vec<_>>(),
    })
}

fn order_item(item: &OrderItem, all: &[OrderItem]) -> Value {
    let parent = item.parent_id.and_then(|id| all.iter().position(|other| other.id == id));
    json!([
        item.sku.to_string(),
        item.name.to_string(),
        plain(item.qty),
        plain(item.price),
        plain(item.row_total),
        parent
    ])
}

fn memo(memo: &CreditMemo) -> Value {
    json!({
        "id": memo.id, "number": memo.increment_id.to_string(), "order": memo.order_id, "state": memo.state,
        "subtotal": plain(memo.sums.subtotal), "total": plain(memo.sums.total), "currency": memo.currency.to_string(),
        "items": memo.items.iter().map(|i| json!([i.sku.to_string(), plain(i.qty), plain(i.row_total)]))
            .collect::<Vec<_>>(),
    })
}

fn subscriber(subscriber: &Subscriber) -> Value {
    json!({
        "id": subscriber.id, "email": subscriber.email.trim(), "status": subscriber.status,
        "customer": Some(subscriber.customer_id).filter(|id| *id > 0), "changed": subscriber.change_status_at,
    })
}

/// As Postgres writes it without trailing zeros.
fn plain(amount: Amount) -> String {
    let text = amount.to_string();
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

fn text(text: Option<&Text>) -> String {
    let shown = |c: char| if c.is_control() && !matches!(c, '\n' | '\t' | '\r') { '\u{fffd}' } else { c };
    text.map(|text| text.chars().map(shown).collect()).unwrap_or_default()
}
