-- Numbers of orders and credit memos are asked for by a few of their digits. Trigrams of digits are in nearly every number;
-- pieces of up to five characters are in few.
create function text_pieces(whole text, shortest integer, longest integer) returns text[]
    language sql immutable parallel safe strict
    return array(
        select substr(lower(whole), at, size)
        from generate_series(shortest, longest) size, generate_series(1, length(whole) - size + 1) at
    );
create index orders_number_pieces on orders using gin (text_pieces(increment_id, 3, 5));
create index credit_memos_number_pieces on credit_memos using gin (text_pieces(increment_id, 3, 5));
drop index credit_memos_texts;
-- the numbers have left it
drop index orders_texts;
create index orders_texts on orders
    using gin ((first_name || ' ' || last_name || ' ' || email || ' ' || billing_state) gin_trgm_ops);

-- As in 0051, what a list is usually sorted and narrowed by stands beside what its filters find.
drop index carts_by_grand_total;
create index carts_by_grand_total on carts (grand_total, id) include (remote_updated_at, items_qty);
drop index carts_created;
create index carts_created on carts (remote_created_at, id) include (remote_updated_at, items_qty);
drop index customers_by_created;
create index customers_by_created on customers (remote_created_at, id) include (last_name, first_name, hidden_at);
