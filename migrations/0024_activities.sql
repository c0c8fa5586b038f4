-- What people do about the records that a store brought, and about accounts and contacts: notes, calls, e-mails, tags. A record
-- is told by its kind and id. Those of a channel go with the channel; the others go with their record.
create table activities (
    id bigint generated always as identity primary key,
    record text not null constraint activities_record_check check (record in (
        'customer', 'order', 'cart', 'credit memo', 'subscriber', 'account', 'contact')),
    record_id bigint not null,
    -- null for accounts and contacts, which belong to no channel
    channel_id bigint references channels on delete cascade,
    kind text not null constraint activities_kind_check check (kind in ('note', 'call', 'email')),
    -- when it happened, which may be before it was written down
    at timestamptz not null default now(),
    direction text constraint activities_direction_check check (direction in ('incoming', 'outgoing')),
    -- how long a call took
    minutes integer constraint activities_minutes_check check (minutes between 0 and 1440),
    subject text not null default '',
    body text not null default '',
    user_id bigint references users on delete set null,
    created_at timestamptz not null default now(),
    edited_at timestamptz
);
create index activities_of_record on activities (record, record_id, at);
create index activities_channel on activities (channel_id);

create table tags (
    id bigint generated always as identity primary key,
    -- citext: people type the same word in any case
    name citext not null constraint tags_name_key unique constraint tags_name_check check (length(name) between 1 and 50),
    created_at timestamptz not null default now()
);

create table record_tags (
    record text not null constraint record_tags_record_check check (record in (
        'customer', 'order', 'cart', 'credit memo', 'subscriber', 'account', 'contact')),
    record_id bigint not null,
    tag_id bigint not null references tags on delete cascade,
    channel_id bigint references channels on delete cascade,
    user_id bigint references users on delete set null,
    at timestamptz not null default now(),
    primary key (record, record_id, tag_id)
);
-- a grid's filter, and the page of a tag
create index record_tags_tag on record_tags (tag_id, record, record_id);
create index record_tags_channel on record_tags (channel_id);

-- A customer that was made here and discarded, an account or a contact takes along what was written about it. Once a statement,
-- because a channel takes a million customers along.
create function forget_what_was_written() returns trigger language plpgsql as $$
begin
    delete from activities a using gone g where a.record = tg_argv[0] and a.record_id = g.id;
    delete from record_tags t using gone g where t.record = tg_argv[0] and t.record_id = g.id;
    return null;
end $$;
create trigger customers_forget after delete on customers referencing old table as gone
    for each statement execute function forget_what_was_written('customer');
create trigger accounts_forget after delete on accounts referencing old table as gone
    for each statement execute function forget_what_was_written('account');
create trigger contacts_forget after delete on contacts referencing old table as gone
    for each statement execute function forget_what_was_written('contact');

-- A record with those that belong to it: what was written about an order shows on its customer's page, and on their account's.
create function what_concerns(kind text, id bigint) returns table (record text, record_id bigint) language sql stable as $$
    with people as (
        select $2 as id where $1 = 'customer'
        union all select k.id from customers k where $1 = 'account' and k.account_id = $2
        union all select k.id from customers k where $1 = 'contact' and k.contact_id = $2
    )
    select $1, $2
    union all select 'customer', p.id from people p where $1 <> 'customer'
    union all select 'contact', c.id from contacts c where $1 = 'account' and c.account_id = $2
    union all select 'order', o.id from people p join orders o on o.customer_id = p.id
    union all select 'cart', c.id from people p join carts c on c.customer_id = p.id
    union all select 'credit memo', m.id from people p join orders o on o.customer_id = p.id join credit_memos m on m.order_id = o.id
    union all select 'credit memo', m.id from credit_memos m where $1 = 'order' and m.order_id = $2
    union all select 'subscriber', s.id from people p join newsletter_subscribers s on s.customer_id = p.id
$$;
