-- A channel has an owner of its own, who keeps it when its integration is removed; without one only administrators manage it.
alter table channels add column owner_id bigint references users on delete set null;
update channels c set owner_id = i.owner_id from integrations i where i.channel_id = c.id;
