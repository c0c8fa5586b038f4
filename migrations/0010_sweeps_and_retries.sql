-- The rolling walk that meets every record, Full re-sync, and failed records that are tried again.
alter table sync_cursors
    -- every record read before this moment is read again, whatever its fingerprint says (Full re-sync)
    add column whole_since timestamptz,
    -- the id that the rolling walk comes to next, and when it last went on
    add column walk_id bigint not null default 0,
    add column walked_at timestamptz,
    -- the greatest id that was met, also of a record that is out of scope (carts without the bridge)
    add column walk_top bigint not null default 0,
    -- when ids far above the known ones were last probed for (carts without the bridge)
    add column probed_at timestamptz;

alter table failed_records
    -- when it is tried again by itself; null after the third time, until a person asks or the store changes it
    add column next_try_at timestamptz default now() + interval '5 minutes',
    -- the last try that a person asked for, so that the page can tell
    add column asked_at timestamptz;
create index failed_records_due on failed_records (integration_id, next_try_at);
