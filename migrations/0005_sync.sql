-- What has been read, per integration and connector. See the sync chapter of the architecture in src/sync/mod.rs.
create table sync_cursors (
    integration_id bigint not null references integrations on delete cascade,
    connector text not null,
    -- the store's clock at the first window: backfill runs down from here, increments up
    t0 timestamptz,
    -- the upper bound that was last asked for and committed
    cursor timestamptz,
    -- our clock when it was committed, to notice a store whose clock was set back
    cursor_set_at timestamptz,
    -- parts of the backfill that are committed; a crash loses only what was in flight
    done tstzmultirange not null default '{}',
    backfilled_at timestamptz,
    -- rows that the backfill has met, and the greatest id among them: ids are dense, so together they tell how far it is
    backfilled_rows bigint not null default 0,
    highest_id bigint not null default 0,
    -- the hour-wide and the day-wide overlap are owed after these moments
    hour_overlap_at timestamptz,
    day_overlap_at timestamptz,
    -- for dictionaries: when they were last read whole
    read_at timestamptz,
    -- seconds of data that the last window spanned, where the next job starts
    span_seconds bigint,
    primary key (integration_id, connector)
);

create table failed_records (
    id bigint generated always as identity primary key,
    integration_id bigint not null references integrations on delete cascade,
    connector text not null,
    remote_id text not null,
    cause text not null,
    raw_xml text not null,
    attempts integer not null default 1,
    job_id bigint references jobs on delete set null,
    first_failed_at timestamptz not null default now(),
    last_failed_at timestamptz not null default now(),
    constraint failed_records_record_key unique (integration_id, connector, remote_id)
);
