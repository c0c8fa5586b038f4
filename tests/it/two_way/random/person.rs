//! A customer on both sides, with all that may have become of each of their fields.

use cartwright::crm::merge::Values;
use cartwright::simulator::{Customer, CustomerView};
use serde_json::Value;

use super::deed::shown;
use super::field::Field;
use super::line::{Line, Sky};
use crate::support::Pair;

/// The customer of a history.
pub(super) struct Person {
    pub(super) customer: u32,
    pub(super) row: i64,
    pub(super) address: u32,
    pub(super) address_row: i64,
    pub(super) fields: Vec<Field>,
    /// By field: how it may stand.
    pub(super) lines: Vec<Vec<Line>>,
    view: CustomerView,
    /// Their addresses are edited by themselves, which moves nothing else in the store.
    pub(super) shopper: bool,
    /// In this round the store has trouble with them alone.
    pub(super) stormy: bool,
    /// A field and what somebody writes there during the sync of this round.
    pub(super) meanwhile: Option<(usize, String)>,
    /// What happened so far.
    pub(super) story: String,
}

/// How a field is found after a sync.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Found {
    pub(super) here: String,
    pub(super) there: String,
    pub(super) asked: bool,
    pub(super) refused: bool,
    pub(super) told: Vec<String>,
}

/// How the sync went that is looked back at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Went {
    Calm,
    Stormy,
    /// A process was killed, and another one went on.
    Resumed,
    /// The last two syncs: what no window can show was read, too.
    AtLast,
}

impl Person {
    pub(super) async fn new(pair: &Pair, customer: u32, fields: Vec<Field>, shopper: bool) -> Self {
        let view = pair.store.customer(customer).unwrap();
        let address = view.addresses[0].id;
        let value = |field: &Field| vec![Line::new(*field, field.of_store(&view, address))];
        Self {
            customer,
            row: pair.row_of(customer).await,
            address,
            address_row: pair.address_row(address).await,
            lines: fields.iter().map(value).collect(),
            fields,
            view,
            shopper,
            stormy: false,
            meanwhile: None,
            story: String::new(),
        }
    }

    pub(super) fn new_value(&self, field: Field, nr: usize) -> String {
        field.value(nr, &self.view)
    }

    pub(super) async fn type_in(&mut self, pair: &mut Pair, at: usize, value: &str) {
        let field = self.fields[at];
        let mut typed = field.typed(self.address_row, value);
        typed.push(("shown".to_owned(), shown(pair, self.row).await.to_string()));
        let typed: Vec<(&str, &str)> = typed.iter().map(|(name, value)| (&**name, &**value)).collect();
        let path = format!("/customers/{}", self.row);
        let mut saved = pair.app.post(&path, &typed).await;
        if saved.text().contains("could not be asked whether this address is free") {
            let unasked = saved.value_of("email-unasked");
            let again: Vec<(&str, &str)> =
                typed.iter().copied().chain([("email-unasked", &*unasked)]).collect();
            saved = pair.app.post(&path, &again).await;
        }
        assert_eq!(saved.status, 303, "{typed:?}: {}", saved.text());
        if field.is_refused(value) && pair.store.find_customer(value, self.view.customer.website_id).is_none()
        {
            let website_id = self.view.customer.website_id;
            pair.store.add_customer(Customer { website_id, ..Customer::new(value.to_owned()) });
        }
        self.lines[at].iter_mut().for_each(|line| line.edit_here(value));
    }

    /// Is somebody asked about this field, as far as it can be told?
    pub(super) fn is_asked(&self, at: usize) -> bool {
        self.lines[at].iter().any(|line| line.asked)
    }

    pub(super) fn edit_there(&mut self, pair: &Pair, at: usize, value: &str) {
        self.fields[at].set_there(&pair.store, self.customer, self.address, value);
        if !self.shopper {
            pair.edit_there(self.customer, |_| {});
        }
        self.lines[at].iter_mut().for_each(|line| value.clone_into(&mut line.there));
    }

    /// An edit of this field that waits, or that the store refused.
    pub(super) async fn open_change(&self, pair: &Pair, at: usize) -> Option<i64> {
        let open = sqlx::query_scalar(
            "select max(id) from changes where customer_id = $1 and unit = $2 and (address_id is not null) = $3
                and state in ('pending', 'rejected')",
        );
        let field = self.fields[at];
        let open = open.bind(self.row).bind(field.unit.key()).bind(field.of_address);
        open.fetch_one(&pair.app.pool).await.unwrap()
    }

    /// The latest conflict of this field, open or decided: id, chosen, local, remote.
    pub(super) async fn conflict(
        &self,
        pair: &Pair,
        at: usize,
        open: bool,
    ) -> Option<(i64, Option<String>, Value, Value)> {
        let latest = sqlx::query_as(
            "select id, chosen, local, remote from conflicts where customer_id = $1 and unit = $2
                and (address_id is not null) = $3 and (decided_at is null) = $4 order by id desc limit 1",
        );
        let field = self.fields[at];
        let latest = latest.bind(self.row).bind(field.unit.key()).bind(field.of_address).bind(open);
        latest.fetch_optional(&pair.app.pool).await.unwrap()
    }

    /// Compares what is found with what may have become of it.
    pub(super) fn check(
        &mut self,
        found: Vec<Found>,
        sky: Sky<'_>,
        went: Went,
        lags: bool,
    ) -> Result<(), String> {
        let went = if self.stormy && went != Went::AtLast { Went::Stormy } else { went };
        for (at, found) in found.into_iter().enumerate() {
            let field = self.fields[at];
            let meanwhile = self.meanwhile.as_ref().filter(|(of, _)| *of == at).map(|(_, value)| &**value);
            let sky = Sky { meanwhile, ..sky };
            let lags = lags || (self.shopper && field.of_address);
            let possible: Vec<Line> =
                self.lines[at].iter().flat_map(|line| possible(line, sky, went, lags)).collect();
            let is_so = |line: &&Line| {
                field.same(&line.here, &found.here)
                    && field.same(&line.there, &found.there)
                    && (line.asked, line.refused, &line.told) == (found.asked, found.refused, &found.told)
            };
            let mut left: Vec<Line> = Vec::new();
            for line in possible.iter().filter(is_so) {
                let line = line.clone().seen(&found.here, &found.there);
                if !left.contains(&line) {
                    left.push(line);
                }
            }
            if left.is_empty() {
                return Err(disappointed(field, &self.lines[at], &possible, &found));
            }
            if went == Went::AtLast && !left.iter().all(Line::rests) {
                return Err(format!("{} never comes to rest: {found:?}", field.word()));
            }
            self.lines[at] = left;
        }
        (self.stormy, self.meanwhile) = (false, None);
        Ok(())
    }

    /// Does anything wait for somebody's decision?
    pub(super) fn is_disputed(&self) -> bool {
        self.lines.iter().flatten().any(|line| line.asked || line.refused)
    }
}

fn possible(line: &Line, sky: Sky<'_>, went: Went, lags: bool) -> Vec<Line> {
    match went {
        Went::Calm if lags => line.calm(sky).into_iter().chain([line.clone()]).collect(),
        Went::Calm => line.calm(sky),
        Went::Resumed => line.resumed(sky).into_iter().chain(lags.then(|| line.clone())).collect(),
        Went::Stormy => line.stormy(sky),
        Went::AtLast => line.calm(sky).iter().flat_map(|line| line.calm(sky)).collect(),
    }
}

fn disappointed(field: Field, before: &[Line], possible: &[Line], found: &Found) -> String {
    let mut words = format!("{}\n  before the sync: {before:#?}\n  it could have become:\n", field.word());
    for line in possible.iter().take(8) {
        let Line { here, there, asked, refused, told, .. } = line;
        words.push_str(&format!(
            "    here {here:?}, there {there:?}, asked {asked}, refused {refused}, told {told:?}\n"
        ));
    }
    let Found { here, there, asked, refused, told } = found;
    words
        + &format!(
            "  found:\n    here {here:?}, there {there:?}, asked {asked}, refused {refused}, told {told:?}"
        )
}

impl Field {
    /// A value as the database keeps it.
    pub(super) fn of_json(self, value: &Value) -> String {
        let mut values = Values::default();
        values.set(self.unit, value.clone());
        self.of_values(&values)
    }
}
