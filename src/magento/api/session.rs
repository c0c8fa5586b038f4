//! Logging in and out by hand. Calls log in by themselves; this is for Check Connection and the end of a job.

use crate::magento::{CallError, Store};

/// Logs in, whatever session there is (recordings rpc/001, wsi/001).
///
/// # Errors
/// Fault 2 (wrong key, unknown or inactive user) and 6 (empty key) are of class `Configuration`.
pub async fn login(store: &Store) -> Result<(), CallError> {
    store.log_in().await
}

/// Ends the session (recordings rpc/159, wsi/159). Never fails: sessions expire by themselves.
pub async fn end_session(store: &Store) {
    store.end_session().await;
}
