-- Who may come in: users, their sessions, the one-time way to make the first of them, and what slows down guessing.
create extension if not exists citext;
create extension if not exists pg_trgm;

create table users (
    id bigint generated always as identity primary key,
    name text not null constraint users_name_check check (length(name) between 1 and 200),
    -- citext: people type their own address in any case
    email citext not null constraint users_email_key unique,
    -- argon2id in PHC form, never the password
    password_hash text not null,
    role text not null constraint users_role_check check (role in ('administrator', 'manager', 'sales', 'viewer')),
    created_at timestamptz not null default now(),
    last_sign_in_at timestamptz
);

create table sessions (
    -- SHA-256 of the cookie's value: a stolen table opens no session
    id_hash bytea primary key,
    data jsonb not null,
    expires_at timestamptz not null
);
create index sessions_expires_at on sessions (expires_at);

create table setup_tokens (
    token_hash bytea primary key,
    expires_at timestamptz not null
);

-- Failed sign-ins per account and per address, in fixed windows; shared by all processes.
create table sign_in_failures (
    subject text not null,
    window_start timestamptz not null,
    failures integer not null,
    primary key (subject, window_start)
);
