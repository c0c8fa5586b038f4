//! The brake on addresses. An address that is not in its customer's complete list is gone; but a store that answers with empty
//! books for everybody, as a module in it may do, must not empty ours.

use std::collections::HashSet;

use crate::crm::customers::{self, Incoming, Lacking};
use crate::jobs::Level;
use crate::sync::connectors::CUSTOMERS;
use crate::sync::noun::Completed;
use crate::sync::visit::Visit;

/// Books that lack more, with all that this run met, than is believed are taken for unread: they are read again.
pub(super) async fn doubt(visit: &Visit, completed: &mut Completed<Incoming>) -> anyhow::Result<()> {
    if visit.believes() {
        return Ok(());
    }
    let books = customers::lacking(visit.pool(), visit.it.channel_id, &completed.records).await?;
    let sum = |of: fn(&Lacking) -> i64| usize::try_from(books.iter().map(of).sum::<i64>()).unwrap_or(0);
    let (gone, stored) = (sum(|book| book.gone), sum(|book| book.stored));
    let (before, now) = visit.addresses.add(gone, stored);
    if gone == 0 || !now.is_too_much() {
        return Ok(());
    }
    let lack: HashSet<i64> = books.iter().filter(|book| book.gone > 0).map(|book| book.remote_id).collect();
    for record in completed.records.iter_mut().filter(|record| lack.contains(&record.remote_id)) {
        (record.addresses, record.row_hash) = (None, None);
    }
    let text = now.not_believed("addresses");
    visit.run.log(Level::Warning, CUSTOMERS, &text).await?;
    if !before.is_too_much() {
        visit.note_error(format!("{CUSTOMERS}: {text}"));
    }
    Ok(())
}
