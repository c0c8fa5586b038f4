-- What needs a hand: one open alert per kind and integration, told when it opens and when it closes.
create table alerts (
    id bigint generated always as identity primary key,
    kind text not null constraint alerts_kind_check check (kind in (
        'sync failing', 'sync late', 'failed records', 'maintenance', 'rejected edits', 'conflicts')),
    integration_id bigint not null references integrations on delete cascade,
    -- how many records, edits or runs it is about, as of the last look
    amount bigint not null,
    words text not null,
    opened_at timestamptz not null default now(),
    closed_at timestamptz
);
create unique index alerts_open on alerts (integration_id, kind) where closed_at is null;
create index alerts_at on alerts (opened_at, id);
create index alerts_integration on alerts (integration_id, opened_at, id);

create table alerts_seen (
    user_id bigint not null references users on delete cascade,
    alert_id bigint not null references alerts on delete cascade,
    primary key (user_id, alert_id)
);
create index alerts_seen_alert on alerts_seen (alert_id);

-- Who wants to be told how; whoever has no row wants both.
create table alert_choices (
    user_id bigint primary key references users on delete cascade,
    by_mail boolean not null,
    digest boolean not null
);

-- One row: when somebody last looked, and when the last digest went out.
create table alert_rounds (
    one boolean primary key default true constraint alert_rounds_one_check check (one),
    looked_at timestamptz not null default to_timestamp(0),
    digest_on date
);
insert into alert_rounds default values;

-- What goes out by e-mail or webhook. The content may hold a link that lets somebody in: sealed, and forgotten once it is sent.
create table notices (
    id bigint generated always as identity primary key,
    way text not null constraint notices_way_check check (way in ('mail', 'webhook')),
    -- the address, or the webhook's host
    recipient text not null,
    subject text not null,
    content bytea,
    attempts integer not null default 0,
    next_try_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    sent_at timestamptz,
    -- given up, or there is nothing to send it by
    given_up_at timestamptz,
    error text
);
create index notices_due on notices (next_try_at) where sent_at is null and given_up_at is null;
create index notices_created on notices (created_at);
