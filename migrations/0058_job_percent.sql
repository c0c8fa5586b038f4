-- How much of a job is done, per cent: for its page, the list, its CSV and the API alike. What has a backfill weighs far more
-- than a dictionary that is read in one call. A job that broke off stays where it was.
create function job_percent(of_job bigint, its_status text) returns bigint language sql stable as $$
    select case
        when its_status in ('completed', 'completed with errors') then 100
        else coalesce((
            select sum(c.weight * c.done) / (10 * sum(c.weight))
            from (
                select case when connector in ('Customers', 'Carts', 'Orders', 'Credit memos', 'Newsletter subscribers')
                        then 40 else 1 end as weight,
                    case
                        when state = 'completed' then 1000
                        when state = 'skipped' and its_status not in ('failed', 'cancelled') then 1000
                        when state in ('running', 'failed') then coalesce(share, 0)
                        else 0
                    end as done
                from job_connectors where job_id = of_job
            ) c
        ), 0)
    end
$$;
