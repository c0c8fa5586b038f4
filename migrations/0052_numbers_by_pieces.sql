-- Numbers of orders and credit memos are asked for by a few of their digits. Trigrams of digits are in nearly every number;
-- of pieces of five characters few have the same. Those of three are for who types no more. In the order of their bytes they
-- are sorted in a third of the time, and a loop makes them in a third of what a query takes: every order that comes pays it.
create function text_pieces(whole text, sizes integer[]) returns text[]
    language plpgsql immutable parallel safe strict as $$
declare
    lowered text := lower(whole);
    size integer;
    pieces text[] := '{}';
begin
    foreach size in array sizes loop
        for at in 1..length(lowered) - size + 1 loop
            pieces := pieces || substr(lowered, at, size);
        end loop;
    end loop;
    return pieces;
end $$;
create index orders_number_pieces on orders using gin ((text_pieces(increment_id, '{3,5}') collate "C"));
create index credit_memos_number_pieces on credit_memos using gin ((text_pieces(increment_id, '{3,5}') collate "C"));
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
