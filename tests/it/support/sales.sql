-- A small shop's sales, by hand: channel 1 with an integration (its store has the bridge), four customers, seven orders, four
-- carts, two credit memos, three subscribers, three failed records. Everything hangs on the first user.
insert into channels (name, channel_type, entities, owner_id)
values ('Atelier Nord', 'magento', '{order,cart,credit-memo,newsletter-subscriber}', 1);
insert into integrations (channel_id, name, wsdl_url, api_user, api_key, owner_id, first_synced_at, last_synced_at,
    next_sync_at, store)
select id, 'Atelier Nord Store', 'https://shop.example.com/index.php/api/v2_soap/?wsdl=1', 'cartwright', '\x00', 1, now(),
    now(), now() + interval '1 year', '{"bridge_version": "1.2.19", "websites": [[1, "Main"]]}'
from channels where name = 'Atelier Nord';
insert into websites select id, 1, 'base', 'Main' from channels where name = 'Atelier Nord';
insert into stores select id, 1, 1, 'default', 'Belgium, Dutch' from channels where name = 'Atelier Nord';
insert into countries select id, 'BE', 'Belgium' from channels where name = 'Atelier Nord';
insert into customer_groups select id, 1, 'Wholesale' from channels where name = 'Atelier Nord';

insert into customers (channel_id, remote_id, website_id, store_id, group_id, email, first_name, last_name, birthday, taxvat,
    is_guest, confirmed, billing_country, remote_created_at, remote_updated_at, removed_at)
select c.id, t.remote, 1, 1, 1, t.email, t.first, t.last, '1974-09-23', 'BE0123456789', t.guest, not t.guest, 'BE',
    now() - t.age, now() - t.age / 2, t.removed
from channels c, (values
    (11::bigint, 'zoe@verhoeven.example', 'Zoë', 'Verhoeven', false, interval '400 days', null::timestamptz),
    (12, 'amir@haddad.example', 'Amir', 'Haddad', false, interval '200 days', null),
    (null, 'guest@solheim.example', 'Ingrid', 'Solheim', true, interval '20 days', null),
    (14, 'gone@peeters.example', 'Lotte', 'Peeters', false, interval '600 days', now() - interval '2 days')
) as t(remote, email, first, last, guest, age, removed) where c.name = 'Atelier Nord' order by t.age desc;

insert into orders (channel_id, remote_id, increment_id, store_id, customer_id, remote_customer_id, remote_cart_id, status,
    state, email, first_name, last_name, is_guest, currency, base_currency, subtotal, discount, tax, shipping, grand_total,
    total_paid, total_refunded, subtotal_refunded, items_qty, coupon_code, payment_method, payment_details, shipping_method,
    shipping_description, remote_ip, billing_country, remote_created_at, remote_updated_at, content_hash, read_at,
    removed_at)
select c.id, t.nr, (100088000 + t.nr)::text, 1, k.id, k.remote_id, case t.nr when 1 then 501 end, t.status, t.state,
    k.email, k.first_name, k.last_name, k.is_guest, t.currency, 'EUR', t.subtotal, t.discount, t.tax, 9.9, t.total,
    t.paid, t.refunded, t.refunded, 3, 'MAY10', 'bancontact', '{"cc_type": "MC", "last_trans_id": "tr_7712"}',
    'flatrate_flatrate', 'bpost, at home', '198.51.100.7', 'BE', now() - t.age, now() - t.age / 2, '\x00', now(),
    case when t.nr = 7 then now() - interval '1 day' end
from (values
    (1, 'zoe@verhoeven.example', 'processing', 'processing', 'EUR', 164.40, -2.84, 11.44, 182.90, 182.90, null, interval '3 hours'),
    (2, 'zoe@verhoeven.example', 'complete', 'complete', 'EUR', 59, 0, 5.9, 64.90, 64.90, 10.00, interval '70 days'),
    (3, 'zoe@verhoeven.example', 'complete', 'complete', 'USD', 1210, -12.5, 0, 1207.40, 1207.40, null, interval '160 days'),
    (4, 'zoe@verhoeven.example', 'canceled', 'canceled', 'EUR', 88, 0, 7, 95, 0, null, interval '300 days'),
    (5, 'amir@haddad.example', 'pending', 'new', 'EUR', 20, 0, 0, 29.90, null, null, interval '2 days'),
    (6, 'guest@solheim.example', 'on_hold_by_hand', 'holded', 'JPY', 12000, 0, 0, 12000, 12000, null, interval '20 days'),
    (7, 'gone@peeters.example', 'closed', 'closed', 'EUR', 40, 0, 0, 49.90, 49.90, 49.90, interval '500 days')
) as t(nr, email, status, state, currency, subtotal, discount, tax, total, paid, refunded, age)
join customers k on k.email = t.email join channels c on c.id = k.channel_id and c.name = 'Atelier Nord' order by t.nr;

insert into order_items (order_id, position, parent_position, product_type, sku, name, qty, weight, price, original_price,
    discount_percent, discount, tax_percent, tax, row_total)
select o.id, t.pos, t.parent, t.kind, t.sku, t.name, t.qty, 0.4, t.price, t.price, t.off, t.discount, 21, t.tax, t.total
from orders o, (values
    (1::smallint, null::smallint, 'simple', 'HB-2210-OAK', 'Handbow saw, oak', 1::numeric, 89.00, 0, 0, 18.69, 89.00),
    (2, null, 'configurable', 'GL-0041-M', 'Work gloves', 2, 14.20, 10, 2.84, 5.37, 25.56),
    (3, null, 'simple', 'WX-500', 'Beeswax finish 500 ml', 3, 16.61, 0, 0, 10.46, 49.84),
    (4, 2, 'simple', 'GL-0041-M', 'Work gloves, size M', 2, 0, 0, 0, 0, 0)
) as t(pos, parent, kind, sku, name, qty, price, off, discount, tax, total) where o.increment_id in ('100088001', '100088002');
insert into order_addresses (order_id, kind, name, company, street, city, postcode, country_id, telephone)
select o.id, t.kind, 'Zoë Verhoeven', t.company, t.street, 'Brussel', '1000', 'BE', '+32 2 555 01 47'
from orders o, (values ('billing', 'Verhoeven & Zonen', 'Vlaamsesteenweg 41'), ('shipping', '', E'Loods 7\nHavenlaan 86C'))
    as t(kind, company, street) where o.increment_id = '100088001';
insert into order_notes (order_id, position, status, message, customer_notified, created_at)
select o.id, t.pos, t.status, t.message, t.notified, now() - t.age from orders o, (values
    (1::smallint, 'processing', E'Please deliver before noon,\nthe gate closes at twelve.', true, interval '1 hour'),
    (2, 'pending', '', false, interval '3 hours')
) as t(pos, status, message, notified, age) where o.increment_id = '100088001';
insert into customer_lifetimes (customer_id, currency, amount, orders, first_order_at, last_order_at)
select customer_id, currency, sum(subtotal - abs(discount) - coalesce(subtotal_refunded, 0)), count(*),
    min(remote_created_at), max(remote_created_at)
from orders where removed_at is null and status <> 'canceled' group by 1, 2;

insert into credit_memos (channel_id, remote_id, increment_id, order_id, remote_order_id, store_id, state, currency, subtotal,
    tax, shipping, grand_total, adjustment_positive, transaction_id, remote_created_at, remote_updated_at, content_hash,
    read_at, removed_at)
select o.channel_id, t.nr, (100000000 + t.nr)::text, o.id, o.remote_id, 1, 2, 'EUR', t.amount, 0, 0, t.amount, 1.5,
    'tr_7712-r', now() - t.age, now() - t.age / 2, '\x00', now(), t.removed
from (values (1, '100088002', 10.00, interval '60 days', null::timestamptz),
    (2, '100088007', 49.90, interval '480 days', now())) as t(nr, number, amount, age, removed)
join orders o on o.increment_id = t.number order by t.nr;
insert into credit_memo_items (credit_memo_id, position, sku, name, qty, price, row_total)
select id, 1, 'WX-500', 'Beeswax finish 500 ml', 1, 10, 10 from credit_memos;

insert into carts (channel_id, remote_id, store_id, customer_id, remote_customer_id, status, is_active, is_guest, email,
    first_name, last_name, currency, items_count, items_qty, subtotal, grand_total, billing_country, telephone,
    remote_created_at, remote_updated_at, content_hash, read_at, removed_at)
select c.id, t.nr, 1, k.id, k.remote_id, t.status, t.status = 'open', t.email is null, coalesce(k.email, ''),
    coalesce(k.first_name, ''), coalesce(k.last_name, ''), 'EUR', t.qty, t.qty, t.total, t.total, '', '',
    now() - t.age, now() - t.age / 2, '\x00', now(), t.removed
from channels c, (values (501, 'zoe@verhoeven.example', 'purchased', 6, 182.90, interval '4 hours', null::timestamptz),
    (502, 'zoe@verhoeven.example', 'open', 1.5, 24.00, interval '5 days', null),
    (503, null, 'open', 0, 0, interval '6 days', null),
    (504, 'amir@haddad.example', 'expired', 2, 12.00, interval '90 days', now() - interval '8 days'))
    as t(nr, email, status, qty, total, age, removed)
left join customers k on k.email = t.email where c.name = 'Atelier Nord' order by t.nr;
insert into cart_items (cart_id, remote_id, product_type, sku, name, qty, price, price_with_tax, row_total, weight, created_at,
    updated_at, removed_at)
select k.id, t.nr, 'simple', t.sku, t.name, t.qty, 16.00, 19.36, 24.00, 0.5, now() - interval '5 days',
    now() - interval '4 days', t.removed
from carts k, (values (1, 'WX-500', 'Beeswax finish 500 ml', 1.5, null::timestamptz),
    (2, 'CH-12', 'Chisel, 12 mm', 1, now() - interval '1 day')) as t(nr, sku, name, qty, removed) where k.remote_id = 502;

insert into newsletter_subscribers (channel_id, remote_id, store_id, customer_id, remote_customer_id, email, status, changed_at,
    content_hash, read_at)
select c.id, t.nr, 1, k.id, k.remote_id, t.email, t.status, t.changed, '\x00', now()
from channels c, (values (1, 'zoe@verhoeven.example', 1::smallint, now() - interval '30 days'),
    (2, 'amir@haddad.example', 3, now() - interval '3 days'), (3, 'someone@else.example', 4, null))
    as t(nr, email, status, changed)
left join customers k on k.email = t.email where c.name = 'Atelier Nord' order by t.nr;

insert into failed_records (integration_id, connector, remote_id, cause, raw_xml, attempts, last_failed_at, next_try_at)
select i.id, t.connector, t.remote, t.cause, t.xml, t.attempts, now() - t.age, now() + t.next
from integrations i, (values
    ('Orders', '100088099', 'The amount "12,50 EUR" of <grand_total> is no number.', '<item><increment_id>100088099</increment_id><grand_total>12,50 EUR</grand_total></item>', 1, interval '2 minutes', interval '3 minutes'),
    ('Customers', '77', 'The date "0000-13-45" is none.', '<item><customer_id>77</customer_id></item>', 4, interval '9 hours', null),
    ('Orders', '100088100', 'The store answered with fault 1: SQLSTATE[HY000].', '', 2, interval '20 minutes', interval '10 minutes')
) as t(connector, remote, cause, xml, attempts, age, next) where i.name = 'Atelier Nord Store' order by t.age desc;
