-- A store that refuses us is not asked again by itself until somebody has mended what it refused; one that fails is asked
-- ever more rarely until it answers.
alter table integrations
    add failed_runs smallint not null default 0,
    add paused_why text;
