-- Jobs as an admin looks after them: by channel, line by line, for as long as they are kept, and whether anybody works at all.
alter table jobs
    -- the channel it serves; jobs outlive it
    add column channel_id bigint references channels on delete set null;
update jobs j set channel_id = i.channel_id from integrations i where i.id = j.integration_id;
create index jobs_channel on jobs (channel_id, id desc);
create index jobs_status on jobs (status, id desc);
create index jobs_kind on jobs (kind, id desc);
-- what is deleted when it has been kept long enough
create index jobs_finished on jobs (finished_at) where finished_at is not null;
create index failed_records_job on failed_records (job_id);
create index previews_job on previews (job_id);
create index record_syncs_of_job on record_syncs (job_id);
-- the loud lines among many quiet ones
create index job_log_loud on job_log (job_id, id) where level <> 'info';

-- Who works: every process says so every few seconds. Unlogged: after a crash of the database nobody has been heard of.
create unlogged table workers (
    name text primary key,
    started_at timestamptz not null default now(),
    seen_at timestamptz not null default now()
);
