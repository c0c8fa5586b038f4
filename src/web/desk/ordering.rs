//! Ordering in the store: its admin opens at the form of a new order of this customer.
//!
//! The address is Magento 1's own, `sales_order_create/start`: it forgets an order that was begun before, and takes the customer;
//! their cart stands beside the form there. The store asks for its own sign-in.

use askama::Template;
use axum::extract::State;
use url::Url;

use super::super::error::PageError;
use super::super::page::{self, PageResult};
use super::super::shell::Shell;
use super::super::{Web, assets, view};
use super::{Editing, integration_of, refused};
use crate::crm::channels::Integration;
use crate::crm::records::{self, Record, StoreBuyer};
use crate::crm::steps::{self, Action, Change, Taken};

/// Where an order can be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ordering {
    pub(super) url: String,
}

/// Where an order can be made for this record; `None` where the Admin url is not known or the store has no such customer.
pub(super) async fn load(
    web: &Web,
    record: Record,
    integration: Option<&Integration>,
) -> Result<Option<Ordering>, PageError> {
    let Some(admin) = integration.and_then(|it| it.settings.admin_url.as_deref()) else { return Ok(None) };
    let buyer = records::store_buyer(&web.pool, record).await?;
    Ok(buyer.and_then(|buyer| address(admin, buyer)).map(|url| Ordering { url }))
}

/// The form of a new order; `None` for an admin that no browser should be sent to.
fn address(admin: &str, buyer: StoreBuyer) -> Option<String> {
    let mut url = Url::parse(admin.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    url.host_str()?;
    url.set_query(None);
    url.set_fragment(None);
    let mut path = url.path_segments_mut().ok()?;
    path.pop_if_empty().extend(["sales_order_create", "start", "customer_id", &buyer.customer.to_string()]);
    if let Some(store) = buyer.store {
        path.extend(["store_id", &store.to_string()]);
    }
    drop(path);
    Some(url.into())
}

/// A page between: a form may not lead to another site, but a page may.
#[derive(Template)]
#[template(path = "desk/leaving.html")]
struct Leaving {
    shell: Shell,
    record: Record,
    name: String,
    url: String,
}

/// `POST /carts/{id}/placed-orders`: takes the step, and opens the store's admin.
pub(super) async fn place(State(web): State<Web>, Editing { who, record, head }: Editing) -> PageResult {
    let integration = integration_of(&web, &head).await?;
    let Some(ordering) = load(&web, record, integration.as_ref()).await? else {
        return refused(&who, "No order can be made of it in the store any more.", record).await;
    };
    let mut tx = web.pool.begin().await?;
    let taken = steps::take(&mut tx, record, &Change::of(Action::PlaceOrder), who.user.id).await?;
    tx.commit().await?;
    // pressed twice, the admin opens twice
    if taken == Taken::NoRecord {
        return Err(PageError::NotFound);
    }
    let shell = Shell::load(&web, &who.session, who.user, super::here(record.kind)).await?;
    page::show(&Leaving { shell, record, name: head.name, url: ordering.url })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_admin_opens_at_the_order_form_of_the_customer_and_nowhere_else() {
        let at = |admin: &str, store| address(admin, StoreBuyer { customer: 136, store });
        let form = "https://shop.example/index.php/admin/sales_order_create/start/customer_id/136/store_id/2";
        assert_eq!(at("https://shop.example/index.php/admin", Some(2)).as_deref(), Some(form));
        assert_eq!(at(" https://shop.example/index.php/admin/?key=1#top ", Some(2)).as_deref(), Some(form));
        let without = "http://shop.example:8080/sales_order_create/start/customer_id/136";
        assert_eq!(at("http://shop.example:8080", None).as_deref(), Some(without));
        for none in ["", "admin", "javascript:alert(1)", "data:text/html,x", "ftp://shop.example/admin"] {
            assert_eq!(at(none, None), None, "{none}");
        }
    }
}
