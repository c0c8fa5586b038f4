-- People in teams, people who are invited, people who left, and the ways back in for those who forgot their password.
alter table users
    -- set: they cannot come in any more; what they did keeps their name
    add column disabled_at timestamptz,
    -- what a form was filled from: whoever saves after somebody else is told
    add column updated_at timestamptz not null default now();

create table teams (
    id bigint generated always as identity primary key,
    name citext not null constraint teams_name_key unique constraint teams_name_check check (length(name::text) between 1 and 200),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create table team_members (
    team_id bigint not null references teams on delete cascade,
    user_id bigint not null references users on delete cascade,
    primary key (team_id, user_id)
);
create index team_members_user on team_members (user_id);

create table invitations (
    id bigint generated always as identity primary key,
    email citext not null constraint invitations_email_key unique,
    -- what to call them, until they say it themselves
    name text not null default '',
    role text not null constraint invitations_role_check check (role in ('administrator', 'manager', 'sales', 'viewer')),
    team_ids bigint[] not null default '{}',
    -- SHA-256 of what stands in the link
    token_hash bytea not null constraint invitations_token_key unique,
    invited_by bigint references users on delete set null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null
);

-- One way per user to set a new password without the old one.
create table password_links (
    user_id bigint primary key references users on delete cascade,
    token_hash bytea not null constraint password_links_token_key unique,
    expires_at timestamptz not null
);

-- Whose session it is: all of a user's end at once. What a session knows of its user stands in its data.
alter table sessions add column user_id bigint generated always as ((data ->> 'user')::bigint) stored;
create index sessions_user on sessions (user_id) where user_id is not null;
