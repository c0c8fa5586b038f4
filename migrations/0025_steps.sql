-- How far the follow-up of an order, or of an abandoned cart, has come. Most orders are never followed up: a record without a row
-- stands at the first step, so nothing has to be written for millions of them, and a sync never writes here.
create table steps (
    record text not null constraint steps_record_check check (record in ('order', 'cart')),
    record_id bigint not null,
    channel_id bigint not null references channels on delete cascade,
    step text not null,
    -- what the buyer said of an order, and what there is to say beside it
    feedback text not null default '',
    notes text not null default '',
    at timestamptz not null default now(),
    user_id bigint references users on delete set null,
    primary key (record, record_id),
    constraint steps_step_check check (case record
        when 'order' then step in ('not contacted', 'emailed', 'called', 'no reply', 'contacted')
        else step in ('open', 'contacted', 'converted', 'abandoned') end)
);
create index steps_step on steps (record, step, record_id);
create index steps_channel on steps (channel_id);

-- Every step that was taken, for the timeline.
create table step_changes (
    id bigint generated always as identity primary key,
    record text not null,
    record_id bigint not null,
    channel_id bigint not null references channels on delete cascade,
    from_step text not null,
    to_step text not null,
    feedback text not null default '',
    notes text not null default '',
    -- somebody was spoken to, and nothing else of it was written down
    contact boolean not null default false,
    user_id bigint references users on delete set null,
    at timestamptz not null default now()
);
create index step_changes_of_record on step_changes (record, record_id, at);
create index step_changes_channel on step_changes (channel_id);

-- Sync Data: the last time that one record was asked for by itself, and what came of it.
create table record_syncs (
    record text not null constraint record_syncs_record_check check (record in ('customer', 'order', 'cart')),
    record_id bigint not null,
    channel_id bigint not null references channels on delete cascade,
    job_id bigint references jobs on delete set null,
    asked_at timestamptz not null default now(),
    asked_by bigint references users on delete set null,
    -- null while it waits or runs
    finished_at timestamptz,
    -- why it did not come to agree; null = it did
    trouble text,
    primary key (record, record_id)
);
create index record_syncs_channel on record_syncs (channel_id);
create index record_syncs_job on record_syncs (job_id) where finished_at is null;
