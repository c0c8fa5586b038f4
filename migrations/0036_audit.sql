-- The audit trail: who did what to what, when, from where. Nothing here refers to another table: an entry outlives whom and what
-- it tells of.
create table audit_entries (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    -- null = nobody of ours: the system, a command, a visitor
    actor_id bigint,
    -- their name as it was then
    actor text not null,
    -- where they were; null = not at a browser
    address text,
    act text not null,
    subject text not null,
    subject_id bigint,
    -- the subject's name as it was then
    name text not null,
    -- [{"field", "old", "new"}, …]; a secret has no values, only that it is one
    changes jsonb not null default '[]',
    -- all texts together, to be searched
    words text not null,
    -- the request that did it, as the log calls it
    request text
);
create index audit_entries_at on audit_entries (at, id);
create index audit_entries_actor on audit_entries (actor_id, at, id);
create index audit_entries_act on audit_entries (act, at, id);
create index audit_entries_subject on audit_entries (subject, subject_id, at, id);
create index audit_entries_words on audit_entries using gin (words gin_trgm_ops);

-- What was done stays done: an entry is never changed, and goes only by the two functions below.
create function audit_stays() returns trigger language plpgsql as $$
begin
    if coalesce(current_setting('cartwright.audit', true), '') <> 'may be forgotten' then
        raise exception 'audit entries are neither changed nor deleted' using errcode = 'insufficient_privilege';
    end if;
    return null;
end $$;
create trigger audit_entries_stay before update or delete or truncate on audit_entries
    for each statement execute function audit_stays();

-- Retention: deletes up to so many entries from before a time, the oldest first; tells how many.
create function audit_forget_before(before timestamptz, most integer) returns bigint
    language plpgsql security definer set search_path from current as $$
declare gone bigint;
begin
    perform set_config('cartwright.audit', 'may be forgotten', true);
    delete from audit_entries where id in (select id from audit_entries where at < before order by at, id limit most);
    get diagnostics gone = row_count;
    perform set_config('cartwright.audit', '', true);
    return gone;
end $$;

-- Erasure of a person: what was done stays, what it tells of them goes; tells of how many entries.
create function audit_erase(kind text, of_id bigint) returns bigint
    language plpgsql security definer set search_path from current as $$
declare erased bigint;
begin
    perform set_config('cartwright.audit', 'may be forgotten', true);
    update audit_entries set name = '(erased)', changes = '[]', words = '(erased)' where subject = kind and subject_id = of_id;
    get diagnostics erased = row_count;
    perform set_config('cartwright.audit', '', true);
    return erased;
end $$;
