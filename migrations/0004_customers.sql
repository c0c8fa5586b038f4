-- Accounts and contacts (a person over all channels), and the customers of a channel with what they belong to.
create table accounts (
    id bigint generated always as identity primary key,
    name text not null,
    owner_id bigint references users on delete set null,
    created_at timestamptz not null default now()
);

create table contacts (
    id bigint generated always as identity primary key,
    account_id bigint not null references accounts on delete cascade,
    first_name text not null default '',
    last_name text not null default '',
    email text not null default '',
    created_at timestamptz not null default now()
);
-- a person is found again by e-mail and name in any case, also after a channel was deleted and made anew (G18)
create unique index contacts_person on contacts (lower(email), lower(first_name), lower(last_name)) where email <> '';
create index contacts_account on contacts (account_id);

create table websites (
    channel_id bigint not null references channels on delete cascade,
    website_id bigint not null,
    code text not null default '',
    name text not null,
    primary key (channel_id, website_id)
);

create table stores (
    channel_id bigint not null references channels on delete cascade,
    store_id bigint not null,
    website_id bigint,
    code text not null default '',
    name text not null,
    primary key (channel_id, store_id)
);

create table customer_groups (
    channel_id bigint not null references channels on delete cascade,
    group_id bigint not null,
    name text not null,
    primary key (channel_id, group_id)
);

create table countries (
    channel_id bigint not null references channels on delete cascade,
    -- ISO 3166 alpha-2 as the store has it
    country_id text not null,
    name text not null,
    primary key (channel_id, country_id)
);

-- region ids are each store's own numbers: never looked up without channel and country
create table regions (
    channel_id bigint not null references channels on delete cascade,
    country_id text not null,
    region_id bigint not null,
    code text not null,
    name text not null,
    primary key (channel_id, country_id, region_id)
);

create table customers (
    id bigint generated always as identity primary key,
    channel_id bigint not null references channels on delete cascade,
    -- the store's id; null for one that was made here and is not yet there
    remote_id bigint,
    website_id bigint,
    store_id bigint,
    group_id bigint,
    email text not null default '',
    prefix text not null default '',
    first_name text not null default '',
    middle_name text not null default '',
    last_name text not null default '',
    suffix text not null default '',
    birthday date,
    gender text constraint customers_gender_check check (gender in ('male', 'female')),
    taxvat text not null default '',
    created_in text not null default '',
    -- null = the store did not say
    confirmed boolean,
    is_guest boolean not null default false,
    -- of the default billing address, for the grid's columns, filters and sorting
    billing_country text not null default '',
    billing_state text not null default '',
    account_id bigint references accounts on delete set null,
    contact_id bigint references contacts on delete set null,
    owner_id bigint references users on delete set null,
    remote_created_at timestamptz,
    remote_updated_at timestamptz,
    -- fingerprint of the list row whose details are stored: equal = nothing to fetch
    row_hash bytea,
    -- the last value both sides had, per unit, and when the request behind it was sent
    base jsonb,
    base_read_at timestamptz,
    imported_at timestamptz not null default now(),
    synced_at timestamptz not null default now(),
    constraint customers_remote_key unique (channel_id, remote_id)
);
-- the grid's orders, each with the id that makes a keyset page exact; names as people sort them (Á beside A)
create index customers_by_name on customers ((lower(trim(last_name || ' ' || first_name)) collate "und-x-icu"), id);
create index customers_by_first_name on customers ((lower(first_name) collate "und-x-icu"), id);
create index customers_by_email on customers (lower(email), id);
create index customers_by_created on customers (remote_created_at, id);
create index customers_by_updated on customers (remote_updated_at, id);
create index customers_contact on customers (contact_id);
create index customers_account on customers (account_id);

create table customer_addresses (
    id bigint generated always as identity primary key,
    customer_id bigint not null references customers on delete cascade,
    remote_id bigint,
    position smallint not null default 0,
    prefix text not null default '',
    first_name text not null default '',
    middle_name text not null default '',
    last_name text not null default '',
    suffix text not null default '',
    company text not null default '',
    -- lines joined by line feeds, all of them
    street text not null default '',
    city text not null default '',
    postcode text not null default '',
    country_id text not null default '',
    region_id bigint,
    -- as the store wrote it; shown where the id is unknown in its country
    region text not null default '',
    telephone text not null default '',
    fax text not null default '',
    default_billing boolean not null default false,
    default_shipping boolean not null default false,
    -- absent from a complete list of its customer
    removed_at timestamptz,
    base jsonb,
    base_read_at timestamptz,
    constraint customer_addresses_remote_key unique (customer_id, remote_id)
);
