-- A person whose data was erased here: that it was, when and by whom, and by what a sync knows them again, so that nothing of them
-- comes back. Nothing here tells who it was.
create table erasures (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    by_id bigint references users on delete set null,
    -- an administrator wants them in again
    lifted_at timestamptz,
    lifted_by bigint references users on delete set null
);
-- asked for every window of a sync: usually there is none
create index erasures_in_force on erasures (id) where lifted_at is null;

-- The records that were theirs, by their rows here and by the store's numbers, which outlive the rows.
create table erased_records (
    erasure_id bigint not null references erasures on delete cascade,
    record text not null constraint erased_records_record_check check (record in (
        'customer', 'order', 'cart', 'credit memo', 'subscriber', 'account', 'contact')),
    record_id bigint not null,
    -- null for accounts and contacts, which belong to no channel
    channel_id bigint references channels on delete cascade,
    remote_id bigint,
    -- a store restored from a backup gives the number to another record
    remote_created_at timestamptz,
    primary key (record, record_id)
);
create index erased_records_erasure on erased_records (erasure_id);
create index erased_records_remote on erased_records (channel_id, record, remote_id);

-- Their e-mail addresses as keyed hashes: guests, carts and subscribers have no number that tells whose they are.
create table erased_emails (
    erasure_id bigint not null references erasures on delete cascade,
    key bytea not null,
    -- an account in a store that is older than this is theirs, too, even if it was never read before; a younger one is a new
    -- person's
    before timestamptz not null,
    primary key (erasure_id, key)
);
create index erased_emails_key on erased_emails (key);

-- What addresses are hashed with: another one in each database, made by chance.
create table erasure_salt (
    one boolean primary key default true constraint erasure_salt_one_check check (one),
    salt bytea not null
);
insert into erasure_salt (salt) select decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex');

-- An address without its case and the spaces around it, hashed.
create function erased_key(text) returns bytea language sql stable parallel safe as $$
    select sha256(s.salt || sha256(s.salt || convert_to(lower(trim($1) collate "und-x-icu"), 'UTF8'))) from erasure_salt s
$$;
-- The same for an address that several people share: there the name decides, too.
create function erased_key(email text, name text) returns bytea language sql stable parallel safe as $$
    select erased_key(trim(email) || chr(31) || trim(name))
$$;

-- What is left of them here: a row without a name.
alter table customers add column erased_at timestamptz;

-- Nothing of an erased person is edited, and so nothing of it is ever sent, whoever tries.
create function erased_stay_erased() returns trigger language plpgsql as $$
begin
    if exists (select 1 from customers where id = new.customer_id and erased_at is not null) then
        raise exception 'the personal data of this customer was erased'
            using errcode = 'check_violation', constraint = 'erased_stay_erased';
    end if;
    return new;
end $$;
create trigger changes_of_erased before insert on changes for each row execute function erased_stay_erased();
create trigger creations_of_erased before insert on creations for each row execute function erased_stay_erased();
create trigger subscription_changes_of_erased before insert on subscription_changes
    for each row execute function erased_stay_erased();

-- Erasure of a person in entries about something else: a list that was filtered by their address, a job that has their name.
create function audit_erase_naming(patterns text[]) returns bigint
    language plpgsql security definer set search_path from current as $$
declare erased bigint;
begin
    perform set_config('cartwright.audit', 'may be forgotten', true);
    -- the words tell by their index where to look; the actor's name is among them, who may be called alike
    update audit_entries e set name = '(erased)', changes = '[]', words = '(erased)' from unnest(patterns) as p(pattern)
    where e.words ilike p.pattern and (lower(e.name) like p.pattern or lower(e.changes::text) like p.pattern);
    get diagnostics erased = row_count;
    perform set_config('cartwright.audit', '', true);
    return erased;
end $$;
