//! What becomes of a subscription that was changed here, once the store tells how it stands there. **Pure.**

use crate::crm::channels::Priority;

/// How a change stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The store does not have it.
    Pending,
    /// The store has it.
    Sent,
    /// The store does not want it, or had changed it, too.
    Rejected,
    /// It counts no more.
    Discarded,
}

impl State {
    const ALL: [Self; 4] = [Self::Pending, Self::Sent, Self::Rejected, Self::Discarded];

    /// The word in the database.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Rejected => "rejected",
            Self::Discarded => "discarded",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// A change that is not settled; statuses are Magento's numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Open {
    pub(super) state: State,
    /// What both sides had last.
    pub(super) base: i16,
    /// What the store is to have.
    pub(super) to: i16,
    /// The CRM shows it: not after a conflict that the store won.
    pub(super) shown: bool,
    /// A call with this status was begun, and no look at the store has shown since that it never arrived.
    pub(super) sent: Option<i16>,
    /// The store said that it took it over.
    pub(super) accepted: bool,
}

/// What comes of it. From now on both sides last had what the store has now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) state: State,
    /// What the CRM shows from now on.
    pub(super) status: i16,
    pub(super) decided: Option<Decided>,
}

/// What decided where the two sides did not agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decided {
    /// Both sides changed it: the integration's priority.
    By(Priority),
    /// The store made something else of what it was sent.
    Store,
}

impl Decided {
    /// The word in the database.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::By(priority) => priority.key(),
            Self::Store => "store",
        }
    }
}

/// The three-way merge of the one unit that a subscription is.
pub(super) fn decide(open: &Open, there: i16, priority: Priority) -> Verdict {
    let verdict = |state, status, decided| Verdict { state, status, decided };
    let is_no_news = there == open.base || open.sent == Some(there);
    match priority {
        _ if there == open.to => verdict(State::Sent, there, None),
        _ if !open.shown => verdict(open.state, there, None),
        _ if open.accepted => verdict(State::Rejected, there, Some(Decided::Store)),
        _ if is_no_news => verdict(open.state, open.to, None),
        Priority::Local => verdict(open.state, open.to, Some(Decided::By(priority))),
        Priority::Remote => verdict(State::Discarded, there, Some(Decided::By(priority))),
        Priority::Ask => verdict(State::Rejected, there, Some(Decided::By(priority))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ON: i16 = 1;
    const OFF: i16 = 3;
    const UNCONFIRMED: i16 = 4;

    /// Unsubscribed here, subscribed on both sides before.
    const OPEN: Open =
        Open { state: State::Pending, base: ON, to: OFF, shown: true, sent: None, accepted: false };

    fn check(what: &str, open: Open, there: i16, expected: (State, i16, Option<&str>)) {
        for priority in Priority::ALL {
            check_by(what, open, there, priority, expected);
        }
    }

    fn check_by(
        what: &str,
        open: Open,
        there: i16,
        priority: Priority,
        (state, status, decided): (State, i16, Option<&str>),
    ) {
        let verdict = decide(&open, there, priority);
        assert_eq!((verdict.state, verdict.status), (state, status), "{what}, {priority:?}");
        assert_eq!(verdict.decided.map(Decided::key), decided, "{what}, {priority:?}");
    }

    #[test]
    fn one_side_changed() {
        check("only here", OPEN, ON, (State::Pending, OFF, None));
        check(
            "refused, and shown here",
            Open { state: State::Rejected, ..OPEN },
            ON,
            (State::Rejected, OFF, None),
        );
    }

    #[test]
    fn both_sides_changed() {
        check("to the same", OPEN, OFF, (State::Sent, OFF, None));
        let differ = |priority, expected| check_by("to this and that", OPEN, UNCONFIRMED, priority, expected);
        differ(Priority::Local, (State::Pending, OFF, Some("local")));
        differ(Priority::Remote, (State::Discarded, UNCONFIRMED, Some("remote")));
        differ(Priority::Ask, (State::Rejected, UNCONFIRMED, Some("ask")));
    }

    #[test]
    fn what_was_lost_to_the_store_follows_the_store() {
        let lost = Open { state: State::Rejected, base: UNCONFIRMED, shown: false, ..OPEN };
        check("nothing new", lost, UNCONFIRMED, (State::Rejected, UNCONFIRMED, None));
        check("the store changed it again", lost, ON, (State::Rejected, ON, None));
        check("the store came round", lost, OFF, (State::Sent, OFF, None));
    }

    #[test]
    fn a_call_of_ours_is_no_change_of_the_store_s() {
        // unsubscribed, sent without an answer, subscribed again
        let again = Open { to: ON, sent: Some(OFF), ..OPEN };
        check("the lost call came through", again, OFF, (State::Pending, ON, None));
        check("it did not", again, ON, (State::Sent, ON, None));
    }

    #[test]
    fn what_the_store_makes_of_it_stays() {
        let accepted = Open { base: OFF, to: ON, sent: Some(ON), accepted: true, ..OPEN };
        check("as it was sent", accepted, ON, (State::Sent, ON, None));
        check(
            "a confirmation is asked for",
            accepted,
            UNCONFIRMED,
            (State::Rejected, UNCONFIRMED, Some("store")),
        );
        check("nothing came of it", accepted, OFF, (State::Rejected, OFF, Some("store")));
    }
}
