-- Accounts and contacts that people work with: named, described, merged, split; and who is found again as whom.
alter table accounts
    add column description text not null default '',
    add column default_contact_id bigint references contacts on delete set null,
    -- a person named it: a rename in a store leaves it alone
    add column named_here boolean not null default false;
alter table contacts
    add column phone text not null default '',
    add column description text not null default '',
    add column named_here boolean not null default false;

-- Two spellings of one person: any case, spaces around. Of a fixed length, whatever a store sends.
create function person_key(email text, first_name text, last_name text) returns uuid
language sql immutable parallel safe
return md5(lower((trim(email) || chr(31) || trim(first_name) || chr(31) || trim(last_name)) collate "und-x-icu"))::uuid;

-- Every e-mail and name that a contact has had: whoever comes from a store with one of them is this contact, also after a
-- rename, after accounts were merged, and after a channel was deleted and made anew (G18).
create table contact_names (
    key uuid not null,
    -- '' = wherever they come from; else the WSDL URL of the one store whose customer is somebody else, split off by a person
    store text not null default '',
    contact_id bigint not null references contacts on delete cascade,
    primary key (key, store)
);
insert into contact_names (key, contact_id)
select person_key(email, first_name, last_name), id from contacts where email <> '' order by id
on conflict do nothing;
create index contact_names_contact on contact_names (contact_id);
drop index contacts_person;

update accounts a set default_contact_id = c.id
from (select account_id, min(id) as id from contacts group by account_id) c where c.account_id = a.id;

-- the lists' orders; who has no name stands behind everybody
create index accounts_by_name on accounts ((lower(name) collate "und-x-icu"), id);
create index accounts_by_created on accounts (created_at, id);
create index accounts_default_contact on accounts (default_contact_id);
create index contacts_by_name on contacts
    ((lower(coalesce(nullif(trim(last_name || ' ' || first_name), ''), chr(65535))) collate "und-x-icu"), id);
create index contacts_by_email on contacts (lower(email), id);
create index contacts_by_created on contacts (created_at, id);

-- What people did to an account, kept while it is there.
create table account_events (
    id bigint generated always as identity primary key,
    account_id bigint not null references accounts on delete cascade,
    kind text not null constraint account_events_kind_check check (kind in (
        'merged', 'split off', 'split from', 'moved in', 'moved out', 'edited')),
    -- the other account, which may be gone: after a merge its address leads here
    other_id bigint,
    -- the other account's name, and what went from one to the other, or what was edited
    other_name text not null default '',
    words text not null default '',
    user_id bigint references users on delete set null,
    at timestamptz not null default now()
);
create index account_events_account on account_events (account_id, id);
create index account_events_merged on account_events (other_id) where kind = 'merged';
