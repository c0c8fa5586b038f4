//! Customer addresses in the API.
//!
//! Creating, changing or deleting an address leaves the customer's `updated_at` alone unless a default is set: the trap
//! of the real store that a sync by `updated_at` falls into.

use super::call::Call;
use super::clock;
use super::customers::stored;
use super::fault::Refusal;
use super::method::{Method, Noun, Resource, Type};
use super::records::{Address, Customer, Text};
use super::regions;
use super::reply::{List, Nulls, Reply, Style};
use super::request::Element;
use super::trouble::Record;

/// The list type; an item's own name does not follow the rule.
pub(super) const ADDRESSES: List =
    List { item: "customerAddressEntityItem", array: "customerAddressEntityArray" };

pub(super) const NOUN: Noun = Noun {
    bridge: false,
    resources: &[Resource { name: "customer_address", title: "Customer Address API", alias: "" }],
    methods: &[
        Method {
            name: "customerAddressList",
            title: "Retrieve customer addresses",
            path: "customer_address.list",
            alias: "",
            parts: &[("customerId", "int", true)],
            returns: ("result", ADDRESSES.array),
            run: list,
        },
        Method {
            name: "customerAddressCreate",
            title: "Create customer address",
            path: "customer_address.create",
            alias: "",
            parts: &[("customerId", "int", true), ("addressData", "customerAddressEntityCreate", true)],
            returns: ("result", "int"),
            run: create,
        },
        Method {
            name: "customerAddressInfo",
            title: "Retrieve address data",
            path: "customer_address.info",
            alias: "",
            parts: &[("addressId", "int", true)],
            returns: ("info", ADDRESSES.item),
            run: info,
        },
        Method {
            name: "customerAddressUpdate",
            title: "Update customer address data",
            path: "customer_address.update",
            alias: "",
            parts: &[("addressId", "int", true), ("addressData", "customerAddressEntityCreate", true)],
            returns: ("info", "boolean"),
            run: update,
        },
        Method {
            name: "customerAddressDelete",
            title: "Delete customer address",
            path: "customer_address.delete",
            alias: "",
            parts: &[("addressId", "int", true)],
            returns: ("info", "boolean"),
            run: delete,
        },
    ],
    types: &[
        Type::Record(
            "customerAddressEntityCreate",
            "city:string? company:string? country_id:string? fax:string? firstname:string? lastname:string? \
             middlename:string? postcode:string? prefix:string? region_id:int? region:string? street:ArrayOfString? \
             suffix:string? telephone:string? is_default_billing:boolean? is_default_shipping:boolean?",
        ),
        Type::Record(
            ADDRESSES.item,
            "customer_address_id:int? created_at:string? updated_at:string? increment_id:string? city:string? \
             company:string? country_id:string? fax:string? firstname:string? lastname:string? middlename:string? \
             postcode:string? prefix:string? region:string? region_id:int? street:string? suffix:string? \
             telephone:string? is_default_billing:boolean? is_default_shipping:boolean?",
        ),
        Type::Array(&ADDRESSES),
    ],
};

fn list(call: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    let id = call.id("customerId");
    let shop = call.shop();
    let customer = shop.customer(id).ok_or_else(|| Refusal::new("101", "Customer not exists."))?;
    reply.spoil(call.meet(Record::Customer(id)));
    let addresses = shop.addresses(&customer);
    reply.list(&ADDRESSES, addresses.iter(), |reply, address| {
        write(reply, &customer, address, &clock::utc(address.created_at));
    });
    Ok(())
}

fn info(call: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    let (customer, address) = call.shop().address(call.id("addressId")).ok_or_else(missing)?;
    reply.spoil(call.meet(Record::Customer(customer.id)));
    if reply.style == Style::V1 {
        reply.nulls = Nulls::Show;
    }
    let created_at = clock::in_store_zone(address.created_at);
    reply.entity(ADDRESSES.item, |reply| write(reply, &customer, &address, &created_at));
    Ok(())
}

fn create(call: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    let (customer, now) = (call.id("customerId"), call.now());
    let mut shop = call.shop_mut();
    if !shop.contains(customer) {
        return Err(Refusal::new("101", "Customer not exists."));
    }
    call.meet(Record::Customer(customer));
    let data = call.argument("addressData").ok_or_else(Refusal::parameter_missing)?;
    let mut address = Address::default();
    assign(&mut address, data);
    validate(&address)?;
    let id = shop.add_address(customer, address, now).unwrap_or(0);
    shop.set_defaults(id, is_set(data, "is_default_billing"), is_set(data, "is_default_shipping"), now);
    reply.result_int(id);
    Ok(())
}

fn update(call: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    let (id, now) = (call.id("addressId"), call.now());
    let mut shop = call.shop_mut();
    let (customer, mut address) = shop.address(id).ok_or_else(missing)?;
    call.meet(Record::Customer(customer.id));
    let data = call.argument("addressData").ok_or_else(Refusal::parameter_missing)?;
    assign(&mut address, data);
    validate(&address)?;
    shop.edit_address(id, now, |stored| *stored = address);
    shop.set_defaults(id, is_set(data, "is_default_billing"), is_set(data, "is_default_shipping"), now);
    reply.result_bool(true);
    Ok(())
}

fn delete(call: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    if !call.shop_mut().delete_address(call.id("addressId")) {
        return Err(missing());
    }
    reply.result_bool(true);
    Ok(())
}

fn missing() -> Refusal {
    Refusal::new("102", "Address not exists.")
}

/// Magento's complaints, one a line, in its order. A missing region is accepted, even in the US.
fn validate(address: &Address) -> Result<(), Refusal> {
    let required = [
        (&address.firstname, "Please enter the first name."),
        (&address.lastname, "Please enter the last name."),
        (&address.street, "Please enter the street."),
        (&address.city, "Please enter the city."),
        (&address.telephone, "Please enter the telephone number."),
        (&address.postcode, "Please enter the zip/postal code."),
        (&address.country_id, "Please enter the country."),
    ];
    let empty = |text: &Option<Text>| text.as_deref().unwrap_or_default().is_empty();
    let complaints: Vec<&str> =
        required.iter().filter(|(value, _)| empty(value)).map(|(_, complaint)| *complaint).collect();
    if complaints.is_empty() { Ok(()) } else { Err(Refusal::new("100", complaints.join("\n"))) }
}

fn assign(address: &mut Address, data: &Element) {
    for field in data.children.iter().filter(|field| !field.nil) {
        let text = || (!field.text.is_empty()).then(|| stored(&field.text));
        match field.name.as_str() {
            "city" => address.city = text(),
            "company" => address.company = text(),
            "country_id" => address.country_id = text(),
            "fax" => address.fax = text(),
            "firstname" => address.firstname = text(),
            "lastname" => address.lastname = text(),
            "middlename" => address.middlename = text(),
            "postcode" => address.postcode = text(),
            "prefix" => address.prefix = text(),
            "suffix" => address.suffix = text(),
            "telephone" => address.telephone = text(),
            "region" => address.region = text(),
            "street" => address.street = Some(street(field)),
            "region_id" => assign_region(address, &field.text),
            _ => {}
        }
    }
}

/// A known id brings its name along.
fn assign_region(address: &mut Address, id: &str) {
    address.region_id = id.trim().parse().ok().filter(|id| *id != 0);
    if let Some(region) = address.region_id.and_then(regions::find) {
        address.region = Some(region.name.into());
    }
}

/// Lines sent as an array are kept as one text.
fn street(field: &Element) -> Text {
    if field.children.is_empty() {
        return stored(&field.text);
    }
    let lines: Vec<&str> = field.children.iter().map(|line| line.text.as_str()).collect();
    stored(&lines.join("\n"))
}

fn is_set(data: &Element, name: &str) -> bool {
    data.child(name).is_some_and(|flag| matches!(flag.text.trim(), "1" | "true"))
}

/// The fields of an address in v2's order, or v1's.
pub(super) fn write(reply: &mut Reply, customer: &Customer, address: &Address, created_at: &str) {
    reply.int("customer_address_id", address.id);
    reply.text("created_at", created_at);
    reply.text("updated_at", &clock::utc(address.updated_at));
    reply.null("increment_id");
    let order = if reply.style == Style::V1 { V1_ORDER } else { V2_ORDER };
    for name in order {
        match *name {
            "city" => reply.opt_text(name, address.city.as_ref()),
            "company" => reply.opt_text(name, address.company.as_ref()),
            "country_id" => reply.opt_text(name, address.country_id.as_ref()),
            "fax" => reply.opt_text(name, address.fax.as_ref()),
            "firstname" => reply.opt_text(name, address.firstname.as_ref()),
            "lastname" => reply.opt_text(name, address.lastname.as_ref()),
            "middlename" => reply.opt_text(name, address.middlename.as_ref()),
            "postcode" => reply.opt_text(name, address.postcode.as_ref()),
            "prefix" => reply.opt_text(name, address.prefix.as_ref()),
            "region" => reply.opt_text(name, address.region.as_ref()),
            "region_id" => reply.opt_int(name, address.region_id),
            "street" => reply.opt_text(name, address.street.as_ref()),
            "suffix" => reply.opt_text(name, address.suffix.as_ref()),
            _ => reply.opt_text(name, address.telephone.as_ref()),
        }
    }
    reply.boolean("is_default_billing", customer.default_billing == Some(address.id));
    reply.boolean("is_default_shipping", customer.default_shipping == Some(address.id));
}

const V2_ORDER: &[&str] = &[
    "city",
    "company",
    "country_id",
    "fax",
    "firstname",
    "lastname",
    "middlename",
    "postcode",
    "prefix",
    "region",
    "region_id",
    "street",
    "suffix",
    "telephone",
];
const V1_ORDER: &[&str] = &[
    "prefix",
    "firstname",
    "middlename",
    "lastname",
    "suffix",
    "company",
    "street",
    "city",
    "country_id",
    "region",
    "region_id",
    "postcode",
    "telephone",
    "fax",
];
