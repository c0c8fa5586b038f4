//! The exporters: each writes one noun into a store.

mod customers;

pub(super) use customers::{create_address, create_customer};

use super::visit::Visit;
use crate::crm::changes::{Outgoing, Sending};
use crate::magento::CallError;

/// One call to the store, and the units that it carries.
pub(super) struct Parcel {
    pub(super) units: Vec<Sending>,
    target: Target,
}

/// What a call changes, by the store's id.
#[derive(Clone, Copy)]
enum Target {
    Customer(i64),
    Address(i64),
}

/// The calls that a record's edits need. A default address is a matter of the customer, and is set at the address.
pub(super) fn parcels(record: Outgoing) -> Vec<Parcel> {
    if record.is_address {
        return vec![Parcel { units: record.units, target: Target::Address(record.remote_id) }];
    }
    let (defaults, own): (Vec<_>, Vec<_>) = record.units.into_iter().partition(customers::is_default);
    let customer = Parcel { units: own, target: Target::Customer(record.remote_id) };
    let defaults = defaults.into_iter().filter_map(|unit| {
        let target = Target::Address(unit.value.as_i64()?);
        Some(Parcel { units: vec![unit], target })
    });
    std::iter::once(customer).filter(|parcel| !parcel.units.is_empty()).chain(defaults).collect()
}

impl Parcel {
    /// The same, unit by unit.
    pub(super) fn singly(self) -> Vec<Self> {
        let target = self.target;
        self.units.into_iter().map(|unit| Self { units: vec![unit], target }).collect()
    }

    /// Makes the call. It is never made twice: a store may finish a call late whose answer was lost.
    pub(super) async fn send(&self, visit: &Visit) -> Result<(), CallError> {
        match self.target {
            Target::Customer(id) => customers::send_customer(&visit.store, id, &self.units).await,
            Target::Address(id) => customers::send_address(&visit.store, id, &self.units).await,
        }
    }
}
