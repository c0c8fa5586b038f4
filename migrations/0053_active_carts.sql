-- Without the bridge carts are read again in turns as long as the store may still change them, whatever they are called here:
-- one that was edited and bought between two syncs is "purchased" before its last edit was read.
create index carts_active on carts (channel_id, remote_id) where is_active and removed_at is null;
drop index carts_open;
