-- Subscriptions changed here that a store is to get, and what became of each change.
create table subscription_changes (
    id bigint generated always as identity primary key,
    channel_id bigint not null references channels on delete cascade,
    -- null while a customer who never subscribed waits for the store to make a subscriber of them
    subscriber_id bigint references newsletter_subscribers on delete cascade,
    customer_id bigint references customers on delete cascade,
    -- what the CRM showed before; null = no subscriber
    from_status smallint,
    -- what both sides had last, as far as is known now; nobody's subscription counts as 3, unsubscribed
    base_status smallint not null,
    to_status smallint not null constraint subscription_changes_to_check check (to_status in (1, 3)),
    user_id bigint references users on delete set null,
    at timestamptz not null default now(),
    state text not null default 'pending' constraint subscription_changes_state_check check (
        state in ('pending', 'sent', 'rejected', 'discarded')),
    -- why it is rejected or discarded, or what the last try met
    message text,
    state_at timestamptz not null default now(),
    -- both sides had changed it, or the store made something else of it: what decided, and what the store had
    rule text constraint subscription_changes_rule_check check (rule in ('remote', 'local', 'ask', 'store')),
    there_status smallint,
    -- when a call was last begun, and with what: after a lost answer the store may have it
    sent_at timestamptz,
    sent_status smallint,
    -- when the store said that it took it over; what it shows afterwards is what it made of it
    accepted_at timestamptz,
    attempts integer not null default 0,
    next_try_at timestamptz not null default now(),
    constraint subscription_changes_whose_check check (subscriber_id is not null or customer_id is not null)
);
-- the outbox, and what a pull must not overwrite: few of all changes, one of a subscriber
create index subscription_changes_open on subscription_changes (channel_id) where state in ('pending', 'rejected');
create unique index subscription_changes_subscriber_key on subscription_changes (subscriber_id)
    where state in ('pending', 'rejected');
create unique index subscription_changes_customer_key on subscription_changes (customer_id)
    where subscriber_id is null and state in ('pending', 'rejected');
create index subscription_changes_subscriber on subscription_changes (subscriber_id, id);
create index subscription_changes_customer on subscription_changes (customer_id, id);
