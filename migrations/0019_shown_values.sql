-- A value of an edit as people know it: a customer group by its name in the channel, everything else as it is.
create function shown_value(channel bigint, unit text, value jsonb) returns jsonb language sql stable as $$
    select case when unit = 'group' and jsonb_typeof(value) = 'number' then coalesce((select to_jsonb(g.name)
        from customer_groups g where g.channel_id = channel and g.group_id = (value #>> '{}')::numeric), value) else value end
$$;
