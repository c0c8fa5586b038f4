-- Webhooks out: programs that are told what happens. An event tells that something did, and where to read it; what it is about
-- they read with a token, so that a URL gets nobody's data.
create table webhooks (
    id bigint generated always as identity primary key,
    name text not null constraint webhooks_name_check check (length(name) between 1 and 100),
    url text not null,
    -- what its deliveries are signed with; null only within the transaction that makes the row
    secret bytea,
    events text[] not null constraint webhooks_events_check check (cardinality(events) > 0 and events <@ array[
        'customer.created', 'customer.updated', 'order.created', 'order.updated', 'job.ended', 'conflict.opened',
        'conflict.decided']),
    active boolean not null default true,
    created_at timestamptz not null default now(),
    -- deliveries in a row that failed, since when, and until when it is left alone
    failures integer not null default 0,
    failing_since timestamptz,
    rests_until timestamptz
);

-- What happened and is not on its way yet. Without a key: whoever writes here waits for nobody.
create table webhook_events (
    id bigint generated always as identity primary key,
    webhook_id bigint not null references webhooks on delete cascade,
    event text not null,
    record_id bigint not null,
    at timestamptz not null default now()
);
create index webhook_events_of on webhook_events (webhook_id, id);

-- What goes out, or went: some events together.
create table webhook_deliveries (
    id bigint generated always as identity primary key,
    webhook_id bigint not null references webhooks on delete cascade,
    events jsonb not null,
    -- in words, for the list
    subject text not null,
    attempts integer not null default 0,
    created_at timestamptz not null default now(),
    next_try_at timestamptz not null default now(),
    sent_at timestamptz,
    given_up_at timestamptz,
    -- what the other end answered last
    status smallint,
    error text
);
create index webhook_deliveries_of on webhook_deliveries (webhook_id, id);
create index webhook_deliveries_due on webhook_deliveries (webhook_id, attempts, id) where sent_at is null and given_up_at is null;
create index webhook_deliveries_created on webhook_deliveries (created_at);

-- Notes an event for every webhook that wants it.
create function tell_webhooks(wanted text, ids bigint[]) returns void language sql as $$
    insert into webhook_events (webhook_id, event, record_id)
    select w.id, wanted, t.id from webhooks w, unnest(ids) as t(id) where w.active and wanted = any(w.events)
$$;

-- Does anybody want one of these? Asked first: without a webhook nothing else is looked at.
create function webhooks_want(wanted text[]) returns boolean language sql stable as $$
    select exists (select 1 from webhooks w where w.active and w.events && wanted)
$$;

create function tell_of_new() returns trigger language plpgsql as $$
begin
    if webhooks_want(array[tg_argv[0]]) then
        perform tell_webhooks(tg_argv[0], (select array_agg(id) from came));
    end if;
    return null;
end $$;

-- What a sync notes for itself is no change that anybody is told of.
create function tell_of_changed() returns trigger language plpgsql as $$
begin
    if webhooks_want(array[tg_argv[0]]) then
        perform tell_webhooks(tg_argv[0], (select array_agg(c.id) from came c join went w on w.id = c.id
            where to_jsonb(c) - array['base', 'base_read_at', 'row_hash', 'content_hash', 'read_at', 'synced_at']
                is distinct from to_jsonb(w) - array['base', 'base_read_at', 'row_hash', 'content_hash', 'read_at', 'synced_at']));
    end if;
    return null;
end $$;

create trigger customers_tell_new after insert on customers referencing new table as came
    for each statement execute function tell_of_new('customer.created');
create trigger customers_tell_changed after update on customers referencing new table as came old table as went
    for each statement execute function tell_of_changed('customer.updated');
create trigger orders_tell_new after insert on orders referencing new table as came
    for each statement execute function tell_of_new('order.created');
create trigger orders_tell_changed after update on orders referencing new table as came old table as went
    for each statement execute function tell_of_changed('order.updated');

-- Another address is another customer; the addresses of a new one come with them.
create function tell_of_addresses() returns trigger language plpgsql as $$
begin
    if webhooks_want(array['customer.updated']) then
        perform tell_webhooks('customer.updated', (select array_agg(distinct c.customer_id) from came c left join went w on w.id = c.id
            where to_jsonb(c) - array['base', 'base_read_at', 'row_hash', 'synced_at']
                is distinct from to_jsonb(w) - array['base', 'base_read_at', 'row_hash', 'synced_at']));
    end if;
    return null;
end $$;
create trigger customer_addresses_tell_changed after update on customer_addresses
    referencing new table as came old table as went for each statement execute function tell_of_addresses();

create function tell_of_job() returns trigger language plpgsql as $$
begin
    perform tell_webhooks('job.ended', array[new.id]);
    return null;
end $$;
-- what tells of something is nothing to tell of
create trigger jobs_tell after update of status on jobs for each row
    when (old.finished_at is null and new.finished_at is not null and new.kind not in ('notice', 'delivery'))
    execute function tell_of_job();

create function tell_of_conflict() returns trigger language plpgsql as $$
begin
    perform tell_webhooks(case when new.decided_at is null then 'conflict.opened' else 'conflict.decided' end, array[new.id]);
    return null;
end $$;
create trigger conflicts_tell_new after insert on conflicts for each row execute function tell_of_conflict();
create trigger conflicts_tell_decided after update of decided_at on conflicts for each row
    when (old.decided_at is null and new.decided_at is not null) execute function tell_of_conflict();
