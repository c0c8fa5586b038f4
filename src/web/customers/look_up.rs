//! Is an e-mail free? Asked while the form is still open: of what is here, then of the store itself.

use super::super::error::PageError;
use super::super::form::{Errors, Posted};
use super::super::{Web, integrations};
use crate::crm::changes::Edit;
use crate::crm::customers;
use crate::crm::merge::Unit;
use crate::sync;

/// Whose e-mail it is to be.
pub(super) struct Whose {
    pub(super) channel: i64,
    pub(super) integration: i64,
    pub(super) website: Option<i64>,
    /// Row id and the store's id of whom is edited.
    pub(super) row: Option<i64>,
    pub(super) remote_id: Option<i64>,
    pub(super) is_guest: bool,
}

/// The field that keeps the address for which the store could not be asked: saved once more, it is taken as it is.
pub(in crate::web) const UNASKED: &str = "email-unasked";

/// Notes beside the field that somebody else has the address, or that the store cannot be asked. Returns what the form is to
/// be shown again with.
pub(super) async fn check(
    web: &Web,
    whose: &Whose,
    edit: &Edit,
    typed: Posted,
    errors: &mut Errors,
) -> Result<Posted, PageError> {
    let email = edit.customer.value(Unit::Email);
    let Some(email) = email.as_str().filter(|email| !email.is_empty()) else { return Ok(typed) };
    let mut db = web.pool.acquire().await?;
    let here =
        customers::holder_of(&mut db, whose.channel, whose.website, email, (whose.row, whose.is_guest))
            .await?;
    drop(db);
    if let Some((_, name)) = here {
        errors.on(
            "email",
            format!("{name} has this address in this website. Use another one, or edit that customer."),
        );
        return Ok(typed);
    }
    if typed.get(UNASKED) == email {
        return Ok(typed);
    }
    let it = integrations::find(web, whose.integration).await?;
    let asked =
        sync::holder_of_email(&web.pool, &web.vault, web.private_addresses, &it, (email, whose.website));
    match asked.await {
        Ok(Some(id)) if Some(id) != whose.remote_id => errors.on(
            "email",
            format!("A customer of the store has this address: number {id} in Magento. Use another one, or wait for the next sync to bring them."),
        ),
        Ok(_) => {}
        Err(problem) => {
            errors.on(
                "email",
                format!(
                    "The store could not be asked whether this address is free: {problem:#}. Save once more to keep it all \
                     the same: the store is asked again when it is sent."
                ),
            );
            return Ok(typed.clone().with(UNASKED, email));
        }
    }
    Ok(typed)
}
