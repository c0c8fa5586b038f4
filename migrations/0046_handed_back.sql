-- A process that is told to stop hands its jobs back: that is no death, however many restarts a long backfill lives through.
alter table jobs add column handed_back integer not null default 0;
