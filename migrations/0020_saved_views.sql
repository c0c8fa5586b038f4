-- Lists as people keep them: filters, order, columns and page size under a name.
create table saved_views (
    id bigint generated always as identity primary key,
    -- the list's word, such as 'customers'
    list text not null,
    name text not null constraint saved_views_name_check check (name <> ''),
    user_id bigint not null references users on delete cascade,
    shared boolean not null default false,
    -- as it stands in the list's address
    query text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create unique index saved_views_name_key on saved_views (list, user_id, lower(name));

-- what a list shows somebody who asks for nothing
create table default_views (
    user_id bigint not null references users on delete cascade,
    list text not null,
    view_id bigint not null references saved_views on delete cascade,
    primary key (user_id, list)
);
