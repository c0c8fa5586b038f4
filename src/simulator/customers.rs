//! Customers and customer groups in the API.
//!
//! Owns: the methods, their faults and the fields in both orders (v2's WSDL order, v1's attribute order). `gender` and
//! the default addresses are written in v1 only, as in the real store.

use super::call::Call;
use super::clock;
use super::fault::Refusal;
use super::filter::{Filter, Keys};
use super::method::{Method, Noun, Resource, Type};
use super::records::{Customer, Text};
use super::reply::{List, Nulls, Reply, Style};
use super::request::Element;
use super::stores;
use super::trouble::Record;
use super::value::Value;

const CUSTOMERS: List = List { item: "customerCustomerEntity", array: "customerCustomerEntityArray" };
const GROUPS: List = List { item: "customerGroupEntity", array: "customerGroupEntityArray" };

/// Names of the groups 0 to 6.
pub(super) const GROUP_NAMES: &[&str] =
    &["NOT LOGGED IN", "General", "Wholesale", "Retailer", "VIP & Partners", "B2B (net 30)", "Employees"];

pub(super) const NOUN: Noun = Noun {
    bridge: false,
    resources: &[
        Resource { name: "customer", title: "Customer API", alias: "" },
        Resource { name: "customer_group", title: "Customer's Groups API", alias: "" },
    ],
    methods: &[
        method(
            "customerCustomerList",
            "Retrieve customers",
            "customer.list",
            &[("filters", "filters", true)],
            ("storeView", CUSTOMERS.array),
            list,
        ),
        method(
            "customerCustomerCreate",
            "Create customer",
            "customer.create",
            &[("customerData", "customerCustomerEntityToCreate", true)],
            ("result", "int"),
            create,
        ),
        method(
            "customerCustomerInfo",
            "Retrieve customer data",
            "customer.info",
            &[("customerId", "int", true), ("attributes", "ArrayOfString", false)],
            ("customerInfo", CUSTOMERS.item),
            info,
        ),
        method(
            "customerCustomerUpdate",
            "Update customer data",
            "customer.update",
            &[("customerId", "int", true), ("customerData", "customerCustomerEntityToCreate", true)],
            ("result", "boolean"),
            update,
        ),
        method(
            "customerCustomerDelete",
            "Delete customer",
            "customer.delete",
            &[("customerId", "int", true)],
            ("result", "boolean"),
            delete,
        ),
        method(
            "customerGroupList",
            "Retrieve customer groups",
            "customer_group.list",
            &[],
            ("result", GROUPS.array),
            groups,
        ),
    ],
    types: &[
        Type::Record(
            "customerCustomerEntityToCreate",
            "customer_id:int? email:string? firstname:string? lastname:string? middlename:string? password:string? \
             website_id:int? store_id:int? group_id:int? prefix:string? suffix:string? dob:string? taxvat:string? \
             gender:int?",
        ),
        Type::Record(
            CUSTOMERS.item,
            "customer_id:int? created_at:string? updated_at:string? increment_id:string? store_id:int? website_id:int? \
             created_in:string? email:string? firstname:string? middlename:string? lastname:string? group_id:int? \
             prefix:string? suffix:string? dob:string? taxvat:string? confirmation:boolean? password_hash:string?",
        ),
        Type::Array(&CUSTOMERS),
        Type::Record(GROUPS.item, "customer_group_id:int customer_group_code:string"),
        Type::Array(&GROUPS),
    ],
};

const fn method(
    name: &'static str,
    title: &'static str,
    path: &'static str,
    parts: &'static [(&'static str, &'static str, bool)],
    returns: (&'static str, &'static str),
    run: fn(&Call<'_>, &mut Reply) -> Result<(), Refusal>,
) -> Method {
    Method { name, title, path, alias: "", parts, returns, run }
}

fn list(call: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    let shop = call.shop();
    let filter = filter(call)?;
    let ids: Vec<u32> = shop.select(&filter).collect();
    reply.list(&CUSTOMERS, ids.iter(), |reply, id| {
        reply.spoil(call.meet(Record::Customer(*id)));
        let customer = shop.customer(*id).unwrap_or_default();
        write(reply, &customer, &clock::utc(customer.created_at));
    });
    Ok(())
}

fn info(call: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    let customer = call.shop().customer(call.id("customerId")).ok_or_else(missing)?;
    reply.spoil(call.meet(Record::Customer(customer.id)));
    if reply.style == Style::V1 {
        reply.nulls = Nulls::Show;
    }
    reply.entity(CUSTOMERS.item, |reply| write(reply, &customer, &clock::in_store_zone(customer.created_at)));
    Ok(())
}

fn create(call: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    let data = call.argument("customerData").ok_or_else(Refusal::parameter_missing)?;
    let mut customer = Customer { group_id: 1, ..Customer::default() };
    assign(&mut customer, data);
    if customer.email.is_empty() {
        return Err(Refusal::new("100", "Customer email is required"));
    }
    let mut shop = call.shop_mut();
    if shop.find(&customer.email, customer.website_id).is_some() {
        return Err(Refusal::new("100", "This customer email already exists"));
    }
    reply.result_int(shop.add(customer, call.now()));
    Ok(())
}

fn update(call: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    let id = call.id("customerId");
    call.meet(Record::Customer(id));
    let mut shop = call.shop_mut();
    let mut customer = shop.customer(id).ok_or_else(missing)?;
    if let Some(data) = call.argument("customerData") {
        assign(&mut customer, data);
    }
    if call.quirks.tidy {
        tidied(&mut customer);
    }
    if shop.find(&customer.email, customer.website_id).is_some_and(|holder| holder != id) {
        return Err(Refusal::new("1", "This customer email already exists"));
    }
    shop.edit(id, call.now(), |stored| *stored = customer);
    reply.result_bool(true);
    Ok(())
}

fn delete(call: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    let id = call.id("customerId");
    call.meet(Record::Customer(id));
    if !call.shop_mut().delete(id) {
        return Err(missing());
    }
    reply.result_bool(true);
    Ok(())
}

fn groups(_: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    reply.list(&GROUPS, (0u32..).zip(GROUP_NAMES).collect::<Vec<_>>().into_iter(), |reply, (id, name)| {
        reply.int("customer_group_id", id);
        reply.text("customer_group_code", name);
    });
    Ok(())
}

/// The filter of a call.
pub(super) fn filter(call: &Call<'_>) -> Result<Filter, Refusal> {
    call.filter(&KEYS)
}

/// How customers are filtered.
pub(super) const KEYS: Keys = Keys {
    id: &["customer_id", "entity_id"],
    stamp: "updated_at",
    attributes: true,
    knows: |field| cell(&Customer::default(), field).is_some(),
    unknown: |field| Refusal::new("101", format!("Invalid attribute name: {field}")),
};

/// The value of a field as the API names it; `None` where the customer has no such attribute.
pub(super) fn cell<'a>(customer: &'a Customer, field: &str) -> Option<Value<'a>> {
    Some(match field {
        "customer_id" | "entity_id" => customer.id.into(),
        "created_at" => Value::Time(customer.created_at),
        "updated_at" => Value::Time(customer.updated_at),
        "website_id" => customer.website_id.into(),
        "store_id" => customer.store_id.into(),
        "group_id" => customer.group_id.into(),
        "email" => (&customer.email).into(),
        "firstname" => (&customer.firstname).into(),
        "middlename" => (&customer.middlename).into(),
        "lastname" => (&customer.lastname).into(),
        "prefix" => (&customer.prefix).into(),
        "suffix" => (&customer.suffix).into(),
        "dob" => (&customer.dob).into(),
        "taxvat" => (&customer.taxvat).into(),
        "password_hash" => (&customer.password_hash).into(),
        "gender" => customer.gender.into(),
        "default_billing" => customer.default_billing.into(),
        "default_shipping" => customer.default_shipping.into(),
        "is_active" => true.into(),
        "increment_id" | "confirmation" | "created_in" | "rp_token" => Value::Null,
        _ => return None,
    })
}

pub(super) fn missing() -> Refusal {
    Refusal::new("102", "Customer not exists.")
}

/// Takes over what was sent: nil and absent keep the old value, an empty string clears it.
fn assign(customer: &mut Customer, data: &Element) {
    data.children.iter().filter(|field| !field.nil).for_each(|field| set(customer, &field.name, &field.text));
}

/// Sets a field as an update names it; an empty text clears it.
pub(super) fn set(customer: &mut Customer, field: &str, value: &str) {
    let number = || value.trim().parse::<u32>().unwrap_or(0);
    let text = || (!value.is_empty()).then(|| stored(value));
    match field {
        "email" => customer.email = stored(value),
        "firstname" => customer.firstname = text(),
        "lastname" => customer.lastname = text(),
        "middlename" => customer.middlename = text(),
        "prefix" => customer.prefix = text(),
        "suffix" => customer.suffix = text(),
        "taxvat" => customer.taxvat = text(),
        "dob" => customer.dob = date_of_birth(value),
        "password" => {
            customer.password_hash =
                Some(format!("{:064x}:{:032x}", fastrand::u128(..), fastrand::u128(..)).into())
        }
        "website_id" => customer.website_id = number(),
        "store_id" => customer.store_id = number(),
        "group_id" => customer.group_id = number(),
        "gender" => customer.gender = Some(number()),
        _ => {}
    }
}

/// What is left of texts once a store has tidied them up.
fn tidied(customer: &mut Customer) {
    customer.email = customer.email.trim().to_lowercase().into();
    let Customer { prefix, firstname, middlename, lastname, suffix, taxvat, .. } = customer;
    for text in [prefix, firstname, middlename, lastname, suffix, taxvat].into_iter().flatten() {
        *text = text.trim().to_owned().into();
    }
}

/// The database keeps three bytes a character: of anything longer only question marks remain.
pub(super) fn stored(text: &str) -> Text {
    let mut kept = String::with_capacity(text.len());
    for character in text.chars() {
        if character.len_utf8() > 3 { kept.push_str("????") } else { kept.push(character) }
    }
    kept.into()
}

/// `1980-02-29` and, as recorded, `31/12/1999`.
fn date_of_birth(text: &str) -> Option<Text> {
    if let Some(seconds) = clock::parse(text) {
        return Some(clock::utc(seconds.div_euclid(86_400) * 86_400).into());
    }
    let mut parts = text.split('/');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    Some(format!("{year}-{month}-{day} 00:00:00").into())
}

/// The fields of `customerCustomerEntity`, or of a v1 customer.
pub(super) fn write(reply: &mut Reply, customer: &Customer, created_at: &str) {
    if reply.style == Style::V1 {
        return write_v1(reply, customer, created_at);
    }
    reply.int("customer_id", customer.id);
    reply.text("created_at", created_at);
    reply.text("updated_at", &clock::utc(customer.updated_at));
    reply.null("increment_id");
    reply.int("store_id", customer.store_id);
    reply.int("website_id", customer.website_id);
    reply.text("created_in", stores::view_name(customer.store_id));
    reply.text("email", &customer.email);
    reply.opt_text("firstname", customer.firstname.as_ref());
    reply.opt_text("middlename", customer.middlename.as_ref());
    reply.opt_text("lastname", customer.lastname.as_ref());
    reply.int("group_id", customer.group_id);
    reply.opt_text("prefix", customer.prefix.as_ref());
    reply.opt_text("suffix", customer.suffix.as_ref());
    reply.opt_text("dob", customer.dob.as_ref());
    reply.opt_text("taxvat", customer.taxvat.as_ref());
    // The boolean cast of a key: true means NOT confirmed.
    if customer.unconfirmed {
        reply.boolean("confirmation", true)
    } else {
        reply.null("confirmation")
    }
    reply.opt_text("password_hash", customer.password_hash.as_ref());
}

fn write_v1(reply: &mut Reply, customer: &Customer, created_at: &str) {
    reply.int("customer_id", customer.id);
    reply.text("created_at", created_at);
    reply.text("updated_at", &clock::utc(customer.updated_at));
    reply.null("increment_id");
    reply.int("store_id", customer.store_id);
    reply.int("website_id", customer.website_id);
    reply.text("created_in", stores::view_name(customer.store_id));
    reply.opt_text("prefix", customer.prefix.as_ref());
    reply.opt_text("firstname", customer.firstname.as_ref());
    reply.opt_text("middlename", customer.middlename.as_ref());
    reply.opt_text("lastname", customer.lastname.as_ref());
    reply.opt_text("suffix", customer.suffix.as_ref());
    reply.text("email", &customer.email);
    reply.int("group_id", customer.group_id);
    reply.opt_text("dob", customer.dob.as_ref());
    reply.opt_text("password_hash", customer.password_hash.as_ref());
    reply.opt_int("default_billing", customer.default_billing);
    reply.opt_int("default_shipping", customer.default_shipping);
    reply.opt_text("taxvat", customer.taxvat.as_ref());
    let key = customer.unconfirmed.then(|| format!("{:032x}", customer.id).into());
    reply.opt_text("confirmation", key.as_ref());
    reply.opt_int("gender", customer.gender);
    reply.null("rp_token");
    reply.null("rp_token_created_at");
    reply.int("disable_auto_group_change", 0);
    reply.null("password_created_at");
    reply.null("rp_customer_id");
}
