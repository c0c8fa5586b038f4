//! What was typed into a customer's form, parsed into an edit of the units that were touched, or told what is wrong with it.
//!
//! What nobody touched is no edit, and is not judged: a store may hold what this form would not accept, and may have changed
//! while the form was open.

use serde_json::{Value, json};

use super::super::form::{Errors, Posted, line};
use super::super::{Web, shown};
use super::fields::{self, living, name, new_addresses, of_address, was};
use super::values::{LONGEST, address_value, customer_value, state, street};
use super::waiting;
use crate::crm::changes::{Added, Edit};
use crate::crm::customers::{self, Book};
use crate::crm::merge::{Unit, Values};

/// The edit that was typed; what is wrong is noted in `errors`.
pub(super) async fn parse(
    web: &Web,
    channel: i64,
    book: &Book,
    typed: &Posted,
    errors: &mut Errors,
) -> Result<Edit, sqlx::Error> {
    let shown: Value = serde_json::from_str(typed.get("shown")).unwrap_or_default();
    let before = was(&shown, None);
    let mut edit = Edit::default();
    for unit in Unit::CUSTOMER {
        let field = name(unit);
        if typed.has(field) && touched(typed.get(field), &before, unit) {
            let value = errors.take(field, customer_value(unit, typed.get(field), book));
            value.into_iter().for_each(|value| edit.customer.set(unit, value));
        }
    }
    for address in living(book) {
        let before = was(&shown, Some(address.id));
        let mut values = Values::default();
        for unit in Unit::ADDRESS.into_iter().filter(|unit| *unit != Unit::Place) {
            let field = of_address(address.id, name(unit));
            let text = typed.get(&field).to_owned();
            if typed.has(&field) && touched(&text, &before, unit) {
                let value = errors.take(field, address_value(unit, &text));
                value.into_iter().for_each(|value| values.set(unit, value));
            }
        }
        if let Some(place) = place(web, (channel, address.id), typed, &before, errors).await? {
            values.set(Unit::Place, place);
        }
        edit.addresses.push((address.id, values));
    }
    known_group(web, channel, &edit, errors).await?;
    edit.added = added(web, channel, typed, errors).await?;
    Ok(edit)
}

/// Notes beside each field that was typed into that somebody, or a sync, changed it while the form was open.
pub(super) fn overtaken(book: &Book, typed: &Posted, edit: &Edit, errors: &mut Errors) {
    let shown: Value = serde_json::from_str(typed.get("shown")).unwrap_or_default();
    let mut look = |before: &Values, now: &Values, typed: &Values, field: &dyn Fn(Unit) -> String| {
        for unit in typed.units() {
            let (now, typed) = (now.value(unit), typed.value(unit));
            let moved = before.get(unit).is_some_and(|before| !unit.same(before, &now));
            if moved && !unit.same(&now, &typed) {
                errors.on(field(unit), shown::became(&waiting::shown(&now)));
            }
        }
    };
    look(&was(&shown, None), &book.customer.local, &edit.customer, &|unit| name(unit).to_owned());
    for (id, values) in &edit.addresses {
        let Some(address) = living(book).find(|address| address.id == *id) else { continue };
        look(&was(&shown, Some(*id)), &address.local, values, &|unit| of_address(id, name(unit)));
    }
}

/// The form as it stands now, with what was typed into it.
pub(super) fn brought_up_to_date(book: &Book, typed: &Posted, edit: &Edit) -> Posted {
    let mut now = fields::as_posted(book).with("shown", fields::shown(book));
    let mut keep = |field: &str| now = std::mem::take(&mut now).with(field, typed.get(field));
    edit.customer.units().for_each(|unit| keep(name(unit)));
    for (id, values) in &edit.addresses {
        for unit in values.units() {
            match unit {
                Unit::Place => fields::PLACE.iter().for_each(|(field, ..)| keep(&of_address(id, field))),
                _ => keep(&of_address(id, name(unit))),
            }
        }
    }
    typed.of_new_addresses().for_each(&mut keep);
    ["account", "account-search", "contact", "owner", shown::VALUES].into_iter().for_each(keep);
    now
}

/// A store knows its own groups alone.
async fn known_group(web: &Web, channel: i64, edit: &Edit, errors: &mut Errors) -> Result<(), sqlx::Error> {
    let Some(group) = edit.customer.get(Unit::Group).and_then(Value::as_i64) else { return Ok(()) };
    if !customers::groups_of(&web.pool, channel).await?.iter().any(|(id, _)| *id == group) {
        errors.on(name(Unit::Group), "Choose a customer group.");
    }
    Ok(())
}

/// A customer who is to be made: everything is judged.
pub(super) async fn parse_new(
    web: &Web,
    channel: i64,
    typed: &Posted,
    errors: &mut Errors,
) -> Result<Edit, sqlx::Error> {
    let mut edit = Edit::default();
    let book = Book::empty();
    let is_default = |unit: &Unit| matches!(unit, Unit::DefaultBilling | Unit::DefaultShipping);
    for unit in Unit::CUSTOMER.into_iter().filter(|unit| !is_default(unit)) {
        let value = errors.take(name(unit), customer_value(unit, typed.get(name(unit)), &book));
        value.into_iter().for_each(|value| edit.customer.set(unit, value));
    }
    known_group(web, channel, &edit, errors).await?;
    edit.added = added(web, channel, typed, errors).await?;
    Ok(edit)
}

/// The addresses that the form adds; one into which nothing was written is none.
async fn added(
    web: &Web,
    channel: i64,
    typed: &Posted,
    errors: &mut Errors,
) -> Result<Vec<Added>, sqlx::Error> {
    let mut all = Vec::new();
    for key in new_addresses(typed).filter(|key| !fields::is_empty(typed, key)) {
        let mut values = Values::default();
        for unit in Unit::ADDRESS.into_iter().filter(|unit| *unit != Unit::Place) {
            let field = of_address(&key, name(unit));
            let value = errors.take(field.clone(), address_value(unit, typed.get(&field)));
            value.into_iter().for_each(|value| values.set(unit, value));
        }
        if let Some(place) = whole_place(web, (channel, ""), &key, typed, errors).await? {
            values.set(Unit::Place, place);
        }
        let [default_billing, default_shipping] =
            fields::DEFAULTS.map(|(field, _)| typed.has(&of_address(&key, field)));
        all.push(Added { values, default_billing, default_shipping });
    }
    Ok(all)
}

fn touched(text: &str, before: &Values, unit: Unit) -> bool {
    !unit.same(&json!(text), &json!(fields::text(&before.value(unit))))
}

/// A place that was touched, whole.
async fn place(
    web: &Web,
    (channel, address): (i64, i64),
    typed: &Posted,
    before: &Values,
    errors: &mut Errors,
) -> Result<Option<Value>, sqlx::Error> {
    let before = before.value(Unit::Place);
    let field = |name: &str| of_address(address, name);
    let was_touched = |(name, _, part): &(&str, &str, &str)| {
        let shown = before.get(*part).map(fields::text).unwrap_or_default();
        typed.has(&field(name)) && !Unit::Company.same(&json!(typed.get(&field(name))), &json!(shown))
    };
    if !fields::PLACE.iter().any(was_touched) {
        return Ok(None);
    }
    let present = before.get("country_id").map(fields::text).unwrap_or_default();
    whole_place(web, (channel, &present), &address.to_string(), typed, errors).await
}

/// A place in a country that the store knows; `present` is where it was, which may stay whatever it is.
async fn whole_place(
    web: &Web,
    (channel, present): (i64, &str),
    address: &str,
    typed: &Posted,
    errors: &mut Errors,
) -> Result<Option<Value>, sqlx::Error> {
    let field = |name: &str| of_address(address, name);
    let get = |name: &str| typed.get(&field(name)).trim();
    let street = errors.take(field("street"), street(get("street")));
    let city = errors.take(field("city"), line(get("city"), "a city", LONGEST));
    let zip = "a zip or postal code";
    let postcode = errors.take(field("zip-postal-code"), line(get("zip-postal-code"), zip, LONGEST));
    let country = match get("country") {
        typed if !typed.is_empty() && typed == present => Some(typed.to_owned()),
        typed => customers::country_code(&web.pool, channel, typed).await?,
    };
    let Some(country) = country else {
        errors.on(field("country"), "Choose a country.");
        return Ok(None);
    };
    let regions = customers::regions_of(&web.pool, channel, &country).await?;
    let region = errors.take(field("state"), state(get("state"), &regions));
    let (Some(street), Some(city), Some(postcode), Some((id, region))) = (street, city, postcode, region)
    else {
        return Ok(None);
    };
    Ok(Some(customers::place((&street, &city, &postcode), &country, id, &region)))
}
