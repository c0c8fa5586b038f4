-- Segments of customers (recency, frequency, monetary): who they are depends on the day, so they are sorted out anew after a
-- sync, and pages say as of when.

-- From which bound on a customer gets 5, 4, 3 and 2 points. Made with sound values when a channel is first sorted out, and
-- kept, so that nobody changes sides because others bought; an administrator's to change.
create table segment_bounds (
    channel_id bigint primary key references channels on delete cascade,
    -- days since the last order, at most
    recency integer[] not null default '{30,90,180,365}' constraint segment_bounds_recency_check check (cardinality(recency) = 4),
    -- orders, at least
    frequency integer[] not null default '{10,5,3,2}' constraint segment_bounds_frequency_check check (cardinality(frequency) = 4)
);
create table segment_amounts (
    channel_id bigint not null references channels on delete cascade,
    currency text not null,
    -- lifetime value, at least
    monetary numeric[] not null constraint segment_amounts_monetary_check check (cardinality(monetary) = 4),
    -- how many orders they were made from: those made from a few are made again when there are many more
    of_orders bigint not null,
    primary key (channel_id, currency)
);

-- Customers with an order, and where they belong. A table of its own: customers are written by syncs, these by the clock.
create table customer_segments (
    customer_id bigint primary key references customers on delete cascade,
    channel_id bigint not null,
    recency smallint not null,
    frequency smallint not null,
    monetary smallint not null,
    segment text not null constraint customer_segments_segment_check check (
        segment in ('champions', 'loyal', 'big-spenders', 'new', 'promising', 'at-risk', 'asleep', 'lost')),
    orders integer not null,
    -- of the lifetime values of their channel, in one of their currencies
    best_tenth boolean not null,
    -- no order for 90 days
    quiet boolean not null
);
create index customer_segments_segment on customer_segments (segment, channel_id);
create index customer_segments_best on customer_segments (channel_id) where best_tenth;
create index customer_segments_once on customer_segments (channel_id) where orders = 1;
create index customer_segments_quiet on customer_segments (channel_id) where quiet;

-- How many there are, counted in the same moment.
create table segment_counts (
    channel_id bigint not null references channels on delete cascade,
    segment text not null,
    customers bigint not null,
    primary key (channel_id, segment)
);
create table lifetime_sums (
    channel_id bigint not null references channels on delete cascade,
    currency text not null,
    customers bigint not null,
    amount numeric not null,
    primary key (channel_id, currency)
);
create table segment_runs (
    channel_id bigint primary key references channels on delete cascade,
    counted_at timestamptz not null,
    took interval not null,
    -- something has come since that may move customers
    due boolean not null default false
);
