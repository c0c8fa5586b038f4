-- An integration as an admin keeps it in order: one for each store and website, paused, quiet at hours, and sure of its store.

-- The shop behind the address of a WSDL: host, port and path, however the address is written.
create function store_of(url text) returns text language sql immutable parallel safe as $$
    select regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(url,
        '^https?://', '', 'i'), '[?#].*$', ''), '/api(/.*)?$', '', 'i'), '/index\.php/*$', '', 'i'), '/+$', '')
$$;

-- Is this moment within quiet hours, by the clock of a place?
create function is_quiet(at timestamptz, starts time, ends time, zone text) returns boolean language sql stable as $$
    select coalesce(case when starts < ends then clock >= starts and clock < ends else clock >= starts or clock < ends end, false)
    from (select (at at time zone zone)::time as clock) here
$$;

alter table integrations
    -- null for those that were the second of their store and website before that was refused
    add column store_key text,
    -- a person wants the schedule to rest; by hand it syncs all the same
    add column paused_at timestamptz,
    add column paused_by bigint references users on delete set null,
    -- the schedule rests from then to then, by this place's clock
    add column quiet_from time,
    add column quiet_to time,
    add column quiet_zone text not null default 'UTC',
    add constraint integrations_quiet_check check (
        (quiet_from is null and quiet_to is null) or (quiet_from is not null and quiet_to is not null and quiet_from <> quiet_to)),
    -- the store behind the address is not the one that was read before; nothing is read or sent until a person has said which
    add column stranger_since timestamptz;
update integrations i set store_key = store_of(i.wsdl_url) where not exists (
    select 1 from integrations o where o.id < i.id and store_of(o.wsdl_url) = store_of(i.wsdl_url)
        and coalesce(o.website_id, 0) = coalesce(i.website_id, 0));
-- website 0 is the admin's, which nobody chooses: it stands for all of them
create unique index integrations_store_key on integrations (store_key, coalesce(website_id, 0));
