-- Orders, carts and credit memos of the channels. They are read only here: what the store says stands.
-- Amounts are in the record's own currency, exact, never added up over currencies.
create table orders (
    id bigint generated always as identity primary key,
    channel_id bigint not null references channels on delete cascade,
    -- the store's order_id; people and the store's API know an order by its increment id
    remote_id bigint not null,
    increment_id text not null,
    store_id bigint,
    customer_id bigint references customers on delete set null,
    -- as the store wrote it: the customer may come later, or be gone; a later null never unlinks
    remote_customer_id bigint,
    -- the cart that it was made from (quote_id)
    remote_cart_id bigint,
    status text not null default '',
    state text not null default '',
    email text not null default '',
    first_name text not null default '',
    last_name text not null default '',
    is_guest boolean not null default false,
    is_virtual boolean not null default false,
    currency text not null default '',
    base_currency text not null default '',
    subtotal numeric not null default 0,
    -- as Magento has it: negative or zero
    discount numeric not null default 0,
    tax numeric not null default 0,
    shipping numeric not null default 0,
    grand_total numeric not null default 0,
    total_paid numeric,
    total_invoiced numeric,
    total_refunded numeric,
    total_canceled numeric,
    total_due numeric,
    subtotal_refunded numeric,
    items_qty numeric,
    coupon_code text not null default '',
    discount_description text not null default '',
    payment_method text not null default '',
    payment_details jsonb not null default '{}',
    shipping_method text not null default '',
    shipping_description text not null default '',
    remote_ip text not null default '',
    gift_message text not null default '',
    store_name text not null default '',
    -- of the billing address, for the grid
    billing_country text not null default '',
    billing_state text not null default '',
    owner_id bigint references users on delete set null,
    remote_created_at timestamptz not null,
    remote_updated_at timestamptz not null,
    -- fingerprint of the list row whose details are stored: equal = nothing to fetch
    row_hash bytea,
    -- fingerprint of everything that is stored: equal = nothing to write
    content_hash bytea not null,
    -- when the request behind it was sent, by the database's clock
    read_at timestamptz not null,
    -- gone in the store
    removed_at timestamptz,
    imported_at timestamptz not null default now(),
    synced_at timestamptz not null default now()
);
-- a removed record does not hold its number: a store restored from a backup gives it to another one
create unique index orders_increment_key on orders (channel_id, increment_id) where removed_at is null;
create index orders_removed on orders (channel_id, increment_id) where removed_at is not null;
create index orders_remote on orders (channel_id, remote_id);
create index orders_customer on orders (customer_id);
create index orders_remote_customer on orders (channel_id, remote_customer_id) where customer_id is null;
create index orders_cart on orders (channel_id, remote_cart_id);
create index orders_created on orders (remote_created_at, id);
create index orders_updated on orders (remote_updated_at, id);

create table order_items (
    order_id bigint not null references orders on delete cascade,
    position smallint not null,
    -- item_id; SOAP v2 without the bridge does not tell it
    remote_id bigint,
    -- of a configurable's simple row: the position of the row that it belongs to
    parent_position smallint,
    product_id bigint,
    product_type text not null default '',
    sku text not null default '',
    name text not null default '',
    qty numeric not null default 0,
    qty_refunded numeric,
    qty_canceled numeric,
    weight numeric,
    price numeric not null default 0,
    original_price numeric,
    discount_percent numeric,
    discount numeric not null default 0,
    tax_percent numeric,
    tax numeric not null default 0,
    row_total numeric not null default 0,
    primary key (order_id, position)
);

create table order_addresses (
    order_id bigint not null references orders on delete cascade,
    kind text not null constraint order_addresses_kind_check check (kind in ('billing', 'shipping')),
    name text not null default '',
    company text not null default '',
    street text not null default '',
    city text not null default '',
    postcode text not null default '',
    country_id text not null default '',
    region_id bigint,
    region text not null default '',
    telephone text not null default '',
    primary key (order_id, kind)
);

-- the status history: every change of status, with a comment or without
create table order_notes (
    order_id bigint not null references orders on delete cascade,
    -- newest first, as the store tells them
    position smallint not null,
    -- the history's id; told only by bridges from 1.2.19 on
    remote_id bigint,
    status text not null default '',
    message text not null default '',
    customer_notified boolean not null default false,
    created_at timestamptz not null,
    primary key (order_id, position)
);

-- What a customer brought, per currency: subtotal less discount less what was refunded of the subtotal, of orders that
-- are neither cancelled nor removed. Computed from the orders whenever one of them changes, never added to.
create table customer_lifetimes (
    customer_id bigint not null references customers on delete cascade,
    currency text not null,
    amount numeric not null,
    orders integer not null,
    first_order_at timestamptz not null,
    last_order_at timestamptz not null,
    primary key (customer_id, currency)
);

create table credit_memos (
    id bigint generated always as identity primary key,
    channel_id bigint not null references channels on delete cascade,
    remote_id bigint not null,
    increment_id text not null,
    -- the order here; null until it has come
    order_id bigint references orders on delete set null,
    remote_order_id bigint,
    store_id bigint,
    -- Magento's 1 open, 2 refunded, 3 canceled
    state smallint,
    currency text not null default '',
    subtotal numeric not null default 0,
    discount numeric not null default 0,
    tax numeric not null default 0,
    shipping numeric not null default 0,
    grand_total numeric not null default 0,
    adjustment numeric,
    adjustment_positive numeric,
    adjustment_negative numeric,
    customer_balance_refunded numeric,
    reward_points_refunded numeric,
    transaction_id text not null default '',
    remote_created_at timestamptz not null,
    remote_updated_at timestamptz not null,
    row_hash bytea,
    content_hash bytea not null,
    read_at timestamptz not null,
    removed_at timestamptz,
    imported_at timestamptz not null default now(),
    synced_at timestamptz not null default now()
);
create unique index credit_memos_increment_key on credit_memos (channel_id, increment_id) where removed_at is null;
create index credit_memos_removed on credit_memos (channel_id, increment_id) where removed_at is not null;
create index credit_memos_remote on credit_memos (channel_id, remote_id);
create index credit_memos_order on credit_memos (order_id);
create index credit_memos_waiting on credit_memos (channel_id, remote_order_id) where order_id is null;
create index credit_memos_created on credit_memos (remote_created_at, id);

create table credit_memo_items (
    credit_memo_id bigint not null references credit_memos on delete cascade,
    position smallint not null,
    remote_order_item_id bigint,
    sku text not null default '',
    name text not null default '',
    qty numeric not null default 0,
    price numeric not null default 0,
    tax numeric not null default 0,
    discount numeric not null default 0,
    row_total numeric not null default 0,
    primary key (credit_memo_id, position)
);

create table carts (
    id bigint generated always as identity primary key,
    channel_id bigint not null references channels on delete cascade,
    -- the store's quote id
    remote_id bigint not null,
    store_id bigint,
    customer_id bigint references customers on delete set null,
    remote_customer_id bigint,
    -- open, purchased and expired follow the store; lost and converted are a person's word and stay
    status text not null default 'open' constraint carts_status_check check (
        status in ('open', 'purchased', 'expired', 'lost', 'converted')),
    -- may it still become an order in the store?
    is_active boolean not null,
    is_guest boolean not null default false,
    email text not null default '',
    first_name text not null default '',
    last_name text not null default '',
    currency text not null default '',
    base_currency text not null default '',
    items_count numeric not null default 0,
    items_qty numeric not null default 0,
    subtotal numeric not null default 0,
    discount numeric not null default 0,
    tax numeric not null default 0,
    grand_total numeric not null default 0,
    payment_method text not null default '',
    gift_message text not null default '',
    billing_country text not null default '',
    billing_state text not null default '',
    telephone text not null default '',
    owner_id bigint references users on delete set null,
    remote_created_at timestamptz not null,
    remote_updated_at timestamptz not null,
    content_hash bytea not null,
    read_at timestamptz not null,
    removed_at timestamptz,
    imported_at timestamptz not null default now(),
    synced_at timestamptz not null default now()
);
create unique index carts_remote_key on carts (channel_id, remote_id) where removed_at is null;
create index carts_customer on carts (customer_id);
create index carts_waiting on carts (channel_id, remote_customer_id) where customer_id is null;
create index carts_open on carts (channel_id, synced_at) where status = 'open';
create index carts_updated on carts (remote_updated_at, id);

create table cart_items (
    cart_id bigint not null references carts on delete cascade,
    remote_id bigint not null,
    parent_remote_id bigint,
    product_id bigint,
    product_type text not null default '',
    sku text not null default '',
    name text not null default '',
    qty numeric not null default 0,
    price numeric not null default 0,
    price_with_tax numeric,
    discount numeric not null default 0,
    tax numeric not null default 0,
    row_total numeric not null default 0,
    weight numeric,
    gift_message text not null default '',
    created_at timestamptz,
    updated_at timestamptz,
    -- taken out of the cart by the shopper; kept, because it tells what they nearly bought
    removed_at timestamptz,
    primary key (cart_id, remote_id)
);
