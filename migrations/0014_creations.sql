-- When what a store did not answer is tried again: a minute later, doubled each time, at most an hour.
create function next_try(attempts integer) returns timestamptz language sql stable as
    $$ select now() + make_interval(secs => least(60 * power(2, least(attempts, 10)), 3600)) $$;

-- Customers and addresses that were made here, until a store has them.
create table creations (
    id bigint generated always as identity primary key,
    customer_id bigint not null references customers on delete cascade,
    -- null = the customer; their addresses follow, each with a row of its own
    address_id bigint references customer_addresses on delete cascade,
    user_id bigint references users on delete set null,
    at timestamptz not null default now(),
    state text not null default 'pending' constraint creations_state_check check (
        state in ('pending', 'rejected', 'created')),
    -- why it is rejected, or what the last try met
    message text,
    state_at timestamptz not null default now(),
    -- an address that is to be a default one: said in the call that makes it
    default_billing boolean not null default false,
    default_shipping boolean not null default false,
    -- sealed, and forgotten once the store has it
    password bytea,
    -- when a call was last begun, and what it carried: after a lost answer the store may have the record
    sent_at timestamptz,
    sent jsonb,
    attempts integer not null default 0,
    next_try_at timestamptz not null default now()
);
-- one at a time for each record
create unique index creations_open on creations (customer_id, coalesce(address_id, 0)) where state <> 'created';
create index creations_customer on creations (customer_id, id);

-- out of the lists here; the store is never told to delete anybody, and syncs go on
alter table customers
    add column hidden_at timestamptz,
    add column hidden_by bigint references users on delete set null;
