-- What became of each connector of each job, listed for its integration, the newest first.
alter table job_connectors
    add column id bigint generated always as identity,
    -- as in its job; rows of an integration that is gone go with their job
    add column integration_id bigint;
update job_connectors c set integration_id = j.integration_id from jobs j where j.id = c.job_id;
create index job_connectors_integration on job_connectors (integration_id, id desc);
