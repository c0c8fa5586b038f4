//! The Oro bridge extension: paged lists of whole customers.
//!
//! Owns: the `oro*` methods and the pager. Its customer shows NULLs where the plain one leaves them out.

use super::addresses::{self, ADDRESSES};
use super::call::Call;
use super::clock;
use super::customers;
use super::fault::Refusal;
use super::method::{Method, Noun, PAGED, Resource, Type};
use super::records::Customer;
use super::regions::REGIONS;
use super::reply::{List, Nulls, Reply};
use super::shop::Shop;
use super::stores::{MAGENTO_VERSION, WEBSITES};
use super::trouble::Record;

const WEBSITE_LIST: List = List { item: "oroWebsiteEntity", array: "oroWebsiteEntityArray" };
const REGION_LIST: List = List { item: "oroRegionEntity", array: "oroRegionEntityArray" };
const CUSTOMERS: List = List { item: "oroCustomerEntity", array: "oroCustomerEntityArray" };
const ATTRIBUTES: List = List { item: "associativeEntity", array: "associativeArray" };

pub(super) const NOUN: Noun = Noun {
    bridge: true,
    resources: &[
        Resource { name: "oro_ping", title: "Oro extension ping", alias: "" },
        Resource { name: "oro_customer", title: "Customer List Information", alias: "" },
        Resource { name: "oro_website", title: "Website API", alias: "" },
        Resource { name: "oro_region", title: "Region List Information", alias: "" },
    ],
    methods: &[
        Method {
            name: "oroPing",
            title: "Ping mage instance in order to check if extension available",
            path: "oro_ping.ping",
            alias: "",
            parts: &[],
            returns: ("result", "oroPingResponse"),
            run: ping,
        },
        Method {
            name: "oroWebsiteList",
            title: "Retrieve websites list",
            path: "oro_website.list",
            alias: "",
            parts: &[],
            returns: ("result", WEBSITE_LIST.array),
            run: websites,
        },
        Method {
            name: "oroRegionList",
            title: "Get list of all regions",
            path: "oro_region.list",
            alias: "",
            parts: PAGED,
            returns: ("result", REGION_LIST.array),
            run: regions,
        },
        Method {
            name: "oroCustomerList",
            title: "Get customer list by filters",
            path: "oro_customer.list",
            alias: "",
            parts: PAGED,
            returns: ("result", CUSTOMERS.array),
            run: list,
        },
        Method {
            name: "oroCustomerInfo",
            title: "Retrieve customer data",
            path: "oro_customer.info",
            alias: "",
            parts: &[("customerId", "int", true), ("attributes", "ArrayOfString", false)],
            returns: ("result", CUSTOMERS.item),
            run: info,
        },
    ],
    types: &[
        Type::Record(
            "oroPingResponse",
            "version:string? mage_version:string? admin_url:string? customer_scope:int?",
        ),
        Type::Record("pager", "page:string? pageSize:string?"),
        Type::Record(
            WEBSITE_LIST.item,
            "website_id:int? code:string? name:string? sort_order:int? default_group_id:int? is_default:boolean?",
        ),
        Type::Array(&WEBSITE_LIST),
        Type::Record(REGION_LIST.item, "region_id:int? countryCode:string? code:string? name:string?"),
        Type::Array(&REGION_LIST),
        Type::Record(
            CUSTOMERS.item,
            "customer_id:int created_at:string updated_at:string increment_id:string store_id:int website_id:int \
             created_in:string email:string firstname:string middlename:string lastname:string group_id:int \
             prefix:string suffix:string dob:string taxvat:string confirmation:boolean password_hash:string \
             gender:string addresses:customerAddressEntityArray attributes:associativeArray?",
        ),
        Type::Array(&CUSTOMERS),
    ],
};

fn ping(call: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    reply.entity("oroPingResponse", |reply| {
        reply.text("version", call.bridge.unwrap_or_default());
        reply.text("mage_version", MAGENTO_VERSION);
        reply.text("admin_url", &format!("{}/index.php/admin/", call.base_url));
        reply.int("customer_scope", 1);
    });
    Ok(())
}

fn websites(_: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    reply.list(&WEBSITE_LIST, WEBSITES.iter(), |reply, (id, code, name)| {
        reply.int("website_id", *id);
        reply.text("code", code);
        reply.text("name", name);
        reply.int("sort_order", if *id == 2 { 10 } else { 0 });
        reply.int("default_group_id", *id);
        reply.boolean("is_default", *id == 1);
    });
    Ok(())
}

fn regions(call: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    let mut all: Vec<_> = REGIONS.iter().collect();
    all.sort_by_key(|region| region.id);
    reply.list(&REGION_LIST, call.page(all.iter()).into_iter(), |reply, region| {
        reply.int("region_id", region.id);
        reply.text("countryCode", region.country);
        reply.text("code", &region.code);
        reply.text("name", region.name);
    });
    Ok(())
}

fn list(call: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    let shop = call.shop();
    let filter = customers::filter(call)?;
    let ids = call.page(shop.select(&filter));
    reply.list(&CUSTOMERS, ids.iter(), |reply, id| {
        reply.spoil(call.meet(Record::Customer(*id)));
        let customer = shop.customer(*id).unwrap_or_default();
        write(reply, &shop, &customer, &clock::utc(customer.created_at));
    });
    Ok(())
}

fn info(call: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    let shop = call.shop();
    let customer = shop.customer(call.id("customerId")).ok_or_else(customers::missing)?;
    reply.spoil(call.meet(Record::Customer(customer.id)));
    let created_at = clock::in_store_zone(customer.created_at);
    reply.entity(CUSTOMERS.item, |reply| write(reply, &shop, &customer, &created_at));
    Ok(())
}

fn write(reply: &mut Reply, shop: &Shop, customer: &Customer, created_at: &str) {
    reply.nulls = Nulls::Show;
    customers::write(reply, customer, created_at);
    match customer.gender {
        Some(1) => reply.text("gender", "Male"),
        Some(_) => reply.text("gender", "Female"),
        None => reply.null("gender"),
    }
    reply.nulls = Nulls::Omit;
    reply.list_field("addresses", &ADDRESSES, shop.addresses(customer).iter(), |reply, address| {
        addresses::write(reply, customer, address, &clock::utc(address.created_at));
        reply.list_field("attributes", &ATTRIBUTES, [(); 0].iter(), |_, ()| {});
    });
}
