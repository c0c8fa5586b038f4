-- How each person wants the pages, and what they prove themselves with beside their password.
alter table users
    -- an IANA name
    add column time_zone text not null default 'UTC',
    add column date_format text not null default 'day-month' constraint users_date_format_check
        check (date_format in ('day-month', 'month-day', 'iso', 'dots', 'slashes')),
    add column theme text not null default 'system' constraint users_theme_check check (theme in ('system', 'light', 'dark')),
    -- sealed; asked for at the sign-in once it is confirmed
    add column second_factor bytea,
    add column second_factor_at timestamptz,
    -- the half minute of the last code that was taken: none is taken twice
    add column second_factor_step bigint;

-- Each is good once, instead of a code.
create table recovery_codes (
    user_id bigint not null references users on delete cascade,
    -- SHA-256 of user and code
    code_hash bytea not null,
    primary key (user_id, code_hash)
);
