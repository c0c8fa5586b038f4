-- A decision that was turned round says so, and by whom.
alter table conflicts
    add column turned_at timestamptz,
    add column turned_by bigint references users on delete set null;

-- Who in the store has the e-mail of somebody whom it did not create.
alter table creations add column holder_id bigint;

-- An address that goes takes along what refers to it: without these every one of them reads whole tables.
create index changes_address on changes (address_id) where address_id is not null;
create index conflicts_address on conflicts (address_id) where address_id is not null;
create index creations_address on creations (address_id) where address_id is not null;
create index deliveries_address on deliveries (address_id) where address_id is not null;
