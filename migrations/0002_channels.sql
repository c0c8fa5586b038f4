-- Channels (what a person creates) and their integrations (the saved connection and its settings).
create table channels (
    id bigint generated always as identity primary key,
    name text not null constraint channels_name_key unique constraint channels_name_check check (length(name) between 1 and 250),
    channel_type text not null constraint channels_type_check check (channel_type in ('magento', 'custom')),
    active boolean not null default true,
    -- what the channel takes in beside its customers, which every channel has
    entities text[] not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create table integrations (
    id bigint generated always as identity primary key,
    -- one integration a channel; both directions of "who belongs to whom" are answered by this column
    channel_id bigint not null constraint integrations_channel_key unique references channels on delete cascade,
    name text not null constraint integrations_name_key unique constraint integrations_name_check check (length(name) between 1 and 250),
    wsdl_url text not null,
    api_user text not null,
    -- sealed for this row's id, so that it cannot be moved to another one
    api_key bytea not null,
    api_key_set_at timestamptz not null default now(),
    wsi boolean not null default false,
    sync_start_date date not null default '2007-01-01',
    -- the store's website id; null = All Websites
    website_id bigint,
    admin_url text,
    owner_id bigint not null references users,
    two_way boolean not null default false,
    priority text not null default 'remote' constraint integrations_priority_check check (priority in ('remote', 'local')),
    basic_auth_user text,
    basic_auth_password bytea,
    ca_certificate text,
    calls_at_once smallint constraint integrations_calls_check check (calls_at_once between 1 and 8),
    requests_per_minute integer constraint integrations_pace_check check (requests_per_minute between 1 and 6000),
    -- null = as the server is set, 0 = only by hand
    interval_seconds integer constraint integrations_interval_check check (interval_seconds = 0 or interval_seconds between 5 and 86400),
    -- what the last Check Connection or sync found out about the store
    store jsonb not null default '{}',
    -- when the schedule queues the next job
    next_sync_at timestamptz not null default now(),
    -- set with the first committed window: from then on Website and Sync start date are locked
    first_synced_at timestamptz,
    last_synced_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index integrations_next_sync_at on integrations (next_sync_at);

-- An integration that is being configured on a form: kept on the server so that its key never travels back in a page.
create table integration_drafts (
    id bigint generated always as identity primary key,
    -- the session that types it; a draft of somebody else is not found
    session text not null,
    -- the channel whose edit form it belongs to; null while the channel itself is being created
    channel_id bigint references channels on delete cascade,
    -- what was typed on the channel form meanwhile (without JavaScript the settings are a page of their own)
    channel_form jsonb not null default '{}',
    -- the settings after Done; null until then
    settings jsonb,
    api_key bytea,
    basic_auth_password bytea,
    -- secrets that were typed and not yet confirmed by Done: a page never shows them back, and Cancel forgets them
    tried_api_key bytea,
    tried_basic_auth_password bytea,
    -- the store's websites as the last check found them, for which address and user
    checked jsonb,
    updated_at timestamptz not null default now()
);
create unique index integration_drafts_session on integration_drafts (session, coalesce(channel_id, 0));

-- Calls in flight per store (scheme, host, port), over all processes: a store that gets as many calls
-- as it has workers dead-locks, because it downloads its own WSDL for each of them. Unlogged: after a crash no call is
-- in flight, and a row for every call must not cost a disk sync.
create unlogged table store_calls (
    id bigint generated always as identity primary key,
    store text not null,
    expires_at timestamptz not null
);
create index store_calls_store on store_calls (store);

create unlogged table store_pace (
    store text primary key,
    -- calls that may be in flight at once right now: 1 until the store has answered briskly for a while
    allowed smallint not null default 1,
    -- since when every answer was brisk; null after trouble
    brisk_since timestamptz,
    -- moving average of the answer time
    usual_ms integer,
    -- nobody calls before this moment: the wait that a store or our own back-off asked for
    not_before timestamptz,
    -- when the last call was let in, for a cap of requests per minute
    last_call_at timestamptz
);
