//! Carts in the API: one by one by its id, or with the bridge by the page.
//!
//! Owns: the methods, their faults and what each shows. Submodules: the [`record`], where its [`columns`] and the names
//! of its [`fields`] are, how carts are [`seeded`], the PHP [`objects`] that SOAP v1 leaks, and the [`bridge`]'s list.

pub(super) mod bridge;
mod columns;
mod fields;
mod objects;
pub(super) mod record;
pub(super) mod seeded;

use std::sync::LazyLock;

use self::record::{Cart, CartAddress};
use super::call::Call;
use super::columns::{Projection, find};
use super::fault::Refusal;
use super::filter::Keys;
use super::method::{Method, Noun, Resource, Type};
use super::orders::record::OrderItem;
use super::orders::unknown_column;
use super::reply::{List, Nulls, Reply, Style};
use super::table::Row;
use super::trouble::Record;
use super::value::Value;

const ITEMS: List = List { item: "shoppingCartItemEntity", array: "shoppingCartItemEntityArray" };
const CATEGORIES: List =
    List { item: "shoppingCartItemEntityCategory", array: "shoppingCartItemEntityCategoriesArray" };
const ADDRESS: &str = "shoppingCartAddressEntity";
const PAYMENT: &str = "shoppingCartPaymentEntity";

pub(super) const NOUN: Noun = Noun {
    bridge: false,
    resources: &[Resource { name: "cart", title: "Shopping Cart", alias: "" }],
    methods: &[Method {
        name: "shoppingCartInfo",
        title: "Retrieve information about shopping cart",
        path: "cart.info",
        alias: "",
        parts: &[("quoteId", "int", true), ("storeId", "string", false)],
        returns: ("result", "shoppingCartInfoEntity"),
        run: info,
    }],
    types: &[
        Type::Record(ADDRESS, fields::ADDRESS),
        Type::Record(CATEGORIES.item, "name:string?"),
        Type::Array(&CATEGORIES),
        Type::Record(ITEMS.item, fields::ITEM),
        Type::Array(&ITEMS),
        Type::Record(PAYMENT, fields::PAYMENT),
        Type::Record("shoppingCartInfoEntity", fields::INFO),
    ],
};

/// How carts are filtered.
const KEYS: Keys = Keys {
    id: &["entity_id", "quote_id"],
    stamp: "updated_at",
    attributes: false,
    knows: |field| find(columns::CART, field).is_some(),
    unknown: |field| unknown_column("sales_flat_quote", field),
};

impl Row for Cart {
    fn id(&self) -> u32 {
        self.id
    }

    fn stamp(&self) -> i64 {
        self.updated_at
    }

    fn column(&self, name: &str) -> Option<Value<'_>> {
        find(columns::CART, name).map(|read| read(self, &()))
    }
}

fn info(call: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    let missing = || Refusal::new("1002", "Can not make operation because quote is not exists");
    let cart = call.shop().carts.get(call.id("quoteId")).ok_or_else(missing)?;
    reply.spoil(call.meet(Record::Cart(cart.id)));
    if reply.style == Style::V1 {
        reply.nulls = Nulls::Show;
        reply.entity("shoppingCartInfoEntity", |reply| write_v1(reply, &cart));
    } else {
        reply.entity("shoppingCartInfoEntity", |reply| write_v2(reply, &cart));
    }
    Ok(())
}

fn write_v2(reply: &mut Reply, cart: &Cart) {
    static FIELDS: LazyLock<Projection<Cart>> =
        LazyLock::new(|| Projection::declared(fields::INFO, columns::CART));
    static PLAIN: LazyLock<Projection<CartAddress, Cart>> =
        LazyLock::new(|| Projection::declared(fields::ADDRESS, columns::ADDRESS).without(&["address_id"]));
    FIELDS.write(reply, cart, &());
    write_addresses(reply, cart, &PLAIN);
    write_items(reply, cart, |_, _| {});
    write_payment(reply, cart);
}

fn write_v1(reply: &mut Reply, cart: &Cart) {
    static FIELDS: LazyLock<Projection<Cart>> =
        LazyLock::new(|| Projection::named(fields::V1, columns::CART));
    // The id is not loaded.
    static ADDRESSES: LazyLock<Projection<CartAddress, Cart>> =
        LazyLock::new(|| Projection::named(fields::V1_ADDRESS, &columns::ADDRESS[1..]));
    static ITEM: LazyLock<Projection<OrderItem, Cart>> =
        LazyLock::new(|| Projection::named(fields::V1_ITEM, columns::ITEM));
    static PAID: LazyLock<Projection<Cart>> =
        LazyLock::new(|| Projection::named(fields::V1_PAYMENT, columns::PAYMENT));
    FIELDS.write(reply, cart, &());
    write_addresses(reply, cart, &ADDRESSES);
    reply.list_field("items", &ITEMS, cart.items.iter(), |reply, item| {
        ITEM.write(reply, item, cart);
        objects::write(reply, item, cart, &ITEM);
        reply.int("tax_class_id", 2);
        reply.null("is_recurring");
        reply.boolean("has_error", false);
    });
    reply.record("payment", PAYMENT, |reply| {
        if cart.payment_method.is_some() {
            return PAID.write(reply, cart, &());
        }
        reply.int("quote_id", cart.id);
        reply.null("payment_id");
    });
}

fn write_addresses(reply: &mut Reply, cart: &Cart, projection: &Projection<CartAddress, Cart>) {
    for (name, address) in [("shipping_address", &cart.shipping_address), ("billing_address", &cart.billing)]
    {
        reply.record(name, ADDRESS, |reply| projection.write(reply, address, cart));
    }
}

/// The rows of v2, each followed by what else a caller shows of it.
fn write_items(reply: &mut Reply, cart: &Cart, more: impl Fn(&mut Reply, &OrderItem)) {
    static ITEM: LazyLock<Projection<OrderItem, Cart>> =
        LazyLock::new(|| Projection::declared(fields::ITEM, columns::ITEM));
    reply.list_field("items", &ITEMS, cart.items.iter(), |reply, item| {
        ITEM.write(reply, item, cart);
        more(reply, item);
    });
}

fn write_payment(reply: &mut Reply, cart: &Cart) {
    static PAID: LazyLock<Projection<Cart>> =
        LazyLock::new(|| Projection::declared(fields::PAYMENT, columns::PAYMENT));
    match cart.payment_method {
        Some(_) => reply.record("payment", PAYMENT, |reply| PAID.write(reply, cart, &())),
        None => reply.empty_record("payment", PAYMENT),
    }
}
