-- What lists are filtered and sorted by. Each index costs every row that a sync writes, so: one trigram index a table for
-- all its texts together (a filter asks it first, then the column itself), and none where a partial one does.
create index customers_texts on customers
    using gin ((first_name || ' ' || last_name || ' ' || email || ' ' || billing_state) gin_trgm_ops);
create index customers_by_country on customers (billing_country);
create index customers_guests on customers (id) where is_guest;
create index customers_hidden on customers (id) where hidden_at is not null;
create index customer_lifetimes_by_amount on customer_lifetimes (amount, customer_id);

create index orders_texts on orders
    using gin ((increment_id || ' ' || first_name || ' ' || last_name || ' ' || email || ' ' || billing_state) gin_trgm_ops);
create index orders_by_number on orders (increment_id, id);
create index orders_by_first_name on orders ((lower(first_name) collate "und-x-icu"), id);
create index orders_by_last_name on orders ((lower(last_name) collate "und-x-icu"), id);
create index orders_by_grand_total on orders (grand_total, id);
create index orders_by_total_paid on orders (total_paid, id);
create index orders_by_subtotal on orders (subtotal);
-- few different ones: also steps from one status to the next
create index orders_by_status on orders (status, id);
create index orders_by_country on orders (billing_country);
create index orders_guests on orders (id) where is_guest;

create index carts_texts on carts
    using gin ((first_name || ' ' || last_name || ' ' || email || ' ' || billing_state) gin_trgm_ops);
create index carts_by_number on carts (remote_id, id);
create index carts_by_first_name on carts ((lower(first_name) collate "und-x-icu"), id);
create index carts_by_last_name on carts ((lower(last_name) collate "und-x-icu"), id);
create index carts_by_qty on carts (items_qty, id);
create index carts_by_grand_total on carts (grand_total, id);
create index carts_created on carts (remote_created_at, id);
create index carts_by_status on carts (status, remote_updated_at, id);
create index carts_by_country on carts (billing_country);

create index credit_memos_updated on credit_memos (remote_updated_at, id);
create index credit_memos_by_number on credit_memos (increment_id, id);
create index credit_memos_texts on credit_memos using gin (increment_id gin_trgm_ops);
create index credit_memos_by_refund on credit_memos (grand_total, id);
create index credit_memos_by_state on credit_memos (state, remote_created_at);

create index newsletter_subscribers_texts on newsletter_subscribers using gin (email gin_trgm_ops);
create index newsletter_subscribers_by_email on newsletter_subscribers (lower(email), id);
create index newsletter_subscribers_created on newsletter_subscribers (imported_at, id);
-- who subscribes, asked of customers
create index newsletter_subscribers_subscribed on newsletter_subscribers (customer_id)
    where status = 1 and removed_at is null;
create index newsletter_subscribers_by_status on newsletter_subscribers (status, changed_at);
