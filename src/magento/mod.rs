//! The wire: a client for Magento 1 / OpenMage stores over SOAP v2 (both modes) and the bulk reads of SOAP v1.
//!
//! **Owns**: URLs of a store and which addresses may be called ([`WsdlUrl`], [`PrivateAddresses`]), HTTP,
//! the XML codec ([`soap`]), the session of a [`Store`], typed calls ([`api`]), and Check Connection ([`check`]).
//! What a store really sends is told by `spec/magento-soap.md` and the recordings under `tests/fixtures/soap/`.
//!
//! **Refuses**: to know the database, to retry (but for one new login after fault 5), to guess: an answer that is
//! cut, empty or not SOAP is an error, never "no records". Every HTTP request passes the store's [`Gate`].
//! Password hashes and reset tokens are dropped while parsing and never leave this module.

pub mod api;
pub mod check;
pub mod soap;

mod clock;
mod error;
mod excerpt;
mod fault;
mod gate;
mod http;
mod mask;
mod page;
mod pump;
mod settings;
mod store;
mod transport;
mod warnings;
mod wsdl;
mod wsdl_url;

pub use crate::base::guard::PrivateAddresses;
pub use clock::StoreClock;
pub use error::{CallError, Class, Phase, TlsReason};
pub use fault::Fault;
pub use gate::{Gate, GateClosed, Open, Outcome, Ticket, Trouble};
pub use page::NotSoapKind;
pub use settings::{BasicAuth, Limits, Mode, Settings};
pub use soap::value::{Field, Row, Value};
pub use store::{Store, Traffic};
pub use warnings::{Warning, WarningKind};
pub use wsdl::{Wsdl, WsdlError};
pub use wsdl_url::{UrlProblem, WsdlUrl};
