//! Whole carts by the page, as the Oro bridge lists them: with the ids of their addresses, and where each product is.

use std::sync::LazyLock;

use super::record::{Cart, CartAddress};
use super::{CATEGORIES, KEYS, columns, fields, write_addresses, write_items, write_payment};
use crate::simulator::call::Call;
use crate::simulator::columns::Projection;
use crate::simulator::fault::Refusal;
use crate::simulator::method::{Method, Noun, PAGED, Resource, Type};
use crate::simulator::orders::record::OrderItem;
use crate::simulator::reply::{List, Reply, Style};
use crate::simulator::stores;
use crate::simulator::trouble::Record;

const CARTS: List = List { item: "salesQuoteEntity", array: "salesQuoteEntityArray" };

pub(in crate::simulator) const NOUN: Noun = Noun {
    bridge: true,
    resources: &[Resource { name: "oro_quote", title: "Quote Information", alias: "" }],
    methods: &[Method {
        name: "oroQuoteList",
        title: "Get quote list by filters",
        path: "oro_quote.list",
        alias: "",
        parts: PAGED,
        returns: ("result", CARTS.array),
        run: list,
    }],
    types: &[Type::ByMode(CARTS.item, fields::QUOTE, fields::QUOTE_IN_WSI), Type::Array(&CARTS)],
};

fn list(call: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    let shop = call.shop();
    let filter = call.filter(&KEYS)?;
    let ids = call.page(shop.carts.select(&filter));
    reply.list(&CARTS, ids.iter(), |reply, id| {
        reply.spoil(call.meet(Record::Cart(*id)));
        if let Some(cart) = shop.carts.get(*id) {
            write(reply, &cart, call.base_url);
        }
    });
    Ok(())
}

fn write(reply: &mut Reply, cart: &Cart, base_url: &str) {
    static RPC: LazyLock<Projection<Cart>> =
        LazyLock::new(|| Projection::declared(fields::QUOTE, columns::CART));
    static WSI: LazyLock<Projection<Cart>> =
        LazyLock::new(|| Projection::declared(fields::QUOTE, columns::CART).retyped(fields::QUOTE_IN_WSI));
    static ADDRESS: LazyLock<Projection<CartAddress, Cart>> =
        LazyLock::new(|| Projection::declared(fields::ADDRESS, columns::ADDRESS));
    let projection: &Projection<Cart> = if reply.style == Style::Wsi { &WSI } else { &RPC };
    projection.write(reply, cart, &());
    write_addresses(reply, cart, &ADDRESS);
    write_items(reply, cart, |reply, item| {
        let view = stores::view_code(cart.store_id);
        reply.text("product_url", &format!("{base_url}/{}.html?___store={view}", url_key(item)));
        let categories = ["Tools & Hardware", "Bücher"];
        reply
            .list_field("categories", &CATEGORIES, categories.iter(), |reply, name| reply.text("name", name));
    });
    write_payment(reply, cart);
}

/// `Saw "Pro" 1` becomes `saw-pro-1`.
fn url_key(item: &OrderItem) -> String {
    let words = item.name.split(|character: char| !character.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect::<Vec<_>>().join("-")
}
