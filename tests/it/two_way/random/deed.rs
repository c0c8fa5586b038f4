//! What can happen to one customer, and how it is done: here through the pages, there in the store's administration.

use cartwright::crm::customers;
use cartwright::simulator::{Fault, When};
use serde_json::{Value, json};

use super::field::{Field, taken};
use super::line::Line;
use super::person::Person;
use crate::support::Pair;

/// Something that happens; the number says to which of the history's fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    Here(usize, What),
    There(usize, What),
    /// In the store, right after a call of ours for this customer.
    Meanwhile(usize),
    Discard(usize),
    AnswerLocal(usize),
    AnswerRemote(usize),
    UseOther(usize),
    /// The store cannot show this customer.
    Unreadable,
}

/// Which value somebody writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    New,
    Empty,
    /// What both sides had last.
    Back,
    /// What the other side has.
    Same,
    /// What the other side has, in another form.
    SameInAnotherForm,
    /// With a character that the store cannot keep.
    Emoji,
    /// An e-mail that somebody else has.
    Taken,
}

impl Deed {
    pub(super) fn any(chance: &mut fastrand::Rng, fields: usize) -> Self {
        let nr = chance.usize(..fields);
        match chance.u8(..100) {
            0..38 => Self::Here(nr, What::any(chance)),
            38..72 => Self::There(nr, What::any(chance)),
            72..76 => Self::Meanwhile(nr),
            76..81 => Self::Discard(nr),
            81..87 => Self::AnswerLocal(nr),
            87..93 => Self::AnswerRemote(nr),
            93..98 => Self::UseOther(nr),
            _ => Self::Unreadable,
        }
    }

    /// It happens; returns what is to be told of it. `nr` is nobody else's.
    pub(super) async fn happen(self, pair: &mut Pair, person: &mut Person, nr: usize) -> Option<String> {
        match self {
            // what an edit of a question comes to is told in `inbox.rs`: here somebody answers it
            Self::Here(at, _) | Self::Discard(at) if person.is_asked(at) => {
                answer(pair, person, at, "remote").await
            }
            Self::Here(at, what) => {
                let value = what.here(person, at, nr);
                person.type_in(pair, at, &value).await;
                Some(format!("Here: {} becomes {value:?}.", person.fields[at].word()))
            }
            Self::There(at, what) => {
                let value = what.there(person, at, nr);
                person.edit_there(pair, at, &value);
                Some(format!("In the store: {} becomes {value:?}.", person.fields[at].word()))
            }
            Self::Meanwhile(at) => meanwhile(pair, person, at, nr),
            Self::Discard(at) => discard(pair, person, at).await,
            Self::AnswerLocal(at) => answer(pair, person, at, "local").await,
            Self::AnswerRemote(at) => answer(pair, person, at, "remote").await,
            Self::UseOther(at) => use_other(pair, person, at).await,
            Self::Unreadable => {
                for method in ["customer_address.list", "customerAddressList"] {
                    let fault = Fault::Soap("1".into(), "Internal Error.".into(), 200);
                    pair.store.script(fault, When::record(person.customer).on(method));
                }
                person.stormy = true;
                Some("The store cannot show their addresses.".to_owned())
            }
        }
    }
}

impl What {
    fn any(chance: &mut fastrand::Rng) -> Self {
        match chance.u8(..100) {
            0..58 => Self::New,
            58..70 => Self::Empty,
            70..78 => Self::Back,
            78..84 => Self::Same,
            84..90 => Self::SameInAnotherForm,
            90..95 => Self::Emoji,
            _ => Self::Taken,
        }
    }

    fn here(self, person: &Person, at: usize, nr: usize) -> String {
        let (field, line) = (person.fields[at], &person.lines[at][0]);
        let value = self.value(field, (&line.base, &line.there), &person.new_value(field, nr));
        match self {
            Self::Taken if field.unit == cartwright::crm::merge::Unit::Email => taken(nr, person.customer),
            // "none" is not offered, and what is required is not taken away
            _ if value.is_empty() && !field.may_be_empty() => person.new_value(field, nr),
            // the form keeps no white space around a text
            _ => value.trim().to_owned(),
        }
    }

    fn there(self, person: &Person, at: usize, nr: usize) -> String {
        let (field, line) = (person.fields[at], &person.lines[at][0]);
        let value = self.value(field, (&line.base, &line.here), &person.new_value(field, nr));
        match self {
            Self::Empty if field.is_default() => String::new(),
            _ if field.is_refused(&value) => person.new_value(field, nr),
            _ => field.kept(&value),
        }
    }

    fn value(self, field: Field, (base, other): (&str, &str), new: &str) -> String {
        let is_mail = field.unit == cartwright::crm::merge::Unit::Email;
        match self {
            Self::Empty if field.may_be_empty() => String::new(),
            Self::Back => base.to_owned(),
            Self::Same => other.to_owned(),
            Self::SameInAnotherForm if is_mail => other.to_uppercase(),
            Self::SameInAnotherForm if field.is_text() && !other.is_empty() => format!(" {other} "),
            Self::SameInAnotherForm => other.to_owned(),
            Self::Emoji if field.is_text() => format!("{new} 😀"),
            _ => new.to_owned(),
        }
    }
}

/// Only where it can be told what comes of it: after the one call that carries the customer's own units.
fn meanwhile(pair: &Pair, person: &mut Person, at: usize, nr: usize) -> Option<String> {
    let field = person.fields[at];
    let mails = person.fields.iter().any(|field| field.unit == cartwright::crm::merge::Unit::Email);
    if mails || field.of_address || !field.is_text() || person.meanwhile.is_some() {
        return None;
    }
    let name = match field.unit.key() {
        "taxvat" => "taxvat".to_owned(),
        other => other.replace('_', ""),
    };
    let value = person.new_value(field, nr);
    let fault = Fault::Meanwhile(person.customer, name, value.clone());
    pair.store.script(fault, When::record(person.customer).on("customerCustomerUpdate").times(1));
    let told = format!("In the store, right after a call of ours: {} becomes {value:?}.", field.word());
    person.meanwhile = Some((at, value));
    Some(told)
}

async fn discard(pair: &mut Pair, person: &mut Person, at: usize) -> Option<String> {
    let change = person.open_change(pair, at).await?;
    let path = format!("/customers/{}/changes/{change}/discard", person.row);
    assert_eq!(pair.app.post(&path, &[]).await.status, 303);
    person.lines[at].iter_mut().for_each(Line::discard);
    Some(format!("Here: what waits of {} is discarded.", person.fields[at].word()))
}

async fn answer(pair: &mut Pair, person: &mut Person, at: usize, side: &str) -> Option<String> {
    let (id, _, local, remote) = person.conflict(pair, at, true).await?;
    decide(pair, id, &[("use", side), ("local", &local.to_string()), ("remote", &remote.to_string())]).await;
    let seen = person.fields[at].of_json(&remote);
    for line in &mut person.lines[at] {
        if side == "local" { line.insist(&seen) } else { line.give_up(&seen) }
    }
    Some(format!("Here: asked about {}, somebody chooses {side}.", person.fields[at].word()))
}

async fn use_other(pair: &mut Pair, person: &mut Person, at: usize) -> Option<String> {
    let (id, chosen, local, remote) = person.conflict(pair, at, false).await?;
    let field = person.fields[at];
    let value = field.of_json(if chosen? == "local" { &remote } else { &local });
    decide(pair, id, &[("use", "other")]).await;
    if !field.cannot_be_sent(&value) {
        person.lines[at].iter_mut().for_each(|line| line.edit_here(&value));
    }
    Some(format!("Here: Use the other value of {}: {value:?}.", field.word()))
}

async fn decide(pair: &mut Pair, conflict: i64, fields: &[(&str, &str)]) {
    let decided = pair.app.post(&format!("/conflicts/{conflict}"), fields).await;
    assert_eq!(decided.status, 303, "{}", decided.text());
}

/// What the form shows when it is opened now.
pub(super) async fn shown(pair: &Pair, row: i64) -> Value {
    let mut db = pair.app.pool.acquire().await.unwrap();
    let book = customers::look_at(&mut db, &[row]).await.unwrap().remove(&row).unwrap();
    let addresses = book.addresses.iter().map(|address| (address.id.to_string(), address.local.to_json()));
    let addresses: serde_json::Map<String, Value> = addresses.collect();
    json!({"customer": book.customer.local.to_json(), "addresses": addresses})
}
