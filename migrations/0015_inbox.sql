-- One inbox for whatever waits for a person, a trail of what was sent to which store, and a customer's history.
alter table conflicts drop constraint conflicts_rule_check;
alter table conflicts add constraint conflicts_rule_check check (
    -- 'store' = the store made something else of what it was sent; 'removed' = it no longer has the record, and edits of it
    -- wait here: the unit is then 'record', the local side a list of the edits
    rule in ('remote', 'local', 'ask', 'store', 'removed'));
-- the inbox: what waits before what is decided, the newest first
create index conflicts_inbox on conflicts ((case when decided_at is null then 'waiting' else 'decided' end), id);
create index conflicts_by_time on conflicts (opened_at, id);
create index conflicts_job on conflicts (job_id);

-- who discarded it; null = a rule did
alter table changes add column settled_by bigint references users on delete set null;
create index changes_rejected on changes (state_at, id) where state = 'rejected';

-- What a store refused and a person has to look at: the last edit of each unit. Where the record itself is gone in the
-- store, its removal is what is decided.
create view rejected_edits as
    select c.id, c.customer_id, c.address_id, c.unit, c.from_value, c.to_value, c.user_id, c.at, c.state_at, c.message,
        k.channel_id
    from changes c join customers k on k.id = c.customer_id left join customer_addresses a on a.id = c.address_id
    where c.state = 'rejected' and k.removed_at is null and a.removed_at is null
        and not exists (select 1 from changes l where l.customer_id = c.customer_id and l.unit = c.unit
            and l.address_id is not distinct from c.address_id and l.state = 'rejected' and l.id > c.id);

-- The trail: a row for each value that was sent, never changed but for the answer, and never deleted while the channel is
-- there, whatever becomes of the edit.
create table deliveries (
    id bigint generated always as identity primary key,
    integration_id bigint references integrations on delete set null,
    -- where it was sent, as the integration's settings said then: host and port
    store text not null,
    customer_id bigint not null references customers on delete cascade,
    address_id bigint references customer_addresses on delete cascade,
    unit text not null,
    value jsonb not null,
    -- the last of the edits behind the value, and whose it was
    change_id bigint not null references changes on delete cascade,
    user_id bigint references users on delete set null,
    sent_at timestamptz not null default now(),
    -- null = none has come
    answer text constraint deliveries_answer_check check (answer in ('accepted', 'refused', 'unanswered')),
    answered_at timestamptz,
    -- the store's words where it refused, or why no answer came
    words text
);
create index deliveries_integration on deliveries (integration_id, sent_at, id);
create index deliveries_customer on deliveries (customer_id, id);
create index deliveries_change on deliveries (change_id, id);

-- Everything that happened to a customer, to be read newest first; nr tells the rows apart.
create view customer_history as
    select k.id as customer_id, k.imported_at as at, k.id * 10 as nr, 'imported' as kind, null::bigint as address_id,
        null::text as unit, null::jsonb as before, null::jsonb as after, null::bigint as user_id, null::text as words,
        null::text as chosen, null::bigint as job_id
    from customers k
    -- whoever was made here did not come from a store
    where not exists (select 1 from creations n where n.customer_id = k.id and n.address_id is null)
    union all
    select k.id, k.synced_at, k.id * 10 + 1, 'synced', null, null, null, null, null, null, null, null
    from customers k where k.synced_at > k.imported_at
    union all
    select k.id, k.removed_at, k.id * 10 + 2, 'removed', null, null, null, null, null, null, null, null
    from customers k where k.removed_at is not null
    union all
    select c.customer_id, c.at, c.id * 10 + 3, 'edited', c.address_id, c.unit, c.from_value, c.to_value, c.user_id, null,
        null, null
    from changes c
    union all
    select c.customer_id, c.state_at, c.id * 10 + 4, 'discarded', c.address_id, c.unit, null, c.to_value, c.settled_by,
        c.message, null, null
    from changes c where c.state = 'discarded'
    union all
    -- what the store did not refuse, and never showed as it was sent
    select c.customer_id, c.state_at, c.id * 10 + 5, 'rejected', c.address_id, c.unit, null, c.to_value, null, c.message,
        null, null
    from changes c where c.state = 'rejected' and c.sent_at is not null
    union all
    select d.customer_id, d.sent_at, d.id * 10 + 6, coalesce(d.answer, 'sent'), d.address_id, d.unit, to_jsonb(d.store),
        d.value, d.user_id, d.words, null, null
    from deliveries d
    union all
    select f.customer_id, coalesce(f.decided_at, f.opened_at), f.id * 10 + 7,
        case when f.decided_at is null then 'conflict' else 'decided' end, f.address_id, f.unit, f.local, f.remote,
        f.decided_by, f.rule, f.chosen, f.job_id
    from conflicts f
    union all
    select n.customer_id, n.state_at, n.id * 10 + 8, 'not created', n.address_id, null, null, null, n.user_id, n.message, null,
        null
    from creations n where n.state = 'rejected'
    union all
    select n.customer_id, n.at, n.id * 10 + 9, 'made', n.address_id, null, null, null, n.user_id, null, null, null
    from creations n;
