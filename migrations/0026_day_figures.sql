-- What happened on each day (UTC) in each channel and currency, so that a dashboard of a million customers reads a few
-- hundred rows. Triggers add to it whatever path writes: taking over, removing, restoring, hiding, deleting a channel.
--
-- Rows are only ever added, also negative ones: nobody waits for anybody, and what adds up is the sum of all rows of a day.
-- A sync folds the rows of its channel into one for each day and currency when it ends.
create table day_figures (
    channel_id bigint not null references channels on delete cascade,
    day date not null,
    -- '' for what has no amount: customers
    currency text not null default '',
    -- of orders that are neither cancelled nor removed, by the day they were placed
    orders bigint not null default 0,
    -- subtotal less discount less what was refunded of the subtotal, as in customer_lifetimes
    revenue numeric not null default 0,
    discounted bigint not null default 0,
    discount numeric not null default 0,
    tax numeric not null default 0,
    shipping numeric not null default 0,
    refunded numeric not null default 0,
    -- carts with something in them that did not become an order, by the day they were begun
    abandoned bigint not null default 0,
    abandoned_value numeric not null default 0,
    -- customers by the day they registered
    customers bigint not null default 0,
    -- orders whose customer had ordered before, and those that were their first
    repeats bigint not null default 0,
    firsts bigint not null default 0,
    folded boolean not null default false
);
create index day_figures_day on day_figures (day, channel_id, currency);
create index day_figures_fresh on day_figures (channel_id) where not folded;

-- Orders by how many days after their customer's order before they were placed, up to 400. Who returned within a period is
-- counted with it: of the orders of each day those whose customer had not ordered within the period before.
create table repeat_gaps (
    channel_id bigint not null references channels on delete cascade,
    day date not null,
    gap smallint not null,
    orders bigint not null,
    folded boolean not null default false
);
create index repeat_gaps_day on repeat_gaps (channel_id, day, gap) include (orders);
create index repeat_gaps_fresh on repeat_gaps (channel_id) where not folded;

create function day_of(at timestamptz) returns date language sql immutable parallel safe
    return (at at time zone 'UTC')::date;

create function order_counts(removed_at timestamptz, state text, status text) returns boolean language sql immutable parallel safe
    return removed_at is null and lower(state) <> 'canceled' and lower(status) <> 'canceled';

create function cart_is_abandoned(removed_at timestamptz, status text, items_qty numeric) returns boolean
    language sql immutable parallel safe
    return removed_at is null and items_qty > 0 and status in ('open', 'expired', 'lost');

-- The rows that a statement has changed, each with what it adds: 1 as it is now, -1 as it was before. A channel that is
-- being deleted takes its figures with it.
create function changed_rows(operation text) returns text language sql immutable as $$
    select '(select * from (' || case operation
        when 'INSERT' then 'select 1 as sign, n.* from came n'
        when 'DELETE' then 'select -1 as sign, o.* from went o'
        else 'select 1 as sign, n.* from came n union all select -1, o.* from went o'
    end || ') as both_sides where exists (select 1 from channels c where c.id = both_sides.channel_id))'
$$;

create function count_orders() returns trigger language plpgsql as $$
begin
    -- most updates change nothing that is counted
    if tg_op = 'UPDATE' then if not exists (
        select id, customer_id, remote_created_at, currency, subtotal, discount, subtotal_refunded, tax, shipping,
            total_refunded, order_counts(removed_at, state, status) from came
        except
        select id, customer_id, remote_created_at, currency, subtotal, discount, subtotal_refunded, tax, shipping,
            total_refunded, order_counts(removed_at, state, status) from went)
    then return null; end if; end if;
    execute format('
        insert into day_figures (channel_id, day, currency, orders, revenue, discounted, discount, tax, shipping, refunded)
        select channel_id, day_of(remote_created_at), currency, sum(sign),
            sum(sign * (subtotal - abs(discount) - coalesce(subtotal_refunded, 0))),
            coalesce(sum(sign) filter (where discount <> 0), 0), sum(sign * abs(discount)), sum(sign * tax),
            sum(sign * shipping), sum(sign * coalesce(total_refunded, 0))
        from %s as changed where order_counts(removed_at, state, status)
        group by 1, 2, 3
        having sum(sign) <> 0 or sum(sign * (subtotal - abs(discount) - coalesce(subtotal_refunded, 0))) <> 0
            or sum(sign) filter (where discount <> 0) <> 0 or sum(sign * abs(discount)) <> 0 or sum(sign * tax) <> 0
            or sum(sign * shipping) <> 0 or sum(sign * coalesce(total_refunded, 0)) <> 0', changed_rows(tg_op));
    -- each order of the customers concerned and the one before it: as it is now, less as it was
    execute format('
        with moved as (
            select channel_id, customer_id, id, remote_created_at as at, sum(sign) as sign
            from %s as changed where customer_id is not null and order_counts(removed_at, state, status)
            group by 1, 2, 3, 4 having sum(sign) <> 0
        ), now as (
            select o.channel_id, o.customer_id, o.id, o.remote_created_at as at from orders o
            where o.customer_id in (select customer_id from moved) and order_counts(o.removed_at, o.state, o.status)
        ), before as (
            select * from now n where not exists (select 1 from moved m where m.sign > 0 and m.id = n.id)
            union all select channel_id, customer_id, id, at from moved where sign < 0
        ), steps as (
            select 1 as sign, channel_id, day_of(at) as day, day_of(at) - day_of(lag(at) over in_turn) as gap
            from now window in_turn as (partition by customer_id order by at, id)
            union all
            select -1, channel_id, day_of(at), day_of(at) - day_of(lag(at) over in_turn)
            from before window in_turn as (partition by customer_id order by at, id)
        ), gaps as (
            insert into repeat_gaps (channel_id, day, gap, orders)
            select channel_id, day, gap, sum(sign) from steps where gap <= 400 group by 1, 2, 3 having sum(sign) <> 0
        )
        insert into day_figures (channel_id, day, repeats, firsts)
        select channel_id, day, coalesce(sum(sign) filter (where gap is not null), 0),
            coalesce(sum(sign) filter (where gap is null), 0)
        from steps group by 1, 2
        having sum(sign) filter (where gap is not null) <> 0 or sum(sign) filter (where gap is null) <> 0',
        changed_rows(tg_op));
    return null;
end $$;

create function count_carts() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then if not exists (
        select id, remote_created_at, currency, grand_total, cart_is_abandoned(removed_at, status, items_qty) from came
        except
        select id, remote_created_at, currency, grand_total, cart_is_abandoned(removed_at, status, items_qty) from went)
    then return null; end if; end if;
    execute format('
        insert into day_figures (channel_id, day, currency, abandoned, abandoned_value)
        select channel_id, day_of(remote_created_at), currency, sum(sign), sum(sign * grand_total)
        from %s as changed where cart_is_abandoned(removed_at, status, items_qty)
        group by 1, 2, 3 having sum(sign) <> 0 or sum(sign * grand_total) <> 0', changed_rows(tg_op));
    return null;
end $$;

create function count_customers() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then if not exists (
        select id, remote_created_at, removed_at is null and hidden_at is null from came
        except select id, remote_created_at, removed_at is null and hidden_at is null from went)
    then return null; end if; end if;
    execute format('
        insert into day_figures (channel_id, day, customers)
        select channel_id, day_of(remote_created_at), sum(sign)
        from %s as changed where removed_at is null and hidden_at is null and remote_created_at is not null
        group by 1, 2 having sum(sign) <> 0', changed_rows(tg_op));
    return null;
end $$;

-- a transition table belongs to one kind of statement
create trigger orders_came after insert on orders referencing new table as came
    for each statement execute function count_orders();
create trigger orders_changed after update on orders referencing new table as came old table as went
    for each statement execute function count_orders();
create trigger orders_went after delete on orders referencing old table as went
    for each statement execute function count_orders();
create trigger carts_came after insert on carts referencing new table as came
    for each statement execute function count_carts();
create trigger carts_changed after update on carts referencing new table as came old table as went
    for each statement execute function count_carts();
create trigger carts_went after delete on carts referencing old table as went
    for each statement execute function count_carts();
create trigger customers_came after insert on customers referencing new table as came
    for each statement execute function count_customers();
create trigger customers_changed after update on customers referencing new table as came old table as went
    for each statement execute function count_customers();
create trigger customers_went after delete on customers referencing old table as went
    for each statement execute function count_customers();

-- what is there already
insert into day_figures (channel_id, day, currency, orders, revenue, discounted, discount, tax, shipping, refunded)
select channel_id, day_of(remote_created_at), currency, count(*),
    sum(subtotal - abs(discount) - coalesce(subtotal_refunded, 0)), count(*) filter (where discount <> 0),
    sum(abs(discount)), sum(tax), sum(shipping), sum(coalesce(total_refunded, 0))
from orders where order_counts(removed_at, state, status) group by 1, 2, 3;
insert into day_figures (channel_id, day, currency, abandoned, abandoned_value)
select channel_id, day_of(remote_created_at), currency, count(*), sum(grand_total)
from carts where cart_is_abandoned(removed_at, status, items_qty) group by 1, 2, 3;
insert into day_figures (channel_id, day, customers)
select channel_id, day_of(remote_created_at), count(*)
from customers where removed_at is null and hidden_at is null and remote_created_at is not null group by 1, 2;
with steps as (
    select channel_id, day_of(remote_created_at) as day,
        day_of(remote_created_at) - day_of(lag(remote_created_at) over (partition by customer_id order by remote_created_at, id)) as gap
    from orders where customer_id is not null and order_counts(removed_at, state, status)
), gaps as (
    insert into repeat_gaps (channel_id, day, gap, orders)
    select channel_id, day, gap, count(*) from steps where gap <= 400 group by 1, 2, 3
)
insert into day_figures (channel_id, day, repeats, firsts)
select channel_id, day, count(gap), count(*) - count(gap) from steps group by 1, 2;
