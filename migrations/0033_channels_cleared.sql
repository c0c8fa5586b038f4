-- A channel, or only what it brought, is deleted in pieces by a job: nobody waits for it, and a killed process goes on with it.
alter table channels
    -- on its way out: 'channel' with all it brought, or only those 'records'
    add column clearing text constraint channels_clearing_check check (clearing in ('channel', 'records'));
-- the name of one that is on its way out can be given again at once
alter table channels drop constraint channels_name_key;
create unique index channels_name_key on channels (name) where clearing is distinct from 'channel';

-- what the pieces are found by, and what belongs to them
create index carts_channel on carts (channel_id, remote_id);
create index subscription_changes_channel on subscription_changes (channel_id);
create index day_figures_channel on day_figures (channel_id);
