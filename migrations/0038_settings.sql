-- What an administrator sets at run time. A row only for what is not as it comes: deleting it is "back to default".
create table settings (
    key text primary key,
    -- null where it is a secret
    value text,
    sealed bytea,
    updated_at timestamptz not null default now(),
    updated_by bigint references users on delete set null,
    constraint settings_one_check check ((value is null) <> (sealed is null))
);
