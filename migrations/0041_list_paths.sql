-- The lists' shortest ways: what a million rows showed to be missing, and what was there twice.

-- One channel's rows in the list's own order: a shop that has closed is no walk along all that came after.
create index customers_of_channel on customers
    (channel_id, (lower(coalesce(nullif(trim(last_name || ' ' || first_name), ''), chr(65535))) collate "und-x-icu"), id);
create index orders_of_channel on orders (channel_id, remote_created_at, id);
create index carts_of_channel on carts (channel_id, remote_updated_at, id) include (items_qty);
create index credit_memos_of_channel on credit_memos (channel_id, remote_created_at, id);
create index newsletter_subscribers_of_channel on newsletter_subscribers (channel_id, changed_at, id);
-- and how many of them a list shows by itself
create index customers_shown on customers (channel_id, id) where hidden_at is null;

-- Guests are few, and looked at in the lists' own order.
drop index customers_guests;
create index customers_guests on customers
    ((lower(coalesce(nullif(trim(last_name || ' ' || first_name), ''), chr(65535))) collate "und-x-icu"), id)
    include (hidden_at) where is_guest;
drop index orders_guests;
create index orders_guests on orders (remote_created_at, id) where is_guest;

-- A list of carts is by itself one of those with something in them.
drop index carts_by_status;
create index carts_by_status on carts (status, (items_qty > 0), remote_updated_at, id);

-- In the order of their bytes numbers are sorted and found by their beginnings alike.
drop index orders_number;
drop index orders_by_number;
create index orders_by_number on orders (increment_id collate "C", id);
drop index credit_memos_number;
drop index credit_memos_by_number;
create index credit_memos_by_number on credit_memos (increment_id collate "C", id);
-- carts_by_number has it
drop index carts_number;
