//! The gate of a store: every HTTP request passes it, so that no shop is asked more than it can bear
//! (the self-WSDL deadlock, `spec/magento-soap.md` chapter 9). The limit itself lives with the caller.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

/// Admits requests to one store. Implemented over Postgres by the application, by [`Open`] in tests.
#[async_trait]
pub trait Gate: Send + Sync {
    /// Waits for a place. The place is given back when the [`Ticket`] leaves or is dropped.
    ///
    /// # Errors
    /// [`GateClosed`] when no request may be made now.
    async fn enter(&self) -> Result<Box<dyn Ticket>, GateClosed>;
}

/// One request's place at a store. Dropping it without [`Ticket::leave`] means the call was abandoned.
pub trait Ticket: Send {
    /// The answer is here to its last byte, and is being read: the store is free for another request.
    fn received(&mut self) {}

    /// The request is over; this is how it went.
    fn leave(self: Box<Self>, outcome: Outcome);
}

/// How a request went, for the limit of calls in flight to adapt by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// From sending the request to the end of the answer.
    pub latency: Duration,
    /// From sending the request to the answer's headers; `None` when there was no answer.
    pub first_byte: Option<Duration>,
    /// What was wrong, if anything.
    pub trouble: Option<Trouble>,
}

/// Signs that a store is overloaded or away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// No connection.
    Unreachable,
    /// A time-out: wait before the next call, never retry at once.
    Timeout,
    /// HTTP 429, or 503 with `Retry-After`: not before this time has passed (when told).
    TooMany(Option<Duration>),
    /// HTTP 5xx without a SOAP fault in it, or a cut answer.
    ServerError,
}

/// The gate admits nobody now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateClosed {
    /// Why, in plain words.
    pub reason: String,
    /// When to come again, if known.
    pub retry_after: Option<Duration>,
}

impl fmt::Display for GateClosed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.reason)
    }
}

/// A gate without a limit.
#[derive(Clone, Copy, Debug, Default)]
pub struct Open;

impl Open {
    /// An open gate to hand to a store.
    #[must_use]
    pub fn gate() -> Arc<dyn Gate> {
        Arc::new(Self)
    }
}

#[async_trait]
impl Gate for Open {
    async fn enter(&self) -> Result<Box<dyn Ticket>, GateClosed> {
        Ok(Box::new(Self))
    }
}

impl Ticket for Open {
    fn leave(self: Box<Self>, _outcome: Outcome) {}
}
