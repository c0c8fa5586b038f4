-- Newsletter subscribers of the channels; only the bridge tells of them.
create table newsletter_subscribers (
    id bigint generated always as identity primary key,
    channel_id bigint not null references channels on delete cascade,
    remote_id bigint not null,
    store_id bigint,
    customer_id bigint references customers on delete set null,
    remote_customer_id bigint,
    email text not null,
    -- Magento's 1 subscribed, 2 not active, 3 unsubscribed, 4 unconfirmed
    status smallint not null,
    -- rows older than the bridge have none
    changed_at timestamptz,
    content_hash bytea not null,
    read_at timestamptz not null,
    removed_at timestamptz,
    imported_at timestamptz not null default now(),
    synced_at timestamptz not null default now(),
    constraint newsletter_subscribers_remote_key unique (channel_id, remote_id)
);
create index newsletter_subscribers_customer on newsletter_subscribers (customer_id);
create index newsletter_subscribers_waiting on newsletter_subscribers (channel_id, remote_customer_id)
    where customer_id is null;
create index newsletter_subscribers_changed on newsletter_subscribers (changed_at, id);
