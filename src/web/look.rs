//! How whoever asks wants the page: known from the moment that they are, and followed by all words of [`super::view`] that
//! tell a time. One place, so that no template has to pass it on.

use std::cell::Cell;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;

use crate::crm::users::Look;

tokio::task_local! {
    static WORN: Cell<Look>;
}

/// Each request begins with the usual look.
pub(super) async fn follow(request: Request, next: Next) -> Response {
    WORN.scope(Cell::new(Look::default()), next.run(request)).await
}

/// From here on the request is somebody's.
pub(super) fn wear(look: Look) {
    // outside of a request nobody looks
    let _ = WORN.try_with(|worn| worn.set(look));
}

/// The look of whoever asks.
pub(super) fn worn() -> Look {
    WORN.try_with(Cell::get).unwrap_or_default()
}

/// Something that is made for somebody after the request is answered.
pub(super) fn within<T>(look: Look, make: impl FnOnce() -> T) -> T {
    WORN.sync_scope(Cell::new(look), make)
}
