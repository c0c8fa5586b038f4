-- Tokens of the REST API: what a program shows that works as one of the users.
create table api_tokens (
    id bigint generated always as identity primary key,
    user_id bigint not null references users on delete cascade,
    name text not null constraint api_tokens_name_check check (length(name) between 1 and 100),
    -- SHA-256: a stolen table opens nothing
    token_hash bytea not null constraint api_tokens_token_hash_key unique,
    -- how it begins, for people who look which one a program has
    beginning text not null,
    scopes text[] not null constraint api_tokens_scopes_check check (
        cardinality(scopes) > 0 and scopes <@ array['read', 'write']),
    created_at timestamptz not null default now(),
    -- null = until somebody revokes it
    expires_at timestamptz,
    last_used_at timestamptz,
    last_used_from text
);
create index api_tokens_user on api_tokens (user_id, id);

-- Calls in fixed windows, per token, and per address where the token was wrong; shared by all processes. Unlogged: after a
-- crash everybody may begin anew.
create unlogged table api_calls (
    subject text not null,
    window_start timestamptz not null,
    calls integer not null,
    primary key (subject, window_start)
);
create index api_calls_window on api_calls (window_start);
