-- The durable queue. A row is one run of something; the same row is what its page shows.
create table jobs (
    id bigint generated always as identity primary key,
    kind text not null,
    -- what may run only once at a time, for example the integration
    key text not null,
    payload jsonb not null default '{}',
    title text not null,
    -- the integration it serves, for lists; jobs outlive it
    integration_id bigint references integrations on delete set null,
    requested_by bigint references users on delete set null,
    status text not null default 'queued' constraint jobs_status_check check (
        status in ('queued', 'running', 'completed', 'completed with errors', 'failed', 'cancelled')),
    run_at timestamptz not null default now(),
    attempt integer not null default 0,
    -- rises at every take-over; a worker with an older one can commit nothing
    token bigint not null default 0,
    worker text,
    lease_until timestamptz,
    -- asked for again while it runs: it repeats before it ends
    again boolean not null default false,
    cancel_requested_at timestamptz,
    cancel_requested_by bigint references users on delete set null,
    resumed integer not null default 0,
    -- the cause of trouble in plain words
    message text,
    -- live figures that belong to the whole job: requests, bytes, calls
    progress jsonb not null default '{}',
    queued_at timestamptz not null default now(),
    started_at timestamptz,
    finished_at timestamptz
);
-- the judge of "one at a time": a second claim of the same key fails here
create unique index jobs_one_running on jobs (key) where status = 'running';
-- asking twice gives the one that waits
create unique index jobs_one_queued on jobs (kind, key) where status = 'queued';
create index jobs_due on jobs (run_at) where status = 'queued';
create index jobs_leases on jobs (lease_until) where status = 'running';
create index jobs_integration on jobs (integration_id, id desc);

create table job_connectors (
    job_id bigint not null references jobs on delete cascade,
    connector text not null,
    -- order on the page
    position smallint not null,
    state text not null default 'waiting' constraint job_connectors_state_check check (
        state in ('waiting', 'running', 'completed', 'failed', 'skipped')),
    read bigint not null default 0,
    created bigint not null default 0,
    updated bigint not null default 0,
    unchanged bigint not null default 0,
    removed bigint not null default 0,
    conflicts bigint not null default 0,
    failed bigint not null default 0,
    -- the window in work or the last result, in words
    message text,
    -- per mille of the backfill that is done; null where nothing can be said
    share smallint,
    started_at timestamptz,
    finished_at timestamptz,
    primary key (job_id, connector)
);

create table job_log (
    id bigint generated always as identity primary key,
    job_id bigint not null references jobs on delete cascade,
    at timestamptz not null default now(),
    level text not null constraint job_log_level_check check (level in ('info', 'warning', 'error')),
    source text not null,
    message text not null
);
create index job_log_job on job_log (job_id, id);
