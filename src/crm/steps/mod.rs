//! How far the follow-up of an order, or of an abandoned cart, has come: steps that people take, each at the push of a button.
//!
//! **Owns** `steps`, `step_changes`. A record without a row stands at the first step. **Refuses** to mix steps with the status
//! that the store tells: a sync never takes a step.
//!
//! ```text
//! order  Not contacted → E-mail sent (once) | Call logged → No reply | Contacted; No reply | Contacted → reopened
//! cart   Open → Contacted (again and again) → Abandoned; Open | Contacted → Converted; Converted | Abandoned → reopened
//! ```

mod store;

pub(in crate::crm) use store::take_held;
pub use store::{Change, Standing, Taken, standing, take};

use crate::crm::records::{Record, RecordKind};

/// Where a follow-up stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// An order's first.
    NotContacted,
    /// An e-mail went to whoever ordered.
    Emailed,
    /// Somebody called them: how it ended is to be said.
    Called,
    /// They were not reached.
    NoReply,
    /// Whoever ordered, or left the cart, was reached.
    Contacted,
    /// A cart's first.
    Open,
    /// An order is made of the cart.
    Converted,
    /// The cart is given up.
    Abandoned,
}

impl Step {
    /// Those of an order, in their order.
    pub const OF_ORDERS: [Self; 5] =
        [Self::NotContacted, Self::Emailed, Self::Called, Self::NoReply, Self::Contacted];
    /// Those of a cart, in their order.
    pub const OF_CARTS: [Self; 4] = [Self::Open, Self::Contacted, Self::Converted, Self::Abandoned];

    /// Those of this kind of record; none but orders and carts have steps.
    #[must_use]
    pub fn all_of(kind: RecordKind) -> &'static [Self] {
        match kind {
            RecordKind::Order => &Self::OF_ORDERS,
            RecordKind::Cart => &Self::OF_CARTS,
            _ => &[],
        }
    }

    /// The word on the pages.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NotContacted => "Not contacted",
            Self::Emailed => "E-mail sent",
            Self::Called => "Call logged",
            Self::NoReply => "No reply",
            Self::Contacted => "Contacted",
            Self::Open => "Open",
            Self::Converted => "Converted",
            Self::Abandoned => "Abandoned",
        }
    }

    /// The word in the database.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::NotContacted => "not contacted",
            Self::Emailed => "emailed",
            Self::Called => "called",
            Self::NoReply => "no reply",
            Self::Contacted => "contacted",
            Self::Open => "open",
            Self::Converted => "converted",
            Self::Abandoned => "abandoned",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::OF_ORDERS.into_iter().chain(Self::OF_CARTS).find(|step| step.key() == key)
    }
}

/// What somebody does about a follow-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// An e-mail was sent.
    Email,
    /// A call was made.
    Call,
    /// Nobody answered.
    NoReply,
    /// What the buyer said.
    Feedback,
    /// An order is made of the cart, in the store.
    PlaceOrder,
    /// The cart is given up.
    Abandon,
    /// Everything from the beginning.
    Reopen,
}

impl Action {
    /// All.
    pub const ALL: [Self; 7] = [
        Self::Email,
        Self::Call,
        Self::NoReply,
        Self::Feedback,
        Self::PlaceOrder,
        Self::Abandon,
        Self::Reopen,
    ];

    /// What its button says.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Email => "Send Email",
            Self::Call => "Log Call",
            Self::NoReply => "No Reply",
            Self::Feedback => "Record Feedback",
            Self::PlaceOrder => "Place an Order",
            Self::Abandon => "Abandon",
            Self::Reopen => "Reopen",
        }
    }

    /// The word in forms and addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Call => "call",
            Self::NoReply => "no-reply",
            Self::Feedback => "feedback",
            Self::PlaceOrder => "order",
            Self::Abandon => "abandon",
            Self::Reopen => "reopen",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.key() == key)
    }
}

/// The step that an action leads to from this one; `None` = it is not offered there.
#[must_use]
pub fn next(kind: RecordKind, from: Step, action: Action) -> Option<Step> {
    match kind {
        RecordKind::Order => next_of_order(from, action),
        RecordKind::Cart => next_of_cart(from, action),
        _ => None,
    }
}

fn next_of_order(from: Step, action: Action) -> Option<Step> {
    match (from, action) {
        (Step::NotContacted, Action::Email) => Some(Step::Emailed),
        (Step::NotContacted | Step::Emailed | Step::NoReply, Action::Call) => Some(Step::Called),
        (Step::NotContacted | Step::Emailed | Step::Called, Action::NoReply) => Some(Step::NoReply),
        (_, Action::Feedback) => Some(Step::Contacted),
        (Step::NoReply | Step::Contacted, Action::Reopen) => Some(Step::NotContacted),
        _ => None,
    }
}

fn next_of_cart(from: Step, action: Action) -> Option<Step> {
    match (from, action) {
        (Step::Open | Step::Contacted, Action::Email | Action::Call) => Some(Step::Contacted),
        (Step::Open | Step::Contacted, Action::PlaceOrder) => Some(Step::Converted),
        (Step::Open | Step::Contacted, Action::Abandon) => Some(Step::Abandoned),
        (Step::Converted | Step::Abandoned, Action::Reopen) => Some(Step::Open),
        _ => None,
    }
}

/// Where a record stands that nobody has followed up.
fn first(record: Record) -> Option<Step> {
    Step::all_of(record.kind).first().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: RecordKind, from: Step, offered: &[(Action, Step)]) {
        let found: Vec<(Action, Step)> =
            Action::ALL.into_iter().filter_map(|action| Some((action, next(kind, from, action)?))).collect();
        assert_eq!(found, offered, "{kind:?} at {from:?}");
    }

    #[test]
    fn an_order_is_followed_up_until_somebody_was_reached() {
        use Action::{Call, Email, Feedback, NoReply, Reopen};
        let check = |from, offered: &[_]| check(RecordKind::Order, from, offered);
        let said = (Feedback, Step::Contacted);
        let silent = (NoReply, Step::NoReply);
        check(Step::NotContacted, &[(Email, Step::Emailed), (Call, Step::Called), silent, said]);
        check(Step::Emailed, &[(Call, Step::Called), silent, said]);
        check(Step::Called, &[silent, said]);
        check(Step::NoReply, &[(Call, Step::Called), said, (Reopen, Step::NotContacted)]);
        check(Step::Contacted, &[said, (Reopen, Step::NotContacted)]);
    }

    #[test]
    fn a_cart_is_followed_up_until_it_is_an_order_or_given_up() {
        use Action::{Abandon, Call, Email, PlaceOrder, Reopen};
        let check = |from, offered: &[_]| check(RecordKind::Cart, from, offered);
        let living = [
            (Email, Step::Contacted),
            (Call, Step::Contacted),
            (PlaceOrder, Step::Converted),
            (Abandon, Step::Abandoned),
        ];
        check(Step::Open, &living);
        check(Step::Contacted, &living);
        check(Step::Converted, &[(Reopen, Step::Open)]);
        check(Step::Abandoned, &[(Reopen, Step::Open)]);
    }

    #[test]
    fn other_records_have_no_steps() {
        for kind in RecordKind::ALL {
            let has = matches!(kind, RecordKind::Order | RecordKind::Cart);
            assert_eq!(!Step::all_of(kind).is_empty(), has, "{kind:?}");
        }
        for step in Step::OF_ORDERS.into_iter().chain(Step::OF_CARTS) {
            assert_eq!(Step::from_key(step.key()), Some(step));
        }
    }
}
