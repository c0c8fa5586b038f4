//! The records of a person: what stays of each tells nobody whose it was.

use sqlx::PgConnection;

use super::super::Person;

pub(super) async fn erase(db: &mut PgConnection, person: &Person, by: i64) -> Result<(), sqlx::Error> {
    forget_what_was_done(db, person).await?;
    orders(db, &person.orders).await?;
    carts(db, &person.carts).await?;
    sqlx::query!("update credit_memos set transaction_id = '' where id = any($1)", &person.memos)
        .execute(&mut *db)
        .await?;
    sqlx::query!("delete from newsletter_subscribers where id = any($1)", &person.subscribers)
        .execute(&mut *db)
        .await?;
    customers(db, &person.customers, by).await
}

/// What people wrote down, edited and sent, with everything that waits for a store.
async fn forget_what_was_done(db: &mut PgConnection, person: &Person) -> Result<(), sqlx::Error> {
    let (kinds, ids) = person.columns();
    sqlx::query!(
        "with theirs as (select * from unnest($1::text[], $2::bigint[]) as t(record, id)),
            a as (delete from activities a using theirs t where t.record = a.record and t.id = a.record_id),
            s as (update steps s set feedback = '', notes = '' from theirs t where t.record = s.record and t.id = s.record_id),
            y as (delete from record_syncs y using theirs t where t.record = y.record and t.id = y.record_id)
         update step_changes c set feedback = '', notes = '' from theirs t where t.record = c.record and t.id = c.record_id",
        &kinds as _,
        &ids
    )
    .execute(&mut *db)
    .await?;
    // a tag that nobody else has may be their name
    let tags = sqlx::query_scalar!(
        "delete from record_tags g using unnest($1::text[], $2::bigint[]) as t(record, id)
         where t.record = g.record and t.id = g.record_id returning g.tag_id",
        &kinds as _,
        &ids
    )
    .fetch_all(&mut *db)
    .await?;
    sqlx::query!(
        "delete from tags t where t.id = any($1) and not exists (select 1 from record_tags g where g.tag_id = t.id)",
        &tags
    )
    .execute(&mut *db)
    .await?;
    // subscribers take their changes along
    sqlx::query!("delete from deliveries where customer_id = any($1)", &person.customers)
        .execute(&mut *db)
        .await?;
    sqlx::query!("delete from conflicts where customer_id = any($1)", &person.customers)
        .execute(&mut *db)
        .await?;
    sqlx::query!("delete from creations where customer_id = any($1)", &person.customers)
        .execute(&mut *db)
        .await?;
    sqlx::query!("delete from changes where customer_id = any($1)", &person.customers)
        .execute(&mut *db)
        .await?;
    sqlx::query!("delete from subscription_changes where customer_id = any($1)", &person.customers)
        .execute(db)
        .await?;
    Ok(())
}

/// Amounts, items, dates, numbers, status and country stay.
async fn orders(db: &mut PgConnection, ids: &[i64]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update orders set email = '', first_name = '', last_name = '', remote_ip = '', gift_message = '', coupon_code = '',
            discount_description = '', payment_details = '{}', billing_state = '',
            -- a customer who never came is not asked for any more
            remote_customer_id = case when customer_id is null then null else remote_customer_id end
         where id = any($1)",
        ids
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "update order_addresses set name = '', company = '', street = '', city = '', postcode = '', region_id = null, region = '',
            telephone = '' where order_id = any($1)",
        ids
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("update order_notes set message = '' where order_id = any($1) and message <> ''", ids)
        .execute(db)
        .await?;
    Ok(())
}

async fn carts(db: &mut PgConnection, ids: &[i64]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update carts set email = '', first_name = '', last_name = '', telephone = '', gift_message = '', billing_state = '',
            remote_customer_id = case when customer_id is null then null else remote_customer_id end
         where id = any($1)",
        ids
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "update cart_items set gift_message = '' where cart_id = any($1) and gift_message <> ''",
        ids
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A row with the store's number stays, so that what was bought adds up for one buyer, whoever it was; no list shows it.
async fn customers(db: &mut PgConnection, ids: &[i64], by: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from customer_addresses where customer_id = any($1)", ids).execute(&mut *db).await?;
    sqlx::query!(
        "update customers set email = '', prefix = '', first_name = '', middle_name = '', last_name = '', suffix = '',
            birthday = null, gender = null, taxvat = '', group_id = null, confirmed = null, billing_country = '',
            billing_state = '', guest_name = case when is_guest then 'erased ' || id else '' end, base = null,
            account_id = null, contact_id = null, owner_id = null, erased_at = now(), hidden_at = coalesce(hidden_at, now()),
            hidden_by = case when hidden_at is null then $2 else hidden_by end
         where id = any($1)",
        ids,
        by
    )
    .execute(db)
    .await?;
    Ok(())
}
