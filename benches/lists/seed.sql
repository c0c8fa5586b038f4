-- $1 customers, three orders for each, a cart for every second one, a credit memo for every tenth order, a subscriber for
-- every third customer; in two channels and many countries, with names as common as names are.
insert into users (name, email, role, password_hash) values ('Bench', 'nobody@example.org', 'viewer', '');
insert into channels (name, channel_type, entities, owner_id)
select name, 'magento', '{order,cart,credit-memo,newsletter-subscriber}', (select min(id) from users)
from unnest(array['Large shop', 'Small shop']) name;
insert into integrations (channel_id, name, wsdl_url, api_user, api_key, owner_id, next_sync_at, store)
select id, name, 'https://' || id || '.example.com/api/v2_soap/?wsdl=1', 'cartwright', '\x00', owner_id,
    now() + interval '10 years', '{"bridge_version": "1.2.19"}'
from channels;
insert into websites select id, 1, 'base', 'Main' from channels;
insert into stores select id, 1, 1, 'default', 'Default' from channels;
insert into countries
select c.id, chr(65 + n % 26) || chr(65 + n / 26), 'Country ' || md5(n::text)
from channels c, generate_series(0, 60) n;

-- every hundredth customer is of the small shop; the n-th name is as rare as n is great
insert into customers (channel_id, remote_id, website_id, store_id, email, first_name, last_name, is_guest, billing_country,
    billing_state, remote_created_at, remote_updated_at, hidden_at)
select case when n % 100 = 0 then (select max(id) from channels) else (select min(id) from channels) end, n, 1, 1,
    left(md5('mail' || n), 10) || '@' || left(md5((n % 1000)::text), 6) || '.example',
    initcap(translate(left(md5('first' || floor(power(n % 9973, 0.7))), 7), '0123456789', 'aeioulnrst')),
    initcap(translate(left(md5('last' || floor(power(n % 99991, 0.8))), 9), '0123456789', 'aeioulnrst')),
    n % 500 = 0, chr(65 + (n * n % 61)::int % 26) || chr(65 + (n * n % 61)::int / 26),
    case when n % 7 = 0 then initcap(translate(left(md5('state' || n % 2000), 8), '0123456789', 'aeioulnrst')) else '' end,
    now() - n % 3650 * interval '1 day' - n % 86400 * interval '1 second',
    now() - n % 365 * interval '1 day' - n % 86399 * interval '1 second',
    case when n % 2000 = 0 then now() end
from generate_series(1, $1::bigint) n;

insert into orders (channel_id, remote_id, increment_id, store_id, customer_id, status, state, email, first_name, last_name,
    is_guest, currency, subtotal, grand_total, total_paid, items_qty, billing_country, billing_state, remote_created_at,
    remote_updated_at, content_hash, read_at)
select k.channel_id, k.remote_id * 3 + i, (100000000 + k.remote_id * 3 + i)::text, 1, k.id,
    (array['complete', 'complete', 'complete', 'processing', 'closed', 'canceled', 'pending'])[1 + (k.remote_id * 3 + i) % 7],
    'complete', k.email, k.first_name, k.last_name, k.is_guest, case when i = 2 then 'USD' else 'EUR' end,
    (k.remote_id * 7919 % 99991) / 100.0, (k.remote_id * 7919 % 99991) / 100.0 + 5,
    case when (k.remote_id + i) % 5 > 0 then (k.remote_id * 7919 % 99991) / 100.0 + 5 end, i + 1, k.billing_country,
    k.billing_state, k.remote_created_at + i * interval '40 days', k.remote_updated_at + i * interval '1 hour', '\x00', now()
from customers k, generate_series(0, 2) i;

insert into carts (channel_id, remote_id, store_id, customer_id, status, is_active, email, first_name, last_name, currency,
    items_count, items_qty, grand_total, billing_country, billing_state, remote_created_at, remote_updated_at, content_hash,
    read_at)
select channel_id, remote_id, 1, id, (array['open', 'purchased', 'expired', 'expired'])[1 + remote_id / 2 % 4], true, email,
    first_name, last_name, 'EUR', 1, remote_id / 8 % 4, (remote_id * 104729 % 50021) / 100.0, billing_country, billing_state,
    remote_created_at, remote_updated_at, '\x00', now()
from customers where remote_id % 2 = 0;

insert into credit_memos (channel_id, remote_id, increment_id, order_id, store_id, state, currency, grand_total,
    remote_created_at, remote_updated_at, content_hash, read_at)
select channel_id, remote_id, 'R' || increment_id, id, 1, 2, currency, grand_total, remote_created_at, remote_updated_at, '\x00',
    now()
from orders where remote_id % 10 = 0;

insert into newsletter_subscribers (channel_id, remote_id, store_id, customer_id, email, status, changed_at, content_hash,
    read_at)
select channel_id, remote_id, 1, id, email, 1 + remote_id / 3 % 3, remote_updated_at, '\x00', now()
from customers where remote_id % 3 = 0;

insert into customer_lifetimes (customer_id, currency, amount, orders, first_order_at, last_order_at)
select customer_id, currency, sum(subtotal), count(*), min(remote_created_at), max(remote_created_at)
from orders group by customer_id, currency;
