-- Guests with orders are customers of the CRM, one per website and e-mail (S53; names.md 12).
alter table customers
    -- tells apart guests who share an address ("Split By Full Name"); empty for all others
    add column guest_name text not null default '',
    -- gone in the store: kept, greyed, out of the figures
    add column removed_at timestamptz;
-- a removed record does not hold its number: a store restored from a backup gives it to another one
alter table customers drop constraint customers_remote_key;
create unique index customers_remote_key on customers (channel_id, remote_id) where removed_at is null;
create index customers_removed on customers (channel_id, remote_id) where removed_at is not null;
create unique index customers_guest_key on customers (channel_id, coalesce(website_id, 0), lower(email), guest_name)
    where is_guest and remote_id is null and removed_at is null;
-- who else has this address in this channel: guests are matched by it, and removals are looked for
create index customers_channel_email on customers (channel_id, lower(email));

-- Customers that orders refer to and the store no longer has: asked for once, then treated as guests.
create table missing_customers (
    channel_id bigint not null references channels on delete cascade,
    remote_id bigint not null,
    found_at timestamptz not null default now(),
    primary key (channel_id, remote_id)
);

alter table integrations
    -- orders of guests with one e-mail make one customer
    add column guest_customers boolean not null default true,
    -- e-mail addresses that different people share, in lower case
    add column split_by_name text[] not null default '{}',
    -- show the comments of orders as notes on the pages of customers and accounts, too
    add column order_notes boolean not null default true,
    -- how many requests a sync may spend on looking for carts without the bridge; null = the default
    add column cart_budget integer constraint integrations_cart_budget_check check (cart_budget between 0 and 1000);
