-- Edits made here that a store is to get, and what both sides changed.
create table changes (
    id bigint generated always as identity primary key,
    customer_id bigint not null references customers on delete cascade,
    -- null = a unit of the customer themselves
    address_id bigint references customer_addresses on delete cascade,
    unit text not null,
    from_value jsonb not null,
    to_value jsonb not null,
    user_id bigint references users on delete set null,
    at timestamptz not null default now(),
    state text not null default 'pending' constraint changes_state_check check (
        state in ('pending', 'sent', 'rejected', 'discarded')),
    -- why it is rejected or discarded, or what the last try met
    message text,
    state_at timestamptz not null default now(),
    -- when a call with this value was last begun: after a lost answer the store may have it
    sent_at timestamptz,
    -- when the store said that it took the value over; what it shows afterwards is what it made of it
    accepted_at timestamptz,
    attempts integer not null default 0,
    next_try_at timestamptz not null default now()
);
-- the outbox, and what a pull must not overwrite: few of all changes
create index changes_open on changes (customer_id) where state in ('pending', 'rejected');
create index changes_customer on changes (customer_id, id);

create table conflicts (
    id bigint generated always as identity primary key,
    customer_id bigint not null references customers on delete cascade,
    address_id bigint references customer_addresses on delete cascade,
    unit text not null,
    base jsonb not null,
    local jsonb not null,
    remote jsonb not null,
    -- null while a person is asked
    chosen text constraint conflicts_chosen_check check (chosen in ('local', 'remote')),
    -- 'store' = the store made something else of what it was sent
    rule text not null constraint conflicts_rule_check check (rule in ('remote', 'local', 'ask', 'store')),
    job_id bigint references jobs on delete set null,
    opened_at timestamptz not null default now(),
    decided_at timestamptz,
    decided_by bigint references users on delete set null
);
-- one open conflict per record and unit
create unique index conflicts_open on conflicts (customer_id, coalesce(address_id, 0), unit) where decided_at is null;
create index conflicts_customer on conflicts (customer_id, id);

alter table integrations drop constraint integrations_priority_check;
alter table integrations add constraint integrations_priority_check check (priority in ('remote', 'local', 'ask'));
