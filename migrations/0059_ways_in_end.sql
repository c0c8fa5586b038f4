-- A link for a new password ends with whoever made it; null = somebody asked for their own.
alter table password_links add column issued_by bigint references users on delete cascade;

-- Since when a secret waits for its first code: one that was seen long ago is not set up.
alter table users add column second_factor_begun_at timestamptz;

-- A sign-in whose code is still to come ends with the sessions of its user.
create index sessions_pending on sessions (((data -> 'pending' ->> 'user')::bigint)) where data ? 'pending';
