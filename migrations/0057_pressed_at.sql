-- When a person last asked for a job by hand, also while it waited or ran for the schedule: what a backoff or quiet hours hold
-- back goes then, too. A binary that does not know the column leaves it empty, and its jobs keep to the rules.
alter table jobs add column pressed_at timestamptz;
