//! Whole orders by the page, as the Oro bridge lists them.

use super::{Detail, ENTITY, KEYS, asked_for, write_v2};
use crate::simulator::call::Call;
use crate::simulator::fault::Refusal;
use crate::simulator::method::{Method, Noun, PAGED, Resource, Type};
use crate::simulator::reply::{List, Reply};
use crate::simulator::trouble::Record;

const ORDERS: List = List { item: ENTITY, array: "salesOrderEntityArray" };

pub(in crate::simulator) const NOUN: Noun = Noun {
    bridge: true,
    resources: &[Resource { name: "oro_order", title: "Order Information", alias: "" }],
    methods: &[
        Method {
            name: "oroOrderList",
            title: "Get order list by filters",
            path: "oro_order.list",
            alias: "",
            parts: PAGED,
            returns: ("result", ORDERS.array),
            run: list,
        },
        Method {
            name: "oroOrderInfo",
            title: "Retrieve order information",
            path: "oro_order.info",
            alias: "",
            parts: &[("orderIncrementId", "string", true)],
            returns: ("result", ENTITY),
            run: info,
        },
    ],
    types: &[Type::Array(&ORDERS)],
};

fn list(call: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    let shop = call.shop();
    let filter = call.filter(&KEYS)?;
    let ids = call.page(shop.orders.select(&filter));
    reply.list(&ORDERS, ids.iter(), |reply, id| {
        reply.spoil(call.meet(Record::Order(*id)));
        if let Some(order) = shop.orders.get(*id) {
            write_v2(reply, &order, Detail::BridgeList, true);
        }
    });
    Ok(())
}

fn info(call: &Call<'_>, reply: &mut Reply) -> Result<(), Refusal> {
    let order = asked_for(call)?;
    reply.spoil(call.meet(Record::Order(order.id)));
    reply.entity(ENTITY, |reply| write_v2(reply, &order, Detail::Bridge, true));
    Ok(())
}
