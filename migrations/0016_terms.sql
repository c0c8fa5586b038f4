-- Under which terms both sides agree: rules for single fields, and what a change of the terms would come to.

-- {"email": "ask", "address.place": "local"}; a field that is not in it goes by the priority
alter table integrations add column field_rules jsonb not null default '{}';

-- the last preview of each integration; asking anew takes its place
create table previews (
    integration_id bigint primary key references integrations on delete cascade,
    -- another one for each time that it is asked for: a run writes nothing into its successor
    id bigint generated always as identity constraint previews_id_key unique,
    job_id bigint references jobs on delete set null,
    asked_by bigint references users on delete set null,
    asked_at timestamptz not null default now(),
    -- two way sync, priority and field rules as they were when it was asked for, and as they would be
    present jsonb not null,
    proposed jsonb not null,
    -- totals and examples, as far as the run has come
    found jsonb not null default '{}',
    finished_at timestamptz,
    -- null while nobody has decided
    decision text constraint previews_decision_check check (decision in ('applied', 'left')),
    decided_at timestamptz
);
