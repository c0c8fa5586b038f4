-- A customer group is told by its name: the unit's word is group_id.
create or replace function shown_value(channel bigint, unit text, value jsonb) returns jsonb language sql stable as $$
    select case when unit = 'group_id' and jsonb_typeof(value) in ('number', 'string') then coalesce((select to_jsonb(g.name)
        from customer_groups g where g.channel_id = channel and g.group_id::text = value #>> '{}'), value) else value end
$$;

-- Host and port of a store, as an integration's settings say them.
create function store_host(wsdl_url text) returns text language sql immutable as $$
    select coalesce(substring(wsdl_url from '^[a-zA-Z]+://(?:[^/@]*@)?([^/?#]+)'), '')
$$;
